// typed.h - do columns of SQLite hold what they declare?
//
// SQLite lets any value stand in any column, and many a good rewrite differs on values
// that nobody stores. So the columns that a query reads are looked at, each once as long
// as the bench lasts; what holds is ASSURANCE_CHECKED, and whatever relies on it says so.

#ifndef OPTIMIZE_TYPED_H
#define OPTIMIZE_TYPED_H

#include "optimize/optimize.h"
#include "query/reads.h"

// Looks at the columns that trees read (tree_add_reads), and sets bench->catalog to one
// that says what was found; the trees are to be bound again, then. The scans together
// take no longer than `timeout_ms`: columns of a table that this was too short for count
// as holding any value, and `trouble` (else NULL) is a line that says so. Fails only
// where the user stopped us.
bool workbench_check_types(Workbench *bench, Arena *arena, const TableColumns *reads,
                           double timeout_ms, const char **trouble,
                           Error *err) MUST_CHECK;

#endif
