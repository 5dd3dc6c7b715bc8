// shrink.c - fewer rows, simpler values, and the script.

#include "verify/shrink.h"

#include "base/array.h"
#include "base/text.h"
#include "sql/sql.h"
#include "verify/legal.h"

#include <math.h>
#include <string.h>

enum {
    SQLITE_TRIALS = 400,
    OTHER_TRIALS = 100,
    MEMORY_TRIALS = 1000, // Of the interpreter's.
    QUICK_TURNS = 1,      // While shrinking.
    SHOWN_ROWS = 20,
    SHOWN_WIDTH = 40,
    RANDOM_RUNS = 32, // At most, for two that draw at random to differ.
};

typedef struct {
    Arena *arena;
    Ring *ring;
    const Hints *hints;
    Random *random;
    Search *search; // NULL: the engine is asked.
    size_t trials;  // Left.
    Database best;
} Shrinker;

static bool engine_differs(Shrinker *shrinker, Arena *scratch, const Database *database)
{
    Trial trial = ring_try(shrinker->ring, scratch, database);
    return trial.likeness == LIKENESS_DIFFERENT &&
           ring_is_stable(shrinker->ring, scratch, database, QUICK_TURNS,
                          shrinker->random);
}

static bool still_differs(Shrinker *shrinker, const Database *database)
{
    if (shrinker->trials == 0 || !database_is_legal(shrinker->hints, database))
        return false;
    shrinker->trials--;
    Arena scratch = ARENA_EMPTY;
    bool differs = shrinker->search != NULL
                       ? search_tells_apart(shrinker->search, &scratch, database)
                       : engine_differs(shrinker, &scratch, database);
    arena_clear(&scratch);
    return differs;
}

// Returns the database with other rows in table `t`.
static Database with_rows(Arena *arena, const Database *database, size_t t,
                          const Value *const *rows, size_t count)
{
    TableRows *tables = arena_copy(arena, database->tables, database->table_count,
                                   sizeof(*database->tables));
    tables[t].rows = rows;
    tables[t].row_count = count;
    return (Database){.tables = tables, .table_count = database->table_count};
}

static bool try_without(Shrinker *shrinker, size_t t, size_t row, size_t count)
{
    const TableRows *from = &shrinker->best.tables[t];
    const Value **rows = arena_new(shrinker->arena, const Value *, from->row_count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < from->row_count; i++)
        if (i < row || i >= row + count)
            rows[kept++] = from->rows[i];
    Database smaller = with_rows(shrinker->arena, &shrinker->best, t, rows, kept);
    if (!still_differs(shrinker, &smaller))
        return false;
    shrinker->best = smaller;
    return true;
}

// Tries the table without each `size` rows in a row, from the end.
static bool drop_pieces(Shrinker *shrinker, size_t t, size_t size)
{
    bool dropped = false;
    for (size_t end = shrinker->best.tables[t].row_count; end > 0;) {
        size_t piece = end < size ? end : size;
        end -= piece;
        dropped |= try_without(shrinker, t, end, piece);
    }
    return dropped;
}

// Whole tables first, then halves of them, and so on to single rows (Zeller, "Simplifying
// and isolating failure-inducing input", 2002). Children stand behind their parents, so
// the last table goes first.
static bool drop_rows(Shrinker *shrinker)
{
    bool dropped = false;
    for (size_t t = shrinker->best.table_count; t-- > 0;) {
        for (size_t size = shrinker->best.tables[t].row_count; size > 0; size /= 2)
            dropped |= drop_pieces(shrinker, t, size);
    }
    return dropped;
}

static bool try_value(Shrinker *shrinker, size_t t, size_t row, size_t column,
                      Value value)
{
    const TableRows *from = &shrinker->best.tables[t];
    size_t width = 0;
    for (size_t c = 0; c < from->table->column_count; c++)
        width += from->table->columns[c].generated == NULL;
    const Value **rows =
        arena_copy(shrinker->arena, from->rows, from->row_count, sizeof(*rows));
    Value *changed =
        arena_copy(shrinker->arena, from->rows[row], width, sizeof(*changed));
    changed[column] = value;
    rows[row] = changed;
    Database simpler =
        with_rows(shrinker->arena, &shrinker->best, t, rows, from->row_count);
    if (!still_differs(shrinker, &simpler))
        return false;
    shrinker->best = simpler;
    return true;
}

