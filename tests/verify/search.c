// search.c - mistakes that could matter, databases that show them, and small changes.
//
//     search FILE.test …
//
// All in memory, in SQLite's dialect, from fixed seeds. `schema` makes the tables. Then
//
//     mutants    a query; expects what the mistakes in it are, those left out that would
//                change nothing.
//     unseen     a query; expects which of these the conditions around them make up for:
//                what each changes, `; ` between them.
//     far        likewise, which are out of reach.
//     survivors  a query; expects the mistakes that no database of the search shows.
//     contrasts  a query; expects the conditions that are asked for to tell its mistakes
//                apart: what stands behind WHERE in each, `; ` between them.
//     search     an original and a candidate; expects `differs` where a database was
//                found that tells them apart, otherwise `same`.
//     vary       a query; expects what the variations of databases for it have in them:
//                changed, null (where none was), repeated, dropped.
//
// Expectations are words in a line; `none` where there are none.

#include "verify/search.h"

#include "base/file.h"
#include "base/text.h"
#include "cases.h"
#include "sql/sql.h"
#include "verify/contrast.h"
#include "verify/legal.h"
#include "verify/unseen.h"
#include "verify/vary.h"

#include <stdio.h>
#include <string.h>

enum { VARIATIONS = 400 };

typedef struct {
    const Pair *pair;
    const Hints *hints;
    Generator *generator;
    Mutants mutants;
} Setting;

typedef const char *Run(Arena *arena, Setting *setting);

static void add_word(Text *words, const char *word)
{
    text_addf(words, "%s%s", words->length == 0 ? "" : ", ", word);
}

static const char *words_or_none(const Text *words)
{
    return words->length == 0 ? "none" : words->bytes;
}

// Mutants

static const char *list_mutants(Arena *arena, Setting *setting)
{
    Text words = text_new(arena);
    for (size_t i = 0; i < setting->mutants.count; i++)
        add_word(&words, setting->mutants.items[i].what);
    return words_or_none(&words);
}

// Returns the part of the text in which another differs, a few letters before and behind.
static const char *difference(Arena *arena, const char *text, const char *other)
{
    enum { AROUND = 6 };
    size_t start = 0, length = strlen(text), end = length, rest = strlen(other);
    while (text[start] != '\0' && text[start] == other[start])
        start++;
    while (end > start && rest > start && text[end - 1] == other[rest - 1]) {
        end--;
        rest--;
    }
    start = start > AROUND ? start - AROUND : 0;
    end = end + AROUND < length ? end + AROUND : length;
    return arena_text(arena, text + start, end - start);
}

typedef bool Doubt(const Harmless *harmless, const Tree *mutant);

static const char *list_doubted(Arena *arena, Setting *setting, Doubt *is_doubted)
{
    Text list = text_new(arena);
    PrintStyle style = {.one_line = true, .no_comments = true};
    const char *original = sql_print(arena, setting->pair->left.tree, style);
    for (size_t i = 0; i < setting->mutants.count; i++) {
        const Mutant *mutant = &setting->mutants.items[i];
        if (is_doubted(setting->mutants.harmless, &mutant->tree))
            text_addf(&list, "%s%s", list.length == 0 ? "" : "; ",
                      difference(arena, mutant->sql, original));
    }
    return list.length == 0 ? "none" : list.bytes;
}

static const char *list_unseen(Arena *arena, Setting *setting)
{
    return list_doubted(arena, setting, mutant_is_unseen);
}

static const char *list_far(Arena *arena, Setting *setting)
{
    return list_doubted(arena, setting, mutant_is_out_of_reach);
}

// Contrasts

