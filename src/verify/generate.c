// generate.c - which database comes when.

#include "verify/draw.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIZE_MANY = 8,
    ROUND = 8,         // Databases in which each kind has its share.
    SOME_AIMED = 3,    // Of a round, those that are aimed.
    MANY_AIMED = 6,    // The same, where little has come of the others.
    LITTLE_FAVOUR = 3, // Above this little has come of them.
    CHAIN_BEFORE = 6,
    LARGE_TURN = 6,     // Every so many databases have a group of a large size,
    LARGE_TABLE = 1200, // unless a table would need more rows than these.
    EMPTIED_TURN = 12,  // Every so many random databases a group key is NULL
    MOSTLY = 13,        // in so many of 16 rows.
    PARADE_TURN = 96,   // Every so many databases is a parade,
    PARADE_AT = 12,     // from this one on.
};

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

// Columns of one class often stand near the same literals.
static Literals literals_of_class(Arena *arena, const Hints *hints, uint32_t class)
{
    LiteralList near = {0};
    for (size_t i = 0; i < hints->column_count; i++) {
        const ColumnHint *column = &hints->columns[i];
        for (size_t j = 0; column->class == class && j < column->near.count; j++)
            literals_add(arena, &near, column->near.items[j], SIZE_MAX);
    }
    return literals_of(&near);
}

// True if values of the group's class can be equal and yet not the same, or be taken for
// the same by a function.
static bool class_has_twins(const Hints *hints, const Group *group)
{
    bool has_collation = hints->traits.folds_text;
    for (size_t i = 0; i < hints->column_count && !has_collation; i++) {
        const ColumnHint *hint = &hints->columns[i];
        const Table *table = hints->tables[hint->table];
        has_collation = hint->class == group->class &&
                        table->columns[hint->column].type.collation != NULL;
    }
    const Domain *domain = &group->domain;
    bool keeps_forms = domain->is_mixed && (domain->affinity == AFFINITY_NONE ||
                                            domain->affinity == AFFINITY_BLOB);
    return keeps_forms || (domain->kind == DOMAIN_TEXT && has_collation);
}

static bool class_has_documents(const Hints *hints, uint32_t class)
{
    for (size_t i = 0; i < hints->column_count; i++)
        if (hints->columns[i].class == class && hints->columns[i].is_document)
            return true;
    return false;
}

static bool class_is_cast(const Hints *hints, uint32_t class)
{
    for (size_t i = 0; i < hints->column_count; i++)
        if (hints->columns[i].class == class && hints->columns[i].is_cast)
            return true;
    return false;
}

static void make_pools(Generator *generator)
{
    Pools pools = {.arena = generator->arena, .hints = generator->hints};
    for (uint32_t g = 0; g < generator->groups.count; g++) {
        Group *group = &generator->groups.items[g];
        Literals near =
            literals_of_class(generator->arena, generator->hints, group->class);
        group->pool = pool_new(&pools, group->domain, near);
        group->has_twins = class_has_twins(generator->hints, group);
        group->is_cast = class_is_cast(generator->hints, group->class);
        if (class_has_documents(generator->hints, group->class))
            group->documents = pool_documents(&pools, group->domain);
    }
}

// A value that nobody looks at.
static Value idle_value(const Generator *generator, const Slot *slot)
{
    const Pool *pool = &generator->groups.items[slot->group].pool;
    for (unsigned s = 0; s < SECTION_COUNT && !slot->nullable; s++)
        if (pool->sections[s].count > 0)
            return pool->sections[s].values[0];
    return (Value){.kind = VALUE_NULL, .type = TYPE_NULL};
}

static void settle_idle_columns(Generator *generator)
{
    for (size_t g = 0; g < generator->groups.count; g++)
        generator->groups.items[g].is_idle = true;
    for (size_t i = 0; i < generator->hints->column_count; i++) {
        Slot *slot = &generator->slots[i];
        generator->groups.items[slot->group].is_idle &= slot->is_idle;
        slot->idle = idle_value(generator, slot);
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
                  .nullable = column->not_null < ASSURANCE_TRUSTED,
                  .wants_null = hint->wants_null,
                  .is_generated = column->generated != NULL,
                  .is_checked = table_checks(table, column->name),
                  .is_idle = hint->is_idle};
}

