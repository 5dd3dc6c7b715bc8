// session.h - one worker process and what it takes to have it back after it died.
//
// Shared by engines and scratch databases. A call sends what stands in `request` and
// leaves the answer in `reply`. Whatever goes wrong (a crash, a deadline, too much
// memory), the next call starts a fresh worker, opens the database again and repeats
// `replay`.

#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "base/arena.h"
#include "base/array.h"
#include "base/process.h"
#include "engine/engine.h"
#include "engine/wire.h"

typedef struct {
    Dialect dialect;
    const char *path; // NULL: in memory.
    bool writable;    // Scratch only.
    bool create;      // A new file; once it is made it is opened again.
} Opening;

typedef struct {
    Arena arena;
    EngineOptions options;
    Opening opening;
    const char *worker_path;
    const char *temporary; // A directory of ours that the worker may write in; or NULL.
    const char *version;   // "SQLite 3.40.1"
    Process process;
    int cpu_count;       // Of the machine.
    bool is_opening;     // It was asked to open the database, and has not answered yet.
    uint64_t number;     // Of the last request.
    uint64_t generation; // How many workers there have been.
    ARRAY(const char *) replay;
    bool optimizer_off; // Repeated, too.
    Arena replay_arena;
    Wire request;
    Wire reply;
    bool was_stopped; // The last call, at its deadline or by the user: `stop_error`.
    Error stop_error;
} Session;

typedef struct {
    double timeout_ms;         // 0: the session's default.
    double cpu_limit_ms;       // 0: none.
    size_t memory_limit_bytes; // 0: the session's default.
} Limits;

enum {
    DEFAULT_TIMEOUT_MS = 60000,
    DEFAULT_IDLE_MS = 20000,
    KILL_AFTER_MS = 300, // From asking a worker to stop to making it stop.
};
#define DEFAULT_MEMORY_BYTES ((size_t)2 << 30)

// Starts the worker and opens the database; `session` must be all zero. On failure
// nothing is left to close. A new database in memory is not waited for: the first call
// says if it can't be had.
bool session_open(Session *session, const Opening *opening, const EngineOptions *options,
                  Error *err) MUST_CHECK;
void session_close(Session *session);

// Starts a worker that opens no database, and asks it which engines there are; the
// answer stands in `reply`. Close the session afterwards.
bool session_ask_about(Session *session, const EngineOptions *options,
                       Error *err) MUST_CHECK;

// Sends session->request as `operation` and waits for session->reply.
bool session_call(Session *session, Operation operation, const Limits *limits,
                  Error *err) MUST_CHECK;

// Runs one request and leaves its result in session->reply; `spill_path` is for
// SINK_SPILL, else NULL.
bool session_ask(Session *session, const Request *request, const char *spill_path,
                 Error *err) MUST_CHECK;

// The same, and reads the result.
bool session_run(Session *session, Arena *arena, const Request *request,
                 const char *spill_path, Result *result, Error *err) MUST_CHECK;

// Stops the worker; the next call starts a fresh one.
void session_discard_worker(Session *session);

// Makes the session's temporary directory if it has none yet.
bool session_need_temporary(Session *session, Error *err) MUST_CHECK;

#endif
