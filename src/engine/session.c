// session.c - starting workers, asking them, and stopping those that don't answer.

#include "engine/session.h"

#include "base/clock.h"
#include "base/directory.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LOOK_LEAST_MS = 20, // Between two looks at the cancel flag and the worker's memory.
    LOOK_MOST_MS = 100,
    GROWTH_BYTES = 8 << 20, // A worker takes no more in a millisecond.
    CPU_LOOK_LEAST_MS = 1,
    OPEN_TIMEOUT_MS = 30000,
    CLOSE_TIMEOUT_MS = 10000,
    MEMORY_SLACK_BYTES = 64 << 20, // What a worker holds besides the statement's.
};

// DuckDB takes some thousand small blocks of memory for the smallest query: with room for
// them in glibc's cache, a scratch database is quicker by a sixth.
static const char many_small_blocks[] =
    "GLIBC_TUNABLES=glibc.malloc.tcache_count=2000:glibc.malloc.tcache_max=65536";

// Where the worker's program is

// Beside the program, installed, or in the build tree (from its root, src/LAYER/, bench/
// and tests/, and tests/LAYER/).
static const char *const places[] = {
    "hone-worker",    "../libexec/hone/hone-worker", "src/hone-worker",
    "../hone-worker", "../src/hone-worker",          "../../src/hone-worker",
};

static const char *worker_find(Arena *arena, const EngineOptions *options)
{
    if (options->worker_path != NULL)
        return arena_string(arena, options->worker_path);
    const char *named = getenv("HONE_WORKER");
    if (named != NULL && *named != '\0')
        return arena_string(arena, named);
    const char *directory = process_directory(arena);
    for (size_t i = 0; directory != NULL && i < COUNT_OF(places); i++) {
        const char *path = arena_printf(arena, "%s/%s", directory, places[i]);
        if (access(path, X_OK) == 0)
            return path;
    }
    return HONE_LIBEXEC "/hone-worker";
}

// Stopping

// What the worker wrote goes with it. Returns how it ended.
static const char *stop_worker(Session *session)
{
    int pid = session->process.pid;
    session->is_opening = false;
    const char *how = process_stop(&session->arena, &session->process);
    if (pid != 0 && session->temporary != NULL)
        directory_remove(
            arena_printf(&session->arena, "%s/worker-%d", session->temporary, pid));
    return how == NULL ? "gone" : how;
}

// Asking

typedef enum { STOP_DEADLINE, STOP_CPU, STOP_CANCELLED } Stop;

typedef struct {
    Session *session;
    double timeout_ms;
    double deadline_ms; // By clock_ms().
    double cpu_limit_ms;
    double cpu_end_ms; // By the worker's CPU clock; INFINITY: no limit.
    double kill_ms;    // Once it was asked to stop.
    double look_ms;    // When to look at the memory next.
    size_t memory_bytes;
} Wait;

static bool fail_crashed(Session *session, Error *err)
{
    return fail(err, ERROR_CRASH, "the worker process ended: %s", stop_worker(session));
}

static void interrupt(Wait *wait, Stop stop, double now_ms)
{
    Session *session = wait->session;
    switch (stop) {
    case STOP_CANCELLED:
        fail(&session->stop_error, ERROR_CANCELLED, "stopped");
        break;
    case STOP_CPU:
        fail(&session->stop_error, ERROR_TIMEOUT, "did not end within %.3g s of CPU time",
             wait->cpu_limit_ms / 1e3);
        break;
    case STOP_DEADLINE:
        fail(&session->stop_error, ERROR_TIMEOUT, "did not end within %.3g s",
             wait->timeout_ms / 1e3);
        break;
    }
    session->was_stopped = true;
    wait->kill_ms = now_ms + KILL_AFTER_MS;
    uint64_t number = session->number;
    ssize_t sent = send(session->process.control, &number, sizeof(number), MSG_NOSIGNAL);
    (void)sent; // If it is gone the channel says so.
}

