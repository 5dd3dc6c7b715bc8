// interpret_window.c - window functions: partitions, peers, frames.

#include "verify/interpret_tree.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { SEEN_FIRST_PEER = 3 };

// One window over one block: rows in partitions, each in its order.
typedef struct {
    Machine *machine;
    Block *block;
    const WindowCall *window;
    Context *contexts;
    const Cell *const *partitions; // Of each context.
    const Cell *const *keys;
    size_t *positions; // Of one partition's contexts, in order.
    size_t count;
} Run;

static bool are_peers(const Run *run, size_t i, size_t j)
{
    return keys_compare(run->machine, run->window->order, run->window->order_count,
                        run->keys[run->positions[i]], run->keys[run->positions[j]]) == 0;
}

static size_t first_peer(const Run *run, size_t i)
{
    while (i > 0 && are_peers(run, i - 1, i))
        i--;
    return i;
}

static size_t behind_peers(const Run *run, size_t i)
{
    size_t end = i + 1;
    while (end < run->count && are_peers(run, i, end))
        end++;
    return end;
}

// Which of two peers comes first is the engine's to choose.
static bool has_peers(const Run *run)
{
    for (size_t i = 1; i < run->count; i++)
        if (are_peers(run, i - 1, i))
            return true;
    return false;
}

// Frames

typedef struct {
    size_t begin, end; // end: behind the last.
} Frame;

// Reads `n PRECEDING`'s n.
static bool read_distance(const Run *run, const Node *node, double *distance)
{
    Cell cell = node == NULL ? cell_null() : node_value(run->machine, node);
    if (!cell_is_number(cell) || cell_number(cell) < 0)
        return false;
    *distance = cell_number(cell);
    return true;
}

// Counts groups of peers from the one of `i`; `side`: -1 before, 1 behind it.
static size_t move_groups(const Run *run, size_t i, int side, size_t groups, bool to_end)
{
    size_t begin = first_peer(run, i), end = behind_peers(run, i);
    for (size_t g = 0; g < groups; g++) {
        if (side < 0) {
            if (begin == 0)
                return 0;
            end = begin;
            begin = first_peer(run, begin - 1);
        } else {
            if (end == run->count)
                return run->count;
            begin = end;
            end = behind_peers(run, begin);
        }
    }
    return to_end ? end : begin;
}

// RANGE with a distance: the first row (or the one behind the last) within it.
static size_t move_range(const Run *run, size_t i, double shift, bool to_end)
{
    const WindowCall *window = run->window;
    Cell here = run->keys[run->positions[i]][0];
    if (window->order_count != 1 || !(cell_is_number(here) || here.kind == CELL_NULL)) {
        machine_doubt(run->machine, "a range of what is no number");
        return 0;
    }
    if (here.kind == CELL_NULL)
        return to_end ? behind_peers(run, i) : first_peer(run, i);
    double sign = window->order[0].descending ? -1 : 1;
    double limit = sign * cell_number(here) + shift;
    size_t at = to_end ? run->count : 0;
    for (size_t j = 0; j < run->count; j++) {
        size_t k = to_end ? run->count - 1 - j : j;
        Cell cell = run->keys[run->positions[k]][0];
        bool inside =
            cell_is_number(cell) && (to_end ? sign * cell_number(cell) <= limit
                                            : sign * cell_number(cell) >= limit);
        if (inside)
            return to_end ? k + 1 : k;
    }
    return to_end ? 0 : (at == 0 ? run->count : at);
}

// Returns where the frame of row `i` begins, or (`to_end`) ends.
static size_t frame_edge(const Run *run, size_t i, FrameBound bound, const Node *node,
                         bool to_end)
{
    FrameKind kind = run->window->frame;
    double distance = 0;
    if (bound == BOUND_UNBOUNDED_PRECEDING)
        return 0;
    if (bound == BOUND_UNBOUNDED_FOLLOWING)
        return run->count;
    bool has_distance = bound == BOUND_PRECEDING || bound == BOUND_FOLLOWING;
    if (has_distance && !read_distance(run, node, &distance)) {
        machine_doubt(run->machine, "a frame of unknown size");
        return 0;
    }
    int side = bound == BOUND_PRECEDING ? -1 : 1;
    if (kind == FRAME_RANGE && has_distance)
        return move_range(run, i, side * distance, to_end);
    if (kind != FRAME_ROWS)
        return move_groups(run, i, side, (size_t)distance, to_end);
    double edge = (double)i + side * distance + (to_end ? 1 : 0);
    return edge < 0 ? 0 : edge > (double)run->count ? run->count : (size_t)edge;
}

static Frame frame_of(const Run *run, size_t i)
{
    const WindowCall *window = run->window;
    Frame frame = {frame_edge(run, i, window->low, window->low_node, false),
                   frame_edge(run, i, window->high, window->high_node, true)};
    if (frame.end < frame.begin)
        frame.end = frame.begin;
    return frame;
}

