// supposing.c - remedies, and the line that offers them.

#include "library/supposing.h"

#include "base/figures.h"
#include "base/text.h"
#include "library/evidence.h"
#include "sql/sql.h"

static const char *options_print(Arena *arena, const Constraint *constraint)
{
    static const char *const trusts[] = {
        [CONSTRAINT_NOT_NULL] = "not_null",
        [CONSTRAINT_KEY] = "keys",
        [CONSTRAINT_FOREIGN_KEY] = "foreign_keys",
    };
    return arena_printf(
        arena, "%s--trust %s",
        constraint_is_declared(constraint) ? "" : "declared in --schema FILE, ",
        trusts[constraint->kind]);
}

const char *missing_print(Arena *arena, const Missing *missing)
{
    Text words = text_new(arena);
    for (size_t i = 0; i < missing->count; i++)
        text_addf(&words, "%s%s", i == 0 ? "" : ", ",
                  constraint_print(arena, &missing->constraints[i]));
    return words.bytes;
}

const char *remedies_print(Arena *arena, const Missing *missing)
{
    Text remedies = text_new(arena);
    for (size_t i = 0; i < missing->count; i++) {
        const Constraint *each = &missing->constraints[i];
        const char *statement = sql_print_adding(arena, missing->dialect, each);
        text_addf(&remedies, "%s%s", i == 0 ? "" : "; ",
                  statement != NULL ? statement : options_print(arena, each));
    }
    return remedies.bytes;
}

void missing_add(Json *object, const char *field, const Missing *missing)
{
    Json *array = json_add_array(object, field);
    Arena scratch = ARENA_EMPTY;
    for (size_t i = 0; i < missing->count; i++) {
        const Constraint *each = &missing->constraints[i];
        const char *statement = sql_print_adding(&scratch, missing->dialect, each);
        Json *one = json_push_object(array);
        json_add_text(one, "constraint", constraint_print(&scratch, each));
        json_add_text(one, "statement", statement);
        json_add_text(one, "options",
                      statement != NULL ? NULL : options_print(&scratch, each));
    }
    arena_clear(&scratch);
}

const char *supposing_print(Arena *arena, Dialect dialect, const Optimization *made)
{
    if (made->supposing == NULL)
        return NULL;
    Missing missing = {dialect, made->missing, made->missing_count};
    return arena_printf(arena, "%s in today's data; if that were enforced, %s (%s); %s",
                        missing_print(arena, &missing),
                        ratio_print(arena, made->supposing->measurement.ratio),
                        rule_names_print(arena, &made->supposing->derivation),
                        remedies_print(arena, &missing));
}
