// optimize_json.c - field by field.

#include "library/optimize_json.h"

#include "library/evidence.h"
#include "library/supposing.h"

#include <string.h>

static void add_run(Json *object, const char *field, const Run *run)
{
    Json *made = json_add_object(object, field);
    json_add_number(made, "elapsed_ms", run->elapsed_ms);
    json_add_number(made, "cpu_ms", run->cpu_ms);
    json_add_count(made, "steps", run->steps);
    json_add_count(made, "peak_memory_bytes", run->peak_memory_bytes);
}

void measurement_add(Json *object, const char *field, const Measurement *measured)
{
    if (measured->pair_count == 0) {
        json_add_text(object, field, NULL);
        return;
    }
    Json *made = json_add_object(object, field);
    json_add_text(made, "outcome", outcome_name(measured->outcome));
    json_add_bool(made, "certified", measured->certified);
    json_add_text(made, "clock", clock_name(measured->clock));
    json_add_number(made, "before_ms", measured->before_ms);
    json_add_number(made, "after_ms", measured->after_ms);
    json_add_number(made, "ratio", measured->ratio);
    json_add_number(made, "low", measured->low);
    json_add_number(made, "high", measured->high);
    json_add_number(made, "error", measured->error);
    json_add_number(made, "noise", measured->noise);
    json_add_number(made, "pressure", measured->pressure);
    json_add_number(made, "steal", measured->steal);
    json_add_number(made, "three_run_ratio", measured->three_run_ratio);
    json_add_number(made, "five_run_ratio", measured->five_run_ratio);
    Json *pairs = json_add_array(made, "pairs");
    for (size_t i = 0; i < measured->pair_count; i++) {
        Json *pair = json_push_object(pairs);
        add_run(pair, "before", &measured->before[i]);
        add_run(pair, "after", &measured->after[i]);
    }
}

static void push_assumption(Json *array, const char *constraint, Assurance assurance)
{
    Json *made = json_push_object(array);
    json_add_text(made, "constraint", constraint);
    json_add_text(made, "assurance", assurance_name(assurance));
}

static void add_checked(Json *object, const TableColumns *checked)
{
    Json *assumptions = json_add_array(object, "assumptions");
    Arena scratch = ARENA_EMPTY;
    for (size_t i = 0; i < checked->count; i++)
        push_assumption(assumptions, checked_print(&scratch, checked->items[i]),
                        ASSURANCE_CHECKED);
    arena_clear(&scratch);
}

void verdict_add(Json *object, const char *field, const Verdict *verdict)
{
    if (verdict->evidence == EVIDENCE_NONE && verdict->reason == NULL) {
        json_add_text(object, field, NULL);
        return;
    }
    Json *made = json_add_object(object, field);
    json_add_text(made, "verdict", verdict_name(verdict->kind));
    json_add_text(made, "evidence", evidence_name(verdict->evidence));
    json_add_text(made, "reason", verdict->reason);
    json_add_count(made, "databases", verdict->databases);
    json_add_count(made, "searched", verdict->searched);
    json_add_count(made, "with_rows", verdict->with_rows);
    json_add_count(made, "original_failed", verdict->failures);
    json_add_text(made, "failure", verdict->failure);
    json_add_count(made, "mutants", verdict->mutants);
    json_add_count(made, "mutants_told_apart", verdict->mutants_killed);
    json_add_count(made, "mutants_out_of_reach", verdict->mutants_out_of_reach);
    json_add_count(made, "rows", verdict->rows);
    add_checked(made, &verdict->checked);
    json_add_text(made, "counterexample",
                  verdict->counterexample != NULL ? verdict->counterexample->script
                                                  : NULL);
    json_add_number(made, "elapsed_ms", verdict->elapsed_ms);
}

static bool is_relied_on(const Derivation *derivation, Arena *arena,
                         const char *constraint)
{
    for (size_t i = 0; i < derivation->assumptions.count; i++) {
        const Assumption *each = &derivation->assumptions.items[i];
        if (strcmp(assumption_print(arena, each), constraint) == 0)
            return true;
    }
    return false;
}

// The rules that fired, and what they and the judge rely on.
static void add_steps(Json *object, const Derivation *derivation,
                      const TableColumns *checked)
{
    Json *steps = json_add_array(object, "rules");
    for (size_t i = 0; i < derivation->step_count; i++)
        json_push_text(steps, rewrite_rules[derivation->steps[i].rule].name);
    Json *assumptions = json_add_array(object, "assumptions");
    Arena scratch = ARENA_EMPTY;
    for (size_t i = 0; i < derivation->assumptions.count; i++) {
        const Assumption *each = &derivation->assumptions.items[i];
        push_assumption(assumptions, assumption_print(&scratch, each), each->assurance);
    }
    for (size_t i = 0; i < checked->count; i++) {
        const char *constraint = checked_print(&scratch, checked->items[i]);
        if (!is_relied_on(derivation, &scratch, constraint))
            push_assumption(assumptions, constraint, ASSURANCE_CHECKED);
    }
    arena_clear(&scratch);
}

