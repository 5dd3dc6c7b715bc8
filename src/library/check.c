// check.c - hone_check: are two queries the same?
//
// On a counterexample that was kept, then on generated databases, then on the user's.
// With another database for the second query nothing is generated: it is the data that
// are compared.

#include "library/difference.h"
#include "library/findings.h"
#include "library/session.h"

#include "base/clock.h"
#include "base/text.h"
#include "optimize/missing.h"
#include "optimize/typed.h"
#include "sql/sql.h"
#include "verify/data.h"
#include "verify/replay.h"

#include <string.h>

static const double TYPES_MS = 10e3;   // To look at the columns of all tables.
static const double MISSING_MS = 10e3; // To look for rows against constraints.

// What is compared, and where.
typedef struct {
    HoneSession *session;
    Arena *arena;
    const char *left, *right;
    const char *script; // A counterexample that was kept, or NULL.
    Leniency leniency;
    const char *const *key;
    size_t key_count;
    Engine *other;          // The second query's; NULL: the session's.
    const Catalog *catalog; // Of that one.
} Task;

// Comparing

// Looks at the columns of the user's tables that the two read.
static bool check_types(const Task *task, Findings *findings, Error *err)
{
    HoneSession *session = task->session;
    const char *const texts[] = {task->left, task->right};
    TableColumns reads = {0};
    for (size_t i = 0; i < COUNT_OF(texts) && session->engine != NULL; i++) {
        Tree tree;
        Error ignored;
        if (sql_bind(task->arena, session->bench.catalog, texts[i], &tree, &ignored))
            tree_add_reads(task->arena, &tree, &reads);
    }
    return reads.count == 0 ||
           workbench_check_types(&session->bench, task->arena, &reads, TYPES_MS,
                                 &findings->types_trouble, err);
}

// Says what is under way.
static void report_stage(const Task *task, const char *stage, double share)
{
    const HoneOptions *options = &task->session->options;
    if (options->progress != NULL)
        options->progress(options->progress_context, stage, share);
}

static QueryPair texts_of(const Task *task)
{
    return (QueryPair){task->session->bench.catalog, task->left, task->right};
}

static bool compare_kept(const Task *task, Findings *findings, Error *err)
{
    ReplayOptions options = {.engine = session_engine_options(task->session),
                             .leniency = task->leniency};
    QueryPair texts = texts_of(task);
    return task->script == NULL || judge_on_script(task->arena, &texts, task->script,
                                                   &options, &findings->kept, err);
}

static bool compare_generated(const Task *task, Findings *findings, Error *err)
{
    Judge *judge = NULL;
    report_stage(task, "refuting", 0);
    if (!check_types(task, findings, err) ||
        !session_judge(task->session, task->session->bench.catalog, &judge, err))
        return false;
    judge_allow(judge, &task->leniency);
    bool ok = judge_pair(judge, task->arena, task->left, task->right,
                         &findings->generated, err);
    judge_allow(judge, &(Leniency){0});
    return ok;
}

static bool compare_data(const Task *task, Findings *findings, Error *err)
{
    const HoneSession *session = task->session;
    report_stage(task, "comparing", 0.5);
    Error trouble;
    DataOptions options = {
        .timeout_ms = session_timeout_ms(session),
        .leniency = &task->leniency,
        .key = task->key,
        .key_count = task->key_count,
        .other = task->other,
        .tells_differences = true,
    };
    QueryPair texts = texts_of(task);
    if (judge_on_data(session->engine, task->arena, &texts, &options, &findings->data,
                      &trouble))
        return true;
    if (trouble.kind == ERROR_CANCELLED || trouble.kind == ERROR_NAME ||
        trouble.kind == ERROR_UNSUPPORTED) {
        *err = trouble;
        return false;
    }
    findings->data_trouble =
        arena_printf(task->arena, "on %s: %s", findings->database, trouble.message);
    return true;
}

// What the two would be if the data's habits were enforced

static bool judge_supposing(const Task *task, const Constraints *constraints,
                            bool *is_same, Error *err)
{
    Judge *judge = NULL;
    Verdict verdict;
    const Catalog *catalog = catalog_supposing(task->arena, task->session->bench.catalog,
                                               constraints->items, constraints->count);
    if (!session_judge(task->session, catalog, &judge, err))
        return false;
    judge_allow(judge, &task->leniency);
    bool ok = judge_pair(judge, task->arena, task->left, task->right, &verdict, err);
    judge_allow(judge, &(Leniency){0});
    *is_same = ok && verdict.kind == VERDICT_SAME;
    return ok;
}

// Takes away what is not needed for the two to be the same.
static bool drop_needless(const Task *task, Constraints *constraints, Error *err)
{
    for (size_t i = constraints->count; i-- > 0;) {
        Constraints fewer = {0};
        for (size_t j = 0; j < constraints->count; j++)
            if (j != i)
                array_push(task->arena, &fewer, constraints->items[j]);
        bool is_same;
        if (!judge_supposing(task, &fewer, &is_same, err))
            return false;
        if (is_same)
            *constraints = fewer;
    }
    return true;
}

