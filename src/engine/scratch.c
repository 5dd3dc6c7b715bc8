// scratch.c - databases of our own, which may be written.

#include "engine/engine.h"

#include "engine/describe.h"
#include "engine/engine_session.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct Scratch {
    Session session;
    uint64_t rows_generation; // The worker that has rows only it has; 0: none.
    bool is_settled;          // scratch_set_settled
};

// Opening

static bool open_scratch(const Opening *opening, const EngineOptions *options,
                         Scratch **scratch, Error *err)
{
    Session session = {0};
    if (!session_open(&session, opening, options, err))
        return false;
    Scratch *opened = arena_new(&session.arena, Scratch, 1);
    opened->session = session;
    *scratch = opened;
    return true;
}

bool scratch_open(Dialect dialect, const EngineOptions *options, Scratch **scratch,
                  Error *err)
{
    Opening opening = {.dialect = dialect, .writable = true};
    return open_scratch(&opening, options, scratch, err);
}

bool scratch_create(Dialect dialect, const char *path, const EngineOptions *options,
                    Scratch **scratch, Error *err)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return fail(err, ERROR_FILE, "can't create %s: %s", path, strerror(errno));
    close(file);
    if (dialect == DIALECT_DUCKDB)
        unlink(path); // An empty file is no database to DuckDB.
    Opening opening = {.dialect = dialect, .path = path, .writable = true};
    if (open_scratch(&opening, options, scratch, err))
        return true;
    unlink(path);
    return fail_while(err, "creating %s", path);
}

void scratch_close(Scratch *scratch)
{
    if (scratch == NULL)
        return;
    Session session = scratch->session; // The scratch lives in the session's arena.
    session_close(&session);
}

// Writing

static bool in_memory(const Scratch *scratch)
{
    return scratch->session.opening.path == NULL;
}

// Rows that were put in from here on can't be repeated.
static void note_rows(Scratch *scratch)
{
    scratch->rows_generation = in_memory(scratch) ? scratch->session.generation : 0;
}

// Fails if rows that nobody has put back were in a worker before this one.
static bool check_rows(Scratch *scratch, Error *err)
{
    uint64_t held = scratch->rows_generation;
    return held == 0 || held == scratch->session.generation ||
           fail(err, ERROR_CRASH,
                "the scratch database's rows were lost with its worker");
}

bool scratch_execute(Scratch *scratch, const char *sql, Error *err)
{
    Session *session = &scratch->session;
    Limits limits = {0};
    wire_clear(&session->request);
    wire_put_string(&session->request, sql);
    if (!session_call(session, OPERATION_EXECUTE, &limits, err))
        return false;
    if (in_memory(scratch))
        array_push(&session->replay_arena, &session->replay,
                   arena_string(&session->replay_arena, sql));
    return true;
}

bool scratch_clear(Scratch *scratch, Error *err)
{
    Session *session = &scratch->session;
    Limits limits = {0};
    wire_clear(&session->request);
    arena_clear(&session->replay_arena); // Nothing of it is to be had back.
    session->replay.items = NULL;
    session->replay.count = session->replay.capacity = 0;
    scratch->rows_generation = 0;
    return session_call(session, OPERATION_CLEAR, &limits, err);
}

static void put_tables(Wire *wire, const TableRows *tables, size_t count)
{
    wire_put_u64(wire, count);
    for (size_t i = 0; i < count; i++)
        wire_put_table_rows(wire, &tables[i]);
}

bool scratch_fill(Scratch *scratch, const TableRows *tables, size_t count, Error *err)
{
    Limits limits = {0};
    wire_clear(&scratch->session.request);
    put_tables(&scratch->session.request, tables, count);
    if (!session_call(&scratch->session, OPERATION_FILL, &limits, err))
        return false;
    note_rows(scratch);
    return true;
}

// Sends the table that stands in the session's request.
static bool append_table(Scratch *scratch, Error *err)
{
    Limits limits = {0};
    if (!session_call(&scratch->session, OPERATION_APPEND, &limits, err) ||
        !check_rows(scratch, err))
        return false;
    note_rows(scratch);
    return true;
}

bool scratch_append(Scratch *scratch, const TableRows *rows, Error *err)
{
    wire_clear(&scratch->session.request);
    wire_put_table_rows(&scratch->session.request, rows);
    return append_table(scratch, err);
}

// A row looks the same in a result and in a table, so that rows go from one worker to
// the other as they are.
bool scratch_append_from(Scratch *scratch, const Table *table, Engine *engine,
                         const Request *request, uint64_t *row_count, Error *err)
{
    Wire *reply = &engine_session(engine)->reply, *sent = &scratch->session.request;
    Arena arena = ARENA_EMPTY;
    Result result;
    assert(request->sink == SINK_ROWS);
    if (!engine_ask(engine, request, err))
        return false;
    wire_get_result_head(reply, &arena, &result);
    arena_clear(&arena);
    if (result.row_count > result.kept_count)
        return fail(err, ERROR_UNSUPPORTED, "%s is too large to be copied", table->name);
    *row_count = result.row_count;
    if (result.row_count == 0)
        return true;
    wire_clear(sent);
    wire_put_table_head(sent, table, result.kept_count);
    wire_put_bytes(sent, reply->bytes + reply->position, reply->length - reply->position);
    return append_table(scratch, err);
}

