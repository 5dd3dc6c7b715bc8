// interpret_aggregate.c - aggregates over a group or a frame.

#include "verify/interpret_tree.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { SEEN_EMPTY, SEEN_NULL, SEEN_DUPLICATE, SEEN_INFINITE, SEEN_UNDEFINED };

// The first argument's values that count: no NULL, with DISTINCT each once.
typedef struct {
    Machine *machine;
    const Aggregate *aggregate;
    const Cell *cells;
    const Cell *keys; // Of the aggregate's own ORDER BY; order_count each.
    size_t count;
    size_t rows; // Those that FILTER leaves, NULL or not.
} ValueList;

typedef Cell Computation(const ValueList *values);

// Input

static void enter_row(const Input *input, size_t i)
{
    if (input->members != NULL)
        tuple_enter(input->block, input->members[i]);
    else
        block_enter(input->block, &input->contexts[input->positions[i]]);
}

static bool is_repeated(Machine *machine, const Aggregate *aggregate, const Cell *cells,
                        size_t count, Cell cell)
{
    for (size_t i = 0; i < count; i++)
        if (cells_group(machine, aggregate->comparer, cells[i], cell))
            return true;
    return false;
}

static ValueList read_values(Machine *machine, const Aggregate *aggregate,
                             const Input *input)
{
    Cell *cells = arena_new(machine->arena, Cell, input->count + 1);
    size_t width = aggregate->order_count;
    Cell *keys = arena_new(machine->arena, Cell, input->count * width + 1);
    ValueList values = {machine, aggregate, cells, keys, 0, 0};
    for (size_t i = 0; i < input->count && machine->unsure == NULL; i++) {
        enter_row(input, i);
        if (aggregate->filter != NULL &&
            node_truth(machine, aggregate->filter) != TRUTH_TRUE)
            continue;
        values.rows++;
        if (aggregate->arg_count == 0)
            continue;
        Cell cell = node_value(machine, aggregate->args[0]);
        if (cell.kind == CELL_NULL) {
            machine_see(machine, aggregate->site, SEEN_NULL);
            continue;
        }
        if (aggregate->expr->distinct &&
            is_repeated(machine, aggregate, cells, values.count, cell)) {
            machine_see(machine, aggregate->site, SEEN_DUPLICATE);
            continue;
        }
        for (size_t k = 0; k < width; k++)
            keys[values.count * width + k] =
                node_value(machine, aggregate->order[k].node);
        cells[values.count++] = cell;
    }
    if (values.rows == 0)
        machine_see(machine, aggregate->site, SEEN_EMPTY);
    return values;
}

// Computations

static Cell compute_count(const ValueList *values)
{
    return cell_integer(
        (int64_t)(values->aggregate->arg_count == 0 ? values->rows : values->count));
}

// In SQLite infinity stays what it is, and less infinity is NULL.
static Cell sum_of_floats(const ValueList *values)
{
    double sum = 0;
    bool finite = true;
    for (size_t i = 0; i < values->count; i++) {
        double number = cell_number(cell_as_number(values->cells[i]));
        finite = finite && isfinite(number);
        sum += number;
    }
    if (!isfinite(sum) && (finite || !machine_is_sqlite(values->machine)))
        return machine_doubt(values->machine, "a sum beyond finite numbers");
    if (!isfinite(sum))
        machine_see(values->machine, values->aggregate->site,
                    isnan(sum) ? SEEN_UNDEFINED : SEEN_INFINITE);
    return isnan(sum) ? cell_null() : cell_float(sum);
}

// A sum of decimals has the largest scale among them.
static Cell sum_of_exact(const ValueList *values)
{
    unsigned scale = 0;
    int64_t sum = 0, digits;
    bool is_decimal = false;
    for (size_t i = 0; i < values->count; i++) {
        const Cell *cell = &values->cells[i];
        is_decimal = is_decimal || cell->kind == CELL_DECIMAL;
        scale = cell->kind == CELL_DECIMAL && cell->scale > scale ? cell->scale : scale;
    }
    for (size_t i = 0; i < values->count; i++)
        if (!cell_rescale(values->cells[i], scale, &digits) ||
            __builtin_add_overflow(sum, digits, &sum))
            return machine_doubt(values->machine, "a sum that overflows");
    return is_decimal
               ? (Cell){.kind = CELL_DECIMAL, .scale = (uint8_t)scale, .integer = sum}
               : cell_integer(sum);
}

