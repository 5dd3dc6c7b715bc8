// documents.h - which columns of both results are JSON, and count by value.
//
// Key order and blanks say nothing there. Text stays text, so a column is JSON only if
// it is on both sides: a candidate that turns JSON into text is another query. DuckDB has
// a type for it, and its results tell. SQLite has none: what json_object() returns is
// text, and whoever compares it with another text sees its blanks; but a user who asks
// for JSON parses it. So there a column is JSON where each side makes it with a function
// that returns nothing else, or takes it from a column that is declared so; a column
// that is declared TEXT is text even if JSON stands in it.

#ifndef VERIFY_DOCUMENTS_H
#define VERIFY_DOCUMENTS_H

#include "engine/engine.h"
#include "verify/pair.h"

// Ordinals, ascending.
typedef struct {
    const uint32_t *items;
    size_t count;
} Documents;

// Returns the columns that both trees show to be JSON (SQLite; elsewhere none).
Documents pair_documents(Arena *arena, const Pair *pair);

// Returns the columns that both results say are JSON (DuckDB; elsewhere none).
Documents results_documents(Arena *arena, const Result *a, const Result *b);

#endif
