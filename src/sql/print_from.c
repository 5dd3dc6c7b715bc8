// print_from.c - FROM: what is visible through it, USING, and stars.
//
// The names that an unqualified name or `*` can mean are a list, as the engines keep it:
// a join puts the lists of its sides together, USING merges its columns into one.

#include "sql/print_naming.h"

#include <string.h>

// FROM

static SourceName *enter_source(Names *n, const Source *source)
{
    SourceName *s = arena_new(n->arena, SourceName, 1);
    *s = (SourceName){.source = source, .alias = source->alias, .depth = n->block->depth};
    if (source->kind == SOURCE_QUERY)
        s->query = source->query;
    const CteName *cte =
        source->kind == SOURCE_CTE ? map_find_number(&n->ctes, source->cte) : NULL;
    if (cte != NULL) {
        if (!source->explicit_alias && text_same_word(source->alias, cte->name))
            s->follows = cte;
        s->query = cte->cte->query;
        s->names = cte->cte->column_names;
        s->name_count = cte->cte->column_name_count;
    }
    *map_number(&n->sources, source->number) = s;
    return s;
}

// Hides every CTE that would catch the name before it reaches `wanted` (NULL: a table).
static void need_table_name(Names *n, const char *name, const CteName *wanted)
{
    const Meaning *meaning = name_scope_find(&n->with, name);
    for (; meaning != NULL && meaning->thing != wanted; meaning = meaning->outer)
        ((CteName *)meaning->thing)->is_hidden = true;
}

static void push_visible(Names *n, Visible *visible)
{
    names_take(n, visible->name);
    name_scope_push(&n->columns, visible->name, n->block->depth, visible);
}

// Hides one of two sources of a FROM that have the same name: the second, unless the
// first must change its name with its CTE anyway.
static void hide_one(SourceName *first, SourceName *second)
{
    bool changes = first->follows != NULL && first->follows->is_hidden;
    if (changes)
        first->is_hidden = true;
    else
        second->is_hidden = true;
}

// Puts a leaf's names into scope, and its columns behind those visible so far.
static void add_leaf(Names *n, SourceName *s)
{
    Block *block = n->block;
    array_push(n->arena, &block->leaves, s);
    if (s->alias != NULL) {
        names_take(n, s->alias);
        const Meaning *other = name_scope_find(&n->aliases, s->alias);
        if (other != NULL && other->depth == block->depth)
            hide_one(other->thing, s);
        else
            name_scope_push(&n->aliases, s->alias, block->depth, s);
    }
    size_t count = named_width(s);
    Member *members = arena_new(n->arena, Member, count);
    for (size_t i = 0; i < count; i++) {
        members[i] = (Member){s->source->number, named_column(s, i)};
        Visible *visible = arena_new(n->arena, Visible, 1);
        *visible = (Visible){named_column_name(n, s, i), &members[i], 1};
        array_push(n->arena, &block->visible, *visible);
        push_visible(n, visible);
    }
}

static void name_leaf(Names *n, const Source *source)
{
    SourceName *s = enter_source(n, source);
    const CteName *cte = NULL;
    switch (source->kind) {
    case SOURCE_TABLE:
        names_take(n, source->name);
        if (source->schema == NULL)
            need_table_name(n, source->name, NULL);
        break;
    case SOURCE_CTE:
        cte = map_find_number(&n->ctes, source->cte);
        if (cte != NULL)
            need_table_name(n, cte->name, cte);
        break;
    case SOURCE_QUERY:
        names_enter_query(n, source->query, ROLE_SOURCE, NULL);
        break;
    case SOURCE_FUNCTION:
        names_see(n, source->call);
        n->block->has_opaque |= source->column_count == 0;
        break;
    case SOURCE_OPAQUE:
        n->block->has_opaque = true;
        break;
    case SOURCE_NAME:
    case SOURCE_JOIN:
        break;
    }
    add_leaf(n, s);
}

// Returns the number of the visible name in [first, end), or `end`; sets `count`.
static size_t find_visible(const Block *block, size_t first, size_t end, const char *name,
                           size_t *count)
{
    size_t found = end;
    *count = 0;
    for (size_t i = first; i < end; i++) {
        if (!text_same_word(block->visible.items[i].name, name))
            continue;
        if (*count == 0)
            found = i;
        (*count)++;
    }
    return found;
}

