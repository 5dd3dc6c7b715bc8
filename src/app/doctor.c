// doctor.c - hone doctor: what is there and what is missing.

#include "app/command.h"

ExitStatus command_doctor(const App *app)
{
    HoneOptions options;
    HoneError error;
    HoneResult *result;
    if (!options_from(app, &options))
        return STATUS_FAILED;
    if (!hone_doctor(&options, &result, &error))
        return complain("%s", error.message);
    print_result(app, result);
    hone_result_free(result);
    return STATUS_DONE;
}
