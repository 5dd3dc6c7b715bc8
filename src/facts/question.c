// question.c - asking, and what the answers rest on.

#include "facts/inner.h"

#include <string.h>

// Steps that one question may take; real queries need a few hundred.
enum { WORK_LIMIT = 20000 };

void assume(Facts *facts, const Table *table, const char *constraint, Assurance assurance)
{
    for (size_t i = 0; i < facts->assumptions->count; i++) {
        const Assumption *known = &facts->assumptions->items[i];
        if (known->table == table && strcmp(known->constraint, constraint) == 0)
            return;
    }
    Assumption assumption = {table, constraint, assurance};
    array_push(facts->arena, facts->assumptions, assumption);
}

Facts facts_aside(const Facts *facts, Assumptions *unused)
{
    Facts aside = *facts;
    aside.assumptions = unused;
    return aside;
}

Question question_begin(Facts *facts)
{
    facts->work = 0;
    return (Question){facts->assumptions->count};
}

bool question_end(Facts *facts, Question question, bool certain)
{
    if (!certain)
        facts->assumptions->count = question.assumption_count;
    return certain;
}

bool question_may_go_on(Facts *facts)
{
    return facts->work++ < WORK_LIMIT;
}
