// harmless.c - readers that ignore duplicates, keys, columns that are never NULL.

#include "verify/harmless.h"

#include "base/text.h"
#include "query/equal.h"
#include "verify/domain.h"
#include "verify/premise.h"
#include "verify/sieve.h"

#include <string.h>

enum { NEST_LIMIT = 20 }; // Derived tables in derived tables.

typedef struct {
    Arena *arena;
    Harmless *harmless;
    NumberSet joined, nullable_joined; // Of a join in its ON: instead of `nullable`.
    NumberSet careless;                // References to CTEs that ignore duplicates.
} Search;

static void add(Search *search, HarmlessKind kind, const void *node)
{
    array_push(search->arena, &search->harmless->nodes[kind], node);
}

bool is_harmless(const Harmless *harmless, HarmlessKind kind, const void *node)
{
    for (size_t i = 0; i < harmless->nodes[kind].count && !harmless->is_blind; i++)
        if (harmless->nodes[kind].items[i] == node)
            return true;
    return false;
}

// Duplicates

static void ignore_duplicates(Search *search, const Query *query);

static size_t count_careless(const Search *search, uint32_t cte)
{
    size_t count = 0;
    for (size_t i = 0; i < search->careless.count; i++)
        count +=
            tree_source(search->harmless->tree, search->careless.numbers[i])->cte == cte;
    return count;
}

// A CTE all of whose readers ignore duplicates.
static void ignore_in_cte(Search *search, const Source *source)
{
    const Tree *tree = search->harmless->tree;
    const Query *query = source_plain_query(tree, source);
    if (query == NULL || number_set_has(search->careless, source->number))
        return;
    search->careless = number_set_with(search->arena, search->careless, source->number);
    if (count_careless(search, source->cte) ==
        query_count_cte_uses(tree->root, source->cte))
        ignore_duplicates(search, query);
}

static void ignore_in_source(Search *search, const Source *source)
{
    if (source->kind == SOURCE_CTE)
        ignore_in_cte(search, source);
    if (source->kind == SOURCE_QUERY)
        ignore_duplicates(search, source->query);
    if (source->kind != SOURCE_JOIN)
        return;
    ignore_in_source(search, source->left);
    ignore_in_source(search, source->right);
}

// A block that neither groups nor counts rows hands duplicates of its sources on.
static bool hands_duplicates_on(const Query *query)
{
    const Select *select = query->select;
    if (select->distinct == DISTINCT_ON || select->qualify_count > 0 ||
        query_is_grouped(query))
        return false;
    for (size_t i = 0; i < select->output_count; i++)
        if (expr_has_window(select->outputs[i].expr))
            return false;
    return true;
}

static void ignore_in_sources(Search *search, const Query *query)
{
    for (size_t i = 0; hands_duplicates_on(query) && i < query->select->source_count; i++)
        ignore_in_source(search, query->select->sources[i]);
}

static void ignore_in_arms(Search *search, const SetOperation *set)
{
    for (size_t i = 0; i < set->arm_count; i++)
        ignore_duplicates(search, set->arms[i]);
}

static void ignore_duplicates(Search *search, const Query *query)
{
    if (query->limit != NULL || query->offset != NULL)
        return;
    add(search, HARMLESS_DUPLICATES, query);
    if (query->body == BODY_SELECT)
        ignore_in_sources(search, query);
    else if (query->body == BODY_SET && query->set->op == SET_UNION_ALL)
        ignore_in_arms(search, query->set);
}

// NULL

// Returns the sources below whose rows a join may make NULL.
static NumberSet nullable_sources(Arena *arena, const Source *source)
{
    NumberSet none = {0};
    if (source->kind != SOURCE_JOIN)
        return none;
    NumberSet all = number_set_union(arena, nullable_sources(arena, source->left),
                                     nullable_sources(arena, source->right));
    if (join_keeps_left(source->join))
        all = number_set_union(arena, all, source_numbers(arena, source->right));
    if (join_keeps_right(source->join))
        all = number_set_union(arena, all, source_numbers(arena, source->left));
    return all;
}

