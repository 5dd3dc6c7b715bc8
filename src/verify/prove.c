// prove.c - identical trees, blocks that map onto each other, and empty ones.

#include "verify/prove.h"

#include "base/text.h"
#include "query/equal.h"
#include "verify/block.h"
#include "verify/match.h"
#include "verify/normal.h"
#include "verify/tame.h"

#include <string.h>

static bool is_same(const Query *left, const Query *right, bool names_count)
{
    return names_count ? query_equal_named(left, right) : query_equal(left, right);
}

// True if the trees are the same, constants folded or as they are.
static bool are_same(Arena *arena, const Query *left, const Query *right,
                     bool names_count)
{
    return is_same(left, right, names_count) ||
           is_same(query_folded(arena, left), query_folded(arena, right), names_count);
}

static bool has_same_names(const Query *left, const Query *right)
{
    size_t left_count, right_count;
    const Output *a = query_outputs(left, &left_count);
    const Output *b = query_outputs(right, &right_count);
    for (size_t i = 0; i < left_count && i < right_count; i++)
        if (strcmp(a[i].name, b[i].name) != 0)
            return false;
    return left_count == right_count;
}

static bool has_same_types(const Block *left, const Block *right)
{
    for (size_t i = 0; i < left->output_count && i < right->output_count; i++)
        if (!type_equal(left->names[i].type, right->names[i].type))
            return false;
    return left->output_count == right->output_count;
}

static const char *with_reliance(Arena *arena, const Workshop *workshop, const char *how)
{
    Text text = text_new(arena);
    text_add(&text, how);
    for (size_t i = 0; i < workshop->relied.count; i++)
        text_addf(&text, "%s%s", i == 0 ? "; relies on " : ", ",
                  workshop->relied.items[i]);
    return text.bytes;
}

static bool neither_returns_rows(Workshop *workshop, const Block *a, const Block *b)
{
    return a->output_count == b->output_count && block_is_empty(workshop, a) &&
           block_is_empty(workshop, b);
}

// Tries to prove it from the blocks that both come to.
static const char *proof_by_blocks(Arena *arena, const Tree *left, const Tree *right,
                                   bool names_count, bool uses_keys, size_t trials)
{
    Workshop workshop = {.arena = arena,
                         .dialect = left->dialect,
                         .uses_keys = uses_keys,
                         .trial_limit = trials};
    uint32_t next_id = right->next_id;
    const Query *left_query = tree_normal(arena, left, &next_id);
    const Query *right_query = tree_normal(arena, right, &next_id);
    const Block *a = block_new(&workshop, left_query);
    const Block *b = block_new(&workshop, right_query);
    // Of no rows the types are no more to be seen than their order.
    if ((!names_count || has_same_types(a, b)) && neither_returns_rows(&workshop, a, b))
        return with_reliance(arena, &workshop, "neither can return a row");
    if (!has_same_types(a, b))
        return NULL;
    if (!block_matches(&workshop, a, b))
        return NULL;
    return with_reliance(arena, &workshop,
                         a->is_set && b->is_set
                             ? "the blocks map into each other, as sets"
                             : "the blocks map onto each other, one to one");
}

// Keys are asked only where it does not go without.
static const char *proof_by_normal_form(Arena *arena, const Tree *left, const Tree *right,
                                        bool names_count, size_t trials)
{
    Arena scratch = ARENA_EMPTY;
    const char *proof = NULL;
    if (tree_is_tame(left) && tree_is_tame(right)) {
        proof = proof_by_blocks(&scratch, left, right, names_count, false, trials);
        if (proof == NULL)
            proof = proof_by_blocks(&scratch, left, right, names_count, true, trials);
    }
    proof = arena_string(arena, proof);
    arena_clear(&scratch);
    return proof;
}

struct Prover {
    const Tree *tree;
    bool is_tame;
    uint32_t next_id; // Above all numbers in the block.
    const Block *block;
};

Prover *prover_new(Arena *arena, const Tree *tree)
{
    if (tree == NULL || tree->has_opaque)
        return NULL;
    Prover *prover = arena_new(arena, Prover, 1);
    *prover = (Prover){.tree = tree, .next_id = tree->next_id};
    prover->is_tame = tree_is_tame(tree);
    if (!prover->is_tame)
        return prover;
    Workshop workshop = {.arena = arena, .dialect = tree->dialect, .uses_keys = true};
    prover->block = block_new(&workshop, tree_normal(arena, tree, &prover->next_id));
    return prover;
}

static bool blocks_agree(const Prover *prover, Arena *arena, const Tree *other,
                         size_t trials)
{
    Workshop workshop = {.arena = arena,
                         .dialect = other->dialect,
                         .uses_keys = true,
                         .trial_limit = trials};
    uint32_t next_id =
        prover->next_id > other->next_id ? prover->next_id : other->next_id;
    const Block *a = prover->block;
    const Block *b = block_new(&workshop, tree_normal(arena, other, &next_id));
    return neither_returns_rows(&workshop, a, b) ||
           (has_same_types(a, b) && block_matches(&workshop, a, b));
}

bool prover_proves(const Prover *prover, const Tree *other, size_t trials)
{
    if (prover == NULL || other->has_opaque)
        return false;
    Arena scratch = ARENA_EMPTY;
    bool is_proved = are_same(&scratch, prover->tree->root, other->root, false) ||
                     (prover->is_tame && tree_is_tame(other) &&
                      blocks_agree(prover, &scratch, other, trials));
    arena_clear(&scratch);
    return is_proved;
}

static bool side_is_empty(Arena *arena, const Tree *tree)
{
    double limit;
    if (tree == NULL || tree->has_opaque)
        return false;
    if (tree->root->limit != NULL && expr_read_number(tree->root->limit, &limit) &&
        limit == 0)
        return true;
    Workshop workshop = {.arena = arena, .dialect = tree->dialect, .uses_keys = true};
    uint32_t next_id = tree->next_id;
    return tree_is_tame(tree) &&
           block_is_empty(&workshop,
                          block_new(&workshop, tree_normal(arena, tree, &next_id)));
}

bool pair_is_empty(const Pair *pair)
{
    Arena scratch = ARENA_EMPTY;
    bool is_empty = side_is_empty(&scratch, pair->left.tree) &&
                    side_is_empty(&scratch, pair->right.tree);
    arena_clear(&scratch);
    return is_empty;
}

const char *pair_proof(Arena *arena, const Pair *pair, bool names_count, size_t trials)
{
    const Tree *left = pair->left.tree, *right = pair->right.tree;
    if (left == NULL || right == NULL || left->has_opaque || right->has_opaque)
        return NULL;
    if (are_same(arena, left->root, right->root, names_count))
        return "the trees are the same";
    if (names_count && !has_same_names(left->root, right->root))
        return NULL;
    return proof_by_normal_form(arena, left, right, names_count, trials);
}
