// equal.c - the same tree, whatever its numbers and aliases are.
//
// A tree is written down as bytes in which everything that may differ is left out and
// every number made inside is replaced by the order in which it was met. Two trees are
// equal if their bytes are, and the fingerprint is a hash of them: so the two can't
// disagree.
//
// In a tree that is not bound yet, names are all there is to go by: sources have no
// numbers, and aliases and output names count.

#include "query/equal.h"

#include "base/map.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

typedef struct {
    Text bytes;
    Map inside; // Number -> a Place.
    uint32_t next_place;
} Writer;

// Where a number was first met.
typedef struct {
    uint32_t place;   // From 1.
    bool has_outputs; // A source whose columns are output ids, not ordinals.
} Place;

static Writer writer_new(Arena *scratch)
{
    return (Writer){.bytes = text_new(scratch), .inside = map_new(scratch)};
}

// Bytes

static void put_number(Writer *w, uint64_t number)
{
    while (number >= 0x80) {
        text_add_char(&w->bytes, (char)(number | 0x80));
        number >>= 7;
    }
    text_add_char(&w->bytes, (char)number);
}

static void put_flag(Writer *w, bool flag)
{
    put_number(w, flag);
}

// Writes a text as it is; NULL is not "".
static void put_text(Writer *w, const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text) + 1;
    put_number(w, length);
    text_add_bytes(&w->bytes, text, length);
}

// Writes a name without regard to its case.
static void put_word(Writer *w, const char *word)
{
    size_t start = w->bytes.length;
    put_text(w, word);
    for (size_t i = start; word != NULL && i < w->bytes.length; i++) {
        char *byte = &w->bytes.bytes[i];
        if (*byte >= 'A' && *byte <= 'Z')
            *byte = (char)(*byte + ('a' - 'A'));
    }
}

static void put_words(Writer *w, const char *const *words, size_t count)
{
    put_number(w, count);
    for (size_t i = 0; i < count; i++)
        put_word(w, words[i]);
}

static void put_type(Writer *w, Type type)
{
    put_number(w, type.kind);
    put_number(w, type.scale);
    put_number(w, type.width);
    put_flag(w, type.is_unsigned);
    put_number(w, type.affinity);
    put_word(w, type.collation);
    if (type.kind == TYPE_OTHER || type.kind == TYPE_UNKNOWN)
        put_word(w, type.name);
}

// Numbers

static void define(Writer *w, uint32_t number, bool has_outputs)
{
    if (number == 0)
        return;
    Place *place = arena_new(w->inside.arena, Place, 1);
    *place = (Place){.place = ++w->next_place, .has_outputs = has_outputs};
    *map_number(&w->inside, number) = place;
}

// Numbers made inside become even, those from outside odd.
static const Place *put_reference(Writer *w, uint32_t number)
{
    const Place *place = map_find_number(&w->inside, number);
    put_number(w, place != NULL ? (uint64_t)place->place * 2 : (uint64_t)number * 2 + 1);
    return place;
}

// Expressions

static void put_query(Writer *w, const Query *query);
static void put_expr(Writer *w, const Expr *expr);

static void put_exprs(Writer *w, const Expr *const *exprs, size_t count)
{
    put_number(w, count);
    for (size_t i = 0; i < count; i++)
        put_expr(w, exprs[i]);
}

static void put_order(Writer *w, const OrderItem *items, size_t count)
{
    put_number(w, count);
    for (size_t i = 0; i < count; i++) {
        put_expr(w, items[i].expr);
        put_flag(w, items[i].descending);
        put_number(w, items[i].nulls);
    }
}

static void put_window(Writer *w, const Window *window)
{
    put_flag(w, window != NULL);
    if (window == NULL)
        return;
    put_word(w, window->name);
    put_word(w, window->base);
    put_exprs(w, window->partition, window->partition_count);
    put_order(w, window->order, window->order_count);
    put_number(w, window->frame);
    put_number(w, window->low);
    put_number(w, window->high);
    put_expr(w, window->low_expr);
    put_expr(w, window->high_expr);
    put_number(w, window->exclude);
}

