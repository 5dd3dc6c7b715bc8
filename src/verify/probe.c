// probe.c - rows that CHECKs admit.

#include "verify/draw.h"

#include <stdlib.h>

enum {
    NULL_PROBES = 6, // Every so many rows for a CHECK are NULL where they may be.
    PROBE_ROWS = 96,
    PROBE_ATTEMPTS = 144,
    PROBE_BATCH = 512, // Rows drawn for one CHECK.
};

static const Value null_value = {.kind = VALUE_NULL, .type = TYPE_NULL};

static bool has_checks(const Generator *generator, size_t t)
{
    size_t first = generator->hints->first[t];
    for (size_t c = 0; c < generator->hints->tables[t]->column_count; c++)
        if (generator->slots[first + c].is_checked)
            return true;
    return false;
}

// Returns a row that no constraint has seen.
static Value *draw_probe(Generator *generator, Random *random, size_t t, unsigned number)
{
    if (number % 8 == 0)
        draw_subsets(generator, generator->arena, random, random_chance(random, 1, 3));
    Rows *rows = arena_new(generator->arena, Rows, generator->hints->table_count + 1);
    Drawing drawing = {.generator = generator,
                       .arena = generator->arena,
                       .random = random,
                       .null_chance = number % 4,
                       .rows = rows};
    Value *row =
        arena_new(generator->arena, Value, generator->hints->tables[t]->column_count + 1);
    draw_columns(&drawing, t, number % 2 == 0, row);
    return row;
}

// Goes through the pools of the checked columns, so that every value is asked about.
static void spread_values(const Generator *generator, size_t t, size_t number, Value *row)
{
    for (size_t c = 0; c < generator->hints->tables[t]->column_count; c++) {
        const Slot *slot = &generator->slots[generator->hints->first[t] + c];
        const Pool *pool = &generator->groups.items[slot->group].pool;
        size_t count = 0, at = number + c * 3;
        for (unsigned s = 0; s < SECTION_COUNT; s++)
            count += pool->sections[s].count;
        if (!slot->is_checked || slot->is_generated || count == 0)
            continue;
        const PoolSection *section = pool->sections;
        for (at %= count; at >= section->count; section++)
            at -= section->count;
        row[c] = section->values[at];
    }
}

// A CHECK, the columns that it speaks of, and rows whose values there satisfy it.
typedef struct {
    CheckProbe probe;
    Rows found;
} Probed;

// A row beside others, which the columns of the same probe tell apart.
typedef struct {
    const Value *row;
    const CheckProbe *probe;
    size_t number;
} Drawn;

static int order_of(const Drawn *a, const Drawn *b)
{
    int order = 0;
    for (size_t i = 0; i < a->probe->column_count && order == 0; i++)
        order = value_compare(a->row[a->probe->columns[i]], b->row[a->probe->columns[i]]);
    return order;
}

static int compare_numbers(const void *left, const void *right)
{
    const Drawn *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static int compare_values(const void *left, const void *right)
{
    int order = order_of(left, right);
    return order != 0 ? order : compare_numbers(left, right);
}

// Leaves the first row of those with the same values; returns how many there are.
static size_t leave_distinct(Drawn *drawn, size_t count)
{
    size_t kept = 0;
    qsort(drawn, count, sizeof(*drawn), compare_values);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || order_of(&drawn[kept - 1], &drawn[i]) != 0)
            drawn[kept++] = drawn[i];
    qsort(drawn, kept, sizeof(*drawn), compare_numbers);
    return kept;
}

// Draws rows for a CHECK, no two of them with the same values in its columns.
static void draw_for_check(Generator *generator, Random *random, size_t t,
                           CheckProbe *probe)
{
    Drawn drawn[PROBE_BATCH];
    for (unsigned i = 0; i < PROBE_BATCH; i++) {
        Value *row = draw_probe(generator, random, t, i);
        if (i % 2 == 0)
            spread_values(generator, t, i / 2, row);
        drawn[i] = (Drawn){row, probe, i};
    }
    probe->row_count = leave_distinct(drawn, PROBE_BATCH);
    const Value **rows = arena_new(generator->arena, const Value *, probe->row_count);
    for (size_t i = 0; i < probe->row_count; i++)
        rows[i] = drawn[i].row;
    probe->rows = rows;
}

static Probed probe_check(Generator *generator, Random *random, size_t t,
                          const Check *check, const RowJudge *judge)
{
    bool passes[PROBE_BATCH] = {false};
    const Table *table = generator->hints->tables[t];
    uint32_t *columns = arena_new(generator->arena, uint32_t, table->column_count + 1);
    Probed probed = {.probe = {.table = table, .check = check, .columns = columns}};
    for (uint32_t c = 0; c < table->column_count; c++)
        if (text_has_word(check->text, table->columns[c].name))
            columns[probed.probe.column_count++] = c;
    draw_for_check(generator, random, t, &probed.probe);
    if (judge->passes_check(judge->context, &probed.probe, passes))
        for (size_t i = 0; i < probed.probe.row_count; i++)
            if (passes[i])
                array_push(generator->arena, &probed.found, probed.probe.rows[i]);
    return probed;
}

// Copies the columns that the CHECK speaks of from one of the rows that satisfy it.
static void satisfy(const Probed *probed, size_t number, Value *row)
{
    if (probed->found.count == 0)
        return;
    const Value *from = probed->found.items[number % probed->found.count];
    for (size_t i = 0; i < probed->probe.column_count; i++)
        row[probed->probe.columns[i]] = from[probed->probe.columns[i]];
}

// A CHECK does not fail on NULL, and random draws might not show it.
static void empty_checked_columns(const Generator *generator, size_t t, Value *row)
{
    for (size_t c = 0; c < generator->hints->tables[t]->column_count; c++) {
        const Slot *slot = &generator->slots[generator->hints->first[t] + c];
        if (slot->is_checked && slot->nullable)
            row[c] = null_value;
    }
}

static void probe_table(Generator *generator, Random *random, size_t t,
                        const RowJudge *judge)
{
    const Table *table = generator->hints->tables[t];
    Probed *probed = arena_new(generator->arena, Probed, table->check_count + 1);
    for (size_t k = 0; k < table->check_count; k++)
        if (table->checks[k].assurance >= ASSURANCE_TRUSTED)
            probed[k] = probe_check(generator, random, t, &table->checks[k], judge);

    Rows templates = {0};
    for (unsigned i = 0; i < PROBE_ATTEMPTS && templates.count < PROBE_ROWS; i++) {
        Value *row = draw_probe(generator, random, t, i);
        for (size_t k = 0; k < table->check_count; k++)
            satisfy(&probed[k], (size_t)i * 7 + k * 3, row);
        if (i % NULL_PROBES == 0)
            empty_checked_columns(generator, t, row);
        Rows one = {0};
        array_push(generator->arena, &one, row);
        TableRows alone = table_rows(generator, generator->arena, t, &one);
        if (judge->admits(judge->context, &alone))
            array_push(generator->arena, &templates, row);
    }
    generator->templates[t] = templates;
}

void generator_probe(Generator *generator, Random *random, const RowJudge *judge)
{
    generator->checks = checks_new(generator->arena, generator->hints);
    for (size_t t = 0; t < generator->hints->table_count; t++)
        if (has_checks(generator, t))
            probe_table(generator, random, t, judge);
}
