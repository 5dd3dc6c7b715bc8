// datatest.c - run a file of cases and compare what comes out with what it says.
//
// A test file is a list of cases. A case is a command, its input, a line of dashes, and
// the output we expect, up to an empty line:
//
//     rewrite only=outer_join_to_inner expect=outer_join_to_inner
//     SELECT * FROM a LEFT JOIN b ON a.id = b.id WHERE b.x > 5
//     ----
//     SELECT * FROM a JOIN b ON a.id = b.id WHERE b.x > 5
//
// docs/test-format.md describes the commands. To add one, add it to `commands`.

#include "base/file.h"
#include "base/text.h"
#include "case_file.h"
#include "engine/engine.h"
#include "every_database.h"
#include "facts/describe.h"
#include "query/check.h"
#include "rewrite/rewrite.h"
#include "sql/sql.h"
#include "verify/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEEDS = 4, ROW_LIMIT = 1000, SHOWN_ROWS = 12, VALUE_WIDTH = 30 };

// One database that the cases of a file share.
typedef struct {
    Dialect dialect;
    Scratch *scratch; // NULL: not asked for.
    const Catalog *catalog;
    const char *values; // NULL, or: rewrites are tried on every small database of these.
} ScratchDatabase;

// Who alone decides, where guards that are off make a difference.
typedef enum { ALONE_NOBODY, ALONE_JUDGE, ALONE_EVERY_DATABASE } Alone;

// What all cases of a file share.
typedef struct {
    Arena arena;
    ScratchDatabase databases[DIALECT_COUNT];
    bool missing[DIALECT_COUNT]; // Asked for, but its library is not there.
    GuardSwitches switches;
    bool judged; // Rewritten queries are held against the original by the judge, too.
    Alone alone;
    size_t passed, failed, skipped;
    size_t tried; // Databases, where every small one is.
    // Cases where guards that are off make a difference, and what became of them: a
    // database was found on which they differ; the judge says that they can't be
    // compared, so nobody may accept them; the driver found the tree to be none before
    // there was a query.
    size_t unguarded, refuted, refused, broken;
} Suite;

// Options

// True if the comma list has this word.
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (list != NULL) {
        if (strncmp(list, word, length) == 0 &&
            (list[length] == ',' || list[length] == '\0'))
            return true;
        list = strchr(list, ',');
        list += list != NULL;
    }
    return false;
}

static const char *show_error(Arena *arena, const char *sql, const Error *err)
{
    return arena_printf(arena, "error: %s\n%s", err->message,
                        sql_show_place(arena, sql, err->offset));
}

// Rows

// Returns the row's values as a person reads them.
static const char *row_text(Arena *arena, const Value *row, size_t width)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < width; i++)
        text_addf(&text, "%s%s", i == 0 ? "" : " ",
                  value_show(arena, row[i], VALUE_WIDTH));
    return text.bytes;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef struct {
    const char **rows;
    size_t count;
    bool failed;
    const char *message;
} Outcome;

static Outcome run_query(Suite *suite, const ScratchDatabase *database, const char *sql,
                         bool ordered)
{
    Arena *arena = &suite->arena;
    Request request = {.sql = sql, .sink = SINK_ROWS, .row_limit = ROW_LIMIT};
    Result result;
    Error err;
    if (!scratch_run(database->scratch, arena, &request, &result, &err))
        return (Outcome){.failed = true, .message = arena_string(arena, err.message)};

    Outcome answer = {.rows = arena_new(arena, const char *, result.kept_count + 1),
                      .count = result.kept_count};
    for (size_t i = 0; i < result.kept_count; i++)
        answer.rows[i] = row_text(arena, result.rows[i], result.column_count);
    if (!ordered)
        qsort(answer.rows, answer.count, sizeof(*answer.rows), compare_texts);
    return answer;
}

static bool answers_equal(const Outcome *a, const Outcome *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->rows[i], b->rows[i]) != 0)
            return false;
    return true;
}

static void add_answer(Text *text, const char *title, const Outcome *answer)
{
    text_addf(text, "  %s:\n", title);
    for (size_t i = 0; i < answer->count && i < SHOWN_ROWS; i++)
        text_addf(text, "    %s\n", answer->rows[i]);
    if (answer->count > SHOWN_ROWS)
        text_addf(text, "    … %zu rows\n", answer->count);
}

