// sql.c - hone sql: SQL in, SQL out.

#include "app/command.h"
#include "app/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Prints one input; `printed` says whether another stands in front of it.
static ExitStatus print_input(const App *app, const Input *input, bool *printed)
{
    HoneError error;
    HoneResult *result;
    if (input->text == NULL)
        return complain("%s", input->error.message);
    if (!hone_sql(app->settings->dialect, input->text, &result, &error))
        return complain_of(input->name, 1, &error);
    if (*printed && !app->settings->json)
        fputs(";\n\n", stdout);
    if (app->settings->json)
        puts(hone_result_json(result));
    else
        fputs(hone_result_text(result), stdout);
    *printed = true;
    hone_result_free(result);
    return STATUS_DONE;
}

static void print_lines(const App *app, FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    while (!interrupt_seen(app->interrupt) && getline(&line, &size, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " \t")] == '\0')
            continue;
        HoneResult *result;
        hone_sql_line(app->settings->dialect, line, &result);
        puts(hone_result_json(result));
        hone_result_free(result);
    }
    free(line);
}

static ExitStatus print_file_of_lines(const App *app)
{
    const Settings *settings = app->settings;
    bool from_file =
        settings->files.count > 0 && strcmp(settings->files.items[0], "-") != 0;
    FILE *file = from_file ? fopen(settings->files.items[0], "re") : stdin;
    if (file == NULL)
        return complain("can't open %s: %s", settings->files.items[0], strerror(errno));
    print_lines(app, file);
    if (from_file)
        fclose(file);
    return STATUS_DONE;
}

ExitStatus command_sql(const App *app)
{
    if (app->settings->jsonl)
        return print_file_of_lines(app);
    if (app->settings->dialect == NULL)
        return complain("no dialect: --dialect sqlite, or --dialect duckdb");
    Inputs inputs = inputs_read(app->arena, app->settings);
    bool printed = false;
    ExitStatus status = STATUS_DONE;
    for (size_t i = 0; i < inputs.count; i++) {
        if (print_input(app, &inputs.items[i], &printed) != STATUS_DONE)
            status = STATUS_FAILED;
    }
    if (printed && !app->settings->json)
        putchar('\n');
    return status;
}
