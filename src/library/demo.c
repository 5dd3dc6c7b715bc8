// demo.c - hone_demo: the shop to try things on.

#include "demo/demo.h"

#include "library/json.h"
#include "library/session.h"

#include "base/figures.h"

static const char *describe(Arena *arena, const char *directory, const DemoReport *report)
{
    const char *made = report->sqlite && report->duckdb ? "shop.sqlite, shop.duckdb"
                       : report->sqlite                 ? "shop.sqlite"
                                                        : "shop.duckdb";
    return arena_printf(
        arena, "made %s: %s (%s rows), queries/ (%zu slow queries)%s\n", directory, made,
        number_print(arena, (uint64_t)report->row_count), report->query_count,
        report->duckdb ? ""
                       : "\nleft out shop.duckdb: see `hone doctor` for the library");
}

bool hone_demo(const char *directory, const HoneDemoOptions *options, HoneResult **result,
               HoneError *error)
{
    Error err;
    HoneResult *made = result_new();
    DemoReport report;
    DemoOptions wanted = {
        .scale = options->scale,
        .seed = options->seed,
        .force = options->replace,
        .engine = {.worker_path = options->worker},
        .progress = options->progress,
        .progress_context = options->progress_context,
    };
    if (!demo_make(directory, &wanted, &report, &err))
        return result_fail(made, error, NULL, &err);
    made->text = describe(&made->arena, directory, &report);
    made->json = json_object_new_object();
    json_add_text(made->json, "directory", directory);
    json_add_bool(made->json, "sqlite", report.sqlite);
    json_add_bool(made->json, "duckdb", report.duckdb);
    json_add_count(made->json, "queries", report.query_count);
    json_add_count(made->json, "rows", (uint64_t)report.row_count);
    *result = made;
    return true;
}
