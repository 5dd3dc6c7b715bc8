// check_line.c - hone_check_line: one case, one line of JSON.

#include "library/evidence.h"
#include "library/json.h"
#include "library/session.h"

#include "base/clock.h"
#include "sql/sql.h"

#include <string.h>

// A case as read; strings belong to the JSON object or the arena.
typedef struct {
    Dialect dialect;
    const Catalog *catalog;
    const char *left, *right;
} Case;

// True if the text is one query, as far as hone's parser can tell; what that does not
// know is left for the engine to refuse.
static bool accept_query(Arena *arena, Dialect dialect, const char *sql, Error *err)
{
    Error trouble;
    const Query *query;
    size_t count;
    sql_split(arena, dialect, sql, &count);
    if (count != 1)
        return fail(err, ERROR_PLAIN, "one query is wanted, not %zu", count);
    if (sql_parse(arena, dialect, sql, &query, &trouble) || trouble.kind != ERROR_REFUSED)
        return true;
    *err = trouble;
    return false;
}

static bool read_case(Arena *arena, const Json *object, Case *read, Error *err)
{
    const char *dialect = json_text_field(object, "dialect");
    read->left = json_text_field(object, "left");
    read->right = json_text_field(object, "right");
    if (dialect == NULL || read->left == NULL || read->right == NULL)
        return fail(err, ERROR_PLAIN, "a case needs dialect, left and right");
    if (!dialect_find(dialect, &read->dialect))
        return fail(err, ERROR_PLAIN, "no dialect %s: it is sqlite or duckdb", dialect);
    if (!accept_query(arena, read->dialect, read->left, err) ||
        !accept_query(arena, read->dialect, read->right, err))
        return false;
    Trust trust = {0};
    char *words = arena_string(arena, json_joined_field(arena, object, "trust", ","));
    size_t length = strlen(words);
    if (length > 0) {
        words[length - 1] = '\0';
        if (!trust_parse(words, &trust, err))
            return false;
    }
    const char *schema = json_joined_field(arena, object, "schema", ";\n");
    if (!sql_read_schema(arena, read->dialect, schema, true, &read->catalog, err))
        return fail_while(err, "reading the schema");
    read->catalog = catalog_with_trust(arena, read->catalog, trust);
    read->catalog = sql_bind_checks(arena, read->catalog);
    return true;
}

static bool judge_case(HoneSession *session, Arena *arena, const Json *object,
                       Verdict *verdict, Error *err)
{
    Case read = {0};
    Judge *judge = NULL;
    return read_case(arena, object, &read, err) &&
           session_judge(session, read.catalog, &judge, err) &&
           judge_pair(judge, arena, read.left, read.right, verdict, err);
}

static void add_witness(Json *made, const Counterexample *example)
{
    Json *witness = json_add_array(made, "witness");
    for (size_t i = 0; example != NULL && i < example->insert_count; i++)
        json_push_text(witness, example->inserts[i]);
}

// Returns the field as it stands: an id may be a text or a number.
static Json *copy_of(const Json *object, const char *field)
{
    Json *value = NULL;
    if (object != NULL)
        json_object_object_get_ex(object, field, &value);
    return json_object_get(value);
}

void hone_check_line(HoneSession *session, const char *line, HoneResult **result)
{
    double start_ms = clock_ms();
    Error err;
    Json *object = NULL;
    HoneResult *made = result_new();
    Verdict verdict = {0};
    if (!json_read_object(line, &object, &err) ||
        !judge_case(session, &made->arena, object, &verdict, &err))
        verdict = (Verdict){.kind = VERDICT_UNDECIDED,
                            .reason = arena_string(&made->arena, err.message)};
    made->json = json_object_new_object();
    json_object_object_add(made->json, "id", copy_of(object, "id"));
    json_add_text(made->json, "verdict", verdict_name(verdict.kind));
    json_add_text(made->json, "evidence", evidence_name(verdict.evidence));
    json_add_text(made->json, "reason",
                  verdict.kind == VERDICT_SAME ? databases_print(&made->arena, &verdict)
                                               : verdict.reason);
    add_witness(made->json, verdict.counterexample);
    json_add_number(made->json, "elapsed_ms", clock_ms() - start_ms);
    json_object_put(object);
    *result = made;
}
