// pool.h - the values that columns draw from.
//
// One pool for each class of columns and kind of value, in four sections, from what the
// queries ask for to what nobody expects:
//
//   wanted   makes a comparison with a literal come out true
//   near     at, below and above the literals beside the class
//   common   a small domain that all pools of the kind share; around all other literals
//   wild     extremes, odd spellings, and (SQLite) values of another type than declared

#ifndef VERIFY_POOL_H
#define VERIFY_POOL_H

#include "base/array.h"
#include "engine/engine.h"
#include "verify/domain.h"
#include "verify/hints.h"
#include "verify/scalar.h"

typedef enum {
    SECTION_WANTED,
    SECTION_NEAR,
    SECTION_COMMON,
    SECTION_WILD,
    SECTION_COUNT
} Section;

typedef struct {
    const Value *values;
    size_t count;
} PoolSection;

typedef struct {
    PoolSection sections[SECTION_COUNT];
} Pool;

// What the pools of one domain have in common.
typedef struct {
    Domain domain;
    PoolSection common, wild;
} SharedPool;

// Where pools are made.
typedef struct {
    Arena *arena;
    const Hints *hints;
    ARRAY(SharedPool) shared; // Private.
} Pools;

// Makes the pool for columns of this domain with these literals beside them.
Pool pool_new(Pools *pools, Domain domain, Literals near);

// Returns documents (JSON) for columns of this domain, numbers among them.
PoolSection pool_documents(Pools *pools, Domain domain);

// Sets `borrowed` to what a value of another domain comes to in this one, `nudged` by the
// smallest step it has (of a text, where bytes may stand: those); false if it comes to
// nothing.
bool pool_borrow(Arena *arena, const Hints *hints, Domain domain, Value value,
                 bool nudged, Value *borrowed);

// Sets `value` to what a value by its meaning is in this domain; false if it has none.
bool pool_value(Arena *arena, const Hints *hints, Domain domain, Scalar scalar,
                Value *value);

#endif
