// keys.c - on which columns rows differ, and how many rows there are at most.

#include "facts/inner.h"

#include "base/text.h"
#include "catalog/constraint.h"
#include "query/equal.h"
#include "query/function.h"

#include <string.h>

// Tables

static const KnownColumn *known_column(KnownColumns known, uint32_t column)
{
    for (size_t i = 0; i < known.count; i++)
        if (known.items[i].column == column)
            return &known.items[i];
    return NULL;
}

// Two rows that are NULL in a column of a UNIQUE key may agree on all of it.
static bool key_holds(Facts *facts, const Source *source, const Key *key,
                      KnownColumns known)
{
    if (key->assurance == ASSURANCE_NONE || key->assurance < facts->least)
        return false;
    for (size_t i = 0; i < key->column_count; i++) {
        const KnownColumn *column = known_column(known, key->columns[i]);
        if (!column || !(column->never_null ||
                         source_column_never_null(facts, source, key->columns[i])))
            return false;
    }
    return true;
}

static const char *key_text(Arena *arena, const Table *table, const Key *key)
{
    Constraint constraint = {.kind = CONSTRAINT_KEY,
                             .table = table,
                             .columns = key->columns,
                             .column_count = key->column_count};
    return constraint_print(arena, &constraint);
}

static bool table_is_unique(Facts *facts, const Source *source, KnownColumns known)
{
    const Table *table = source->table;
    if (table->kind != TABLE_BASE)
        return false;
    if (table->has_rowid && known_column(known, COLUMN_ROWID))
        return true;
    for (size_t i = 0; i < table->key_count; i++) {
        size_t mark = facts->assumptions->count;
        if (key_holds(facts, source, &table->keys[i], known)) {
            assume(facts, table, key_text(facts->arena, table, &table->keys[i]),
                   table->keys[i].assurance);
            return true;
        }
        facts->assumptions->count = mark;
    }
    return false;
}

bool source_is_unique(Facts *facts, const Source *source, KnownColumns known)
{
    if (source->kind == SOURCE_TABLE)
        return table_is_unique(facts, source, known);
    const Query *query = source_plain_query(facts->tree, source);
    return query != NULL && query_is_unique(facts, query, known);
}

// Blocks

bool expr_is_integer_literal(const Expr *expr, const char *value)
{
    return expr && expr_is_literal(expr, LITERAL_NUMBER) &&
           strcmp(expr->name, value) == 0;
}

static bool visit_multiplier(void *context, const Expr *expr)
{
    bool *found = context;
    if (expr->kind == EXPR_OPAQUE)
        *found = true;
    if (expr->kind == EXPR_CALL)
        *found |= !expr->function || expr->function->kind == FUNCTION_TABLE ||
                  text_same_word(expr->name, "unnest");
    return !*found;
}

bool select_multiplies(const Select *select)
{
    bool found = false;
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, &(Visitor){.expr = visit_multiplier,
                                                      .query = walk_stay_out,
                                                      .context = &found});
    return found;
}

// Two rows of the FROM that agree on what the known outputs show of it.
static Closure *closure_of_outputs(Facts *facts, Arena *arena, const Query *query,
                                   KnownColumns known)
{
    Closure *closure = closure_new(facts, arena);
    closure_add_select(closure, query->select);
    for (size_t i = 0; i < known.count; i++) {
        const Output *output = query_output(query, known.items[i].column);
        if (output && output->expr->kind == EXPR_COLUMN)
            closure_add_column(closure, output->expr->source, output->expr->column,
                               known.items[i].never_null);
    }
    closure_complete(closure);
    return closure;
}

static bool all_outputs_known(const Closure *closure, const Select *select,
                              KnownColumns known)
{
    for (size_t i = 0; i < select->output_count; i++)
        if (!known_column(known, select->outputs[i].id) &&
            !closure_knows(closure, select->outputs[i].expr))
            return false;
    return true;
}

static bool distinct_on_known(const Closure *closure, const Select *select,
                              KnownColumns known)
{
    for (size_t i = 0; i < select->distinct_on_count; i++) {
        const Expr *expr = select->distinct_on[i];
        bool is_known = expr->kind == EXPR_OUTPUT
                            ? known_column(known, expr->column) != NULL
                            : closure_knows(closure, expr);
        if (!is_known)
            return false;
    }
    return true;
}

static bool plain_is_unique(Facts *facts, const Query *query, KnownColumns known)
{
    const Select *select = query->select;
    Arena scratch = ARENA_EMPTY;
    const Closure *closure = closure_of_outputs(facts, &scratch, query, known);
    bool unique = closure_is_one_row(closure) && !select_multiplies(select);
    if (select->distinct == DISTINCT_ROWS)
        unique |= all_outputs_known(closure, select, known);
    if (select->distinct == DISTINCT_ON)
        unique |= distinct_on_known(closure, select, known);
    arena_clear(&scratch);
    return unique;
}

