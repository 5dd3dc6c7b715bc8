// facts.h - what can be proved about a bound tree.
//
// Each question answers "certainly" (true) or "cannot tell" (false). A fact that rests on
// a constraint records it in the Assumptions, so that the verdict can name it; where
// the answer decides nothing, ask facts_aside.
//
// Facts depend on where a node stands: below an outer join a NOT NULL column may be NULL
// above it. So every question names the query (or select) it is asked in.

#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include "base/array.h"
#include "query/query.h"
#include "query/walk.h"

// What a conclusion rests on: "users.id is a key (enforced)".
typedef struct {
    const Table *table;
    const char *constraint; // Its name, or a description: "users.email is NOT NULL"
    Assurance assurance;
} Assumption;

typedef ARRAY(Assumption) Assumptions;

typedef struct {
    Arena *arena;
    const Tree *tree;
    Assumptions *assumptions; // What the answers so far rest on.
    Assurance least;          // Weaker constraints are not believed. Usually TRUSTED.
    unsigned work;            // Private: spent on the question being answered.
} Facts;

// Records an assumption once.
void assume(Facts *facts, const Table *table, const char *constraint,
            Assurance assurance);

// Returns facts for a question whose answer decides nothing: what that rests on goes to
// `unused`.
Facts facts_aside(const Facts *facts, Assumptions *unused);

// NULLs

// True if `expr` is never NULL in the rows that reach WHERE's output (`select`'s FROM and
// filter taken into account: a conjunct that rejects NULLs counts).
bool expr_never_null(Facts *facts, const Select *select, const Expr *expr);

// True if `expr`, before the filter, is never NULL in the rows that FROM makes.
bool expr_never_null_in_from(Facts *facts, const Select *select, const Expr *expr);

// True if the predicate is never TRUE when all columns of the sources are NULL.
bool rejects_nulls_of(Facts *facts, const Expr *predicate, NumberSet sources);

// True if a NULL in `column` makes the predicate not TRUE.
bool rejects_null_column(Facts *facts, const Expr *predicate, const Expr *column);

// True if the output of the query with this id is never NULL.
bool output_never_null(Facts *facts, const Query *query, uint32_t id);

// Keys

// True if no two rows of the FROM item agree (as by GROUP BY) on these columns of it, or
// a subset of them. NULLs count as values: rows that agree by being NULL would be two.
// The columns of a join can't be named so: for it see select_is_unique_on.
bool source_is_unique_on(Facts *facts, const Source *source, const uint32_t *columns,
                         size_t count);

// True if no two rows of the FROM item *with non-NULL values in all of them* agree.
bool source_is_unique_on_values(Facts *facts, const Source *source,
                                const uint32_t *columns, size_t count);

// True if at most one row of the FROM item (which may be a join) fulfils all the
// conjuncts for given rows of the sources outside it: they equate a key of it with what
// is outside or constant, by an equality that no two values of the key fulfil.
bool source_has_one_partner(Facts *facts, const Source *source,
                            const Expr *const *conjuncts, size_t count);

// True if no two rows of the query's result agree on these outputs.
bool query_is_unique_on(Facts *facts, const Query *query, const uint32_t *ids,
                        size_t count);

// True if the query's result has no two equal rows.
bool query_has_no_duplicates(Facts *facts, const Query *query);

// True if the query yields at most one row (exactly one).
bool query_at_most_one_row(Facts *facts, const Query *query);
bool query_exactly_one_row(Facts *facts, const Query *query);

// Dependencies

// True if no two rows of the select's FROM that pass its filter agree on all of these
// columns.
bool select_is_unique_on(Facts *facts, const Select *select, const Expr *const *columns,
                         size_t count);

// True if, in the rows of the select's FROM that pass its filter, the columns in `from`
// fix the value of `expr` up to what GROUP BY tells apart (functional dependency, by keys
// and equalities).
bool determines(Facts *facts, const Select *select, const Expr *const *from, size_t count,
                const Expr *expr);

// Returns the literal or parameter that `expr` certainly equals in the rows that pass
// the filter; NULL if none is known. It fixes the value up to what GROUP BY tells apart,
// but cannot stand for it in any comparison: in SQLite a literal has no affinity.
const Expr *known_constant(Facts *facts, const Select *select, const Expr *expr);

// Behaviour

// True if evaluating it twice, or not at all, or elsewhere, makes no difference to its
// value: no volatile function, nothing opaque, no LIMIT that may choose among rows.
// (STABLE functions are repeatable.)
bool expr_is_repeatable(const Expr *expr);
bool query_is_repeatable(const Query *query);

// True if evaluating it can raise an error on some data: division (not SQLite), casts,
// overflow left out of account, scalar subqueries that may yield several rows (not
// SQLite), unknown functions.
bool expr_may_raise(Facts *facts, const Expr *expr);
bool query_may_raise(Facts *facts, const Query *query);

// True if the value is decided by the columns it names alone, within one run: equal
// inputs (identical, not merely equal) give identical outputs. False for volatile and
// opaque, aggregates and windows.
bool expr_is_deterministic(const Expr *expr);

// True if an = between the two is an identity test of one type and collation: each side
// can stand for the other in any comparison (not in outputs: 1 and 1.0).
bool equality_is_plain(Facts *facts, const Expr *left, const Expr *right);

// True if the two compare by the same rules: type, affinity and collation.
bool exprs_compare_alike(Facts *facts, const Expr *a, const Expr *b);

// Shape

// True if removing duplicate rows of the block's FROM+WHERE result changes nothing in
// its result: DISTINCT, only duplicate-blind aggregates, EXISTS/IN around it (`in_set`).
// The query's ORDER BY and LIMIT are not looked at.
bool select_ignores_duplicates(const Select *select, bool in_set);

// A foreign key, usable: every row of `child` without a NULL in `columns` has its partner
// in `parent`, by = on each pair.
bool foreign_key_holds(Facts *facts, const Table *child, const uint32_t *columns,
                       const Table *parent, const uint32_t *parent_columns, size_t count);

#endif
