// data_pair.c - what every way of comparing on the user's data needs.

#include "verify/data_pair.h"

bool data_conclude(Verdict *verdict, VerdictKind kind, Evidence evidence,
                   const char *reason)
{
    verdict->kind = kind;
    verdict->evidence = evidence;
    verdict->reason = reason;
    return true;
}

bool data_conclude_same(Verdict *verdict, const Result *left)
{
    verdict->rows = left->row_count;
    if (left->row_count == 0)
        return data_conclude(verdict, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
                             "the result is empty on this data");
    if (left->all_null)
        return data_conclude(verdict, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
                             "the result is only NULL on this data");
    verdict->with_rows = 1;
    return data_conclude(verdict, VERDICT_SAME, EVIDENCE_DATA, NULL);
}

Request data_request(const DataPair *it, const char *sql, SinkKind sink)
{
    return (Request){.sql = sql,
                     .sink = sink,
                     .row_limit = FETCH_LIMIT,
                     .ignored = it->ignored,
                     .ignored_count = it->ignored_count,
                     .documents = it->documents.items,
                     .document_count = it->documents.count,
                     .moments_as_texts =
                         engine_dialect(it->engine) != engine_dialect(it->other),
                     .timeout_ms = it->options->timeout_ms};
}

const char *data_original(const DataPair *it)
{
    return it->ordering.weighs ? it->ordering.full : it->pair.left.text;
}

const uint32_t *data_exact_columns(const DataPair *it, const Result *left,
                                   const Result *right, size_t *count)
{
    uint32_t *columns = arena_new(it->arena, uint32_t, left->column_count + 1);
    const char *const *collations = it->ordering.collations;
    *count = 0;
    for (uint32_t i = 0; i < left->column_count; i++) {
        bool is_text = collations != NULL && collations[i] != NULL;
        if (!left->columns[i].inexact && !right->columns[i].inexact && !is_text)
            columns[(*count)++] = i;
    }
    return columns;
}

bool data_spill_both(const DataPair *it, const char *original, Matching *matching,
                     Spill **left, Spill **right, Error *err)
{
    Result result;
    Request request = data_request(it, original, SINK_SPILL);
    request.key_columns = matching->sorted;
    request.key_count = matching->sorted_count;
    request.filter = matching->filter;
    request.in_sequence = matching->in_sequence;
    if (!engine_run_spilled(it->engine, it->arena, &request, &result, left, err))
        return false;
    matching->left_width = result.column_count;
    request.sql = it->pair.right.text;
    return engine_run_spilled(it->other, it->arena, &request, &result, right, err);
}
