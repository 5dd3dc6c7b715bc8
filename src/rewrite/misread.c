// misread.c - trees that an engine answers otherwise than SQL has it.
//
// SQLite 3.40 moves a UNION ALL in FROM into the query that reads it. Where that is an
// arm of a UNION, INTERSECT or EXCEPT, it forgets by which collation these compare: with
// a.x COLLATE NOCASE,
//     SELECT x FROM a UNION SELECT x FROM (SELECT x FROM b UNION ALL SELECT x FROM c)
// keeps 'a' and 'A' apart, and does not with GROUP BY x in its second arm. What stands
// between the arm and the UNION ALL (a CTE, further derived tables) is not looked at.

#include "rewrite/misread.h"

#include "query/walk.h"

typedef struct {
    bool has_union_all;
    bool has_collated_set;
} Search;

static bool look_at_set(void *data, const Query *query)
{
    Search *search = data;
    if (query->body != BODY_SET)
        return true;
    if (query->set->op == SET_UNION_ALL) {
        search->has_union_all = true;
        return true;
    }
    for (size_t i = 0; i < query->set->arm_count; i++) {
        size_t count;
        const Output *outputs = query_outputs(query->set->arms[i], &count);
        for (size_t j = 0; j < count; j++)
            if (outputs[j].type.collation != NULL)
                search->has_collated_set = true;
    }
    return true;
}

// A view may be a UNION ALL.
static bool look_at_source(void *data, const Source *source)
{
    Search *search = data;
    if (source->kind == SOURCE_TABLE && source->table->kind == TABLE_VIEW)
        search->has_union_all = true;
    return true;
}

bool tree_may_be_misread(const Tree *tree)
{
    if (tree->dialect != DIALECT_SQLITE)
        return false;
    Search search = {0};
    walk_query(
        tree->root,
        &(Visitor){.query = look_at_set, .source = look_at_source, .context = &search});
    return search.has_union_all && search.has_collated_set;
}
