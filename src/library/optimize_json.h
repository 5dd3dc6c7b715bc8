// optimize_json.h - a verdict of hone_optimize as the object that docs/json.md describes.

#ifndef LIBRARY_OPTIMIZE_JSON_H
#define LIBRARY_OPTIMIZE_JSON_H

#include "library/json.h"
#include "library/session.h"

Json *optimization_json(const HoneSession *session, const HoneOptimization *view,
                        const Optimization *made);

// Adds what was measured as an object under `field`; null where nothing was.
void measurement_add(Json *object, const char *field, const Measurement *measured);

// Adds "settings": the names and values of the catalogue's.
void settings_add(Json *object, const Catalog *catalog);

// Adds a judge's verdict as an object under `field`.
void verdict_add(Json *object, const char *field, const Verdict *verdict);

#endif
