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

#include "engine/engine.h"
#include "verify/hints.h"

typedef enum {
    SECTION_WANTED,
    SECTION_NEAR,
    SECTION_COMMON,
    SECTION_WILD,
    SECTION_COUNT
} Section;

typedef enum {
    DOMAIN_INTEGER,
    DOMAIN_FLOAT,
    DOMAIN_DECIMAL,
    DOMAIN_TEXT,
    DOMAIN_BLOB,
    DOMAIN_BOOLEAN,
    DOMAIN_DATE,
    DOMAIN_TIME,
    DOMAIN_TIMESTAMP,
    DOMAIN_OTHER,
} DomainKind;

// What a column can hold. Columns of one class and equal domains share a pool.
typedef struct {
    DomainKind kind;
    TypeKind type;
    Dialect dialect;
    uint16_t width;
    uint8_t scale;
    bool is_unsigned;
    bool is_mixed; // SQLite: values of any type may stand here.
    Affinity affinity;
} Domain;

typedef struct {
    const Value *values;
    size_t end[SECTION_COUNT]; // Where each section ends.
} Pool;

// Returns what the column of `table` can hold, by what is enforced or trusted.
Domain domain_of(Dialect dialect, const Table *table, uint32_t column);
bool domain_equal(Domain a, Domain b);

// Makes the pool for columns of this domain with these literals beside them.
Pool pool_new(Arena *arena, const Hints *hints, Domain domain, Literals near);

// Sets `borrowed` to what a value of another domain comes to in this one, `nudged` by the
// smallest step it has; false if it comes to nothing.
bool pool_borrow(Arena *arena, const Hints *hints, Domain domain, Value value,
                 bool nudged, Value *borrowed);

// True if the column is SQLite's rowid under another name: whole numbers only.
bool column_is_rowid(const Table *table, uint32_t column);

#endif
