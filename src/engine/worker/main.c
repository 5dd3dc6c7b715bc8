// main.c - hone-worker: runs statements for the process that started it.
//
// The main thread takes one request after the other from the channel. A second thread
// waits on the control socket: the number of a request means "stop it", the end of the
// socket means that whoever started us is gone, and so are we.

#include "base/clock.h"
#include "base/directory.h"
#include "base/process.h"
#include "engine/worker/backend.h"
#ifdef HONE_WORKER_HOOKS
#include "engine/worker/hooks.h"
#endif

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    const Backend *backend;
    void *database;          // NULL: none is open.
    DatabaseOptions options; // Those it was opened with.
    double idle_ms;          // Then it is closed, if it keeps others from writing.
    bool is_asleep;          // It was, and is opened again when it is needed.
    bool in_snapshot;
    Arena opened; // What lives as long as the database.
    const char *temporary;

    Arena arena; // What lives as long as a request.
    Wire request, reply;

    pthread_mutex_t lock; // Guards what follows, and `database` against its closing.
    uint64_t running;     // The request being served; 0: none.
    volatile bool interrupted;
} Worker;

// The second thread

static void *watch(void *context)
{
    Worker *worker = context;
    uint64_t number;
    for (;;) {
        ssize_t got = recv(PROCESS_CONTROL, &number, sizeof(number), MSG_WAITALL);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != sizeof(number))
            break;
        pthread_mutex_lock(&worker->lock);
        if (number == worker->running) {
            worker->interrupted = true;
            if (worker->database != NULL)
                worker->backend->interrupt(worker->database);
        }
        pthread_mutex_unlock(&worker->lock);
    }
    // Nobody is left to remove the directory.
    directory_remove(worker->temporary);
    _exit(0);
}

// Operations

static bool serve_about(Worker *worker, Error *err)
{
    wire_put_u64(&worker->reply, backend_count);
    for (size_t i = 0; i < backend_count; i++) {
        EngineInfo info = {.dialect = backends[i]->dialect, .name = backends[i]->name};
        backends[i]->about(&worker->arena, &info);
        wire_put_u8(&worker->reply, info.dialect);
        wire_put_string(&worker->reply, info.name);
        wire_put_u8(&worker->reply, info.available);
        wire_put_string(&worker->reply, info.version);
        wire_put_string(&worker->reply, info.path);
        wire_put_string(&worker->reply, info.advice);
    }
    return true;
}

static bool open_database(Worker *worker, Error *err)
{
    void *database = NULL;
    if (!worker->backend->open(&worker->options, &database, err))
        return false;
    pthread_mutex_lock(&worker->lock);
    worker->database = database;
    pthread_mutex_unlock(&worker->lock);
    worker->is_asleep = false;
    return true;
}

static bool serve_open(Worker *worker, Error *err)
{
    Wire *request = &worker->request;
    if (wire_get_u64(request) != WIRE_VERSION)
        return fail(err, ERROR_FILE, "this hone-worker is not of this version of hone");
    Dialect dialect = (Dialect)wire_get_u8(request);
    const Backend *backend = backend_find(dialect);
    if (backend == NULL || worker->database != NULL)
        return fail(err, ERROR_UNSUPPORTED, "no engine for this database");
    DatabaseOptions *options = &worker->options;
    *options = (DatabaseOptions){.interrupted = &worker->interrupted};
    options->path = wire_get_string(request, &worker->opened);
    options->writable = wire_get_u8(request);
    options->create = wire_get_u8(request);
    options->threads = (int)wire_get_u64(request);
    options->memory_limit_bytes = wire_get_u64(request);
    options->temporary = wire_get_string(request, &worker->opened);
    options->readable_directory = wire_get_string(request, &worker->opened);
    worker->idle_ms = wire_get_double(request);
    worker->temporary = options->temporary;
    if (options->temporary != NULL)
        options->temporary = arena_printf(&worker->opened, "%s/worker-%d",
                                          options->temporary, (int)getpid());
    worker->backend = backend;
    if (!open_database(worker, err))
        return false;
    EngineInfo info = {0};
    backend->about(&worker->arena, &info);
    wire_put_string(&worker->reply,
                    arena_printf(&worker->arena, "%s %s", backend->name, info.version));
    return true;
}

static bool serve_close(Worker *worker, Error *err)
{
    pthread_mutex_lock(&worker->lock);
    void *database = worker->database;
    worker->database = NULL;
    pthread_mutex_unlock(&worker->lock);
    if (database != NULL)
        worker->backend->close(database);
    return true;
}

