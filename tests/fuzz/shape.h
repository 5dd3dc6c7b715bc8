// shape.h - the shapes of slow queries, and what they are made of.

#ifndef TESTS_FUZZ_SHAPE_H
#define TESTS_FUZZ_SHAPE_H

#include "fuzz/maker.h"

// A table with an alias.
typedef struct {
    const Table *table;
    unsigned alias;
    Scope scope;
} Part;

// Returns the table, or any, under a new alias; `outer`, if not NULL, is the part of the
// query around it.
Part part_of(Maker *maker, const Table *table, const Part *outer);
Part part_new(Maker *maker, const Part *outer);

// Returns another table, or the same one again: half of the rules are about self-joins.
Part partner_new(Maker *maker, const Part *other, const Part *outer);

// Returns `table AS t1`.
const char *from(Maker *maker, const Part *part);

// Returns one of the part's own columns; every table has numbers.
const char *column(Maker *maker, const Part *part, Class class);
const char *number(Maker *maker, const Part *part);

// Returns the name of a column that is NOT NULL, if a few tries find one.
const char *present_column(Maker *maker, const Table *table);

// Returns `t1.a = t2.b`: of one class; columns of one name, or a key, more often than
// by chance.
const char *equality(Maker *maker, const Part *a, const Part *b);

// Returns a predicate over the part's columns.
const char *condition(Maker *maker, const Part *part);

// Returns "" or " AND (…)" over the part's columns (its outer part's now and then).
const char *more(Maker *maker, const Part *part);

// Returns two columns of the part as c1 and c2.
const char *outputs(Maker *maker, const Part *part);

const char *comparison_sign(Maker *maker);
const char *aggregate_name(Maker *maker);

// Returns "" or "NOT ".
const char *negation(Maker *maker);

// Each returns a query with an output c1.
#define SHAPE(name, weight) const char *shape_##name(Maker *maker);
#include "fuzz/shapes.def"
#undef SHAPE

#endif