static void simplify_value(Shrinker *shrinker, size_t t, size_t row, size_t column)
{
    Value value = shrinker->best.tables[t].rows[row][column];
    Value null = {.kind = VALUE_NULL, .type = TYPE_NULL};
    if (value.kind == VALUE_NULL || try_value(shrinker, t, row, column, null))
        return;
    for (int64_t simple = 0; simple <= 1; simple++) {
        Value other = value;
        other.integer = simple;
        other.number = (double)simple;
        bool is_simple = (value.kind == VALUE_INTEGER && value.integer == simple) ||
                         (value.kind == VALUE_FLOAT && !isnan(value.number) &&
                          value.number == (double)simple);
        bool is_number = value.kind == VALUE_INTEGER || value.kind == VALUE_FLOAT;
        if (is_simple || (is_number && try_value(shrinker, t, row, column, other)))
            return;
    }
    Value letter = {.kind = VALUE_TEXT, .type = TYPE_TEXT, .bytes = "a", .length = 1};
    if (value.kind == VALUE_TEXT && value.length > 1)
        (void)try_value(shrinker, t, row, column, letter);
}

static void simplify_values(Shrinker *shrinker)
{
    for (size_t t = 0; t < shrinker->best.table_count; t++) {
        const Table *table = shrinker->best.tables[t].table;
        for (size_t row = 0; row < shrinker->best.tables[t].row_count; row++)
            for (size_t c = 0, column = 0; c < table->column_count; c++)
                if (table->columns[c].generated == NULL)
                    simplify_value(shrinker, t, row, column++);
    }
}

static void shrink(Shrinker *shrinker)
{
    while (drop_rows(shrinker)) {
    }
    simplify_values(shrinker);
}

// Shrinks by what the interpreter says; true if the engine agrees with what came of it.
static bool shrink_in_memory(Shrinker *shrinker, Search *search)
{
    Database whole = shrinker->best;
    shrinker->search = search;
    shrinker->trials = MEMORY_TRIALS;
    bool differs = still_differs(shrinker, &whole);
    if (differs)
        shrink(shrinker);
    shrinker->search = NULL;
    shrinker->trials = 1;
    if (differs && still_differs(shrinker, &shrinker->best))
        return true;
    shrinker->best = whole;
    return false;
}

Database database_shrunk(Arena *arena, Ring *ring, const Hints *hints, Search *search,
                         const Database *database, Random *random)
{
    Shrinker shrinker = {.arena = arena,
                         .ring = ring,
                         .hints = hints,
                         .random = random,
                         .best = *database};
    if (search != NULL && shrink_in_memory(&shrinker, search))
        return shrinker.best;
    shrinker.trials = ring->dialect == DIALECT_SQLITE ? SQLITE_TRIALS : OTHER_TRIALS;
    shrink(&shrinker);
    return shrinker.best;
}

// The script

static const char *print_value(Arena *arena, Dialect dialect, Value value)
{
    if (value.kind == VALUE_OTHER)
        return sql_quote_string(arena, dialect, value.bytes);
    return value_print(arena, dialect, value);
}

static const char *print_insert(Arena *arena, Dialect dialect, const Table *table,
                                const Value *row)
{
    Text names = text_new(arena), values = text_new(arena);
    bool has_generated = false;
    for (size_t c = 0, position = 0; c < table->column_count; c++) {
        const Column *column = &table->columns[c];
        has_generated |= column->generated != NULL;
        if (column->generated != NULL)
            continue;
        const char *comma = position == 0 ? "" : ", ";
        text_addf(&names, "%s%s", comma, sql_quote_name(arena, dialect, column->name));
        text_addf(&values, "%s%s", comma, print_value(arena, dialect, row[position++]));
    }
    const char *name = sql_quote_table(arena, dialect, table);
    if (has_generated)
        return arena_printf(arena, "INSERT INTO %s (%s) VALUES (%s)", name, names.bytes,
                            values.bytes);
    return arena_printf(arena, "INSERT INTO %s VALUES (%s)", name, values.bytes);
}

static const char *show_answer(Arena *arena, const Answer *answer)
{
    if (!answer->ok)
        return arena_printf(arena, "error: %s", answer->error.message);
    Text text = text_new(arena);
    const Result *result = &answer->result;
    if (result->row_count == 0)
        text_add(&text, "(no rows)");
    for (size_t i = 0; i < result->kept_count && i < SHOWN_ROWS; i++) {
        text_add(&text, i == 0 ? "" : "\n");
        for (size_t j = 0; j < result->column_count; j++)
            text_addf(&text, "%s%s", j == 0 ? "" : " | ",
                      value_show(arena, result->rows[i][j], SHOWN_WIDTH));
    }
    if (result->row_count > SHOWN_ROWS)
        text_addf(&text, "\n… %zu rows", (size_t)result->row_count);
    return text.bytes;
}

