// interpret_watch.c - what a condition would come to with a change in it.
//
// A watched condition is asked in both forms for each row. As long as both hold, or both
// don't, the change makes no difference: rows are joined and kept as before.

#include "verify/interpret_compile.h"

#include "query/walk.h"

// One change of a condition.
struct Watch {
    const Node *changed; // NULL: always TRUE.
    unsigned number;     // Of the change.
    bool is_part;        // Of AND, OR or NOT, where NULL is not FALSE.
};

// Running

static Truth truth_changed(Machine *machine, const Watch *watch, bool *is_sure)
{
    Trace *trace = machine->trace;
    if (watch->changed == NULL)
        return TRUTH_TRUE;
    machine->trace = &machine->ignored;
    Truth truth = cell_to_truth(machine, node_value(machine, watch->changed));
    machine->trace = trace;
    *is_sure = machine->unsure == NULL;
    machine->unsure = NULL;
    return truth;
}

static bool makes_difference(Machine *machine, const Watch *watch, Truth truth)
{
    bool is_sure = true;
    Truth changed = truth_changed(machine, watch, &is_sure);
    bool same = watch->is_part ? changed == truth
                               : (changed == TRUTH_TRUE) == (truth == TRUTH_TRUE);
    return !same || !is_sure;
}

static Cell evaluate_watched(Machine *machine, const Node *node)
{
    Cell cell = node_value(machine, node->args[0]);
    if (machine->unsure != NULL)
        return cell;
    Truth truth = cell_to_truth(machine, cell);
    for (size_t i = 0; i < node->watch_count && machine->unsure == NULL; i++) {
        uint64_t bit = UINT64_C(1) << node->watches[i].number;
        if ((machine->watched & ~machine->trace->touched & bit) != 0 &&
            makes_difference(machine, &node->watches[i], truth))
            machine->trace->touched |= bit;
    }
    return cell;
}

// Compiling

static bool note_query(void *context, const Query *query)
{
    *(bool *)context = false;
    return false;
}

static bool note_aggregate(void *context, const Expr *expr)
{
    if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW)
        *(bool *)context = false;
    return true;
}

// True if it is computed from the rows at hand alone.
static bool is_plain(const Expr *expr)
{
    bool plain = true;
    Visitor visitor = {.expr = note_aggregate, .query = note_query, .context = &plain};
    walk_expr(expr, &visitor);
    return plain;
}

// Sets `watch`; false where the changed condition is beyond the interpreter, or takes
// more than the row. Its sites stand in no trace.
static bool compile_watch(Compiler *compiler, const Change *change, unsigned number,
                          Watch *watch)
{
    *watch = (Watch){.number = number};
    if (change->to == NULL)
        return true;
    if (!is_plain(change->to))
        return false;
    uint32_t sites = compiler->site_count;
    unsigned changes = compiler->change_count;
    compiler->change_count = 0; // What both have in common may be watched, too.
    watch->changed = compile_expr(compiler, change->to);
    bool ok = compiler->why_not == NULL;
    compiler->change_count = changes;
    compiler->site_count = sites;
    compiler->why_not = NULL;
    return ok;
}

static const Node *compile_watched(Compiler *compiler, const Expr *expr, const Node *node,
                                   bool is_part)
{
    Watch *watches = arena_new(compiler->arena, Watch, compiler->change_count + 1);
    size_t count = 0;
    for (unsigned i = 0; i < compiler->change_count; i++)
        if (compiler->changes[i].from == expr &&
            compile_watch(compiler, &compiler->changes[i], i, &watches[count])) {
            compiler->watches |= UINT64_C(1) << i;
            watches[count++].is_part = is_part;
        }
    if (count == 0)
        return node;
    Node *watched = arena_new(compiler->arena, Node, 1);
    *watched = (Node){.evaluate = evaluate_watched,
                      .expr = expr,
                      .args = arena_copy(compiler->arena, &node, 1, sizeof(const Node *)),
                      .arg_count = 1,
                      .watches = watches,
                      .watch_count = count,
                      .site = node->site};
    return watched;
}

const Node *const *compile_conditions(Compiler *compiler, const Expr *const *exprs,
                                      size_t count, bool are_parts)
{
    const Node *const *nodes = compile_exprs(compiler, exprs, count);
    if (compiler->change_count == 0 || compiler->why_not != NULL)
        return nodes;
    const Node **watched = arena_new(compiler->arena, const Node *, count + 1);
    for (size_t i = 0; i < count; i++)
        watched[i] = compile_watched(compiler, exprs[i], nodes[i], are_parts);
    return watched;
}
