// unknown.h - values that are not chosen yet, and what is asked of them.
//
// Each unknown is the value of one column of one row to be. Those that must be equal are
// joined (union-find) and share what is asked of them: bounds, a list of what is
// allowed, patterns, NULL or not. Relations between two (a <= 2 * b + 1) narrow their
// bounds. Nothing is chosen before everything has been asked; a demand that contradicts
// the earlier ones is refused and changes nothing.

#ifndef VERIFY_UNKNOWN_H
#define VERIFY_UNKNOWN_H

#include "base/array.h"
#include "base/random.h"
#include "verify/scalar.h"

#include <stdint.h>

// How values are chosen where several would do.
typedef struct {
    unsigned null_chance;  // Of 16: NULL where nothing is asked.
    unsigned bound_chance; // Of 16: the first or last that is allowed.
    bool spread;           // Far apart from each other, not many times the same.
    bool fractions;        // Where a column is declared for them.
} Style;

// Between the steps of one that splits: sums of such numbers are exact in any order.
static const double split_step = 0.125;

// What an unknown is made of.
typedef struct {
    ScalarKind kind;
    double step; // The smallest difference of two of its numbers.
    double low, high;
    bool splits;        // Takes numbers between the steps, too, where they are asked for;
    bool is_fractional; // or, in some databases, where they aren't (Style.fractions).
    bool nullable;
    bool is_key; // Others of its column should have other values.
    size_t slot; // Where its ordinary values come from; for Unknowns.ordinary.
} UnknownKind;

typedef enum {
    DEMAND_COMPARE,
    DEMAND_LIKE,
    DEMAND_PART, // A part of the moment
    DEMAND_PREFIX,
    DEMAND_LENGTH,
} DemandKind;

// Something asked of a value that is neither a bound nor a list.
typedef struct {
    DemandKind kind;
    Comparison op;
    Scalar operand;
    LikeKind like;
    bool negated;
    MomentPart part;
    size_t first, length; // DEMAND_PREFIX: of this piece of the text, from 0.
} Demand;

typedef struct {
    uint32_t parent;
    UnknownKind is;
    bool must_null, not_null;
    bool is_limited; // To `allowed`.
    bool is_set;
    Scalar value;
    ARRAY(Scalar) allowed;
    ARRAY(Demand) demands;
} Unknown;

// a op scale * b + offset
typedef struct {
    uint32_t a, b;
    Comparison op;
    double scale, offset;
} Relation;

typedef struct {
    Arena *arena;
    Random *random;
    Style style;
    ARRAY(Unknown) items;
    ARRAY(Relation) relations;
    size_t fresh; // Counts values that shall not have been there before.
    // Draws an ordinary value for a slot; false if there is none.
    bool (*ordinary)(void *context, size_t slot, Scalar *scalar);
    void *context;
} Unknowns;

uint32_t unknown_new(Unknowns *unknowns, UnknownKind kind);

// Returns the one that stands for all it is joined with.
uint32_t unknown_root(Unknowns *unknowns, uint32_t id);

// The following ask something more; false where it contradicts what was asked before.

// Both have the same value, or are both NULL.
bool unknown_join(Unknowns *unknowns, uint32_t a, uint32_t b);
bool unknown_compare(Unknowns *unknowns, uint32_t id, Comparison op, Scalar operand);
bool unknown_among(Unknowns *unknowns, uint32_t id, const Scalar *list, size_t count);
bool unknown_demand(Unknowns *unknowns, uint32_t id, Demand demand);
bool unknown_be_null(Unknowns *unknowns, uint32_t id);
bool unknown_be_not_null(Unknowns *unknowns, uint32_t id);
bool unknown_relate(Unknowns *unknowns, Relation relation);

// Gives it a value, admitted or not, to see what comes of that; takes it back again.
void unknown_suppose(Unknowns *unknowns, uint32_t id, Scalar value);
void unknown_take_back(Unknowns *unknowns, uint32_t id);

// True and sets `value` if only one value is possible, or was chosen.
bool unknown_known(Unknowns *unknowns, uint32_t id, Scalar *value);

bool unknown_is_moment(Unknowns *unknowns, uint32_t id);

// True if something was asked that not every value meets.
bool unknown_is_narrowed(Unknowns *unknowns, uint32_t id);

// Returns the value, choosing it if that was not done before. SCALAR_NULL may come out.
Scalar unknown_choose(Unknowns *unknowns, uint32_t id);

#endif
