// optimize.c - hone optimize: many queries through the pipeline, and what to tell of
// them.

#include "app/command.h"
#include "app/diff.h"
#include "app/input.h"
#include "app/paint.h"
#include "app/progress.h"
#include "base/figures.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_LOSERS = 6 };

// What all queries together came to.
typedef struct {
    size_t queries, faster, nothing, slower, vacuous, incomparable, errors;
    double before_ms, after_ms; // Of those that were measured.
} Tally;

typedef struct {
    const App *app;
    HoneSession *session;
    Progress progress;
    Tally tally;
    Text json; // With --json: the queries' objects, separated by commas.
    ARRAY(const char *) written; // The files of --out.
    bool color;
    bool told;            // A result was printed: an empty line keeps the next apart.
    size_t number, count; // Of the input under way.
} Batch;

// Telling

static void print_field(const Batch *batch, const char *word, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    char padded[16];
    snprintf(padded, sizeof(padded), "%-8s", word);
    printf("  %s %s\n", painted(batch->app->arena, batch->color, PAINT_DIM, padded),
           value);
}

// "63x  (58x-69x, certified, 9 pairs; worst of 4 other values 41x)"
static void print_ratio(const Batch *batch, const HoneOptimization *made)
{
    Arena *arena = batch->app->arena;
    bool by_cpu = strcmp(made->clock, "cpu") == 0;
    const char *ratio = arena_printf(arena, "%s%s", ratio_print(arena, made->ratio),
                                     by_cpu ? " less work" : "");
    printf("%s  (", painted(arena, batch->color, PAINT_GOOD, ratio));
    if (!isinf(made->high)) // Too few pairs for an interval.
        printf("%s-%s", ratio_print(arena, made->low), ratio_print(arena, made->high));
    printf("%s%s%s, %zu pair%s", by_cpu ? " by CPU time" : "",
           by_cpu || !isinf(made->high) ? ", " : "", made->evidence, made->pairs,
           plural(made->pairs));
    const char *worst = ratio_print(arena, made->worst_ratio);
    if (made->other_values == 1)
        printf("; with another value %s", worst);
    else if (made->other_values > 1)
        printf("; worst of %zu other values %s", made->other_values, worst);
    else if (made->other_values_unmeasured > 0)
        printf("; other values took too long");
    puts(")");
}

static void print_diff(const Batch *batch, const HoneOptimization *made,
                       const char *better)
{
    if (batch->app->settings->no_diff || made->printed == NULL)
        return;
    printf("%s\n", diff_lines(batch->app->arena, made->printed, better, batch->color));
}

static void print_winner(const Batch *batch, const HoneOptimization *made,
                         const char *written)
{
    Arena *arena = batch->app->arena;
    print_diff(batch, made, made->faster);
    printf("%s   %s%s -> %s   ", painted(arena, batch->color, PAINT_STRONG, made->name),
           made->sample != NULL ? "over " : "", duration_print(arena, made->before_ms),
           duration_print(arena, made->after_ms));
    if (made->sample != NULL)
        printf("at least %s; on a copy (%s): ", ratio_print(arena, made->at_least),
               made->sample);
    print_ratio(batch, made);
    print_field(batch, "why", made->why);
    print_field(batch, "same", made->same);
    print_field(batch, "with", made->supposing);
    print_field(batch, "not", made->not_examined);
    print_field(batch, "apply",
                written != NULL ? written : "the query above, or --out DIR to keep it");
}

static void print_losers(const Batch *batch, const HoneOptimization *made)
{
    Arena *arena = batch->app->arena;
    for (size_t i = 0; i < made->candidate_count && i < SHOWN_LOSERS; i++) {
        const HoneCandidate *candidate = &made->candidates[i];
        print_field(batch, i == 0 ? "tried" : "",
                    arena_printf(arena, "%s: %s%s%s", candidate->rules, candidate->fate,
                                 candidate->reason != NULL ? ", " : "",
                                 candidate->reason != NULL ? candidate->reason : ""));
    }
    if (made->candidate_count > SHOWN_LOSERS)
        print_field(batch, "",
                    arena_printf(arena, "and %zu more (--json tells all)",
                                 made->candidate_count - SHOWN_LOSERS));
}

static void print_no_winner(const Batch *batch, const HoneOptimization *made)
{
    static const char *const words[] = {
        [HONE_FASTER] = "",
        [HONE_NOTHING_BETTER] = "nothing better found",
        [HONE_SLOWER] = "nothing better found: what looked faster was slower",
        [HONE_VACUOUS] = "vacuous",
        [HONE_INCOMPARABLE] = "incomparable",
    };
    Arena *arena = batch->app->arena;
    if (made->best_so_far != NULL)
        print_diff(batch, made, made->best_so_far);
    printf("%s   ", painted(arena, batch->color, PAINT_STRONG, made->name));
    if (made->before_ms > 0)
        printf("%s   ", duration_print(arena, made->before_ms));
    const char *word = made->best_so_far != NULL ? "" : words[made->status];
    printf("%s%s%s\n", word, word[0] != '\0' ? ": " : "", made->reason);
    print_losers(batch, made);
    print_field(batch, "with", made->supposing);
    print_field(batch, "not", made->not_examined);
}