static bool can_be_emptied(const Generator *generator, size_t column)
{
    return generator->hints->columns[column].is_grouped &&
           generator->slots[column].nullable;
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
    for (size_t i = 0; i < hints->column_count; i++)
        generator->has_nullable_key |= can_be_emptied(generator, i);
    make_pools(generator);
    settle_idle_columns(generator);
    generator->aim = aim_new(arena, hints);
    size_t uses = hints->traits.table_uses;
    generator->largest = uses <= 3 ? SIZE_MANY : uses <= 5 ? 5 : 3;
    if (hints->traits.is_recursive && generator->largest > 5)
        generator->largest = 5;
    return generator;
}

void generator_follow(Generator *generator, const Generator *other)
{
    generator->templates = other->templates;
    generator->checks = other->checks;
    if (generator->aim != NULL)
        aim_at_candidate(generator->aim);
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

// A chain begins at a number of the queries, or a few before it.
static int64_t draw_chain_start(const Hints *hints, Random *random, bool up)
{
    size_t choice = random_below(random, hints->seen.count + 2);
    if (choice >= hints->seen.count || hints->seen.items[choice].is_string)
        return (int64_t)random_below(random, 2);
    int64_t number = strtol(hints->seen.items[choice].text, NULL, 10);
    if (number >= INT32_MAX) // Columns of 32 bits have no row to come after it.
        return 0;
    int64_t before = (int64_t)random_below(random, CHAIN_BEFORE);
    return number - (up ? before : -before);
}

// Where there is a way back a recursion may never end: mostly there is none.
static void draw_leading(Drawing *drawing)
{
    static const Leading leadings[] = {LEADS_ANYWHERE, LEADS_UP,   LEADS_DOWN,
                                       CHAIN_UP,       CHAIN_DOWN, CHAIN_UP};
    const Hints *hints = drawing->generator->hints;
    if (!hints->traits.is_recursive)
        return;
    drawing->leading = leadings[random_below(drawing->random, COUNT_OF(leadings))];
    drawing->chain_start =
        draw_chain_start(hints, drawing->random, drawing->leading == CHAIN_UP);
}

static Drawing drawing_new(Generator *generator, Arena *arena, Random *random,
                           bool favoured)
{
    static const unsigned null_chances[] = {0, 0, 1, 3, 6};
    static const unsigned copy_chances[] = {0, 2, 6, 12};
    Drawing drawing = {
        .generator = generator,
        .arena = arena,
        .random = random,
        .null_chance =
            favoured ? 0 : null_chances[random_below(random, COUNT_OF(null_chances))],
        .copy_chance = copy_chances[random_below(random, COUNT_OF(copy_chances))],
        .rows = arena_new(arena, Rows, generator->hints->table_count + 1)};
    draw_leading(&drawing);
    return drawing;
}

static Database database_of(const Drawing *drawing)
{
    size_t count = drawing->generator->hints->table_count;
    TableRows *tables = arena_new(drawing->arena, TableRows, count + 1);
    for (size_t t = 0; t < count; t++)
        tables[t] = table_rows(drawing->generator, drawing->arena, t, &drawing->rows[t]);
    return (Database){.tables = tables, .table_count = count};
}

// Groups

// Makes one of the group keys NULL in so many of 16 rows: a group like any other, and
// often forgotten where it is a large one. The other keys are all alike, or there would
// be many groups.
static void empty_some_key(Drawing *drawing, unsigned chance)
{
    Generator *generator = drawing->generator;
    const Hints *hints = generator->hints;
    size_t start = random_below(drawing->random, hints->column_count + 1);
    for (size_t i = 0; i < hints->column_count; i++) {
        size_t c = (start + i) % hints->column_count;
        if (drawing->emptied_chance == 0 && can_be_emptied(generator, c)) {
            drawing->emptied = c;
            drawing->emptied_chance = chance;
        } else if (hints->columns[c].is_grouped) {
            generator->groups.items[generator->slots[c].group].subset_count = 1;
        }
    }
}

// Random

static Database draw_random(Generator *generator, Arena *arena, Random *random,
                            size_t index, bool favoured)
{
    size_t count = generator->hints->table_count;
    draw_subsets(generator, arena, random, favoured);
    Drawing drawing = drawing_new(generator, arena, random, favoured);
    bool is_chain = drawing_is_chain(&drawing);
    size_t counted =
        generator->hints->size_count > 0 && random_chance(random, is_chain ? 3 : 1, 6)
            ? draw_counted_size(generator, random)
            : 0;
    if (counted > 0 && random_chance(random, 1, 2))
        drawing.null_chance = 0;
    if (generator->has_nullable_key &&
        random_chance(random, 1, counted > 0 ? 3 : EMPTIED_TURN))
        empty_some_key(&drawing, counted > 0 ? 16 : MOSTLY);
    size_t counted_table = random_below(random, count + count / 2 + 1); // Or all.
    for (size_t t = 0; t < count; t++) {
        size_t size = planned_size(generator, random, index, t);
        bool is_counted = t == counted_table || (counted_table >= count && counted <= 8);
        if (counted > 0 && is_counted)
            size = counted;
        if (favoured && size == 0 && index > 1)
            size = 1;
        for (size_t i = 0; i < size; i++)
            draw_row(&drawing, t, NULL);
    }
    return database_of(&drawing);
}

// Large groups

// How the values of a large group are made, one after the other: all alike, two values in
// one of the group keys, NULL in one of them.
static size_t large_kinds(const Generator *generator)
{
    size_t kinds = 1;
    for (size_t c = 0; c < generator->hints->column_count; c++)
        kinds += generator->hints->columns[c].is_grouped + can_be_emptied(generator, c);
    return kinds;
}

static void draw_large_kind(Drawing *drawing, size_t kind)
{
    Generator *generator = drawing->generator;
    for (size_t g = 0; g < generator->groups.count; g++)
        generator->groups.items[g].subset_count = 1;
    for (size_t c = 0; c < generator->hints->column_count; c++) {
        if (generator->hints->columns[c].is_grouped && --kind == 0) {
            draw_two_values(generator, drawing->random, generator->slots[c].group);
            drawing->copy_chance = 0; // As many of each.
        }
        if (can_be_emptied(generator, c) && --kind == 0) {
            drawing->emptied = c;
            drawing->emptied_chance = 16;
        }
    }
}

// Returns a group of columns that no group key is in, SIZE_MAX if there is none.
static size_t free_group(const Generator *generator, Arena *arena, Random *random)
{
    const Hints *hints = generator->hints;
    size_t found = SIZE_MAX, start = random_below(random, hints->column_count);
    bool *is_key = arena_new(arena, bool, generator->groups.count);
    for (size_t c = 0; c < hints->column_count; c++)
        is_key[generator->slots[c].group] |= hints->columns[c].is_grouped;
    for (size_t i = 0; i < hints->column_count; i++) {
        size_t c = (start + i) % hints->column_count;
        if (hints->columns[c].is_used && !is_key[generator->slots[c].group])
            found = generator->slots[c].group;
    }
    return found;
}

// Counts of distinct values and ranks want one column whose values are not alike.
static void number_rows(Drawing *drawing, size_t group)
{
    drawing->alike = 1 + random_chance(drawing->random, 1, 4);
    drawing->copy_chance = 0;
    drawing->numbered = group;
}

// Returns the next table's share of `rows` that are joined of so many tables.
static size_t share_of_rows(size_t rows, size_t tables)
{
    assert(rows > 0);
    size_t size = (size_t)ceil(pow((double)rows, 1 / (double)tables));
    while (rows % size != 0)
        size++;
    return size;
}

// Rows for a group as large as a number that a count is compared with, one more or less,
// or half as large again: so many in each of the tables that they make that many when
// they are joined.
static Database draw_large_group(Generator *generator, Arena *arena, Random *random)
{
    const Hints *hints = generator->hints;
    size_t count = hints->table_count, first = random_below(random, count);
    size_t joined = hints->counted_tables == 0 ? 1 : hints->counted_tables;
    size_t rows = hints->counts[random_below(random, hints->count_count)];
    size_t turn = generator->large++, numbered = free_group(generator, arena, random);
    rows += turn % 4 == 3 ? rows / 2 : turn % 4 - 1;
    draw_subsets(generator, arena, random, false);
    Drawing drawing = drawing_new(generator, arena, random, true);
    size_t rounds = turn / 4;
    if (numbered != SIZE_MAX && rounds % 2 == 1)
        number_rows(&drawing, numbered);
    draw_large_kind(&drawing, (numbered != SIZE_MAX ? rounds / 2 : rounds) %
                                  large_kinds(generator));
    for (size_t i = 0; i < count; i++) {
        size_t size = 1;
        if (joined > count) { // A table stands there more than once.
            size = (size_t)ceil(pow((double)rows, 1 / (double)joined));
        } else if (i < joined) {
            size = share_of_rows(rows, joined - i);
            rows = (rows + size - 1) / size;
        }
        for (size_t n = 0; n < size && size <= LARGE_TABLE; n++)
            draw_row(&drawing, (first + i) % count, NULL);
    }
    return database_of(&drawing);
}

// Parades

// Returns how many rows each table may have in a parade: tables are joined.
static size_t parade_limit(const Generator *generator)
{
    static const size_t limits[] = {0, 200, 30};
    const Traits *traits = &generator->hints->traits;
    return traits->is_recursive || traits->table_uses >= COUNT_OF(limits)
               ? 0
               : limits[traits->table_uses];
}

static size_t rows_for_parade(const Generator *generator, size_t t)
{
    const Hints *hints = generator->hints;
    size_t rows = 0;
    for (size_t c = 0; c < hints->tables[t]->column_count; c++) {
        const Slot *slot = &generator->slots[hints->first[t] + c];
        size_t length = parade_length(&generator->groups.items[slot->group]);
        bool counts = hints->columns[hints->first[t] + c].is_used && !slot->is_idle;
        if (counts && length > rows)
            rows = length;
    }
    return rows;
}

bool generator_parade(Generator *generator, Arena *arena, Random *random,
                      Database *parade)
{
    size_t limit = parade_limit(generator);
    if (limit == 0)
        return false;
    draw_subsets(generator, arena, random, false);
    Drawing drawing = drawing_new(generator, arena, random, true);
    drawing.is_parade = true;
    drawing.stagger = random_below(random, limit);
    drawing.copy_chance = 0;
    for (size_t t = 0; t < generator->hints->table_count; t++) {
        size_t rows = rows_for_parade(generator, t);
        for (size_t i = 0; i < rows && i < limit; i++)
            draw_row(&drawing, t, NULL);
    }
    *parade = database_of(&drawing);
    return true;
}

// Aimed

static Value draw_ordinary(void *context, size_t column)
{
    return draw_value(context, (uint32_t)column, false);
}

// Puts the rows that were asked for among others, or `has_others` false, by themselves.
static Database draw_around_aimed(Drawing *drawing, const AimedTable *tables,
                                  bool has_others)
{
    Random *random = drawing->random;
    for (size_t t = 0; t < drawing->generator->hints->table_count; t++) {
        for (size_t i = 0; i < tables[t].row_count; i++)
            draw_row(drawing, t, &tables[t].rows[i]);
        size_t others = has_others ? random_below(random, 3) : 0;
        for (size_t i = 0; i < others; i++)
            draw_row(drawing, t, NULL);
    }
    return database_of(drawing);
}

// Rows that the queries ask for, and now and then some that they do not.
static Database draw_aimed(Generator *generator, Arena *arena, Random *random)
{
    draw_subsets(generator, arena, random, false);
    Drawing drawing = drawing_new(generator, arena, random, generator->aimed == 0);
    OrdinaryValues ordinary = {draw_ordinary, &drawing};
    const AimedTable *tables =
        aim_draw(generator->aim, arena, random, generator->aimed++, &ordinary);
    return checks_keep(generator->checks, arena,
                       draw_around_aimed(&drawing, tables, random_chance(random, 1, 3)));
}

Database generator_keep_checks(const Generator *generator, Arena *arena,
                               Database database)
{
    return checks_keep(generator->checks, arena, database);
}

Database generator_aim(Generator *generator, AimTarget *target, Arena *arena,
                       Random *random, size_t number)
{
    draw_subsets(generator, arena, random, false);
    Drawing drawing = drawing_new(generator, arena, random, number == 0);
    OrdinaryValues ordinary = {draw_ordinary, &drawing};
    const AimedTable *tables =
        aim_draw_at(generator->aim, target, arena, random, number, &ordinary);
    return checks_keep(generator->checks, arena,
                       draw_around_aimed(&drawing, tables, number % 2 == 1));
}

Database generator_next(Generator *generator, Arena *arena, Random *random, size_t index,
                        unsigned favour)
{
    bool favoured = random_chance(random, favour, ROUND);
    size_t turn = index % ROUND, share = favour > LITTLE_FAVOUR ? MANY_AIMED : SOME_AIMED;
    bool is_large =
        generator->hints->count_count > 0 && generator->hints->table_count > 0;
    if (is_large && index % LARGE_TURN == LARGE_TURN - 1)
        return draw_large_group(generator, arena, random);
    Database parade;
    if (index % PARADE_TURN == PARADE_AT &&
        generator_parade(generator, arena, random, &parade))
        return parade;
    if (generator->aim != NULL && turn >= 1 && turn <= share)
        return draw_aimed(generator, arena, random);
    return draw_random(generator, arena, random, generator->drawn++, favoured);
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
