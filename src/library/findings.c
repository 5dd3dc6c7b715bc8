// findings.c - kept, generated, data: the strongest speaks.

#include "library/findings.h"

#include "library/difference.h"
#include "library/evidence.h"
#include "library/optimize_json.h"

HoneVerdictKind findings_kind(const Findings *findings)
{
    const Verdict *data = &findings->data;
    if (findings->kept.kind == VERDICT_DIFFERENT ||
        findings->generated.kind == VERDICT_DIFFERENT || data->kind == VERDICT_DIFFERENT)
        return HONE_DIFFERENT;
    if (findings->only_data)
        return data->kind == VERDICT_SAME && data->evidence == EVIDENCE_DATA
                   ? HONE_SAME
                   : HONE_UNDECIDED;
    bool undecided_on_data =
        findings->data_trouble != NULL ||
        (data->kind == VERDICT_UNDECIDED && data->evidence != EVIDENCE_VACUOUS &&
         data->evidence != EVIDENCE_NONE);
    return findings->generated.kind == VERDICT_SAME && !undecided_on_data
               ? HONE_SAME
               : HONE_UNDECIDED;
}

const char *findings_evidence(Arena *arena, const Findings *findings)
{
    const char *generated = evidence_name(findings->generated.evidence);
    const char *data = evidence_name(findings->data.evidence);
    if (findings->kept.kind == VERDICT_DIFFERENT)
        return evidence_name(findings->kept.evidence);
    if (findings->only_data || findings->data.kind == VERDICT_DIFFERENT)
        return data;
    if (findings->data.evidence == EVIDENCE_NONE ||
        findings->data.evidence == findings->generated.evidence)
        return generated;
    return arena_printf(arena, "%s + %s", generated, data);
}

// Why nothing more can be said than that no database told the two apart.
static const char *sameness(Arena *arena, const Findings *findings)
{
    const Verdict *generated = &findings->generated, *data = &findings->data;
    bool is_proved = generated->evidence == EVIDENCE_PROVED; // As the evidence says.
    const char *databases =
        is_proved ? generated->reason : databases_print(arena, generated);
    const char *checked = all_checked_print(arena, generated);
    if (data->evidence == EVIDENCE_VACUOUS)
        return arena_printf(arena, "%s; the result is empty on %s and adds nothing%s",
                            databases, findings->database, checked);
    if (data->evidence == EVIDENCE_NONE)
        return databases;
    return arena_printf(arena, "%s; %s%s", databases,
                        rows_print(arena, data, findings->database), checked);
}

static const char *data_reason(Arena *arena, const Findings *findings)
{
    if (findings->data_trouble != NULL)
        return findings->data_trouble;
    if (findings->data.kind == VERDICT_SAME)
        return rows_print(arena, &findings->data, findings->database);
    return findings->data.reason;
}

static const char *verdict_reason(Arena *arena, const Findings *findings)
{
    const Verdict *generated = &findings->generated, *data = &findings->data;
    if (findings->kept.kind == VERDICT_DIFFERENT)
        return findings->kept.reason;
    if (findings->only_data)
        return data_reason(arena, findings);
    if (data->kind == VERDICT_DIFFERENT)
        return data->reason;
    if (generated->kind != VERDICT_SAME)
        return generated->reason;
    if (findings->data_trouble != NULL)
        return findings->data_trouble;
    if (generated->evidence == EVIDENCE_PROVED && data->evidence == EVIDENCE_NONE)
        return generated->reason;
    if (findings_kind(findings) == HONE_UNDECIDED)
        return data->reason;
    return sameness(arena, findings);
}

const char *findings_reason(Arena *arena, const Findings *findings)
{
    const char *reason = verdict_reason(arena, findings);
    if (findings->types_trouble == NULL)
        return reason;
    return arena_printf(arena, "%s; not examined: %s", reason != NULL ? reason : "",
                        findings->types_trouble);
}

const char *findings_supposing(Arena *arena, const Findings *findings)
{
    const Missing *missing = &findings->missing;
    if (missing->count == 0)
        return NULL;
    return arena_printf(
        arena, "the same where %s, as in %s today, though nothing enforces it; %s",
        missing_print(arena, missing), findings->database,
        remedies_print(arena, missing));
}

const char *findings_script(const Findings *findings)
{
    const Counterexample *example = findings->kept.counterexample != NULL
                                        ? findings->kept.counterexample
                                        : findings->generated.counterexample;
    return example != NULL ? example->script : NULL;
}

Json *findings_json(const HoneCheck *check, const Findings *findings)
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
    differences_add(made, "differences", findings->data.differences);
    missing_add(made, "supposing", &findings->missing);
    settings_add(made, findings->catalog);
    json_add_number(made, "elapsed_ms", check->elapsed_ms);
    return made;
}
