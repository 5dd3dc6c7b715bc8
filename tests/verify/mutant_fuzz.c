// mutant_fuzz.c - random queries: a mistake that is left out as no mistake is none.
//
//     mutant_fuzz QUERIES [SEED]
//
// Queries are drawn whose conditions repeat and contradict each other: in WHERE, ON,
// CASE, HAVING, IN and EXISTS, in derived tables, arms of UNION ALL and CTEs, over tables
// with CHECKs, keys and foreign keys. Of each some mutants that are said to be unseen
// (unseen.h), and some that are not made at all (harmless.h), go through databases beside
// the original.

#include "base/array.h"
#include "base/text.h"
#include "pair_fuzz.h"
#include "verify/mutate.h"
#include "verify/unseen.h"

#include <stdio.h>
#include <string.h>

enum {
    COLUMN_LIMIT = 24,
    CONSTANTS = 3,
    DATABASES = 60,
    JUDGED = 3,        // Mutants of a query, drawn from those that are unseen.
    DUCKDB_SHARE = 12, // One of so many queries is DuckDB's.
};

static const char sqlite_schema[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a >= 0), b INTEGER,"
    " kind TEXT NOT NULL CHECK (kind IN ('p', 'q', 's')));"
    "CREATE TABLE u (k INTEGER NOT NULL UNIQUE, v INTEGER,"
    " w INTEGER NOT NULL REFERENCES t(id), day DATE CHECK (day IS date(day)));";
static const char duckdb_schema[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a >= 0), b INTEGER,"
    " kind TEXT NOT NULL CHECK (kind IN ('p', 'q', 's')));"
    "CREATE TABLE u (k INTEGER NOT NULL UNIQUE, v INTEGER,"
    " w INTEGER NOT NULL REFERENCES t(id), day TEXT);";

static const char *const texts[] = {"'p'", "'q'", "'r'", "'2024-01'", "'2024-01-31'"};
static const char *const operators[] = {"=", "<>", "<", "<=", ">", ">=", "=", ">"};

// Drawing

typedef struct {
    const char *name;
    bool is_text;
} Place;

// What may be named where a condition stands.
typedef struct {
    Place columns[COLUMN_LIMIT];
    size_t count;
} Scope;

typedef struct {
    Arena *arena;
    Random *random;
    Text sql;
    size_t aliases;
    bool has_cte;
} Draft;

static size_t below(Draft *draft, size_t limit)
{
    return (size_t)random_below(draft->random, limit);
}

static void put(Draft *draft, const char *text)
{
    text_add(&draft->sql, text);
}

static void add_column(Draft *draft, Scope *scope, const char *alias, const char *name,
                       bool is_text)
{
    if (scope->count < COLUMN_LIMIT)
        scope->columns[scope->count++] =
            (Place){arena_printf(draft->arena, "%s.%s", alias, name), is_text};
}

static const Place *draw_column(Draft *draft, const Scope *scope)
{
    // The first ones are named more often, so that conditions meet.
    size_t at = below(draft, 2) ? below(draft, scope->count) : 0;
    return &scope->columns[at];
}

static void put_operand(Draft *draft, const Scope *scope, const Place *column)
{
    const Place *other = draw_column(draft, scope);
    if (column->is_text)
        put(draft, other->is_text && below(draft, 3) == 0
                       ? other->name
                       : texts[below(draft, COUNT_OF(texts))]);
    else if (!other->is_text && below(draft, 3) == 0)
        put(draft, other->name);
    else
        text_addf(&draft->sql, below(draft, 4) ? "%zu" : "%zu + 1",
                  below(draft, CONSTANTS));
}

static void put_block(Draft *draft, const Scope *outer, size_t depth, bool is_member);
static void put_condition(Draft *draft, const Scope *scope, size_t depth);

static void put_comparison(Draft *draft, const Scope *scope)
{
    const Place *column = draw_column(draft, scope);
    text_addf(&draft->sql, "%s %s ", column->name,
              operators[below(draft, COUNT_OF(operators))]);
    put_operand(draft, scope, column);
}

static void put_case(Draft *draft, const Scope *scope)
{
    const Place *column = &scope->columns[0];
    if (column->is_text) {
        put_comparison(draft, scope);
        return;
    }
    put(draft, "CASE WHEN ");
    put_comparison(draft, scope);
    text_addf(&draft->sql, " THEN 6 / %s ELSE NULL END %s %zu", column->name,
              operators[below(draft, COUNT_OF(operators))], below(draft, CONSTANTS));
}

static void put_list(Draft *draft, const Scope *scope, size_t depth)
{
    const char *word = below(draft, 2) ? " AND " : " OR ";
    put(draft, "(");
    put_condition(draft, scope, depth + 1);
    put(draft, word);
    put_condition(draft, scope, depth + 1);
    put(draft, ")");
}

