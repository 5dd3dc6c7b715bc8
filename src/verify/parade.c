// parade.c - a table in which each value of the pools has a row of its own: what is said
// of single rows is tried on all that there is.

#include "verify/draw.h"

static size_t pool_size(const Group *group)
{
    size_t size = group->documents.count;
    for (unsigned s = 0; s < SECTION_COUNT && group->documents.count == 0; s++)
        size += group->pool.sections[s].count;
    return size;
}

static Value pool_value_at(const Group *group, size_t at)
{
    const PoolSection *section =
        group->documents.count > 0 ? &group->documents : group->pool.sections;
    while (at >= section->count)
        at -= section++->count;
    return section->values[at];
}

size_t parade_length(const Group *group)
{
    size_t size = pool_size(group);
    return size + size / 4 + 1;
}

Value parade_value(Drawing *drawing, const Slot *slot, size_t place)
{
    const Generator *generator = drawing->generator;
    const Group *group = &generator->groups.items[slot->group];
    size_t size = pool_size(group);
    place %= parade_length(group);
    if (size == 0 || (place == size && slot->nullable))
        return (Value){.kind = VALUE_NULL, .type = TYPE_NULL};
    if (place < size)
        return pool_value_at(group, place);
    Value value = pool_value_at(group, random_below(drawing->random, size));
    return draw_respelled(generator, drawing->arena, drawing->random, group, value);
}
