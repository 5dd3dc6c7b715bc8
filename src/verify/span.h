// span.h - spans of time that two queries speak of.
//
// b.ts > a.ts + INTERVAL 30 MINUTE is decided where two moments are half an hour apart,
// and no literal says which two.

#ifndef VERIFY_SPAN_H
#define VERIFY_SPAN_H

#include "verify/pair.h"

// Returns the spans in seconds, all above zero; sets `count`.
const double *spans_of(Arena *arena, const Pair *pair, size_t *count);

#endif