// Appends a complaint if the second query does not answer as the first does.
static void add_comparison(Suite *suite, const ScratchDatabase *database, Text *text,
                           const char *before, const char *after, bool ordered)
{
    Outcome left = run_query(suite, database, before, ordered);
    Outcome right = run_query(suite, database, after, ordered);
    if (left.failed)
        text_addf(text, "error: %s\n", left.message);
    else if (right.failed)
        text_addf(text, "WRONG: %s\n", right.message);
    else if (!answers_equal(&left, &right)) {
        text_add(text, "WRONG: the two give different rows\n");
        add_answer(text, "before", &left);
        add_answer(text, "after", &right);
    }
}

// Asks the judge whether the two differ on some database.
static bool ask_judge(Suite *suite, uint64_t seed, const Catalog *catalog,
                      const char *before, const char *after, Verdict *verdict, Error *err)
{
    JudgeOptions options = {.seed = seed, .names_count = true};
    Judge *judge = NULL;
    bool ok = judge_open(catalog, &options, &judge, err) &&
              judge_pair(judge, &suite->arena, before, after, verdict, err);
    judge_close(judge);
    return ok;
}

// Appends a complaint if the judge finds a database on which the two differ.
static void add_verdict(Suite *suite, const Catalog *catalog, Text *text,
                        const char *before, const char *after)
{
    Verdict verdict = {0};
    Error err;
    if (!ask_judge(suite, 1, catalog, before, after, &verdict, &err))
        text_addf(text, "WRONG: the judge: %s\n", err.message);
    else if (verdict.kind == VERDICT_DIFFERENT)
        text_addf(text, "WRONG: %s\n%s", verdict.reason,
                  verdict.counterexample ? verdict.counterexample->script : "");
}

// Appends a complaint if the two differ on some small database.
static void add_every_database(Suite *suite, const Catalog *catalog, const char *values,
                               Text *text, const char *before, const char *after)
{
    EveryDatabase result;
    Error err;
    if (!every_database_try(&suite->arena, catalog, values, before, after, &result, &err))
        text_addf(text, "WRONG: %s\n", err.message);
    else if (result.tried == 0)
        text_add(text, "WRONG: no database could be tried\n");
    else if (result.difference != NULL)
        text_addf(text, "WRONG: %s", result.difference);
    suite->tried += result.tried;
}

// Commands. Each returns what the case came to, whether result or error.

static bool open_database(Suite *suite, ScratchDatabase *database, const char *sql,
                          Error *err)
{
    EngineOptions options = {0};
    return scratch_open(database->dialect, &options, &database->scratch, err) &&
           scratch_execute(database->scratch, sql, err) &&
           sql_read_schema(&suite->arena, database->dialect, sql, true,
                           &database->catalog, err);
}

// `schema [dialect=sqlite,duckdb] [every-database=VALUES]`: the tables of all cases up to
// the next schema.
static const char *run_schema(Suite *suite, const Case *c)
{
    Error err;
    const char *dialects = case_option(&suite->arena, c, "dialect");
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        Dialect dialect = (Dialect)i;
        ScratchDatabase *database = &suite->databases[dialect];
        bool wanted = has_word(dialects ? dialects : "sqlite", dialect_name(dialect));
        suite->missing[dialect] = wanted && !engine_is_available(dialect);
        database->dialect = dialect;
        database->values = case_option(&suite->arena, c, "every-database");
        scratch_close(database->scratch);
        database->scratch = NULL;
        if (!wanted || suite->missing[dialect])
            continue;
        if (!open_database(suite, database, c->input, &err)) {
            scratch_close(database->scratch);
            database->scratch = NULL;
            return show_error(&suite->arena, c->input, &err);
        }
        database->catalog = sql_bind_checks(&suite->arena, database->catalog);
    }
    return "";
}

static const char *run_parse(Suite *suite, const ScratchDatabase *database, const Case *c)
{
    Error err;
    const Query *query;
    if (!sql_parse(&suite->arena, database->dialect, c->input, &query, &err))
        return show_error(&suite->arena, c->input, &err);
    return arena_printf(&suite->arena, "%s\n",
                        sql_print_query(&suite->arena, database->dialect, query,
                                        (PrintStyle){.one_line = true}));
}

static const char *print_line(Arena *arena, const Tree *tree)
{
    return sql_print(arena, tree, (PrintStyle){.one_line = true});
}