static const Source *table_of(const Harmless *harmless, const Expr *expr)
{
    if (expr->kind != EXPR_COLUMN)
        return NULL;
    const Source *source = tree_source(harmless->tree, expr->source);
    bool is_table = source != NULL && source->kind == SOURCE_TABLE &&
                    expr->column < source->table->column_count;
    return is_table ? source : NULL;
}

static bool is_never_null(const Table *table, uint32_t column)
{
    return table->columns[column].not_null >= ASSURANCE_TRUSTED;
}

// In the groups of ROLLUP and its kin keys are NULL, and a block without keys has a row
// even where its sources have none.
static bool results_may_be_null(const Query *query)
{
    return query->body == BODY_SELECT && query_is_grouped(query) &&
           (query->select->group_count == 0 || !select_has_plain_groups(query->select));
}

static bool add_uncertain(void *context, const Expr *expr)
{
    Search *search = context;
    if (expr->kind == EXPR_COMPARE || expr->kind == EXPR_IN_QUERY)
        add(search, HARMLESS_UNCERTAIN, expr);
    return true;
}

static bool find_nullable(void *context, const Query *query)
{
    Search *search = context;
    Visitor uncertain = {.expr = add_uncertain, .context = search};
    if (results_may_be_null(query))
        walk_results(query, &uncertain);
    for (size_t i = 0; query->body == BODY_SELECT && i < query->select->source_count; i++)
        search->harmless->nullable =
            number_set_union(search->arena, search->harmless->nullable,
                             nullable_sources(search->arena, query->select->sources[i]));
    return true;
}

static bool never_gives_null(const Search *search, const Expr *expr, unsigned depth);

static bool any_rejects_null(const Expr *const *conditions, size_t count,
                             const Expr *column)
{
    for (size_t i = 0; i < count; i++)
        if (condition_rejects_null(conditions[i], column))
            return true;
    return false;
}

static bool join_drops_null(const Source *source, const Expr *column)
{
    return source->kind == SOURCE_JOIN && source->join == JOIN_INNER &&
           (any_rejects_null(source->on, source->on_count, column) ||
            join_drops_null(source->left, column) ||
            join_drops_null(source->right, column));
}

// True if no row passes FROM, and the conjuncts of WHERE but `left_out`, in which the
// column is NULL.
static bool select_drops_null(const Select *select, const Expr *left_out,
                              const Expr *column)
{
    if (column->kind != EXPR_COLUMN)
        return false;
    for (size_t i = 0; i < select->filter_count; i++)
        if (select->filter[i] != left_out &&
            condition_rejects_null(select->filter[i], column))
            return true;
    for (size_t i = 0; i < select->source_count; i++)
        if (join_drops_null(select->sources[i], column))
            return true;
    return false;
}

// True if no arm of the query yields NULL in the column with this id.
static bool output_never_null(const Search *search, const Query *query, uint32_t id,
                              unsigned depth)
{
    size_t width, place = query_output_position(query, id);
    const Output *outputs = query_outputs(query, &width);
    if (place == width || depth > NEST_LIMIT || results_may_be_null(query))
        return false;
    if (query->body == BODY_SELECT)
        return never_gives_null(search, outputs[place].expr, depth + 1) ||
               select_drops_null(query->select, NULL, outputs[place].expr);
    bool is_never = query->body == BODY_SET && !query->set->by_name;
    for (size_t i = 0; is_never && i < query->set->arm_count; i++) {
        const Output *arm = query_outputs(query->set->arms[i], &width);
        is_never =
            output_never_null(search, query->set->arms[i], arm[place].id, depth + 1);
    }
    return is_never;
}

static bool column_never_null(const Search *search, const Expr *expr, unsigned depth)
{
    const Source *source = tree_source(search->harmless->tree, expr->source);
    if (source == NULL)
        return false;
    const Query *query = source_plain_query(search->harmless->tree, source);
    if (query != NULL)
        return output_never_null(search, query, expr->column, depth);
    const Source *table = table_of(search->harmless, expr);
    return table != NULL && is_never_null(table->table, expr->column);
}

static bool arguments_never_null(const Search *search, const Expr *expr, unsigned depth)
{
    for (size_t i = 0; i < expr->arg_count; i++)
        if (!never_gives_null(search, expr->args[i], depth))
            return false;
    return true;
}

