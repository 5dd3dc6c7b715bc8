// query_maker.h - random queries over a schema, as SQL text, from a seed.
//
// The queries are valid in SQLite and DuckDB and heavy with what goes wrong: NULL tests,
// outer joins, correlated subqueries, grouping, DISTINCT, set operations, LIMIT. Every
// source has an alias of its own (t1, t2, …), every output is named c1, c2, ….
// In SQLite, classes of columns are mixed now and then, so that affinities matter.

#ifndef TESTS_FUZZ_QUERY_MAKER_H
#define TESTS_FUZZ_QUERY_MAKER_H

#include "base/arena.h"
#include "base/random.h"
#include "catalog/catalog.h"

#include <stddef.h>

// A SELECT of every column of its sources, with its parts.
typedef struct {
    const char *sql;  // SELECT t1.a AS c1, … FROM from WHERE conjuncts
    const char *from; // What stands behind FROM.
    const char *const *conjuncts;
    size_t conjunct_count;
    const char *const *columns; // "t1.a": what output i shows.
    size_t column_count;
} MadeBlock;

// Returns a query of any shape; `depth` bounds how deep subqueries nest (2 is plenty).
const char *make_query(Arena *arena, const Catalog *catalog, Random *random,
                       unsigned depth);

// Returns a query of a shape that is slow as people write it, and that some rule looks
// for: correlated subqueries, OR chains, joins that only test, … ORDER BY leaves ties.
const char *make_slow_query(Arena *arena, const Catalog *catalog, Random *random);

MadeBlock make_block(Arena *arena, const Catalog *catalog, Random *random,
                     unsigned depth);

// Returns a SELECT over one source, `FROM <table> AS t1`, and its parts; the rest may be
// grouped, DISTINCT, a window: what the block shows depends on the rows of t1.
typedef struct {
    const char *before; // SELECT … FROM
    const char *table;
    const char *after; // WHERE … GROUP BY …
} MadeFrame;
MadeFrame make_frame(Arena *arena, const Catalog *catalog, Random *random,
                     unsigned depth);

// Returns INSERT statements that fill the tables (parents first in the catalogue) with a
// few rows each: NULLs, duplicates, values that match; some tables stay empty.
const char *make_rows(Arena *arena, const Catalog *catalog, Random *random);

#endif