static const char *run_bind(Suite *suite, const ScratchDatabase *database, const Case *c)
{
    Error err;
    Tree tree;
    if (!sql_bind(&suite->arena, database->catalog, c->input, &tree, &err) ||
        !query_check(&tree, &err))
        return show_error(&suite->arena, c->input, &err);
    Text text = text_new(&suite->arena);
    const char *printed = print_line(&suite->arena, &tree);
    text_addf(&text, "%s\n", printed);
    add_comparison(suite, database, &text, c->input, printed, tree.root->order_count > 0);
    return text.bytes;
}

// Appends a complaint if `option` names a rule and it did not do as is wanted.
static void add_unless(Suite *suite, Text *text, const Case *c, const char *name,
                       bool wanted, const Derivation *derivation)
{
    const char *rule = case_option(&suite->arena, c, name);
    if (rule == NULL)
        return;
    bool fired = false;
    for (size_t i = 0; i < derivation->step_count; i++)
        fired = fired || rule_find(rule) == derivation->steps[i].rule;
    if (rule_find(rule) == RULE_COUNT)
        text_addf(text, "WRONG: no rule %s\n", rule);
    else if (fired != wanted)
        text_addf(text, "WRONG: %s %s\n", rule, wanted ? "did not fire" : "fired");
}

static void add_assumptions(Text *text, const Assumptions *assumptions)
{
    for (size_t i = 0; i < assumptions->count; i++)
        text_addf(text, "assumes: %s: %s (%s)\n", assumptions->items[i].table->name,
                  assumptions->items[i].constraint,
                  assurance_name(assumptions->items[i].assurance));
}

// Fills `options` from the command; `enabled` and `skipped` are the room for it.
static bool read_options(Suite *suite, const Case *c, const Tree *tree, bool *enabled,
                         Step *skipped, DeriveOptions *options)
{
    const char *only = case_option(&suite->arena, c, "only");
    for (size_t i = 0; i < RULE_COUNT; i++)
        enabled[i] = only == NULL || has_word(only, rewrite_rules[i].name);
    *options = (DeriveOptions){.enabled = enabled,
                               .switches = &suite->switches,
                               .least = ASSURANCE_CHECKED};
    const char *skip = case_option(&suite->arena, c, "skip");
    if (skip == NULL)
        return true;
    Derivation full = rewrite_derive(&suite->arena, tree, options);
    size_t step = strtoul(skip, NULL, 10);
    if (step >= full.step_count)
        return false;
    *skipped = full.steps[step];
    options->skipped = skipped;
    options->skipped_count = 1;
    return true;
}

// Binds the case's query under its `trust=`. Returns what is wrong with it, or NULL.
static const char *bind_case(Suite *suite, const ScratchDatabase *database, const Case *c,
                             const Catalog **catalog, Tree *tree)
{
    Error err;
    Trust trust = {0};
    const char *trusted = case_option(&suite->arena, c, "trust");
    if (trusted != NULL && !trust_parse(trusted, &trust, &err))
        return show_error(&suite->arena, c->input, &err);
    *catalog = catalog_with_trust(&suite->arena, database->catalog, trust);
    if (!sql_bind(&suite->arena, *catalog, c->input, tree, &err) ||
        !query_check(tree, &err))
        return show_error(&suite->arena, c->input, &err);
    return NULL;
}

// True if the driver takes what comes out for a tree; it ends a program that makes none.
static bool derives_tree(Suite *suite, const Tree *tree, const DeriveOptions *options)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool quiet = freopen("/dev/null", "w", stderr) != NULL;
        rewrite_derive(&suite->arena, tree, options);
        _exit(quiet ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && status == EXIT_SUCCESS;
}

static Verdict decide_alone(Suite *suite, const ScratchDatabase *database,
                            const Catalog *catalog, const char *before, const char *after)
{
    Verdict verdict = {.kind = VERDICT_UNDECIDED};
    Error err;
    bool ok = true, decided = false;
    if (suite->alone == ALONE_JUDGE) {
        for (uint64_t seed = 1; ok && seed <= SEEDS && !decided; seed++) {
            ok = ask_judge(suite, seed, catalog, before, after, &verdict, &err);
            decided = verdict.kind != VERDICT_SAME;
        }
    } else if (database->values != NULL) {
        EveryDatabase result;
        ok = every_database_try(&suite->arena, catalog, database->values, before, after,
                                &result, &err);
        verdict.kind = result.difference != NULL ? VERDICT_DIFFERENT : VERDICT_SAME;
    }
    if (!ok)
        verdict = (Verdict){.kind = VERDICT_UNDECIDED,
                            .reason = arena_string(&suite->arena, err.message)};
    return verdict;
}

