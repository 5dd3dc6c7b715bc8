// interpret_pattern.c - LIKE, ILIKE, GLOB.

#include "verify/interpret_tree.h"
#include "verify/pattern.h"

#include <assert.h>
#include <string.h>

static bool find_wildcards(const Machine *machine, LikeKind like, Cell pattern,
                           Wildcards *wildcards)
{
    *wildcards = wildcards_of(like, machine_is_sqlite(machine) || like == LIKE_ILIKE);
    bool has_set = like == LIKE_GLOB && memchr(pattern.bytes, '[', pattern.length);
    return (like == LIKE_LIKE || like == LIKE_ILIKE || like == LIKE_GLOB) && !has_set &&
           !(like == LIKE_ILIKE && !cell_is_ascii(pattern));
}

Cell evaluate_like(Machine *machine, const Node *node)
{
    Cell cells[3] = {{0}};
    bool known = true;
    assert(node->arg_count >= 2);
    for (size_t i = 0; i < node->arg_count && i < COUNT_OF(cells); i++) {
        cells[i] = node_value(machine, node->args[i]);
        if (cells[i].kind == CELL_NULL)
            return cell_null();
        if (cells[i].kind == CELL_BLOB ||
            (!machine_is_sqlite(machine) && cells[i].kind != CELL_TEXT))
            known = false;
        cells[i] = cell_to_text(machine->arena, machine->dialect, cells[i], &known);
    }
    Wildcards wildcards;
    known = known && find_wildcards(machine, node->expr->like, cells[1], &wildcards) &&
            (node->arg_count < 3 || cells[2].length == 1);
    if (!known)
        return machine_doubt(machine, "a pattern");
    if (node->arg_count == 3)
        wildcards.escape = (unsigned char)cells[2].bytes[0];
    bool matches = pattern_matches(&wildcards, cells[0].bytes, cells[0].length,
                                   cells[1].bytes, cells[1].length);
    return cell_truth(machine->dialect, matches != node->expr->negated);
}