// Returns what the sides' columns become.
static Visible merge(Names *n, const Source *join, Visible left, Visible right)
{
    if (join->join == JOIN_RIGHT)
        return right;
    if (join->join != JOIN_FULL)
        return left;
    size_t count = left.member_count + right.member_count;
    Member *members = arena_new(n->arena, Member, count);
    memcpy(members, left.members, left.member_count * sizeof(*members));
    memcpy(members + left.member_count, right.members,
           right.member_count * sizeof(*members));
    return (Visible){left.name, members, count};
}

// True if ON says what USING would: the first conjunct of the k-th name joins what the
// name means on both sides.
static bool using_holds(const Block *block, const Source *join, size_t first,
                        size_t middle, size_t k)
{
    size_t left_count, right_count, end = block->visible.count;
    const Expr *on = join->on[k];
    size_t left = find_visible(block, first, middle, join->using_names[k], &left_count);
    size_t right = find_visible(block, middle, end, join->using_names[k], &right_count);
    return left_count == 1 && right_count == 1 && on->kind == EXPR_COMPARE &&
           on->compare == COMPARE_EQ &&
           names_is_visible(on->args[0], &block->visible.items[left]) &&
           names_is_visible(on->args[1], &block->visible.items[right]);
}

static void use_visible(Names *n, const Visible *visible)
{
    for (size_t i = 0; i < visible->member_count; i++)
        names_use_column(n, names_find_source(n, visible->members[i].source),
                         visible->members[i].column);
}

// Counts the names that both sides have: what NATURAL would join by.
static size_t count_common(const Block *block, size_t first, size_t middle)
{
    size_t common = 0, count;
    for (size_t i = first; i < middle; i++) {
        (void)find_visible(block, middle, block->visible.count,
                           block->visible.items[i].name, &count);
        common += count > 0;
    }
    return common;
}

// Keeps USING if it still says the same, and merges its columns.
static void name_using(Names *n, const Source *join, size_t first, size_t middle)
{
    Block *block = n->block;
    if (block->has_opaque && join->using_count == join->on_count) {
        *map_number(&n->joins, join->number) = names_mark();
        if (join->natural)
            *map_number(&n->naturals, join->number) = names_mark();
        return;
    }
    if (join->using_count != join->on_count)
        return;
    for (size_t k = 0; k < join->using_count; k++)
        if (!using_holds(block, join, first, middle, k))
            return;
    *map_number(&n->joins, join->number) = names_mark();
    if (join->natural && count_common(block, first, middle) == join->using_count)
        *map_number(&n->naturals, join->number) = names_mark();
    for (size_t k = 0; k < join->using_count; k++) {
        size_t count, end = block->visible.count;
        const char *name = join->using_names[k];
        size_t left = find_visible(block, first, middle, name, &count);
        size_t right = find_visible(block, middle, end, name, &count);
        Visible *items = block->visible.items;
        use_visible(n, &items[left]);
        use_visible(n, &items[right]);
        items[left] = merge(n, join, items[left], items[right]);
        items[left].name = name;
        memmove(&items[right], &items[right + 1], (end - right - 1) * sizeof(*items));
        block->visible.count--;
    }
}

static void name_source(Names *n, const Source *source)
{
    if (source->kind != SOURCE_JOIN) {
        name_leaf(n, source);
        return;
    }
    size_t first = n->block->visible.count;
    name_source(n, source->left);
    size_t middle = n->block->visible.count;
    name_source(n, source->right);
    if (source->using_count > 0)
        name_using(n, source, first, middle);
    if (source->join == JOIN_SEMI || source->join == JOIN_ANTI)
        n->block->visible.count = middle;
}

static void see_on(Names *n, const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return;
    see_on(n, source->left);
    see_on(n, source->right);
    if (map_find_number(&n->joins, source->number) == NULL)
        names_see_all(n, source->on, source->on_count);
}

void names_enter_from(Names *n, const Select *select)
{
    size_t start = n->columns.pushed.count;
    for (size_t i = 0; i < select->source_count; i++)
        name_source(n, select->sources[i]);
    // Merged columns are known now: begin again with what is really visible.
    name_scope_pop(&n->columns, start);
    Block *block = n->block;
    for (size_t i = 0; i < block->visible.count; i++)
        push_visible(n, &block->visible.items[i]);
    for (size_t i = 0; i < select->source_count; i++)
        see_on(n, select->sources[i]);
}

// Stars

