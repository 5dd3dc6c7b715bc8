// determine.c - columns and sources that are known, until no more follow.

#include "verify/determine.h"

#include "base/array.h"
#include "base/text.h"
#include "query/equal.h"

#include <stdlib.h>
#include <string.h>

enum { NEST_LIMIT = 20 }; // Derived tables in derived tables.

typedef struct {
    uint32_t source, column;
} ColumnName;

typedef struct {
    const Expr *from, *to; // Whoever knows `from` knows `to`; columns, or `from` NULL.
} Dependency;

// Rows of a block that agree in the columns among some expressions.
typedef struct {
    const Tree *tree;
    const Select *select;
    const Expr *const *given;
    size_t given_count;
    unsigned depth; // In derived tables, from where the question was asked.
} Agreement;

typedef struct {
    Arena *arena;
    const Tree *tree;
    unsigned depth;
    ARRAY(const Source *) leaves;
    ARRAY(Dependency) dependencies;
    ARRAY(ColumnName) known;
    NumberSet known_sources;
    bool is_understood;
} Closure;

static bool rows_are_unique(const Tree *tree, const Query *query, unsigned depth);

// What follows from what

static void add_dependency(Closure *closure, const Expr *from, const Expr *to)
{
    Dependency dependency = {from->kind == EXPR_COLUMN ? from : NULL, to};
    bool is_one =
        to->kind == EXPR_COLUMN && (from->kind == EXPR_COLUMN || expr_is_constant(from));
    if (is_one)
        array_push(closure->arena, &closure->dependencies, dependency);
}

// `into`: only columns of these sources are learned; NULL: of all.
static void add_equalities(Closure *closure, const Expr *const *conjuncts, size_t count,
                           const NumberSet *into)
{
    for (size_t i = 0; i < count; i++) {
        const Expr *expr = conjuncts[i];
        if (expr->kind != EXPR_COMPARE || expr->compare != COMPARE_EQ)
            continue;
        for (size_t side = 0; side < 2; side++) {
            const Expr *to = expr->args[side];
            if (to->kind == EXPR_COLUMN &&
                (into == NULL || number_set_has(*into, to->source)))
                add_dependency(closure, expr->args[1 - side], to);
        }
    }
}

static void add_source(Closure *closure, const Source *source)
{
    if (source->kind != SOURCE_JOIN) {
        array_push(closure->arena, &closure->leaves, source);
        return;
    }
    add_source(closure, source->left);
    if (source->join != JOIN_SEMI && source->join != JOIN_ANTI)
        add_source(closure, source->right);
    NumberSet right = source_numbers(closure->arena, source->right);
    NumberSet left = source_numbers(closure->arena, source->left);
    if (source->join == JOIN_INNER)
        add_equalities(closure, source->on, source->on_count, NULL);
    else if (source->join == JOIN_LEFT)
        add_equalities(closure, source->on, source->on_count, &right);
    else if (source->join == JOIN_RIGHT)
        add_equalities(closure, source->on, source->on_count, &left);
    else if (source->join == JOIN_FULL)
        closure->is_understood = false;
}

// What is known

static bool is_outside(const Closure *closure, uint32_t source)
{
    for (size_t i = 0; i < closure->leaves.count; i++)
        if (closure->leaves.items[i]->number == source)
            return false;
    return true;
}

// Columns of enclosing blocks stay as they are from one row to the next.
static bool knows(const Closure *closure, uint32_t source, uint32_t column)
{
    for (size_t i = 0; i < closure->known.count; i++)
        if (closure->known.items[i].source == source &&
            closure->known.items[i].column == column)
            return true;
    return number_set_has(closure->known_sources, source) || is_outside(closure, source);
}

static bool learn(Closure *closure, const Expr *column)
{
    if (knows(closure, column->source, column->column))
        return false;
    array_push(closure->arena, &closure->known,
               ((ColumnName){column->source, column->column}));
    return true;
}

static bool knows_key(const Closure *closure, const Source *leaf)
{
    const Table *table = leaf->table;
    for (size_t k = 0; k < table->key_count; k++) {
        const Key *key = &table->keys[k];
        bool is_known = key->assurance >= ASSURANCE_TRUSTED;
        for (size_t i = 0; i < key->column_count && is_known; i++)
            is_known = knows(closure, leaf->number, key->columns[i]) &&
                       (table->columns[key->columns[i]].not_null >= ASSURANCE_TRUSTED ||
                        key->primary);
        if (is_known)
            return true;
    }
    return knows(closure, leaf->number, COLUMN_ROWID);
}

