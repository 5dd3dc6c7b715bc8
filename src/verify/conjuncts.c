// conjuncts.c - where two lists of conditions part.

#include "verify/conjuncts.h"

Conjuncts conjuncts_of_filter(const Select *select)
{
    return (Conjuncts){select->filter, select->filter_count};
}

Conjuncts conjuncts_of_having(const Select *select)
{
    return (Conjuncts){select->having, select->having_count};
}

Conjuncts conjuncts_of_join(const Source *source)
{
    return (Conjuncts){source->on, source->on_count};
}

size_t conjuncts_first_difference(Conjuncts a, Conjuncts b)
{
    size_t i = 0;
    while (i < a.count && i < b.count && a.items[i] == b.items[i])
        i++;
    return i;
}

bool conjuncts_differ(Conjuncts a, Conjuncts b)
{
    return a.count != b.count || conjuncts_first_difference(a, b) < a.count;
}
