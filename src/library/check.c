// check.c - hone_check: are two queries the same?

#include "library/evidence.h"
#include "library/json.h"
#include "library/optimize_json.h"
#include "library/session.h"

#include "base/clock.h"
#include "base/text.h"
#include "optimize/typed.h"
#include "sql/sql.h"
#include "verify/data.h"

#include <string.h>

static const double DEFAULT_TIMEOUT_MS = 60e3;
static const double TYPES_MS = 10e3; // To look at the columns of all tables.

// What came of the two comparisons.
typedef struct {
    Verdict generated;
    Verdict data;              // EVIDENCE_NONE where there is no database, or no need.
    const char *data_trouble;  // Why the database could not be asked; or NULL.
    const char *types_trouble; // Why some columns were not looked at; or NULL.
} Findings;

static HoneVerdictKind kind_of(const Findings *findings)
{
    if (findings->generated.kind == VERDICT_DIFFERENT ||
        findings->data.kind == VERDICT_DIFFERENT)
        return HONE_DIFFERENT;
    bool undecided_on_data =
        findings->data_trouble != NULL || (findings->data.kind == VERDICT_UNDECIDED &&
                                           findings->data.evidence != EVIDENCE_VACUOUS &&
                                           findings->data.evidence != EVIDENCE_NONE);
    if (findings->generated.kind == VERDICT_SAME && !undecided_on_data)
        return HONE_SAME;
    return HONE_UNDECIDED;
}

static const char *evidence_of(Arena *arena, const Findings *findings)
{
    const char *generated = evidence_name(findings->generated.evidence);
    if (findings->data.evidence == EVIDENCE_NONE)
        return generated;
    if (findings->data.kind == VERDICT_DIFFERENT)
        return evidence_name(findings->data.evidence);
    return arena_printf(arena, "%s + %s", generated,
                        evidence_name(findings->data.evidence));
}

// Why nothing more can be said than that no database told the two apart.
static const char *sameness_of(Arena *arena, const HoneSession *session,
                               const Findings *findings)
{
    const Verdict *generated = &findings->generated, *data = &findings->data;
    const char *databases = databases_print(arena, generated);
    const char *database = session_database_name(session);
    if (data->evidence == EVIDENCE_VACUOUS)
        return arena_printf(arena, "%s; the result is empty on %s and adds nothing%s",
                            databases, database, all_checked_print(arena, generated));
    if (data->evidence == EVIDENCE_NONE)
        return databases;
    return arena_printf(arena, "%s; %s%s", databases, rows_print(arena, data, database),
                        all_checked_print(arena, generated));
}

static const char *verdict_reason(Arena *arena, const HoneSession *session,
                                  const Findings *findings, HoneVerdictKind kind)
{
    const Verdict *generated = &findings->generated, *data = &findings->data;
    if (kind == HONE_DIFFERENT)
        return data->kind == VERDICT_DIFFERENT ? data->reason : generated->reason;
    if (generated->kind != VERDICT_SAME)
        return generated->reason;
    if (findings->data_trouble != NULL)
        return findings->data_trouble;
    if (generated->evidence == EVIDENCE_PROVED && data->evidence == EVIDENCE_NONE)
        return generated->reason;
    if (kind == HONE_UNDECIDED && data->evidence != EVIDENCE_NONE &&
        data->evidence != EVIDENCE_VACUOUS)
        return data->reason;
    return sameness_of(arena, session, findings);
}

static const char *reason_of(Arena *arena, const HoneSession *session,
                             const Findings *findings, HoneVerdictKind kind)
{
    const char *reason = verdict_reason(arena, session, findings, kind);
    if (findings->types_trouble == NULL)
        return reason;
    return arena_printf(arena, "%s; not examined: %s", reason != NULL ? reason : "",
                        findings->types_trouble);
}

// Looks at the columns of the user's tables that the two read.
static bool check_types(HoneSession *session, Arena *arena, const char *left,
                        const char *right, Findings *findings, Error *err)
{
    const char *const texts[] = {left, right};
    Tree trees[2];
    const Tree *bound[2];
    size_t count = 0;
    Error ignored;
    for (size_t i = 0; i < COUNT_OF(texts) && session->engine != NULL; i++) {
        if (sql_bind(arena, session->bench.catalog, texts[i], &trees[count], &ignored)) {
            bound[count] = &trees[count];
            count++;
        }
    }
    return count == 0 || workbench_check_types(&session->bench, arena, bound, count,
                                               TYPES_MS, &findings->types_trouble, err);
}

