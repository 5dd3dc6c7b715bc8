// unknown.c - joining and asking.

#include "verify/unknown.h"

#include "verify/choose.h"

#include <assert.h>
#include <math.h>
#include <string.h>

uint32_t unknown_new(Unknowns *unknowns, UnknownKind kind)
{
    uint32_t id = (uint32_t)unknowns->items.count;
    Unknown unknown = {.parent = id, .is = kind};
    array_push(unknowns->arena, &unknowns->items, unknown);
    return id;
}

uint32_t unknown_root(Unknowns *unknowns, uint32_t id)
{
    Unknown *items = unknowns->items.items;
    while (items[id].parent != id) {
        items[id].parent = items[items[id].parent].parent;
        id = items[id].parent;
    }
    return id;
}

static Unknown *root_of(Unknowns *unknowns, uint32_t id)
{
    return &unknowns->items.items[unknown_root(unknowns, id)];
}

static bool is_text(const Unknown *unknown)
{
    return unknown->is.kind == SCALAR_TEXT;
}

// SQLite: a number or a date may stand in a column of another kind.
static bool turn_kind(Unknown *unknown, ScalarKind kind)
{
    bool is_free = !unknown->is_set && !unknown->is_limited &&
                   unknown->demands.count == 0 && isinf(unknown->is.low) &&
                   isinf(unknown->is.high);
    if (is_free && unknown->is.kind != kind) {
        unknown->is.kind = kind;
        unknown->is.step = kind == SCALAR_MOMENT ? day_seconds : 1;
    }
    return unknown->is.kind == kind;
}

// Brings a value to the unknown's kind, or the unknown to the value's.
static bool meet_kind(Unknowns *unknowns, Unknown *unknown, Scalar *value)
{
    Moment moment;
    if (is_text(unknown) && value->kind == SCALAR_TEXT &&
        moment_read(value->text, &moment) && strlen(value->text) >= 10 &&
        turn_kind(unknown, SCALAR_MOMENT))
        *value = scalar_moment(moment);
    return scalar_convert(unknowns->arena, *value, unknown->is.kind, value) ||
           turn_kind(unknown, value->kind);
}

// Asking

bool unknown_be_null(Unknowns *unknowns, uint32_t id)
{
    Unknown *unknown = root_of(unknowns, id);
    if (unknown->is_set)
        return unknown->value.kind == SCALAR_NULL;
    if (unknown->not_null || !unknown->is.nullable)
        return false;
    unknown->must_null = true;
    return true;
}

bool unknown_be_not_null(Unknowns *unknowns, uint32_t id)
{
    Unknown *unknown = root_of(unknowns, id);
    if (unknown->must_null || (unknown->is_set && unknown->value.kind == SCALAR_NULL))
        return false;
    unknown->not_null = true;
    return true;
}

bool unknown_among(Unknowns *unknowns, uint32_t id, const Scalar *list, size_t count)
{
    if (!unknown_be_not_null(unknowns, id))
        return false;
    Unknown *unknown = root_of(unknowns, id);
    if (unknown->is_set) {
        for (size_t i = 0; i < count; i++)
            if (scalar_compare(unknown->value, list[i]) == 0)
                return true;
        return false;
    }
    Unknown narrowed = *unknown;
    narrowed.allowed.items = NULL;
    narrowed.allowed.count = narrowed.allowed.capacity = 0;
    for (size_t i = 0; i < count; i++) {
        Scalar value = list[i];
        if (meet_kind(unknowns, unknown, &value) && value.kind != SCALAR_NULL &&
            unknown_admits(unknown, value))
            array_push(unknowns->arena, &narrowed.allowed, value);
    }
    if (narrowed.allowed.count == 0)
        return false;
    unknown->allowed.items = narrowed.allowed.items;
    unknown->allowed.count = narrowed.allowed.count;
    unknown->allowed.capacity = narrowed.allowed.capacity;
    unknown->is_limited = true;
    return true;
}

