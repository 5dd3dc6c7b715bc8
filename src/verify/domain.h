// domain.h - which values a column can hold, by what is enforced or trusted.

#ifndef VERIFY_DOMAIN_H
#define VERIFY_DOMAIN_H

#include "catalog/catalog.h"

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
    bool is_mixed;  // SQLite: values of any type may stand here.
    bool is_finite; // SQLite: no infinity stands among the floats.
    Affinity affinity;
    const char *name; // DOMAIN_OTHER: what the engine calls the type; may be NULL.
} Domain;

// Returns what the column of `table` can hold, by what is enforced or trusted.
Domain domain_of(Dialect dialect, const Table *table, uint32_t column);
bool domain_equal(Domain a, Domain b);

// True if it stands in one of the table's keys, whatever their assurance.
bool column_in_key(const Table *table, uint32_t column);

#endif