static bool knows_groups(const Closure *closure, const Source *leaf, const Query *query)
{
    const Select *select = query->select;
    if (query->body != BODY_SELECT || !query_is_grouped(query) ||
        !select_has_plain_groups(select))
        return false;
    for (size_t g = 0; g < select->group_count; g++) {
        bool is_known = false;
        for (size_t i = 0; i < select->output_count && !is_known; i++)
            is_known = expr_equal(select->outputs[i].expr, select->groups[g].exprs[0]) &&
                       knows(closure, leaf->number, select->outputs[i].id);
        if (!is_known)
            return false;
    }
    return true;
}

static bool knows_row_of(const Closure *closure, const Source *leaf, const Query *query)
{
    size_t width, shown = 0;
    const Output *outputs = query_outputs(query, &width);
    if (knows_groups(closure, leaf, query))
        return true;
    for (size_t i = 0; i < width; i++)
        shown += knows(closure, leaf->number, outputs[i].id);
    return shown == width && rows_are_unique(closure->tree, query, closure->depth + 1);
}

static bool knows_row(const Closure *closure, const Source *leaf)
{
    if (leaf->kind == SOURCE_TABLE)
        return knows_key(closure, leaf);
    const Query *query = source_plain_query(closure->tree, leaf);
    return query != NULL && knows_row_of(closure, leaf, query);
}

static void close(Closure *closure)
{
    bool learned = true;
    while (learned) {
        learned = false;
        for (size_t i = 0; i < closure->dependencies.count; i++) {
            const Dependency *it = &closure->dependencies.items[i];
            if (it->from == NULL || knows(closure, it->from->source, it->from->column))
                learned |= learn(closure, it->to);
        }
        for (size_t i = 0; i < closure->leaves.count; i++) {
            const Source *leaf = closure->leaves.items[i];
            if (number_set_has(closure->known_sources, leaf->number) ||
                !knows_row(closure, leaf))
                continue;
            closure->known_sources =
                number_set_with(closure->arena, closure->known_sources, leaf->number);
            learned = true;
        }
    }
}

static Closure closure_of(Arena *arena, const Agreement *rows)
{
    const Select *select = rows->select;
    Closure closure = {.arena = arena,
                       .tree = rows->tree,
                       .depth = rows->depth,
                       .is_understood = true};
    for (size_t i = 0; i < select->source_count; i++)
        add_source(&closure, select->sources[i]);
    add_equalities(&closure, select->filter, select->filter_count, NULL);
    for (size_t i = 0; i < rows->given_count; i++)
        if (rows->given[i]->kind == EXPR_COLUMN)
            (void)learn(&closure, rows->given[i]);
    if (closure.is_understood)
        close(&closure);
    return closure;
}

// Answers

static bool row_is_fixed(const Agreement *rows)
{
    Arena scratch = ARENA_EMPTY;
    Closure closure = closure_of(&scratch, rows);
    bool is_fixed =
        closure.is_understood && closure.known_sources.count == closure.leaves.count;
    arena_clear(&scratch);
    return is_fixed;
}

bool block_row_is_fixed(const Tree *tree, const Select *select, const Expr *const *given,
                        size_t given_count)
{
    return row_is_fixed(&(Agreement){tree, select, given, given_count, 0});
}

// Returns the leaf's block where it hands rows of its sources on one by one, or NULL.
static const Query *plain_block(const Closure *closure, uint32_t source)
{
    for (size_t i = 0; i < closure->leaves.count; i++) {
        const Source *leaf = closure->leaves.items[i];
        const Query *query =
            leaf->number == source ? source_plain_query(closure->tree, leaf) : NULL;
        if (query != NULL && query->body == BODY_SELECT && !query_is_grouped(query))
            return query;
    }
    return NULL;
}