// Runs one request and writes either its result or nothing.
static bool run_one(Worker *worker, const Request *request, const char *spill_path,
                    bool measured, Error *err)
{
    Sink sink;
    sink_open(&sink, &worker->arena, request, spill_path);
    if (measured)
        process_reset_peak();
#ifdef HONE_WORKER_HOOKS
    hook_run(request->sql);
#endif
    double cpu_ms = clock_cpu_ms(), start_ms = clock_ms();
    bool ok = worker->backend->run(worker->database, &worker->arena, request, &sink, err);
    sink.result.elapsed_ms = clock_ms() - start_ms;
    sink.result.cpu_ms = clock_cpu_ms() - cpu_ms;
    if (measured)
        sink.result.peak_memory_bytes = process_peak_bytes();
    ok = sink_end(&sink, ok, err);
    if (ok)
        sink_put(&sink, &worker->reply);
    sink_free(&sink);
    return ok;
}

static bool serve_run(Worker *worker, Error *err)
{
    Request request;
    wire_get_request(&worker->request, &worker->arena, &request);
    const char *spill_path = wire_get_string(&worker->request, &worker->arena);
    return run_one(worker, &request, spill_path, true, err);
}

static bool serve_prepare(Worker *worker, Error *err)
{
    const char *sql = wire_get_string(&worker->request, &worker->arena);
    Request request = {.sql = sql};
    Sink sink;
    sink_open(&sink, &worker->arena, &request, NULL);
    bool ok = worker->backend->prepare(worker->database, &worker->arena, sql, &sink, err);
    ok = sink_end(&sink, ok, err);
    if (ok)
        sink_put(&sink, &worker->reply);
    sink_free(&sink);
    return ok;
}

static bool serve_explain(Worker *worker, Error *err)
{
    const char *sql = wire_get_string(&worker->request, &worker->arena);
    Text plan = text_new(&worker->arena);
    bool ok = worker->backend->explain(worker->database, &worker->arena, sql, &plan, err);
    if (ok)
        wire_put_string(&worker->reply, plan.bytes);
    return ok;
}

static bool serve_execute(Worker *worker, Error *err)
{
    const char *sql = wire_get_string(&worker->request, &worker->arena);
    return worker->backend->execute(worker->database, sql, err);
}

static bool serve_clear(Worker *worker, Error *err)
{
    return worker->backend->clear(worker->database, err);
}

static bool serve_fill(Worker *worker, Error *err)
{
    size_t count = wire_get_count(&worker->request);
    return worker->backend->fill(worker->database, &worker->arena, &worker->request,
                                 count, err);
}

static bool serve_stage(Worker *worker, Error *err)
{
    size_t count = wire_get_count(&worker->request);
    return worker->backend->stage(worker->database, &worker->arena, &worker->request,
                                  count, err);
}

static bool serve_append(Worker *worker, Error *err)
{
    return worker->backend->append(worker->database, &worker->arena, &worker->request,
                                   err);
}

static bool fill_for_trial(Worker *worker, Error *err)
{
    bool settled = wire_get_u8(&worker->request);
    return (settled ? serve_fill : serve_stage)(worker, err);
}

// Errors of a request are part of the answer.
static void answer_trial(Worker *worker, const Request *request)
{
    Error refused;
    size_t flag = worker->reply.length;
    wire_put_u8(&worker->reply, true);
    if (run_one(worker, request, NULL, false, &refused))
        return;
    worker->reply.bytes[flag] = false;
    wire_put_error(&worker->reply, &refused);
}

// Only a failing fill fails the trial. After an interrupt the requests left fail at once.
static bool serve_trial(Worker *worker, Error *err)
{
    if (!fill_for_trial(worker, err))
        return false;
    size_t count = wire_get_count(&worker->request);
    for (size_t i = 0; i < count; i++) {
        Request request;
        wire_get_request(&worker->request, &worker->arena, &request);
        answer_trial(worker, &request);
    }
    return true;
}

// Ends before one that can't be filled.
static bool serve_trials(Worker *worker, Error *err)
{
    Request request;
    wire_get_request(&worker->request, &worker->arena, &request);
    size_t count = wire_get_count(&worker->request);
    bool goes_on = true;
    for (size_t i = 0; i < count && goes_on; i++) {
        Error refused;
        goes_on = fill_for_trial(worker, &refused);
        wire_put_u8(&worker->reply, goes_on);
        if (goes_on)
            answer_trial(worker, &request);
    }
    return true;
}

static bool serve_begin(Worker *worker, Error *err)
{
    worker->in_snapshot = worker->backend->begin(worker->database, err);
    return worker->in_snapshot;
}

static bool serve_end(Worker *worker, Error *err)
{
    bool held = true;
    worker->in_snapshot = false;
    bool ok = worker->backend->end(worker->database, &held, err);
    wire_put_u8(&worker->reply, held);
    return ok;
}

