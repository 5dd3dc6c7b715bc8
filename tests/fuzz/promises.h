// promises.h - what facts/ promises of random queries, and the SQL that would show a
// promise broken.

#ifndef TESTS_FUZZ_PROMISES_H
#define TESTS_FUZZ_PROMISES_H

#include "base/array.h"
#include "base/random.h"
#include "catalog/catalog.h"

#define PROMISE_LIST                                                                     \
    PROMISE(OUTPUT_NEVER_NULL, "output_never_null")                                      \
    PROMISE(QUERY_UNIQUE, "query_is_unique_on")                                          \
    PROMISE(NO_DUPLICATES, "query_has_no_duplicates")                                    \
    PROMISE(AT_MOST_ONE, "query_at_most_one_row")                                        \
    PROMISE(EXACTLY_ONE, "query_exactly_one_row")                                        \
    PROMISE(CANNOT_RAISE, "query_may_raise is false")                                    \
    PROMISE(NEVER_NULL, "expr_never_null")                                               \
    PROMISE(NEVER_NULL_IN_FROM, "expr_never_null_in_from")                               \
    PROMISE(REJECTS_COLUMN, "rejects_null_column")                                       \
    PROMISE(REJECTS_SOURCE, "rejects_nulls_of")                                          \
    PROMISE(DETERMINES, "determines")                                                    \
    PROMISE(SELECT_UNIQUE, "select_is_unique_on")                                        \
    PROMISE(SOURCE_UNIQUE, "source_is_unique_on")                                        \
    PROMISE(SOURCE_UNIQUE_VALUES, "source_is_unique_on_values")                          \
    PROMISE(ONE_PARTNER, "source_has_one_partner")                                       \
    PROMISE(CONSTANT, "known_constant")                                                  \
    PROMISE(PLAIN_EQUALITY, "equality_is_plain")                                         \
    PROMISE(IGNORES_DUPLICATES, "select_ignores_duplicates")                             \
    PROMISE(FOREIGN_KEY, "foreign_key_holds")

typedef enum {
#define PROMISE(name, text) PROMISE_##name,
    PROMISE_LIST
#undef PROMISE
        PROMISE_COUNT,
} PromiseKind;

extern const char *const promise_names[PROMISE_COUNT];

// A query that yields one number: 0 unless the promise is broken. A promise that nothing
// raises is broken by an error.
typedef struct {
    PromiseKind kind;
    const char *query; // What the question was asked of.
    const char *refutation;
} Promise;

typedef ARRAY(Promise) Promises;

// What one round of questions is about, and what came of it.
typedef struct {
    Arena *arena;
    const Catalog *catalog;
    Random *random;
    Promises promises;
    size_t asked[PROMISE_COUNT];
    size_t promised[PROMISE_COUNT];
    size_t unbound; // Queries that did not bind.
    const char *unbound_example;
} Asking;

// Make a random query, ask every question that fits it, and keep what was promised.
void ask_query(Asking *asking);
void ask_block(Asking *asking);
void ask_frame(Asking *asking);

// Asks what does not depend on a query.
void ask_catalog(Asking *asking);

#endif
