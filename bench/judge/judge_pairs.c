// judge_pairs.c - judges pairs of queries, one JSON object a line, in one process.
//
//     judge_pairs < cases.jsonl > verdicts.jsonl
//
// A case has id, dialect, schema (CREATE statements), left, right, and trust (words as
// for --trust) if it likes. What it says of the right answer is not looked at.

#include "base/text.h"
#include "sql/sql.h"
#include "verify/judge.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *id, *left, *right, *schema;
    Dialect dialect;
    Trust trust;
} Case;

static const char *field(struct json_object *object, const char *name)
{
    struct json_object *value;
    return json_object_object_get_ex(object, name, &value) ? json_object_get_string(value)
                                                           : "";
}

static bool case_read(Arena *arena, struct json_object *object, Case *it, Error *err)
{
    struct json_object *list;
    Text schema = text_new(arena);
    if (!dialect_find(field(object, "dialect"), &it->dialect))
        return fail(err, ERROR_PLAIN, "unknown dialect");
    if (json_object_object_get_ex(object, "schema", &list))
        for (size_t i = 0; i < json_object_array_length(list); i++)
            text_addf(&schema, "%s;\n",
                      json_object_get_string(json_object_array_get_idx(list, i)));
    it->schema = schema.bytes;
    it->id = field(object, "id");
    it->left = field(object, "left");
    it->right = field(object, "right");
    if (json_object_object_get_ex(object, "trust", &list))
        for (size_t i = 0; i < json_object_array_length(list); i++)
            if (!trust_parse(json_object_get_string(json_object_array_get_idx(list, i)),
                             &it->trust, err))
                return false;
    return true;
}

static bool case_judge(Arena *arena, const Case *it, Judge **judges, Verdict *verdict,
                       Error *err)
{
    const Catalog *catalog;
    if (!sql_read_schema(arena, it->dialect, it->schema, true, &catalog, err))
        return false;
    catalog = catalog_with_trust(arena, catalog, it->trust);
    Judge **judge = &judges[it->dialect];
    JudgeOptions options = {.seed = 1, .budget_ms = 10000};
    if (*judge == NULL && !judge_open(catalog, &options, judge, err))
        return false;
    judge_use(*judge, catalog);
    return judge_pair(*judge, arena, it->left, it->right, verdict, err);
}

static void add(struct json_object *object, const char *name, const char *value)
{
    json_object_object_add(object, name,
                           value == NULL ? NULL : json_object_new_string(value));
}

static void add_number(struct json_object *object, const char *name, double value)
{
    json_object_object_add(object, name, json_object_new_double(value));
}

static void case_print(const Case *it, const Verdict *verdict, const Error *err)
{
    struct json_object *object = json_object_new_object();
    add(object, "id", it->id);
    add(object, "dialect", dialect_name(it->dialect));
    add(object, "verdict", err == NULL ? verdict_name(verdict->kind) : "undecided");
    add(object, "evidence", err == NULL ? evidence_name(verdict->evidence) : "error");
    add(object, "reason", err == NULL ? verdict->reason : err->message);
    add_number(object, "databases", (double)verdict->databases);
    add_number(object, "with_rows", (double)verdict->with_rows);
    add_number(object, "mutants", (double)verdict->mutants);
    add_number(object, "mutants_killed", (double)verdict->mutants_killed);
    add_number(object, "elapsed_ms", verdict->elapsed_ms);
    if (verdict->counterexample != NULL)
        add(object, "script", verdict->counterexample->script);
    puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
    fflush(stdout);
    json_object_put(object);
}

int main(void)
{
    Judge *judges[DIALECT_COUNT] = {NULL};
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        Arena arena = ARENA_EMPTY;
        Error err = {0};
        Case it = {0};
        Verdict verdict = {0};
        struct json_object *object = json_tokener_parse(line);
        bool ok = case_read(&arena, object, &it, &err) &&
                  case_judge(&arena, &it, judges, &verdict, &err);
        case_print(&it, &verdict, ok ? NULL : &err);
        json_object_put(object);
        arena_clear(&arena);
    }
    for (size_t i = 0; i < COUNT_OF(judges); i++)
        judge_close(judges[i]);
    free(line);
    return 0;
}