// Has the one who decides alone look at the rewrite with guards off, if they changed it.
static void judge_unguarded(Suite *suite, const ScratchDatabase *database,
                            const Catalog *catalog, const Case *c, const Tree *tree,
                            DeriveOptions options)
{
    Arena *arena = &suite->arena;
    if (!derives_tree(suite, tree, &options)) {
        suite->unguarded++;
        suite->broken++;
        return;
    }
    Derivation off = rewrite_derive(arena, tree, &options);
    options.switches = NULL;
    Derivation on = rewrite_derive(arena, tree, &options);
    const char *after = print_line(arena, &off.tree);
    if (strcmp(after, print_line(arena, &on.tree)) == 0)
        return;
    suite->unguarded++;
    Verdict verdict = decide_alone(suite, database, catalog, c->input, after);
    suite->refuted += verdict.kind == VERDICT_DIFFERENT;
    suite->refused += verdict.evidence == EVIDENCE_INCOMPARABLE;
    if (verdict.kind != VERDICT_DIFFERENT)
        printf("  %s (%s)%s%s\n    %s\n    %s\n", verdict_name(verdict.kind),
               dialect_name(tree->dialect), verdict.reason ? ": " : "",
               verdict.reason ? verdict.reason : "", c->input, after);
}

// `rewrite [only=RULE,…] [expect=RULE] [expect-not=RULE] [trust=…] [skip=N]`
static const char *run_rewrite(Suite *suite, const ScratchDatabase *database,
                               const Case *c)
{
    Arena *arena = &suite->arena;
    Tree tree;
    const Catalog *catalog = NULL;
    const char *error = bind_case(suite, database, c, &catalog, &tree);
    if (error != NULL)
        return error;

    bool enabled[RULE_COUNT];
    Step skipped;
    DeriveOptions options;
    if (!read_options(suite, c, &tree, enabled, &skipped, &options))
        return "error: there is no such step\n";
    if (suite->alone != ALONE_NOBODY) {
        judge_unguarded(suite, database, catalog, c, &tree, options);
        return c->expected;
    }
    Derivation derivation = rewrite_derive(arena, &tree, &options);
    const char *after = print_line(arena, &derivation.tree);
    Text text = text_new(arena);
    text_addf(&text, "%s\n", after);
    add_assumptions(&text, &derivation.assumptions);
    add_unless(suite, &text, c, "expect", true, &derivation);
    add_unless(suite, &text, c, "expect-not", false, &derivation);
    if (suite->judged && derivation.step_count > 0)
        add_verdict(suite, catalog, &text, c->input, after);
    if (database->values != NULL && derivation.step_count > 0)
        add_every_database(suite, catalog, database->values, &text, c->input, after);
    add_comparison(suite, database, &text, c->input, after, tree.root->order_count > 0);
    return text.bytes;
}

// `facts [trust=…]`
static const char *run_facts(Suite *suite, const ScratchDatabase *database, const Case *c)
{
    Tree tree;
    const Catalog *catalog;
    const char *error = bind_case(suite, database, c, &catalog, &tree);
    return error != NULL ? error : facts_describe(&suite->arena, &tree);
}

static const struct {
    const char *name;
    const char *(*run)(Suite *suite, const ScratchDatabase *database, const Case *c);
} commands[] = {
    {"parse", run_parse},
    {"bind", run_bind},
    {"rewrite", run_rewrite},
    {"facts", run_facts},
};

// Returns the outputs on all databases: one if they agree, else each under its dialect.
static const char *run_on_all(Suite *suite, const Case *c,
                              const char *(*run)(Suite *suite,
                                                 const ScratchDatabase *database,
                                                 const Case *c))
{
    const char *outputs[DIALECT_COUNT] = {0};
    const char *first = NULL;
    bool agree = true;
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        if (suite->databases[i].scratch == NULL)
            continue;
        outputs[i] = run(suite, &suite->databases[i], c);
        agree = agree && (first == NULL || strcmp(first, outputs[i]) == 0);
        first = first ? first : outputs[i];
    }
    if (agree)
        return first ? first : "error: a schema must come first\n";
    Text text = text_new(&suite->arena);
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        if (outputs[i] != NULL)
            text_addf(&text, "%s:\n%s", dialect_name((Dialect)i), outputs[i]);
    return text.bytes;
}

