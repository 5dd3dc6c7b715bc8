// constraint_print.c - the statement that adds a constraint, the query that looks for
// rows against it.

#include "base/text.h"
#include "sql/sql.h"

#include <string.h>

typedef struct {
    Arena *arena;
    Dialect dialect;
    Text text;
} Printing;

static void add_name(Printing *out, const char *name)
{
    text_add(&out->text, sql_quote_name(out->arena, out->dialect, name));
}

static void add_table(Printing *out, const Table *table)
{
    if (table->schema != NULL) {
        add_name(out, table->schema);
        text_add(&out->text, ".");
    }
    add_name(out, table->name);
}

static void add_columns(Printing *out, const Constraint *it, const char *between,
                        const char *behind)
{
    for (size_t i = 0; i < it->column_count; i++) {
        text_add(&out->text, i == 0 ? "" : between);
        add_name(out, it->table->columns[it->columns[i]].name);
        text_add(&out->text, behind);
    }
}

// By a name that says what it is over, since it needs one.
static void add_index(Printing *out, const Constraint *it)
{
    Text name = text_new(out->arena);
    text_add(&name, it->table->name);
    for (size_t i = 0; i < it->column_count; i++)
        text_addf(&name, "_%s", it->table->columns[it->columns[i]].name);
    text_add(&name, "_key");
    text_add(&out->text, "CREATE UNIQUE INDEX ");
    add_name(out, name.bytes);
    text_add(&out->text, " ON ");
    add_table(out, it->table);
    text_add(&out->text, " (");
    add_columns(out, it, ", ", "");
    text_add(&out->text, ")");
}

const char *sql_print_adding(Arena *arena, Dialect dialect, const Constraint *constraint)
{
    Printing out = {.arena = arena, .dialect = dialect, .text = text_new(arena)};
    switch (constraint->kind) {
    case CONSTRAINT_NOT_NULL:
        if (dialect == DIALECT_SQLITE)
            return NULL;
        text_add(&out.text, "ALTER TABLE ");
        add_table(&out, constraint->table);
        text_add(&out.text, " ALTER COLUMN ");
        add_columns(&out, constraint, "", "");
        text_add(&out.text, " SET NOT NULL");
        return out.text.bytes;
    case CONSTRAINT_KEY:
        add_index(&out, constraint);
        return out.text.bytes;
    case CONSTRAINT_FOREIGN_KEY:
        return NULL;
    }
    return NULL;
}

// A child's value is compared as a join would compare it.
static void add_orphans(Printing *out, const Constraint *it)
{
    text_add(&out->text, "SELECT 1 FROM ");
    add_table(out, it->table);
    text_add(&out->text, " AS child WHERE ");
    add_columns(out, it, " AND ", " IS NOT NULL");
    text_add(&out->text, " AND NOT EXISTS (SELECT 1 FROM ");
    add_table(out, it->target);
    text_add(&out->text, " AS parent WHERE ");
    for (size_t i = 0; i < it->column_count; i++) {
        text_add(&out->text, i == 0 ? "parent." : " AND parent.");
        add_name(out, it->target->columns[it->target_columns[i]].name);
        text_add(&out->text, " = child.");
        add_name(out, it->table->columns[it->columns[i]].name);
    }
    text_add(&out->text, ")");
}

const char *sql_print_offence(Arena *arena, Dialect dialect, const Constraint *constraint)
{
    Printing out = {.arena = arena, .dialect = dialect, .text = text_new(arena)};
    if (constraint->kind == CONSTRAINT_FOREIGN_KEY) {
        add_orphans(&out, constraint);
    } else {
        bool is_key = constraint->kind == CONSTRAINT_KEY;
        text_add(&out.text, "SELECT 1 FROM ");
        add_table(&out, constraint->table);
        text_add(&out.text, " WHERE ");
        add_columns(&out, constraint, " AND ", is_key ? " IS NOT NULL" : " IS NULL");
        if (is_key) {
            text_add(&out.text, " GROUP BY ");
            add_columns(&out, constraint, ", ", "");
            text_add(&out.text, " HAVING count(*) > 1");
        }
    }
    text_add(&out.text, " LIMIT 1");
    return out.text.bytes;
}
