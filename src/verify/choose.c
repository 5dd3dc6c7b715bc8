// choose.c - choosing values.

#include "verify/choose.h"

#include "verify/pattern.h"

#include <math.h>
#include <string.h>

enum {
    CANDIDATES = 24,      // Tried before an unknown gets whatever comes.
    NARROWING_ROUNDS = 6, // Chains of relations are short.
    NEAR_STEPS = 3,       // From a bound.
    SPREAD = 1000,
    SMALL = 8,
    FIRST_FRESH = 1000, // Beyond the ordinary ones.
    FRESH_DAY = 18262,  // 2020-01-01
};

// What is admitted

static bool piece_is(const Demand *demand, const char *text)
{
    size_t length = strlen(text);
    size_t first = demand->first < length ? demand->first : length;
    size_t rest = length - first;
    size_t piece = demand->length < rest ? demand->length : rest;
    size_t wanted = strlen(demand->operand.text);
    int order =
        memcmp(text + first, demand->operand.text, piece < wanted ? piece : wanted);
    if (order == 0)
        order = (piece > wanted) - (piece < wanted);
    return comparison_holds(demand->op, order);
}

static bool is_like(const Demand *demand, const char *text)
{
    Wildcards wildcards = wildcards_of(demand->like, true);
    const char *pattern = demand->operand.text;
    return pattern_matches(&wildcards, text, strlen(text), pattern, strlen(pattern));
}

bool demand_admits(const Demand *demand, Scalar value)
{
    bool is_text = value.kind == SCALAR_TEXT;
    switch (demand->kind) {
    case DEMAND_COMPARE:
        return demand->operand.kind == value.kind &&
               comparison_holds(demand->op, scalar_compare(value, demand->operand));
    case DEMAND_LIKE:
        return is_text && is_like(demand, value.text) != demand->negated;
    case DEMAND_PREFIX:
        return is_text && piece_is(demand, value.text);
    case DEMAND_LENGTH:
        return is_text &&
               comparison_holds(demand->op,
                                scalar_compare(scalar_number((double)strlen(value.text)),
                                               demand->operand));
    case DEMAND_PART:
        return value.kind == SCALAR_MOMENT &&
               comparison_holds(
                   demand->op, scalar_compare(scalar_number(moment_part(
                                                  scalar_to_moment(value), demand->part)),
                                              demand->operand));
    }
    return false;
}

bool unknown_admits(const Unknown *unknown, Scalar value)
{
    if (value.kind != unknown->is.kind)
        return false;
    if (value.kind != SCALAR_TEXT &&
        (value.number < unknown->is.low || value.number > unknown->is.high))
        return false;
    bool found = !unknown->is_limited;
    for (size_t i = 0; i < unknown->allowed.count && !found; i++)
        found = scalar_compare(unknown->allowed.items[i], value) == 0;
    for (size_t i = 0; i < unknown->demands.count && found; i++)
        found = demand_admits(&unknown->demands.items[i], value);
    return found;
}

// Relations

static Unknown *root(Unknowns *unknowns, uint32_t id)
{
    return &unknowns->items.items[unknown_root(unknowns, id)];
}

// Both are true if the bound has moved.

static bool lower(Unknown *unknown, double high)
{
    bool moves = !unknown->is_set && high < unknown->is.high && high >= unknown->is.low;
    if (moves)
        unknown->is.high = high;
    return moves;
}

static bool raise_bound(Unknown *unknown, double low)
{
    bool moves = !unknown->is_set && low > unknown->is.low && low <= unknown->is.high;
    if (moves)
        unknown->is.low = low;
    return moves;
}

static double lowest(const Unknown *unknown)
{
    return unknown->is_set ? unknown->value.number : unknown->is.low;
}

static double highest(const Unknown *unknown)
{
    return unknown->is_set ? unknown->value.number : unknown->is.high;
}

// `below` is at most, or less than, scale * above + offset. True if a bound has moved.
static bool narrow_pair(Unknown *below, Unknown *above, double scale, double offset,
                        bool strict)
{
    double step = strict ? below->is.step : 0;
    bool moved = lower(below, scale * highest(above) + offset - step);
    return raise_bound(above, (lowest(below) + step - offset) / scale) || moved;
}

static bool narrow(Unknowns *unknowns, const Relation *relation)
{
    Unknown *a = root(unknowns, relation->a), *b = root(unknowns, relation->b);
    double scale = relation->scale, offset = relation->offset;
    bool unset = (a->is_set && a->value.kind == SCALAR_NULL) ||
                 (b->is_set && b->value.kind == SCALAR_NULL);
    bool moved = false;
    if (a->is.kind == SCALAR_TEXT || unset || scale <= 0)
        return false;
    bool strict = relation->op == COMPARE_LT || relation->op == COMPARE_GT;
    bool is_equal = relation->op == COMPARE_EQ || relation->op == COMPARE_NOT_DISTINCT;
    if (relation->op == COMPARE_LT || relation->op == COMPARE_LE || is_equal)
        moved |= narrow_pair(a, b, scale, offset, strict);
    if (relation->op == COMPARE_GT || relation->op == COMPARE_GE || is_equal)
        moved |= narrow_pair(b, a, 1 / scale, -offset / scale, strict);
    return moved;
}

