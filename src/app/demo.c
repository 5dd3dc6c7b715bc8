// demo.c - hone demo: something to try it on.

#include "app/command.h"
#include "app/progress.h"

#include <stdio.h>

ExitStatus command_demo(const App *app)
{
    const Settings *settings = app->settings;
    HoneError error;
    HoneResult *result;
    if (settings->files.count != 1)
        return complain("one directory is wanted: hone demo DIR");
    const char *directory = settings->files.items[0];
    Progress progress = progress_new(settings->quiet);
    progress_begin(&progress, directory, 1, 1);
    HoneDemoOptions options = {
        .scale = settings->scale,
        .seed = (uint64_t)settings->seed,
        .replace = settings->force,
        .worker = settings->worker,
        .progress = progress_show,
        .progress_context = &progress,
    };
    bool ok = hone_demo(directory, &options, &result, &error);
    progress_wipe(&progress);
    if (!ok)
        return complain("%s", error.message);
    print_result(app, result);
    if (!settings->json)
        printf("next: hone optimize %s/queries --db %s/shop.sqlite\n", directory,
               directory);
    hone_result_free(result);
    return STATUS_DONE;
}