static bool serve_optimizer(Worker *worker, Error *err)
{
    bool on = wire_get_u8(&worker->request);
    return worker->backend->set_optimizer(worker->database, on, err);
}

typedef struct {
    bool (*serve)(Worker *worker, Error *err);
    bool needs_database;
} OperationEntry;

static const OperationEntry operations[] = {
    [OPERATION_ABOUT] = {serve_about, false},
    [OPERATION_OPEN] = {serve_open, false},
    [OPERATION_RUN] = {serve_run, true},
    [OPERATION_PREPARE] = {serve_prepare, true},
    [OPERATION_EXPLAIN] = {serve_explain, true},
    [OPERATION_EXECUTE] = {serve_execute, true},
    [OPERATION_CLEAR] = {serve_clear, true},
    [OPERATION_FILL] = {serve_fill, true},
    [OPERATION_APPEND] = {serve_append, true},
    [OPERATION_TRIAL] = {serve_trial, true},
    [OPERATION_TRIALS] = {serve_trials, true},
    [OPERATION_BEGIN] = {serve_begin, true},
    [OPERATION_END] = {serve_end, true},
    [OPERATION_OPTIMIZER] = {serve_optimizer, true},
    [OPERATION_CLOSE] = {serve_close, false},
};

// The main thread

static bool receive(void *bytes, size_t length)
{
    size_t got = 0;
    while (got < length) {
        ssize_t part = recv(PROCESS_CHANNEL, (char *)bytes + got, length - got, 0);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return false;
        got += (size_t)part;
    }
    return true;
}

static void set_running(Worker *worker, uint64_t number)
{
    pthread_mutex_lock(&worker->lock);
    worker->running = number;
    worker->interrupted = false;
    pthread_mutex_unlock(&worker->lock);
}

static bool serve(Worker *worker, const Frame *frame, Error *err)
{
    if (frame->operation >= COUNT_OF(operations))
        return fail(err, ERROR_PLAIN, "no operation %u", (unsigned)frame->operation);
    const OperationEntry *entry = &operations[frame->operation];
    if (entry->needs_database && worker->is_asleep && !open_database(worker, err))
        return false;
    if (entry->needs_database && worker->database == NULL)
        return fail(err, ERROR_PLAIN, "no database is open");
    return entry->serve(worker, err);
}

// Waits for a request. A file that nobody else can write while we have it open is closed
// when that takes long.
static void wait_for_request(Worker *worker)
{
    bool may_sleep = worker->database != NULL && worker->backend->blocks_writers &&
                     !worker->options.writable && !worker->in_snapshot;
    struct pollfd channel = {.fd = PROCESS_CHANNEL, .events = POLLIN};
    if (!may_sleep || poll(&channel, 1, (int)worker->idle_ms) != 0)
        return;
    Error ignored;
    serve_close(worker, &ignored);
    worker->is_asleep = true;
}

// Takes one request and answers it; false at the end of the channel.
static bool answer(Worker *worker)
{
    Frame frame;
    wire_clear(&worker->request);
    wire_clear(&worker->reply);
    if (!receive(&frame, sizeof(frame)) || frame.length > FRAME_LIMIT_BYTES)
        return false;
    if (!receive(wire_reserve(&worker->request, frame.length), frame.length))
        return false;
    worker->request.length = frame.length;

    Error err;
    set_running(worker, frame.number);
    bool ok = serve(worker, &frame, &err);
    set_running(worker, 0);
    if (ok && worker->reply.length > FRAME_LIMIT_BYTES)
        ok = fail(&err, ERROR_MEMORY, "rows of more than %d MB can't be handed over",
                  FRAME_LIMIT_BYTES >> 20);
    if (!ok) {
        wire_clear(&worker->reply);
        wire_put_error(&worker->reply, &err);
    }
    arena_clear(&worker->arena);
    Frame back = {.length = worker->reply.length, .number = frame.number, .failed = !ok};
    return wire_send(PROCESS_CHANNEL, &back, &worker->reply);
}

int main(void)
{
    Worker worker = {0};
    pthread_t watcher;
    pthread_mutex_init(&worker.lock, NULL);
    int status = pthread_create(&watcher, NULL, watch, &worker);
    if (status != 0) {
        fprintf(stderr, "hone-worker: %s\n", strerror(status));
        return 2;
    }
    do
        wait_for_request(&worker);
    while (answer(&worker));
    Error ignored;
    serve_close(&worker, &ignored);
    directory_remove(worker.temporary);
    _exit(0); // The second thread still looks at `worker`.
}
