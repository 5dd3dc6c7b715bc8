// rules.c - hone rules: the catalogue.

#include "app/command.h"

ExitStatus command_rules(const App *app)
{
    const Settings *settings = app->settings;
    HoneError error;
    HoneResult *result;
    if (settings->files.count > 1)
        return complain("one rule is wanted, not %zu", settings->files.count);
    if (settings->markdown)
        hone_rules_markdown(&result);
    else if (!hone_rules(settings->files.count > 0 ? settings->files.items[0] : NULL,
                         &result, &error))
        return complain("%s", error.message);
    print_result(app, result);
    hone_result_free(result);
    return STATUS_DONE;
}
