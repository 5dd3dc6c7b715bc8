// generate.h - small databases that tell two queries apart.
//
// Each database draws its own mood: for every class of columns a few values out of its
// pool, how often NULL and whole duplicates occur, how many rows each table has. A few
// values make matches, groups and ties; another few in the next database make the cases
// in which there are none. What the catalogue says is enforced or trusted (keys, NOT
// NULL, foreign keys, CHECKs) holds in every database, and nothing else does.

#ifndef VERIFY_GENERATE_H
#define VERIFY_GENERATE_H

#include "base/random.h"
#include "engine/engine.h"
#include "verify/aim.h"
#include "verify/hints.h"

typedef struct {
    const TableRows *tables; // Parents first.
    size_t table_count;
} Database;

typedef struct Generator Generator;

Generator *generator_new(Arena *arena, const Hints *hints);

// Rows to hold against one CHECK; what is not in `columns` is of no account.
typedef struct {
    const Table *table;
    const Check *check;
    const uint32_t *columns; // Those that the CHECK speaks of.
    size_t column_count;
    const Value *const *rows; // Whole ones.
    size_t row_count;
} CheckProbe;

// CHECKs are the engine's to judge.
typedef struct {
    // True if the engine takes these rows.
    bool (*admits)(void *context, const TableRows *rows);
    // Sets passes[i] where row i does not fail this one CHECK, as far as can be seen
    // without the table: a hint. False if nothing can be seen.
    bool (*passes_check)(void *context, const CheckProbe *probe, bool *passes);
    void *context;
} RowJudge;

// Draws rows for the tables that have CHECKs and keeps those that pass for all
// databases: first what satisfies each CHECK by itself, then rows put together of that.
void generator_probe(Generator *generator, Random *random, const RowJudge *judge);

// Makes the generator go on where another, for the same tables and original, has been:
// with the rows that it has kept in that way, and the candidate to aim at.
void generator_follow(Generator *generator, const Generator *other);

// Returns database number `index` of the schedule: first empty tables and single rows,
// then random ones. `favour`: of 8 databases, how many use what the queries ask for.
Database generator_next(Generator *generator, Arena *arena, Random *random, size_t index,
                        unsigned favour);

// Sets `parade` to tables in which each value of the pools has a row of its own; false
// where tables are joined too often for so many rows, or a recursion goes through them.
bool generator_parade(Generator *generator, Arena *arena, Random *random,
                      Database *parade);

// Returns a database aimed at another tree; `number` goes through the variations.
Database generator_aim(Generator *generator, AimTarget *target, Arena *arena,
                       Random *random, size_t number);

// Returns a database that was changed without the rows that break a CHECK now.
Database generator_keep_checks(const Generator *generator, Arena *arena,
                               Database database);

// Returns the same rows in another order.
Database database_shuffled(Arena *arena, const Database *database, Random *random);

#endif