void relations_narrow(Unknowns *unknowns)
{
    bool moved = true;
    for (unsigned round = 0; moved && round < NARROWING_ROUNDS; round++) {
        moved = false;
        for (size_t i = 0; i < unknowns->relations.count; i++)
            moved |= narrow(unknowns, &unknowns->relations.items[i]);
    }
}

// What the other side of a relation, chosen before, makes of it for this one.
static bool relations_admit(Unknowns *unknowns, uint32_t id, Scalar value)
{
    for (size_t i = 0; i < unknowns->relations.count; i++) {
        const Relation *relation = &unknowns->relations.items[i];
        bool is_a = unknown_root(unknowns, relation->a) == id;
        bool is_b = unknown_root(unknowns, relation->b) == id;
        const Unknown *other = root(unknowns, is_a ? relation->b : relation->a);
        if (is_a == is_b || !other->is_set || other->value.kind != value.kind)
            continue;
        Scalar a = is_a ? value : other->value, b = is_a ? other->value : value;
        if (b.kind != SCALAR_TEXT)
            b.number = b.number * relation->scale + relation->offset;
        if (!comparison_holds(relation->op, scalar_compare(a, b)))
            return false;
    }
    return true;
}

// Values to try

static Scalar fresh_value(Unknowns *unknowns, ScalarKind kind)
{
    size_t number = unknowns->fresh++;
    if (kind == SCALAR_TEXT)
        return scalar_text(arena_printf(unknowns->arena, "k%zu", number));
    if (kind == SCALAR_MOMENT)
        return (Scalar){.kind = kind,
                        .number = (FRESH_DAY + (double)number) * day_seconds};
    return scalar_number(FIRST_FRESH + (double)number);
}

static double on_grid(const Unknown *unknown, double number)
{
    double step = unknown->is.step;
    return step >= 1 ? round(number / step) * step : number;
}

static Scalar number_candidate(Unknowns *unknowns, const Unknown *unknown, unsigned turn)
{
    Random *random = unknowns->random;
    double low = unknown->is.low, high = unknown->is.high, step = unknown->is.step;
    Scalar value = {.kind = unknown->is.kind};
    bool at_bound = turn == 0 && random_chance(random, unknowns->style.bound_chance, 16);
    double some = step * (double)random_below(random, turn < 2 ? NEAR_STEPS : SPREAD);
    if (isfinite(low) && isfinite(high)) {
        if (step == split_step && high - low < 2 * step)
            step = (high - low) / 2; // One between them, too.
        double steps = step > 0 ? floor((high - low) / step + 0.5) + 1 : 1;
        double far =
            (double)random_below(random, steps < 1e9 ? (uint64_t)steps : 1000000000);
        value.number =
            at_bound ? random_chance(random, 1, 2) ? low : high : low + step * far;
    } else if (isfinite(low)) {
        value.number = at_bound ? low : low + some;
    } else if (isfinite(high)) {
        value.number = at_bound ? high : high - some;
    } else if (turn > 0 || unknowns->style.spread || unknowns->ordinary == NULL ||
               !unknowns->ordinary(unknowns->context, unknown->is.slot, &value) ||
               value.kind != unknown->is.kind) {
        // Small and large ones, so that a few of them are far from their average.
        uint64_t most = random_chance(random, 1, 2) ? SPREAD : SMALL;
        value = scalar_number(step * (double)random_below(random, most));
        value.kind = unknown->is.kind;
        if (value.kind == SCALAR_MOMENT)
            value.number += FRESH_DAY * day_seconds;
        else if (unknown->is.is_fractional && unknowns->style.fractions)
            return scalar_number(value.number +
                                 split_step * (double)random_below(random, 8));
    }
    value.number = on_grid(unknown, value.number);
    return value;
}

// Returns a text that has `piece` where the demand looks.
static const char *text_with_piece(Unknowns *unknowns, const Demand *demand,
                                   bool lengthened)
{
    const char *padding = "          ";
    size_t first = demand->first < strlen(padding) ? demand->first : strlen(padding);
    return arena_printf(unknowns->arena, "%.*s%s%s", (int)first, padding,
                        demand->operand.text, lengthened ? "x" : "");
}

// Some end with a blank, which is there for length() and often for nothing else.
static const char *text_of_length(Unknowns *unknowns, size_t length)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh";
    int most = (int)fmin((double)length, sizeof(letters) - 1);
    bool has_blank = most > 0 && random_chance(unknowns->random, 1, 4);
    return arena_printf(unknowns->arena, "%.*s%s", most - has_blank, letters,
                        has_blank ? " " : "");
}

