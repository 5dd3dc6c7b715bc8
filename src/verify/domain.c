// domain.c - from declared types to what can be stored.

#include "verify/domain.h"

#include "base/text.h"

#include <strings.h>

bool column_in_key(const Table *table, uint32_t column)
{
    for (size_t i = 0; i < table->key_count; i++)
        if (ordinals_have(table->keys[i].columns, table->keys[i].column_count, column))
            return true;
    return false;
}

static DomainKind domain_kind(TypeKind type)
{
    switch (type) {
    case TYPE_BOOLEAN:
        return DOMAIN_BOOLEAN;
    case TYPE_INTEGER:
        return DOMAIN_INTEGER;
    case TYPE_DECIMAL:
        return DOMAIN_DECIMAL;
    case TYPE_FLOAT:
        return DOMAIN_FLOAT;
    case TYPE_TEXT:
        return DOMAIN_TEXT;
    case TYPE_BLOB:
        return DOMAIN_BLOB;
    case TYPE_DATE:
        return DOMAIN_DATE;
    case TYPE_TIME:
        return DOMAIN_TIME;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_ZONED:
        return DOMAIN_TIMESTAMP;
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_INTERVAL:
    case TYPE_OTHER:
        return DOMAIN_OTHER;
    }
    return DOMAIN_OTHER;
}

static DomainKind domain_by_affinity(Affinity affinity)
{
    switch (affinity) {
    case AFFINITY_TEXT:
        return DOMAIN_TEXT;
    case AFFINITY_REAL:
        return DOMAIN_FLOAT;
    case AFFINITY_NONE:
    case AFFINITY_BLOB:
    case AFFINITY_NUMERIC:
    case AFFINITY_INTEGER:
        return DOMAIN_INTEGER;
    }
    return DOMAIN_INTEGER;
}

Domain domain_of(Dialect dialect, const Table *table, uint32_t column)
{
    const Column *it = &table->columns[column];
    Domain domain = {.kind = domain_kind(it->type.kind),
                     .type = it->type.kind,
                     .dialect = dialect,
                     .width = it->type.width,
                     .scale = it->type.scale,
                     .is_unsigned = it->type.is_unsigned,
                     .affinity = it->type.affinity};
    if (dialect != DIALECT_SQLITE) {
        bool is_other = domain.kind == DOMAIN_OTHER;
        if (is_other && strncasecmp(it->declared, "timestamp_", 10) == 0)
            domain.kind = DOMAIN_TIMESTAMP; // Of seconds, or nanoseconds.
        domain.name = is_other ? it->declared : NULL;
        return domain;
    }
    if (column_is_rowid(table, column))
        return (
            Domain){.kind = DOMAIN_INTEGER, .affinity = AFFINITY_INTEGER, .width = 64};
    // A type that promises nothing is kept by any value.
    domain.is_mixed = it->typed == ASSURANCE_NONE || it->type.kind == TYPE_UNKNOWN;
    domain.type = TYPE_UNKNOWN; // Types of one affinity share their values.
    domain.is_unsigned = false; // Nobody holds it to that.
    domain.width = domain.kind == DOMAIN_INTEGER ? 64 : 0;
    domain.scale = 0;
    domain.is_finite = domain.kind == DOMAIN_DECIMAL && !domain.is_mixed;
    if (domain.is_finite)
        domain.kind = DOMAIN_FLOAT; // Whole numbers are stored as such.
    else if (domain.kind == DOMAIN_DECIMAL || domain.kind == DOMAIN_OTHER)
        domain.kind = domain_by_affinity(it->type.affinity);
    return domain;
}

bool domain_equal(Domain a, Domain b)
{
    return a.kind == b.kind && a.type == b.type && a.width == b.width &&
           a.scale == b.scale && a.is_mixed == b.is_mixed && a.affinity == b.affinity &&
           a.is_finite == b.is_finite && a.is_unsigned == b.is_unsigned &&
           text_same_word(a.name, b.name);
}
