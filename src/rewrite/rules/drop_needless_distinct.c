// drop_needless_distinct - DISTINCT over rows that are distinct already does nothing.
//
//   before   SELECT DISTINCT a.id, a.x FROM a
//   after    SELECT a.id, a.x FROM a
//
// If no two rows of the block can be equal, there is nothing to take away.
//
// Why: no sort and no hash table of the result; and other rules may look into the block.
//
// Only if
//   (1) the block's rows are distinct by what is known of it: a key of each table it
//       reads is among the outputs or fixed by them, or it groups by what it outputs.
//       A UNIQUE column that may be NULL is no such key: two NULLs are equal rows.

#include "rewrite/rewrite.h"

const Query *drop_needless_distinct(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT || query->select->distinct != DISTINCT_ROWS)
        return NULL;
    Select select = *query->select;
    select.distinct = DISTINCT_NONE;
    const Query *plain =
        query_with_select(context->arena, query, select_new(context->arena, select));
    if (!guard(context, 1, query_has_no_duplicates(context->facts, plain)))
        return NULL;
    return take_query(context, query) ? plain : NULL;
}
