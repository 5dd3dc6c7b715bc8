// inner.h - what the files of facts/ share.
//
// The public questions (facts.h) wrap what is here in question_begin and question_end;
// what is here calls only what is here.

#ifndef FACTS_INNER_H
#define FACTS_INNER_H

#include "facts/facts.h"

// Questions

// A question in progress: where the assumptions stood when it was asked.
typedef struct {
    size_t assumption_count;
} Question;

Question question_begin(Facts *facts);

// Returns `certain`; where it is false, what was assumed on the way is forgotten.
bool question_end(Facts *facts, Question question, bool certain);

// True while the question may go on. Trees that share CTEs many times over could
// otherwise take exponential time.
bool question_may_go_on(Facts *facts);

// Where an expression stands

typedef enum {
    STAGE_FROM,     // In the rows that FROM makes.
    STAGE_FILTERED, // In those that pass WHERE.
    STAGE_OUTPUT,   // In the rows of the result: grouped, HAVING and QUALIFY passed.
} Stage;

typedef struct Scope Scope;
struct Scope {
    const Scope *outer; // NULL: nothing is known of the columns of other sources.
    const Select *select;
    Stage stage;
    bool grouped; // STAGE_OUTPUT: the block groups.
};

// What an expression may come to when it is taken for a truth value: a set. A value
// that is no truth value is TRUE or FALSE or both.
typedef unsigned Outcomes;
enum { MAY_BE_TRUE = 1, MAY_BE_FALSE = 2, MAY_BE_NULL = 4, MAY_BE_ANY = 7 };

// What is supposed while an expression is evaluated.
typedef struct {
    Facts *facts;
    const Scope *scope;     // NULL: any column may be anything.
    NumberSet null_sources; // All columns of these are NULL,
    const Expr *null_expr;  // and this expression is.
} Supposition;

// Returns a superset of what `expr` can come to.
Outcomes expr_outcomes(const Supposition *suppose, const Expr *expr);

// True if the column, seen from `scope`, is never NULL.
bool column_never_null(Facts *facts, const Scope *scope, const Expr *column);

// True if the source's own column is never NULL, outer joins around it left aside.
bool source_column_never_null(Facts *facts, const Source *source, uint32_t column);

// True if output `id` of the query is never NULL.
bool query_output_never_null(Facts *facts, const Query *query, uint32_t id);

// True if every value of the expression is an integer (or NULL).
bool expr_holds_integers(Facts *facts, const Scope *scope, const Expr *expr);

// True if one predicate is not TRUE where `column` is NULL.
bool predicate_rejects(Facts *facts, const Expr *predicate, const Expr *column);

// Keys

// A column of a source (or an Output.id of a query) on which two rows agree.
typedef struct {
    uint32_t column;
    bool never_null; // In the rows in question.
} KnownColumn;

typedef struct {
    const KnownColumn *items;
    size_t count;
} KnownColumns;

// True if no two rows of the source (a leaf of FROM) agree on these columns.
bool source_is_unique(Facts *facts, const Source *source, KnownColumns known);

// True if no two rows of the query's result agree on these outputs.
bool query_is_unique(Facts *facts, const Query *query, KnownColumns known);

bool query_has_one_row(Facts *facts, const Query *query);

// True if the select list may make several rows of one: unnest(), or what is unknown.
bool select_multiplies(const Select *select);

// True if the literal is the integer `value`.
bool expr_is_integer_literal(const Expr *expr, const char *value);

// Closures

// What two rows of a FROM share, given that they agree on some columns: see closure.c.
typedef struct Closure Closure;
Closure *closure_new(Facts *facts, Arena *arena);

// Add a FROM item, a conjunct that every row fulfils, what the two rows agree on.
void closure_add_source(Closure *closure, const Source *source);
void closure_add_conjunct(Closure *closure, const Expr *conjunct);
void closure_add_select(Closure *closure, const Select *select);
void closure_add_column(Closure *closure, uint32_t source, uint32_t column,
                        bool never_null);

// Draws all conclusions.
void closure_complete(Closure *closure);

// True if the two rows are one: made from the same rows of all sources.
bool closure_is_one_row(const Closure *closure);

// True if both rows have the same value (as by GROUP BY) for it.
bool closure_knows(const Closure *closure, const Expr *expr);

// Equality

// True if all values of the column `target` that make `target = other` TRUE for one
// value of `other` agree as by GROUP BY.
bool equality_pins(Facts *facts, const Expr *target, const Expr *other);

// True if, moreover, values of the column `other` that agree as by GROUP BY make it TRUE
// for the same values of `target`.
bool equality_transfers(Facts *facts, const Expr *target, const Expr *other);

#endif
