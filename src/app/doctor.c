// doctor.c - hone doctor: what is there and what is missing.

#include "app/command.h"

#include <stdio.h>

ExitStatus command_doctor(const App *app)
{
    HoneOptions options;
    HoneError error;
    HoneResult *result;
    if (!options_from(app, &options))
        return STATUS_FAILED;
    bool opened = hone_doctor(&options, &result, &error);
    if (!opened) {
        HoneError ignored; // The database is to blame; all else can be told.
        options.database = NULL;
        if (app->settings->json || !hone_doctor(&options, &result, &ignored))
            return complain("%s", error.message);
    }
    print_result(app, result);
    hone_result_free(result);
    fflush(stdout);
    return opened ? STATUS_DONE : complain("%s", error.message);
}
