// choice.c - one walk for what may be open.

#include "verify/choice.h"

#include "base/text.h"
#include "query/walk.h"
#include "verify/tame.h"

// Not marked as depending on the order of rows, since they are not exact anyway.
static const char *const approximate_names[] = {"approx_quantile", "approx_top_k",
                                                "reservoir_quantile"};

// Windows that give the same to all rows that tie.
static const char *const tied_names[] = {"rank", "dense_rank", "rank_dense",
                                         "percent_rank", "cume_dist"};

// Words of a text that does not bind; those with a bracket are functions.
static const char *const open_words[] = {
    "any_value",        "arbitrary",  "first",      "last",    "string_agg", "listagg",
    "group_concat",     "array_agg",  "list",       "arg_min", "arg_max",    "min_by",
    "max_by",           "mode",       "row_number", "ntile",   "lag",        "lead",
    "first_value",      "last_value", "nth_value",  "rows",    "limit",      "fetch",
    "json_group_array", "distinct on"};

typedef struct {
    Arena *arena;
    Dialect dialect;
    const Query *root;
    const char *choice;
} Search;

static bool is_approximate(const Expr *expr)
{
    return text_is_one_of(expr->name, approximate_names, COUNT_OF(approximate_names));
}

static bool depends_on_order(const Expr *expr)
{
    return expr->function == NULL || expr->function->order_sensitive ||
           is_approximate(expr);
}

static bool frames_whole_partition(const Window *window)
{
    return window->low == BOUND_UNBOUNDED_PRECEDING &&
           window->high == BOUND_UNBOUNDED_FOLLOWING;
}

// True if rows that tie in the order of the window get the same value.
static bool window_is_decided(const Expr *expr)
{
    const Window *window = expr->window;
    if (text_is_one_of(expr->name, tied_names, COUNT_OF(tied_names)))
        return true;
    bool is_aggregate =
        expr->function != NULL && expr->function->kind == FUNCTION_AGGREGATE;
    // A window that another one names may have more to it.
    bool is_whole = window->name == NULL && window->base == NULL &&
                    (window->frame != FRAME_ROWS || frames_whole_partition(window));
    return is_aggregate && !depends_on_order(expr) && is_whole;
}

static const char *choice_in_expr(Search *search, const Expr *expr)
{
    if (expr->kind == EXPR_WINDOW && !window_is_decided(expr))
        return arena_printf(search->arena, "%s() over rows that tie", expr->name);
    if (expr->kind == EXPR_AGGREGATE && depends_on_order(expr))
        return arena_printf(search->arena, "%s() depends on the order of its rows",
                            expr->name);
    if (expr->kind == EXPR_OPAQUE)
        return "an expression that is not understood";
    return NULL;
}

static bool see_expr(void *context, const Expr *expr)
{
    Search *search = context;
    if (search->choice == NULL)
        search->choice = choice_in_expr(search, expr);
    return search->choice == NULL;
}

static const char *choice_in_query(const Search *search, const Query *query)
{
    bool is_top = query == search->root;
    const Select *select = query->body == BODY_SELECT ? query->select : NULL;
    if (query->body == BODY_OPAQUE)
        return "a query that is not understood";
    if (!is_top && (query->limit != NULL || query->offset != NULL))
        return "a LIMIT below the top takes any of the rows that tie";
    if (!is_top && select != NULL && select->distinct == DISTINCT_ON)
        return "DISTINCT ON below the top takes any of the rows that tie";
    if (search->dialect == DIALECT_SQLITE && select != NULL && query_is_grouped(query) &&
        query_takes_any_row(query))
        return "a column that is not grouped by takes its value from any row";
    return NULL;
}

static bool see_query(void *context, const Query *query)
{
    Search *search = context;
    if (search->choice == NULL)
        search->choice = choice_in_query(search, query);
    return search->choice == NULL;
}

static bool see_source(void *context, const Source *source)
{
    Search *search = context;
    if (search->choice == NULL && source->kind == SOURCE_OPAQUE)
        search->choice = "a source that is not understood";
    return search->choice == NULL;
}

const char *side_open_choice(Arena *arena, const Side *side)
{
    if (side->tree == NULL) {
        for (size_t i = 0; i < COUNT_OF(open_words); i++)
            if (text_has_word(side->text, open_words[i]))
                return arena_printf(arena, "%s may leave a choice", open_words[i]);
        return NULL;
    }
    Search search = {.arena = arena,
                     .dialect = side->tree->dialect,
                     .root = side->tree->root};
    Visitor visitor = {.expr = see_expr,
                       .query = see_query,
                       .source = see_source,
                       .context = &search};
    walk_query(side->tree->root, &visitor);
    return search.choice;
}

const char *choice_reason(Arena *arena, const char *choice)
{
    return arena_printf(arena, "the data does not determine the original's answer: %s",
                        choice);
}
