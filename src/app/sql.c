// sql.c - hone sql: SQL in, SQL out.

#include "app/command.h"
#include "app/input.h"

#include <stdio.h>

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

static void print_line(const App *app, HoneSession *session, const char *line)
{
    HoneResult *result;
    hone_sql_line(app->settings->dialect, line, &result);
    puts(hone_result_json(result));
    hone_result_free(result);
}

ExitStatus command_sql(const App *app)
{
    if (app->settings->jsonl)
        return app_each_line(app, NULL, print_line);
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
