// maker.h - values that a domain can hold, made from numbers, texts and dates. Inside of
// pool.c.

#ifndef VERIFY_MAKER_H
#define VERIFY_MAKER_H

#include "base/array.h"
#include "base/map.h"
#include "verify/pool.h"

typedef struct {
    Arena *arena;
    const Hints *hints;
    Domain domain;
    Section section;
    Map *seen; // By hash: each value stands in one section only. NULL: not looked at.
    ARRAY(Value) values[SECTION_COUNT];
} Maker;

// The following add a value to the maker's section, as the domain holds it; nothing
// where the domain has no such value.

void add_value(Maker *maker, Value value);
void add_bytes(Maker *maker, ValueKind kind, TypeKind type, const char *text);

// In SQLite a text in a column of numeric affinity must be one that stays a text.
void add_text(Maker *maker, const char *text);
void add_integer(Maker *maker, int64_t value);

// Where numbers are added up, only those whose sums are exact.
void add_number(Maker *maker, double number);

// A number whatever kind of number the domain has.
void add_numeric(Maker *maker, double number);
void add_boolean(Maker *maker, bool truth);
void add_moment(Maker *maker, Moment moment);

// The moment half a second later, where the domain has halves of seconds.
void add_moment_and_half(Maker *maker, Moment moment);

// Texts that match a LIKE pattern, and some that miss it narrowly.
void add_matches(Maker *maker, const char *pattern);

// Documents with the keys that the queries' strings name ("$.a", "a").
void add_documents(Maker *maker);

// DuckDB: values of a list, struct or map, by the type's name (nested.c).
void add_nested(Maker *maker, const char *type);

// What all pools of a kind share, and what nobody expects.
void add_common(Maker *maker);
void add_wild(Maker *maker);

bool holds_texts(Domain domain);
bool holds_moments(Domain domain);

#endif
