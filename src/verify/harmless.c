// harmless.c - readers that ignore duplicates, keys, columns that are never NULL.

#include "verify/harmless.h"

#include "verify/domain.h"

typedef struct {
    Arena *arena;
    Harmless *harmless;
    NumberSet nullable; // Sources whose columns may be NULL whatever the tables say;
    NumberSet joined, nullable_joined; // another answer for those of a join in its ON.
} Search;

static void add(Search *search, HarmlessKind kind, const void *node)
{
    array_push(search->arena, &search->harmless->nodes[kind], node);
}

bool is_harmless(const Harmless *harmless, HarmlessKind kind, const void *node)
{
    for (size_t i = 0; i < harmless->nodes[kind].count; i++)
        if (harmless->nodes[kind].items[i] == node)
            return true;
    return false;
}

// Duplicates

static void ignore_duplicates(Search *search, const Query *query);

static void ignore_in_source(Search *search, const Source *source)
{
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

static bool is_set_operator(SetOperator op)
{
    return op == SET_UNION || op == SET_INTERSECT || op == SET_EXCEPT;
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
    if (source->join == JOIN_LEFT || source->join == JOIN_FULL)
        all = number_set_union(arena, all, source_numbers(arena, source->right));
    if (source->join == JOIN_RIGHT || source->join == JOIN_FULL)
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
    return table->columns[column].not_null >= ASSURANCE_TRUSTED ||
           column_is_rowid(table, column);
}

// In the groups of ROLLUP and its kin keys are NULL, and a block without keys has a row
// even where its sources have none.
static bool may_null_columns(const Query *query)
{
    return query->body == BODY_SELECT && query_is_grouped(query) &&
           (query->select->group_count == 0 || !select_has_plain_groups(query->select));
}

static NumberSet sources_of(Arena *arena, const Select *select)
{
    NumberSet all = {0};
    for (size_t i = 0; i < select->source_count; i++)
        all = number_set_union(arena, all, source_numbers(arena, select->sources[i]));
    return all;
}

static bool find_nullable(void *context, const Query *query)
{
    Search *search = context;
    if (query->body != BODY_SELECT)
        return true;
    const Select *select = query->select;
    NumberSet nullable = {0};
    if (may_null_columns(query))
        nullable = sources_of(search->arena, select);
    for (size_t i = 0; i < select->source_count; i++)
        nullable = number_set_union(search->arena, nullable,
                                    nullable_sources(search->arena, select->sources[i]));
    search->nullable = number_set_union(search->arena, search->nullable, nullable);
    return true;
}

static bool never_gives_null(const Search *search, const Expr *expr)
{
    if (expr->kind == EXPR_LITERAL)
        return expr->literal != LITERAL_NULL;
    const Source *source = table_of(search->harmless, expr);
    if (source == NULL || !is_never_null(source->table, expr->column))
        return false;
    return !number_set_has(number_set_has(search->joined, source->number)
                               ? search->nullable_joined
                               : search->nullable,
                           source->number);
}

// `=` beside IS NOT DISTINCT FROM is another question only where NULL meets NULL, `<>`
// beside IS DISTINCT FROM where there is any.
static void find_comparison(Search *search, const Expr *expr)
{
    bool left = never_gives_null(search, expr->args[0]);
    bool right = never_gives_null(search, expr->args[1]);
    if ((left && right) || (expr->compare == COMPARE_EQ && (left || right)))
        add(search, HARMLESS_NULLS, expr);
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

bool is_unique_in_block(const Harmless *harmless, const Query *query, const Expr *expr)
{
    const Output *output =
        expr->kind == EXPR_OUTPUT ? query_output(query, expr->column) : NULL;
    if (output != NULL && output->expr != NULL)
        expr = output->expr;
    return query->body == BODY_SELECT && select_has_plain_groups(query->select) &&
           expr->kind == EXPR_COLUMN &&
           select_source(query->select, expr->source) != NULL &&
           is_unique_alone(harmless, expr);
}

// True if every column of this derived table is an output.
static bool shows_all_columns(const Select *select, const Source *source)
{
    size_t width, shown = 0;
    const Output *columns = query_outputs(source->query, &width);
    for (size_t c = 0; c < width; c++)
        for (size_t i = 0; i < select->output_count; i++)
            if (expr_is_column(select->outputs[i].expr, source->number, columns[c].id)) {
                shown++;
                break;
            }
    return shown == width;
}

bool has_unique_rows(const Harmless *harmless, const Query *query)
{
    if (query->body == BODY_SET)
        return is_set_operator(query->set->op);
    if (query->body != BODY_SELECT)
        return false;
    const Select *select = query->select;
    for (size_t i = 0; i < select->output_count; i++)
        if (is_unique_in_block(harmless, query, select->outputs[i].expr))
            return true;
    const Source *only = select->source_count == 1 ? select->sources[0] : NULL;
    if (only == NULL || only->kind != SOURCE_QUERY || query_is_grouped(query))
        return false;
    bool is_distinct = only->query->body == BODY_SELECT &&
                       only->query->select->distinct == DISTINCT_ROWS;
    return (is_distinct || has_unique_rows(harmless, only->query)) &&
           shows_all_columns(select, only);
}

// The walk

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

// What is asked of EXISTS is one row, whatever stands in it; only a set operation, and
// an OFFSET behind DISTINCT, look at values.
static void find_exists(Search *search, const Query *query)
{
    bool cuts_all =
        query->limit != NULL &&
        (!expr_is_literal(query->limit, LITERAL_NUMBER) || query->limit->name[0] == '0');
    if (query->body != BODY_SELECT || cuts_all || query->offset != NULL)
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
    if (expr->kind == EXPR_WINDOW)
        find_window(search, expr);
    if (expr->kind == EXPR_COMPARE)
        find_comparison(search, expr);
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
}

static bool find_in_query(void *context, const Query *query)
{
    Search *search = context;
    if (query != search->harmless->tree->root)
        add(search, HARMLESS_ORDER, query);
    if (query->body == BODY_SELECT)
        find_in_select(search, query);
    else if (query->body == BODY_SET && is_set_operator(query->set->op))
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
    for (size_t i = 0; i < source->on_count; i++)
        if (source->on[i]->kind == EXPR_COMPARE)
            find_comparison(search, source->on[i]);
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
