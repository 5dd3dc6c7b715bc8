// generate.c - drawing rows.

#include "verify/generate.h"

#include "base/array.h"
#include "verify/legal.h"
#include "verify/pool.h"

#include <assert.h>
#include <string.h>

enum {
    SUBSET_LIMIT = 5,
    ROW_ATTEMPTS = 12,
    NULL_PROBES = 6,    // Every so many rows for a CHECK are NULL where they may be.
    WANTED_NULLS = 4,   // Of 16, where a query asks for them.
    NEW_NUMBERS = 1000, // Where a key has used up its pool.
    SHARED_VALUES = 6,  // The first of the common ones, which are drawn more often.
    PROBE_ROWS = 48,
    PROBE_ATTEMPTS = 120,
    PROBE_BATCH = 128, // Rows drawn for one CHECK.
    SIZE_MANY = 8,
};

static const Value null_value = {.kind = VALUE_NULL, .type = TYPE_NULL};

// Columns of one class that can hold the same values.
typedef struct {
    uint32_t class;
    Domain domain;
    Pool pool;
    Value subset[SUBSET_LIMIT]; // What the database being drawn uses.
    size_t subset_count;
} Group;

typedef struct {
    uint32_t group;
    bool nullable;
    bool wants_null;
    bool is_generated;
    bool is_checked; // A CHECK speaks of it.
} Slot;

typedef ARRAY(const Value *) Rows;

struct Generator {
    Arena *arena;
    const Hints *hints;
    Slot *slots; // One for each of Hints.columns.
    ARRAY(Group) groups;
    Rows *templates; // For each table: rows that its CHECKs admit.
    size_t largest;  // Rows a table, at most, usually.
};

// How a database is drawn.
typedef struct {
    unsigned weights[SECTION_COUNT];
} Mood;

static const Mood moods[] = {
    {{0, 1, 6, 0}}, {{0, 2, 3, 1}}, {{2, 5, 2, 0}}, {{1, 2, 2, 5}}, {{1, 4, 1, 2}}};
static const Mood favouring = {{8, 1, 1, 0}};

typedef struct {
    Generator *generator;
    Arena *arena;
    Random *random;
    unsigned null_chance; // Of 16.
    unsigned copy_chance; // Of 16.
    bool chains;          // Rows that lead to the next one (recursion).
    Rows *rows;           // For each table.
} Drawing;

// Set-up

static uint32_t group_for(Generator *generator, uint32_t index)
{
    const Hints *hints = generator->hints;
    const ColumnHint *hint = &hints->columns[index];
    const Table *table = hints->tables[hint->table];
    Domain domain = domain_of(hints->catalog->dialect, table, hint->column);
    for (uint32_t i = 0; i < generator->groups.count; i++) {
        const Group *group = &generator->groups.items[i];
        if (group->class == hint->class && domain_equal(group->domain, domain))
            return i;
    }
    Group group = {.class = hint->class, .domain = domain};
    array_push(generator->arena, &generator->groups, group);
    return (uint32_t)generator->groups.count - 1;
}

static void make_pools(Generator *generator)
{
    const Hints *hints = generator->hints;
    for (uint32_t g = 0; g < generator->groups.count; g++) {
        Group *group = &generator->groups.items[g];
        ARRAY(Literal) near = {0};
        for (size_t i = 0; i < hints->column_count; i++)
            for (size_t j = 0; hints->columns[i].class == group->class &&
                               j < hints->columns[i].near.count;
                 j++)
                array_push(generator->arena, &near, hints->columns[i].near.items[j]);
        group->pool = pool_new(generator->arena, hints, group->domain,
                               (Literals){near.items, near.count});
    }
}

static bool table_checks(const Table *table, const char *column)
{
    for (size_t i = 0; i < table->check_count; i++)
        if (table->checks[i].assurance >= ASSURANCE_TRUSTED &&
            text_has_word(table->checks[i].text, column))
            return true;
    return false;
}

