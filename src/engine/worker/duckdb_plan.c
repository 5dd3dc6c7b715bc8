// duckdb_plan.c - DuckDB's plans, one operator a line.
//
// EXPLAIN draws boxes for people; the same plan as JSON is read here.

#include "engine/worker/duckdb_database.h"

#include <json-c/json.h>
#include <string.h>

enum { PLAN_DEPTH = 500, DETAIL_LENGTH = 80 };

// Adds a detail: a text, or a list of them.
static void add_detail(Text *plan, const char *name, struct json_object *detail)
{
    static const char *const left_out[] = {"Projections", "Type"};
    for (size_t i = 0; i < COUNT_OF(left_out); i++)
        if (strcmp(name, left_out[i]) == 0)
            return;
    if (strcmp(name, "Estimated Cardinality") == 0) {
        text_addf(plan, "  ~%s rows", json_object_get_string(detail));
        return;
    }
    size_t start = plan->length;
    text_addf(plan, "  %s: ", name);
    if (!json_object_is_type(detail, json_type_array)) {
        text_add(plan, json_object_get_string(detail));
    } else {
        for (size_t i = 0; i < json_object_array_length(detail); i++)
            text_addf(plan, "%s%s", i == 0 ? "" : ", ",
                      json_object_get_string(json_object_array_get_idx(detail, i)));
    }
    if (plan->length - start > DETAIL_LENGTH) {
        text_shorten(plan, start + DETAIL_LENGTH);
    }
    for (char *at = plan->bytes + start; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
}

static void add_operator(Text *plan, struct json_object *node, size_t depth)
{
    struct json_object *name = NULL, *details = NULL, *children = NULL;
    if (depth > PLAN_DEPTH || !json_object_object_get_ex(node, "name", &name))
        return;
    text_addf(plan, "%*s%s", 2 * (int)depth, "", json_object_get_string(name));
    if (json_object_object_get_ex(node, "extra_info", &details) &&
        json_object_is_type(details, json_type_object)) {
        json_object_object_foreach(details, key, detail)
        {
            add_detail(plan, key, detail);
        }
    }
    text_add_char(plan, '\n');
    if (!json_object_object_get_ex(node, "children", &children))
        return;
    for (size_t i = 0; i < json_object_array_length(children); i++)
        add_operator(plan, json_object_array_get_idx(children, i), depth + 1);
}

bool duckdb_plan_add(Text *plan, const char *json, size_t length, Error *err)
{
    struct json_tokener *tokener = json_tokener_new_ex(3 * PLAN_DEPTH);
    struct json_object *operators = NULL;
    if (tokener != NULL)
        operators = json_tokener_parse_ex(tokener, json, (int)length);
    bool ok = json_object_is_type(operators, json_type_array) ||
              fail(err, ERROR_UNSUPPORTED, "DuckDB's plan is not as it used to be");
    for (size_t i = 0; ok && i < json_object_array_length(operators); i++)
        add_operator(plan, json_object_array_get_idx(operators, i), 0);
    json_object_put(operators);
    json_tokener_free(tokener);
    return ok;
}
