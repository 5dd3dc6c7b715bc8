// draw.c - drawing values and rows.

#include "verify/draw.h"

#include "verify/legal.h"
#include "verify/respell.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <string.h>

enum {
    ROW_ATTEMPTS = 12,
    WANTED_NULLS = 4,   // Of 16, where a query asks for them.
    NEW_NUMBERS = 1000, // Where a key has used up its pool.
    SHARED_VALUES = 6,  // The first of the common ones, which are drawn more often.
    BYTES_TURN = 12,    // Every so many databases there are a text and its bytes.
    INFINITY_TURN = 12, // Every so many databases there is one, if sums may have one.
};

static const Value null_value = {.kind = VALUE_NULL, .type = TYPE_NULL};

// How a database is drawn.
typedef struct {
    unsigned weights[SECTION_COUNT];
} Mood;

static const Mood moods[] = {
    {{0, 1, 6, 0}}, {{0, 2, 3, 1}}, {{2, 5, 2, 0}}, {{1, 2, 2, 5}}, {{1, 4, 1, 2}}};
static const Mood favouring = {{8, 1, 1, 0}};

// Values

static Value draw_from_section(const Pool *pool, Section section, Random *random)
{
    size_t count = pool->sections[section].count;
    if (count == 0)
        return null_value;
    // The first few are shared by all pools of the kind.
    if (section == SECTION_COMMON && count > SHARED_VALUES && random_chance(random, 1, 2))
        count = SHARED_VALUES;
    return pool->sections[section].values[random_below(random, count)];
}

