// unseen.c - two trees side by side, down to where they part, with what must hold there.

#include "verify/unseen.h"

#include "base/text.h"
#include "verify/forbidden.h"
#include "verify/sieve.h"

enum { UNSEEN_DEPTH = 100 };

// The expressions in which the difference stands, the innermost first.
typedef struct Around Around;
struct Around {
    const Around *next;
    const Expr *original, *mutant;
    bool is_condition; // Only whether it is TRUE counts.
};

// Who reads a query: rows of `source` that do not meet the sieve are dropped.
typedef struct {
    const Sieve *sieve;
    uint32_t source;
    const Query *query; // Whose outputs the sieve names.
} Reader;

typedef struct {
    Arena *arena;
    const Harmless *harmless;
    const Tree *tree;
    const Select *select;   // The block that is looked at,
    const Sieve *row_sieve; // and what must hold of its rows, whatever of its groups.
    double reach;           // Supposition.reach
    unsigned depth;
} Walk;

static bool query_is_unseen(Walk *walk, const Query *a, const Query *b,
                            const Sieve *outer, const Reader *reader);

// Outcomes

static bool is_same_finding(Finding a, Finding b, bool is_condition)
{
    if (is_condition && ((a.may | b.may) & MAY_TRUE) == 0)
        return true;
    if (a.is_number || b.is_number)
        return a.is_number && b.is_number && a.number == b.number;
    return a.may == MAY_NULL && b.may == MAY_NULL;
}

// True if something around the two comes to the same with either.
static bool is_made_up_for(const Around *around, const Supposition *supposition)
{
    for (; around != NULL; around = around->next)
        if (is_same_finding(suppose(supposition, around->original),
                            suppose(supposition, around->mutant), around->is_condition))
            return true;
    return false;
}

static bool find_volatile(void *context, const Expr *expr)
{
    bool *is_stable = context;
    bool is_call = expr->kind == EXPR_CALL || expr->kind == EXPR_OPAQUE;
    if (is_call &&
        (expr->function == NULL || expr->function->volatility != VOLATILITY_PURE))
        *is_stable = false;
    return *is_stable;
}

// True if the expression has one value for a row, however often it is asked.
static bool is_stable(const Expr *expr)
{
    bool stable = true;
    Visitor visitor = {.expr = find_volatile, .context = &stable};
    walk_expr(expr, &visitor);
    return stable;
}

static bool outcome_is_possible(const Walk *walk, const Expr *comparison,
                                const Supposition *supposition)
{
    Outcome outcome = supposition->outcome;
    if ((outcome_left_null(outcome) &&
         operand_is_never_null(walk->harmless, comparison, supposition->left)) ||
        (outcome_right_null(outcome) &&
         operand_is_never_null(walk->harmless, comparison, supposition->right)))
        return false;
    return !outcome_is_forbidden(walk->arena, walk->tree, supposition);
}

// True if two versions of a comparison differ only where that is not seen; `wrong` NULL:
// the one that always is TRUE.
static bool comparison_is_unseen(Walk *walk, const Expr *right, const Expr *wrong,
                                 const Sieve *sieve, const Around *around,
                                 bool is_condition)
{
    Supposition supposition = {.dialect = walk->tree->dialect,
                               .left = right->args[0],
                               .right = right->args[1],
                               .reach = walk->reach};
    if (!is_stable(right->args[0]) || !is_stable(right->args[1]))
        return false;
    for (Outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        Truth a = outcome_truth(right->compare, outcome);
        Truth b = wrong == NULL ? TRUTH_TRUE : outcome_truth(wrong->compare, outcome);
        bool is_same = is_condition ? (a == TRUTH_TRUE) == (b == TRUTH_TRUE) : a == b;
        supposition.outcome = outcome;
        if (!is_same && outcome_is_possible(walk, right, &supposition) &&
            !sieve_drops(sieve, &supposition) && !is_made_up_for(around, &supposition))
            return false;
    }
    return true;
}

// Expressions

static bool expr_is_unseen(Walk *walk, const Expr *a, const Expr *b, const Sieve *sieve,
                           const Around *outside, bool is_condition);