// Grouped blocks

static bool is_global(const Select *select)
{
    for (size_t i = 0; i < select->group_count; i++)
        if (select->groups[i].kind != GROUP_EMPTY)
            return false;
    return true;
}

// True if a known output shows this group key.
static bool key_is_shown(const Select *select, const Expr *key, KnownColumns known)
{
    for (size_t i = 0; i < select->output_count; i++)
        if (known_column(known, select->outputs[i].id) &&
            expr_equal(select->outputs[i].expr, key) && expr_is_repeatable(key))
            return true;
    return false;
}

static bool shows_key(const Select *select, KnownColumns known)
{
    for (size_t i = 0; i < select->group_count; i++)
        if (key_is_shown(select, select->groups[i].exprs[0], known))
            return true;
    return false;
}

// Returns those of the known outputs that show a group key.
static KnownColumns keys_shown(Arena *arena, const Select *select, KnownColumns known)
{
    KnownColumn *shown = arena_new(arena, KnownColumn, known.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < known.count; i++)
        if (shows_key(select, (KnownColumns){&known.items[i], 1}))
            shown[count++] = known.items[i];
    return (KnownColumns){shown, count};
}

// One row a group: a key of the groups is one of the result.
static bool groups_are_unique(Facts *facts, const Query *query, KnownColumns known)
{
    const Select *select = query->select;
    Arena scratch = ARENA_EMPTY;
    KnownColumns shown = keys_shown(&scratch, select, known);
    const Closure *closure = closure_of_outputs(facts, &scratch, query, shown);
    bool unique = true;
    for (size_t i = 0; i < select->group_count && unique; i++) {
        const Expr *key = select->groups[i].exprs[0];
        unique = key_is_shown(select, key, known) || closure_knows(closure, key);
    }
    arena_clear(&scratch);
    return unique;
}

static bool grouped_is_unique(Facts *facts, const Query *query, KnownColumns known)
{
    const Select *select = query->select;
    if (select->distinct == DISTINCT_ROWS) {
        size_t shown = 0;
        while (shown < select->output_count &&
               known_column(known, select->outputs[shown].id))
            shown++;
        if (shown == select->output_count)
            return true;
    }
    if (select_multiplies(select))
        return false;
    if (is_global(select))
        return true;
    return select_has_plain_groups(select) && groups_are_unique(facts, query, known);
}

// Set operations

// Returns the known outputs of the set operation as those of one arm; none if the arm
// yields other types, so that different values may become equal.
static KnownColumns known_of_arm(Arena *arena, const SetOperation *set, const Query *arm,
                                 KnownColumns known)
{
    size_t width, count = 0;
    const Output *outputs = query_outputs(arm, &width);
    KnownColumn *columns = arena_new(arena, KnownColumn, known.count + 1);
    for (size_t i = 0; i < set->output_count && i < width; i++) {
        const KnownColumn *column = known_column(known, set->outputs[i].id);
        if (column && type_equal(outputs[i].type, set->outputs[i].type))
            columns[count++] = (KnownColumn){outputs[i].id, column->never_null};
    }
    return (KnownColumns){columns, count};
}

static bool arm_is_unique(Facts *facts, const SetOperation *set, size_t place,
                          KnownColumns known)
{
    const Query *arm = set->arms[place];
    return query_is_unique(facts, arm, known_of_arm(facts->arena, set, arm, known));
}

// True if the rows stay as different as the operation left them. In SQLite whoever reads
// its result may apply the affinity of one arm: '1' and '1.0', two texts, are one number.
static bool values_stay(Dialect dialect, const SetOperation *set)
{
    for (size_t i = 0; dialect == DIALECT_SQLITE && i < set->arm_count; i++) {
        size_t width;
        const Output *outputs = query_outputs(set->arms[i], &width);
        for (size_t j = 0; j < width && j < set->output_count; j++)
            if (outputs[j].type.kind != TYPE_NULL &&
                outputs[j].type.affinity != set->outputs[j].type.affinity)
                return false;
    }
    return true;
}

static bool set_is_unique(Facts *facts, const SetOperation *set, KnownColumns known)
{
    bool distinct =
        set_removes_duplicates(set->op) && values_stay(facts->tree->dialect, set);
    size_t shown = 0;
    while (shown < set->output_count && known_column(known, set->outputs[shown].id))
        shown++;
    if (distinct && shown == set->output_count)
        return true;
    bool within_first = set->op != SET_UNION && set->op != SET_UNION_ALL;
    if (!within_first || set->by_name)
        return false;
    if (arm_is_unique(facts, set, 0, known))
        return true;
    bool within_all = set->op == SET_INTERSECT || set->op == SET_INTERSECT_ALL;
    for (size_t i = 1; within_all && i < set->arm_count; i++)
        if (arm_is_unique(facts, set, i, known))
            return true;
    return false;
}

