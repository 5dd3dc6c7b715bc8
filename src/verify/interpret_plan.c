// interpret_plan.c - a query: set operations, VALUES, ORDER BY, LIMIT.

#include "verify/interpret_tree.h"

#include <math.h>
#include <string.h>

enum {
    SEEN_DUPLICATE = 3,
    SEEN_IN_BOTH,
    SEEN_LEFT_ONLY,
    SEEN_RIGHT_ONLY,
    SEEN_TIE,
    SEEN_CUT,
    SEEN_NO_STEP,
    SEEN_STEP,
    SEEN_STEPS,
    FIRST_CAPACITY = 8,
    RECURSION_LIMIT = 400, // Rows, where a circle in the tables may lead it on for ever,
    COUNTING_LIMIT = 5000, // and where no table has a part in it.
};

Cell *rows_add(Machine *machine, CellRows *rows)
{
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? FIRST_CAPACITY : 2 * rows->capacity;
        Cell *cells = arena_new(machine->arena, Cell, capacity * rows->stride + 1);
        if (rows->count > 0)
            memcpy(cells, rows->cells, rows->count * rows->stride * sizeof(*cells));
        rows->cells = cells;
        rows->capacity = capacity;
    }
    return rows->cells + rows->count++ * rows->stride;
}

static Cell *row_at(const CellRows *rows, size_t i)
{
    return rows->cells + i * rows->stride;
}

// Rows as values

static bool rows_equal(Machine *machine, const Plan *plan, const Cell *a, const Cell *b)
{
    for (size_t i = 0; i < plan->width; i++)
        if (!cells_group(machine, plan->columns[i], a[i], b[i]))
            return false;
    return true;
}

// Which of two equal rows is shown is the engine's to choose.
static void check_spelling(Machine *machine, const Plan *plan, const Cell *a,
                           const Cell *b)
{
    for (size_t i = 0; i < plan->width; i++)
        if (!cell_same(a[i], b[i], false))
            machine_doubt(machine, "a row with several spellings");
}

static size_t find_row(Machine *machine, const Plan *plan, const CellRows *rows,
                       const Cell *row)
{
    size_t i = 0;
    while (i < rows->count && !rows_equal(machine, plan, row_at(rows, i), row))
        i++;
    if (i < rows->count)
        check_spelling(machine, plan, row_at(rows, i), row);
    return i;
}

void rows_distinct(Machine *machine, const Plan *plan, CellRows *rows)
{
    CellRows kept = *rows;
    kept.count = 0;
    for (size_t i = 0; i < rows->count && machine_step(machine); i++) {
        const Cell *row = row_at(rows, i);
        if (find_row(machine, plan, &kept, row) < kept.count) {
            machine_see(machine, plan->site, SEEN_DUPLICATE);
            continue;
        }
        memmove(row_at(&kept, kept.count++), row, rows->stride * sizeof(*row));
    }
    *rows = kept;
}

// Set operations

static void append(Machine *machine, CellRows *rows, const CellRows *more)
{
    for (size_t i = 0; i < more->count && machine_step(machine); i++)
        memcpy(rows_add(machine, rows), row_at(more, i), rows->width * sizeof(Cell));
}

// INTERSECT and EXCEPT; with ALL each row of the right arm answers for one of the left.
static void keep_common(Machine *machine, const Plan *plan, CellRows *rows,
                        const CellRows *right, bool common, bool all)
{
    bool *taken = arena_new(machine->arena, bool, right->count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < rows->count && machine_step(machine); i++) {
        const Cell *row = row_at(rows, i);
        size_t at = 0;
        while (at < right->count &&
               ((all && taken[at]) || !rows_equal(machine, plan, row_at(right, at), row)))
            at++;
        bool found = at < right->count;
        if (found) {
            taken[at] = true;
            check_spelling(machine, plan, row_at(right, at), row);
        }
        machine_see(machine, plan->site, found ? SEEN_IN_BOTH : SEEN_LEFT_ONLY);
        if (found == common)
            memmove(row_at(rows, kept++), row, rows->stride * sizeof(*row));
    }
    for (size_t i = 0; i < right->count; i++)
        if (!taken[i])
            machine_see(machine, plan->site, SEEN_RIGHT_ONLY);
    rows->count = kept;
}

