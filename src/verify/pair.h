// pair.h - the two queries under judgement, as far as they are understood.
//
// A side that does not parse or bind is still compared as text: what the trees would
// have told us (which tables, which literals, is it volatile) is then read off the words.

#ifndef VERIFY_PAIR_H
#define VERIFY_PAIR_H

#include "base/map.h"
#include "query/query.h"
#include "query/reads.h"

typedef struct {
    const char *text;
    const Tree *tree;    // NULL where it does not parse or bind.
    const char *problem; // Why it does not; NULL where it does.
} Side;

typedef struct {
    const Catalog *catalog;
    Side left, right; // The original and the candidate.
} Pair;

// What a query does that decides how it can be judged.
typedef struct {
    const char *volatile_call; // A volatile or unknown function it calls; NULL if none.
    bool sums;                 // Adds up numbers over rows: sum, avg, total, …
    bool sums_in_windows;
    bool computes; // Arithmetic that can overflow.
    bool reads_json;
    bool folds_text; // Takes texts for the same that differ in case or blanks.
    bool is_recursive;
    size_t table_uses; // How often a table stands in a FROM.
} Traits;

// Binds both texts.
Pair pair_new(Arena *arena, const Catalog *catalog, const char *left, const char *right);

// Returns what either side does. Where a side is not bound, the cautious answer.
Traits pair_traits(Arena *arena, const Pair *pair);

// Returns the base tables that take part, parents of foreign keys (trusted or enforced)
// before their children; sets `count`. A table that a foreign key of one of them needs
// is among them.
const Table *const *pair_tables(Arena *arena, const Pair *pair, size_t *count);

// Returns the views that either side may read, and those that they read; what they read
// of tables, pair_tables has. What is no base table and no view is among them.
const Table *const *pair_views(Arena *arena, const Pair *pair, size_t *count);

// Finds output columns of the original by name, case ignored. Fails where there is none,
// with the names there are, and where the original does not bind.
bool pair_find_outputs(Arena *arena, const Pair *pair, const char *const *names,
                       size_t count, const uint32_t **ordinals, Error *err) MUST_CHECK;

// Returns the columns that the pair reads, as far as it is known which, whose values were
// found to be of their declared type (ASSURANCE_CHECKED).
TableColumns pair_checked_columns(Arena *arena, const Pair *pair);

// True if `word` stands in `text` by itself, case ignored.
bool text_has_word(const char *text, const char *word);

// True if the text is one word.
bool text_is_word(const char *text);

// Adds each word of the text to a map of words, with a value that is not NULL: to look
// for many words, or in many texts.
void text_note_words(Arena *arena, const char *text, Map *words);

#endif