// The form of a call or cast, where it means something: CAST(a AS t) is a::t, and
// x.f(y) is f(x, y).
static Form form_that_counts(const Expr *expr)
{
    bool only_written = expr->form == FORM_COLONS || expr->form == FORM_METHOD;
    return only_written ? FORM_PLAIN : expr->form;
}

static void put_literal(Writer *w, const Expr *expr)
{
    put_number(w, expr->literal);
    switch (expr->literal) {
    case LITERAL_NULL:
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        break;
    case LITERAL_TYPED:
        put_type(w, expr->type);
        put_text(w, expr->name);
        break;
    case LITERAL_INTERVAL:
        put_word(w, expr->unit);
        put_text(w, expr->name);
        break;
    case LITERAL_NUMBER:
    case LITERAL_BLOB:
        put_word(w, expr->name);
        break;
    case LITERAL_STRING:
        put_text(w, expr->name);
        break;
    }
}

static void put_column(Writer *w, const Expr *expr)
{
    const Place *source = put_reference(w, expr->source);
    if (source != NULL && source->has_outputs)
        put_reference(w, expr->column);
    else
        put_number(w, expr->column);
}

// Writes what the kind keeps beside its children.
static void put_own(Writer *w, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_NAME:
    case EXPR_STAR:
        put_words(w, expr->parts, expr->part_count);
        put_word(w, expr->name);
        break;
    case EXPR_COLUMN:
        put_column(w, expr);
        break;
    case EXPR_OUTPUT:
        put_reference(w, expr->column);
        break;
    case EXPR_LITERAL:
        put_literal(w, expr);
        break;
    case EXPR_PARAMETER:
        put_number(w, expr->number);
        if (expr->number == 0)
            put_text(w, expr->name);
        break;
    case EXPR_COMPARE:
    case EXPR_QUANTIFIED:
        put_number(w, expr->compare);
        put_number(w, expr->quantifier);
        break;
    case EXPR_IS:
        put_number(w, expr->is);
        break;
    case EXPR_LIKE:
        put_number(w, expr->like);
        break;
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        put_number(w, form_that_counts(expr));
        put_flag(w, expr->distinct);
        put_flag(w, expr->star);
        put_flag(w, expr->ignore_nulls);
        put_word(w, expr->name);
        break;
    case EXPR_OPERATOR:
    case EXPR_COLLATE:
        put_word(w, expr->name);
        break;
    case EXPR_CASE:
        put_flag(w, expr->has_operand);
        put_flag(w, expr->has_else);
        break;
    case EXPR_CAST:
        put_number(w, form_that_counts(expr));
        put_type(w, expr->type);
        break;
    case EXPR_OPAQUE:
        put_text(w, expr->name);
        break;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_GROUPING:
    case EXPR_ROW:
        break;
    }
}

static void put_expr(Writer *w, const Expr *expr)
{
    put_flag(w, expr != NULL);
    if (expr == NULL)
        return;
    put_number(w, expr->kind);
    put_flag(w, expr->negated);
    put_own(w, expr);
    put_exprs(w, expr->args, expr->arg_count);
    put_expr(w, expr->filter);
    put_order(w, expr->order, expr->order_count);
    put_window(w, expr->window);
    put_query(w, expr->query);
}

// Sources

static void put_source(Writer *w, const Source *source);

static void put_join(Writer *w, const Source *source)
{
    put_number(w, source->join);
    put_source(w, source->left);
    put_source(w, source->right);
    put_exprs(w, source->on, source->on_count);
    if (source->number == 0) {
        put_flag(w, source->natural);
        put_words(w, source->using_names, source->using_count);
    }
}

// Writes the names by which an unbound tree refers to a source.
static void put_source_names(Writer *w, const Source *source)
{
    put_word(w, source->schema);
    put_word(w, source->name);
    put_word(w, source->alias);
    put_words(w, source->column_names, source->column_name_count);
}

