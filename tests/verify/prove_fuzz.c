// prove_fuzz.c - random pairs of joins: what is proved is never refuted.
//
//     prove_fuzz PAIRS [SEED]
//
// A draft is a join of a few tables with conditions and outputs. The left query is the
// draft as it is; the right one is the draft after some edits, sound or not (a condition
// more or less, a self-join on a key or beside it, DISTINCT, another constant), written
// in other words (sources and conditions in another order, comparisons mirrored, NOT,
// derived tables). Each pair that is proved goes through databases.

#include "base/array.h"
#include "base/text.h"
#include "pair_fuzz.h"
#include "verify/prove.h"

#include <stdio.h>

enum {
    SOURCE_LIMIT = 5,
    CONDITION_LIMIT = 10,
    OUTPUT_LIMIT = 3,
    CONSTANTS = 3,
    DATABASES = 10,
    DUCKDB_SHARE = 8, // One of so many pairs is DuckDB's.
};

static const char schema[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);"
    "CREATE TABLE u (k INTEGER NOT NULL UNIQUE, v INTEGER,"
    " w INTEGER NOT NULL REFERENCES t(id));"
    "CREATE TABLE n (x INTEGER UNIQUE, y INTEGER, z INTEGER NOT NULL);"
    "CREATE TABLE p (c INTEGER NOT NULL, d INTEGER NOT NULL, e INTEGER, UNIQUE (c, d));";

enum { TABLES = 4, COLUMNS = 3 };
static const char *const table_names[TABLES] = {"t", "u", "n", "p"};
static const char *const column_names[TABLES][COLUMNS] = {
    {"id", "a", "b"}, {"k", "v", "w"}, {"x", "y", "z"}, {"c", "d", "e"}};

typedef enum { TEST_COMPARE, TEST_EQUAL, TEST_NOT_NULL, TEST_NULL, TEST_LIST } Test;

typedef struct {
    size_t source, column;
} Place;

typedef struct {
    Test test;
    Place left, right; // `right`: TEST_EQUAL.
    unsigned compare;  // Of `operators`.
    int number;
} Condition;

typedef struct {
    size_t tables[SOURCE_LIMIT];
    size_t source_count;
    bool is_outer; // The last source is LEFT JOINed, on conditions[0].
    Condition conditions[CONDITION_LIMIT];
    size_t condition_count;
    Place outputs[OUTPUT_LIMIT];
    size_t output_count;
    bool is_distinct, is_grouped;
} Draft;

static const char *const operators[] = {"=", "<>", "<", "<=", ">", ">="};
static const char *const mirrored[] = {"=", "<>", ">", ">=", "<", "<="};
static const char *const negated[] = {"<>", "=", ">=", ">", "<=", "<"};

// Drafts

static Place place_draw(Random *random, const Draft *draft)
{
    return (Place){random_below(random, draft->source_count),
                   random_below(random, COLUMNS)};
}

static Condition condition_draw(Random *random, const Draft *draft)
{
    return (Condition){.test = (Test)random_below(random, TEST_LIST + 1),
                       .left = place_draw(random, draft),
                       .right = place_draw(random, draft),
                       .compare = (unsigned)random_below(random, COUNT_OF(operators)),
                       .number = (int)random_below(random, CONSTANTS)};
}

static void condition_add(Draft *draft, Condition condition)
{
    if (draft->condition_count < CONDITION_LIMIT)
        draft->conditions[draft->condition_count++] = condition;
}

static Draft draft_draw(Random *random)
{
    Draft draft = {.source_count = 1 + random_below(random, 3),
                   .output_count = 1 + random_below(random, OUTPUT_LIMIT),
                   .is_distinct = random_chance(random, 1, 3),
                   .is_grouped = random_chance(random, 1, 6)};
    for (size_t i = 0; i < draft.source_count; i++)
        draft.tables[i] = random_below(random, TABLES);
    for (size_t i = 1; i < draft.source_count; i++) {
        Condition join = {.test = TEST_EQUAL,
                          .left = {i, random_below(random, COLUMNS)},
                          .right = {random_below(random, i), 0}};
        join.right.column = random_below(random, COLUMNS);
        condition_add(&draft, join);
    }
    if (draft.source_count == 2 && random_chance(random, 1, 4))
        draft.is_outer = true;
    for (size_t i = random_below(random, 3); i > 0; i--)
        condition_add(&draft, condition_draw(random, &draft));
    for (size_t i = 0; i < draft.output_count; i++)
        draft.outputs[i] = place_draw(random, &draft);
    return draft;
}

// Edits

