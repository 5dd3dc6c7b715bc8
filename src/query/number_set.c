// number_set.c - sorted sets of source and CTE numbers.

#include "query/walk.h"

// Returns where `number` stands, or would stand.
static size_t place_of(NumberSet set, uint32_t number)
{
    size_t low = 0, high = set.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set.numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool number_set_has(NumberSet set, uint32_t number)
{
    size_t place = place_of(set, number);
    return place < set.count && set.numbers[place] == number;
}

NumberSet number_set_with(Arena *arena, NumberSet set, uint32_t number)
{
    if (number_set_has(set, number))
        return set;
    uint32_t *kept = arena_new(arena, uint32_t, 1);
    *kept = number;
    return number_set_union(arena, set, (NumberSet){kept, 1});
}

NumberSet number_set_union(Arena *arena, NumberSet a, NumberSet b)
{
    if (number_set_within(a, b))
        return b;
    if (number_set_within(b, a))
        return a;
    uint32_t *numbers = arena_new(arena, uint32_t, a.count + b.count);
    size_t count = 0, i = 0, j = 0;
    while (i < a.count || j < b.count) {
        bool left = j == b.count || (i < a.count && a.numbers[i] <= b.numbers[j]);
        uint32_t next = left ? a.numbers[i] : b.numbers[j];
        if (i < a.count && a.numbers[i] == next)
            i++;
        if (j < b.count && b.numbers[j] == next)
            j++;
        numbers[count++] = next;
    }
    return (NumberSet){numbers, count};
}

bool number_set_within(NumberSet inner, NumberSet outer)
{
    size_t j = 0;
    for (size_t i = 0; i < inner.count; i++) {
        while (j < outer.count && outer.numbers[j] < inner.numbers[i])
            j++;
        if (j == outer.count || outer.numbers[j] != inner.numbers[i])
            return false;
    }
    return true;
}

bool number_set_meets(NumberSet a, NumberSet b)
{
    for (size_t i = 0, j = 0; i < a.count && j < b.count;) {
        if (a.numbers[i] == b.numbers[j])
            return true;
        if (a.numbers[i] < b.numbers[j])
            i++;
        else
            j++;
    }
    return false;
}
