// check.c - hone check: SAME, DIFFERENT or UNDECIDED, and why.

#include "app/command.h"
#include "app/input.h"
#include "app/progress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (check->script != NULL)
        printf("\n%s", check->script);
}

static ExitStatus tell(const App *app, const HoneResult *result)
{
    Error err;
    const HoneCheck *check = hone_result_check(result);
    if (app->settings->json)
        puts(hone_result_json(result));
    else
        print_check(check);
    if (app->settings->witness != NULL && check->script != NULL &&
        !file_write(app->settings->witness, check->script, app->settings->force, &err))
        return complain("%s", err.message);
    return exit_status(check->kind);
}

// Returns the one statement of an input; complains where there is not exactly one.
static const char *only_statement(const App *app, HoneSession *session,
                                  const Input *input)
{
    HoneError error;
    HoneResult *split;
    size_t count = 0;
    if (input->text == NULL) {
        complain("%s", input->error.message);
        return NULL;
    }
    if (!hone_split(session, input->text, &split, &error)) {
        complain_of(input->name, 1, &error);
        return NULL;
    }
    const HoneStatement *statements = hone_result_statements(split, &count);
    const char *sql = count == 1 ? arena_string(app->arena, statements[0].sql) : NULL;
    hone_result_free(split);
    if (count != 1)
        complain("%s: one query is wanted, not %zu", input->name, count);
    return sql;
}

static ExitStatus check_pair(const App *app, HoneSession *session, const Inputs *inputs)
{
    const char *left = only_statement(app, session, &inputs->items[0]);
    const char *right =
        left != NULL ? only_statement(app, session, &inputs->items[1]) : NULL;
    HoneError error;
    HoneResult *result;
    if (right == NULL)
        return STATUS_FAILED;
    if (!hone_check(session, left, right, &result, &error))
        return complain_of(inputs->items[error.in_second ? 1 : 0].name, 1, &error);
    ExitStatus status = tell(app, result);
    hone_result_free(result);
    return status;
}

// Many cases, one a line

static ExitStatus check_lines(const App *app, HoneSession *session, FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    while (!interrupt_seen(app->interrupt) && getline(&line, &size, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " \t")] == '\0')
            continue;
        HoneResult *result;
        hone_check_line(session, line, &result);
        puts(hone_result_json(result));
        fflush(stdout);
        hone_result_free(result);
    }
    free(line);
    return STATUS_DONE;
}

static ExitStatus check_cases(const App *app, HoneSession *session)
{
    const Settings *settings = app->settings;
    bool from_file =
        settings->files.count > 0 && strcmp(settings->files.items[0], "-") != 0;
    FILE *file = from_file ? fopen(settings->files.items[0], "re") : stdin;
    if (file == NULL)
        return complain("can't open %s: %s", settings->files.items[0], strerror(errno));
    ExitStatus status = check_lines(app, session, file);
    if (from_file)
        fclose(file);
    return status;
}

ExitStatus command_check(const App *app)
{
    const Settings *settings = app->settings;
    Inputs inputs = {0};
    if (!settings->jsonl) {
        if (settings->files.count + settings->statements.count != 2)
            return complain("two queries are wanted: BEFORE.sql AFTER.sql");
        if (settings->database == NULL && settings->schema == NULL)
            return complain("no database and no schema: --db URL, or --schema FILE "
                            "--dialect NAME");
        inputs = inputs_read(app->arena, settings);
        if (inputs.count != 2)
            return complain("two queries are wanted, not %zu", inputs.count);
    }
    Progress progress = progress_new(settings->quiet);
    HoneSession *session = app_open_session(app, progress_show, &progress);
    if (session == NULL)
        return STATUS_FAILED;
    ExitStatus status =
        settings->jsonl ? check_cases(app, session) : check_pair(app, session, &inputs);
    app_close_session(app, session);
    return status;
}