// Returns how many columns a star stands for; 0 if nobody knows.
static size_t star_width(const Names *n, const Star *star)
{
    const Block *block = n->block;
    if (star->source == 0)
        return block->has_opaque ? 0 : block->visible.count;
    for (size_t i = 0; i < block->leaves.count; i++)
        if (block->leaves.items[i]->source->number == star->source)
            return named_width(block->leaves.items[i]);
    return 0;
}

// True if output number `i` of the run is column number `i` of the star.
static bool star_yields(const Names *n, const Star *star, size_t i, const Output *output)
{
    if (star->source == 0)
        return names_is_visible(output->expr, &n->block->visible.items[i]);
    const SourceName *s = names_find_source(n, star->source);
    return s != NULL && expr_is_column(output->expr, star->source, named_column(s, i));
}

static const char *star_name(const Names *n, const Star *star, size_t i)
{
    if (star->source == 0)
        return n->block->visible.items[i].name;
    return named_column_name(n, names_find_source(n, star->source), i);
}

// True if column number `i` of the star belongs to a table: its name stays as it is.
static bool star_column_is_fixed(const Names *n, const Star *star, size_t i)
{
    uint32_t number = star->source;
    if (number == 0 && n->block->visible.items[i].member_count == 1)
        number = n->block->visible.items[i].members[0].source;
    const SourceName *s = number == 0 ? NULL : names_find_source(n, number);
    return s != NULL && s->source->kind == SOURCE_TABLE && s->name_count == 0;
}

// True if the output is what the star has for its column number `i`.
static bool star_has(const Names *n, const Star *star, size_t i, const Output *output)
{
    return output->star == star->id &&
           text_same_word(output->name, star_name(n, star, i)) &&
           (output->explicit_name ? star->replaces : star_yields(n, star, i, output));
}

static const Star *find_star(const Select *select, uint32_t id)
{
    for (size_t i = 0; id != 0 && i < select->star_count; i++)
        if (select->stars[i].id == id)
            return &select->stars[i];
    return NULL;
}

// True if the outputs from number `first` on are just what their star expands to.
static bool find_run(Names *n, const Select *select, size_t first, StarRun *run)
{
    const Star *star = find_star(select, select->outputs[first].star);
    size_t width = star != NULL ? star_width(n, star) : 0, next = first;
    ARRAY(const char *) left_out = {0};
    for (size_t i = 0; i < width; i++) {
        const char *name = star_name(n, star, i);
        bool is_left_out = text_is_one_of(name, star->left_out, star->left_out_count);
        if (is_left_out && !star_column_is_fixed(n, star, i))
            return false;
        if (!is_left_out && (next == select->output_count ||
                             !star_has(n, star, i, &select->outputs[next++])))
            return false;
        if (is_left_out && !text_is_one_of(name, left_out.items, left_out.count))
            array_push(n->arena, &left_out, name);
    }
    bool goes_on = next < select->output_count && star != NULL &&
                   select->outputs[next].star == star->id;
    *run = (StarRun){star, next - first, left_out.items, left_out.count};
    return run->count > 0 && !goes_on;
}

// Notes the columns that a star stands for, and what it has in place of some.
static void enter_run(Names *n, const Output *outputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Expr *expr = outputs[i].expr;
        if (outputs[i].explicit_name) {
            names_see(n, expr);
            continue;
        }
        size_t members = expr->kind == EXPR_COLUMN ? 1 : expr->arg_count;
        for (size_t k = 0; k < members; k++) {
            const Expr *column = expr->kind == EXPR_COLUMN ? expr : expr->args[k];
            names_use_column(n, names_find_source(n, column->source), column->column);
        }
        // It may be printed by itself in the end, if two of the names are the same.
        const Meaning *meaning = name_scope_find(&n->columns, outputs[i].name);
        if (meaning != NULL && meaning->count > 1)
            names_see(n, expr);
    }
}

void names_enter_list(Names *n, const Select *select)
{
    for (size_t i = 0; i < select->output_count;) {
        StarRun found;
        if (!find_run(n, select, i, &found)) {
            names_see(n, select->outputs[i++].expr);
            continue;
        }
        StarRun *run = arena_copy(n->arena, &found, 1, sizeof(found));
        *map_number(&n->stars, (uintptr_t)&select->outputs[i]) = run;
        if (run->star->source != 0)
            names_need_alias(n, names_find_source(n, run->star->source));
        enter_run(n, &select->outputs[i], run->count);
        i += run->count;
    }
}