static const char *list_contrasts(Arena *arena, Setting *setting)
{
    static const char *const besides[] = {[BESIDE_TIE] = "tie",
                                          [BESIDE_TWIN] = "twin",
                                          [BESIDE_GROUP] = "group",
                                          [BESIDE_MANY] = "many"};
    PrintStyle style = {.one_line = true, .no_comments = true};
    Contrast contrasts[CONTRAST_LIMIT];
    Text list = text_new(arena);
    for (size_t i = 0; i < setting->mutants.count; i++) {
        const Mutant *mutant = &setting->mutants.items[i];
        size_t count =
            contrasts_of(arena, setting->pair->left.tree, &mutant->tree, contrasts);
        for (size_t c = 0; c < count; c++) {
            const char *sql = sql_print(arena, &contrasts[c].tree, style);
            const char *where = strstr(sql, " WHERE ");
            const char *beside = besides[contrasts[c].beside.kind];
            text_addf(&list, "%s%s", list.length == 0 ? "" : "; ",
                      beside != NULL  ? beside
                      : where == NULL ? sql
                                      : where + strlen(" WHERE "));
        }
    }
    return list.length == 0 ? "none" : list.bytes;
}

// The search

static Search *run_search(Arena *arena, Setting *setting)
{
    Random random = random_new(5);
    Ordering *ordering = arena_new(arena, Ordering, 1);
    *ordering = ordering_new(arena, &setting->pair->left);
    Search *search =
        search_new(arena, setting->pair, setting->hints, ordering, &setting->mutants);
    if (search != NULL)
        (void)search_run(search, setting->generator, &random, 0, SIZE_MAX);
    return search;
}

static const char *list_survivors(Arena *arena, Setting *setting)
{
    Mutants *mutants = &setting->mutants;
    Search *search = run_search(arena, setting);
    size_t kept_count = 0, count;
    if (search == NULL)
        return "not known";
    const Database *kept = search_kept(search, &kept_count);
    for (size_t k = 0; k < kept_count; k++) {
        (void)search_tells_apart(search, arena, &kept[k]);
        const size_t *which = search_kills(search, arena, &count);
        for (size_t i = 0; i < count; i++)
            mutants->items[which[i]].killed = true;
    }
    Text words = text_new(arena);
    for (size_t i = 0; i < mutants->count; i++)
        if (mutant_is_left(&mutants->items[i]))
            add_word(&words, mutants->items[i].what);
    return words_or_none(&words);
}

// What differs comes first among what was kept.
static const char *find_difference(Arena *arena, Setting *setting)
{
    Search *search = run_search(arena, setting);
    size_t count = 0;
    if (search == NULL)
        return "not known";
    const Database *kept = search_kept(search, &count);
    bool first = count > 0 && search_tells_apart(search, arena, &kept[0]);
    bool any = first;
    for (size_t i = 1; i < count; i++)
        any |= search_tells_apart(search, arena, &kept[i]);
    if (any && !first)
        return "differs, but not on the first";
    return any ? "differs" : "same";
}

// Variations

typedef struct {
    size_t illegal, touched; // Never.
    size_t changed, nulls, repeated, dropped;
} Sightings;

static size_t count_nulls(const TableRows *rows)
{
    size_t nulls = 0;
    for (size_t i = 0; i < rows->row_count; i++)
        for (size_t c = 0; c < rows->table->column_count; c++)
            nulls += rows->rows[i][c].kind == VALUE_NULL;
    return nulls;
}

static bool tables_same(const TableRows *a, const TableRows *b)
{
    if (a->row_count != b->row_count)
        return false;
    for (size_t i = 0; i < a->row_count; i++)
        for (size_t c = 0; c < a->table->column_count; c++)
            if (!value_same(a->rows[i][c], b->rows[i][c]))
                return false;
    return true;
}

static void look(const Database *before, const Database *after, Sightings *seen)
{
    for (size_t t = 0; t < before->table_count; t++) {
        const TableRows *old = &before->tables[t], *new = &after->tables[t];
        seen->repeated += new->row_count > old->row_count;
        seen->dropped += new->row_count < old->row_count;
        seen->nulls +=
            new->row_count <= old->row_count &&count_nulls(new) > count_nulls(old);
        seen->changed += new->row_count == old->row_count && !tables_same(new, old);
    }
}