// Counting

static void count_result(Tally *tally, const HoneOptimization *made)
{
    tally->before_ms += made->before_ms;
    tally->after_ms += made->faster != NULL ? made->after_ms : made->before_ms;
    tally->faster += made->status == HONE_FASTER;
    tally->nothing += made->status == HONE_NOTHING_BETTER;
    tally->slower += made->status == HONE_SLOWER;
    tally->vacuous += made->status == HONE_VACUOUS;
    tally->incomparable += made->status == HONE_INCOMPARABLE;
}

static void print_summary(const Batch *batch)
{
    const Tally *tally = &batch->tally;
    Arena *arena = batch->app->arena;
    printf("\n%zu %s: %zu faster", tally->queries,
           tally->queries == 1 ? "query" : "queries", tally->faster);
    const struct {
        size_t count;
        const char *word;
    } others[] = {
        {tally->nothing, "nothing better"},
        {tally->slower, "slower"},
        {tally->vacuous, "vacuous"},
        {tally->incomparable, "incomparable"},
        {tally->errors, tally->errors == 1 ? "error" : "errors"},
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (others[i].count > 0)
            printf(", %zu %s", others[i].count, others[i].word);
    }
    if (tally->before_ms > 0)
        printf("; %s -> %s", duration_print(arena, tally->before_ms),
               duration_print(arena, tally->after_ms));
    putchar('\n');
}

static void print_json_summary(const Batch *batch)
{
    const Tally *tally = &batch->tally;
    printf("{\"queries\":[%s],\"summary\":{\"queries\":%zu,\"faster\":%zu,"
           "\"nothing_better\":%zu,\"slower\":%zu,\"vacuous\":%zu,\"incomparable\":%zu,"
           "\"errors\":%zu,\"before_ms\":%.6g,\"after_ms\":%.6g}}\n",
           batch->json.bytes, tally->queries, tally->faster, tally->nothing,
           tally->slower, tally->vacuous, tally->incomparable, tally->errors,
           tally->before_ms, tally->after_ms);
}

// Gives a query's result out, in the form that is wanted.
static void tell(Batch *batch, const HoneResult *result, const char *written)
{
    const Settings *settings = batch->app->settings;
    const HoneOptimization *made = hone_result_optimization(result);
    progress_wipe(&batch->progress);
    if (settings->jsonl) {
        puts(hone_result_json(result));
    } else if (settings->json) {
        text_addf(&batch->json, "%s%s", batch->json.length > 0 ? "," : "",
                  hone_result_json(result));
    } else if (made != NULL) {
        if (batch->told)
            putchar('\n');
        batch->told = true;
        if (made->status == HONE_FASTER)
            print_winner(batch, made, written);
        else
            print_no_winner(batch, made);
    }
    fflush(stdout);
}

static void tell_error(Batch *batch, const char *name, size_t first_line,
                       const HoneError *error)
{
    HoneResult *result;
    batch->tally.errors++;
    progress_wipe(&batch->progress);
    fflush(stdout);
    complain_of(name, first_line, error);
    hone_result_of_error(name, error, &result);
    tell(batch, result, NULL);
    hone_result_free(result);
}

// Files for --out

// Returns DIR/NAME.hone.sql for NAME.sql.
static const char *out_path(const Batch *batch, const Input *input)
{
    const char *name = input->path != NULL ? input->name : "query.sql";
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".sql") == 0)
        length -= 4;
    return arena_printf(batch->app->arena, "%s/%.*s.hone.sql", batch->app->settings->out,
                        (int)length, name);
}

// Writes the file, over our own from the statement before; false if it can't be.
static bool write_out(Batch *batch, const char *path, const char *text, bool again)
{
    Error err;
    if (file_write(path, text, again || batch->app->settings->force, &err))
        return true;
    batch->tally.errors++;
    progress_wipe(&batch->progress);
    complain("%s", err.message);
    return false;
}

// Appends what stands in the file that is written: the text between the statements as it
// was, and of each statement the better one.
static void add_statement(Text *file, const Input *input, size_t *done,
                          const HoneStatement *statement, const char *better)
{
    text_add_bytes(file, input->text + *done, statement->offset - *done);
    text_add(file, better != NULL ? better : statement->sql);
    *done = statement->offset + strlen(statement->sql);
}

// The work

// Optimizes one statement; returns its result, or NULL where it failed.
static HoneResult *work_on(Batch *batch, const char *name, const HoneStatement *statement)
{
    HoneError error;
    HoneResult *result;
    progress_begin(&batch->progress, name, batch->number, batch->count);
    batch->tally.queries++;
    if (!hone_optimize(batch->session, name, statement->sql, &result, &error)) {
        tell_error(batch, name, statement->line, &error);
        return NULL;
    }
    count_result(&batch->tally, hone_result_optimization(result));
    return result;
}

