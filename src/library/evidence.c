// evidence.c - numbers and sentences.

#include "library/evidence.h"

#include "base/figures.h"
#include "base/text.h"

#include <string.h>

const char *databases_print(Arena *arena, const Verdict *verdict)
{
    if (verdict->evidence == EVIDENCE_PROVED)
        return arena_printf(arena, "proved: %s",
                            verdict->reason != NULL ? verdict->reason : "the same tree");
    Text text = text_new(arena);
    text_addf(&text, "%s databases", number_print(arena, verdict->databases));
    if (verdict->searched > 0)
        text_addf(&text, " (%s more searched)", number_print(arena, verdict->searched));
    if (verdict->failures > 0)
        text_addf(&text, ", on %s of which the original fails (%s)",
                  number_print(arena, verdict->failures), verdict->failure);
    if (verdict->mutants > 0)
        text_addf(&text, ", %zu of %zu mutants told apart", verdict->mutants_killed,
                  verdict->mutants);
    if (verdict->mutants_out_of_reach > 0)
        text_addf(&text, " (%zu out of reach)", verdict->mutants_out_of_reach);
    return text.bytes;
}

const char *rows_print(Arena *arena, const Verdict *verdict, const char *database)
{
    return arena_printf(arena, "%s row%s equal on %s", number_print(arena, verdict->rows),
                        plural(verdict->rows), database);
}

const char *checked_print(Arena *arena, TableColumn column)
{
    static const char *const words[] = {
        [TYPE_BOOLEAN] = "booleans",     [TYPE_INTEGER] = "integers",
        [TYPE_DECIMAL] = "numbers",      [TYPE_FLOAT] = "REAL values",
        [TYPE_TEXT] = "texts",           [TYPE_BLOB] = "blobs",
        [TYPE_DATE] = "dates",           [TYPE_TIME] = "times",
        [TYPE_TIMESTAMP] = "timestamps",
    };
    const Column *it = &column.table->columns[column.column];
    bool named = (size_t)it->type.kind < COUNT_OF(words) && words[it->type.kind] != NULL;
    return arena_printf(arena, "%s.%s holds %s", column.table->name, it->name,
                        named ? words[it->type.kind] : "what it declares");
}

const char *all_checked_print(Arena *arena, const Verdict *verdict)
{
    enum { FEW = 4 };
    const TableColumns *checked = &verdict->checked;
    if (checked->count == 0)
        return "";
    Text text = text_new(arena);
    text_add(&text, "; relies on the types of ");
    if (checked->count > FEW)
        text_addf(&text, "%zu columns", checked->count);
    for (size_t i = 0; i < checked->count && checked->count <= FEW; i++) {
        const TableColumn *each = &checked->items[i];
        text_addf(&text, "%s%s.%s", i == 0 ? "" : ", ", each->table->name,
                  each->table->columns[each->column].name);
    }
    text_add(&text, " (checked)");
    return text.bytes;
}

const char *assumption_print(Arena *arena, const Assumption *assumption)
{
    const char *table = assumption->table != NULL ? assumption->table->name : "";
    size_t length = strlen(table);
    bool named = strncmp(assumption->constraint, table, length) == 0;
    return named ? assumption->constraint
                 : arena_printf(arena, "%s: %s", table, assumption->constraint);
}

const char *rule_names_print(Arena *arena, const Derivation *derivation)
{
    Text names = text_new(arena);
    bool seen[RULE_COUNT] = {0};
    for (size_t i = 0; i < derivation->step_count; i++) {
        RuleId rule = derivation->steps[i].rule;
        if (!seen[rule])
            text_addf(&names, "%s%s", names.length > 0 ? ", " : "",
                      rewrite_rules[rule].name);
        seen[rule] = true;
    }
    return names.bytes;
}