// Looks at the memory in use, and when to look again: before it can be above the limit.
// True if it is.
static bool look_at_memory(Wait *wait, double now_ms)
{
    size_t used = process_memory_bytes(&wait->session->process);
    if (used > wait->memory_bytes)
        return true;
    double full_ms = (double)(wait->memory_bytes - used) / GROWTH_BYTES;
    wait->look_ms = now_ms + fmax(LOOK_LEAST_MS, fmin(full_ms, LOOK_MOST_MS));
    return false;
}

// Looks at the CPU time that was used; the next look comes sooner if, with all CPUs at
// work, it might be spent sooner.
static void look_at_cpu(Wait *wait, double now_ms)
{
    if (isinf(wait->cpu_end_ms) || wait->session->was_stopped)
        return;
    double left_ms = wait->cpu_end_ms - process_cpu_ms(wait->session->process.pid);
    if (left_ms <= 0)
        interrupt(wait, STOP_CPU, now_ms);
    double soonest_ms = fmax(left_ms / wait->session->cpu_count, CPU_LOOK_LEAST_MS);
    wait->look_ms = fmin(wait->look_ms, now_ms + soonest_ms);
}

// Looks at all that may end the wait except the answer itself.
static bool keep_waiting(Wait *wait, double now_ms, Error *err)
{
    Session *session = wait->session;
    const volatile int *cancelled = session->options.cancelled;
    if (!session->was_stopped && cancelled != NULL && *cancelled)
        interrupt(wait, STOP_CANCELLED, now_ms);
    if (!session->was_stopped && now_ms >= wait->deadline_ms)
        interrupt(wait, STOP_DEADLINE, now_ms);
    if (session->was_stopped && now_ms >= wait->kill_ms) {
        stop_worker(session);
        *err = session->stop_error;
        return false;
    }
    if (now_ms < wait->look_ms)
        return true;
    if (look_at_memory(wait, now_ms)) {
        stop_worker(session);
        return fail(err, ERROR_MEMORY, "went over its memory limit and was stopped");
    }
    look_at_cpu(wait, now_ms);
    return true;
}

static int poll_timeout_ms(const Wait *wait, double now_ms)
{
    double until_ms = wait->look_ms;
    double end_ms = !wait->session->was_stopped ? wait->deadline_ms : wait->kill_ms;
    if (end_ms < until_ms)
        until_ms = end_ms;
    double left_ms = until_ms - now_ms;
    return left_ms <= 0 ? 0 : (int)left_ms + 1;
}

// Reads `length` bytes to the end of the reply.
static bool receive(Wait *wait, void *bytes, size_t length, Error *err)
{
    Session *session = wait->session;
    size_t got = 0;
    while (got < length) {
        ssize_t part = recv(session->process.channel, (char *)bytes + got, length - got,
                            MSG_DONTWAIT);
        if (part > 0) {
            got += (size_t)part;
            continue;
        }
        if (part == 0 || (errno != EAGAIN && errno != EINTR))
            return fail_crashed(session, err);
        double now_ms = clock_ms();
        if (!keep_waiting(wait, now_ms, err))
            return false;
        struct pollfd waited = {.fd = session->process.channel, .events = POLLIN};
        poll(&waited, 1, poll_timeout_ms(wait, now_ms));
    }
    return true;
}

static bool receive_reply(Wait *wait, Error *err)
{
    Session *session = wait->session;
    Frame frame;
    if (!receive(wait, &frame, sizeof(frame), err))
        return false;
    if (frame.number != session->number || frame.length > FRAME_LIMIT_BYTES)
        return fail_crashed(session, err);
    wire_clear(&session->reply);
    unsigned char *room = wire_reserve(&session->reply, frame.length);
    if (!receive(wait, room, frame.length, err))
        return false;
    session->reply.length = frame.length;
    if (!frame.failed)
        return true;
    Error reported;
    wire_get_error(&session->reply, &reported);
    if (reported.kind == ERROR_CRASH) // The library gave up; so does its worker.
        stop_worker(session);
    bool stopped = session->was_stopped && reported.kind == ERROR_CANCELLED;
    *err = stopped ? session->stop_error : reported;
    return false;
}

