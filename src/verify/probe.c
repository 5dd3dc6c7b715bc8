// probe.c - rows that CHECKs admit.

#include "verify/draw.h"

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

// True if one of the rows has the same values in the columns that the CHECK speaks of.
static bool has_such_row(const Table *table, const Check *check, const Rows *rows,
                         const Value *row)
{
    for (size_t i = 0; i < rows->count; i++) {
        bool same = true;
        for (size_t c = 0; c < table->column_count && same; c++)
            same = value_same(rows->items[i][c], row[c]) ||
                   !text_has_word(check->text, table->columns[c].name);
        if (same)
            return true;
    }
    return false;
}

// Returns rows whose values satisfy this CHECK, each once; what the other columns hold
// is of no account.
static Rows rows_for_check(Generator *generator, Random *random, size_t t,
                           const Check *check, const RowJudge *judge)
{
    const Value *rows[PROBE_BATCH];
    bool passes[PROBE_BATCH] = {false};
    Rows found = {0};
    for (unsigned i = 0; i < PROBE_BATCH; i++) {
        Value *row = draw_probe(generator, random, t, i);
        if (i % 2 == 0)
            spread_values(generator, t, i / 2, row);
        rows[i] = row;
    }
    if (!judge->passes_check(judge->context, generator->hints->tables[t], check, rows,
                             PROBE_BATCH, passes))
        return found;
    for (unsigned i = 0; i < PROBE_BATCH; i++)
        if (passes[i] &&
            !has_such_row(generator->hints->tables[t], check, &found, rows[i]))
            array_push(generator->arena, &found, rows[i]);
    return found;
}

// Copies the columns that the CHECK speaks of from one of the rows that satisfy it.
static void satisfy(const Table *table, const Check *check, const Rows *found,
                    size_t number, Value *row)
{
    if (found->count == 0)
        return;
    const Value *from = found->items[number % found->count];
    for (size_t c = 0; c < table->column_count; c++)
        if (text_has_word(check->text, table->columns[c].name))
            row[c] = from[c];
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
    Rows *found = arena_new(generator->arena, Rows, table->check_count + 1);
    for (size_t k = 0; k < table->check_count; k++)
        if (table->checks[k].assurance >= ASSURANCE_TRUSTED)
            found[k] = rows_for_check(generator, random, t, &table->checks[k], judge);

    Rows templates = {0};
    for (unsigned i = 0; i < PROBE_ATTEMPTS && templates.count < PROBE_ROWS; i++) {
        Value *row = draw_probe(generator, random, t, i);
        for (size_t k = 0; k < table->check_count; k++)
            satisfy(table, &table->checks[k], &found[k], (size_t)i * 7 + k * 3, row);
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
    for (size_t t = 0; t < generator->hints->table_count; t++)
        if (has_checks(generator, t))
            probe_table(generator, random, t, judge);
}
