// pair.c - binding the two queries, and what they do.

#include "verify/pair.h"

#include "base/array.h"
#include "base/text.h"
#include "query/function.h"
#include "query/walk.h"
#include "sql/sql.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef ARRAY(const Table *) Tables;

static Side side_new(Arena *arena, const Catalog *catalog, const char *text)
{
    Side side = {.text = text};
    Tree *tree = arena_new(arena, Tree, 1);
    Error error = {0};
    if (sql_bind(arena, catalog, text, tree, &error))
        side.tree = tree;
    else
        side.problem = arena_string(arena, error.message);
    return side;
}

Pair pair_new(Arena *arena, const Catalog *catalog, const char *left, const char *right)
{
    return (Pair){.catalog = catalog,
                  .left = side_new(arena, catalog, left),
                  .right = side_new(arena, catalog, right)};
}

// Words

static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || (byte & 0x80) != 0;
}

bool text_has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; *at != '\0'; at++) {
        bool starts = at == text || !is_word_byte(at[-1]);
        if (starts && strncasecmp(at, word, length) == 0 && !is_word_byte(at[length]))
            return true;
    }
    return false;
}

bool text_is_word(const char *text)
{
    const char *at = text;
    while (is_word_byte(*at))
        at++;
    return at > text && *at == '\0';
}

void text_note_words(Arena *arena, const char *text, Map *words)
{
    for (const char *at = text; *at != '\0';) {
        size_t length = 0;
        while (is_word_byte(at[length]))
            length++;
        if (length > 0)
            *map_word(words, arena_text(arena, at, length)) = (void *)text;
        at += length > 0 ? length : 1;
    }
}

static bool has_any_word(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_has_word(text, words[i]))
            return true;
    return false;
}

static const char *const sum_words[] = {"sum",      "avg",    "total",      "mean",
                                        "stddev",   "var",    "variance",   "corr",
                                        "var_samp", "fsum",   "stddev_pop", "var_pop",
                                        "product",  "median", "stddev_samp"};
static const char *const volatile_words[] = {
    "random",  "randomblob", "uuid",        "gen_random_uuid",   "nextval",
    "changes", "setseed",    "currval",     "last_insert_rowid", "total_changes",
    "uuidv4",  "uuidv7",     "getvariable", "txid_current"};

static const char *const folding_words[] = {
    "upper", "lower", "ucase",         "lcase",    "trim",          "ltrim",  "rtrim",
    "btrim", "ilike", "nfc_normalize", "casefold", "strip_accents", "collate"};

// Traits

// What can be said of a text that does not bind: the words in it decide.
static void see_words(Traits *traits, const char *text)
{
    traits->sums |= has_any_word(text, sum_words, COUNT_OF(sum_words));
    traits->sums_in_windows |= traits->sums && text_has_word(text, "over");
    traits->computes = true;
    traits->is_recursive |= text_has_word(text, "recursive");
    traits->folds_text |= has_any_word(text, folding_words, COUNT_OF(folding_words));
    traits->reads_json |= strstr(text, "json") != NULL || strstr(text, "->") != NULL;
    for (size_t i = 0; i < COUNT_OF(volatile_words); i++)
        if (text_has_word(text, volatile_words[i]))
            traits->volatile_call = volatile_words[i];
}

static void see_call(Traits *traits, const Expr *expr)
{
    const char *name = expr->name == NULL ? "" : expr->name;
    bool is_volatile =
        expr->function == NULL
            ? text_is_one_of(name, volatile_words, COUNT_OF(volatile_words))
            : expr->function->volatility == VOLATILITY_VOLATILE;
    if (is_volatile && traits->volatile_call == NULL)
        traits->volatile_call = name;
    if (text_is_one_of(name, sum_words, COUNT_OF(sum_words))) {
        traits->sums = true;
        traits->sums_in_windows |= expr->kind == EXPR_WINDOW;
    }
    traits->folds_text |= text_is_one_of(name, folding_words, COUNT_OF(folding_words));
    if (strncasecmp(name, "json", 4) == 0)
        traits->reads_json = true;
}