static Value draw_from_pool(const Pool *pool, const Mood *mood, Random *random)
{
    size_t total = 0;
    unsigned weights[SECTION_COUNT];
    for (unsigned s = 0; s < SECTION_COUNT; s++) {
        weights[s] = pool->sections[s].count == 0 ? 0 : mood->weights[s];
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

static Value twin_of_text(Arena *arena, Value value)
{
    Value twin = value;
    char *bytes = arena_text(arena, value.bytes, value.length);
    for (size_t i = 0; i < value.length; i++) {
        if (!isalpha((unsigned char)bytes[i]))
            continue;
        bytes[i] ^= 'a' ^ 'A';
        twin.bytes = bytes;
        return twin;
    }
    twin.bytes = arena_printf(arena, "%s ", bytes); // For RTRIM.
    twin.length++;
    return twin;
}

// Returns a value that may be equal to this one and is not the same; itself if there is
// none.
static Value twin_of(Arena *arena, Value value)
{
    switch (value.kind) {
    case VALUE_TEXT:
        return twin_of_text(arena, value);
    case VALUE_INTEGER:
        return (Value){.kind = VALUE_FLOAT,
                       .type = TYPE_FLOAT,
                       .number = (double)value.integer};
    case VALUE_FLOAT:
        if (fabs(value.number) < NEW_NUMBERS && value.number == floor(value.number))
            return (Value){.kind = VALUE_INTEGER,
                           .type = TYPE_INTEGER,
                           .integer = (int64_t)value.number};
        return value;
    case VALUE_NULL:
    case VALUE_BOOLEAN:
    case VALUE_BLOB:
    case VALUE_OTHER:
        return value;
    }
    return value;
}

// DuckDB: letters that are the same in one case only, and those without accents.
static void draw_letters(Random *random, Group *group)
{
    static const char *const letters[][2] = {{"s", "ſ"}, {"S", "ſ"}, {"i", "ı"},
                                             {"I", "ı"}, {"ß", "ẞ"}, {"e", "é"}};
    const char *const *pair = letters[random_below(random, COUNT_OF(letters))];
    group->subset_count = 2;
    for (size_t i = 0; i < group->subset_count; i++)
        group->subset[i] = value_of_text(pair[i]);
}

static void add_twin(Arena *arena, Random *random, Group *group)
{
    if (!group->has_twins || !random_chance(random, 1, 2))
        return;
    if (group->domain.kind == DOMAIN_TEXT && group->domain.dialect == DIALECT_DUCKDB &&
        random_chance(random, 1, 4)) {
        draw_letters(random, group);
        return;
    }
    size_t first = 0;
    if (group->domain.is_mixed) // A number, if there is one: texts have collations.
        while (first + 1 < group->subset_count && group->subset[first].kind == VALUE_TEXT)
            first++;
    Value twin = twin_of(arena, group->subset[first]);
    if (group->subset_count < SUBSET_LIMIT)
        group->subset_count++;
    group->subset[group->subset_count - 1] = twin;
}

// SQLite: the same letters as text and as bytes, which are equal only when both are cast.
static void draw_bytes_twins(Random *random, Group *group)
{
    const PoolSection *wild = &group->pool.sections[SECTION_WILD];
    if (!group->is_cast || !group->domain.is_mixed ||
        !random_chance(random, 1, BYTES_TURN))
        return;
    size_t start = random_below(random, wild->count + 1);
    for (size_t i = 0; i < wild->count; i++) {
        Value value = wild->values[(start + i) % wild->count];
        if (value.kind != VALUE_TEXT)
            continue;
        group->subset[0] = group->subset[1] = value;
        group->subset[1].kind = VALUE_BLOB;
        group->subset[1].type = TYPE_BLOB;
        group->subset_count = 2;
        return;
    }
}

// Moments as far apart as the queries say, or up to a second more or less; days where
// they have no time.
static void add_spaced(Generator *generator, Arena *arena, Random *random, Group *group)
{
    const Hints *hints = generator->hints;
    Moment moment;
    Value first = group->subset[0];
    bool is_text = first.kind == VALUE_TEXT || first.kind == VALUE_OTHER;
    bool is_day = group->domain.kind == DOMAIN_DATE;
    if (hints->span_count == 0 || !is_text ||
        !(is_day || group->domain.kind == DOMAIN_TIMESTAMP) ||
        !random_chance(random, 1, 2) || !moment_read(first.bytes, &moment))
        return;
    double span = hints->spans[random_below(random, hints->span_count)];
    double step = is_day ? day_seconds : 0.5;
    Scalar later = scalar_moment(moment);
    later.number += span + step * (double)random_between(random, -2, 2);
    if (pool_value(arena, hints, group->domain, later, &group->subset[1]))
        group->subset_count = 2;
}

Value draw_respelled(const Generator *generator, Arena *arena, Random *random,
                     const Group *group, Value value)
{
    bool is_read = group->is_cast && group->domain.dialect == DIALECT_DUCKDB;
    return group->domain.kind == DOMAIN_TEXT && !is_read
               ? value_respelled(arena, random, generator->hints->letters, value)
               : value;
}

// Makes a text of one that none of the queries' strings is, but nearly.
static void respell_one(const Generator *generator, Arena *arena, Random *random,
                        Group *group)
{
    Value *value = &group->subset[random_below(random, group->subset_count)];
    if (random_chance(random, 1, 3))
        *value = draw_respelled(generator, arena, random, group, *value);
}

static size_t find_infinity(const Value *values, size_t count)
{
    size_t at = 0;
    while (at < count && (values[at].kind != VALUE_FLOAT || !isinf(values[at].number)))
        at++;
    return at;
}

// Only one infinity less the other is a sum that is no number: where there is one, both
// are now and then beside what else there is.
static void add_other_infinity(const Hints *hints, Random *random, Group *group)
{
    const PoolSection *wild = &group->pool.sections[SECTION_WILD];
    size_t known = find_infinity(wild->values, wild->count);
    if (hints->traits.sums && group->domain.kind == DOMAIN_FLOAT && known < wild->count &&
        random_chance(random, 1, INFINITY_TURN))
        group->subset[0] = wild->values[known];
    size_t at = find_infinity(group->subset, group->subset_count);
    if (at == group->subset_count || group->subset_count == SUBSET_LIMIT ||
        !random_chance(random, 1, 2))
        return;
    Value *other = &group->subset[group->subset_count++];
    *other = group->subset[at];
    other->number = -other->number;
}

// A query that reads what is no document does nothing but fail: mostly there is none.
static void draw_documents(Random *random, Group *group)
{
    if (group->documents.count == 0 || random_chance(random, 1, 8))
        return;
    for (size_t i = 0; i < group->subset_count; i++)
        group->subset[i] =
            group->documents.values[random_below(random, group->documents.count)];
}

// DuckDB: a query that casts what can't be cast does nothing but fail, either.
static void draw_readable(Random *random, Group *group)
{
    if (!group->is_cast || group->domain.kind != DOMAIN_TEXT ||
        group->domain.dialect != DIALECT_DUCKDB || random_chance(random, 1, 4))
        return;
    for (size_t i = 0; i < group->subset_count; i++)
        group->subset[i] = draw_from_section(&group->pool, SECTION_WANTED, random);
}

// Chooses the few values that each group uses in this database.
void draw_subsets(Generator *generator, Arena *arena, Random *random, bool favour)
{
    const Mood *common = &moods[random_below(random, COUNT_OF(moods))];
    bool narrow = favour && random_chance(random, 1, 2);
    for (size_t g = 0; g < generator->groups.count; g++) {
        Group *group = &generator->groups.items[g];
        const Mood *mood = favour ? &favouring : common;
        if (group->is_idle)
            continue;
        if (!favour && random_chance(random, 1, 4))
            mood = &moods[random_below(random, COUNT_OF(moods))];
        // Many joins match only where there is little else to match.
        group->subset_count = 1 + random_below(random, narrow ? 2 : SUBSET_LIMIT);
        for (size_t i = 0; i < group->subset_count; i++)
            group->subset[i] = draw_from_pool(&group->pool, mood, random);
        for (size_t other = 0; other < g; other++)
            borrow_values(generator, arena, random, group,
                          &generator->groups.items[other]);
        add_twin(arena, random, group);
        draw_bytes_twins(random, group);
        respell_one(generator, arena, random, group);
        add_other_infinity(generator->hints, random, group);
        add_spaced(generator, arena, random, group);
        draw_documents(random, group);
        draw_readable(random, group);
    }
}

static bool same_value(Value a, Value b)
{
    return a.kind == b.kind && a.integer == b.integer && a.number == b.number &&
           a.length == b.length &&
           (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

void draw_two_values(Generator *generator, Random *random, size_t group)
{
    Group *it = &generator->groups.items[group];
    it->subset_count = 2;
    it->subset[1] = it->subset[0];
    for (unsigned i = 0; i < ROW_ATTEMPTS && same_value(it->subset[0], it->subset[1]);
         i++)
        it->subset[1] = draw_from_pool(&it->pool, &moods[0], random);
}

Value draw_value(Drawing *drawing, uint32_t index, bool widely)
{
    const Generator *generator = drawing->generator;
    const Slot *slot = &generator->slots[index];
    const Group *group = &generator->groups.items[slot->group];
    size_t row = drawing->rows[generator->hints->columns[index].table].count;
    if (drawing->alike > 0 && slot->group == drawing->numbered &&
        group->domain.kind == DOMAIN_INTEGER)
        return (Value){.kind = VALUE_INTEGER,
                       .type = TYPE_INTEGER,
                       .integer = (int64_t)(row / drawing->alike)};
    if (drawing->is_parade && !widely)
        return parade_value(drawing, slot, row + index * drawing->stagger);
    unsigned null_chance = drawing->null_chance;
    if (slot->wants_null && null_chance < WANTED_NULLS)
        null_chance = WANTED_NULLS;
    if (index == drawing->emptied && null_chance < drawing->emptied_chance)
        null_chance = drawing->emptied_chance;
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

// Recursion

bool drawing_is_chain(const Drawing *drawing)
{
    return drawing->leading == CHAIN_UP || drawing->leading == CHAIN_DOWN;
}

// In a chain, columns of one class lead from row to row: (0, 1), (1, 2), …, or numbers
// downwards, or from elsewhere. Where an end is asked for by NULL there are several.
static bool draw_link(Drawing *drawing, size_t t, uint32_t column, Value *value)
{
    const Generator *generator = drawing->generator;
    size_t first = generator->hints->first[t], before = 0;
    const Slot *slot = &generator->slots[first + column];
    const Group *group = &generator->groups.items[slot->group];
    for (size_t c = 0; c < column; c++)
        before += generator->slots[first + c].group == slot->group;
    const PoolSection *common = &group->pool.sections[SECTION_COMMON];
    if (common->count == 0)
        return false;
    size_t at = drawing->rows[t].count + before;
    *value = common->values[at % common->count];
    if (slot->nullable && slot->wants_null && random_chance(drawing->random, 1, 8))
        *value = null_value;
    else if (value->kind == VALUE_INTEGER && group->domain.kind == DOMAIN_INTEGER)
        value->integer = drawing->chain_start +
                         (drawing->leading == CHAIN_UP ? (int64_t)at : -(int64_t)at);
    return true;
}

// Returns the last number before column `c` in a column of its class, or NULL.
static const Value *number_before(const Slot *slots, const Value *row, size_t c)
{
    const Value *found = NULL;
    for (size_t i = 0; i < c; i++)
        if (slots[i].group == slots[c].group && row[i].kind == VALUE_INTEGER)
            found = &row[i];
    return found;
}

// True if the row leads where all do. Only numbers are held to it; a chain has no need.
static bool leads_on(const Drawing *drawing, size_t t, const Value *row)
{
    const Hints *hints = drawing->generator->hints;
    const Slot *slots = drawing->generator->slots + hints->first[t];
    bool is_root = drawing->rows[t].count == 0; // It may have to lead to itself.
    if (is_root || (drawing->leading != LEADS_UP && drawing->leading != LEADS_DOWN))
        return true;
    for (size_t c = 0; c < hints->tables[t]->column_count; c++) {
        const Value *before = number_before(slots, row, c);
        if (before == NULL || row[c].kind != VALUE_INTEGER)
            continue;
        if (drawing->leading == LEADS_UP ? before->integer >= row[c].integer
                                         : before->integer <= row[c].integer)
            return false;
    }
    return true;
}

// Constraints

static bool rows_agree(const Unique *unique, const Value *a, const Value *b)
{
    for (size_t i = 0; i < unique->count; i++) {
        uint32_t c = unique->columns[i];
        if (c >= unique->table->column_count || !unique_ties(unique, c, a[c], b[c]))
            return false;
    }
    return true;
}

static bool agrees_with_any(Unique unique, const Value *row, const Rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows_agree(&unique, row, rows->items[i]))
            return true;
    return false;
}

static bool breaks_key(const Table *table, const Value *row, const Rows *rows)
{
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        if (key->assurance >= ASSURANCE_TRUSTED &&
            agrees_with_any(unique_of_key(table, key), row, rows))
            return true;
    }
    for (size_t i = 0; i < table->index_count; i++) {
        const Index *index = &table->indexes[i];
        if (index->unique && !index->partial &&
            agrees_with_any(unique_of_index(table, index), row, rows))
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
    size_t parent = hints_parent(hints, t, key);
    if (parent == hints->table_count)
        return set_null_reference(drawing, t, key, row);
    if (random_chance(drawing->random, drawing->null_chance, 16) &&
        set_null_reference(drawing, t, key, row))
        return true;
    bool is_root = parent == t && drawing->rows[t].count == 0;
    if (is_root && drawing->leading != LEADS_ANYWHERE &&
        set_null_reference(drawing, t, key, row))
        return true;
    bool may_be_own = parent == t && (is_root || drawing->leading == LEADS_ANYWHERE);
    size_t choices = drawing->rows[parent].count + may_be_own;
    if (choices == 0)
        return set_null_reference(drawing, t, key, row);
    size_t choice = random_below(drawing->random, choices);
    if (parent == t && drawing_is_chain(drawing) && random_chance(drawing->random, 3, 4))
        choice = choices - 1;
    const Value *from =
        choice < drawing->rows[parent].count ? drawing->rows[parent].items[choice] : row;
    return copy_reference(key, from, row) || set_null_reference(drawing, t, key, row);
}

// Rows

void draw_columns(Drawing *drawing, size_t t, bool widely, Value *row)
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
        if (slot->is_idle)
            row[c] = slot->idle;
        else if (copied != NULL && !column_in_key(table, c) &&
                 random_chance(drawing->random, 15, 16))
            row[c] = copied[c];
        else if (template != NULL && slot->is_checked)
            row[c] = template[c];
        else if (!drawing_is_chain(drawing) || slot->is_generated ||
                 !draw_link(drawing, t, c, &row[c]))
            row[c] = slot->is_generated
                         ? null_value
                         : draw_value(drawing, index, widely && column_in_key(table, c));
    }
}

// True if what is aimed at gives one of the key's columns.
static bool is_given(const ForeignKey *key, const AimedRow *aimed)
{
    for (size_t i = 0; aimed != NULL && i < key->column_count; i++)
        if (aimed->is_set[key->columns[i]])
            return true;
    return false;
}

static bool finds_parent(Drawing *drawing, size_t t, const ForeignKey *key,
                         const Value *row)
{
    const Hints *hints = drawing->generator->hints;
    size_t parent = hints_parent(hints, t, key);
    for (size_t i = 0; i < key->column_count; i++)
        if (row[key->columns[i]].kind == VALUE_NULL)
            return true;
    for (size_t p = 0; parent < hints->table_count && p <= drawing->rows[parent].count;
         p++) {
        bool is_own = p == drawing->rows[parent].count;
        const Value *from = is_own ? row : drawing->rows[parent].items[p];
        size_t same = 0;
        for (size_t i = 0; (!is_own || parent == t) && i < key->column_count; i++)
            same += values_tie(hints->tables[parent], key->target_columns[i],
                               from[key->target_columns[i]], row[key->columns[i]]);
        if (same == key->column_count)
            return true;
    }
    return parent == hints->table_count;
}

// Sets the references of which nothing is given; false if one that is given leads
// nowhere.
static bool set_references(Drawing *drawing, size_t t, const AimedRow *aimed, Value *row)
{
    const Table *table = drawing->generator->hints->tables[t];
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        if (key->assurance >= ASSURANCE_TRUSTED &&
            !(is_given(key, aimed) ? finds_parent(drawing, t, key, row)
                                   : set_reference(drawing, t, key, row)))
            return false;
    }
    return true;
}

// What is asked of a document's parts is not known, so that what is given for the whole
// of it is seldom a document.
static bool takes_given(Drawing *drawing, size_t t, size_t c)
{
    const Generator *generator = drawing->generator;
    uint32_t group = generator->slots[generator->hints->first[t] + c].group;
    return generator->groups.items[group].documents.count == 0 ||
           random_chance(drawing->random, 1, 8);
}

void draw_row(Drawing *drawing, size_t t, const AimedRow *aimed)
{
    const Table *table = drawing->generator->hints->tables[t];
    for (unsigned attempt = 0; attempt < ROW_ATTEMPTS; attempt++) {
        Value *row = arena_new(drawing->arena, Value, table->column_count + 1);
        draw_columns(drawing, t, attempt > ROW_ATTEMPTS / 3, row);
        for (size_t c = 0; aimed != NULL && c < table->column_count; c++)
            if (aimed->is_set[c] && takes_given(drawing, t, c))
                row[c] = aimed->values[c];
        if (set_references(drawing, t, aimed, row) &&
            (aimed != NULL || leads_on(drawing, t, row)) &&
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

TableRows table_rows(const Generator *generator, Arena *arena, size_t t, const Rows *rows)
{
    const Value **kept = arena_new(arena, const Value *, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        kept[i] = row_without_generated(generator, arena, t, rows->items[i]);
    return (TableRows){.table = generator->hints->tables[t],
                       .rows = kept,
                       .row_count = rows->count};
}