static Slot slot_new(Generator *generator, uint32_t index)
{
    const ColumnHint *hint = &generator->hints->columns[index];
    const Table *table = generator->hints->tables[hint->table];
    const Column *column = &table->columns[hint->column];
    return (Slot){.group = group_for(generator, index),
                  .nullable = column->not_null < ASSURANCE_TRUSTED &&
                              !column_is_rowid(table, hint->column),
                  .wants_null = hint->wants_null,
                  .is_generated = column->generated != NULL,
                  .is_checked = table_checks(table, column->name)};
}

Generator *generator_new(Arena *arena, const Hints *hints)
{
    Generator *generator = arena_new(arena, Generator, 1);
    generator->arena = arena;
    generator->hints = hints;
    generator->slots = arena_new(arena, Slot, hints->column_count + 1);
    generator->templates = arena_new(arena, Rows, hints->table_count + 1);
    for (uint32_t i = 0; i < hints->column_count; i++)
        generator->slots[i] = slot_new(generator, i);
    make_pools(generator);
    size_t uses = hints->traits.table_uses;
    generator->largest = uses <= 3 ? SIZE_MANY : uses <= 5 ? 5 : 3;
    if (hints->traits.is_recursive && generator->largest > 5)
        generator->largest = 5;
    return generator;
}

// Values

static const Value *pool_section(const Pool *pool, Section section, size_t *count)
{
    size_t begin = section == SECTION_WANTED ? 0 : pool->end[section - 1];
    *count = pool->end[section] - begin;
    return pool->values + begin;
}

static Value draw_from_section(const Pool *pool, Section section, Random *random)
{
    size_t count;
    const Value *values = pool_section(pool, section, &count);
    if (count == 0)
        return null_value;
    // The first few are shared by all pools of the kind.
    if (section == SECTION_COMMON && count > SHARED_VALUES && random_chance(random, 1, 2))
        count = SHARED_VALUES;
    return values[random_below(random, count)];
}

static Value draw_from_pool(const Pool *pool, const Mood *mood, Random *random)
{
    size_t total = 0, count;
    unsigned weights[SECTION_COUNT];
    for (unsigned s = 0; s < SECTION_COUNT; s++) {
        (void)pool_section(pool, s, &count);
        weights[s] = count == 0 ? 0 : mood->weights[s];
        total += weights[s];
    }
    if (total == 0)
        return draw_from_section(pool, SECTION_COMMON, random);
    size_t at = random_below(random, total);
    Section section = SECTION_WANTED;
    while (at >= weights[section])
        at -= weights[section++];
    return draw_from_section(pool, section, random);
}

// Columns of one class but other domains (INTEGER and BIGINT, DECIMALs of two scales)
// are compared, too: some values of one become values of the other, or nearly.
static void borrow_values(Generator *generator, Arena *arena, Random *random,
                          Group *group, const Group *other)
{
    if (other->class != group->class || other->subset_count == 0)
        return;
    for (size_t i = 0; i < group->subset_count; i++)
        if (random_chance(random, 1, 2))
            (void)pool_borrow(arena, generator->hints, group->domain,
                              other->subset[random_below(random, other->subset_count)],
                              random_chance(random, 1, 3), &group->subset[i]);
}

// Chooses the few values that each group uses in this database.
static void draw_subsets(Generator *generator, Arena *arena, Random *random, bool favour)
{
    const Mood *common = &moods[random_below(random, COUNT_OF(moods))];
    bool narrow = favour && random_chance(random, 1, 2);
    for (size_t g = 0; g < generator->groups.count; g++) {
        Group *group = &generator->groups.items[g];
        const Mood *mood = favour ? &favouring : common;
        if (!favour && random_chance(random, 1, 4))
            mood = &moods[random_below(random, COUNT_OF(moods))];
        // Many joins match only where there is little else to match.
        group->subset_count = 1 + random_below(random, narrow ? 2 : SUBSET_LIMIT);
        for (size_t i = 0; i < group->subset_count; i++)
            group->subset[i] = draw_from_pool(&group->pool, mood, random);
        for (size_t other = 0; other < g; other++)
            borrow_values(generator, arena, random, group,
                          &generator->groups.items[other]);
    }
}