static void see_operator(Traits *traits, const char *name)
{
    if (strcmp(name, "->") == 0 || strcmp(name, "->>") == 0)
        traits->reads_json = true;
    else if (strcmp(name, "||") != 0)
        traits->computes = true;
}

static bool trait_expr(void *context, const Expr *expr)
{
    Traits *traits = context;
    switch (expr->kind) {
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        see_call(traits, expr);
        break;
    case EXPR_OPERATOR:
        see_operator(traits, expr->name);
        break;
    case EXPR_LIKE:
    case EXPR_COLLATE:
        traits->folds_text |= expr->kind == EXPR_COLLATE || expr->like == LIKE_ILIKE;
        break;
    case EXPR_OPAQUE:
        see_words(traits, expr->name);
        break;
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_LITERAL:
    case EXPR_PARAMETER:
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_QUANTIFIED:
    case EXPR_GROUPING:
    case EXPR_CASE:
    case EXPR_CAST:
    case EXPR_ROW:
        break;
    }
    return true;
}

static bool trait_query(void *context, const Query *query)
{
    Traits *traits = context;
    for (size_t i = 0; i < query->cte_count; i++)
        traits->is_recursive |= query->ctes[i]->recursive;
    return true;
}

static bool trait_source(void *context, const Source *source)
{
    Traits *traits = context;
    traits->table_uses += source->kind == SOURCE_TABLE || source->kind == SOURCE_CTE;
    return true;
}

static void see_side(Arena *arena, Traits *traits, const Side *side)
{
    Traits own = {0};
    Visitor visitor = {.expr = trait_expr,
                       .query = trait_query,
                       .source = trait_source,
                       .context = &own};
    if (side->tree != NULL)
        walk_query(side->tree->root, &visitor);
    else
        see_words(&own, side->text);
    if (traits->volatile_call == NULL)
        traits->volatile_call = arena_string(arena, own.volatile_call);
    traits->sums |= own.sums;
    traits->sums_in_windows |= own.sums_in_windows;
    traits->computes |= own.computes;
    traits->reads_json |= own.reads_json;
    traits->folds_text |= own.folds_text;
    traits->is_recursive |= own.is_recursive;
    if (own.table_uses > traits->table_uses)
        traits->table_uses = own.table_uses;
}

Traits pair_traits(Arena *arena, const Pair *pair)
{
    Traits traits = {0};
    see_side(arena, &traits, &pair->left);
    see_side(arena, &traits, &pair->right);
    return traits;
}

// Tables

typedef struct {
    Arena *arena;
    Tables tables;
    Tables views; // And what else is no base table.
} TableSearch;

static void add_table(TableSearch *search, const Table *table)
{
    Tables *tables = table->kind == TABLE_BASE ? &search->tables : &search->views;
    for (size_t i = 0; i < tables->count; i++)
        if (tables->items[i] == table)
            return;
    array_push(search->arena, tables, table);
}

static bool find_source(void *context, const Source *source)
{
    TableSearch *search = context;
    if (source->kind == SOURCE_TABLE && source->table != NULL)
        add_table(search, source->table);
    return true;
}

// Base tables and views that the text names.
static void find_words(TableSearch *search, const Catalog *catalog, const char *text)
{
    for (size_t i = 0; i < catalog->table_count; i++) {
        const Table *table = &catalog->tables[i];
        bool is_read = table->kind == TABLE_BASE || table->kind == TABLE_VIEW;
        if (is_read && text_has_word(text, table->name))
            add_table(search, table);
    }
}

// Finds what the side reads, and what the views do that it reads.
static void find_side(TableSearch *search, const Catalog *catalog, const Side *side)
{
    Visitor visitor = {.source = find_source, .context = search};
    if (side->tree != NULL && !side->tree->has_opaque)
        walk_query(side->tree->root, &visitor);
    else
        find_words(search, catalog, side->text);
    for (size_t i = 0; i < search->views.count; i++)
        if (search->views.items[i]->view_sql != NULL)
            find_words(search, catalog, search->views.items[i]->view_sql);
}

