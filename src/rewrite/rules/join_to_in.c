// join_to_in - a join that only asks whether a partner exists becomes IN.
//
//   before   SELECT DISTINCT a.x FROM a JOIN b ON b.id = a.id WHERE b.y > 5
//   after    SELECT DISTINCT a.x FROM a WHERE a.id IN (SELECT b.id FROM b WHERE b.y > 5)
//
// A row of `a` comes out of the join once for each partner, and of IN once if there is
// one. Where the block ignores duplicates, or there can only be one partner, that is the
// same. Nothing else of the block may name `b` (else nothing is done); conditions that
// name `b` alone go inside.
//
// Why: the list is made once and ends at the first partner; with a key on b.id the filter
// on `b` comes before the larger table is read, not after.
//
// Only if
//   (1) the block ignores duplicates, or `b` has no two rows with equal ids. So not
//       SELECT a.x FROM a JOIN b ON b.id = a.id without a key on b.id.
//   (2) the join loses rows without a partner: not a LEFT JOIN b.
//   (3) both sides of the equality compare by the same rules in both places: type,
//       affinity, collation; as in exists_to_in.
//   (4) the block gives the same rows each time: random() < 0.5 was drawn once a partner.

#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"

// The block, taken apart around one source of FROM.
typedef struct {
    RuleContext *context;
    const Source *candidate;
    ExprList inside;  // Conjuncts that name the candidate.
    ExprList outside; // Conjuncts of WHERE, and of ON where the join is gone.
    bool made_up;     // Rows without a partner are kept.
} Extraction;

static void sort_conjuncts(Extraction *work, const Expr *const *conjuncts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        NumberSet sources = expr_sources(work->context->arena, conjuncts[i]);
        if (number_set_has(sources, work->candidate->number))
            array_push(work->context->arena, &work->inside, conjuncts[i]);
        else
            array_push(work->context->arena, &work->outside, conjuncts[i]);
    }
}

static bool is_below(Extraction *work, const Source *source)
{
    return number_set_has(source_numbers(work->context->arena, source),
                          work->candidate->number);
}

// Returns the FROM item without the candidate; NULL if nothing is left, or if the way to
// it leads through a join that cannot lose it.
static const Source *without(Extraction *work, const Source *source)
{
    if (source->kind != SOURCE_JOIN || source->natural)
        return NULL;
    bool in_left = is_below(work, source->left);
    const Source *side = in_left ? source->left : source->right;
    const Source *other = in_left ? source->right : source->left;
    bool is_inner = source->join == JOIN_INNER || source->join == JOIN_CROSS;
    bool is_left = source->join == JOIN_LEFT;
    if (!is_inner && !is_left)
        return NULL;
    if (side == work->candidate) {
        work->made_up |= is_left;
        sort_conjuncts(work, source->on, source->on_count);
        return is_left && in_left ? NULL : other;
    }

    Source changed = *source;
    const Source *rest = without(work, side);
    work->made_up |= is_left && !in_left;
    if (rest == NULL)
        return NULL;
    changed.left = in_left ? rest : source->left;
    changed.right = in_left ? source->right : rest;
    if (is_inner && changed.using_count == 0) {
        Extraction on = {.context = work->context, .candidate = work->candidate};
        sort_conjuncts(&on, source->on, source->on_count);
        list_add_all(work->context->arena, &work->inside, on.inside.items,
                     on.inside.count);
        changed.on = on.outside.items;
        changed.on_count = on.outside.count;
    }
    return source_new(work->context->arena, changed);
}

// True if `b` has at most one partner for each value of its sides of the pairs.
static bool is_unique(Facts *facts, const Source *source, const Correlation *correlation)
{
    ARRAY(uint32_t) columns = {0};
    for (size_t i = 0; i < correlation->pairs.count; i++) {
        const Expr *inner = correlation->pairs.items[i].inner;
        if (expr_is_column(inner, source->number, inner->column))
            array_push(facts->arena, &columns, inner->column);
    }
    return source_is_unique_on_values(facts, source, columns.items, columns.count);
}