// Running

bool scratch_run(Scratch *scratch, Arena *arena, const Request *request, Result *result,
                 Error *err)
{
    Result got;
    // Looked at afterwards, when it is known which worker answered.
    if (!session_run(&scratch->session, arena, request, NULL, &got, err) ||
        !check_rows(scratch, err))
        return false;
    *result = got;
    return true;
}

static void get_answer(Session *session, Arena *arena, Answer *answer)
{
    *answer = (Answer){.ok = wire_get_u8(&session->reply)};
    if (answer->ok) {
        wire_get_result(&session->reply, arena, &answer->result);
        return;
    }
    wire_get_error(&session->reply, &answer->error);
    if (answer->error.kind == ERROR_CANCELLED && session->was_stopped)
        answer->error = session->stop_error;
}

bool scratch_trial(Scratch *scratch, Arena *arena, const TrialTask *task, Answer *answers,
                   Error *err)
{
    Session *session = &scratch->session;
    Limits limits = {0};
    wire_clear(&session->request);
    wire_put_u8(&session->request, scratch->is_settled);
    put_tables(&session->request, task->tables, task->table_count);
    wire_put_u64(&session->request, task->request_count);
    for (size_t i = 0; i < task->request_count; i++) {
        const Request *request = &task->requests[i];
        wire_put_request(&session->request, request);
        if (request->timeout_ms > limits.timeout_ms)
            limits.timeout_ms = request->timeout_ms;
        if (request->memory_limit_bytes > limits.memory_limit_bytes)
            limits.memory_limit_bytes = request->memory_limit_bytes;
    }
    if (!session_call(session, OPERATION_TRIAL, &limits, err))
        return false;
    note_rows(scratch);
    bool gave_up = false;
    for (size_t i = 0; i < task->request_count; i++) {
        get_answer(session, arena, &answers[i]);
        gave_up = gave_up || (!answers[i].ok && answers[i].error.kind == ERROR_CRASH);
    }
    if (gave_up) // The library is of no more use to those that follow.
        session_discard_worker(session);
    return true;
}

PackedTables tables_pack(Arena *arena, const TableRows *tables, size_t count)
{
    Wire wire = WIRE_EMPTY;
    put_tables(&wire, tables, count);
    PackedTables packed = {arena_copy(arena, wire.bytes, wire.length, 1), wire.length};
    wire_free(&wire);
    return packed;
}

// True for what is an answer whenever it is asked.
static bool answer_lasts(const Answer *answer)
{
    return answer->ok || answer->error.kind == ERROR_STATEMENT ||
           answer->error.kind == ERROR_REFUSED;
}

size_t scratch_trials(Scratch *scratch, Arena *arena, const PackedTables *tables,
                      size_t count, const Request *request, Answer *answers)
{
    Session *session = &scratch->session;
    Error ignored;
    Limits limits = {.timeout_ms = request->timeout_ms,
                     .memory_limit_bytes = request->memory_limit_bytes};
    wire_clear(&session->request);
    wire_put_request(&session->request, request);
    wire_put_u64(&session->request, count);
    for (size_t i = 0; i < count; i++) {
        wire_put_u8(&session->request, scratch->is_settled);
        wire_put_bytes(&session->request, tables[i].bytes, tables[i].length);
    }
    if (!session_call(session, OPERATION_TRIALS, &limits, &ignored))
        return 0;
    note_rows(scratch);
    for (size_t i = 0; i < count; i++) {
        if (!wire_get_u8(&session->reply))
            return i;
        get_answer(session, arena, &answers[i]);
        if (answer_lasts(&answers[i]))
            continue;
        if (answers[i].error.kind == ERROR_CRASH)
            session_discard_worker(session); // Its library is of no more use.
        return i;
    }
    return count;
}

void scratch_set_settled(Scratch *scratch, bool settled)
{
    scratch->is_settled = settled;
}

bool scratch_describe(Scratch *scratch, Arena *arena, const Catalog **catalog, Error *err)
{
    return describe(&scratch->session, arena, catalog, err);
}

bool scratch_set_optimizer(Scratch *scratch, bool on, Error *err)
{
    Session *session = &scratch->session;
    Limits limits = {0};
    wire_clear(&session->request);
    wire_put_u8(&session->request, on);
    if (!session_call(session, OPERATION_OPTIMIZER, &limits, err))
        return false;
    session->optimizer_off = !on;
    return true;
}