// Infinities make arithmetic NULL, but not where the other side is finite.
static bool is_finite_sum(const Expr *expr)
{
    return expr->arg_count == 2 &&
           (text_same_word(expr->name, "+") || text_same_word(expr->name, "-")) &&
           (expr_is_literal(expr->args[0], LITERAL_NUMBER) ||
            expr_is_literal(expr->args[1], LITERAL_NUMBER));
}

static bool is_negative_number(const Expr *expr)
{
    return expr->arg_count == 1 && text_same_word(expr->name, "-") &&
           expr_is_literal(expr->args[0], LITERAL_NUMBER);
}

static bool is_total(const Expr *expr)
{
    return expr->function != NULL && expr->function->total;
}

static bool never_gives_null(const Search *search, const Expr *expr, unsigned depth)
{
    switch (expr->kind) {
    case EXPR_LITERAL:
        return expr->literal != LITERAL_NULL;
    case EXPR_AGGREGATE:
        return text_same_word(expr->name, "count");
    case EXPR_WINDOW: // A rank, or a count.
        return is_total(expr) &&
               (expr->arg_count == 0 || text_same_word(expr->name, "count"));
    case EXPR_OPERATOR:
        return (is_total(expr) || is_finite_sum(expr) || is_negative_number(expr)) &&
               arguments_never_null(search, expr, depth);
    case EXPR_CALL:
        return is_total(expr) && arguments_never_null(search, expr, depth);
    case EXPR_COLUMN:
        return column_never_null(search, expr, depth) &&
               !number_set_has(number_set_has(search->joined, expr->source)
                                   ? search->nullable_joined
                                   : search->harmless->nullable,
                               expr->source);
    default:
        return false;
    }
}

bool operand_is_never_null(const Harmless *harmless, const Expr *expr,
                           const Expr *operand)
{
    Search search = {.harmless = (Harmless *)harmless};
    return !is_harmless(harmless, HARMLESS_UNCERTAIN, expr) &&
           never_gives_null(&search, operand, 0);
}

// `=` beside IS NOT DISTINCT FROM, `<>` beside IS DISTINCT FROM: another question where
// there is a NULL; `=` of which only TRUE counts, where NULL meets NULL.
static void find_comparison(Search *search, const Expr *expr, bool is_condition)
{
    bool left = never_gives_null(search, expr->args[0], 0);
    bool right = never_gives_null(search, expr->args[1], 0);
    if (is_harmless(search->harmless, HARMLESS_UNCERTAIN, expr))
        return;
    if ((left && right) ||
        (is_condition && expr->compare == COMPARE_EQ && (left || right)))
        add(search, HARMLESS_NULLS, expr);
}

// A row is dropped, or not joined, whether its condition is FALSE or NULL.
static void find_in_conditions(Search *search, const Expr *const *conditions,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Expr *expr = conditions[i];
        if (expr->kind == EXPR_AND || expr->kind == EXPR_OR)
            find_in_conditions(search, expr->args, expr->arg_count);
        if (expr->kind == EXPR_COMPARE)
            find_comparison(search, expr, true);
    }
}

// Another conjunct drops the rows with NULL on a side of this one.
static void find_in_filter(Search *search, const Select *select)
{
    find_in_conditions(search, select->filter, select->filter_count);
    for (size_t i = 0; i < select->filter_count; i++) {
        const Expr *expr = select->filter[i];
        if (expr->kind == EXPR_COMPARE && expr->compare == COMPARE_EQ &&
            (select_drops_null(select, expr, expr->args[0]) ||
             select_drops_null(select, expr, expr->args[1])))
            add(search, HARMLESS_NULLS, expr);
    }
}

// Uniqueness

static bool is_key(const Table *table, uint32_t column)
{
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        if (key->assurance >= ASSURANCE_TRUSTED && key->column_count == 1 &&
            key->columns[0] == column && is_never_null(table, column))
            return true;
    }
    return false;
}

static bool is_unique_alone(const Harmless *harmless, const Expr *expr)
{
    const Source *source = table_of(harmless, expr);
    return source != NULL && number_set_has(harmless->alone, source->number) &&
           is_key(source->table, expr->column);
}

// Outer joins

typedef struct {
    NumberSet sources;
    const Expr *condition;
    bool rejects;
} NullQuestion;