static const Expr *in_candidate(Extraction *work, const Correlation *correlation)
{
    Arena *arena = work->context->arena;
    size_t count = correlation->pairs.count;
    Output *outputs = arena_new(arena, Output, count);
    const Expr **operands = arena_new(arena, const Expr *, count);
    const Source **sources = arena_new(arena, const Source *, 1);
    sources[0] = work->candidate;
    for (size_t i = 0; i < count; i++) {
        const KeyPair *pair = &correlation->pairs.items[i];
        outputs[i] = output_new(work->context->tree, pair->inner, "key");
        operands[i] = pair->outer;
    }
    Select select = {.outputs = outputs,
                     .output_count = count,
                     .sources = sources,
                     .source_count = 1,
                     .filter = correlation->own.items,
                     .filter_count = correlation->own.count};
    const Select *keys = select_as_list(work->context, &select);
    return expr_in_query(arena, operands, count, query_of_select(arena, *keys), false,
                         work->candidate->offset);
}

// True if the pairs name one source around the candidate. One that links two others would
// leave them unconnected, every row of the one beside every row of the other.
static bool names_one_source(Arena *arena, const Correlation *correlation)
{
    NumberSet named = {0};
    for (size_t i = 0; i < correlation->pairs.count; i++)
        named = number_set_union(arena, named,
                                 expr_sources(arena, correlation->pairs.items[i].outer));
    return named.count <= 1;
}

// Returns the block with the candidate moved into an IN, or NULL.
static const Query *moved(Extraction *work, const Query *query, Select rest)
{
    Arena *arena = work->context->arena;
    Facts *facts = work->context->facts;
    sort_conjuncts(work, query->select->filter, query->select->filter_count);
    Select inner = {.sources = &work->candidate,
                    .source_count = 1,
                    .filter = work->inside.items,
                    .filter_count = work->inside.count};
    Correlation correlation = correlation_of(arena, &inner, select_numbers(arena, &rest));
    if (correlation.pairs.count == 0 || correlation.mixed.count > 0 ||
        !names_one_source(arena, &correlation))
        return NULL;

    rest.filter = work->outside.items;
    rest.filter_count = work->outside.count;
    const Query *others = query_with_select(arena, query, select_new(arena, rest));
    if (number_set_has(query_free_sources(arena, others), work->candidate->number))
        return NULL;
    bool once = select_ignores_duplicates(query->select, work->context->in_set) ||
                is_unique(facts, work->candidate, &correlation);
    if (!guard(work->context, 1, once) || !guard(work->context, 2, !work->made_up) ||
        !guard(work->context, 3, pairs_compare_alike(facts, &correlation)) ||
        !guard(work->context, 4, query_is_repeatable(query)) ||
        !take_source(work->context, work->candidate))
        return NULL;
    array_push(arena, &work->outside, in_candidate(work, &correlation));
    rest.filter = work->outside.items;
    rest.filter_count = work->outside.count;
    return query_with_select(arena, query, select_new(arena, rest));
}

// Tries every table, derived table and CTE below a FROM item.
static const Query *try_below(RuleContext *context, const Query *query, size_t item,
                              const Source *source)
{
    if (source->kind == SOURCE_JOIN) {
        const Query *result = try_below(context, query, item, source->left);
        return result ? result : try_below(context, query, item, source->right);
    }
    bool is_table = source->kind == SOURCE_TABLE || source->kind == SOURCE_CTE ||
                    source->kind == SOURCE_QUERY;
    if (!is_table || source->lateral || source->text != NULL)
        return NULL;

    Extraction work = {.context = context, .candidate = source};
    Select rest = *query->select;
    const Source *left =
        rest.sources[item] == source ? NULL : without(&work, rest.sources[item]);
    if (left == NULL && (rest.sources[item] != source || rest.source_count == 1))
        return NULL;
    rest.sources =
        sources_with(context->arena, rest.sources, rest.source_count, item, left);
    rest.source_count -= left == NULL;
    return moved(&work, query, rest);
}

const Query *join_to_in(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    for (size_t i = 0; i < query->select->source_count; i++) {
        const Query *result = try_below(context, query, i, query->select->sources[i]);
        if (result != NULL)
            return result;
    }
    return NULL;
}