static void put_source(Writer *w, const Source *source)
{
    put_number(w, source->kind);
    put_flag(w, source->lateral);
    put_text(w, source->text);
    if (source->number == 0)
        put_source_names(w, source);
    switch (source->kind) {
    case SOURCE_NAME:
    case SOURCE_OPAQUE:
        break;
    case SOURCE_TABLE:
        assert(source->table != NULL);
        put_word(w, source->table->schema);
        put_word(w, source->table->name);
        break;
    case SOURCE_QUERY:
        put_query(w, source->query);
        break;
    case SOURCE_CTE:
        put_reference(w, source->cte);
        break;
    case SOURCE_JOIN:
        put_join(w, source);
        break;
    case SOURCE_FUNCTION:
        put_expr(w, source->call);
        break;
    }
    define(w, source->number, source->kind == SOURCE_QUERY || source->kind == SOURCE_CTE);
}

// Queries

static void put_outputs(Writer *w, const Output *outputs, size_t count)
{
    put_number(w, count);
    for (size_t i = 0; i < count; i++) {
        const Output *output = &outputs[i];
        put_expr(w, output->expr);
        if (output->id == 0) {
            put_flag(w, output->explicit_name);
            put_word(w, output->explicit_name ? output->name : NULL);
        }
        define(w, output->id, false);
    }
}

static void put_groups(Writer *w, const GroupItem *items, size_t count)
{
    put_number(w, count);
    for (size_t i = 0; i < count; i++) {
        put_number(w, items[i].kind);
        put_exprs(w, items[i].exprs, items[i].expr_count);
        put_groups(w, items[i].items, items[i].item_count);
    }
}

static void put_select(Writer *w, const Select *select)
{
    put_number(w, select->source_count);
    for (size_t i = 0; i < select->source_count; i++)
        put_source(w, select->sources[i]);
    put_outputs(w, select->outputs, select->output_count);
    put_number(w, select->distinct);
    put_exprs(w, select->distinct_on, select->distinct_on_count);
    put_exprs(w, select->filter, select->filter_count);
    put_groups(w, select->groups, select->group_count);
    put_flag(w, select->group_all && select->group_count == 0);
    put_exprs(w, select->having, select->having_count);
    put_number(w, select->window_count);
    for (size_t i = 0; i < select->window_count; i++)
        put_window(w, select->windows[i]);
    put_exprs(w, select->qualify, select->qualify_count);
}

static void put_set(Writer *w, const SetOperation *set)
{
    put_number(w, set->op);
    put_flag(w, set->by_name);
    put_number(w, set->arm_count);
    for (size_t i = 0; i < set->arm_count; i++)
        put_query(w, set->arms[i]);
    put_outputs(w, set->outputs, set->output_count);
}

static void put_values(Writer *w, const Values *values, bool bound)
{
    put_number(w, values->row_count);
    if (bound)
        put_number(w, values->output_count);
    for (size_t i = 0; i < values->row_count; i++)
        put_exprs(w, values->rows[i], values->output_count);
    put_outputs(w, values->outputs, bound ? values->output_count : 0);
}

static void put_ctes(Writer *w, const Cte *const *ctes, size_t count)
{
    put_number(w, count);
    for (size_t i = 0; i < count; i++)
        define(w, ctes[i]->number, false);
    for (size_t i = 0; i < count; i++) {
        const Cte *cte = ctes[i];
        put_number(w, cte->materialize);
        put_flag(w, cte->recursive);
        if (cte->number == 0) {
            put_word(w, cte->name);
            put_words(w, cte->column_names, cte->column_name_count);
        }
        put_query(w, cte->query);
    }
}

static void put_query(Writer *w, const Query *query)
{
    put_flag(w, query != NULL);
    if (query == NULL)
        return;
    put_ctes(w, query->ctes, query->cte_count);
    put_number(w, query->body);
    switch (query->body) {
    case BODY_SELECT:
        put_select(w, query->select);
        break;
    case BODY_SET:
        put_set(w, query->set);
        break;
    case BODY_VALUES:
        put_values(w, query->values, query->values->outputs != NULL);
        break;
    case BODY_OPAQUE:
        put_text(w, query->opaque);
        put_outputs(w, query->opaque_outputs, query->opaque_output_count);
        break;
    }
    put_order(w, query->order, query->order_count);
    put_expr(w, query->limit);
    put_expr(w, query->offset);
    put_flag(w, query->limit_percent);
    put_flag(w, query->with_ties);
}

