// sample.h - a copy of a part of the database, for an original that does not end.
//
// Rows are taken by a hash of the key that the query's large tables are joined by, so
// that what belongs together is taken together; where that key has few values, or the
// only table has none, by a hash of the row. Other tables are copied whole or, where they
// are large, those of their rows that the taken ones are joined with. The copy is a new
// file that is read like any database; the user's own is only read.

#ifndef OPTIMIZE_SAMPLE_H
#define OPTIMIZE_SAMPLE_H

#include "optimize/road.h"

typedef struct {
    Workbench bench;       // On the copy, with the catalogue and judge of the whole.
    const char *directory; // That the copy stands in.
    const char *words;     // "1 in 64 of orders, items", "all of orders"
} Sample;

// Makes the largest copy on which the original takes no longer than a part of what is
// left of the budget. Fails where the tables share no key to take rows by, or a large one
// is not joined to them.
bool sample_open(Road *road, Sample *sample, Error *err) MUST_CHECK;

// Removes the copy, and hands the judge back to the road's own bench.
void sample_close(Road *road, Sample *sample);

#endif
