// sql.c - hone sql: SQL in, SQL out.

#include "app/command.h"
#include "app/input.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

// Prints one input; `separator` is what goes between it and the next.
static ExitStatus print_input(const App *app, const Input *input, const char **separator)
{
    HoneError error;
    HoneResult *result;
    if (input->text == NULL)
        return complain("%s", input->error.message);
    if (!hone_sql(app->settings->dialect, input->text, &result, &error))
        return complain_of(input->name, 1, &error);
    const char *text = hone_result_text(result);
    if (app->settings->json)
        puts(hone_result_json(result));
    else
        printf("%s%s", *separator, text);
    // Behind a comment a semicolon would be a part of it.
    *separator = strstr(text_last_line(text), "--") != NULL ? "\n;\n\n" : ";\n\n";
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
    const char *separator = "";
    ExitStatus status = STATUS_DONE;
    for (size_t i = 0; i < inputs.count; i++) {
        if (print_input(app, &inputs.items[i], &separator) != STATUS_DONE)
            status = STATUS_FAILED;
    }
    if (separator[0] != '\0' && !app->settings->json)
        putchar('\n');
    return status;
}
