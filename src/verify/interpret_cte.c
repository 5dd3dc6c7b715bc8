// interpret_cte.c - common table expressions, recursive ones too.
//
// While the arms of a recursive one are compiled, its number stands for a plan without a
// body, the rows of the step before: interpret_plan.c puts them there as it goes.

#include "verify/interpret_compile.h"

#include "query/walk.h"

typedef struct {
    const uint32_t *numbers;
    size_t count;
    bool found;
} CteReads;

static bool look_for_cte(void *context, const Source *source)
{
    CteReads *reads = context;
    for (size_t i = 0; i < reads->count && source->kind == SOURCE_CTE; i++)
        reads->found = reads->found || reads->numbers[i] == source->cte;
    return !reads->found;
}

static bool reads_ctes(const Query *query, const uint32_t *numbers, size_t count)
{
    CteReads reads = {.numbers = numbers, .count = count};
    if (count > 0)
        walk_query(query, &(Visitor){.source = look_for_cte, .context = &reads});
    return reads.found;
}

bool compile_is_recursed(const Compiler *compiler, const Query *query)
{
    return reads_ctes(query, compiler->working.items, compiler->working.count);
}

// Returns how many of the first arms do not read the CTE; 0 where its form is unknown.
static size_t count_anchors(const Cte *cte)
{
    const Query *query = cte->query;
    if (query->body != BODY_SET || query->cte_count > 0 || query->order_count > 0 ||
        query->limit != NULL || query->offset != NULL ||
        (query->set->op != SET_UNION && query->set->op != SET_UNION_ALL))
        return 0;
    size_t anchors = 0, recursive = 0;
    for (size_t i = 0; i < query->set->arm_count; i++) {
        bool reads = reads_ctes(query->set->arms[i], &cte->number, 1);
        recursive += reads;
        anchors += !reads && recursive == 0;
    }
    return anchors + recursive == query->set->arm_count ? anchors : 0;
}

typedef struct {
    uint32_t own; // The number of the CTE.
    bool found;
} TableReads;

static bool look_for_table(void *context, const Source *source)
{
    TableReads *reads = context;
    bool is_harmless = source->kind == SOURCE_JOIN || source->kind == SOURCE_QUERY ||
                       (source->kind == SOURCE_CTE && source->cte == reads->own);
    reads->found |= !is_harmless;
    return !reads->found;
}

// True if its rows may depend on the database.
static bool reads_tables(const Cte *cte)
{
    TableReads reads = {.own = cte->number};
    walk_query(cte->query, &(Visitor){.source = look_for_table, .context = &reads});
    return reads.found;
}

// While its arms are compiled, readers of the CTE read the rows of the last step.
static Plan *compile_recursive(Compiler *compiler, const Cte *cte)
{
    Arena *arena = compiler->arena;
    size_t anchors = count_anchors(cte), at = compiler->ctes.count;
    if (anchors == 0)
        return compile_refuse(compiler, "a recursive WITH of unknown form");
    bool is_fixed = !compile_is_recursed(compiler, cte->query);
    uint64_t watches = compiler->watches;
    Plan *working = arena_new(arena, Plan, 1);
    *working = (Plan){.width = (uint32_t)cte->query->set->output_count, .is_fixed = true};
    array_push(arena, &compiler->ctes, working);
    array_push(arena, &compiler->cte_numbers, cte->number);
    array_push(arena, &compiler->working, cte->number);
    Plan *plan = compile_new_query(compiler, cte->query, is_fixed);
    compiler->working.count--;
    if (plan == NULL)
        return NULL;
    plan->working = working;
    plan->reads_tables = reads_tables(cte);
    if (is_fixed && !plan->reads_tables && compiler->watches == watches)
        plan->lasting = arena; // What is watched has to be run.
    plan->anchor_count = anchors;
    compiler->ctes.items[at] = plan;
    return plan;
}

void compile_ctes(Compiler *compiler, const Query *query)
{
    for (size_t i = 0; i < query->cte_count && compiler->why_not == NULL; i++) {
        const Cte *cte = query->ctes[i];
        if (query_free_sources(compiler->arena, cte->query).count > 0) {
            compile_refuse(compiler, "a correlated WITH");
            return;
        }
        if (cte->recursive) {
            compile_recursive(compiler, cte);
            continue;
        }
        Plan *plan = compile_query(compiler, cte->query);
        array_push(compiler->arena, &compiler->ctes, plan);
        array_push(compiler->arena, &compiler->cte_numbers, cte->number);
    }
}
