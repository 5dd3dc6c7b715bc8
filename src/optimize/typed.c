// typed.c - one scan for the columns of a table that were not looked at yet.

#include "optimize/typed.h"

#include "base/clock.h"
#include "base/text.h"

struct TypeScan {
    bool *seen;          // A flag for each column.
    const char *trouble; // Why a scan did not end; or NULL.
};

static TypeScan *scan_of(Workbench *bench, size_t position)
{
    if (bench->scans == NULL)
        bench->scans = arena_new(&bench->arena, TypeScan, bench->catalog->table_count);
    TypeScan *scan = &bench->scans[position];
    if (scan->seen == NULL)
        scan->seen =
            arena_new(&bench->arena, bool, bench->catalog->tables[position].column_count);
    return scan;
}

// Returns the flags of the columns of the table at `position` that are read and were not
// looked at before, and marks them as seen; NULL if there are none.
static const bool *take_unseen(Arena *arena, TypeScan *scan, const Table *table,
                               const TableColumns *reads)
{
    bool *wanted = NULL;
    for (size_t i = 0; i < reads->count; i++) {
        uint32_t column = reads->items[i].column;
        if (reads->items[i].table != table || scan->seen[column])
            continue;
        if (wanted == NULL)
            wanted = arena_new(arena, bool, table->column_count);
        wanted[column] = true;
        scan->seen[column] = true;
    }
    return wanted;
}

static bool is_read(const Table *table, const TableColumns *reads)
{
    for (size_t i = 0; i < reads->count; i++) {
        if (reads->items[i].table == table)
            return true;
    }
    return false;
}

static const char *trouble_with(Workbench *bench, const Table *table, const Error *error)
{
    if (error->kind == ERROR_TIMEOUT)
        return arena_printf(&bench->arena,
                            "whether %s holds what it declares: a scan takes too long",
                            table->name);
    return arena_string(&bench->arena, error->message);
}

// One look at what the trees read.
typedef struct {
    Workbench *bench;
    Arena *arena;
    const Catalog *bound; // The trees name its tables.
    const TableColumns *reads;
    double deadline_ms;
} Look;

// Scans the table at `position`, if need be. False where the user stopped us.
static bool check_table(const Look *look, size_t position, Error *err)
{
    Workbench *bench = look->bench;
    const Table *table = &look->bound->tables[position];
    TypeScan *scan = scan_of(bench, position);
    const bool *wanted = take_unseen(look->arena, scan, table, look->reads);
    if (wanted == NULL || scan->trouble != NULL)
        return true;
    const Table *known = &bench->catalog->tables[position];
    const Column *columns = known->columns;
    TypeCheck check = {.table = known,
                       .wanted = wanted,
                       .timeout_ms = look->deadline_ms - clock_ms()};
    Error error = {.kind = ERROR_TIMEOUT};
    bool ok = check.timeout_ms > 0 &&
              engine_check_types(bench->engine, &bench->arena, &check, &columns, &error);
    if (!ok && error.kind == ERROR_CANCELLED) {
        *err = error;
        return false;
    }
    if (!ok)
        scan->trouble = trouble_with(bench, table, &error);
    else if (columns != known->columns)
        bench->catalog =
            catalog_with_columns(&bench->arena, bench->catalog, position, columns);
    return true;
}

bool workbench_check_types(Workbench *bench, Arena *arena, const TableColumns *reads,
                           double timeout_ms, const char **trouble, Error *err)
{
    *trouble = NULL;
    if (bench->catalog->dialect != DIALECT_SQLITE)
        return true;
    Look look = {.bench = bench,
                 .arena = arena,
                 .bound = bench->catalog,
                 .reads = reads,
                 .deadline_ms = clock_ms() + timeout_ms};
    Text troubles = text_new(arena);
    for (size_t i = 0; i < look.bound->table_count; i++) {
        if (!is_read(&look.bound->tables[i], reads))
            continue;
        if (!check_table(&look, i, err))
            return false;
        if (bench->scans[i].trouble != NULL)
            text_addf(&troubles, "%s%s", troubles.length > 0 ? "; " : "",
                      bench->scans[i].trouble);
    }
    *trouble = troubles.length > 0 ? troubles.bytes : NULL;
    return true;
}
