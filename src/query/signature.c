// signature.c - what a tree looks like from outside: the columns it yields, and whether
// its dialect has words for what it says.

#include "query/check.h"

#include "query/walk.h"

#include <string.h>

// Columns

static bool type_is_known(Type type)
{
    return type.kind != TYPE_UNKNOWN && type.kind != TYPE_NULL;
}

// Returns the type as whoever fetches the column sees it: how its values would compare
// inside a query is not part of that.
static Type type_from_outside(Type type)
{
    type.affinity = AFFINITY_NONE;
    type.collation = NULL;
    return type;
}

bool query_same_signature(const Query *before, const Query *after, Error *err)
{
    size_t before_count, after_count;
    const Output *left = query_outputs(before, &before_count);
    const Output *right = query_outputs(after, &after_count);
    if (before_count != after_count)
        return fail(err, ERROR_PLAIN, "%zu columns have become %zu", before_count,
                    after_count);
    for (size_t i = 0; i < before_count; i++) {
        if (strcmp(left[i].name, right[i].name) != 0)
            return fail(err, ERROR_PLAIN, "column %zu, \"%s\", has become \"%s\"", i + 1,
                        left[i].name, right[i].name);
        bool known = type_is_known(left[i].type) && type_is_known(right[i].type);
        if (known && !type_equal(type_from_outside(left[i].type),
                                 type_from_outside(right[i].type)))
            return fail(err, ERROR_PLAIN, "column %zu, \"%s\", has another type", i + 1,
                        left[i].name);
    }
    return true;
}

// Words

typedef struct {
    Dialect dialect;
    const char *missing; // The first thing without a word.
} Lexicon;

static void need(Lexicon *lexicon, bool present, const char *what)
{
    if (!present && lexicon->missing == NULL)
        lexicon->missing = what;
}

static bool find_query_words(void *context, const Query *query)
{
    Lexicon *lexicon = context;
    bool is_sqlite = lexicon->dialect == DIALECT_SQLITE;
    const Select *select = query->select;
    if (query->body == BODY_SELECT) {
        need(lexicon, !is_sqlite || select->distinct != DISTINCT_ON, "DISTINCT ON");
        need(lexicon, !is_sqlite || select_has_plain_groups(select), "grouping sets");
        need(lexicon, lexicon->dialect == DIALECT_DUCKDB || select->qualify_count == 0,
             "QUALIFY");
    }
    if (query->body == BODY_SET) {
        SetOperator op = query->set->op;
        need(lexicon, !is_sqlite || op != SET_INTERSECT_ALL, "INTERSECT ALL");
        need(lexicon, !is_sqlite || op != SET_EXCEPT_ALL, "EXCEPT ALL");
    }
    return lexicon->missing == NULL;
}

static bool find_source_words(void *context, const Source *source)
{
    Lexicon *lexicon = context;
    bool is_sqlite = lexicon->dialect == DIALECT_SQLITE;
    bool is_half = source->kind == SOURCE_JOIN &&
                   (source->join == JOIN_SEMI || source->join == JOIN_ANTI);
    need(lexicon, !is_sqlite || source->kind != SOURCE_QUERY || !source->lateral,
         "LATERAL");
    need(lexicon, !is_sqlite || source->column_name_count == 0, "column aliases");
    need(lexicon, lexicon->dialect == DIALECT_DUCKDB || !is_half, "SEMI or ANTI JOIN");
    return lexicon->missing == NULL;
}

bool query_fits_dialect(const Tree *tree, Error *err)
{
    Lexicon lexicon = {.dialect = tree->dialect};
    Visitor visitor = {.query = find_query_words,
                       .source = find_source_words,
                       .context = &lexicon};
    walk_query(tree->root, &visitor);
    if (lexicon.missing != NULL)
        return fail(err, ERROR_UNSUPPORTED, "%s has no %s", dialect_name(tree->dialect),
                    lexicon.missing);
    return true;
}