// Returns what is asked beyond what was asked `before`, of which values are known to do.
static Unknown fresh_demands(const Unknown *unknown, const Unknown *before)
{
    Unknown fresh = *unknown;
    fresh.is_limited = false;
    fresh.demands.items += before->demands.count;
    fresh.demands.count -= before->demands.count;
    return fresh;
}

// Leaves of what is allowed only what is still admitted; false if that is nothing.
static bool settle(Unknowns *unknowns, Unknown *unknown, const Unknown *before)
{
    bool holds = unknown->is.kind == SCALAR_TEXT || unknown->is.low <= unknown->is.high;
    Unknown fresh = fresh_demands(unknown, before);
    if (holds && unknown->is_set)
        holds =
            unknown->value.kind == SCALAR_NULL || unknown_admits(&fresh, unknown->value);
    else if (holds && unknown->is_limited) {
        size_t kept = 0;
        Scalar *allowed = arena_copy(unknowns->arena, unknown->allowed.items,
                                     unknown->allowed.count, sizeof(*allowed));
        for (size_t i = 0; i < unknown->allowed.count; i++)
            if (unknown_admits(&fresh, allowed[i]))
                allowed[kept++] = allowed[i];
        holds = kept > 0;
        unknown->allowed.items = allowed;
        unknown->allowed.count = unknown->allowed.capacity = kept;
    }
    if (!holds)
        *unknown = *before;
    return holds;
}

bool unknown_demand(Unknowns *unknowns, uint32_t id, Demand demand)
{
    Unknown *unknown = root_of(unknowns, id), before = *unknown;
    if (!unknown_be_not_null(unknowns, id))
        return false;
    if (demand.kind == DEMAND_COMPARE && !meet_kind(unknowns, unknown, &demand.operand))
        return false;
    if (demand.kind == DEMAND_PART && is_text(unknown))
        (void)turn_kind(unknown, SCALAR_MOMENT);
    array_push(unknowns->arena, &unknown->demands, demand);
    return settle(unknowns, unknown, &before);
}

static bool bound(Unknowns *unknowns, Unknown *unknown, Comparison op, double number)
{
    Unknown before = *unknown;
    if (unknown->is.splits && number != round(number))
        unknown->is.step = fmin(unknown->is.step, split_step);
    double step = unknown->is.step;
    bool is_low = op == COMPARE_GT || op == COMPARE_GE;
    // A column of whole numbers is above 1.2 from 2 on.
    double at = is_low ? ceil(number / step) * step : floor(number / step) * step;
    if (step < 1) // Steps such as 0.01 are not exact.
        at = number;
    // Another bound may be near one that is no place of the grid.
    if (step == split_step && remainder(number, step) != 0)
        step /= 64;
    if (at == number && (op == COMPARE_GT || op == COMPARE_LT))
        at += is_low ? step : -step;
    if (is_low && at > unknown->is.low)
        unknown->is.low = at;
    if (!is_low && at < unknown->is.high)
        unknown->is.high = at;
    return settle(unknowns, unknown, &before);
}

bool unknown_compare(Unknowns *unknowns, uint32_t id, Comparison op, Scalar operand)
{
    if (operand.kind == SCALAR_NULL)
        return op == COMPARE_NOT_DISTINCT && unknown_be_null(unknowns, id);
    Unknown *unknown = root_of(unknowns, id);
    if (op == COMPARE_EQ || op == COMPARE_NOT_DISTINCT)
        return unknown_among(unknowns, id, &operand, 1);
    if (!unknown_be_not_null(unknowns, id) || !meet_kind(unknowns, unknown, &operand))
        return false;
    if (is_text(unknown) || op == COMPARE_NE || op == COMPARE_DISTINCT)
        return unknown_demand(
            unknowns, id, (Demand){.kind = DEMAND_COMPARE, .op = op, .operand = operand});
    return bound(unknowns, unknown, op, operand.number);
}

// Joining

static bool same_kinds(Unknowns *unknowns, Unknown *a, Unknown *b)
{
    if (a->is.kind != b->is.kind && !turn_kind(b, a->is.kind) &&
        !turn_kind(a, b->is.kind))
        return false;
    return a->is.kind == b->is.kind;
}

