// trial.c - fill, run, compare.

#include "verify/trial.h"

#include "verify/fit.h"

#include <string.h>
#include <strings.h>

enum {
    ROW_LIMIT = 4000,
    CHANCE_RUNS = 64,       // Of queries that draw at random,
    CHANCE_DIFFERENCES = 24 // those in which the candidate must differ.
};

static const double run_timeout_ms = 400;

static bool mentions_any(const char *message, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasestr(message, words[i]) != NULL)
            return true;
    return false;
}

// True if the message speaks of a number too large for its type. That a whole number of
// a column's size does not fit where it is cast to is what the cast asks for.
static bool error_is_overflow(const Error *error)
{
    static const char *const words[] = {"overflow", "out of range for the destination"};
    static const char *const narrowed[] = {"type int64 with", "type int32 with",
                                           "type int16 with", "type uint"};
    return mentions_any(error->message, words, COUNT_OF(words)) &&
           !mentions_any(error->message, narrowed, COUNT_OF(narrowed));
}

bool error_is_refusal(const Error *error)
{
    static const char *const words[] = {"binder error",
                                        "parser error",
                                        "catalog error",
                                        "syntax error",
                                        "no such",
                                        "not supported",
                                        "ambiguous",
                                        "not implemented",
                                        "misuse of",
                                        "must appear in the group by",
                                        "do not have the same number"};
    return error->kind == ERROR_REFUSED || error->kind == ERROR_SYNTAX ||
           error->kind == ERROR_NAME ||
           mentions_any(error->message, words, COUNT_OF(words));
}

static Request request_for(const Ring *ring, const char *sql)
{
    return (Request){.sql = sql,
                     .ignored = ring->ignored,
                     .ignored_count = ring->ignored_count,
                     .documents = ring->documents.items,
                     .document_count = ring->documents.count,
                     .sink = SINK_ROWS,
                     .row_limit = ROW_LIMIT,
                     .timeout_ms = run_timeout_ms};
}

Answer ring_run(Ring *ring, Arena *arena, const char *sql, double timeout_ms)
{
    Answer answer = {0};
    Request request = request_for(ring, sql);
    request.timeout_ms = timeout_ms;
    answer.ok =
        scratch_run(ring->scratch, arena, &request, &answer.result, &answer.error);
    return answer;
}

// Fills the tables, unless `database` is NULL, and runs one query.
static Answer run_alone(Ring *ring, Arena *arena, const Database *database,
                        const char *sql)
{
    if (database == NULL)
        return ring_run(ring, arena, sql, run_timeout_ms);
    Answer answer = {0};
    Request request = request_for(ring, sql);
    TrialTask task = {database->tables, database->table_count, &request, 1};
    if (!scratch_trial(ring->scratch, arena, &task, &answer, &answer.error))
        answer.ok = false;
    return answer;
}

// As ring_compare; the tables are filled with `database` again, unless that is NULL,
// where more of the original is asked for.
static Likeness compare(Ring *ring, Arena *arena, const Database *database,
                        const Answer *left, const Answer *right, const char **why)
{
    if (!left->ok)
        return LIKENESS_UNKNOWN;
    if (!right->ok) {
        if (right->error.kind != ERROR_STATEMENT || error_is_overflow(&right->error))
            return LIKENESS_UNKNOWN;
        *why = "the candidate raises an error";
        return LIKENESS_DIFFERENT;
    }
    if (ring->names_count && !results_same_names(&left->result, &right->result)) {
        *why = "the names of the columns differ";
        return LIKENESS_DIFFERENT;
    }
    bool has_types = ring->dialect != DIALECT_SQLITE; // There each value has its own.
    if (ring->names_count && has_types &&
        !results_same_types(&left->result, &right->result)) {
        *why = "the types of the columns differ";
        return LIKENESS_DIFFERENT;
    }
    if (results_mix_truths(&left->result, &right->result)) {
        *why = "a column holds truth values on one side, and numbers on the other";
        return LIKENESS_DIFFERENT;
    }
    Likeness likeness =
        results_compare(arena, ring->ordering, &left->result, &right->result, why);
    if (likeness != LIKENESS_NEEDS_FULL)
        return likeness;
    Answer full = run_alone(ring, arena, database, ring->ordering->full);
    Ordering counted = ordering_counted(ring->ordering, left->result.row_count);
    return full.ok ? results_fit(arena, &counted, &full.result, &right->result, why)
                   : LIKENESS_UNKNOWN;
}

Likeness ring_compare(Ring *ring, Arena *arena, const Answer *left, const Answer *right,
                      const char **why)
{
    return compare(ring, arena, NULL, left, right, why);
}

const char *ring_candidate(const Ring *ring)
{
    return ring->reversed && ring->right_untied != NULL ? ring->right_untied
                                                        : ring->right;
}

bool ring_learns_documents(Ring *ring, const Answer *left, const Answer *right)
{
    if (ring->types_seen || !left->ok || !right->ok)
        return false;
    ring->types_seen = true;
    Documents found = results_documents(ring->arena, &left->result, &right->result);
    if (found.count > 0)
        ring->documents = found;
    return found.count > 0;
}