static void add_comment(Text *text, const char *lines)
{
    for (const char *line = lines; line != NULL;) {
        const char *end = strchr(line, '\n');
        size_t length = end == NULL ? strlen(line) : (size_t)(end - line);
        text_add(text, "--   ");
        text_add_bytes(text, line, length);
        text_add_char(text, '\n');
        line = end == NULL ? NULL : end + 1;
    }
}

static void add_query(Text *text, const char *title, const char *sql, const char *rows)
{
    size_t length = strlen(sql);
    while (length > 0 && strchr("; \t\r\n", sql[length - 1]) != NULL)
        length--;
    text_addf(text, "\n-- %s\n", title);
    text_add_bytes(text, sql, length);
    text_add(text, "\n;\n");
    add_comment(text, rows);
}

static const char *turn_statement(const Ring *ring)
{
    if (!ring->reversed)
        return "";
    return ring->dialect == DIALECT_SQLITE ? "PRAGMA reverse_unordered_selects = 1;\n"
                                             "PRAGMA automatic_index = 0;\n"
                                           : "PRAGMA disable_optimizer;\n";
}

const Counterexample *counterexample_new(Arena *arena, Ring *ring, const Hints *hints,
                                         const Database *database)
{
    Counterexample *it = arena_new(arena, Counterexample, 1);
    Ring plain = *ring; // JSON is shown as it comes.
    plain.documents = (Documents){0};
    plain.types_seen = true;
    Trial trial = ring_try(&plain, arena, database);
    bool is_random = hints->traits.volatile_call != NULL;
    for (unsigned run = 1; is_random && run < RANDOM_RUNS; run++)
        if (trial.likeness != LIKENESS_DIFFERENT)
            trial = ring_try(&plain, arena, database);
    Text setup = text_new(arena);
    ARRAY(const char *) inserts = {0};
    text_add(&setup, turn_statement(ring));
    text_add(&setup, print_tables(arena, hints, false));
    for (size_t t = 0; t < database->table_count; t++) {
        const TableRows *rows = &database->tables[t];
        for (size_t i = 0; i < rows->row_count; i++)
            array_push(arena, &inserts,
                       print_insert(arena, ring->dialect, rows->table, rows->rows[i]));
    }
    for (size_t i = 0; i < inserts.count; i++)
        text_addf(&setup, "%s;\n", inserts.items[i]);
    it->setup = setup.bytes;
    it->inserts = inserts.items;
    it->insert_count = inserts.count;
    it->left_result = show_answer(arena, &trial.left);
    it->right_result = show_answer(arena, &trial.right);
    Text script = text_new(arena);
    if (is_random)
        text_add(&script, "-- They draw at random: where both agree, run them again.\n");
    text_add(&script, it->setup);
    add_query(&script, "the original", ring->left, it->left_result);
    bool untied = ring_candidate(ring) != ring->right;
    add_query(&script,
              untied ? "the candidate, with the ties broken that it leaves to the engine"
                     : "the candidate",
              ring_candidate(ring), it->right_result);
    it->script = script.bytes;
    return it;
}

// Tables

// DuckDB checks keys too eagerly when rows are replaced, and nothing but the rows depends
// on them; the generator keeps them. SQLite's rowids and scans do depend on them.
static Table bare_table(const Table *table, Dialect dialect)
{
    Table bare = *table;
    bare.foreign_key_count = 0;
    if (dialect == DIALECT_SQLITE)
        return bare;
    bare.key_count = 0;
    return bare;
}

const char *print_tables(Arena *arena, const Hints *hints, bool bare)
{
    const Catalog *all = hints->catalog;
    Catalog some = *all;
    Table *tables = arena_new(arena, Table, hints->table_count + hints->view_count);
    some.tables = tables;
    some.table_count = 0;
    for (size_t t = 0; t < hints->table_count; t++)
        tables[some.table_count++] =
            bare ? bare_table(hints->tables[t], all->dialect) : *hints->tables[t];
    for (size_t v = 0; v < hints->view_count; v++)
        tables[some.table_count++] = *hints->views[v];
    return sql_print_schema(arena, &some, ASSURANCE_TRUSTED);
}