static bool is_excluded(const Run *run, size_t i, size_t j)
{
    switch (run->window->exclude) {
    case EXCLUDE_NONE:
        return false;
    case EXCLUDE_CURRENT_ROW:
        return i == j;
    case EXCLUDE_GROUP:
        return are_peers(run, i, j);
    case EXCLUDE_TIES:
        return i != j && are_peers(run, i, j);
    }
    return false;
}

// Sets the positions of the contexts in the frame of row `i`; returns how many.
static size_t frame_positions(const Run *run, size_t i, size_t *positions)
{
    Frame frame = frame_of(run, i);
    size_t count = 0;
    for (size_t j = frame.begin; j < frame.end; j++)
        if (!is_excluded(run, i, j))
            positions[count++] = run->positions[j];
    return count;
}

// Functions

static Cell argument(const Run *run, size_t position, size_t number)
{
    block_enter(run->block, &run->contexts[position]);
    return node_value(run->machine, run->window->call.args[number]);
}

// Returns a whole number that is an argument of this row's call, or `missing`.
static int64_t count_argument(const Run *run, size_t i, size_t number, int64_t missing)
{
    if (run->window->call.arg_count <= number)
        return missing;
    Cell cell = argument(run, run->positions[i], number);
    if (cell.kind == CELL_INTEGER)
        return cell.integer;
    machine_doubt(run->machine, "an argument that is no number");
    return missing;
}

static int64_t groups_before(const Run *run, size_t i)
{
    int64_t groups = 0;
    for (size_t at = first_peer(run, i); at > 0; at = first_peer(run, at - 1))
        groups++;
    return groups;
}

static Cell compute_tile(const Run *run, size_t i)
{
    int64_t tiles = count_argument(run, i, 0, 0);
    if (tiles <= 0)
        return machine_doubt(run->machine, "ntile()");
    int64_t count = (int64_t)run->count, at = (int64_t)i;
    int64_t small = count / tiles, large = count % tiles;
    int64_t of_large = large * (small + 1);
    if (at < of_large)
        return cell_integer(at / (small + 1) + 1);
    return cell_integer(large + (at - of_large) / small + 1);
}

static Cell compute_shift(const Run *run, size_t i, int side)
{
    int64_t at = (int64_t)i + side * count_argument(run, i, 1, 1);
    if (at >= 0 && at < (int64_t)run->count)
        return argument(run, run->positions[at], 0);
    return run->window->call.arg_count > 2 ? argument(run, run->positions[i], 2)
                                           : cell_null();
}

// first_value, last_value, nth_value: `nth` from 1, 0 for the last.
static Cell compute_nth(const Run *run, size_t i, int64_t nth)
{
    size_t *positions = arena_new(run->machine->arena, size_t, run->count + 1);
    size_t count = frame_positions(run, i, positions);
    if (nth == 0)
        nth = (int64_t)count;
    if (nth < 1 || nth > (int64_t)count)
        return cell_null();
    return argument(run, positions[nth - 1], 0);
}

typedef enum {
    WINDOW_ROW_NUMBER,
    WINDOW_RANK,
    WINDOW_DENSE_RANK,
    WINDOW_PERCENT_RANK,
    WINDOW_CUME_DIST,
    WINDOW_NTILE,
    WINDOW_LAG,
    WINDOW_LEAD,
    WINDOW_FIRST,
    WINDOW_LAST,
    WINDOW_NTH,
    WINDOW_AGGREGATE,
} WindowFunction;

static const struct {
    const char *name;
    bool is_plain; // Peers have the same result.
} functions[] = {
    [WINDOW_ROW_NUMBER] = {"row_number", false},
    [WINDOW_RANK] = {"rank", true},
    [WINDOW_DENSE_RANK] = {"dense_rank", true},
    [WINDOW_PERCENT_RANK] = {"percent_rank", true},
    [WINDOW_CUME_DIST] = {"cume_dist", true},
    [WINDOW_NTILE] = {"ntile", false},
    [WINDOW_LAG] = {"lag", false},
    [WINDOW_LEAD] = {"lead", false},
    [WINDOW_FIRST] = {"first_value", false},
    [WINDOW_LAST] = {"last_value", false},
    [WINDOW_NTH] = {"nth_value", false},
};

static WindowFunction find_function(const Expr *expr)
{
    const char *name = expr->function != NULL ? expr->function->name : expr->name;
    size_t i = 0;
    while (i < WINDOW_AGGREGATE && !text_same_word(functions[i].name, name))
        i++;
    return (WindowFunction)i;
}

static Cell compute_aggregate(const Run *run, size_t i)
{
    size_t *positions = arena_new(run->machine->arena, size_t, run->count + 1);
    Input input = {.block = run->block,
                   .contexts = run->contexts,
                   .positions = positions};
    input.count = frame_positions(run, i, positions);
    return aggregate_compute(run->machine, &run->window->call, &input);
}

