// command.c - what the subcommands share.

#include "app/command.h"

#include "app/input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ExitStatus complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("hone: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return STATUS_FAILED;
}

ExitStatus complain_of(const char *name, size_t first_line, const HoneError *error)
{
    if (error->line == 0 && strcmp(error->kind, "file") == 0)
        return complain("%s", error->message); // It names the file itself.
    if (error->line == 0)
        return complain("%s: %s", name, error->message);
    complain("%s:%zu:%zu: %s", name, error->line + first_line - 1, error->column,
             error->message);
    if (error->place[0] != '\0')
        fprintf(stderr, "%s%s", error->place,
                error->place[strlen(error->place) - 1] == '\n' ? "" : "\n");
    return STATUS_FAILED;
}

bool options_from(const App *app, HoneOptions *options)
{
    const Settings *settings = app->settings;
    *options = (HoneOptions){
        .database = settings->database,
        .dialect = settings->dialect,
        .trust = settings->trust,
        .worker = settings->worker,
        .clock = settings->clock,
        .cache = settings->cache,
        .threads = (int)settings->threads,
        .timeout_ms = settings->timeout_ms,
        .budget_ms = settings->budget_ms,
        .total_budget_ms = settings->total_budget_ms,
        .seed = (uint64_t)settings->seed,
    };
    Error err;
    if (settings->schema == NULL ||
        input_read(app->arena, settings->schema, &options->schema, &err))
        return true;
    complain("%s", err.message);
    return false;
}

HoneSession *app_open_session(const App *app, HoneProgress *progress, void *context)
{
    HoneOptions options;
    HoneError error;
    HoneSession *session = NULL;
    if (!options_from(app, &options))
        return NULL;
    options.progress = progress;
    options.progress_context = context;
    if (!hone_open(&options, &session, &error)) {
        if (error.line > 0)
            complain_of(app->settings->schema, 1, &error);
        else
            complain("%s", error.message);
        return NULL;
    }
    if (hone_note(session) != NULL)
        complain("%s", hone_note(session));
    interrupt_watch(app->interrupt, session);
    return session;
}

void app_close_session(const App *app, HoneSession *session)
{
    interrupt_watch(app->interrupt, NULL);
    hone_close(session);
}

ExitStatus app_each_line(const App *app, HoneSession *session, LineUse *use)
{
    const char *path =
        app->settings->files.count > 0 ? app->settings->files.items[0] : "-";
    bool from_file = strcmp(path, "-") != 0;
    FILE *file = from_file ? fopen(path, "re") : stdin;
    if (file == NULL)
        return complain("can't open %s: %s", path, strerror(errno));
    if (!from_file)
        input_announce();
    char *line = NULL;
    size_t size = 0;
    while (!interrupt_seen(app->interrupt) && getline(&line, &size, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " \t")] != '\0')
            use(app, session, line);
    }
    free(line);
    if (from_file)
        fclose(file);
    return STATUS_DONE;
}

bool only_statement(const App *app, HoneSession *session, const Input *input,
                    OnlyStatement *statement)
{
    HoneError error;
    HoneResult *split;
    size_t count = 0;
    *statement = (OnlyStatement){.name = input->name};
    if (input->text == NULL) {
        complain("%s", input->error.message);
        return false;
    }
    if (!hone_split(session, input->text, &split, &error)) {
        complain_of(input->name, 1, &error);
        return false;
    }
    const HoneStatement *statements = hone_result_statements(split, &count);
    if (count == 1) {
        statement->sql = arena_string(app->arena, statements[0].sql);
        statement->line = statements[0].line;
    } else if (count == 0) {
        complain("%s: there is no statement in it", input->name);
    } else {
        complain("%s: one query is wanted, not %zu", input->name, count);
    }
    hone_result_free(split);
    return count == 1;
}

ExitStatus complain_of_statement(const OnlyStatement *statement, const HoneError *error)
{
    return complain_of(statement->name, statement->line, error);
}

void print_result(const App *app, const HoneResult *result)
{
    const char *text = app->settings->json ? NULL : hone_result_text(result);
    if (text == NULL) {
        puts(hone_result_json(result));
        return;
    }
    fputs(text, stdout);
    if (text[0] != '\0' && text[strlen(text) - 1] != '\n')
        putchar('\n');
}
