// constraint_print.c - the statement that adds a constraint, the query that looks for
// rows against it.

#include "base/text.h"
#include "sql/sql.h"

// Returns the names of the constraint's columns, with commas between.
static const char *columns_of(Arena *arena, Dialect dialect, const Constraint *it)
{
    return sql_quote_columns(arena, dialect, it->table, it->columns, it->column_count);
}

// By a name that says what it is over, since it needs one.
static const char *print_index(Arena *arena, Dialect dialect, const Constraint *it)
{
    Text name = text_new(arena);
    text_add(&name, it->table->name);
    for (size_t i = 0; i < it->column_count; i++)
        text_addf(&name, "_%s", it->table->columns[it->columns[i]].name);
    text_add(&name, "_key");
    return arena_printf(arena, "CREATE UNIQUE INDEX %s ON %s (%s)",
                        sql_quote_name(arena, dialect, name.bytes),
                        sql_quote_table(arena, dialect, it->table),
                        columns_of(arena, dialect, it));
}

const char *sql_print_adding(Arena *arena, Dialect dialect, const Constraint *constraint)
{
    switch (constraint->kind) {
    case CONSTRAINT_NOT_NULL:
        return dialect == DIALECT_SQLITE
                   ? NULL
                   : arena_printf(arena, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                                  sql_quote_table(arena, dialect, constraint->table),
                                  columns_of(arena, dialect, constraint));
    case CONSTRAINT_KEY:
        return print_index(arena, dialect, constraint);
    case CONSTRAINT_FOREIGN_KEY:
        return NULL;
    }
    return NULL;
}

// Returns a condition: each column is NULL, or is not.
static const char *null_tests(Arena *arena, Dialect dialect, const Constraint *it,
                              const char *test)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < it->column_count; i++)
        text_addf(&text, "%s%s IS %s", i == 0 ? "" : " AND ",
                  sql_quote_name(arena, dialect, it->table->columns[it->columns[i]].name),
                  test);
    return text.bytes;
}

// A child's value is compared as a join would compare it.
static const char *print_orphans(Arena *arena, Dialect dialect, const Constraint *it)
{
    Text text = text_new(arena);
    text_addf(&text,
              "SELECT 1 FROM %s AS child WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS"
              " parent WHERE ",
              sql_quote_table(arena, dialect, it->table),
              null_tests(arena, dialect, it, "NOT NULL"),
              sql_quote_table(arena, dialect, it->target));
    for (size_t i = 0; i < it->column_count; i++) {
        const Column *child = &it->table->columns[it->columns[i]];
        const Column *parent = &it->target->columns[it->target_columns[i]];
        text_addf(&text, "%sparent.%s = child.%s", i == 0 ? "" : " AND ",
                  sql_quote_name(arena, dialect, parent->name),
                  sql_quote_name(arena, dialect, child->name));
    }
    text_add(&text, ") LIMIT 1");
    return text.bytes;
}

const char *sql_print_offence(Arena *arena, Dialect dialect, const Constraint *constraint)
{
    const char *table = sql_quote_table(arena, dialect, constraint->table);
    switch (constraint->kind) {
    case CONSTRAINT_NOT_NULL:
        return arena_printf(arena, "SELECT 1 FROM %s WHERE %s LIMIT 1", table,
                            null_tests(arena, dialect, constraint, "NULL"));
    case CONSTRAINT_KEY:
        return arena_printf(
            arena, "SELECT 1 FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1 LIMIT 1",
            table, null_tests(arena, dialect, constraint, "NOT NULL"),
            columns_of(arena, dialect, constraint));
    case CONSTRAINT_FOREIGN_KEY:
        return print_orphans(arena, dialect, constraint);
    }
    return NULL;
}
