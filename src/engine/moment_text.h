// moment_text.h - days and moments as DuckDB writes them.

#ifndef ENGINE_MOMENT_TEXT_H
#define ENGINE_MOMENT_TEXT_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { MICROS_A_SECOND = 1000000, NANOS_A_SECOND = 1000000000 };

// Adds a day since 1970, "(BC)" behind it before year 1.
void text_add_date(Text *text, int64_t days);

// Adds a time of day, its fraction of so many digits without zeros that say nothing.
void text_add_time(Text *text, int64_t seconds, int64_t fraction, int digits);

// Adds a moment in `parts` of a second since 1970.
void text_add_timestamp(Text *text, int64_t stored, int64_t parts, int digits);

// Adds "infinity" or "-infinity", and returns true, where the number stands for it.
bool text_add_infinity(Text *text, int64_t stored, int64_t highest);

#endif