static bool ask_about_column(void *context, const Expr *expr)
{
    NullQuestion *question = context;
    if (expr->kind == EXPR_COLUMN && number_set_has(question->sources, expr->source))
        question->rejects |= condition_rejects_null(question->condition, expr);
    return !question->rejects;
}

// True if a row is dropped in which all columns of these sources are NULL.
static bool sieve_drops_nulls(const Sieve *sieve, NumberSet sources)
{
    NullQuestion question = {.sources = sources};
    Visitor visitor = {.expr = ask_about_column,
                       .query = walk_stay_out,
                       .context = &question};
    for (; sieve != NULL && !question.rejects; sieve = sieve->next) {
        question.condition = sieve->condition;
        walk_expr(question.condition, &visitor);
    }
    return question.rejects;
}

static void find_in_join(Search *search, const Source *source, const Sieve *sieve)
{
    if (source->kind != SOURCE_JOIN)
        return;
    if (sieve_drops_nulls(sieve, source_numbers(search->arena, source->left)))
        add(search, HARMLESS_NULL_LEFT, source);
    if (sieve_drops_nulls(sieve, source_numbers(search->arena, source->right)))
        add(search, HARMLESS_NULL_RIGHT, source);
    find_in_join(search, source->left,
                 sieve_of_side(search->arena, source, source->left, sieve, NULL));
    find_in_join(search, source->right,
                 sieve_of_side(search->arena, source, source->right, sieve, NULL));
}

// The walk

// True if the groups of the block differ in what the window divides and orders by.
static bool orders_groups(const Select *select, const Window *window)
{
    for (size_t g = 0; g < select->group_count; g++) {
        const Expr *key = select->groups[g].exprs[0];
        bool is_named = false;
        for (size_t i = 0; i < window->partition_count && !is_named; i++)
            is_named = expr_equal(window->partition[i], key);
        for (size_t i = 0; i < window->order_count && !is_named; i++)
            is_named = expr_equal(window->order[i].expr, key) &&
                       window->order[i].expr->type.collation == NULL;
        if (!is_named)
            return false;
    }
    return select->group_count > 0 && select_has_plain_groups(select);
}

static void find_windows_over_groups(Search *search, const Select *select)
{
    for (size_t i = 0; i < select->output_count; i++) {
        const Expr *expr = select->outputs[i].expr;
        if (expr->kind == EXPR_WINDOW && expr->window->name == NULL &&
            expr->window->base == NULL && orders_groups(select, expr->window))
            add(search, HARMLESS_PEERS, expr);
    }
}

typedef struct {
    Search *search;
    const Select *select;
} Keys;

// Keys that are the same are written alike only where no collation says otherwise.
static bool find_aggregate_of_key(void *context, const Expr *expr)
{
    Keys *keys = context;
    const Select *select = keys->select;
    for (size_t i = 0; i < select->group_count; i++) {
        const Expr *key = select->groups[i].exprs[0];
        bool is_plain = type_is_number(key->type) ||
                        (key->type.kind == TYPE_TEXT && key->type.collation == NULL);
        if (expr->kind == EXPR_AGGREGATE && expr->arg_count == 1 && is_plain &&
            expr_equal(expr->args[0], key))
            add(keys->search, HARMLESS_KEY, expr);
    }
    return true;
}

static void find_aggregates_of_keys(Search *search, const Query *query)
{
    Keys keys = {search, query->select};
    Visitor visitor = {.expr = find_aggregate_of_key,
                       .query = walk_stay_out,
                       .context = &keys};
    if (query->select->group_count > 0 && select_has_plain_groups(query->select))
        walk_results(query, &visitor);
}

static void find_window(Search *search, const Expr *expr)
{
    const Window *window = expr->window;
    for (size_t i = 0; i < window->order_count; i++)
        if (is_unique_alone(search->harmless, window->order[i].expr))
            add(search, HARMLESS_PEERS, expr);
}

static bool add_value(void *context, const Expr *expr)
{
    add(context, HARMLESS_VALUE, expr);
    return true;
}

// True if LIMIT or OFFSET may leave nothing of a single row.
static bool may_cut_all(const Query *query)
{
    bool leaves_one =
        query->limit == NULL ||
        (expr_is_literal(query->limit, LITERAL_NUMBER) && query->limit->name[0] != '0');
    return !leaves_one || query->offset != NULL;
}

