// print_refer.c - references: what a name would mean where it stands.
//
// A column's name alone means the innermost block that has such a column; SQLite and
// DuckDB also look at the names of the select list on the way. An alias means the
// innermost block that has it, whatever its columns are.

#include "sql/print_naming.h"

#include "query/equal.h"
#include "query/walk.h"

// References

static const Block *block_at(const Names *n, unsigned depth)
{
    const Block *block = n->block;
    while (block != NULL && block->depth != depth)
        block = block->outer;
    return block;
}

// True if an output's name would be taken for what is an expression over FROM.
static bool output_catches(const Names *n, const SourceName *s, const Expr *expr,
                           const char *name)
{
    const Meaning *label = name_scope_find(&n->labels, name);
    if (label == NULL || label->depth < s->depth)
        return false;
    if (label->depth > s->depth)
        return true;
    const Block *block = block_at(n, s->depth);
    const Output *output = label->thing;
    bool is_same = label->count == 1 && expr_equal(output->expr, expr);
    return block != NULL && block->sees_outputs && !is_same;
}

// DuckDB takes t.x for a field of a column t, and t for the whole row of a table t: true
// if a name further in does that to one of the source's block.
static bool is_taken_apart(const Names *n, const NameScope *scope, const char *name,
                           const SourceName *s)
{
    const Meaning *meaning = name_scope_find(scope, name);
    return n->dialect == DIALECT_DUCKDB && meaning != NULL && meaning->depth > s->depth;
}

static bool can_be_bare(const Names *n, const SourceName *s, const Expr *column)
{
    const Block *block = block_at(n, s->depth);
    if (block == NULL || block->has_opaque)
        return true;
    if (column->column == COLUMN_ROWID)
        return block == n->block && block->leaves.count == 1;
    const char *name = names_column_text(n, column);
    const Meaning *meaning = name_scope_find(&n->columns, name);
    if (meaning == NULL || meaning->depth != s->depth || meaning->count != 1)
        return false;
    const Visible *visible = meaning->thing;
    return visible->member_count == 1 && visible->members[0].source == column->source &&
           visible->members[0].column == column->column &&
           !output_catches(n, s, column, name) &&
           !is_taken_apart(n, &n->aliases, name, s);
}

void names_need_alias(Names *n, SourceName *s)
{
    if (s->alias == NULL || is_taken_apart(n, &n->columns, s->alias, s))
        s->is_hidden = true;
    if (s->is_hidden)
        return;
    const Meaning *meaning = name_scope_find(&n->aliases, s->alias);
    for (; meaning != NULL && meaning->thing != s; meaning = meaning->outer)
        ((SourceName *)meaning->thing)->is_hidden = true;
}

static void see_column(Names *n, const Expr *column)
{
    SourceName *s = names_find_source(n, column->source);
    if (s == NULL)
        return;
    names_use_column(n, s, column->column);
    if (!column->qualified && can_be_bare(n, s, column))
        return;
    if (!column->qualified)
        *map_number(&n->qualified, (uintptr_t)column) = (void *)column;
    names_need_alias(n, s);
}

static bool member_is(const Expr *expr, Member member)
{
    return expr_is_column(expr, member.source, member.column);
}

bool names_is_visible(const Expr *expr, const Visible *visible)
{
    if (visible->member_count == 1)
        return member_is(expr, visible->members[0]);
    if (expr->kind != EXPR_CALL || !text_same_word(expr->name, "coalesce") ||
        expr->arg_count != visible->member_count)
        return false;
    for (size_t i = 0; i < expr->arg_count; i++) {
        if (!member_is(expr->args[i], visible->members[i]))
            return false;
    }
    return true;
}

// True if the call was made of a name that FULL JOIN USING merged, and still can be.
static bool see_merged(Names *n, const Expr *call)
{
    bool candidate = call->kind == EXPR_CALL && call->offset == NO_OFFSET &&
                     call->arg_count > 1 && call->args[0]->kind == EXPR_COLUMN &&
                     text_same_word(call->name, "coalesce");
    const SourceName *s = candidate ? names_find_source(n, call->args[0]->source) : NULL;
    if (s == NULL)
        return false;
    const char *name = names_column_text(n, call->args[0]);
    const Meaning *meaning = name_scope_find(&n->columns, name);
    if (meaning == NULL || meaning->depth != s->depth || meaning->count != 1 ||
        !names_is_visible(call, meaning->thing) || output_catches(n, s, call, name))
        return false;
    for (size_t i = 0; i < call->arg_count; i++)
        names_use_column(n, names_find_source(n, call->args[i]->source),
                         call->args[i]->column);
    *map_number(&n->merged, (uintptr_t)call) = (void *)name;
    return true;
}