const Table *const *pair_views(Arena *arena, const Pair *pair, size_t *count)
{
    TableSearch search = {.arena = arena};
    find_side(&search, pair->catalog, &pair->left);
    find_side(&search, pair->catalog, &pair->right);
    *count = search.views.count;
    return search.views.items;
}

// Puts a table behind all that its foreign keys point to. A circle is cut where it
// closes.
static void add_with_parents(Arena *arena, const Catalog *catalog, const Table *table,
                             Tables *waiting, Tables *sorted)
{
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->items[i] == table)
            return;
    array_push(arena, waiting, table);
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        const Table *parent = catalog_table(catalog, table->schema, key->target);
        if (parent != NULL && parent->kind == TABLE_BASE &&
            key->assurance >= ASSURANCE_TRUSTED)
            add_with_parents(arena, catalog, parent, waiting, sorted);
    }
    array_push(arena, sorted, table);
}

const Table *const *pair_tables(Arena *arena, const Pair *pair, size_t *count)
{
    TableSearch search = {.arena = arena};
    find_side(&search, pair->catalog, &pair->left);
    find_side(&search, pair->catalog, &pair->right);
    Tables waiting = {0}, sorted = {0};
    for (size_t i = 0; i < search.tables.count; i++)
        add_with_parents(arena, pair->catalog, search.tables.items[i], &waiting, &sorted);
    *count = sorted.count;
    return sorted.items;
}

// Outputs

static bool no_such_output(const Output *outputs, size_t width, const char *name,
                           Error *err)
{
    Arena scratch = ARENA_EMPTY;
    Text names = text_new(&scratch);
    for (size_t i = 0; i < width; i++)
        text_addf(&names, "%s%s", i == 0 ? "" : ", ", outputs[i].name);
    fail(err, ERROR_NAME, "no column %.80s in the result; there are %.400s", name,
         names.bytes);
    arena_clear(&scratch);
    return false;
}

bool pair_find_outputs(Arena *arena, const Pair *pair, const char *const *names,
                       size_t count, const uint32_t **ordinals, Error *err)
{
    uint32_t *found = arena_new(arena, uint32_t, count + 1);
    if (count > 0 && pair->left.tree == NULL)
        return fail(err, ERROR_UNSUPPORTED, "which column is %.80s? %.400s", names[0],
                    pair->left.problem);
    size_t width = 0;
    const Output *outputs =
        count > 0 ? query_outputs(pair->left.tree->root, &width) : NULL;
    for (size_t i = 0; i < count; i++) {
        uint32_t place = 0;
        while (place < width && !text_same_word(outputs[place].name, names[i]))
            place++;
        if (place == width)
            return no_such_output(outputs, width, names[i], err);
        found[i] = place;
    }
    *ordinals = found;
    return true;
}

// Checked types

// True if the columns that the side reads are those that its tree names.
static bool names_all_columns(Arena *arena, const Pair *pair, const Side *side)
{
    if (side->tree == NULL || side->tree->has_opaque)
        return false;
    TableSearch search = {.arena = arena};
    find_side(&search, pair->catalog, side);
    return search.views.count == 0;
}

TableColumns pair_checked_columns(Arena *arena, const Pair *pair)
{
    TableColumns read = {0}, checked = {0};
    if (names_all_columns(arena, pair, &pair->left) &&
        names_all_columns(arena, pair, &pair->right)) {
        tree_add_reads(arena, pair->left.tree, &read);
        tree_add_reads(arena, pair->right.tree, &read);
    } else {
        size_t count;
        const Table *const *tables = pair_tables(arena, pair, &count);
        for (size_t i = 0; i < count; i++)
            for (uint32_t c = 0; c < tables[i]->column_count; c++)
                table_columns_add(arena, &read, (TableColumn){tables[i], c});
    }
    for (size_t i = 0; i < read.count; i++) {
        TableColumn each = read.items[i];
        if (each.table->columns[each.column].typed == ASSURANCE_CHECKED)
            array_push(arena, &checked, each);
    }
    return checked;
}