static Cell compute_sum(const ValueList *values)
{
    bool floats = false;
    if (values->count == 0)
        return cell_null();
    for (size_t i = 0; i < values->count; i++) {
        Cell cell = values->cells[i];
        if (!machine_is_sqlite(values->machine) && !cell_is_number(cell))
            return machine_doubt(values->machine, "a sum of what is no number");
        if (cell.kind == CELL_BLOB)
            return machine_doubt(values->machine, "a sum of what is no number");
        floats = floats || cell.kind == CELL_FLOAT || cell.kind == CELL_TEXT;
    }
    return floats ? sum_of_floats(values) : sum_of_exact(values);
}

static Cell compute_total(const ValueList *values)
{
    return values->count == 0 ? cell_float(0) : sum_of_floats(values);
}

// Divided once, as DuckDB does with the digits of decimals: which averages are equal
// depends on it.
static Cell average_of_exact(const ValueList *values)
{
    Cell sum = sum_of_exact(values);
    long double divisor = (long double)values->count;
    for (unsigned i = 0; sum.kind == CELL_DECIMAL && i < sum.scale; i++)
        divisor *= 10;
    return cell_float((double)((long double)sum.integer / divisor));
}

static Cell compute_avg(const ValueList *values)
{
    bool is_exact = !machine_is_sqlite(values->machine);
    if (values->count == 0)
        return cell_null();
    for (size_t i = 0; i < values->count; i++) {
        if (!machine_is_sqlite(values->machine) && !cell_is_number(values->cells[i]))
            return machine_doubt(values->machine, "an average of what is no number");
        is_exact &= values->cells[i].kind != CELL_FLOAT;
    }
    if (is_exact)
        return average_of_exact(values);
    Cell sum = sum_of_floats(values);
    return sum.kind == CELL_NULL ? sum
                                 : cell_float(cell_number(sum) / (double)values->count);
}

static Cell extreme(const ValueList *values, int sign)
{
    Cell best = cell_null();
    for (size_t i = 0; i < values->count; i++) {
        int order =
            best.kind == CELL_NULL
                ? 1
                : sign * machine_compare(values->machine, values->aggregate->comparer,
                                         values->cells[i], best);
        if (order == 0 && !cell_same(values->cells[i], best, false))
            return machine_doubt(values->machine, "an extreme with several spellings");
        if (order > 0)
            best = values->cells[i];
    }
    return best;
}

static Cell compute_min(const ValueList *values)
{
    return extreme(values, -1);
}

static Cell compute_max(const ValueList *values)
{
    return extreme(values, 1);
}

static Cell compute_any(const ValueList *values)
{
    for (size_t i = 1; i < values->count; i++)
        if (!cell_identical(values->cells[0], values->cells[i]))
            return machine_doubt(values->machine, "any of several values");
    return values->count == 0 ? cell_null() : values->cells[0];
}

// Decided where a truth is `decisive`.
static Cell combine_truths(const ValueList *values, bool decisive)
{
    if (values->count == 0)
        return cell_null();
    for (size_t i = 0; i < values->count; i++)
        if ((cell_to_truth(values->machine, values->cells[i]) == TRUTH_TRUE) == decisive)
            return cell_truth(values->machine->dialect, decisive);
    return cell_truth(values->machine->dialect, !decisive);
}

static Cell compute_bool_and(const ValueList *values)
{
    return combine_truths(values, false);
}

static Cell compute_bool_or(const ValueList *values)
{
    return combine_truths(values, true);
}

static Cell compute_count_if(const ValueList *values)
{
    int64_t count = 0;
    for (size_t i = 0; i < values->count; i++)
        count += cell_to_truth(values->machine, values->cells[i]) == TRUTH_TRUE;
    return cell_integer(count);
}