// In x IN (SELECT y …) only rows count that have y = x: in NOT IN, too, where neither is
// ever NULL.
static const Sieve *sieve_of_membership(Walk *walk, const Expr *expr, const Sieve *sieve,
                                        bool is_condition)
{
    const Query *query = expr->query;
    bool is_plain = query->body == BODY_SELECT && query->select->output_count == 1 &&
                    !query_is_grouped(query) && query->limit == NULL &&
                    query->offset == NULL && query->select->qualify_count == 0;
    if (expr->kind != EXPR_IN_QUERY || !is_plain || expr->args[0]->kind == EXPR_ROW)
        return sieve;
    const Expr *value = expr->args[0], *member = query->select->outputs[0].expr;
    bool is_alike = value->type.kind == member->type.kind &&
                    value->type.collation == NULL && member->type.collation == NULL &&
                    !expr_has_window(member);
    bool sees_null = (!is_condition || expr->negated) &&
                     !(operand_is_never_null(walk->harmless, expr, value) &&
                       operand_is_never_null(walk->harmless, expr, member));
    if (!is_alike || sees_null)
        return sieve;
    return sieve_with(walk->arena, sieve,
                      expr_compare(walk->arena, COMPARE_EQ, member, value));
}

// Returns what must hold for an argument to count.
static const Sieve *sieve_of_argument(Walk *walk, const Expr *expr, size_t at,
                                      const Sieve *sieve, bool is_condition)
{
    if (expr->kind == EXPR_AND && is_condition)
        return sieve_with_others(walk->arena, sieve,
                                 (Conjuncts){expr->args, expr->arg_count}, at);
    return sieve;
}

// True if an aggregate is one of the block that is looked at, not of one around it.
static bool is_own_aggregate(const Walk *walk, const Expr *expr)
{
    return expr_has_aggregate_of(expr, select_numbers(walk->arena, walk->select));
}

static bool argument_is_condition(const Expr *expr, size_t at, bool is_condition)
{
    if (expr->kind == EXPR_AND || expr->kind == EXPR_OR)
        return is_condition;
    bool is_else = expr->has_else && at == expr->arg_count - 1;
    return expr->kind == EXPR_CASE && !expr->has_operand && !is_else && at % 2 == 0;
}

// True if no WHEN before this argument of a CASE leads to it.
static bool is_never_read(const Supposition *supposition, const Expr *expr, size_t at)
{
    bool is_then = expr->kind == EXPR_CASE && !expr->has_operand && at % 2 == 1 &&
                   !(expr->has_else && at == expr->arg_count - 1);
    return is_then && (suppose(supposition, expr->args[at - 1]).may & MAY_TRUE) == 0;
}

// True if both come to the same whatever is compared, or the row is dropped.
static bool is_never_seen(const Supposition *nothing, const Expr *a, const Expr *b,
                          const Sieve *sieve, bool is_condition)
{
    return sieve_drops(sieve, nothing) ||
           is_same_finding(suppose(nothing, a), suppose(nothing, b), is_condition);
}

static bool arguments_are_unseen(Walk *walk, const Expr *a, const Expr *b,
                                 const Sieve *sieve, const Around *around,
                                 bool is_condition)
{
    Supposition nothing = {.dialect = walk->tree->dialect, .reach = walk->reach};
    for (size_t i = 0; i < a->arg_count; i++)
        if (a->args[i] != b->args[i] && !is_never_read(&nothing, a, i) &&
            !expr_is_unseen(walk, a->args[i], b->args[i],
                            sieve_of_argument(walk, a, i, sieve, is_condition), around,
                            argument_is_condition(a, i, is_condition)))
            return false;
    return true;
}

static bool comparisons_differ(const Expr *a, const Expr *b)
{
    return a->kind == EXPR_COMPARE && b->kind == EXPR_COMPARE &&
           a->compare != b->compare && a->args[0] == b->args[0] &&
           a->args[1] == b->args[1];
}

// True if the two nodes are the same beside their arguments, subquery and filter.
static bool is_same_node(const Expr *a, const Expr *b)
{
    return a->kind == b->kind && a->compare == b->compare && a->negated == b->negated &&
           a->distinct == b->distinct && a->arg_count == b->arg_count && a->is == b->is &&
           a->name == b->name && a->window == b->window && a->order == b->order &&
           a->column == b->column && a->source == b->source &&
           (a->query == NULL) == (b->query == NULL) &&
           (a->filter == NULL) == (b->filter == NULL);
}

