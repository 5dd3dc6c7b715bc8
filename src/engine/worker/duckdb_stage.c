// duckdb_stage.c - rows that are only read, in a transaction that is given up.
//
// Rows that are never committed need no deleting, and DuckDB plans without statistics of
// them. An error in a statement ends the transaction; then the rows are put in again
// before the next statement runs.

#include "engine/worker/duckdb_database.h"

#include "engine/name.h"

#include <string.h>

static const char *table_name(Arena *arena, const WireTable *table)
{
    Text name = text_new(arena);
    name_add_table(&name, table->schema, table->name);
    return name.bytes;
}

static bool is_known_empty(const DuckdbStage *stage, const char *name)
{
    for (size_t i = 0; i < stage->empty.count; i++)
        if (strcmp(stage->empty.items[i], name) == 0)
            return true;
    return false;
}

// Deletes committed rows of these tables, unless it is known that there are none.
static bool empty_committed(DuckdbDatabase *database, Arena *arena,
                            const WireTable *tables, size_t count, Error *err)
{
    DuckdbStage *stage = &database->stage;
    for (size_t i = count; i-- > 0;) {
        const char *name = table_name(arena, &tables[i]);
        if (is_known_empty(stage, name))
            continue;
        if (!duckdb_empty(database, arena, &tables[i], 1, err))
            return false;
        array_push(&stage->arena, &stage->empty, arena_string(&stage->arena, name));
    }
    return true;
}

// Where there is no transaction any more, there is nothing to end. But a deadline may
// break off the statement that ends one: then it is tried again before the next begins.
static void roll_back(DuckdbDatabase *database)
{
    Error error;
    database->stage.is_stuck = !duckdb_query_plain(database, "ROLLBACK", &error) &&
                               strstr(error.message, "no transaction") == NULL;
}

// Ends a transaction that could not be ended before.
static void unstick(DuckdbDatabase *database)
{
    if (database->stage.is_stuck)
        roll_back(database);
}

// Puts the rows that stand in stage->wire into a new transaction.
static bool put_rows(DuckdbDatabase *database, Arena *arena, Error *err)
{
    DuckdbStage *stage = &database->stage;
    stage->wire.position = 0;
    unstick(database);
    const WireTable *tables = duckdb_read_tables(arena, &stage->wire, stage->count, err);
    bool ok = tables != NULL &&
              empty_committed(database, arena, tables, stage->count, err) &&
              duckdb_query_plain(database, "BEGIN TRANSACTION", err);
    for (size_t i = 0; i < stage->count && ok; i++)
        ok = duckdb_insert(database, arena, &tables[i], &stage->wire, err);
    if (!ok)
        roll_back(database);
    stage->state = ok ? STAGE_OPEN : STAGE_NONE;
    return ok;
}

bool duckdb_stage(void *context, Arena *arena, Wire *wire, size_t count, Error *err)
{
    DuckdbDatabase *database = context;
    DuckdbStage *stage = &database->stage;
    duckdb_stage_drop(database);
    size_t start = wire->position;
    if (duckdb_read_tables(arena, wire, count, err) == NULL)
        return false;
    wire_clear(&stage->wire);
    wire_put_bytes(&stage->wire, wire->bytes + start, wire->position - start);
    stage->count = count;
    return put_rows(database, arena, err);
}

bool duckdb_stage_restore(DuckdbDatabase *database, Arena *arena, Error *err)
{
    if (database->stage.state != STAGE_LOST || put_rows(database, arena, err))
        return true;
    database->stage.state = STAGE_LOST; // They are as lost as before.
    return false;
}

void duckdb_stage_lose(DuckdbDatabase *database)
{
    if (database->stage.state != STAGE_OPEN)
        return;
    roll_back(database);
    database->stage.state = STAGE_LOST;
}

void duckdb_stage_drop(DuckdbDatabase *database)
{
    if (database->stage.state == STAGE_OPEN)
        roll_back(database);
    unstick(database);
    database->stage.state = STAGE_NONE;
}

// Any table may hold rows from here on.
static void forget_empty(DuckdbStage *stage)
{
    arena_clear(&stage->arena);
    stage->empty.items = NULL;
    stage->empty.count = stage->empty.capacity = 0;
}

// Commits the rows; once more from the beginning where their transaction is spoiled.
static bool commit(DuckdbDatabase *database, Arena *arena, Error *err)
{
    if (database->stage.state != STAGE_OPEN ||
        duckdb_query_plain(database, "COMMIT", err))
        return true;
    duckdb_stage_lose(database);
    return duckdb_stage_restore(database, arena, err) &&
           duckdb_query_plain(database, "COMMIT", err);
}

bool duckdb_stage_keep(DuckdbDatabase *database, Error *err)
{
    Arena scratch = ARENA_EMPTY;
    unstick(database);
    bool ok =
        duckdb_stage_restore(database, &scratch, err) && commit(database, &scratch, err);
    arena_clear(&scratch);
    if (ok)
        database->stage.state = STAGE_NONE;
    forget_empty(&database->stage);
    return ok;
}

void duckdb_stage_free(DuckdbDatabase *database)
{
    forget_empty(&database->stage);
    wire_free(&database->stage.wire);
}
