// sample.c - the shared key, the copy, and how large it may be.

#include "optimize/sample.h"

#include "base/clock.h"
#include "base/directory.h"
#include "base/text.h"
#include "query/reads.h"
#include "query/walk.h"
#include "sql/sql.h"

#include <math.h>
#include <string.h>

enum {
    FIRST_ROWS = 2000,  // Of the largest table, in the first copy.
    MOST_ROWS = 50000,  // Of any table in a copy.
    GROWTH = 4,         // From one copy to the next, or back,
    SHRINKS = 2,        // which is done no more often.
    SPREAD = 4,         // A key is too coarse if so many times what was wanted is taken.
    HASH_PRIME = 65537, // Keys are spread over as many places, …
    HASH_FACTOR = 40503 // … neighbours far apart (Knuth's multiplicative hashing).
};

static const double GROW_BELOW_MS = 100; // So quick an original gets a larger copy.
static const double TRY_SHARE = 0.05;    // Of what is left, for one run on a copy, …
static const double TRY_TIMEOUT = 0.25;  // … and of the time-out: many are to follow.

// The shared key

typedef struct {
    TableColumn column;
    size_t class; // Columns that are compared with each other are in one.
} KeyColumn;

typedef struct {
    Arena *arena;
    const Tree *tree;
    ARRAY(KeyColumn) columns;
    TableColumns tables; // Those that the query reads; `column` means nothing.
    const char *trouble; // A source that can't be copied.
} Keys;

static size_t key_place(Keys *keys, const Table *table, uint32_t column)
{
    for (size_t i = 0; i < keys->columns.count; i++) {
        const TableColumn *known = &keys->columns.items[i].column;
        if (known->table == table && known->column == column)
            return i;
    }
    KeyColumn added = {{table, column}, keys->columns.count};
    array_push(keys->arena, &keys->columns, added);
    return keys->columns.count - 1;
}

static void note_equal(Keys *keys, const Expr *left, const Expr *right)
{
    uint32_t left_column, right_column;
    const Source *a = column_origin(keys->tree, left, &left_column);
    const Source *b = column_origin(keys->tree, right, &right_column);
    if (a == NULL || b == NULL)
        return;
    size_t first = key_place(keys, a->table, left_column);
    size_t second = key_place(keys, b->table, right_column);
    size_t from = keys->columns.items[second].class;
    size_t to = keys->columns.items[first].class;
    for (size_t i = 0; i < keys->columns.count; i++) {
        if (keys->columns.items[i].class == from)
            keys->columns.items[i].class = to;
    }
}

static bool note_equality(void *context, const Expr *expr)
{
    size_t count = 0;
    const Output *outputs =
        expr->kind == EXPR_IN_QUERY ? query_outputs(expr->query, &count) : NULL;
    if (expr->kind == EXPR_COMPARE && expr->compare == COMPARE_EQ)
        note_equal(context, expr->args[0], expr->args[1]);
    else if (count == 1 && outputs[0].expr != NULL)
        note_equal(context, expr->args[0], outputs[0].expr);
    return true;
}

static bool note_source(void *context, const Source *source)
{
    Keys *keys = context;
    if (source->kind == SOURCE_TABLE && source->table->kind != TABLE_BASE)
        keys->trouble = arena_printf(keys->arena, "%s is no table", source->table->name);
    else if (source->kind == SOURCE_TABLE)
        table_columns_add(keys->arena, &keys->tables, (TableColumn){source->table, 0});
    return true;
}

static double rows_of(const Table *table)
{
    return table->row_count < 0 ? MOST_ROWS : (double)table->row_count;
}

// Returns the column of this class that the table has, or NULL.
static const KeyColumn *class_column(const Keys *keys, size_t class, const Table *table)
{
    for (size_t i = 0; i < keys->columns.count; i++) {
        const KeyColumn *each = &keys->columns.items[i];
        if (each->class == class && each->column.table == table)
            return each;
    }
    return NULL;
}

// True if the columns of a class can be hashed: by DuckDB all, by us whole numbers.
static bool is_hashed(const Keys *keys, size_t class)
{
    for (size_t i = 0; i < keys->columns.count; i++) {
        const TableColumn *each = &keys->columns.items[i].column;
        if (keys->columns.items[i].class == class &&
            keys->tree->dialect != DIALECT_DUCKDB &&
            each->table->columns[each->column].type.kind != TYPE_INTEGER)
            return false;
    }
    return true;
}

// A table beside those of the class, and the column of one of them that it is joined by.
typedef struct {
    const TableColumn *own, *other; // NULL: there is none.
} Link;