static bool expr_is_unseen(Walk *walk, const Expr *a, const Expr *b, const Sieve *sieve,
                           const Around *outside, bool is_condition)
{
    Around around = {outside, a, b, is_condition};
    Supposition nothing = {.dialect = walk->tree->dialect, .reach = walk->reach};
    if (a == b || is_never_seen(&nothing, a, b, sieve, is_condition))
        return true;
    if (comparisons_differ(a, b))
        return comparison_is_unseen(walk, a, b, sieve, &around, is_condition);
    if (!is_same_node(a, b) || walk->depth > UNSEEN_DEPTH)
        return false;
    if (a->kind == EXPR_AGGREGATE)
        sieve = is_own_aggregate(walk, a) ? walk->row_sieve : NULL;
    walk->depth++;
    bool unseen = arguments_are_unseen(walk, a, b, sieve, &around, is_condition);
    if (unseen && a->filter != b->filter)
        unseen = expr_is_unseen(walk, a->filter, b->filter, sieve, &around, true);
    if (unseen && a->query != b->query)
        unseen = query_is_unseen(walk, a->query, b->query,
                                 sieve_of_membership(walk, a, sieve, is_condition), NULL);
    walk->depth--;
    return unseen;
}

// True if two lists of conjuncts that differ in one place, or of which the mutant's lacks
// one, drop the same rows of those that matter.
static bool list_is_unseen(Walk *walk, Conjuncts a, Conjuncts b, const Sieve *sieve)
{
    size_t at = conjuncts_first_difference(a, b);
    if (at == a.count)
        return a.count == b.count;
    sieve = sieve_with_others(walk->arena, sieve, a, at);
    if (a.count == b.count)
        return expr_is_unseen(walk, a.items[at], b.items[at], sieve, NULL, true);
    return a.count == b.count + 1 && a.items[at]->kind == EXPR_COMPARE &&
           comparison_is_unseen(walk, a.items[at], NULL, sieve, NULL, true);
}

// Sources

// True if a row is dropped in which all columns of the source are NULL.
static bool absence_is_unseen(Walk *walk, const Source *source, const Sieve *sieve)
{
    Supposition supposition = {.dialect = walk->tree->dialect,
                               .absent = source_numbers(walk->arena, source)};
    return sieve_drops(sieve, &supposition);
}

static bool kind_is_unseen(Walk *walk, const Source *a, JoinKind wrong,
                           const Sieve *sieve)
{
    if (a->join >= JOIN_CROSS || wrong >= JOIN_CROSS)
        return false;
    return (join_keeps_left(a->join) == join_keeps_left(wrong) ||
            absence_is_unseen(walk, a->right, sieve)) &&
           (join_keeps_right(a->join) == join_keeps_right(wrong) ||
            absence_is_unseen(walk, a->left, sieve));
}

static bool source_is_unseen(Walk *walk, const Source *a, const Source *b,
                             const Sieve *outer, const Sieve *sieve);

static bool join_is_unseen(Walk *walk, const Source *a, const Source *b,
                           const Sieve *outer, const Sieve *sieve)
{
    Conjuncts on = conjuncts_of_join(a), other = conjuncts_of_join(b);
    if (a->join != b->join)
        return kind_is_unseen(walk, a, b->join, sieve);
    if (conjuncts_differ(on, other)) {
        if (join_spares_left(a))
            sieve = sieve_without(walk->arena, sieve, a->right);
        if (join_keeps_right(a->join))
            sieve = sieve_without(walk->arena, sieve, a->left);
        return list_is_unseen(walk, on, other, sieve);
    }
    const Source *side = a->left != b->left ? a->left : a->right;
    return source_is_unseen(walk, side, side == a->left ? b->left : b->right, outer,
                            sieve_of_side(walk->arena, a, side, sieve, outer));
}

static bool source_is_unseen(Walk *walk, const Source *a, const Source *b,
                             const Sieve *outer, const Sieve *sieve)
{
    if (a == b)
        return true;
    if (a->kind == SOURCE_JOIN && b->kind == SOURCE_JOIN)
        return join_is_unseen(walk, a, b, outer, sieve);
    Reader reader = {sieve, a->number, a->query};
    return a->kind == SOURCE_QUERY && b->kind == SOURCE_QUERY &&
           query_is_unseen(walk, a->query, b->query, outer, &reader);
}

// Adds the ON of inner joins.
static const Sieve *with_joins(Walk *walk, const Sieve *sieve, const Source *source)
{
    if (source->kind != SOURCE_JOIN || source->join != JOIN_INNER)
        return sieve;
    sieve = sieve_with_all(walk->arena, sieve, conjuncts_of_join(source));
    return with_joins(walk, with_joins(walk, sieve, source->left), source->right);
}

// Readers

typedef struct {
    const Reader *reader;
    const Select *select, *mutant;
    bool is_grouped;
    bool is_known; // What is asked depends on rows, or keys of groups, alone.
} Renaming;