// Sends session->request to a worker that runs.
static bool send_request(Session *session, Operation operation, Error *err)
{
    if (session->request.length > FRAME_LIMIT_BYTES)
        return fail(err, ERROR_MEMORY, "a request of %zu bytes is too long",
                    session->request.length);
    session->was_stopped = false;
    Frame frame = {.length = session->request.length,
                   .number = ++session->number,
                   .operation = operation};
    return wire_send(session->process.channel, &frame, &session->request) ||
           fail_crashed(session, err);
}

// Waits for the reply to the last request. `cpu_ms` is what the worker had used before.
static bool await_reply(Session *session, const Limits *limits, double cpu_ms, Error *err)
{
    double now_ms = clock_ms();
    double timeout_ms =
        limits->timeout_ms > 0 ? limits->timeout_ms : session->options.timeout_ms;
    size_t memory_bytes = limits->memory_limit_bytes > 0
                              ? limits->memory_limit_bytes
                              : session->options.memory_limit_bytes;
    Wait wait = {.session = session,
                 .timeout_ms = timeout_ms,
                 .deadline_ms = now_ms + timeout_ms,
                 .cpu_limit_ms = limits->cpu_limit_ms,
                 .cpu_end_ms =
                     limits->cpu_limit_ms > 0 ? cpu_ms + limits->cpu_limit_ms : INFINITY,
                 .look_ms = now_ms + LOOK_LEAST_MS,
                 .memory_bytes = memory_bytes + memory_bytes / 4 + MEMORY_SLACK_BYTES};
    look_at_cpu(&wait, now_ms);
    return receive_reply(&wait, err);
}

// One request and its reply, with a worker that runs.
static bool call(Session *session, Operation operation, const Limits *limits, Error *err)
{
    double cpu_ms = limits->cpu_limit_ms > 0 ? process_cpu_ms(session->process.pid) : 0;
    return send_request(session, operation, err) &&
           await_reply(session, limits, cpu_ms, err);
}

// Starting

static bool process_is_up(Session *session)
{
    if (session->process.pid == 0)
        return false;
    struct pollfd idle = {.fd = session->process.channel, .events = POLLIN};
    if (session->is_opening || poll(&idle, 1, 0) == 0)
        return true;
    stop_worker(session); // An idle worker says nothing.
    return false;
}

static bool ask_to_open(Session *session, Error *err)
{
    const Opening *opening = &session->opening;
    Wire *request = &session->request;
    wire_clear(request);
    wire_put_u64(request, WIRE_VERSION);
    wire_put_u8(request, opening->dialect);
    wire_put_string(request, opening->path);
    wire_put_u8(request, opening->writable);
    wire_put_u8(request, opening->create);
    wire_put_u64(request, (uint64_t)session->options.threads);
    wire_put_u64(request, session->options.memory_limit_bytes);
    wire_put_string(request, session->temporary);
    wire_put_string(request,
                    opening->writable ? session->options.readable_directory : NULL);
    wire_put_double(request, session->options.idle_ms);
    session->is_opening = send_request(session, OPERATION_OPEN, err);
    return session->is_opening;
}

static bool await_opened(Session *session, Error *err)
{
    Limits limits = {.timeout_ms = OPEN_TIMEOUT_MS};
    session->is_opening = false;
    if (!await_reply(session, &limits, 0, err))
        return false;
    session->opening.create = false;
    if (session->version == NULL)
        session->version = wire_get_string(&session->reply, &session->arena);
    return true;
}

static bool replay(Session *session, Error *err)
{
    Limits limits = {0};
    for (size_t i = 0; i < session->replay.count; i++) {
        wire_clear(&session->request);
        wire_put_string(&session->request, session->replay.items[i]);
        if (!call(session, OPERATION_EXECUTE, &limits, err))
            return fail_while(err, "repeating what the lost worker had done");
    }
    if (!session->optimizer_off)
        return true;
    wire_clear(&session->request);
    wire_put_u8(&session->request, false);
    return call(session, OPERATION_OPTIMIZER, &limits, err);
}

static bool is_in_memory(const Session *session)
{
    return session->opening.writable && session->opening.path == NULL;
}

// Starts a worker and asks it to open the database.
static bool start(Session *session, Error *err)
{
    const char *variable = is_in_memory(session) ? many_small_blocks : NULL;
    if (!process_start(session->worker_path, variable, &session->process, err))
        return false;
    session->generation++;
    if (ask_to_open(session, err))
        return true;
    stop_worker(session);
    return false;
}