static void add_other_run(Json *made, const OtherRun *run)
{
    json_add_text(made, "values", run->values);
    json_add_count(made, "rows", run->rows);
    if (run->ratio > 0)
        json_add_number(made, "ratio", run->ratio);
}

static void add_others(Json *object, const Candidate *candidate)
{
    Json *runs = json_add_array(object, "other_values");
    for (size_t i = 0; i < candidate->others.count; i++)
        add_other_run(json_push_object(runs), &candidate->others.runs[i]);
    json_add_count(object, "other_values_unmeasured", candidate->others.unmeasured);
    if (candidate->shown.values != NULL)
        add_other_run(json_add_object(object, "rows_with"), &candidate->shown);
    else
        json_add_text(object, "rows_with", NULL);
}

static void add_candidate(Json *made, const Candidate *candidate)
{
    json_add_text(made, "fate", fate_name(candidate->fate));
    json_add_text(made, "reason", candidate->reason);
    json_add_text(made, "sql", candidate->sql);
    add_steps(made, &candidate->derivation, &candidate->refutation.checked);
    verdict_add(made, "generated", &candidate->refutation);
    verdict_add(made, "data", &candidate->data);
    add_run(made, "run", &candidate->run);
    json_add_number(made, "race_ms", candidate->race_ms);
    measurement_add(made, "measurement", &candidate->measurement);
    add_others(made, candidate);
}

static void add_supposing(Json *object, Dialect dialect, const Optimization *made)
{
    if (made->supposing == NULL) {
        json_add_text(object, "supposing", NULL);
        return;
    }
    Json *supposing = json_add_object(object, "supposing");
    Missing missing = {dialect, made->missing, made->missing_count};
    missing_add(supposing, "missing", &missing);
    add_candidate(json_add_object(supposing, "candidate"), made->supposing);
}

static void add_outcome(Json *made, const HoneOptimization *view,
                        const Optimization *optimization)
{
    json_add_text(made, "name", view->name);
    json_add_text(made, "status", status_name(optimization->status));
    json_add_text(made, "reason", view->reason);
    json_add_text(made, "sql", view->sql);
    json_add_text(made, "faster", view->faster);
    json_add_text(made, "why", view->why);
    json_add_text(made, "same", view->same);
    json_add_text(made, "not_examined", view->not_examined);
    json_add_text(made, "rules_off", optimization->rules_off);
}

void settings_add(Json *object, const Catalog *catalog)
{
    Json *settings = json_add_object(object, "settings");
    for (size_t i = 0; i < catalog->setting_count; i++)
        json_add_text(settings, catalog->settings[i].name, catalog->settings[i].value);
}

Json *optimization_json(const HoneSession *session, const HoneOptimization *view,
                        const Optimization *optimization)
{
    Json *made = json_object_new_object();
    add_outcome(made, view, optimization);
    add_run(made, "original", &optimization->original);
    const Candidate *winner = optimization->winner;
    measurement_add(made, "measurement",
                    winner != NULL ? &winner->measurement : &(Measurement){0});
    json_add_text(made, "sample", optimization->sample);
    if (optimization->at_least > 0)
        json_add_number(made, "at_least", optimization->at_least);
    else
        json_add_text(made, "at_least", NULL);
    add_others(made, winner != NULL ? winner : &(Candidate){0});
    add_steps(made, winner != NULL ? &winner->derivation : &(Derivation){0},
              winner != NULL ? &winner->refutation.checked : &(TableColumns){0});
    Json *candidates = json_add_array(made, "candidates");
    for (size_t i = 0; i < optimization->candidate_count; i++)
        add_candidate(json_push_object(candidates), optimization->candidates[i]);
    add_supposing(made, session->bench.catalog->dialect, optimization);
    json_add_text(made, "database", session_database_name(session));
    json_add_text(made, "engine", engine_version(session->engine));
    settings_add(made, session->bench.catalog);
    json_add_text(made, "hone", hone_version());
    json_add_bool(made, "stopped", optimization->stopped);
    json_add_text(made, "best_so_far", view->best_so_far);
    json_add_bool(made, "budget_spent", optimization->budget_spent);
    json_add_number(made, "budget_ms", optimization->budget_ms);
    json_add_number(made, "elapsed_ms", optimization->elapsed_ms);
    json_add_number(made, "own_cpu_ms", optimization->cpu_ms);
    return made;
}