static Value draw_value(Drawing *drawing, uint32_t index, bool widely)
{
    const Generator *generator = drawing->generator;
    const Slot *slot = &generator->slots[index];
    const Group *group = &generator->groups.items[slot->group];
    unsigned null_chance = drawing->null_chance;
    if (slot->wants_null && null_chance < WANTED_NULLS)
        null_chance = WANTED_NULLS;
    if (slot->nullable && random_chance(drawing->random, null_chance, 16))
        return null_value;
    if (widely && group->domain.kind == DOMAIN_INTEGER &&
        random_chance(drawing->random, 1, 2))
        return (Value){.kind = VALUE_INTEGER,
                       .type = TYPE_INTEGER,
                       .integer = random_between(drawing->random, 0, NEW_NUMBERS)};
    if (!widely && group->subset_count > 0)
        return group->subset[random_below(drawing->random, group->subset_count)];
    return draw_from_pool(&group->pool, &moods[1], drawing->random);
}

// In a chain, columns of one class lead from row to row: (0, 1), (1, 2), …
static bool draw_link(Drawing *drawing, size_t t, uint32_t column, Value *value)
{
    const Generator *generator = drawing->generator;
    size_t first = generator->hints->first[t], before = 0, count;
    uint32_t group = generator->slots[first + column].group;
    for (size_t c = 0; c < column; c++)
        before += generator->slots[first + c].group == group;
    const Value *values =
        pool_section(&generator->groups.items[group].pool, SECTION_COMMON, &count);
    if (count == 0)
        return false;
    *value = values[(drawing->rows[t].count + before) % count];
    return true;
}

// Constraints

// True if both rows have the same values, none of them NULL, in these columns.
static bool rows_agree(const Table *table, const uint32_t *columns, size_t count,
                       const Value *a, const Value *b)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t c = columns[i];
        if (c >= table->column_count || a[c].kind == VALUE_NULL ||
            !values_tie(table, c, a[c], b[c]))
            return false;
    }
    return true;
}

static bool agrees_with_any(const Table *table, const uint32_t *columns, size_t count,
                            const Value *row, const Rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows_agree(table, columns, count, row, rows->items[i]))
            return true;
    return false;
}

static bool breaks_key(const Table *table, const Value *row, const Rows *rows)
{
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        if (key->assurance >= ASSURANCE_TRUSTED &&
            agrees_with_any(table, key->columns, key->column_count, row, rows))
            return true;
    }
    for (size_t i = 0; i < table->index_count; i++) {
        const Index *index = &table->indexes[i];
        if (index->unique &&
            agrees_with_any(table, index->columns, index->column_count, row, rows))
            return true;
    }
    return false;
}

// Foreign keys

// One NULL is enough for a reference to count as none.
static bool set_null_reference(Drawing *drawing, size_t t, const ForeignKey *key,
                               Value *row)
{
    const Generator *generator = drawing->generator;
    size_t shift = random_below(drawing->random, key->column_count);
    for (size_t i = 0; i < key->column_count; i++) {
        uint32_t column = key->columns[(i + shift) % key->column_count];
        if (!generator->slots[generator->hints->first[t] + column].nullable)
            continue;
        row[column] = null_value;
        return true;
    }
    return false;
}

static bool copy_reference(const ForeignKey *key, const Value *parent, Value *row)
{
    for (size_t i = 0; i < key->column_count; i++)
        if (parent[key->target_columns[i]].kind == VALUE_NULL)
            return false;
    for (size_t i = 0; i < key->column_count; i++)
        row[key->columns[i]] = parent[key->target_columns[i]];
    return true;
}