// What is asked of EXISTS is one row, whatever stands in it; only a set operation, and
// an OFFSET behind DISTINCT, look at values.
static void find_exists(Search *search, const Query *query)
{
    if (query->body != BODY_SELECT || may_cut_all(query))
        return;
    Visitor visitor = {.expr = add_value, .context = search};
    for (size_t i = 0; i < query->select->output_count; i++)
        walk_expr(query->select->outputs[i].expr, &visitor);
    add(search, HARMLESS_LIMIT, query);
    add(search, HARMLESS_DUPLICATES, query);
}

static bool find_in_expr(void *context, const Expr *expr)
{
    Search *search = context;
    if (expr->kind == EXPR_EXISTS)
        find_exists(search, expr->query);
    if (expr->kind == EXPR_EXISTS || expr->kind == EXPR_IN_QUERY ||
        expr->kind == EXPR_QUANTIFIED)
        ignore_duplicates(search, expr->query);
    bool takes_first =
        expr->kind == EXPR_SUBQUERY && search->harmless->tree->dialect == DIALECT_SQLITE;
    if (takes_first && !may_cut_all(expr->query))
        add(search, HARMLESS_DUPLICATES, expr->query);
    if (expr->kind == EXPR_WINDOW)
        find_window(search, expr);
    if (expr->kind == EXPR_COMPARE)
        find_comparison(search, expr, false);
    return true;
}

static void find_in_select(Search *search, const Query *query)
{
    const Select *select = query->select;
    if (select->source_count == 1)
        search->harmless->alone = number_set_with(search->arena, search->harmless->alone,
                                                  select->sources[0]->number);
    if (select->distinct == DISTINCT_ROWS)
        ignore_in_sources(search, query);
    find_windows_over_groups(search, select);
    find_in_filter(search, select);
    find_aggregates_of_keys(search, query);
    find_in_conditions(search, select->having, select->having_count);
    const Sieve *sieve = sieve_with_all(search->arena, NULL, conjuncts_of_filter(select));
    for (size_t i = 0; i < select->source_count; i++)
        find_in_join(search, select->sources[i], sieve);
}

// True if there is one row, or none: nothing to order, and nothing to cut off.
static bool has_one_row(const Query *query)
{
    return query->body == BODY_SELECT && query_is_grouped(query) &&
           query->select->group_count == 0 && !may_cut_all(query);
}

static void find_in_only_row(Search *search, const Query *query)
{
    Visitor visitor = {.expr = add_value, .context = search};
    add(search, HARMLESS_LIMIT, query);
    for (size_t i = 0; i < query->order_count; i++)
        walk_expr(query->order[i].expr, &visitor);
    if (query->limit != NULL && strcmp(query->limit->name, "1") != 0)
        add(search, HARMLESS_VALUE, query->limit);
}

static bool find_in_query(void *context, const Query *query)
{
    Search *search = context;
    if (has_one_row(query))
        find_in_only_row(search, query);
    if (query != search->harmless->tree->root)
        add(search, HARMLESS_ORDER, query);
    if (query->body == BODY_SELECT)
        find_in_select(search, query);
    else if (query->body == BODY_SET && set_removes_duplicates(query->set->op))
        ignore_in_arms(search, query->set);
    return true;
}

static bool find_in_source(void *context, const Source *source)
{
    Search *search = context;
    if (source->kind != SOURCE_JOIN)
        return true;
    search->joined = source_numbers(search->arena, source);
    search->nullable_joined =
        number_set_union(search->arena, nullable_sources(search->arena, source->left),
                         nullable_sources(search->arena, source->right));
    find_in_conditions(search, source->on, source->on_count);
    search->joined = (NumberSet){0};
    return true;
}

Harmless harmless_in(Arena *arena, const Tree *tree)
{
    Harmless harmless = {.tree = tree};
    Search search = {.arena = arena, .harmless = &harmless};
    Visitor nullable = {.query = find_nullable, .context = &search};
    Visitor visitor = {.expr = find_in_expr,
                       .query = find_in_query,
                       .source = find_in_source,
                       .context = &search};
    walk_query(tree->root, &nullable);
    walk_query(tree->root, &visitor);
    return harmless;
}
