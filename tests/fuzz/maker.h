// maker.h - what the files that make random SQL share.

#ifndef TESTS_FUZZ_MAKER_H
#define TESTS_FUZZ_MAKER_H

#include "base/array.h"
#include "fuzz/query_maker.h"

// CLASS_OTHER is met only where a shape asks for its column by name.
typedef enum { CLASS_NUMBER, CLASS_TEXT, CLASS_OTHER } Class;
enum { CLASS_COUNT = CLASS_OTHER };

typedef struct {
    const char *text; // "t1.a"
    Class class;
} Visible;

typedef ARRAY(Visible) VisibleList;
typedef ARRAY(const char *) Strings;

typedef struct Scope Scope;
struct Scope {
    const Scope *outer;
    VisibleList columns;
};

typedef struct {
    Arena *arena;
    const Catalog *catalog;
    Random *random;
    unsigned next_alias;
    unsigned depth; // Subqueries that may still be nested.
} Maker;

// True in `numerator` of `denominator` cases; a number below `limit`.
bool chance(Maker *maker, unsigned numerator, unsigned denominator);
size_t pick(Maker *maker, size_t limit);

#define pick_from(maker, words) ((words)[pick(maker, COUNT_OF(words))])

// Returns a visible column of the class, now and then one of a query outside; NULL if
// there is none.
const char *visible_column(Maker *maker, const Scope *scope, Class class);

const char *literal(Maker *maker, Class class);
const char *predicate(Maker *maker, const Scope *scope, unsigned size);

// Adds the table's columns under the alias t<alias>.
void show_table(Maker *maker, Scope *scope, const Table *table, unsigned alias);

#endif
