// explain.c - hone explain: what is known of a query.

#include "app/command.h"
#include "app/input.h"

static ExitStatus explain(const App *app, HoneSession *session, const Input *input)
{
    HoneError error;
    HoneResult *result;
    OnlyStatement query;
    if (!only_statement(app, session, input, &query))
        return STATUS_FAILED;
    if (!hone_explain(session, query.sql, &result, &error))
        return complain_of_statement(&query, &error);
    print_result(app, result);
    hone_result_free(result);
    return STATUS_DONE;
}

ExitStatus command_explain(const App *app)
{
    if (app->settings->database == NULL && app->settings->schema == NULL)
        return complain(
            "no database and no schema: --db URL, or --schema FILE --dialect NAME");
    Inputs inputs = inputs_read(app->arena, app->settings);
    if (inputs.count != 1)
        return complain("one query is wanted, not %zu", inputs.count);
    HoneSession *session = app_open_session(app, NULL, NULL);
    if (session == NULL)
        return STATUS_FAILED;
    ExitStatus status = explain(app, session, &inputs.items[0]);
    app_close_session(app, session);
    return status;
}