// Brings a worker to where the last one was, if there was one.
static bool finish_start(Session *session, Error *err)
{
    if (await_opened(session, err) && replay(session, err))
        return true;
    stop_worker(session);
    return false;
}

// Starts a worker where none runs. What the caller has put in `request` is kept.
static bool bring_up(Session *session, Error *err)
{
    bool is_up = process_is_up(session);
    if (is_up && !session->is_opening)
        return true;
    Wire kept = session->request;
    session->request = WIRE_EMPTY;
    bool ok = (is_up || start(session, err)) && finish_start(session, err);
    wire_free(&session->request);
    session->request = kept;
    return ok;
}

// The interface

static void prepare(Session *session, const EngineOptions *options)
{
    session->options = options == NULL ? (EngineOptions){0} : *options;
    if (session->options.timeout_ms <= 0)
        session->options.timeout_ms = DEFAULT_TIMEOUT_MS;
    if (session->options.idle_ms <= 0)
        session->options.idle_ms = DEFAULT_IDLE_MS;
    if (session->options.memory_limit_bytes == 0)
        session->options.memory_limit_bytes = DEFAULT_MEMORY_BYTES;
    session->options.readable_directory =
        arena_string(&session->arena, session->options.readable_directory);
    session->cpu_count = process_cpu_count();
    session->worker_path = worker_find(&session->arena, &session->options);
}

bool session_open(Session *session, const Opening *opening, const EngineOptions *options,
                  Error *err)
{
    prepare(session, options);
    session->opening = *opening;
    session->opening.path = arena_string(&session->arena, opening->path);
    bool needs_directory = opening->dialect == DIALECT_DUCKDB;
    if ((!needs_directory || session_need_temporary(session, err)) &&
        (is_in_memory(session) ? start : bring_up)(session, err))
        return true;
    session_close(session);
    return false;
}

bool session_ask_about(Session *session, const EngineOptions *options, Error *err)
{
    Limits limits = {.timeout_ms = OPEN_TIMEOUT_MS};
    prepare(session, options);
    return process_start(session->worker_path, NULL, &session->process, err) &&
           call(session, OPERATION_ABOUT, &limits, err);
}

// A database in a file is closed by its engine, so that no log of it stays behind.
static void close_database(Session *session)
{
    Limits limits = {.timeout_ms = CLOSE_TIMEOUT_MS};
    Error ignored;
    wire_clear(&session->request);
    if (session->process.pid != 0 && session->opening.path != NULL &&
        !call(session, OPERATION_CLOSE, &limits, &ignored))
        stop_worker(session);
}

void session_close(Session *session)
{
    close_database(session);
    stop_worker(session);
    directory_remove(session->temporary);
    wire_free(&session->request);
    wire_free(&session->reply);
    arena_clear(&session->replay_arena);
    arena_clear(&session->arena);
    *session = (Session){0};
}

bool session_call(Session *session, Operation operation, const Limits *limits, Error *err)
{
    return bring_up(session, err) && call(session, operation, limits, err);
}

bool session_ask(Session *session, const Request *request, const char *spill_path,
                 Error *err)
{
    Limits limits = {.timeout_ms = request->timeout_ms,
                     .cpu_limit_ms = request->cpu_limit_ms,
                     .memory_limit_bytes = request->memory_limit_bytes};
    wire_clear(&session->request);
    wire_put_request(&session->request, request);
    wire_put_string(&session->request, spill_path);
    return session_call(session, OPERATION_RUN, &limits, err);
}

bool session_run(Session *session, Arena *arena, const Request *request,
                 const char *spill_path, Result *result, Error *err)
{
    if (!session_ask(session, request, spill_path, err))
        return false;
    wire_get_result(&session->reply, arena, result);
    return true;
}

void session_discard_worker(Session *session)
{
    stop_worker(session);
}

bool session_need_temporary(Session *session, Error *err)
{
    return session->temporary != NULL ||
           directory_make_temporary(&session->arena, &session->temporary, err);
}
