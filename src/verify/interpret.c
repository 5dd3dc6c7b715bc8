// interpret.c - loading a database, running, comparing results.

#include "verify/interpret.h"

#include "verify/domain.h"
#include "verify/interpret_tree.h"

#include <string.h>

enum { STEP_LIMIT = 20000, TRACE_BITS = TRACE_WORDS * 64, ASKED_IN_STEP = 2 };

// The trace

bool trace_join(Trace *all, const Trace *more)
{
    uint64_t fresh = 0;
    for (size_t i = 0; i < TRACE_WORDS; i++) {
        fresh |= more->words[i] & ~all->words[i];
        all->words[i] |= more->words[i];
    }
    return fresh != 0;
}

void machine_see(Machine *machine, uint32_t site, unsigned outcome)
{
    uint32_t bit = (site + outcome) % TRACE_BITS; // Of a very long query some coincide.
    machine->trace->words[bit / 64] |= UINT64_C(1) << bit % 64;
}

bool machine_is_sqlite(const Machine *machine)
{
    return machine->dialect == DIALECT_SQLITE;
}

Cell machine_doubt(Machine *machine, const char *why)
{
    if (machine->unsure == NULL)
        machine->unsure = why;
    return cell_null();
}

bool machine_step(Machine *machine)
{
    if (++machine->steps > STEP_LIMIT)
        machine_doubt(machine, "a long run");
    return machine->unsure == NULL;
}

// Loading

static uint32_t rowid_column(const Table *table)
{
    uint32_t c = 0;
    while (c < table->column_count && !column_is_rowid(table, c))
        c++;
    return c;
}

static CellRows load_table(Arena *arena, Dialect dialect, const TableRows *rows)
{
    const Table *table = rows->table;
    uint32_t width = (uint32_t)table->column_count;
    uint32_t rowid = dialect == DIALECT_SQLITE ? rowid_column(table) : width;
    CellRows loaded = {.cells = arena_new(arena, Cell, rows->row_count * (width + 1) + 1),
                       .count = rows->row_count,
                       .capacity = rows->row_count,
                       .width = width,
                       .stride = width + 1};
    for (size_t i = 0; i < rows->row_count; i++) {
        Cell *row = loaded.cells + i * loaded.stride;
        for (uint32_t c = 0; c < width; c++) {
            row[c] = cell_of_value(rows->rows[i][c]);
            if (dialect == DIALECT_SQLITE)
                row[c] =
                    cell_with_affinity(arena, row[c], table->columns[c].type.affinity);
        }
        row[width] = rowid < width ? row[rowid] : cell_integer((int64_t)i + 1);
    }
    return loaded;
}

Branches *branches_new(Arena *arena)
{
    Branches *branches = arena_new(arena, Branches, 1);
    *branches = (Branches){.arena = arena, .compiled = map_new(arena)};
    return branches;
}

const LoadedDatabase *database_load(Arena *arena, Branches *branches, Dialect dialect,
                                    const Database *database)
{
    LoadedDatabase *loaded = arena_new(arena, LoadedDatabase, 1);
    loaded->database = database;
    loaded->number = ++branches->loads;
    loaded->tables = arena_new(arena, CellRows, database->table_count + 1);
    for (size_t i = 0; i < database->table_count; i++)
        loaded->tables[i] = load_table(arena, dialect, &database->tables[i]);
    return loaded;
}

// Running

uint64_t interpreter_watches(const Interpreter *interpreter)
{
    return interpreter->watches;
}

void interpreter_watch(Interpreter *interpreter, uint64_t numbers)
{
    interpreter->watched = interpreter->watches & numbers;
}

RunKind interpreter_run(Interpreter *interpreter, Arena *scratch,
                        const LoadedDatabase *database, Trace *trace, CellRows *rows,
                        const char **why)
{
    Machine machine = {.arena = scratch,
                       .dialect = interpreter->dialect,
                       .database = database,
                       .trace = trace,
                       .watched = interpreter->watched};
    *trace = (Trace){0};
    *rows = plan_run(&machine, interpreter->plan);
    trace->steps = machine.steps + machine.asked / ASKED_IN_STEP;
    *why = machine.unsure;
    return machine.unsure == NULL ? RUN_ROWS : RUN_UNSURE;
}

// Results

CellRows cell_rows_of_result(Arena *arena, const Result *result)
{
    uint32_t width = (uint32_t)result->column_count;
    CellRows rows = {.cells = arena_new(arena, Cell, result->kept_count * width + 1),
                     .count = result->kept_count,
                     .capacity = result->kept_count,
                     .width = width,
                     .stride = width};
    for (size_t i = 0; i < result->kept_count; i++)
        for (uint32_t c = 0; c < width; c++)
            rows.cells[i * width + c] = cell_of_value(result->rows[i][c]);
    return rows;
}

static bool cell_has_bytes(Cell cell)
{
    return cell.kind == CELL_TEXT || cell.kind == CELL_BLOB || cell.kind == CELL_OPAQUE;
}

CellRows cell_rows_copied(Arena *arena, const CellRows *rows)
{
    CellRows copy = {.cells = arena_new(arena, Cell, rows->count * rows->width + 1),
                     .count = rows->count,
                     .capacity = rows->count,
                     .width = rows->width,
                     .stride = rows->width};
    for (size_t i = 0; i < rows->count; i++)
        for (uint32_t c = 0; c < rows->width; c++) {
            Cell cell = rows->cells[i * rows->stride + c];
            if (cell_has_bytes(cell))
                cell.bytes = arena_text(arena, cell.bytes, cell.length);
            copy.cells[i * copy.stride + c] = cell;
        }
    return copy;
}

static bool row_same(const CellRows *a, size_t i, const CellRows *b, size_t j,
                     bool nearly)
{
    const Cell *left = a->cells + i * a->stride, *right = b->cells + j * b->stride;
    for (uint32_t c = 0; c < a->width; c++)
        if (!cell_same(left[c], right[c], nearly))
            return false;
    return true;
}

// Each row of `a` takes one of `b`. Rows often come in one order: begin there.
static bool bags_same(const CellRows *a, const CellRows *b, bool nearly)
{
    enum { BAG_LIMIT = 1024 };
    bool taken[BAG_LIMIT] = {false};
    if (a->count > BAG_LIMIT)
        return true; // Of so large a result nothing is said.
    for (size_t i = 0; i < a->count; i++) {
        size_t tried = 0, j = i;
        while (tried < b->count && (taken[j] || !row_same(a, i, b, j, nearly))) {
            j = j + 1 == b->count ? 0 : j + 1;
            tried++;
        }
        if (tried == b->count)
            return false;
        taken[j] = true;
    }
    return true;
}

static bool keys_same(const Ordering *ordering, const CellRows *a, const CellRows *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < ordering->key_count; k++) {
            uint32_t column = ordering->keys[k].column;
            bool counts = column < a->width && ordering->keys[k].collation == NULL;
            if (counts && !cell_same(a->cells[i * a->stride + column],
                                     b->cells[i * b->stride + column], true))
                return false;
        }
    return true;
}

bool cell_rows_same(const Ordering *ordering, const CellRows *a, const CellRows *b,
                    bool nearly)
{
    if (a->width != b->width || a->count != b->count || !bags_same(a, b, nearly))
        return false;
    return ordering == NULL || !ordering->is_ordered || keys_same(ordering, a, b);
}