Trial ring_try(Ring *ring, Arena *arena, const Database *database)
{
    Trial trial = {.likeness = LIKENESS_UNKNOWN};
    Request requests[] = {request_for(ring, ring->left),
                          request_for(ring, ring_candidate(ring))};
    TrialTask task = {database->tables, database->table_count, requests,
                      COUNT_OF(requests)};
    Answer answers[COUNT_OF(requests)] = {0};
    trial.is_filled = scratch_trial(ring->scratch, arena, &task, answers, &trial.error);
    if (!trial.is_filled)
        return trial;
    trial.left = answers[0];
    trial.right = answers[1];
    if (ring_learns_documents(ring, &trial.left, &trial.right))
        return ring_try(ring, arena, database);
    trial.likeness = ring_compare(ring, arena, &trial.left, &trial.right, &trial.why);
    return trial;
}

Trial ring_try_candidate(Ring *ring, Arena *arena, const Exhibit *exhibit)
{
    const Database *database = &exhibit->database;
    Trial trial = {.likeness = LIKENESS_UNKNOWN, .left = exhibit->answer};
    Request request = request_for(ring, ring_candidate(ring));
    TrialTask task = {database->tables, database->table_count, &request, 1};
    trial.is_filled =
        scratch_trial(ring->scratch, arena, &task, &trial.right, &trial.error);
    if (trial.is_filled)
        trial.likeness = ring_compare(ring, arena, &trial.left, &trial.right, &trial.why);
    return trial;
}

size_t ring_run_candidate(Ring *ring, Arena *arena, const Exhibit *exhibits, size_t count,
                          Answer *answers)
{
    Request request = request_for(ring, ring_candidate(ring));
    PackedTables *tables = arena_new(arena, PackedTables, count + 1);
    for (size_t i = 0; i < count; i++)
        tables[i] = exhibits[i].packed;
    return scratch_trials(ring->scratch, arena, tables, count, &request, answers);
}

Trial ring_weigh_candidate(Ring *ring, Arena *arena, const Exhibit *exhibit,
                           const Answer *answer)
{
    Trial trial = {.left = exhibit->answer, .right = *answer, .is_filled = true};
    trial.likeness =
        compare(ring, arena, &exhibit->database, &trial.left, &trial.right, &trial.why);
    return trial;
}

bool ring_turn(Ring *ring, bool reversed, Error *err)
{
    if (ring->reversed == reversed)
        return true;
    ring->reversed = reversed;
    return scratch_set_optimizer(ring->scratch, !reversed, err);
}

// Does the original give what it gave, however its ties are broken?
static Likeness compare_untied(Ring *ring, Arena *arena, const Database *database,
                               const Answer *first)
{
    Likeness likeness = LIKENESS_SAME;
    for (size_t i = 0; i < TIE_BREAKS && likeness == LIKENESS_SAME; i++) {
        if (ring->left_untied[i] == NULL)
            continue;
        const char *why;
        Answer untied = run_alone(ring, arena, database, ring->left_untied[i]);
        if (!untied.ok && error_is_refusal(&untied.error))
            ring->left_untied[i] = NULL; // The engine does not take our text of it.
        else
            likeness = untied.ok ? ring_compare(ring, arena, first, &untied, &why)
                                 : LIKENESS_UNKNOWN;
    }
    return likeness;
}

Likeness ring_stability(Ring *ring, Arena *arena, const Database *database,
                        unsigned turns, Random *random)
{
    Error error;
    const char *why;
    bool reversed = ring->reversed;
    Answer first = run_alone(ring, arena, database, ring->left);
    Likeness likeness =
        first.ok ? compare_untied(ring, arena, database, &first) : LIKENESS_UNKNOWN;
    for (unsigned turn = 0; likeness == LIKENESS_SAME && turn < turns; turn++) {
        Database other =
            turn == 0 ? *database : database_shuffled(arena, database, random);
        if (!ring_turn(ring, turn * 2 < turns ? !reversed : reversed, &error))
            return LIKENESS_UNKNOWN;
        Answer again = run_alone(ring, arena, &other, ring->left);
        likeness =
            again.ok ? ring_compare(ring, arena, &first, &again, &why) : LIKENESS_UNKNOWN;
        if (likeness == LIKENESS_SAME && turn == 0)
            likeness = compare_untied(ring, arena, database, &first);
    }
    return ring_turn(ring, reversed, &error) ? likeness : LIKENESS_UNKNOWN;
}

bool ring_is_stable(Ring *ring, Arena *arena, const Database *database, unsigned turns,
                    Random *random)
{
    return ring_stability(ring, arena, database, turns, random) == LIKENESS_SAME;
}

bool ring_raises_by_plan(Ring *ring, Arena *arena, const Database *database)
{
    Error error;
    bool reversed = ring->reversed;
    if (!ring_turn(ring, !reversed, &error))
        return false;
    Answer answer = run_alone(ring, arena, database, ring->left);
    return ring_turn(ring, reversed, &error) && !answer.ok &&
           answer.error.kind == ERROR_STATEMENT;
}

bool ring_differs_by_rule(Ring *ring, Arena *arena, const Database *database)
{
    const char *why;
    unsigned differences = 0;
    Answer first = run_alone(ring, arena, database, ring->left);
    for (unsigned run = 0; run < CHANCE_RUNS; run++) {
        Answer left = run_alone(ring, arena, database, ring->left);
        Answer right = run_alone(ring, arena, database, ring_candidate(ring));
        if (ring_compare(ring, arena, &first, &left, &why) != LIKENESS_SAME)
            return false;
        differences +=
            ring_compare(ring, arena, &first, &right, &why) == LIKENESS_DIFFERENT;
    }
    return differences >= CHANCE_DIFFERENCES;
}
