// scramble.h - a tree whose names are the worst that rules could leave behind, and
// whether it came through.

#ifndef TESTS_SQL_SCRAMBLE_H
#define TESTS_SQL_SCRAMBLE_H

#include "base/random.h"
#include "query/query.h"

// Returns the tree with other names: aliases, CTEs and outputs below the root are called
// by a few words again and again (names of tables and columns among them), columns are
// qualified or not at random, and aliases and outputs may lose what was explicit. It
// means the same, for it means its numbers.
Tree tree_scramble(Arena *arena, const Tree *tree, Random *random);

// True if the queries are equal, where ORDER BY may name an output that is a column, or
// that column: the same thing, and the printer and the binder choose.
bool queries_agree(Arena *arena, const Query *a, const Query *b);

#endif
