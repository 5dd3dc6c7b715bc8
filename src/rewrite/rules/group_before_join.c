// group_before_join - rows are added up before a dimension is joined to them.
//
//   before   SELECT d.name, sum(f.x), count(*) FROM f, d WHERE f.d_id = d.id GROUP BY
//            d.name
//   after    SELECT d.name, sum(f.sum_1), sum(f.count_1)
//            FROM (SELECT f.d_id, sum(f.x) AS sum_1, count(*) AS count_1 FROM f
//                  GROUP BY f.d_id) AS f, d
//            WHERE f.d_id = d.id GROUP BY d.name
//
// All that the rest of the block asks of the rows of f is their d_id. Rows that agree on
// it meet the same rows of d, pass the same conditions and fall into the same groups, so
// they can go there together: as their sum, and how many they are. An average is a sum
// divided by a count; a count over nothing is 0, where its sum would be NULL. Likewise
// sum(CASE WHEN d.y = 1 THEN f.x END) picks sums of groups: a column for each of many
// conditions costs once a group then, and not once a row.
//
// Tables that cut down rows, or hold them together, are grouped with f. What waits
// outside is joined by a key of its own and asked for nothing else.
//
// Why: fewer rows are joined; groups are told apart by a number instead of many names.
//
// Only if
//   (1) all joins that are taken apart are inner: an outer one goes inside as a whole.
//   (2) no aggregate is DISTINCT, min and max apart: a value may come in two groups.
//   (3) key values that are equal are identical, or conditions and outputs could tell
//       rows of one group apart: 1 and 1.0, 'a' and 'A' under NOCASE.
//   (4) min and max go by the same order in both steps: an aggregate's result has no
//       collation.
//   (5) what is computed earlier is not volatile and cannot fail on rows that the joins
//       would have dropped.
//   (6) no sum gets lost: in SQLite infinity minus infinity is NULL, which the second
//       step leaves out.
//   (7) nothing depends on the order of the rows: no LIMIT takes some of the groups
//       before an ORDER BY has put them in order, and outputs name nothing but group keys
//       and aggregates, since SQLite takes any other column from some row.

#include "rewrite/conditions.h"
#include "rewrite/regroup.h"

// True if the conjunct joins the part to another by a column that has a value once.
static bool joins_by_key(const Regroup *regroup, const Part *part, const Expr *conjunct)
{
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
        return false;
    for (size_t side = 0; side < 2; side++) {
        const Expr *own = conjunct->args[side], *other = conjunct->args[1 - side];
        Assumptions unused = {0};
        Facts facts = facts_aside(regroup->context->facts, &unused);
        if (own->kind == EXPR_COLUMN && other->kind == EXPR_COLUMN &&
            own->source == part->source->number && other->source != own->source &&
            source_is_unique_on_values(&facts, part->source, &own->column, 1))
            return true;
    }
    return false;
}

static bool names(const Regroup *regroup, const Expr *conjunct, const Part *part)
{
    return number_set_meets(expr_sources(regroup->context->arena, conjunct),
                            part->numbers);
}

// True if the part adds columns to rows and takes none away, as far as conditions say.
// Others may hang on it in turn, by keys of theirs.
static bool only_adds(const Regroup *regroup, const Part *part)
{
    bool joined = false;
    for (size_t i = 0; i < regroup->conjuncts.count; i++) {
        const Expr *conjunct = regroup->conjuncts.items[i];
        if (!names(regroup, conjunct, part))
            continue;
        bool by_key = joins_by_key(regroup, part, conjunct);
        for (size_t j = 0; j < regroup->parts.count && !by_key; j++) {
            const Part *other = &regroup->parts.items[j];
            if (other == part || !names(regroup, conjunct, other))
                continue;
            if (!joins_by_key(regroup, other, conjunct))
                return false;
            by_key = true;
        }
        if (!by_key)
            return false;
        joined = joined || joins_by_key(regroup, part, conjunct);
    }
    return joined;
}

static bool is_equality(const Expr *conjunct)
{
    return conjunct->kind == EXPR_COMPARE && conjunct->compare == COMPARE_EQ;
}

// Marks what equalities between parts inside connect with the part.
static void reach(const Regroup *regroup, size_t from, bool *reached)
{
    reached[from] = true;
    for (size_t i = 0; i < regroup->conjuncts.count; i++) {
        const Expr *conjunct = regroup->conjuncts.items[i];
        if (!is_equality(conjunct) ||
            !names(regroup, conjunct, &regroup->parts.items[from]))
            continue;
        for (size_t j = 0; j < regroup->parts.count; j++) {
            const Part *part = &regroup->parts.items[j];
            if (part->inside && !reached[j] && names(regroup, conjunct, part))
                reach(regroup, j, reached);
        }
    }
}