// Makes the row refer to a parent, or to nothing; false if it can't.
static bool set_reference(Drawing *drawing, size_t t, const ForeignKey *key, Value *row)
{
    const Hints *hints = drawing->generator->hints;
    const Table *table = hints->tables[t];
    const Table *target = catalog_table(hints->catalog, table->schema, key->target);
    size_t parent = target == NULL ? hints->table_count : hints_table(hints, target);
    if (parent == hints->table_count)
        return set_null_reference(drawing, t, key, row);
    if (random_chance(drawing->random, drawing->null_chance, 16) &&
        set_null_reference(drawing, t, key, row))
        return true;
    size_t choices = drawing->rows[parent].count + (parent == t);
    if (choices == 0)
        return set_null_reference(drawing, t, key, row);
    size_t choice = random_below(drawing->random, choices);
    const Value *from =
        choice < drawing->rows[parent].count ? drawing->rows[parent].items[choice] : row;
    return copy_reference(key, from, row) || set_null_reference(drawing, t, key, row);
}

static bool set_references(Drawing *drawing, size_t t, Value *row)
{
    const Table *table = drawing->generator->hints->tables[t];
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        if (key->assurance >= ASSURANCE_TRUSTED && !set_reference(drawing, t, key, row))
            return false;
    }
    return true;
}

// Rows

static bool in_any_key(const Table *table, uint32_t column)
{
    for (size_t i = 0; i < table->key_count; i++)
        for (size_t j = 0; j < table->keys[i].column_count; j++)
            if (table->keys[i].columns[j] == column)
                return true;
    return false;
}

static void draw_columns(Drawing *drawing, size_t t, bool widely, Value *row)
{
    const Hints *hints = drawing->generator->hints;
    const Table *table = hints->tables[t];
    const Rows *earlier = &drawing->rows[t],
               *templates = &drawing->generator->templates[t];
    const Value *copied = NULL, *template = NULL;
    if (earlier->count > 0 && random_chance(drawing->random, drawing->copy_chance, 16))
        copied = earlier->items[random_below(drawing->random, earlier->count)];
    if (templates->count > 0)
        template = templates->items[random_below(drawing->random, templates->count)];
    for (uint32_t c = 0; c < table->column_count; c++) {
        uint32_t index = (uint32_t)hints->first[t] + c;
        const Slot *slot = &drawing->generator->slots[index];
        if (copied != NULL && !in_any_key(table, c) &&
            random_chance(drawing->random, 15, 16))
            row[c] = copied[c];
        else if (template != NULL && slot->is_checked)
            row[c] = template[c];
        else if (!drawing->chains || slot->is_generated ||
                 !draw_link(drawing, t, c, &row[c]))
            row[c] = slot->is_generated
                         ? null_value
                         : draw_value(drawing, index, widely && in_any_key(table, c));
    }
}

// Adds a row to table `t` if one is found that breaks nothing.
static void draw_row(Drawing *drawing, size_t t)
{
    const Table *table = drawing->generator->hints->tables[t];
    for (unsigned attempt = 0; attempt < ROW_ATTEMPTS; attempt++) {
        Value *row = arena_new(drawing->arena, Value, table->column_count + 1);
        draw_columns(drawing, t, attempt > ROW_ATTEMPTS / 3, row);
        if (set_references(drawing, t, row) &&
            !breaks_key(table, row, &drawing->rows[t])) {
            array_push(drawing->arena, &drawing->rows[t], row);
            return;
        }
    }
}

// Leaves generated columns out: the engine fills them.
static const Value *row_without_generated(const Generator *generator, Arena *arena,
                                          size_t t, const Value *row)
{
    const Table *table = generator->hints->tables[t];
    Value *kept = arena_new(arena, Value, table->column_count + 1);
    size_t count = 0;
    for (uint32_t c = 0; c < table->column_count; c++)
        if (!generator->slots[generator->hints->first[t] + c].is_generated)
            kept[count++] = row[c];
    return kept;
}

static TableRows table_rows(const Generator *generator, Arena *arena, size_t t,
                            const Rows *rows)
{
    const Value **kept = arena_new(arena, const Value *, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        kept[i] = row_without_generated(generator, arena, t, rows->items[i]);
    return (TableRows){.table = generator->hints->tables[t],
                       .rows = kept,
                       .row_count = rows->count};
}

// CHECKs

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
        size_t count = pool->end[SECTION_WILD];
        if (slot->is_checked && !slot->is_generated && count > 0)
            row[c] = pool->values[(number + c * 3) % count];
    }
}