static void put_condition(Draft *draft, const Scope *scope, size_t depth)
{
    const Place *column = &scope->columns[0];
    switch (below(draft, depth > 2 ? 4 : 12)) {
    case 0:
        text_addf(&draft->sql, "%s IS %sNULL", draw_column(draft, scope)->name,
                  below(draft, 2) ? "NOT " : "");
        break;
    case 4:
        put_case(draft, scope);
        break;
    case 5:
        put_list(draft, scope, depth);
        break;
    case 6:
        text_addf(&draft->sql, "%sEXISTS ", below(draft, 2) ? "NOT " : "");
        put_block(draft, scope, depth + 2, true);
        break;
    case 7:
        while (column->is_text && column + 1 < scope->columns + scope->count)
            column++;
        text_addf(&draft->sql, "%s %sIN ", column->name, below(draft, 2) ? "NOT " : "");
        put_block(draft, scope, depth + 2, true);
        break;
    case 8:
        put(draft, "NOT (");
        put_comparison(draft, scope);
        put(draft, ")");
        break;
    default:
        put_comparison(draft, scope);
        break;
    }
}

static void put_conditions(Draft *draft, const Scope *scope, const char *before,
                           size_t depth)
{
    for (size_t i = below(draft, 4), j = 0; j < i; j++) {
        put(draft, j == 0 ? before : " AND ");
        put_condition(draft, scope, depth);
    }
}

// Writes a derived table with the columns m, a number, and n, a text or a number.
static bool put_derived(Draft *draft, size_t depth)
{
    Scope scope = {0};
    bool is_text = below(draft, 2);
    add_column(draft, &scope, "t", "a", false);
    add_column(draft, &scope, "t", "b", false);
    add_column(draft, &scope, "t", "kind", true);
    switch (below(draft, 4)) {
    case 0:
        put(draft, is_text ? "SELECT t.a AS m, 'p' AS n FROM t"
                           : "SELECT t.a AS m, 1 AS n FROM t");
        put_conditions(draft, &scope, " WHERE ", depth + 1);
        put(draft, is_text ? " UNION ALL SELECT u.v, 'q' FROM u"
                           : " UNION ALL SELECT u.v, 2 FROM u");
        break;
    case 1:
        put(draft, is_text ? "SELECT t.a AS m, max(t.kind) AS n FROM t"
                           : "SELECT t.a AS m, sum(t.b) AS n FROM t");
        put_conditions(draft, &scope, " WHERE ", depth + 1);
        put(draft, " GROUP BY t.a");
        break;
    case 2:
        put(draft,
            "SELECT t.b AS m, count(*) AS n FROM t LEFT JOIN u ON u.w = t.id AND ");
        put_condition(draft, &scope, depth + 1);
        put(draft, " GROUP BY t.b HAVING count(*) > 0");
        is_text = false;
        break;
    default:
        put(draft, is_text ? "SELECT t.b AS m, t.kind AS n FROM t JOIN u ON u.k = t.b"
                           : "SELECT DISTINCT t.b AS m, t.a AS n FROM t");
        put_conditions(draft, &scope, " WHERE ", depth + 1);
        break;
    }
    return is_text;
}

static void put_source(Draft *draft, Scope *scope, size_t depth)
{
    const char *alias = arena_printf(draft->arena, "s%zu", draft->aliases++);
    size_t kind = below(draft, depth > 1 ? 2 : 5);
    if (kind == 4 && draft->has_cte) {
        text_addf(&draft->sql, "c AS %s", alias);
        add_column(draft, scope, alias, "m", false);
    } else if (kind >= 3) {
        put(draft, "(");
        bool is_text = put_derived(draft, depth + 1);
        text_addf(&draft->sql, ") AS %s", alias);
        add_column(draft, scope, alias, "m", false);
        add_column(draft, scope, alias, "n", is_text);
    } else {
        bool is_t = below(draft, 2);
        text_addf(&draft->sql, "%s AS %s", is_t ? "t" : "u", alias);
        add_column(draft, scope, alias, is_t ? "a" : "v", false);
        add_column(draft, scope, alias, is_t ? "b" : "w", false);
        add_column(draft, scope, alias, is_t ? "id" : "k", false);
        add_column(draft, scope, alias, is_t ? "kind" : "day", true);
    }
}

static void put_from(Draft *draft, Scope *scope, size_t depth)
{
    static const char *const joins[] = {" JOIN ", " LEFT JOIN ", " JOIN ", " RIGHT JOIN ",
                                        " FULL JOIN "};
    put(draft, " FROM ");
    put_source(draft, scope, depth);
    for (size_t i = below(draft, depth > 0 ? 2 : 3); i > 0; i--) {
        put(draft, joins[below(draft, COUNT_OF(joins))]);
        put_source(draft, scope, depth);
        put(draft, " ON ");
        put_comparison(draft, scope);
        if (below(draft, 2)) {
            put(draft, " AND ");
            put_condition(draft, scope, depth + 2);
        }
    }
}