// Takes one more part in that stands between one that is reached and others. False if
// there is none.
static bool take_in_bridge(Regroup *regroup, const bool *reached)
{
    for (size_t i = 0; i < regroup->conjuncts.count; i++) {
        const Expr *conjunct = regroup->conjuncts.items[i];
        for (size_t j = 0; is_equality(conjunct) && j < regroup->parts.count; j++) {
            Part *part = &regroup->parts.items[j];
            if (part->inside || !names(regroup, conjunct, part))
                continue;
            for (size_t k = 0; k < regroup->parts.count; k++)
                if (regroup->parts.items[k].inside && !reached[k] &&
                    names(regroup, conjunct, &regroup->parts.items[k]))
                    return part->inside = true;
        }
    }
    return false;
}

// Returns the number of the part to begin with: one that is aggregated, or else one that
// is not joined by a key of its own.
static size_t first_part(const Regroup *regroup)
{
    size_t first = regroup->parts.count;
    for (size_t i = 0; i < regroup->parts.count; i++) {
        if (regroup->parts.items[i].summed)
            return i;
        bool by_key = false;
        for (size_t j = 0; j < regroup->conjuncts.count; j++)
            by_key = by_key || joins_by_key(regroup, &regroup->parts.items[i],
                                            regroup->conjuncts.items[j]);
        if (!by_key && first == regroup->parts.count)
            first = i;
    }
    return first;
}

// Says what is inside. False if it can't be held together without the rest.
static bool choose(Regroup *regroup)
{
    size_t first = first_part(regroup);
    if (first == regroup->parts.count)
        return false;
    for (size_t i = 0; i < regroup->parts.count; i++) {
        Part *part = &regroup->parts.items[i];
        part->inside = i == first || part->summed || !only_adds(regroup, part);
    }
    for (;;) {
        bool *reached = arena_new(regroup->context->arena, bool, regroup->parts.count);
        reach(regroup, first, reached);
        bool all = true;
        for (size_t i = 0; i < regroup->parts.count; i++)
            all = all && (reached[i] || !regroup->parts.items[i].inside);
        if (all)
            return true;
        if (!take_in_bridge(regroup, reached))
            return false;
    }
}

// True if a table waits, or a CASE is asked of groups.
static bool saves_work(const Regroup *regroup)
{
    for (size_t i = 0; i < regroup->parts.count; i++)
        if (!regroup->parts.items[i].inside)
            return true;
    for (size_t i = 0; i < regroup->summands.count; i++)
        if (regroup->summands.items[i].pivot != NULL)
            return true;
    return false;
}

// True if what would be grouped has a row for each of its keys already, as what another
// firing has grouped: there would be no end of it.
static bool is_grouped_already(const Regroup *regroup)
{
    Arena *arena = regroup->context->arena;
    const Source *only = NULL;
    for (size_t i = 0; i < regroup->parts.count; i++) {
        const Part *part = &regroup->parts.items[i];
        if (!part->inside)
            continue;
        if (only != NULL || part->source->kind == SOURCE_JOIN)
            return false;
        only = part->source;
    }
    size_t count = regroup->key_columns.count;
    uint32_t *columns = arena_new(arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        columns[i] = regroup->key_columns.items[i]->column;
    Assumptions unused = {0};
    Facts facts = facts_aside(regroup->context->facts, &unused);
    return source_is_unique_on(&facts, only, columns, count);
}

const Query *group_before_join(RuleContext *context, const Query *query)
{
    Regroup regroup;
    if (!regroup_read(context, query, guard(context, 1, false), &regroup) ||
        !choose(&regroup) || !saves_work(&regroup) || !regroup_find_keys(&regroup) ||
        is_grouped_already(&regroup))
        return NULL;
    if (!guard(context, 2, regroup.splits) ||
        !guard(context, 3, regroup_keys_are_identical(&regroup)) ||
        !guard(context, 4, regroup.ordered) ||
        !guard(context, 5, regroup_is_harmless(&regroup)) ||
        !guard(context, 6, regroup.finite) ||
        !guard(context, 7,
               regroup.grouped && !block_depends_on_order(context->facts, query)) ||
        !take_query_once(context, query))
        return NULL;
    return regroup_build(&regroup);
}