// True if the output is what its source or key says, compared by the same rules.
static bool is_plain_output(const Renaming *renaming, const Output *named,
                            const Output *own)
{
    if (own->expr->kind == EXPR_LITERAL)
        return own->type.kind == named->type.kind;
    return own->expr->kind == EXPR_COLUMN && own->type.kind == named->type.kind &&
           own->type.collation == NULL && named->type.collation == NULL &&
           (!renaming->is_grouped || select_groups_by(renaming->select, own->expr));
}

static const Expr *rename_column(void *context, const Expr *column)
{
    Renaming *renaming = context;
    const Query *query = renaming->reader->query;
    if (column->source != renaming->reader->source)
        return NULL;
    const Output *named = query_output(query, column->column);
    size_t place = query_output_position(query, column->column);
    if (named == NULL || place >= renaming->select->output_count) {
        renaming->is_known = false;
        return NULL;
    }
    const Output *own = &renaming->select->outputs[place];
    renaming->is_known &= own->expr == renaming->mutant->outputs[place].expr &&
                          is_plain_output(renaming, named, own);
    return own->expr;
}

static bool has_windows(const Select *select)
{
    for (size_t i = 0; i < select->output_count; i++)
        if (expr_has_window(select->outputs[i].expr))
            return true;
    return select->qualify_count > 0;
}

static bool has_only_row(const Select *select, bool is_grouped)
{
    return is_grouped && (select->group_count == 0 || !select_has_plain_groups(select));
}

// Adds what the reader wants of the rows of the block, as far as it is the same of both
// versions: of groups only what it wants of their keys, and nothing where the rows that
// it drops are counted before.
static const Sieve *with_reader(Walk *walk, const Sieve *sieve, const Query *query,
                                const Select *mutant, const Reader *reader)
{
    const Select *select = query->select;
    bool is_grouped = query_is_grouped(query);
    bool counts_rows = query->limit != NULL || query->offset != NULL ||
                       select->distinct == DISTINCT_ON || has_windows(select) ||
                       has_only_row(select, is_grouped);
    if (reader == NULL || counts_rows)
        return sieve;
    for (const Sieve *part = reader->sieve; part != NULL; part = part->next) {
        Renaming renaming = {reader, select, mutant, is_grouped, true};
        const Expr *own =
            expr_replace_columns(walk->arena, part->condition, rename_column, &renaming);
        if (renaming.is_known && own != part->condition)
            sieve = sieve_with(walk->arena, sieve, own);
    }
    return sieve;
}

// Blocks

static bool outputs_are_unseen(Walk *walk, const Select *a, const Select *b,
                               const Sieve *sieve)
{
    for (size_t i = 0; i < a->output_count; i++)
        if (a->outputs[i].expr != b->outputs[i].expr &&
            !expr_is_unseen(walk, a->outputs[i].expr, b->outputs[i].expr, sieve, NULL,
                            false))
            return false;
    return true;
}

static bool sources_are_unseen(Walk *walk, const Select *a, const Select *b,
                               const Sieve *outer, const Sieve *sieve)
{
    for (size_t i = 0; i < a->source_count; i++)
        if (!source_is_unseen(walk, a->sources[i], b->sources[i], outer, sieve))
            return false;
    return true;
}

// True if all but conditions, outputs and sources is the same.
static bool has_same_shape(const Select *a, const Select *b)
{
    return a->distinct == b->distinct && a->distinct_on == b->distinct_on &&
           a->source_count == b->source_count && a->output_count == b->output_count &&
           a->groups == b->groups && a->group_count == b->group_count &&
           a->windows == b->windows && a->qualify == b->qualify;
}

static bool select_is_unseen(Walk *walk, const Query *query, const Select *b,
                             const Sieve *outer, const Reader *reader)
{
    const Select *a = query->select;
    Conjuncts filter = conjuncts_of_filter(a), filter_b = conjuncts_of_filter(b);
    Conjuncts having = conjuncts_of_having(a), having_b = conjuncts_of_having(b);
    if (!has_same_shape(a, b))
        return false;
    const Sieve *read = with_reader(walk, outer, query, b, reader);
    if (conjuncts_differ(filter, filter_b)) {
        for (size_t i = 0; i < a->source_count; i++)
            read = with_joins(walk, read, a->sources[i]);
        return list_is_unseen(walk, filter, filter_b, read);
    }
    const Sieve *sieve = sieve_with_all(walk->arena, read, filter);
    if (!sources_are_unseen(walk, a, b, outer, sieve))
        return false;
    walk->select = a;
    walk->row_sieve = sieve;
    // A block without keys has a row where WHERE leaves none.
    if (has_only_row(a, query_is_grouped(query)))
        sieve = outer;
    return (!conjuncts_differ(having, having_b) ||
            list_is_unseen(walk, having, having_b, sieve)) &&
           outputs_are_unseen(walk, a, b, sieve);
}