// Writes a SELECT; what is in brackets has one column.
static void put_block(Draft *draft, const Scope *outer, size_t depth, bool is_member)
{
    Scope scope = {0};
    Text before = draft->sql;
    draft->sql = text_new(draft->arena);
    put_from(draft, &scope, depth);
    const char *from = draft->sql.bytes;
    draft->sql = before;
    size_t own = scope.count;
    for (size_t i = 0; outer != NULL && i < outer->count && scope.count < COLUMN_LIMIT;
         i++)
        scope.columns[scope.count++] = outer->columns[i];
    bool is_grouped = !is_member && below(draft, 4) == 0;
    const char *first = scope.columns[0].name, *last = scope.columns[own - 1].name;
    text_addf(&draft->sql, "%sSELECT %s", is_member ? "(" : "", first);
    if (is_grouped)
        text_addf(&draft->sql,
                  ", count(*), sum(CASE WHEN %s > 0 THEN 1 END), min(%s), avg(%s)", first,
                  first, first);
    else if (!is_member)
        text_addf(&draft->sql, ", %s, CASE WHEN %s >= 0 THEN 1 ELSE 0 END", last, first);
    put(draft, from);
    put_conditions(draft, &scope, " WHERE ", depth);
    if (is_grouped) {
        Scope keys = {.columns = {scope.columns[0]}, .count = 1};
        text_addf(&draft->sql, " GROUP BY %s", first);
        put_conditions(draft, &keys, " HAVING ", 3);
    }
    put(draft, is_member ? ")" : "");
}

static const char *draft_query(Arena *arena, Random *random)
{
    Draft draft = {.arena = arena, .random = random, .sql = text_new(arena)};
    if (below(&draft, 3) == 0) {
        put(&draft, "WITH c AS (");
        (void)put_derived(&draft, 1);
        put(&draft, ") ");
        draft.has_cte = true;
    }
    put_block(&draft, NULL, 0, false);
    return draft.sql.bytes;
}

// Judging

typedef struct {
    size_t queries, unbound, mutants, unseen, harmless;
} Tally;

static bool has_mutant(const Mutants *mutants, const char *sql)
{
    for (size_t i = 0; i < mutants->count; i++)
        if (strcmp(mutants->items[i].sql, sql) == 0)
            return true;
    return false;
}

static void try_query(Fuzz *fuzz, void *context, Dialect dialect, Random *random)
{
    Tally *tally = context;
    Arena arena = ARENA_EMPTY;
    const char *sql = draft_query(&arena, random);
    Pair pair = pair_new(&arena, fuzz->catalogs[dialect], sql, sql);
    tally->queries++;
    tally->unbound += pair.left.tree == NULL;
    Mutants mutants = mutants_new(&arena, &pair.left);
    tally->mutants += mutants.count;
    Mutants all = mutants_of_all_places(&arena, &pair.left);
    size_t first = random_below(random, all.count + 1);
    size_t unseen = 0, harmless = 0;
    for (size_t i = 0; i < all.count && all.count < MUTANT_LIMIT; i++) {
        const Mutant *mutant = &all.items[(first + i) % all.count];
        bool is_harmless = !has_mutant(&mutants, mutant->sql);
        bool is_unseen =
            !is_harmless && mutant_is_unseen(mutants.harmless, &mutant->tree);
        harmless += is_harmless;
        unseen += is_unseen;
        if ((is_harmless && harmless <= JUDGED) || (is_unseen && unseen <= JUDGED))
            fuzz_judge(fuzz, &arena, dialect, sql, mutant->sql, mutant->what);
    }
    tally->harmless += harmless;
    tally->unseen += unseen;
    arena_clear(&arena);
}

// Where little is left out, nothing is tested.
static bool sum_up(const void *context)
{
    const Tally *tally = context;
    printf("of %zu queries (%zu do not bind) with %zu mutants, %zu are unseen,"
           " %zu more harmless\n",
           tally->queries, tally->unbound, tally->mutants, tally->unseen,
           tally->harmless);
    return tally->unseen >= tally->queries / 8 && tally->unbound * 20 <= tally->queries;
}

int main(int count, char **arguments)
{
    Tally tally = {0};
    FuzzPlan plan = {
        .schemas = {[DIALECT_SQLITE] = sqlite_schema, [DIALECT_DUCKDB] = duckdb_schema},
        .databases = DATABASES,
        .duckdb_share = DUCKDB_SHARE,
        .attempt = try_query,
        .sum_up = sum_up,
        .tally = &tally,
    };
    return fuzz_run(&plan, count, arguments);
}