// Comparing

static bool same_bytes(const Writer *a, const Writer *b)
{
    return a->bytes.length == b->bytes.length &&
           memcmp(a->bytes.bytes, b->bytes.bytes, a->bytes.length) == 0;
}

// Most that are compared differ, and most of these are seen to do so without writing
// them down. Outside of subqueries, references are to what is outside.
static bool differ_at_a_glance(const Expr *a, const Expr *b)
{
    if (a->kind != b->kind || a->arg_count != b->arg_count || a->negated != b->negated)
        return true;
    if (a->kind == EXPR_COLUMN)
        return a->source != b->source || a->column != b->column;
    for (size_t i = 0; i < a->arg_count; i++)
        if (differ_at_a_glance(a->args[i], b->args[i]))
            return true;
    return false;
}

bool expr_equal_under(const Expr *a, const Expr *b, const uint32_t *from,
                      const uint32_t *to, size_t count)
{
    if (a == NULL || b == NULL || (a == b && count == 0))
        return a == b;
    if (a->kind != b->kind || a->arg_count != b->arg_count)
        return false;
    if (count == 0 && differ_at_a_glance(a, b))
        return false;
    if (count == 0 && a->kind == EXPR_COLUMN)
        return true;

    Arena scratch = ARENA_EMPTY;
    Writer left = writer_new(&scratch), right = writer_new(&scratch);
    for (size_t i = 0; i < count; i++) {
        define(&left, from[i], false);
        define(&right, to[i], false);
    }
    put_expr(&left, a);
    put_expr(&right, b);
    bool same = same_bytes(&left, &right);
    arena_clear(&scratch);
    return same;
}

bool expr_equal(const Expr *a, const Expr *b)
{
    return expr_equal_under(a, b, NULL, NULL, 0);
}

bool query_equal(const Query *a, const Query *b)
{
    if (a == NULL || b == NULL || a == b)
        return a == b;
    Arena scratch = ARENA_EMPTY;
    Writer left = writer_new(&scratch), right = writer_new(&scratch);
    put_query(&left, a);
    put_query(&right, b);
    bool same = same_bytes(&left, &right);
    arena_clear(&scratch);
    return same;
}

bool query_equal_named(const Query *a, const Query *b)
{
    size_t left_count, right_count;
    const Output *left = query_outputs(a, &left_count);
    const Output *right = query_outputs(b, &right_count);
    if (left_count != right_count)
        return false;
    for (size_t i = 0; i < left_count; i++) {
        if (!text_same_word(left[i].name, right[i].name))
            return false;
    }
    return query_equal(a, b);
}

// Fingerprints

static uint64_t hash_bytes(const Text *bytes)
{
    uint64_t hash = bytes->length;
    for (size_t i = 0; i < bytes->length; i += sizeof(uint64_t)) {
        uint64_t chunk = 0;
        size_t rest = bytes->length - i;
        memcpy(&chunk, bytes->bytes + i, rest < sizeof(chunk) ? rest : sizeof(chunk));
        hash = hash_number(hash ^ chunk) * 0x9e3779b97f4a7c15u;
    }
    return hash_number(hash);
}

uint64_t query_fingerprint(const Query *query)
{
    Arena scratch = ARENA_EMPTY;
    Writer writer = writer_new(&scratch);
    put_query(&writer, query);
    uint64_t hash = hash_bytes(&writer.bytes);
    arena_clear(&scratch);
    return hash;
}

uint64_t expr_fingerprint(const Expr *expr)
{
    Arena scratch = ARENA_EMPTY;
    Writer writer = writer_new(&scratch);
    put_expr(&writer, expr);
    uint64_t hash = hash_bytes(&writer.bytes);
    arena_clear(&scratch);
    return hash;
}