// Joins a source with itself, on one column or two, and reads some outputs from there.
static void edit_add_copy(Random *random, Draft *draft)
{
    if (draft->source_count == SOURCE_LIMIT || draft->is_outer)
        return;
    size_t source = random_below(random, draft->source_count);
    size_t copy = draft->source_count++;
    size_t column = random_below(random, COLUMNS);
    draft->tables[copy] = draft->tables[source];
    for (size_t i = 0; i < 1 + random_below(random, 2); i++)
        condition_add(draft, (Condition){.test = TEST_EQUAL,
                                         .left = {copy, (column + i) % COLUMNS},
                                         .right = {source, (column + i) % COLUMNS}});
    for (size_t i = 0; i < draft->output_count; i++)
        if (draft->outputs[i].source == source && random_chance(random, 1, 2))
            draft->outputs[i].source = copy;
}

// Joins the parent of a foreign key, or what is not its parent.
static void edit_add_parent(Random *random, Draft *draft)
{
    if (draft->source_count == SOURCE_LIMIT || draft->is_outer)
        return;
    size_t source = random_below(random, draft->source_count);
    size_t parent = draft->source_count++;
    draft->tables[parent] = 0;
    condition_add(draft, (Condition){.test = TEST_EQUAL,
                                     .left = {parent, 0},
                                     .right = {source, random_below(random, COLUMNS)}});
}

static void edit_condition(Random *random, Draft *draft)
{
    size_t first = draft->is_outer ? 1 : 0; // The ON stays.
    if (draft->condition_count <= first)
        return;
    size_t place = first + random_below(random, draft->condition_count - first);
    Condition *condition = &draft->conditions[place];
    switch (random_below(random, 4)) {
    case 0:
        *condition = draft->conditions[--draft->condition_count];
        break;
    case 1:
        condition_add(draft, *condition);
        break;
    case 2:
        condition->number = (int)random_below(random, CONSTANTS);
        break;
    default:
        condition_add(draft, (Condition){.test = TEST_NOT_NULL, .left = condition->left});
        break;
    }
}

static void edit_output(Random *random, Draft *draft)
{
    size_t place = random_below(random, draft->condition_count + 1);
    Place *output = &draft->outputs[random_below(random, draft->output_count)];
    if (place < draft->condition_count && draft->conditions[place].test == TEST_EQUAL)
        *output = draft->conditions[place].left;
}

static void edit(Random *random, Draft *draft)
{
    switch (random_below(random, 8)) {
    case 0:
        draft->is_distinct = !draft->is_distinct;
        break;
    case 1:
        edit_add_copy(random, draft);
        break;
    case 2:
        edit_add_parent(random, draft);
        break;
    case 3:
        edit_output(random, draft);
        break;
    case 4:
        condition_add(draft, condition_draw(random, draft));
        break;
    case 5:
        draft->is_outer = draft->is_outer ? false : draft->source_count == 2;
        break;
    default:
        edit_condition(random, draft);
        break;
    }
}

// Printing. Without `random` the draft is printed as it is.

typedef struct {
    Text sql;
    const Draft *draft;
    Random *random;
} Printer;

static bool toss(Printer *printer)
{
    return printer->random != NULL && random_chance(printer->random, 1, 2);
}

static void put_place(Printer *printer, Place place)
{
    text_addf(&printer->sql, "s%zu.%s", place.source,
              column_names[printer->draft->tables[place.source]][place.column]);
}

static void put_equal(Printer *printer, const Condition *condition)
{
    bool turn = toss(printer);
    put_place(printer, turn ? condition->right : condition->left);
    text_add(&printer->sql, " = ");
    put_place(printer, turn ? condition->left : condition->right);
}

static void put_comparison(Printer *printer, const Condition *condition)
{
    bool is_not = toss(printer), turn = toss(printer) && !is_not;
    unsigned compare = condition->compare;
    if (is_not)
        text_add(&printer->sql, "NOT (");
    if (turn)
        text_addf(&printer->sql, "%d %s ", condition->number, mirrored[compare]);
    put_place(printer, condition->left);
    if (!turn)
        text_addf(&printer->sql, " %s %d", (is_not ? negated : operators)[compare],
                  condition->number);
    if (is_not)
        text_add(&printer->sql, ")");
}

static void put_list(Printer *printer, const Condition *condition)
{
    bool as_or = toss(printer);
    text_add(&printer->sql, "(");
    put_place(printer, condition->left);
    text_addf(&printer->sql, as_or ? " = %d OR " : " IN (%d, ", condition->number);
    if (as_or)
        put_place(printer, condition->left);
    text_addf(&printer->sql, as_or ? " = %d)" : "%d))", condition->number + 1);
}