static void run_set(Machine *machine, Plan *plan, CellRows *rows)
{
    SetOperator op = plan->set;
    bool removes = set_removes_duplicates(op);
    for (size_t i = 0; i < plan->arm_count && machine->unsure == NULL; i++) {
        CellRows arm = plan_run(machine, plan->arms[i]);
        if (i == 0 || op == SET_UNION || op == SET_UNION_ALL)
            append(machine, rows, &arm);
        else
            keep_common(machine, plan, rows, &arm,
                        op == SET_INTERSECT || op == SET_INTERSECT_ALL, !removes);
        if (removes)
            rows_distinct(machine, plan, rows);
    }
}

// Recursion

// Removes what is among the rows already.
static void remove_known(Machine *machine, const Plan *plan, const CellRows *known,
                         CellRows *rows)
{
    size_t kept = 0;
    rows_distinct(machine, plan, rows);
    for (size_t i = 0; i < rows->count && machine_step(machine); i++)
        if (find_row(machine, plan, known, row_at(rows, i)) == known->count)
            memmove(row_at(rows, kept++), row_at(rows, i), rows->stride * sizeof(Cell));
    rows->count = kept;
}

// The arms that read the CTE see the rows of the step before, until no more come.
static void run_recursive(Machine *machine, Plan *plan, CellRows *rows)
{
    CellRows step = *rows;
    unsigned steps = 0;
    size_t most = plan->reads_tables ? RECURSION_LIMIT : COUNTING_LIMIT;
    for (size_t i = 0; i < plan->anchor_count && machine->unsure == NULL; i++) {
        CellRows arm = plan_run(machine, plan->arms[i]);
        append(machine, &step, &arm);
    }
    if (plan->set == SET_UNION)
        rows_distinct(machine, plan, &step);
    while (step.count > 0 && machine_step(machine)) {
        append(machine, rows, &step);
        if (rows->count > most) {
            machine_doubt(machine, "a long recursion");
            machine->trace->is_endless = true;
        }
        plan->working->kept = step;
        plan->working->kept_number = machine->database->number;
        step = (CellRows){.width = rows->width, .stride = rows->stride};
        for (size_t i = plan->anchor_count;
             i < plan->arm_count && machine->unsure == NULL; i++) {
            CellRows arm = plan_run(machine, plan->arms[i]);
            append(machine, &step, &arm);
        }
        if (plan->set == SET_UNION)
            remove_known(machine, plan, rows, &step);
        steps++;
    }
    machine_see(machine, plan->site,
                steps > 2    ? SEEN_STEPS
                : steps == 2 ? SEEN_STEP
                             : SEEN_NO_STEP);
}

static void add_keys(Machine *machine, Plan *plan, CellRows *rows)
{
    for (size_t i = 0; i < rows->count && plan->order_count > 0; i++) {
        Cell *row = row_at(rows, i);
        plan->output = row;
        for (size_t k = 0; k < plan->order_count; k++)
            row[plan->width + k] = node_value(machine, plan->order[k].node);
    }
}

static void run_values(Machine *machine, const Plan *plan, CellRows *rows)
{
    for (size_t i = 0; i < plan->value_count; i++) {
        Cell *row = rows_add(machine, rows);
        for (size_t j = 0; j < plan->width; j++)
            row[j] = node_value(machine, plan->values[i][j]);
    }
}

// Order and limit

static int compare_order(Machine *machine, const Plan *plan, const CellRows *rows,
                         size_t a, size_t b)
{
    return keys_compare(machine, plan->order, plan->order_count,
                        row_at(rows, a) + rows->width, row_at(rows, b) + rows->width);
}

// Stable, by insertion: results are small.
static void sort_rows(Machine *machine, const Plan *plan, CellRows *rows)
{
    Cell *moved = arena_new(machine->arena, Cell, rows->stride + 1);
    size_t size = rows->stride * sizeof(*moved);
    for (size_t i = 1; i < rows->count && machine_step(machine); i++) {
        size_t to = i;
        while (to > 0 && compare_order(machine, plan, rows, i, to - 1) < 0)
            to--;
        if (to > 0 && compare_order(machine, plan, rows, i, to - 1) == 0)
            machine_see(machine, plan->site, SEEN_TIE);
        if (to == i)
            continue;
        memcpy(moved, row_at(rows, i), size);
        memmove(row_at(rows, to + 1), row_at(rows, to), (i - to) * size);
        memcpy(row_at(rows, to), moved, size);
    }
}

