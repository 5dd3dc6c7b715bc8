// search.h - looking for databases in memory before the engine runs any.
//
// The interpreter runs the original, the candidate and the original's mutants on some
// thousands of databases, and keeps those on which it sees something: a difference
// between the two, a mutant told apart, an outcome (interpret.h: Trace) that no database
// before had. What was kept is varied, and its variations tried in turn (coverage-guided
// fuzzing: Zalewski, "american fuzzy lop", 2013; for databases Chandra et al., "Data
// generation for testing and grading SQL queries", VLDB Journal 2015).
//
// Nothing is decided here. A difference is the engine's to confirm, and a mutant counts
// as told apart only when the engine has told it: the search says on which database to
// ask, which makes asking cheap. The interpreter in turn is compared with the engine on
// the databases that the engine runs; once they disagree it is not listened to any more.
// How long it goes on is counted in steps of the interpreter, not in time: so a run can
// be repeated.

#ifndef VERIFY_SEARCH_H
#define VERIFY_SEARCH_H

#include "verify/mutate.h"
#include "verify/trial.h"

typedef struct Search Search;

enum { SEARCH_ENOUGH = 120 }; // Databases after which the engine's schedule may be short.

// Returns NULL where the interpreter does not know the original.
Search *search_new(Arena *arena, const Pair *pair, const Hints *hints,
                   const Ordering *ordering, Mutants *mutants);

// Runs the candidate on what an earlier search for the same original, in the same tables,
// has drawn. The original's rows are known from there.
void search_repeat(Search *search, const Search *earlier);

// Draws databases, beginning with number `index` of the generator's schedule, until
// little comes of it, or `most` are drawn; returns the number of the next.
size_t search_run(Search *search, Generator *generator, Random *random, size_t index,
                  size_t most);

// Returns what was kept, what promises most first; sets `count`.
const Database *search_kept(Search *search, size_t *count);

// Returns `count` of those drawn, evenly spread, or all; sets `count`.
const Database *search_drawn(const Search *search, Arena *arena, size_t *count);

// Returns how many databases were run where the interpreter was sure of both queries.
size_t search_tried(const Search *search);

// Returns the first of those on which the interpreter was not sure of both: nobody but
// the engine can say what happens there.
const Database *search_unsure(const Search *search, size_t *count);

// True if the original's recursion goes on and on here, and on other databases did not:
// the engine would have to be cut off.
bool search_is_useless(Search *search, Arena *arena, const Database *database);

// True if the interpreter is sure of both queries here and they differ.
bool search_tells_apart(Search *search, Arena *arena, const Database *database);

// Compares what the interpreter says with what the engine said.
void search_observe(Search *search, Arena *arena, const Database *database,
                    const Trial *trial);

// True if the interpreter knows both queries, is mostly sure, and has agreed with the
// engine on all that it was compared on (something, that is).
bool search_is_trusted(const Search *search);

// True if the interpreter runs this mutant, so that search_kills says when to ask.
bool search_knows_mutant(const Search *search, size_t mutant);

// Returns which of the mutants that are left (Mutant.killed) the interpreter tells apart
// on the database that was observed or asked about last, `arena` and its memory being the
// same; sets `count`. NULL where it is not sure of the original there.
const size_t *search_kills(Search *search, Arena *arena, size_t *count);

#endif
