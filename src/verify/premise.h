// premise.h - what follows from conditions that are known to be TRUE.
//
// Everything here answers "certainly" or "cannot tell".

#ifndef VERIFY_PREMISE_H
#define VERIFY_PREMISE_H

#include "verify/block.h"

typedef struct Premises Premises;

// Returns the premises that hold in the rows which leave `group`, and those of `having`
// (may be NULL), which hold of whole groups of them.
Premises *premises_new(Workshop *workshop, const Group *group, const Exprs *having);

// True if the condition is TRUE wherever the premises are.
bool premises_imply(Premises *premises, const Expr *condition);
bool premises_imply_all(Premises *premises, const Exprs *conditions);

// True if the premises can't all be TRUE.
bool premises_contradict(Premises *premises);

// True if both have the same value, bit for bit, wherever the premises are TRUE.
bool premises_same(Premises *premises, const Expr *a, const Expr *b);

// True if that is so of one of a list, or of each of either list and one of the other.
bool premises_same_as_any(Premises *premises, const Expr *expr, const Expr *const *list,
                          size_t count);
bool premises_same_lists(Premises *premises, const Expr *const *a, size_t a_count,
                         const Expr *const *b, size_t b_count);

// True if two columns (or a column and a constant) are equal wherever the premises are
// TRUE, both not NULL, and compared by the same rules.
bool premises_equal(Premises *premises, const Expr *a, const Expr *b);

// True if the test holds for the column or for something that is equal to it in that
// sense.
typedef bool ExprTest(void *context, const Expr *expr);
bool premises_any_equal(Premises *premises, const Expr *column, ExprTest *test,
                        void *context);

// True if `condition` is never TRUE where `column` is NULL.
bool condition_rejects_null(const Expr *condition, const Expr *column);

#endif