static const char *run_case(Suite *suite, const Case *c)
{
    size_t length = strcspn(c->command, " ");
    if (length == strlen("schema") && strncmp(c->command, "schema", length) == 0)
        return run_schema(suite, c);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strncmp(commands[i].name, c->command, length) == 0 &&
            commands[i].name[length] == '\0')
            return run_on_all(suite, c, commands[i].run);
    return "error: unknown command\n";
}

// Files

// True if the case cannot be judged because a library is missing.
static bool is_beyond_us(const Suite *suite, const Case *c)
{
    bool any = false, any_missing = false;
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        any = any || suite->databases[i].scratch != NULL;
        any_missing = any_missing || suite->missing[i];
    }
    return any_missing && (!any || strncmp(c->expected, "sqlite:\n", 8) == 0);
}

// Runs the case. Returns what stands in its place in a file where all is right.
static const char *judge_case(Suite *suite, const char *path, const Case *c)
{
    const char *output = run_case(suite, c);
    if (is_beyond_us(suite, c)) {
        suite->skipped++;
        return c->expected;
    }
    if (strcmp(c->expected, output) == 0) {
        suite->passed++;
        return output;
    }
    suite->failed++;
    printf("%s: %s\n%s\nexpected:\n%sgot:\n%s\n", path, c->command, c->input, c->expected,
           output);
    return output;
}

// Runs every case of `file`. Returns the file as it would be if all were right.
static const char *run_file(Suite *suite, const char *file, const char *path)
{
    Text actual = text_new(&suite->arena);
    Case c;
    while (case_next(&suite->arena, &file, &c))
        text_addf(&actual, "%s%s\n%s%s----\n%s%s", c.before, c.command, c.input,
                  c.input[0] == '\0' ? "" : "\n", judge_case(suite, path, &c),
                  *file ? "\n" : "");
    text_add(&actual, c.before);
    return actual.bytes;
}

static bool test_file(Suite *suite, const char *path, bool update)
{
    const char *file;
    Error err;
    bool ok = file_read(&suite->arena, path, &file, &err);
    const char *actual = ok ? run_file(suite, file, path) : NULL;
    ok = ok && (!update || file_write(path, actual, true, &err));
    if (!ok)
        printf("%s\n", err.message);
    return ok;
}

// Reads `rule:n` and switches that guard off.
static bool switch_guard_off(GuardSwitches *switches, const char *text)
{
    Arena arena = ARENA_EMPTY;
    size_t length = strcspn(text, ":");
    RuleId rule = rule_find(arena_text(&arena, text, length));
    arena_clear(&arena);
    unsigned long n = text[length] == ':' ? strtoul(text + length + 1, NULL, 10) : 32;
    if (rule == RULE_COUNT || n >= 32)
        return false;
    switches->off[rule] |= UINT32_C(1) << n;
    return true;
}

int main(int argc, char **argv)
{
    Suite suite = {.arena = ARENA_EMPTY};
    bool update = false, ok = argc > 1;
    for (int i = 1; ok && i < argc; i++) {
        if (strcmp(argv[i], "--update") == 0)
            update = true;
        else if (strcmp(argv[i], "--judge") == 0)
            suite.judged = true;
        else if (strcmp(argv[i], "--judge-alone") == 0)
            suite.alone = ALONE_JUDGE;
        else if (strcmp(argv[i], "--every-database-alone") == 0)
            suite.alone = ALONE_EVERY_DATABASE;
        else if (strcmp(argv[i], "--guard-off") == 0)
            ok = ++i < argc && switch_guard_off(&suite.switches, argv[i]);
        else
            ok = test_file(&suite, argv[i], update);
    }
    if (!ok)
        fprintf(stderr, "usage: datatest [--update] [--judge] [--judge-alone | "
                        "--every-database-alone] [--guard-off RULE:N] FILE…\n");
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        scratch_close(suite.databases[i].scratch);
    if (suite.skipped > 0)
        printf("%zu skipped: a database library is missing\n", suite.skipped);
    if (suite.tried > 0)
        printf("%zu small databases\n", suite.tried);
    if (suite.alone != ALONE_NOBODY)
        printf("%zu cases: %zu refuted, %zu refused, %zu no tree\n", suite.unguarded,
               suite.refuted, suite.refused, suite.broken);
    printf("%zu passed, %zu failed\n", suite.passed, suite.failed);
    arena_clear(&suite.arena);
    return ok && (update || suite.failed == 0) ? EXIT_SUCCESS : EXIT_FAILURE;
}