static Link table_link(const Keys *keys, size_t class, const Table *table)
{
    for (size_t i = 0; i < keys->columns.count; i++) {
        const KeyColumn *own = &keys->columns.items[i];
        for (size_t j = 0; own->column.table == table && j < keys->columns.count; j++) {
            const KeyColumn *other = &keys->columns.items[j];
            if (other->class == own->class && other->column.table != table &&
                class_column(keys, class, other->column.table) != NULL)
                return (Link){&own->column, &other->column};
        }
    }
    return (Link){NULL, NULL};
}

// Returns how many rows the tables of a class have; 0 where one beside them is too large
// to be copied whole, and not joined to them. `largest` is set to those of its largest
// table.
static double class_weight(const Keys *keys, size_t class, double *largest)
{
    double weight = 0;
    *largest = 0;
    for (size_t i = 0; i < keys->tables.count; i++) {
        const Table *table = keys->tables.items[i].table;
        if (class_column(keys, class, table) == NULL) {
            if (rows_of(table) > MOST_ROWS && table_link(keys, class, table).own == NULL)
                return 0;
            continue;
        }
        weight += rows_of(table);
        *largest = fmax(*largest, rows_of(table));
    }
    return weight;
}

// Sets the class of the one table that the query reads, whose rows are taken as they
// come; false if there are more.
static bool choose_table(Keys *keys, size_t *class, double *largest)
{
    if (keys->tables.count != 1)
        return false;
    const Table *table = keys->tables.items[0].table;
    size_t place = key_place(keys, table, 0);
    *class = keys->columns.items[place].class;
    *largest = rows_of(table);
    return keys->tree->dialect != DIALECT_SQLITE || table->has_rowid;
}

// Sets the class to sample by, the one with the most rows; `by_row` if its columns can't
// tell which rows are taken.
static bool choose_class(Keys *keys, size_t *class, double *largest, bool *by_row,
                         Error *err)
{
    double most = 0, rows = 0;
    for (size_t i = 0; i < keys->columns.count; i++) {
        size_t each = keys->columns.items[i].class;
        double weight = is_hashed(keys, each) ? class_weight(keys, each, &rows) : 0;
        if (weight <= most)
            continue;
        most = weight;
        *class = each;
        *largest = rows;
    }
    if (keys->trouble != NULL)
        return fail(err, ERROR_UNSUPPORTED, "%s", keys->trouble);
    *by_row = most == 0 && choose_table(keys, class, largest);
    return most > 0 || *by_row ||
           fail(err, ERROR_UNSUPPORTED, "its large tables share no key to take rows by");
}

// The copy

typedef struct {
    Road *road;
    const Keys *keys;
    size_t class;
    unsigned modulus; // One key in so many is taken,
    bool by_row;      // or one row.
    size_t taken;     // Rows of the largest table of the class.
} Copying;

static const char *hash_condition(Arena *arena, Dialect dialect, const char *name,
                                  unsigned modulus)
{
    if (dialect == DIALECT_DUCKDB)
        return arena_printf(arena, " WHERE hash(%s) %% %u = 0", name, modulus);
    return arena_printf(arena, " WHERE abs(%s %% %d) * %d %% %d %% %u = 0", name,
                        HASH_PRIME, HASH_FACTOR, HASH_PRIME, modulus);
}

// True if the class may have few values, each in many rows: then rows find partners
// whichever are taken.
static bool may_take_rows(const Copying *copying)
{
    const Keys *keys = copying->keys;
    for (size_t i = 0; i < keys->columns.count; i++) {
        const TableColumn *each = &keys->columns.items[i].column;
        if (keys->columns.items[i].class != copying->class)
            continue;
        if (keys->tree->dialect == DIALECT_SQLITE && !each->table->has_rowid)
            return false;
        for (size_t k = 0; k < each->table->key_count; k++)
            if (each->table->keys[k].column_count == 1 &&
                each->table->keys[k].columns[0] == each->column)
                return false;
    }
    return true;
}

static const char *column_words(Arena *arena, Dialect dialect, const TableColumn *column)
{
    return sql_quote_name(arena, dialect, column->table->columns[column->column].name);
}

// Returns " FROM table" and which of its rows are taken: of a table of the class those
// whose key is, of a large one beside it those that they are joined with.
static const char *taken_rows(const Copying *copying, Arena *arena, const Table *table)
{
    const Keys *keys = copying->keys;
    Dialect dialect = keys->tree->dialect;
    Text text = text_new(arena);
    text_addf(&text, " FROM %s", sql_quote_table(arena, dialect, table));
    const KeyColumn *key = class_column(keys, copying->class, table);
    Link link = table_link(keys, copying->class, table);
    if (key != NULL)
        text_add(&text, hash_condition(arena, dialect,
                                       copying->by_row
                                           ? "rowid"
                                           : column_words(arena, dialect, &key->column),
                                       copying->modulus));
    else if (rows_of(table) > MOST_ROWS && link.own != NULL)
        text_addf(&text, " WHERE %s IN (SELECT %s%s)",
                  column_words(arena, dialect, link.own),
                  column_words(arena, dialect, link.other),
                  taken_rows(copying, arena, link.other->table));
    return text.bytes;
}

