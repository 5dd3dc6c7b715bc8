// named_type.h - what types that a schema names are defined as.

#ifndef SQL_NAMED_TYPE_H
#define SQL_NAMED_TYPE_H

#include "base/arena.h"
#include "catalog/catalog.h"

// The types known so far, whose definitions name no others.
typedef struct {
    Dialect dialect;
    const NamedType *types;
    size_t count;
} NamedTypes;

// Returns the type with definitions in the place of names, wherever in it a type stands:
// of the elements of a list, the fields of a struct or union, the parts of a map. The
// text itself where it names none.
const char *named_types_expand(Arena *arena, const NamedTypes *known, const char *type);

#endif
