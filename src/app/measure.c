// measure.c - hone measure: two queries against each other, or one against itself.

#include "app/command.h"
#include "app/input.h"
#include "app/progress.h"

enum { PAIR_LIMIT = 25 };

static ExitStatus measure(const App *app, HoneSession *session, const Inputs *inputs,
                          Progress *progress)
{
    HoneError error;
    HoneResult *result;
    const char *after = inputs->count > 1 ? inputs->items[1].text : NULL;
    progress_begin(progress, inputs->items[0].name, 1, 1);
    bool ok = hone_measure(session, inputs->items[0].text, after,
                           (size_t)app->settings->pairs, &result, &error);
    progress_wipe(progress);
    if (!ok)
        return complain_of(inputs->items[0].name, 1, &error);
    print_result(app, result);
    hone_result_free(result);
    return STATUS_DONE;
}

ExitStatus command_measure(const App *app)
{
    const Settings *settings = app->settings;
    if (settings->database == NULL)
        return complain("no database: name it with --db URL or in HONE_DB");
    if (settings->pairs > PAIR_LIMIT)
        return complain("--pairs takes at most %d", PAIR_LIMIT);
    Inputs inputs = inputs_read(app->arena, settings);
    if (inputs.count > 2)
        return complain("one or two queries are wanted, not %zu", inputs.count);
    for (size_t i = 0; i < inputs.count; i++) {
        if (inputs.items[i].text == NULL)
            return complain("%s", inputs.items[i].error.message);
    }
    Progress progress = progress_new(settings->quiet);
    HoneSession *session = app_open_session(app, progress_show, &progress);
    if (session == NULL)
        return STATUS_FAILED;
    ExitStatus status = measure(app, session, &inputs, &progress);
    app_close_session(app, session);
    return status;
}