// Gives `into` all that is asked of `from`.
static bool take_over(Unknowns *unknowns, Unknown *into, const Unknown *from)
{
    Unknown before = *into;
    into->is.low = fmax(into->is.low, from->is.low);
    into->is.high = fmin(into->is.high, from->is.high);
    into->is.step = fmax(into->is.step, from->is.step);
    into->is.splits &= from->is.splits;
    into->is.nullable &= from->is.nullable;
    into->is.is_key |= from->is.is_key;
    into->not_null |= from->not_null;
    into->must_null |= from->must_null;
    for (size_t i = 0; i < from->demands.count; i++)
        array_push(unknowns->arena, &into->demands, from->demands.items[i]);
    bool fits = !(into->not_null && into->must_null) &&
                !(into->must_null && !into->is.nullable) &&
                settle(unknowns, into, &before);
    if (!fits)
        *into = before;
    return fits;
}

bool unknown_join(Unknowns *unknowns, uint32_t a, uint32_t b)
{
    a = unknown_root(unknowns, a);
    b = unknown_root(unknowns, b);
    Unknown *into = &unknowns->items.items[a], *from = &unknowns->items.items[b];
    if (a == b)
        return true;
    if (!same_kinds(unknowns, into, from))
        return false;
    if (from->is_set && !into->is_set) {
        Unknown *swap = into;
        into = from;
        from = swap;
    }
    if (into->is_set && from->is_set &&
        (into->value.kind != from->value.kind ||
         (into->value.kind != SCALAR_NULL &&
          scalar_compare(into->value, from->value) != 0)))
        return false;
    Unknown before = *into;
    if (!take_over(unknowns, into, from))
        return false;
    uint32_t root = into == &unknowns->items.items[a] ? a : b;
    if (from->is_limited && !into->must_null && !into->is_set &&
        !unknown_among(unknowns, root, from->allowed.items, from->allowed.count)) {
        *into = before;
        return false;
    }
    from->parent = root;
    return true;
}

bool unknown_relate(Unknowns *unknowns, Relation relation)
{
    bool is_same = relation.scale == 1 && relation.offset == 0;
    bool holds = unknown_be_not_null(unknowns, relation.a) &&
                 unknown_be_not_null(unknowns, relation.b);
    if (!holds)
        return false;
    if (relation.op == COMPARE_EQ && is_same)
        return unknown_join(unknowns, relation.a, relation.b);
    Unknown *a = root_of(unknowns, relation.a), *b = root_of(unknowns, relation.b);
    if (a == b)
        return comparison_holds(relation.op, relation.offset < 0   ? 1
                                             : relation.offset > 0 ? -1
                                                                   : 0);
    if (!same_kinds(unknowns, a, b) || (is_text(a) && !is_same))
        return false;
    array_push(unknowns->arena, &unknowns->relations, relation);
    return true;
}

// Trying

void unknown_suppose(Unknowns *unknowns, uint32_t id, Scalar value)
{
    Unknown *unknown = root_of(unknowns, id);
    unknown->is_set = true;
    unknown->value = value;
}

void unknown_take_back(Unknowns *unknowns, uint32_t id)
{
    root_of(unknowns, id)->is_set = false;
}

// What is known

bool unknown_known(Unknowns *unknowns, uint32_t id, Scalar *value)
{
    const Unknown *unknown = root_of(unknowns, id);
    if (unknown->is_set || unknown->must_null) {
        *value = unknown->is_set ? unknown->value : (Scalar){.kind = SCALAR_NULL};
        return true;
    }
    if (!unknown->is_limited || unknown->allowed.count != 1)
        return false;
    *value = unknown->allowed.items[0];
    return true;
}

bool unknown_is_moment(Unknowns *unknowns, uint32_t id)
{
    return root_of(unknowns, id)->is.kind == SCALAR_MOMENT;
}

bool unknown_is_narrowed(Unknowns *unknowns, uint32_t id)
{
    const Unknown *unknown = root_of(unknowns, id);
    return unknown->is_set || unknown->is_limited || unknown->demands.count > 0 ||
           !isinf(unknown->is.low) || !isinf(unknown->is.high);
}