// The file is written at each win, before that is told: what `apply` names is there.
static void work_on_statements(Batch *batch, const Input *input, const HoneStatement *all,
                               size_t count)
{
    Arena *arena = batch->app->arena;
    const char *out = batch->app->settings->out != NULL ? out_path(batch, input) : NULL;
    Text file = text_new(arena);
    size_t done = 0;
    bool written = false;
    for (size_t i = 0; i < count && !interrupt_seen(batch->app->interrupt); i++) {
        const char *name =
            count == 1 ? input->name : arena_printf(arena, "%s#%zu", input->name, i + 1);
        HoneResult *result = work_on(batch, name, &all[i]);
        const char *better =
            result != NULL ? hone_result_optimization(result)->faster : NULL;
        add_statement(&file, input, &done, &all[i], better);
        bool kept = out != NULL && better != NULL &&
                    write_out(batch, out,
                              arena_printf(arena, "%s%s", file.bytes, input->text + done),
                              written);
        if (kept && !written)
            array_push(arena, &batch->written, out);
        written = written || kept;
        if (result != NULL)
            tell(batch, result, kept ? out : NULL);
        hone_result_free(result);
    }
}

// Counts and tells of an input that there was nothing to be done with.
static void tell_unusable(Batch *batch, const Input *input, const char *kind,
                          const char *message)
{
    HoneError error = {.kind = kind};
    snprintf(error.message, sizeof(error.message), "%s", message);
    batch->tally.queries++;
    tell_error(batch, input->name, 1, &error);
}

static bool is_written(const Batch *batch, const char *path)
{
    for (size_t i = 0; i < batch->written.count; i++) {
        if (strcmp(batch->written.items[i], path) == 0)
            return true;
    }
    return false;
}

// True if what a win would be written to is in the way: it is never written twice.
static bool is_blocked(Batch *batch, const Input *input)
{
    const Settings *settings = batch->app->settings;
    if (settings->out == NULL)
        return false;
    const char *path = out_path(batch, input);
    bool is_ours = is_written(batch, path);
    if (!is_ours && (settings->force || access(path, F_OK) != 0))
        return false;
    const char *why = is_ours ? "is written for another query of that name"
                              : "exists; --force writes over it";
    tell_unusable(batch, input, "file",
                  arena_printf(batch->app->arena, "%s %s", path, why));
    return true;
}

static void work_on_input(Batch *batch, const Input *input)
{
    HoneError error;
    HoneResult *split;
    if (input->text == NULL) {
        tell_unusable(batch, input, "file", input->error.message);
        return;
    }
    if (is_blocked(batch, input))
        return;
    if (!hone_split(batch->session, input->text, &split, &error)) {
        batch->tally.queries++;
        tell_error(batch, input->name, 1, &error);
        return;
    }
    size_t count;
    const HoneStatement *statements = hone_result_statements(split, &count);
    if (count == 0)
        tell_unusable(batch, input, "syntax", "there is no statement in it");
    work_on_statements(batch, input, statements, count);
    hone_result_free(split);
}

static ExitStatus work_on_all(Batch *batch, const Inputs *inputs)
{
    const Settings *settings = batch->app->settings;
    batch->count = inputs->count;
    for (size_t i = 0; i < inputs->count && !interrupt_seen(batch->app->interrupt); i++) {
        batch->number = i + 1;
        work_on_input(batch, &inputs->items[i]);
    }
    if (settings->json)
        print_json_summary(batch);
    else if (!settings->jsonl && (batch->tally.queries > 1 || inputs->count > 1))
        print_summary(batch);
    bool all_failed = batch->tally.errors >= batch->tally.queries;
    return all_failed ? STATUS_FAILED : STATUS_DONE;
}

// Sees to it that files can be written to the directory, before any work is done.
static bool make_out(const char *path)
{
    struct stat found;
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        complain("can't make %s: %s", path, strerror(errno));
        return false;
    }
    if (stat(path, &found) == 0 && !S_ISDIR(found.st_mode))
        errno = ENOTDIR;
    else if (access(path, W_OK | X_OK) == 0)
        return true;
    complain("can't write to %s: %s", path, strerror(errno));
    return false;
}

static bool accept_settings(const App *app)
{
    const Settings *settings = app->settings;
    if (settings->only != NULL && strcmp(settings->only, "rewrites") != 0) {
        complain("--only %s: this version tries rewrites only", settings->only);
        return false;
    }
    if (settings->database == NULL) {
        complain("no database: name it with --db URL or in HONE_DB");
        return false;
    }
    return settings->out == NULL || make_out(settings->out);
}

ExitStatus command_optimize(const App *app)
{
    if (!accept_settings(app))
        return STATUS_FAILED;
    Inputs inputs = inputs_read(app->arena, app->settings);
    Batch batch = {
        .app = app,
        .progress = progress_new(app->settings->quiet),
        .json = text_new(app->arena),
        .color = paint_wanted(),
    };
    batch.session = app_open_session(app, progress_show, &batch.progress);
    if (batch.session == NULL)
        return STATUS_FAILED;
    ExitStatus status = work_on_all(&batch, &inputs);
    app_close_session(app, batch.session);
    return status;
}