// Returns the query for the rows of this table that are taken.
static const char *rows_query(const Copying *copying, Arena *arena, const Table *table)
{
    Dialect dialect = copying->keys->tree->dialect;
    Text text = text_new(arena);
    text_add(&text, "SELECT ");
    size_t written = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].generated == NULL)
            text_addf(&text, "%s%s", written++ > 0 ? ", " : "",
                      sql_quote_name(arena, dialect, table->columns[i].name));
    }
    text_add(&text, taken_rows(copying, arena, table));
    return text.bytes;
}

static bool copy_table(Copying *copying, Scratch *scratch, const Table *table, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Road *road = copying->road;
    uint64_t taken = 0;
    Request request = {.sql = rows_query(copying, &arena, table),
                       .sink = SINK_ROWS,
                       .row_limit = MOST_ROWS,
                       .timeout_ms = fmax(road->deadline_ms - clock_ms(), 1)};
    bool ok =
        scratch_append_from(scratch, table, road->bench->engine, &request, &taken, err);
    bool is_of_class = class_column(copying->keys, copying->class, table) != NULL;
    if (ok && is_of_class && taken > copying->taken)
        copying->taken = taken;
    arena_clear(&arena);
    return ok;
}

// Returns the statements that make the tables, without their foreign keys: rows that are
// not taken may be referred to.
static const char *schema_text(const Copying *copying, Arena *arena)
{
    const TableColumns *tables = &copying->keys->tables;
    Table *copies = arena_new(arena, Table, tables->count);
    for (size_t i = 0; i < tables->count; i++) {
        copies[i] = *tables->items[i].table;
        copies[i].foreign_key_count = 0;
    }
    Catalog catalog = *copying->road->bench->catalog;
    catalog.tables = copies;
    catalog.table_count = tables->count;
    return sql_print_schema(arena, &catalog, ASSURANCE_ENFORCED);
}

// Returns the statement that makes an index like this; NULL for one that we can't make,
// or that comes with its constraint.
static const char *index_text(Arena *arena, Dialect dialect, const Table *table,
                              const Index *index, size_t number)
{
    if (index->unique || index->partial)
        return NULL;
    for (size_t i = 0; i < index->column_count; i++)
        if (index->columns[i] >= table->column_count)
            return NULL;
    const char *name = arena_printf(arena, "copied_%zu_%s", number, table->name);
    return arena_printf(
        arena, "CREATE INDEX %s ON %s (%s)", sql_quote_name(arena, dialect, name),
        sql_quote_table(arena, dialect, table),
        sql_quote_columns(arena, dialect, table, index->columns, index->column_count));
}

static bool copy_indexes(const Copying *copying, Scratch *scratch, const Table *table,
                         Error *err)
{
    Arena arena = ARENA_EMPTY;
    bool ok = true;
    for (size_t i = 0; ok && i < table->index_count; i++) {
        const char *text = index_text(&arena, copying->keys->tree->dialect, table,
                                      &table->indexes[i], i);
        ok = text == NULL || scratch_execute(scratch, text, err);
    }
    if (ok && table->analyzed)
        ok = scratch_execute(scratch, "ANALYZE", err);
    arena_clear(&arena);
    return ok;
}

static bool copy_all(Copying *copying, Scratch *scratch, Error *err)
{
    Arena arena = ARENA_EMPTY;
    const TableColumns *tables = &copying->keys->tables;
    copying->taken = 0;
    bool ok = scratch_settle(scratch, copying->road->bench->catalog, err) &&
              scratch_execute(scratch, schema_text(copying, &arena), err);
    for (size_t i = 0; ok && i < tables->count; i++)
        ok = copy_table(copying, scratch, tables->items[i].table, err) &&
             copy_indexes(copying, scratch, tables->items[i].table, err);
    arena_clear(&arena);
    return ok;
}