static const char *text_for(Unknowns *unknowns, const Demand *demand, unsigned turn)
{
    static const char *const fillers[] = {"", "x", "ab c"};
    const char *operand = demand->operand.text;
    Wildcards wildcards = wildcards_of(demand->like, true);
    size_t length;
    switch (demand->kind) {
    case DEMAND_LIKE:
        return demand->negated ? "other"
                               : pattern_fill(unknowns->arena, &wildcards, operand,
                                              fillers[turn % COUNT_OF(fillers)]);
    case DEMAND_PREFIX:
        return demand->op == COMPARE_NE ? "zz"
                                        : text_with_piece(unknowns, demand, turn % 2);
    case DEMAND_LENGTH:
        length =
            (size_t)fmax(0, demand->operand.number +
                                (double)((int)(turn % 3) - (demand->op == COMPARE_LT)));
        return text_of_length(unknowns, length);
    case DEMAND_COMPARE:
        return demand->op == COMPARE_LT   ? turn % 2 == 0 ? "A" : ""
               : demand->op == COMPARE_NE ? NULL
               : turn % 2 == 0            ? operand
                                          : arena_printf(unknowns->arena, "%sx", operand);
    case DEMAND_PART:
        break;
    }
    return NULL;
}

static Scalar text_candidate(Unknowns *unknowns, const Unknown *unknown, unsigned turn)
{
    Scalar value = {.kind = SCALAR_TEXT};
    if (unknown->demands.count > 0 && turn < CANDIDATES - 4)
        value.text = text_for(
            unknowns, &unknown->demands.items[turn / 3 % unknown->demands.count], turn);
    bool ordinary = !unknowns->style.spread && unknowns->ordinary != NULL && turn < 2;
    if (value.text == NULL && ordinary &&
        unknowns->ordinary(unknowns->context, unknown->is.slot, &value) &&
        value.kind == SCALAR_TEXT)
        return value;
    if (value.text == NULL)
        value = fresh_value(unknowns, SCALAR_TEXT);
    return value;
}

// Moves a moment to where its parts are what is asked.
static Scalar with_parts(const Unknown *unknown, Scalar value)
{
    for (size_t i = 0; i < unknown->demands.count && value.kind == SCALAR_MOMENT; i++) {
        const Demand *demand = &unknown->demands.items[i];
        if (demand->kind != DEMAND_PART || demand_admits(demand, value))
            continue;
        int wanted = (int)demand->operand.number + (demand->op == COMPARE_GT) -
                     (demand->op == COMPARE_LT) + (demand->op == COMPARE_NE);
        value = scalar_moment(
            moment_with_part(scalar_to_moment(value), demand->part, wanted));
    }
    return value;
}

static Scalar candidate(Unknowns *unknowns, const Unknown *unknown, unsigned turn)
{
    if (unknown->is_limited) {
        size_t count = unknown->allowed.count;
        return unknown->allowed
            .items[(random_below(unknowns->random, count) + turn) % count];
    }
    bool is_free =
        unknown->demands.count == 0 && isinf(unknown->is.low) && isinf(unknown->is.high);
    if (unknown->is.is_key && is_free)
        return fresh_value(unknowns, unknown->is.kind);
    if (unknown->is.kind == SCALAR_TEXT)
        return text_candidate(unknowns, unknown, turn);
    return with_parts(unknown, number_candidate(unknowns, unknown, turn));
}

// True if another of its column has the value, which keys should not share.
static bool is_taken(Unknowns *unknowns, const Unknown *unknown, Scalar value)
{
    for (size_t i = 0; unknown->is.is_key && i < unknowns->items.count; i++) {
        const Unknown *other = &unknowns->items.items[i];
        if (other->is_set && other->is.slot == unknown->is.slot &&
            other->value.kind == value.kind && scalar_compare(other->value, value) == 0)
            return true;
    }
    return false;
}

Scalar unknown_choose(Unknowns *unknowns, uint32_t id)
{
    id = unknown_root(unknowns, id);
    Unknown *unknown = &unknowns->items.items[id];
    if (unknown->is_set)
        return unknown->value;
    Scalar value = {.kind = SCALAR_NULL};
    bool may_null = unknown->is.nullable && !unknown->not_null;
    if (!unknown->must_null &&
        !(may_null && random_chance(unknowns->random, unknowns->style.null_chance, 16))) {
        if (unknowns->relations.count > 0)
            relations_narrow(unknowns);
        for (unsigned turn = 0; turn < CANDIDATES; turn++) {
            value = candidate(unknowns, unknown, turn);
            if (unknown_admits(unknown, value) && relations_admit(unknowns, id, value) &&
                (turn >= CANDIDATES / 2 || !is_taken(unknowns, unknown, value)))
                break;
        }
    }
    unknown->is_set = true;
    unknown->value = value;
    if (unknowns->relations.count > 0)
        relations_narrow(unknowns);
    return value;
}