// Asks in the block of a derived table for a column that is not known outside.
static bool column_is_fixed(Arena *arena, const Agreement *rows, const Expr *column)
{
    if (column->kind != EXPR_COLUMN || rows->depth > NEST_LIMIT)
        return false;
    Closure closure = closure_of(arena, rows);
    if (!closure.is_understood || knows(&closure, column->source, column->column))
        return closure.is_understood;
    const Query *query = plain_block(&closure, column->source);
    const Output *asked = query != NULL ? query_output(query, column->column) : NULL;
    if (asked == NULL)
        return false;
    const Expr **known = arena_new(arena, const Expr *, query->select->output_count);
    size_t count = 0;
    for (size_t i = 0; i < query->select->output_count; i++)
        if (knows(&closure, column->source, query->select->outputs[i].id))
            known[count++] = query->select->outputs[i].expr;
    Agreement inner = {rows->tree, query->select, known, count, rows->depth + 1};
    return column_is_fixed(arena, &inner, asked->expr);
}

bool block_column_is_fixed(const Tree *tree, const Select *select,
                           const Expr *const *given, size_t given_count,
                           const Expr *column)
{
    Arena scratch = ARENA_EMPTY;
    Agreement rows = {tree, select, given, given_count, 0};
    bool is_fixed = column_is_fixed(&scratch, &rows, column);
    arena_clear(&scratch);
    return is_fixed;
}

// True if two constants can't be equal, in any collation of ours.
static bool constants_differ(const Expr *a, const Expr *b)
{
    if (a->kind != EXPR_LITERAL || b->kind != EXPR_LITERAL || a->literal != b->literal)
        return false;
    return (a->literal == LITERAL_STRING && !text_same_word(a->name, b->name) &&
            strlen(a->name) == strlen(b->name)) ||
           (a->literal == LITERAL_NUMBER &&
            strtod(a->name, NULL) != strtod(b->name, NULL));
}

// True if no row of one SELECT is one of the other: constants in one column say so.
static bool arms_never_meet(const Query *a, const Query *b)
{
    for (size_t i = 0; a->body == BODY_SELECT && b->body == BODY_SELECT &&
                       i < a->select->output_count && i < b->select->output_count;
         i++)
        if (constants_differ(a->select->outputs[i].expr, b->select->outputs[i].expr))
            return true;
    return false;
}

static bool union_rows_are_unique(const Tree *tree, const SetOperation *set,
                                  unsigned depth)
{
    for (size_t i = 0; i < set->arm_count; i++) {
        if (set->by_name || !rows_are_unique(tree, set->arms[i], depth + 1))
            return false;
        for (size_t j = 0; j < i; j++)
            if (!arms_never_meet(set->arms[i], set->arms[j]))
                return false;
    }
    return true;
}

// True if every key of GROUP BY is among the outputs.
static bool shows_groups(const Select *select)
{
    for (size_t g = 0; g < select->group_count; g++) {
        size_t i = 0;
        while (i < select->output_count &&
               !expr_equal(select->outputs[i].expr, select->groups[g].exprs[0]))
            i++;
        if (i == select->output_count)
            return false;
    }
    return true;
}

static bool rows_are_unique(const Tree *tree, const Query *query, unsigned depth)
{
    if (depth > NEST_LIMIT)
        return false;
    if (query->body == BODY_SET)
        return set_removes_duplicates(query->set->op) ||
               (query->set->op == SET_UNION_ALL &&
                union_rows_are_unique(tree, query->set, depth));
    if (query->body != BODY_SELECT)
        return false;
    const Select *select = query->select;
    if (select->distinct == DISTINCT_ROWS)
        return true;
    if (query_is_grouped(query))
        return select_has_plain_groups(select) && shows_groups(select);
    Arena scratch = ARENA_EMPTY;
    const Expr **outputs = arena_new(&scratch, const Expr *, select->output_count + 1);
    for (size_t i = 0; i < select->output_count; i++)
        outputs[i] = select->outputs[i].expr;
    bool are_unique =
        row_is_fixed(&(Agreement){tree, select, outputs, select->output_count, depth});
    arena_clear(&scratch);
    return are_unique;
}

bool query_rows_are_unique(const Tree *tree, const Query *query)
{
    return rows_are_unique(tree, query, 0);
}

bool union_is_unique(const Tree *tree, const SetOperation *set)
{
    return union_rows_are_unique(tree, set, 0);
}