static const char *tell_copy(const Copying *copying)
{
    Text text = text_new(copying->road->arena);
    if (copying->modulus > 1)
        text_addf(&text, "1 in %u of", copying->modulus);
    else
        text_add(&text, "all of");
    const TableColumns *tables = &copying->keys->tables;
    bool first = true;
    for (size_t i = 0; i < tables->count; i++) {
        const Table *table = tables->items[i].table;
        if (class_column(copying->keys, copying->class, table) == NULL)
            continue;
        text_addf(&text, "%s%s", first ? " " : ", ", table->name);
        first = false;
    }
    return text.bytes;
}

// Makes one copy and opens it.
static bool make_copy(Copying *copying, Sample *sample, Error *err)
{
    Road *road = copying->road;
    Sample made = {.bench = *road->bench, .words = tell_copy(copying)};
    const EngineOptions *options = &road->bench->judge_options.engine;
    Dialect dialect = copying->keys->tree->dialect;
    Scratch *scratch;
    if (!directory_make_temporary(road->arena, &made.directory, err))
        return false;
    const char *path = arena_printf(road->arena, "%s/copy.db", made.directory);
    bool ok = scratch_create(dialect, path, options, &scratch, err);
    if (ok) {
        ok = copy_all(copying, scratch, err);
        scratch_close(scratch);
    }
    ok = ok && engine_open(path, options, &made.bench.engine, err);
    if (!ok) {
        directory_remove(made.directory);
        return false;
    }
    *sample = made;
    return true;
}

static void drop_copy(const Sample *sample)
{
    engine_close(sample->bench.engine);
    directory_remove(sample->directory);
}

// How large

// True if the original ends on the copy, soon enough that pairs of runs are cheap; sets
// the time it took.
static bool ends_on(const Road *road, const Sample *sample, double *elapsed_ms,
                    Error *err)
{
    Run run;
    double limit_ms = fmin((road->deadline_ms - clock_ms()) * TRY_SHARE,
                           road->options->timeout_ms * TRY_TIMEOUT);
    if (!measure_once(sample->bench.engine, road->sql, CACHE_WARM,
                      cutoff_by(CLOCK_WALL, fmax(limit_ms, 1)), &run, err))
        return false;
    *elapsed_ms = run.elapsed_ms;
    return true;
}

// Makes larger copies as long as the original is quick on them; `sample` is the last on
// which it ended.
static void grow(Copying *copying, double largest, double elapsed_ms, Sample *sample)
{
    Road *road = copying->road;
    while (elapsed_ms < GROW_BELOW_MS && copying->modulus >= 2 * GROWTH &&
           largest / copying->modulus * GROWTH < MOST_ROWS) {
        Error ignored;
        Sample larger;
        copying->modulus /= GROWTH;
        if (!make_copy(copying, &larger, &ignored))
            return;
        if (!ends_on(road, &larger, &elapsed_ms, &ignored)) {
            drop_copy(&larger);
            return;
        }
        drop_copy(sample);
        *sample = larger;
    }
}

// Takes by the key, or row by row where so few values are in it that none or far too many
// rows were taken.
static bool make_first_copy(Copying *copying, Keys *keys, double *largest, Sample *copy,
                            Error *err)
{
    if (!choose_class(keys, &copying->class, largest, &copying->by_row, err))
        return false;
    copying->modulus = (unsigned)fmin(fmax(ceil(*largest / FIRST_ROWS), 1), HASH_PRIME);
    bool ok = make_copy(copying, copy, err);
    if (copying->by_row ||
        (ok && copying->taken > 0 && copying->taken / SPREAD < FIRST_ROWS) ||
        !may_take_rows(copying))
        return ok;
    if (ok)
        drop_copy(copy);
    copying->by_row = true;
    return make_copy(copying, copy, err);
}

bool sample_open(Road *road, Sample *sample, Error *err)
{
    Keys keys = {.arena = road->arena, .tree = road->tree};
    Visitor visitor = {.expr = note_equality, .source = note_source, .context = &keys};
    walk_query(road->tree->root, &visitor);
    Copying copying = {.road = road, .keys = &keys};
    double largest = 0, elapsed_ms = 0;
    Sample first;
    if (!make_first_copy(&copying, &keys, &largest, &first, err))
        return fail_while(err, "no copy could be made");
    for (unsigned shrinks = 0; !ends_on(road, &first, &elapsed_ms, err); shrinks++) {
        drop_copy(&first);
        copying.modulus *= GROWTH;
        if (shrinks == SHRINKS || copying.modulus > HASH_PRIME)
            return fail_while(err, "on a copy (%s)", first.words);
        if (!make_copy(&copying, &first, err))
            return false;
    }
    grow(&copying, largest, elapsed_ms, &first);
    *sample = first;
    return true;
}

void sample_close(Road *road, Sample *sample)
{
    road->bench->judge = sample->bench.judge;
    drop_copy(sample);
}