// Returns rows whose values satisfy this CHECK; what the other columns hold is of no
// account.
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
        if (passes[i])
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
            satisfy(table, &table->checks[k], &found[k], i * 7 + k * 3, row);
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

// Databases

static size_t draw_size(const Generator *generator, Random *random)
{
    static const unsigned sizes[] = {0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6, 8};
    size_t size = sizes[random_below(random, COUNT_OF(sizes))];
    return size < generator->largest ? size : generator->largest;
}

// A database with as many rows as a number in the queries, more or less. Groups of that
// size need columns that are all alike, counts of distinct values some that are not.
static size_t draw_counted_size(Generator *generator, Random *random)
{
    const Hints *hints = generator->hints;
    for (size_t g = 0; g < generator->groups.count; g++) {
        size_t width = random_below(random, 4); // 0: the whole pool; 3: as drawn.
        if (width < 3)
            generator->groups.items[g].subset_count = width > 0;
    }
    return hints->sizes[random_below(random, hints->size_count)] +
           random_below(random, 3);
}

// The first databases: all tables empty, one row each, each table empty in turn.
static size_t planned_size(const Generator *generator, Random *random, size_t index,
                           size_t t)
{
    if (index == 0)
        return 0;
    if (index == 1)
        return 1;
    if (index - 2 < generator->hints->table_count)
        return index - 2 == t ? 0 : 1 + random_below(random, 3);
    return draw_size(generator, random);
}

Database generator_next(Generator *generator, Arena *arena, Random *random, size_t index,
                        unsigned favour)
{
    static const unsigned null_chances[] = {0, 0, 1, 3, 6};
    static const unsigned copy_chances[] = {0, 2, 6, 12};
    size_t count = generator->hints->table_count;
    bool favoured = random_chance(random, favour, 8);
    draw_subsets(generator, arena, random, favoured);
    Drawing drawing = {
        .generator = generator,
        .arena = arena,
        .random = random,
        .null_chance =
            favoured ? 0 : null_chances[random_below(random, COUNT_OF(null_chances))],
        .copy_chance = copy_chances[random_below(random, COUNT_OF(copy_chances))],
        .chains = generator->hints->traits.is_recursive && random_chance(random, 1, 3),
        .rows = arena_new(arena, Rows, count + 1)};
    TableRows *tables = arena_new(arena, TableRows, count + 1);
    size_t counted = generator->hints->size_count > 0 && random_chance(random, 1, 6)
                         ? draw_counted_size(generator, random)
                         : 0;
    if (counted > 0 && random_chance(random, 1, 2))
        drawing.null_chance = 0;
    size_t counted_table = random_below(random, count + count / 2 + 1); // Or all.
    for (size_t t = 0; t < count; t++) {
        size_t size = planned_size(generator, random, index, t);
        bool is_counted = t == counted_table || (counted_table >= count && counted <= 8);
        if (counted > 0 && is_counted)
            size = counted;
        if (favoured && size == 0 && index > 1)
            size = 1;
        for (size_t i = 0; i < size; i++)
            draw_row(&drawing, t);
        tables[t] = table_rows(generator, arena, t, &drawing.rows[t]);
    }
    return (Database){.tables = tables, .table_count = count};
}

Database database_shuffled(Arena *arena, const Database *database, Random *random)
{
    TableRows *tables = arena_new(arena, TableRows, database->table_count + 1);
    for (size_t t = 0; t < database->table_count; t++) {
        const TableRows *from = &database->tables[t];
        const Value **rows =
            arena_copy(arena, from->rows, from->row_count, sizeof(*from->rows));
        for (size_t i = from->row_count; i > 1; i--) {
            size_t j = random_below(random, i);
            const Value *moved = rows[i - 1];
            rows[i - 1] = rows[j];
            rows[j] = moved;
        }
        tables[t] = (TableRows){from->table, rows, from->row_count};
    }
    return (Database){.tables = tables, .table_count = database->table_count};
}
