// checks.c - one query for each CHECK: are there rows of which it is FALSE?

#include "verify/checks.h"

#include "base/array.h"
#include "sql/sql.h"
#include "verify/interpret.h"
#include "verify/legal.h"

typedef struct {
    size_t table; // In Hints.tables.
    Interpreter *breaches;
} Guarded;

struct Checks {
    const Hints *hints;
    Branches *branches;
    ARRAY(Guarded) items;
};

static void add_check(Checks *checks, Arena *arena, size_t t, const Check *check)
{
    const Table *table = checks->hints->tables[t];
    const Catalog *catalog = checks->hints->catalog;
    Tree *tree = arena_new(arena, Tree, 1);
    Error error;
    const char *why;
    const char *text =
        arena_printf(arena, "SELECT 1 FROM %s WHERE NOT (%s)",
                     sql_quote_name(arena, catalog->dialect, table->name), check->text);
    if (!sql_bind(arena, catalog, text, tree, &error))
        return;
    Guarded made = {t, interpreter_new(arena, checks->branches, tree, &why)};
    if (made.breaches != NULL)
        array_push(arena, &checks->items, made);
}

Checks *checks_new(Arena *arena, const Hints *hints)
{
    Checks *checks = arena_new(arena, Checks, 1);
    *checks = (Checks){.hints = hints, .branches = branches_new(arena)};
    for (size_t t = 0; t < hints->table_count; t++)
        for (size_t i = 0; i < hints->tables[t]->check_count; i++)
            if (hints->tables[t]->checks[i].assurance >= ASSURANCE_TRUSTED)
                add_check(checks, arena, t, &hints->tables[t]->checks[i]);
    return checks->items.count > 0 ? checks : NULL;
}

// True if some row of table `t`, or of any table if that is none, breaks a CHECK.
static bool are_broken(Checks *checks, Arena *arena, const Database *database, size_t t)
{
    const LoadedDatabase *loaded =
        database_load(arena, checks->branches, checks->hints->catalog->dialect, database);
    for (size_t i = 0; i < checks->items.count; i++) {
        const Guarded *it = &checks->items.items[i];
        const char *why;
        Trace trace;
        CellRows rows;
        bool concerns = t == it->table || t == checks->hints->table_count;
        if (concerns &&
            interpreter_run(it->breaches, arena, loaded, &trace, &rows, &why) ==
                RUN_ROWS &&
            rows.count > 0)
            return true;
    }
    return false;
}

// Returns the database in which row `i` of table `t` is the only one.
static Database single_row(const Hints *hints, Arena *arena, const Database *database,
                           size_t t, size_t i)
{
    TableRows *tables = arena_new(arena, TableRows, hints->table_count);
    for (size_t k = 0; k < hints->table_count; k++)
        tables[k] = (TableRows){.table = hints->tables[k]};
    tables[t].rows = &database->tables[t].rows[i];
    tables[t].row_count = 1;
    return (Database){.tables = tables, .table_count = hints->table_count};
}

static bool has_check(const Checks *checks, size_t t)
{
    for (size_t i = 0; i < checks->items.count; i++)
        if (checks->items.items[i].table == t)
            return true;
    return false;
}

Database checks_keep(Checks *checks, Arena *arena, Database database)
{
    if (checks == NULL ||
        !are_broken(checks, arena, &database, checks->hints->table_count))
        return database;
    const Hints *hints = checks->hints;
    TableRows *tables =
        arena_copy(arena, database.tables, hints->table_count, sizeof(*database.tables));
    Database kept = {.tables = tables, .table_count = database.table_count};
    for (size_t t = 0; t < hints->table_count; t++) { // Parents come first.
        const TableRows *from = &database.tables[t];
        const Value **rows = arena_new(arena, const Value *, from->row_count + 1);
        tables[t] = (TableRows){.table = from->table, .rows = rows};
        for (size_t i = 0; i < from->row_count; i++) {
            Database one = single_row(hints, arena, &database, t, i);
            if (has_check(checks, t) && are_broken(checks, arena, &one, t))
                continue;
            rows[tables[t].row_count++] = from->rows[i]; // It may refer to itself.
            tables[t].row_count -= !row_refers_well(hints, &kept, t, from->rows[i]);
        }
    }
    return kept;
}