// Two passes; `freedom`: what is taken off the count.
static Cell variance(const ValueList *values, size_t freedom, bool root)
{
    double mean = 0, sum = 0;
    if (values->count <= freedom)
        return cell_null();
    for (size_t i = 0; i < values->count; i++) {
        if (!cell_is_number(values->cells[i]))
            return machine_doubt(values->machine, "a variance of what is no number");
        mean += cell_number(values->cells[i]) / (double)values->count;
    }
    for (size_t i = 0; i < values->count; i++)
        sum += pow(cell_number(values->cells[i]) - mean, 2);
    double result = sum / (double)(values->count - freedom);
    return isfinite(result)
               ? cell_float(root ? sqrt(result) : result)
               : machine_doubt(values->machine, "a variance beyond finite numbers");
}

static Cell compute_var_samp(const ValueList *values)
{
    return variance(values, 1, false);
}

static Cell compute_var_pop(const ValueList *values)
{
    return variance(values, 0, false);
}

static Cell compute_stddev_samp(const ValueList *values)
{
    return variance(values, 1, true);
}

static Cell compute_stddev_pop(const ValueList *values)
{
    return variance(values, 0, true);
}

// The order of what is joined is certain where its own keys fix it, or all is alike.
static bool order_of_texts(const ValueList *values, size_t *order)
{
    const Aggregate *aggregate = values->aggregate;
    size_t width = aggregate->order_count;
    for (size_t i = 0; i < values->count; i++) {
        size_t to = i;
        for (; to > 0; to--) {
            size_t before = order[to - 1];
            int compared =
                keys_compare(values->machine, aggregate->order, width,
                             values->keys + i * width, values->keys + before * width);
            if (compared == 0 && !cell_identical(values->cells[i], values->cells[before]))
                return false;
            if (compared >= 0)
                break;
            order[to] = before;
        }
        order[to] = i;
    }
    return true;
}

static Cell compute_concat(const ValueList *values)
{
    Machine *machine = values->machine;
    const Aggregate *aggregate = values->aggregate;
    Cell separator = cell_text(",", 1);
    size_t *order = arena_new(machine->arena, size_t, values->count + 1);
    if (values->count == 0)
        return cell_null();
    if (aggregate->arg_count > 1)
        separator = node_value(machine, aggregate->args[1]);
    if (separator.kind != CELL_TEXT || !order_of_texts(values, order))
        return machine_doubt(values->machine, "texts joined in an unknown order");
    Text text = text_new(machine->arena);
    for (size_t i = 0; i < values->count; i++) {
        bool known = true;
        Cell part = cell_to_text(machine->arena, machine->dialect,
                                 values->cells[order[i]], &known);
        if (!known)
            return machine_doubt(values->machine, "the text of a value");
        if (i > 0)
            text_add_bytes(&text, separator.bytes, separator.length);
        text_add_bytes(&text, part.bytes, part.length);
    }
    return cell_text(text.bytes, text.length);
}

static const struct {
    const char *name;
    Computation *compute;
} computations[] = {
    {"any_value", compute_any},
    {"arbitrary", compute_any},
    {"avg", compute_avg},
    {"bool_and", compute_bool_and},
    {"bool_or", compute_bool_or},
    {"count", compute_count},
    {"count_if", compute_count_if},
    {"group_concat", compute_concat},
    {"listagg", compute_concat},
    {"max", compute_max},
    {"mean", compute_avg},
    {"min", compute_min},
    {"stddev", compute_stddev_samp},
    {"stddev_pop", compute_stddev_pop},
    {"stddev_samp", compute_stddev_samp},
    {"string_agg", compute_concat},
    {"sum", compute_sum},
    {"total", compute_total},
    {"var_pop", compute_var_pop},
    {"var_samp", compute_var_samp},
    {"variance", compute_var_samp},
};

Cell aggregate_compute(Machine *machine, const Aggregate *aggregate, const Input *input)
{
    const Expr *expr = aggregate->expr;
    const char *name = expr->function != NULL ? expr->function->name : expr->name;
    ValueList values = read_values(machine, aggregate, input);
    for (size_t i = 0; i < COUNT_OF(computations); i++)
        if (text_same_word(computations[i].name, name)) {
            bool is_joined = computations[i].compute == compute_concat;
            return aggregate->arg_count <= (is_joined ? 2U : 1U)
                       ? computations[i].compute(&values)
                       : machine_doubt(values.machine,
                                       "an aggregate of several arguments");
        }
    return machine_doubt(values.machine, "an aggregate that is not known");
}
