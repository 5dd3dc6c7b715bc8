// hints_company.h - columns and literals that stand together. Inside of hints.c.

#ifndef VERIFY_HINTS_COMPANY_H
#define VERIFY_HINTS_COMPANY_H

#include "verify/hints.h"

enum {
    NEAR_LIMIT = 24,    // Literals beside one column.
    SIZE_LIMIT = 40,    // Numbers up to here are sizes of tables that are drawn anyway;
    COUNT_LIMIT = 5000, // those up to here are made where a query asks for them.
};

// What is collected of a pair.
typedef struct {
    Arena *arena;
    Hints *hints;
    LiteralList *near; // A list for each column.
    const Tree *tree;
    ARRAY(size_t) counts;  // Hints.counts
    size_t counted_tables; // Hints.counted_tables
} Collector;

// The columns and literals that stand together.
typedef struct {
    Collector *collector;
    ARRAY(uint32_t) columns; // Indexes in Hints.columns.
    LiteralList literals;
    LiteralUse use;
    bool counts; // One of them is a count of rows.
} Company;

// The class of a column is the column that it was joined with last, followed to the end.
uint32_t hints_class_of(const Hints *hints, uint32_t column);
void hints_join_classes(Hints *hints, uint32_t a, uint32_t b);

// Add what an expression, a reference, an output of a query or all of its outputs lead to
// through derived tables: the columns, which are used from then on, and the literals.
void company_add_expr(Company *company, const Expr *expr);
void company_add_column(Company *company, const Expr *column);
void company_add_output(Company *company, const Query *query, uint32_t id);
void company_add_query(Company *company, const Query *query);

// Beside a sum, adds half of each number: two such rows just reach it.
void company_add_halves(Company *company, const Expr *expr);

// Where a count is compared, tables with as many rows as the numbers say are made.
void company_add_counts(Company *company);
void collector_add_count(Collector *collector, long value);

// Makes those who stand together one class, near the literals beside them.
void company_settle(Company *company);

#endif
