// result.c - what a call hands out, and its end.

#include "library/json.h"
#include "library/session.h"

#include <stdio.h>
#include <stdlib.h>

HoneResult *result_new(void)
{
    HoneResult *result = calloc(1, sizeof(*result));
    if (result == NULL) {
        fprintf(stderr, "hone: out of memory\n");
        abort();
    }
    return result;
}

const char *hone_result_json(const HoneResult *result)
{
    if (result->json == NULL)
        return NULL;
    return json_object_to_json_string_ext(
        result->json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

const char *hone_result_text(const HoneResult *result)
{
    return result->text;
}

const HoneOptimization *hone_result_optimization(const HoneResult *result)
{
    return result->optimization;
}

const HoneMeasurement *hone_result_measurement(const HoneResult *result)
{
    return result->measurement;
}

const HoneCheck *hone_result_check(const HoneResult *result)
{
    return result->check;
}

const HoneStatement *hone_result_statements(const HoneResult *result, size_t *count)
{
    *count = result->statement_count;
    return result->statements;
}

void hone_result_of_error(const char *name, const HoneError *error, HoneResult **result)
{
    HoneResult *made = result_new();
    made->json = json_object_new_object();
    json_add_text(made->json, "name", name);
    json_add_text(made->json, "status", "error");
    Json *object = json_add_object(made->json, "error");
    json_add_text(object, "message", error->message);
    json_add_text(object, "kind", error->kind);
    json_add_count(object, "line", error->line);
    json_add_count(object, "column", error->column);
    *result = made;
}

void hone_result_free(HoneResult *result)
{
    if (result == NULL)
        return;
    json_object_put(result->json);
    arena_clear(&result->arena);
    free(result);
}
