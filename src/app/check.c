// check.c - hone check: SAME, DIFFERENT or UNDECIDED, and why.

#include "app/command.h"
#include "app/input.h"
#include "app/progress.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

// One pair

static ExitStatus exit_status(HoneVerdictKind kind)
{
    switch (kind) {
    case HONE_SAME:
        return STATUS_DONE;
    case HONE_DIFFERENT:
        return STATUS_NEGATIVE;
    case HONE_UNDECIDED:
        return STATUS_UNDECIDED;
    }
    return STATUS_FAILED;
}

static void print_check(const HoneCheck *check)
{
    static const char *const words[] = {
        [HONE_SAME] = "SAME",
        [HONE_DIFFERENT] = "DIFFERENT",
        [HONE_UNDECIDED] = "UNDECIDED",
    };
    printf("%s  %s: %s\n", words[check->kind], check->evidence,
           check->reason != NULL ? check->reason : "");
    if (check->differences != NULL)
        printf("\n%s", check->differences);
    if (check->script != NULL)
        printf("\n%s", check->script);
    if (check->supposing != NULL)
        printf("\n%s\n", check->supposing);
}

// Keeps the counterexample, unless it is the one that was kept before.
static ExitStatus keep_witness(const App *app, const HoneCheck *check, const char *kept)
{
    Error err;
    const char *path = app->settings->witness;
    if (path != NULL && check->script == NULL && check->kind == HONE_DIFFERENT)
        complain("%s is not written: it is only the data that show the difference", path);
    bool is_new =
        check->script != NULL && (kept == NULL || strcmp(check->script, kept) != 0);
    if (path != NULL && is_new &&
        !file_write(path, check->script, app->settings->force, &err))
        return complain("%s", err.message);
    return exit_status(check->kind);
}

static ExitStatus tell(const App *app, const HoneResult *result, const char *kept)
{
    const HoneCheck *check = hone_result_check(result);
    if (app->settings->json)
        puts(hone_result_json(result));
    else
        print_check(check);
    return keep_witness(app, check, kept);
}

// Reads the counterexample that was kept; NULL in `kept` if there is none yet.
static bool read_witness(const App *app, const char **kept)
{
    Error err;
    const char *path = app->settings->witness;
    struct stat status;
    *kept = NULL;
    if (path == NULL || stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
        file_read(app->arena, path, kept, &err))
        return true;
    complain("%s", err.message);
    return false;
}

static ExitStatus check_pair(const App *app, HoneSession *session, const Inputs *inputs,
                             Progress *progress)
{
    const Settings *settings = app->settings;
    OnlyStatement left, right;
    if (!only_statement(app, session, &inputs->items[0], &left) ||
        !only_statement(app, session, &inputs->items[inputs->count - 1], &right))
        return STATUS_FAILED;
    HoneCheckOptions options = {
        .tolerance = settings->tolerance,
        .ignore_columns = settings->ignore_columns,
        .key = settings->key,
        .other_database = settings->other_database,
    };
    HoneError error;
    HoneResult *result;
    if (!read_witness(app, &options.script))
        return STATUS_FAILED;
    progress_begin(progress, left.name, 1, 1);
    bool ok = hone_check_with(session, left.sql, right.sql, &options, &result, &error);
    progress_wipe(progress);
    if (!ok)
        return complain_of_statement(error.in_second ? &right : &left, &error);
    ExitStatus status = tell(app, result, options.script);
    hone_result_free(result);
    return status;
}

// Many cases, one a line

static void check_line(const App *app, HoneSession *session, const char *line)
{
    HoneResult *result;
    hone_check_line(session, line, &result);
    puts(hone_result_json(result));
    fflush(stdout);
    hone_result_free(result);
}

// Reads the queries: two, or one for two databases.
static bool read_queries(const App *app, Inputs *inputs)
{
    const Settings *settings = app->settings;
    size_t least = settings->other_database != NULL ? 1 : 2;
    size_t given = settings->files.count + settings->statements.count;
    if (given < least || given > 2) {
        complain("two queries are wanted: BEFORE.sql AFTER.sql");
        return false;
    }
    if (settings->database == NULL && settings->schema == NULL) {
        complain("no database and no schema: --db URL, or --schema FILE --dialect NAME");
        return false;
    }
    *inputs = inputs_read(app->arena, settings);
    if (inputs->count >= least && inputs->count <= 2)
        return true;
    complain("two queries are wanted, not %zu", inputs->count);
    return false;
}

ExitStatus command_check(const App *app)
{
    const Settings *settings = app->settings;
    Inputs inputs = {0};
    if (!settings->jsonl && !read_queries(app, &inputs))
        return STATUS_FAILED;
    Progress progress = progress_new(settings->quiet || settings->jsonl);
    HoneSession *session = app_open_session(app, progress_show, &progress);
    if (session == NULL)
        return STATUS_FAILED;
    ExitStatus status = settings->jsonl ? app_each_line(app, session, check_line)
                                        : check_pair(app, session, &inputs, &progress);
    app_close_session(app, session);
    return status;
}