// Compares on generated databases, then, unless they differ there, on the user's.
static bool compare(HoneSession *session, Arena *arena, const char *left,
                    const char *right, Findings *findings, Error *err)
{
    Judge *judge = NULL;
    if (!check_types(session, arena, left, right, findings, err) ||
        !session_judge(session, session->bench.catalog, &judge, err) ||
        !judge_pair(judge, arena, left, right, &findings->generated, err))
        return false;
    if (session->engine == NULL || findings->generated.kind == VERDICT_DIFFERENT)
        return true;
    Error trouble;
    double timeout_ms = session->options.timeout_ms;
    DataOptions options = {.timeout_ms =
                               timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS};
    if (!judge_on_data(session->engine, arena, session->bench.catalog, left, right,
                       &options, &findings->data, &trouble)) {
        if (trouble.kind == ERROR_CANCELLED) {
            *err = trouble;
            return false;
        }
        findings->data_trouble = arena_printf(
            arena, "on %s: %s", session_database_name(session), trouble.message);
    }
    return true;
}

// Fails where a side is no query that could be run here, in its own words.
static bool accept_side(HoneSession *session, const char *sql, HoneError *error)
{
    Error err;
    Tree tree;
    const char *reason = NULL;
    Arena scratch = ARENA_EMPTY;
    bool ok = session->engine != NULL
                  ? query_accept(session->engine, session->catalog, &scratch, sql, &tree,
                                 &reason, &err)
                  : sql_bind(&scratch, session->catalog, sql, &tree, &err);
    arena_clear(&scratch);
    return ok || report_error(error, sql, &err);
}

static Json *json_of(const HoneCheck *check, const Findings *findings)
{
    static const char *const names[] = {
        [HONE_SAME] = "same",
        [HONE_DIFFERENT] = "different",
        [HONE_UNDECIDED] = "undecided",
    };
    Json *made = json_object_new_object();
    json_add_text(made, "verdict", names[check->kind]);
    json_add_text(made, "evidence", check->evidence);
    json_add_text(made, "reason", check->reason);
    json_add_text(made, "script", check->script);
    verdict_add(made, "generated", &findings->generated);
    verdict_add(made, "data", &findings->data);
    json_add_number(made, "elapsed_ms", check->elapsed_ms);
    return made;
}

bool hone_check(HoneSession *session, const char *left, const char *right,
                HoneResult **result, HoneError *error)
{
    Error err;
    if (session->catalog == NULL) {
        fail(&err, ERROR_PLAIN, "a database or a schema is needed");
        return report_error(error, NULL, &err);
    }
    double start_ms = clock_ms();
    if (!accept_side(session, left, error))
        return false;
    if (!accept_side(session, right, error)) {
        if (error != NULL)
            error->in_second = true;
        return false;
    }
    HoneResult *made = result_new();
    Findings findings = {0};
    if (!compare(session, &made->arena, left, right, &findings, &err))
        return result_fail(made, error, NULL, &err);
    const Counterexample *example = findings.generated.counterexample;
    HoneCheck *check = arena_new(&made->arena, HoneCheck, 1);
    check->kind = kind_of(&findings);
    check->evidence = evidence_of(&made->arena, &findings);
    check->reason = reason_of(&made->arena, session, &findings, check->kind);
    check->script = example != NULL ? example->script : NULL;
    check->elapsed_ms = clock_ms() - start_ms;
    made->check = check;
    made->json = json_of(check, &findings);
    *result = made;
    return true;
}

// One case a line

// A case as read; strings belong to the JSON object or the arena.
typedef struct {
    Dialect dialect;
    const Catalog *catalog;
    const char *left, *right;
} Case;

static bool read_case(Arena *arena, const Json *object, Case *read, Error *err)
{
    const char *dialect = json_text_field(object, "dialect");
    read->left = json_text_field(object, "left");
    read->right = json_text_field(object, "right");
    if (dialect == NULL || read->left == NULL || read->right == NULL)
        return fail(err, ERROR_PLAIN, "a case needs dialect, left and right");
    if (!dialect_find(dialect, &read->dialect))
        return fail(err, ERROR_PLAIN, "no dialect %s: it is sqlite or duckdb", dialect);
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