static Cell compute(const Run *run, WindowFunction function, size_t i)
{
    double count = (double)run->count, before = (double)first_peer(run, i);
    switch (function) {
    case WINDOW_ROW_NUMBER:
        return cell_integer((int64_t)i + 1);
    case WINDOW_RANK:
        return cell_integer((int64_t)first_peer(run, i) + 1);
    case WINDOW_DENSE_RANK:
        return cell_integer(groups_before(run, i) + 1);
    case WINDOW_PERCENT_RANK:
        return cell_float(run->count < 2 ? 0 : before / (count - 1));
    case WINDOW_CUME_DIST:
        return cell_float((double)behind_peers(run, i) / count);
    case WINDOW_NTILE:
        return compute_tile(run, i);
    case WINDOW_LAG:
        return compute_shift(run, i, -1);
    case WINDOW_LEAD:
        return compute_shift(run, i, 1);
    case WINDOW_FIRST:
        return compute_nth(run, i, 1);
    case WINDOW_LAST:
        return compute_nth(run, i, 0);
    case WINDOW_NTH:
        return compute_nth(run, i, count_argument(run, i, 1, 1));
    case WINDOW_AGGREGATE:
        return compute_aggregate(run, i);
    }
    return cell_null();
}

// Partitions

static const Cell *node_values(const Run *run, const Node *const *nodes, size_t count)
{
    Cell *cells = arena_new(run->machine->arena, Cell, count + 1);
    for (size_t i = 0; i < count; i++)
        cells[i] = node_value(run->machine, nodes[i]);
    return cells;
}

static void read_keys(Run *run, size_t count)
{
    const WindowCall *window = run->window;
    const Cell **partitions = arena_new(run->machine->arena, const Cell *, count + 1);
    const Cell **keys = arena_new(run->machine->arena, const Cell *, count + 1);
    for (size_t i = 0; i < count; i++) {
        block_enter(run->block, &run->contexts[i]);
        partitions[i] = node_values(run, window->partition, window->partition_count);
        Cell *row = arena_new(run->machine->arena, Cell, window->order_count + 1);
        for (size_t k = 0; k < window->order_count; k++)
            row[k] = node_value(run->machine, window->order[k].node);
        keys[i] = row;
    }
    run->partitions = partitions;
    run->keys = keys;
}

static bool same_partition(const Run *run, size_t a, size_t b)
{
    const WindowCall *window = run->window;
    for (size_t i = 0; i < window->partition_count; i++)
        if (!cells_group(run->machine, window->partition_comparers[i],
                         run->partitions[a][i], run->partitions[b][i]))
            return false;
    return true;
}

// Collects the partition that begins with context `first`, in the window's order.
static void collect(Run *run, size_t first, size_t count, bool *done)
{
    run->count = 0;
    for (size_t i = first; i < count; i++) {
        if (done[i] || !same_partition(run, first, i))
            continue;
        done[i] = true;
        size_t to = run->count++;
        for (; to > 0; to--) {
            size_t before = run->positions[to - 1];
            if (keys_compare(run->machine, run->window->order, run->window->order_count,
                             run->keys[i], run->keys[before]) >= 0)
                break;
            run->positions[to] = before;
        }
        run->positions[to] = i;
    }
}

static void compute_partition(Run *run, WindowFunction function, size_t which)
{
    bool peers = has_peers(run);
    bool is_plain = function == WINDOW_AGGREGATE ? run->window->frame != FRAME_ROWS
                                                 : functions[function].is_plain;
    bool whole = run->window->low == BOUND_UNBOUNDED_PRECEDING &&
                 run->window->high == BOUND_UNBOUNDED_FOLLOWING &&
                 function == WINDOW_AGGREGATE;
    if (peers)
        machine_see(run->machine, run->window->call.site, SEEN_FIRST_PEER);
    if (peers && !is_plain && !whole)
        machine_doubt(run->machine, "peers in a window that counts rows");
    for (size_t i = 0; i < run->count && machine_step(run->machine); i++) {
        Cell cell = compute(run, function, i);
        run->contexts[run->positions[i]].windows[which] = cell;
    }
}

static void compute_window(Run *run, size_t which, size_t count)
{
    const Expr *expr = run->window->call.expr;
    WindowFunction function = find_function(expr);
    bool *done = arena_new(run->machine->arena, bool, count + 1);
    run->positions = arena_new(run->machine->arena, size_t, count + 1);
    if (expr->ignore_nulls || (expr->distinct && function != WINDOW_AGGREGATE))
        machine_doubt(run->machine, "IGNORE NULLS");
    read_keys(run, count);
    for (size_t i = 0; i < count && run->machine->unsure == NULL; i++)
        if (!done[i]) {
            collect(run, i, count, done);
            compute_partition(run, function, which);
        }
}

void windows_compute(Machine *machine, Block *block, Context *contexts, size_t count)
{
    Cell *cells = arena_new(machine->arena, Cell, count * block->window_count + 1);
    for (size_t i = 0; i < count; i++)
        contexts[i].windows = cells + i * block->window_count;
    for (size_t w = 0; w < block->window_count && machine->unsure == NULL; w++) {
        Run run = {.machine = machine,
                   .block = block,
                   .window = &block->windows[w],
                   .contexts = contexts};
        compute_window(&run, w, count);
    }
}