static void put_condition(Printer *printer, const Condition *condition)
{
    switch (condition->test) {
    case TEST_COMPARE:
        put_comparison(printer, condition);
        break;
    case TEST_EQUAL:
        put_equal(printer, condition);
        break;
    case TEST_NOT_NULL:
    case TEST_NULL:
        put_place(printer, condition->left);
        text_add(&printer->sql,
                 condition->test == TEST_NULL ? " IS NULL" : " IS NOT NULL");
        break;
    case TEST_LIST:
        put_list(printer, condition);
        break;
    }
}

static void put_source(Printer *printer, size_t source)
{
    const char *name = table_names[printer->draft->tables[source]];
    if (toss(printer))
        text_addf(&printer->sql, "(SELECT * FROM %s) s%zu", name, source);
    else
        text_addf(&printer->sql, "%s s%zu", name, source);
}

// Fills `order` with the numbers below `count`, shuffled.
static void draw_order(Printer *printer, size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = printer->random == NULL ? i : random_below(printer->random, i + 1);
        order[i] = i;
        order[i] = order[j];
        order[j] = i;
    }
}

static void put_from(Printer *printer)
{
    const Draft *draft = printer->draft;
    size_t order[SOURCE_LIMIT];
    text_add(&printer->sql, " FROM ");
    if (draft->is_outer) {
        bool turn = toss(printer);
        put_source(printer, turn ? 1 : 0);
        text_add(&printer->sql, turn ? " RIGHT JOIN " : " LEFT JOIN ");
        put_source(printer, turn ? 0 : 1);
        text_add(&printer->sql, " ON ");
        put_condition(printer, &draft->conditions[0]);
        return;
    }
    draw_order(printer, order, draft->source_count);
    for (size_t i = 0; i < draft->source_count; i++) {
        if (i > 0)
            text_add(&printer->sql, toss(printer) ? " CROSS JOIN " : ", ");
        put_source(printer, order[i]);
    }
}

static void put_outputs(Printer *printer, const char *before)
{
    for (size_t i = 0; i < printer->draft->output_count; i++) {
        text_add(&printer->sql, i == 0 ? before : ", ");
        put_place(printer, printer->draft->outputs[i]);
    }
}

static const char *draft_print(Arena *arena, const Draft *draft, Random *random)
{
    Printer printer = {text_new(arena), draft, random};
    size_t order[CONDITION_LIMIT];
    size_t first = draft->is_outer ? 1 : 0;
    bool is_distinct = draft->is_distinct && !draft->is_grouped;
    put_outputs(&printer, is_distinct ? "SELECT DISTINCT " : "SELECT ");
    if (draft->is_grouped)
        text_add(&printer.sql, ", count(*)");
    put_from(&printer);
    draw_order(&printer, order, draft->condition_count - first);
    for (size_t i = 0; i < draft->condition_count - first; i++) {
        text_add(&printer.sql, i == 0 ? " WHERE " : " AND ");
        put_condition(&printer, &draft->conditions[first + order[i]]);
    }
    if (draft->is_grouped)
        put_outputs(&printer, " GROUP BY ");
    return printer.sql.bytes;
}

// Judging

typedef struct {
    size_t tried, proved;
} Tally;

static void try_pair(Fuzz *fuzz, void *context, Dialect dialect, Random *random)
{
    Tally *tally = context;
    Arena arena = ARENA_EMPTY;
    Draft draft = draft_draw(random);
    const char *left = draft_print(&arena, &draft, NULL);
    for (size_t i = random_below(random, 4); i > 0; i--)
        edit(random, &draft);
    const char *right = draft_print(&arena, &draft, random);
    Pair pair = pair_new(&arena, fuzz->catalogs[dialect], left, right);
    tally->tried++;
    if (pair.left.tree == NULL || pair.right.tree == NULL) {
        fuzz->failed++;
        printf("does not bind:\n%s\n%s\n\n", left, right);
    } else if (pair_proof(&arena, &pair, false, PROOF_TRIALS) != NULL) {
        tally->proved++;
        fuzz_judge(fuzz, &arena, dialect, left, right, "proved");
    }
    arena_clear(&arena);
}

// Where little is proved, nothing is tested.
static bool sum_up(const void *context)
{
    const Tally *tally = context;
    printf("of %zu pairs %zu proved\n", tally->tried, tally->proved);
    return tally->proved * 8 >= tally->tried;
}

int main(int count, char **arguments)
{
    Tally tally = {0};
    FuzzPlan plan = {
        .schemas = {[DIALECT_SQLITE] = schema, [DIALECT_DUCKDB] = schema},
        .databases = DATABASES,
        .duckdb_share = DUCKDB_SHARE,
        .attempt = try_pair,
        .sum_up = sum_up,
        .tally = &tally,
    };
    return fuzz_run(&plan, count, arguments);
}