// Outputs in ORDER BY

static bool name_is_single(const Output *outputs, size_t count, const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += text_same_word(outputs[i].name, name);
    return found == 1;
}

// True if the name of an output is to be seen where it is printed: behind AS, or as that
// of a column where the dialect takes the names of columns for names of outputs.
static bool output_shows_name(const Names *n, const Query *query, const OutputName *found)
{
    size_t count;
    while (query->body == BODY_SET)
        query = query->set->arms[0];
    const Output *outputs = query_outputs(query, &count);
    if (query->body != BODY_SELECT || found->position >= count)
        return false;
    const Output *output = &outputs[found->position];
    bool is_column = output->expr->kind == EXPR_COLUMN;
    if (!output->explicit_name && (!is_column || n->dialect == DIALECT_SQLITE))
        return false;
    const char *shown = found->output->name;
    if (found->role == ROLE_NAMELESS) // Printed as it is; others get the name they need.
        shown = output->explicit_name ? output->name : names_column_text(n, output->expr);
    return text_same_word(shown, found->output->name);
}

// True if the name of the block's output means it, alone or inside an expression.
static bool output_is_found(const Names *n, const OutputName *found, bool alone)
{
    const Block *block = n->block;
    const char *name = found->output->name;
    size_t count;
    const Output *outputs = query_outputs(block->query, &count);
    if (found->is_fresh || !name_is_single(outputs, count, name) ||
        !text_same_word(block->labels[found->position].name, name) ||
        !output_shows_name(n, block->query, found))
        return false;
    const Meaning *column = name_scope_find(&n->columns, name);
    bool is_hidden = column != NULL && column->depth == block->depth;
    return alone || (!is_hidden && n->dialect != DIALECT_POSTGRES);
}

static void see_output(Names *n, const Expr *expr, bool alone)
{
    const OutputName *found = names_find_output(n, expr->column);
    if (found == NULL || n->block == NULL)
        return;
    const Expr *meant = found->output->expr;
    OutputUse *use = arena_new(n->arena, OutputUse, 1);
    *use = (OutputUse){.style = OUTPUT_BY_ORDINAL,
                       .name = found->output->name,
                       .ordinal = found->position + 1,
                       .expr = meant};
    bool wants_number = alone && expr->literal == LITERAL_NUMBER;
    if (!wants_number && output_is_found(n, found, alone))
        use->style = OUTPUT_BY_NAME;
    else if (!alone && meant != NULL)
        use->style = OUTPUT_BY_EXPR;
    if (use->style == OUTPUT_BY_EXPR && meant->kind == EXPR_COLUMN)
        see_column(n, meant); // Others were seen in the list.
    *map_number(&n->uses, (uintptr_t)expr) = use;
}

// Expressions

static bool see_expr(void *context, const Expr *expr)
{
    Names *n = context;
    if (expr->kind == EXPR_COLUMN) {
        see_column(n, expr);
    } else if (expr->kind == EXPR_OUTPUT) {
        see_output(n, expr, false);
    }
    return !see_merged(n, expr);
}

static bool see_query(void *context, const Query *query)
{
    names_enter_query(context, query, ROLE_NAMELESS, NULL);
    return false;
}

void names_see(Names *n, const Expr *expr)
{
    Visitor visitor = {.expr = see_expr, .query = see_query, .context = n};
    if (expr != NULL)
        walk_expr(expr, &visitor);
}

void names_see_all(Names *n, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        names_see(n, exprs[i]);
}

void names_see_key(Names *n, const Expr *key)
{
    const Expr *inner = key->kind == EXPR_COLLATE ? key->args[0] : key;
    if (inner->kind != EXPR_OUTPUT) {
        names_see(n, key);
        return;
    }
    see_output(n, inner, true);
}