// Were the two refuted only for want of constraints that the data keep?
static bool suppose_missing(const Task *task, Findings *findings, Error *err)
{
    HoneSession *session = task->session;
    const Catalog *catalog = session->bench.catalog;
    const char *const texts[] = {task->left, task->right};
    Constraints missing = {0}, kept = {0};
    bool is_same;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        Tree *tree = arena_new(task->arena, Tree, 1);
        if (!sql_bind(task->arena, catalog, texts[i], tree, err))
            return true;
        constraints_add_missing(task->arena, catalog, tree, &missing);
    }
    report_stage(task, "supposing", 0.5);
    if (!constraints_kept(session->engine, task->arena, &missing, MISSING_MS, &kept, err))
        return false;
    if (kept.count == 0)
        return true;
    if (!judge_supposing(task, &kept, &is_same, err))
        return false;
    if (!is_same)
        return true;
    if (!drop_needless(task, &kept, err) || !compare_data(task, findings, err))
        return false;
    if (findings->data.kind == VERDICT_DIFFERENT)
        return true;
    findings->missing = (Missing){catalog->dialect, kept.items, kept.count};
    findings->data = (Verdict){0}; // The same on the data, but not in general.
    return true;
}

// Goes on until a difference is found; with a key, rows are wanted in any case.
static bool compare(const Task *task, Findings *findings, Error *err)
{
    findings->only_data = task->other != NULL;
    if (!compare_kept(task, findings, err))
        return false;
    if (findings->kept.kind == VERDICT_DIFFERENT)
        return true;
    if (!findings->only_data && !compare_generated(task, findings, err))
        return false;
    bool is_decided = findings->generated.kind == VERDICT_DIFFERENT;
    if (task->session->engine == NULL)
        return true;
    if (is_decided && task->key_count == 0)
        return suppose_missing(task, findings, err);
    return compare_data(task, findings, err);
}

// Preparing

// Returns the names in a list such as "a, b"; sets `count`.
static const char *const *read_names(Arena *arena, const char *list, size_t *count)
{
    ARRAY(const char *) names = {0};
    for (const char *at = list; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ",");
        const char *end = at + length;
        const char *next = *end == ',' ? end + 1 : end;
        while (at < end && *at == ' ')
            at++;
        while (end > at && end[-1] == ' ')
            end--;
        if (end > at)
            array_push(arena, &names, arena_text(arena, at, (size_t)(end - at)));
        at = next;
    }
    *count = names.count;
    return names.items;
}

static void read_options(Task *task, const HoneCheckOptions *options)
{
    Leniency *leniency = &task->leniency;
    leniency->tolerance = options->tolerance;
    leniency->ignored =
        read_names(task->arena, options->ignore_columns, &leniency->ignored_count);
    task->key = read_names(task->arena, options->key, &task->key_count);
    task->script = arena_string(task->arena, options->script);
}

static bool open_other(Task *task, const char *url, Error *err)
{
    if (url == NULL)
        return true;
    EngineOptions options = session_engine_options(task->session);
    return engine_open(url, &options, &task->other, err) &&
           engine_describe(task->other, task->arena, &task->catalog, err);
}

static bool accept_both(const Task *task, HoneError *error)
{
    const HoneSession *session = task->session;
    Gate gate = {session->engine, session->catalog, 0};
    Gate other = task->other != NULL ? (Gate){task->other, task->catalog, 0} : gate;
    if (!session_accept(&gate, task->left, error))
        return false;
    if (session_accept(&other, task->right, error))
        return true;
    if (error != NULL)
        error->in_second = true;
    return false;
}

// The interface

static const HoneCheck *check_new(Arena *arena, const Findings *findings,
                                  double elapsed_ms)
{
    HoneCheck *check = arena_new(arena, HoneCheck, 1);
    check->kind = findings_kind(findings);
    check->evidence = findings_evidence(arena, findings);
    check->reason = findings_reason(arena, findings);
    check->script = findings_script(findings);
    check->differences = differences_print(arena, findings->data.differences);
    check->supposing = findings_supposing(arena, findings);
    check->elapsed_ms = elapsed_ms;
    return check;
}

// Names what the data are compared on.
static const char *databases_name(const Task *task, const HoneCheckOptions *options)
{
    const char *name = session_database_name(task->session);
    if (task->other == NULL)
        return name;
    return arena_printf(task->arena, "%s and %s", name,
                        url_short_name(options->other_database));
}

static bool check_task(Task *task, const HoneCheckOptions *options, Findings *findings,
                       HoneError *error)
{
    Error err;
    if (!open_other(task, options->other_database, &err))
        return report_error(error, NULL, &err);
    if (!accept_both(task, error))
        return false;
    findings->database = databases_name(task, options);
    return compare(task, findings, &err) || report_error(error, NULL, &err);
}

bool hone_check_with(HoneSession *session, const char *left, const char *right,
                     const HoneCheckOptions *options, HoneResult **result,
                     HoneError *error)
{
    Error err;
    double start_ms = clock_ms();
    bool needs_database = options->key != NULL || options->other_database != NULL;
    if (session->catalog == NULL) {
        fail(&err, ERROR_PLAIN, "a database or a schema is needed");
        return report_error(error, NULL, &err);
    }
    if (needs_database && !session_needs_engine(session, error))
        return false;
    HoneResult *made = result_new();
    Findings findings = {.catalog = session->bench.catalog};
    Task task = {.session = session,
                 .arena = &made->arena,
                 .left = arena_string(&made->arena, left),
                 .right = arena_string(&made->arena, right)};
    read_options(&task, options);
    bool ok = check_task(&task, options, &findings, error);
    engine_close(task.other);
    if (!ok) {
        hone_result_free(made);
        return false;
    }
    made->check = check_new(&made->arena, &findings, clock_ms() - start_ms);
    made->json = findings_json(made->check, &findings);
    *result = made;
    return true;
}

bool hone_check(HoneSession *session, const char *left, const char *right,
                HoneResult **result, HoneError *error)
{
    return hone_check_with(session, left, right, &(HoneCheckOptions){0}, result, error);
}
