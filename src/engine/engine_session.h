// engine_session.h - the worker behind an engine, for the other files of this layer.

#ifndef ENGINE_ENGINE_SESSION_H
#define ENGINE_ENGINE_SESSION_H

#include "engine/session.h"

Session *engine_session(Engine *engine);

// engine_run, with a path for SINK_SPILL.
bool engine_run_to(Engine *engine, Arena *arena, const Request *request,
                   const char *spill_path, Result *result, Error *err) MUST_CHECK;

// As engine_run, but leaves the result in the session's reply.
bool engine_ask(Engine *engine, const Request *request, Error *err) MUST_CHECK;

#endif