// Queries

static bool is_limited_to_one(const Query *query)
{
    return !query->limit_percent && !query->with_ties &&
           (expr_is_integer_literal(query->limit, "1") ||
            expr_is_integer_literal(query->limit, "0"));
}

bool query_is_unique(Facts *facts, const Query *query, KnownColumns known)
{
    if (!question_may_go_on(facts))
        return false;
    if (is_limited_to_one(query))
        return true;
    switch (query->body) {
    case BODY_SELECT:
        return query_is_grouped(query) ? grouped_is_unique(facts, query, known)
                                       : plain_is_unique(facts, query, known);
    case BODY_SET:
        return set_is_unique(facts, query->set, known);
    case BODY_VALUES:
        return query->values->row_count <= 1;
    case BODY_OPAQUE:
        break;
    }
    return false;
}

// True if LIMIT and OFFSET cannot take away the only row.
static bool limit_keeps_one(const Query *query)
{
    if (query->offset || query->limit_percent)
        return false;
    return !query->limit || expr_is_integer_literal(query->limit, "1");
}

bool query_has_one_row(Facts *facts, const Query *query)
{
    if (!limit_keeps_one(query))
        return false;
    if (query->body == BODY_VALUES)
        return query->values->row_count == 1;
    if (query->body != BODY_SELECT)
        return false;
    const Select *select = query->select;
    if (select->having_count > 0 || select->qualify_count > 0 || select->group_all ||
        select_multiplies(select))
        return false;
    if (query_is_grouped(query))
        return is_global(select) && select->group_count <= 1;
    return select->source_count == 0 && select->filter_count == 0;
}

// Questions

static bool source_unique_on(Facts *facts, const Source *source, const uint32_t *columns,
                             size_t count, bool values_only)
{
    Arena scratch = ARENA_EMPTY;
    Closure *closure = closure_new(facts, &scratch);
    closure_add_source(closure, source);
    for (size_t i = 0; i < count && source->kind != SOURCE_JOIN; i++)
        closure_add_column(closure, source->number, columns[i], values_only);
    closure_complete(closure);
    bool unique = closure_is_one_row(closure);
    arena_clear(&scratch);
    return unique;
}

bool source_is_unique_on(Facts *facts, const Source *source, const uint32_t *columns,
                         size_t count)
{
    Question question = question_begin(facts);
    return question_end(facts, question,
                        source_unique_on(facts, source, columns, count, false));
}

bool source_is_unique_on_values(Facts *facts, const Source *source,
                                const uint32_t *columns, size_t count)
{
    Question question = question_begin(facts);
    return question_end(facts, question,
                        source_unique_on(facts, source, columns, count, true));
}

bool source_has_one_partner(Facts *facts, const Source *source,
                            const Expr *const *conjuncts, size_t count)
{
    Question question = question_begin(facts);
    Arena scratch = ARENA_EMPTY;
    Closure *closure = closure_new(facts, &scratch);
    closure_add_source(closure, source);
    for (size_t i = 0; i < count; i++)
        closure_add_conjunct(closure, conjuncts[i]);
    closure_complete(closure);
    bool certain = closure_is_one_row(closure);
    arena_clear(&scratch);
    return question_end(facts, question, certain);
}

bool query_is_unique_on(Facts *facts, const Query *query, const uint32_t *ids,
                        size_t count)
{
    Question question = question_begin(facts);
    KnownColumn *known = arena_new(facts->arena, KnownColumn, count + 1);
    for (size_t i = 0; i < count; i++)
        known[i].column = ids[i];
    return question_end(facts, question,
                        query_is_unique(facts, query, (KnownColumns){known, count}));
}

bool query_has_no_duplicates(Facts *facts, const Query *query)
{
    Question question = question_begin(facts);
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    KnownColumn *known = arena_new(facts->arena, KnownColumn, count + 1);
    for (size_t i = 0; i < count; i++)
        known[i].column = outputs[i].id;
    return question_end(facts, question,
                        query_is_unique(facts, query, (KnownColumns){known, count}));
}

bool query_at_most_one_row(Facts *facts, const Query *query)
{
    Question question = question_begin(facts);
    return question_end(facts, question,
                        query_is_unique(facts, query, (KnownColumns){0}));
}

bool query_exactly_one_row(Facts *facts, const Query *query)
{
    Question question = question_begin(facts);
    return question_end(facts, question, query_has_one_row(facts, query));
}