static bool same_place(Machine *machine, const Plan *plan, const Cell *a, const Cell *b)
{
    size_t first = plan->width + plan->order_count;
    for (size_t i = 0; i < plan->on_count; i++)
        if (!cells_group(machine, plan->on_comparers[i], a[first + i], b[first + i]))
            return false;
    return true;
}

// DISTINCT ON: the first row of each place stays. Which of several in a tie is first is
// the engine's to choose.
static void keep_first(Machine *machine, const Plan *plan, CellRows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count && machine_step(machine); i++) {
        size_t at = 0;
        while (at < kept && !same_place(machine, plan, row_at(rows, at), row_at(rows, i)))
            at++;
        if (at == kept) {
            memmove(row_at(rows, kept++), row_at(rows, i), rows->stride * sizeof(Cell));
            continue;
        }
        machine_see(machine, plan->site, SEEN_DUPLICATE);
        bool is_tie = compare_order(machine, plan, rows, at, i) == 0;
        for (size_t c = 0; is_tie && c < rows->width; c++)
            if (!cell_identical(row_at(rows, at)[c], row_at(rows, i)[c]))
                machine_doubt(machine, "a tie under DISTINCT ON");
    }
    rows->count = kept;
}

// A cut before row `at` is certain if no tie group with unlike rows lies across it.
static void check_cut(Machine *machine, const Plan *plan, const CellRows *rows, size_t at)
{
    if (at == 0 || at >= rows->count ||
        compare_order(machine, plan, rows, at - 1, at) != 0)
        return;
    for (size_t i = 0; i < rows->count; i++) {
        if (compare_order(machine, plan, rows, i, at) != 0)
            continue;
        for (size_t c = 0; c < rows->width; c++)
            if (!cell_identical(row_at(rows, i)[c], row_at(rows, at)[c])) {
                machine_doubt(machine, "a tie under LIMIT");
                return;
            }
    }
}

// Sets `count` to what LIMIT or OFFSET says; false where it says nothing.
static bool read_count(Machine *machine, const Node *node, size_t *count)
{
    if (node == NULL)
        return false;
    Cell cell = node_value(machine, node);
    bool is_sqlite = machine_is_sqlite(machine);
    if (cell.kind != CELL_INTEGER || (cell.integer < 0 && !is_sqlite)) {
        machine_doubt(machine, "a LIMIT that is no number");
        return false;
    }
    *count = cell.integer < 0 ? 0 : (size_t)cell.integer;
    return cell.integer >= 0;
}

static void cut_rows(Machine *machine, const Plan *plan, CellRows *rows)
{
    size_t offset = 0, limit = 0;
    bool is_limited = read_count(machine, plan->limit, &limit);
    if (read_count(machine, plan->offset, &offset))
        check_cut(machine, plan, rows, offset);
    if (offset > rows->count)
        offset = rows->count;
    size_t left = rows->count - offset;
    if (is_limited && limit < left) {
        machine_see(machine, plan->site, SEEN_CUT);
        if (limit > 0)
            check_cut(machine, plan, rows, offset + limit);
        left = limit;
    }
    if (offset > 0)
        rows->cells += offset * rows->stride;
    rows->capacity = rows->count = left;
}

CellRows plan_run(Machine *machine, Plan *plan)
{
    if (plan->is_kept_for_good ||
        (plan->is_fixed && plan->kept_number == machine->database->number))
        return plan->kept;
    CellRows rows = {.width = plan->width,
                     .stride =
                         plan->width + (uint32_t)(plan->order_count + plan->on_count)};
    if (rows.stride == 0)
        rows.stride = 1;
    (void)machine_step(machine);
    if (plan->body == BODY_SELECT) {
        block_run(machine, plan->block, plan, &rows);
    } else {
        if (plan->working != NULL)
            run_recursive(machine, plan, &rows);
        else if (plan->body == BODY_SET)
            run_set(machine, plan, &rows);
        else
            run_values(machine, plan, &rows);
        add_keys(machine, plan, &rows);
    }
    if (plan->order_count > 0)
        sort_rows(machine, plan, &rows);
    if (plan->distinct_on != NULL)
        keep_first(machine, plan, &rows);
    if (plan->limit != NULL || plan->offset != NULL)
        cut_rows(machine, plan, &rows);
    plan->is_kept_for_good = plan->lasting != NULL && machine->unsure == NULL;
    plan->kept = plan->is_kept_for_good ? cell_rows_copied(plan->lasting, &rows) : rows;
    plan->kept_number = machine->unsure == NULL ? machine->database->number : 0;
    return plan->kept;
}