static void vary_once(Arena *arena, Setting *setting, Random *random, size_t index,
                      Sightings *seen)
{
    Database base = generator_next(setting->generator, arena, random, index, 3);
    Database other = generator_next(setting->generator, arena, random, index + 1, 3);
    Database copy = database_copied(arena, &base), varied;
    if (database_varied(arena, setting->hints, &base, &other, random, &varied)) {
        seen->illegal += !database_is_legal(setting->hints, &varied);
        look(&base, &varied, seen);
    }
    for (size_t t = 0; t < base.table_count; t++)
        seen->touched += !tables_same(&base.tables[t], &copy.tables[t]);
}

static const char *list_variations(Arena *arena, Setting *setting)
{
    Sightings seen = {0};
    Random random = random_new(9);
    for (size_t i = 0; i < VARIATIONS; i++)
        vary_once(arena, setting, &random, i, &seen);
    const struct {
        const char *word;
        size_t count;
    } sightings[] = {{"illegal", seen.illegal},   {"touched", seen.touched},
                     {"changed", seen.changed},   {"null", seen.nulls},
                     {"repeated", seen.repeated}, {"dropped", seen.dropped}};
    Text words = text_new(arena);
    for (size_t i = 0; i < COUNT_OF(sightings); i++)
        if (sightings[i].count > 0)
            add_word(&words, sightings[i].word);
    return words_or_none(&words);
}

// Cases

static const struct {
    const char *command;
    Run *run;
} commands[] = {{"mutants", list_mutants},
                {"unseen", list_unseen},
                {"far", list_far},
                {"contrasts", list_contrasts},
                {"survivors", list_survivors},
                {"search", find_difference},
                {"vary", list_variations}};

static const char *run_case(Arena *arena, const char *schema, const Case *it)
{
    const Catalog *catalog;
    Error err = {0};
    const char *end = strchr(it->input, '\n');
    const char *left = it->input, *right = it->input;
    if (end != NULL) {
        left = arena_text(arena, it->input, (size_t)(end - it->input));
        right = end + 1;
    }
    if (!sql_read_schema(arena, DIALECT_SQLITE, schema, true, &catalog, &err))
        return arena_string(arena, err.message);
    catalog = catalog_with_trust(arena, catalog, (Trust){.foreign_keys = true});
    catalog = sql_bind_checks(arena, catalog);
    Pair pair = pair_new(arena, catalog, left, right);
    if (pair.left.tree == NULL || pair.right.tree == NULL)
        return arena_string(arena, pair.left.tree == NULL ? pair.left.problem
                                                          : pair.right.problem);
    const Hints *hints = hints_new(arena, &pair);
    Setting setting = {.pair = &pair,
                       .hints = hints,
                       .generator = generator_new(arena, hints),
                       .mutants = mutants_new(arena, &pair.left)};
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(it->command, commands[i].command) == 0)
            return commands[i].run(arena, &setting);
    return "no such command";
}

static void run_file(Arena *arena, const char *path, size_t *passed, size_t *failed)
{
    const char *rest, *schema = "";
    Case it;
    Error err;
    if (!file_read(arena, path, &rest, &err)) {
        printf("%s\n", err.message);
        *failed += 1;
        return;
    }
    while (next_case(arena, &rest, &it)) {
        Arena scratch = ARENA_EMPTY;
        if (strcmp(it.command, "schema") == 0) {
            schema = it.input;
            continue;
        }
        const char *got = run_case(&scratch, schema, &it);
        bool same = strcmp(got, it.expected) == 0;
        *passed += same;
        *failed += !same;
        if (!same)
            printf("%s: %s\n%s\n----\n%s\nnot: %s\n\n", path, it.command, it.input, got,
                   it.expected);
        arena_clear(&scratch);
    }
}

int main(int count, char **arguments)
{
    Arena arena = ARENA_EMPTY;
    size_t passed = 0, failed = 0;
    for (int i = 1; i < count; i++)
        run_file(&arena, arguments[i], &passed, &failed);
    arena_clear(&arena);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}