static bool set_is_unseen(Walk *walk, const Query *query, const SetOperation *b,
                          const Sieve *outer, const Reader *reader)
{
    const SetOperation *a = query->set;
    bool hands_on = query->limit == NULL && query->offset == NULL && !a->by_name;
    if (a->op != b->op || a->arm_count != b->arm_count)
        return false;
    for (size_t i = 0; i < a->arm_count; i++)
        if (a->arms[i] != b->arms[i] && !query_is_unseen(walk, a->arms[i], b->arms[i],
                                                         outer, hands_on ? reader : NULL))
            return false;
    return true;
}

// WITH

typedef struct {
    Walk *walk;
    const Cte *a, *b;
    bool is_unseen;
} Uses;

static void look_at_use(Uses *uses, const Source *source, const Sieve *sieve)
{
    Walk *walk = uses->walk;
    if (source->kind == SOURCE_CTE && source->cte == uses->a->number) {
        Reader reader = {sieve, source->number, uses->a->query};
        uses->is_unseen &=
            query_is_unseen(walk, uses->a->query, uses->b->query, NULL, &reader);
    } else if (source->kind == SOURCE_JOIN) {
        look_at_use(uses, source->left,
                    sieve_of_side(walk->arena, source, source->left, sieve, NULL));
        look_at_use(uses, source->right,
                    sieve_of_side(walk->arena, source, source->right, sieve, NULL));
    }
}

static bool look_for_uses(void *context, const Query *query)
{
    Uses *uses = context;
    for (size_t i = 0; query->body == BODY_SELECT && i < query->select->source_count; i++)
        look_at_use(
            uses, query->select->sources[i],
            sieve_with_all(uses->walk->arena, NULL, conjuncts_of_filter(query->select)));
    return uses->is_unseen;
}

// True if wherever the query reads the CTE a difference of its two versions is not seen.
static bool cte_is_unseen(Walk *walk, const Query *query, const Cte *a, const Cte *b)
{
    Uses uses = {walk, a, b, !a->recursive && !b->recursive};
    Visitor visitor = {.query = look_for_uses, .context = &uses};
    if (uses.is_unseen)
        walk_query(query, &visitor);
    return uses.is_unseen;
}

static bool body_is_unseen(Walk *walk, const Query *a, const Query *b, const Sieve *outer,
                           const Reader *reader)
{
    bool is_same_end = a->order == b->order && a->limit == b->limit &&
                       a->offset == b->offset && a->cte_count == b->cte_count;
    if (!is_same_end || a->body != b->body)
        return false;
    for (size_t i = 0; i < a->cte_count; i++)
        if (a->ctes[i] != b->ctes[i] && !cte_is_unseen(walk, a, a->ctes[i], b->ctes[i]))
            return false;
    if (a->body == BODY_SELECT)
        return a->select == b->select ||
               select_is_unseen(walk, a, b->select, outer, reader);
    if (a->body == BODY_SET)
        return a->set == b->set || set_is_unseen(walk, a, b->set, outer, reader);
    return a->body == BODY_VALUES && a->values == b->values;
}

static bool query_is_unseen(Walk *walk, const Query *a, const Query *b,
                            const Sieve *outer, const Reader *reader)
{
    if (a == b)
        return true;
    if (walk->depth > UNSEEN_DEPTH)
        return false;
    const Select *select = walk->select;
    const Sieve *row_sieve = walk->row_sieve;
    walk->depth++;
    bool unseen = body_is_unseen(walk, a, b, outer, reader);
    walk->depth--;
    walk->select = select;
    walk->row_sieve = row_sieve;
    return unseen;
}

static bool is_unseen_within(const Harmless *harmless, const Tree *mutant, double reach)
{
    Arena scratch = ARENA_EMPTY;
    Walk walk = {.arena = &scratch,
                 .harmless = harmless,
                 .tree = harmless->tree,
                 .reach = reach};
    bool unseen = query_is_unseen(&walk, harmless->tree->root, mutant->root, NULL, NULL);
    arena_clear(&scratch);
    return unseen;
}

bool mutant_is_unseen(const Harmless *harmless, const Tree *mutant)
{
    return is_unseen_within(harmless, mutant, 0);
}

bool mutant_is_out_of_reach(const Harmless *harmless, const Tree *mutant)
{
    return is_unseen_within(harmless, mutant, REACHED_ROWS);
}
