// sql.c - hone_sql and hone_split: text in, text out.

#include "library/json.h"
#include "library/session.h"

#include "base/text.h"
#include "sql/sql.h"

#include <string.h>

// Adds what stands behind the last statement's semicolon: comments.
static void add_end(Text *text, const char *end)
{
    end += strspn(end, "; \t\r\n");
    size_t length = strlen(end);
    while (length > 0 && strchr(" \t\r\n", end[length - 1]) != NULL)
        length--;
    text_add(text, length > 0 ? "\n" : "");
    text_add_bytes(text, end, length);
}

// Prints each statement of a text. Offsets of errors are in the whole text.
static bool reprint(Arena *arena, Dialect dialect, const char *sql, const char **printed,
                    Error *err)
{
    size_t count;
    const Statement *statements = sql_split(arena, dialect, sql, &count);
    Text text = text_new(arena);
    const char *separator = "";
    for (size_t i = 0; i < count; i++) {
        const char *one =
            arena_text(arena, sql + statements[i].offset, statements[i].length);
        const char *again;
        if (!sql_reprint(arena, dialect, one, &again, err)) {
            if (err->offset != NO_OFFSET)
                err->offset += statements[i].offset;
            return false;
        }
        text_addf(&text, "%s%s", separator, again);
        // Behind a comment a semicolon would be a part of it.
        separator = strstr(text_last_line(again), "--") != NULL ? "\n;\n\n" : ";\n\n";
    }
    if (count == 0)
        return fail(err, ERROR_SYNTAX, "there is no statement in it");
    add_end(&text, sql + statements[count - 1].offset + statements[count - 1].length);
    *printed = text.bytes;
    return true;
}

static bool read_dialect(const char *name, Dialect *dialect, Error *err)
{
    if (dialect_find(name, dialect))
        return true;
    return name == NULL
               ? fail(err, ERROR_PLAIN, "a dialect is needed: sqlite or duckdb")
               : fail(err, ERROR_PLAIN, "no dialect %s: it is sqlite or duckdb", name);
}

// Fills a line's answer.
static Json *answer(const char *printed, const char *sql, const Error *err)
{
    Json *made = json_object_new_object();
    HoneError where = {0};
    if (printed == NULL)
        report_error(&where, sql, err);
    json_add_bool(made, "ok", printed != NULL);
    json_add_text(made, "printed", printed);
    json_add_text(made, "error", printed == NULL ? where.message : NULL);
    if (where.line > 0) {
        json_add_count(made, "line", where.line);
        json_add_count(made, "column", where.column);
    } else {
        json_add_text(made, "line", NULL);
        json_add_text(made, "column", NULL);
    }
    return made;
}

bool hone_sql(const char *dialect_word, const char *sql, HoneResult **result,
              HoneError *error)
{
    Error err;
    Dialect dialect;
    HoneResult *made = result_new();
    if (!read_dialect(dialect_word, &dialect, &err) ||
        !reprint(&made->arena, dialect, sql, &made->text, &err))
        return result_fail(made, error, sql, &err);
    made->json = answer(made->text, sql, NULL);
    *result = made;
    return true;
}

void hone_sql_line(const char *dialect_word, const char *line, HoneResult **result)
{
    Error err = {.offset = NO_OFFSET};
    Dialect dialect;
    Json *object = NULL;
    HoneResult *made = result_new();
    const char *sql = NULL;
    bool ok = json_read_object(line, &object, &err);
    if (ok) {
        const char *named = json_text_field(object, "dialect");
        sql = json_text_field(object, "sql");
        ok = read_dialect(named != NULL ? named : dialect_word, &dialect, &err);
        if (ok && sql == NULL)
            ok = fail(&err, ERROR_PLAIN, "a line needs the field sql, a text");
        else if (ok)
            ok = reprint(&made->arena, dialect, sql, &made->text, &err);
    }
    Json *body = answer(ok ? made->text : NULL, sql, &err);
    Json *id = NULL;
    if (object != NULL)
        json_object_object_get_ex(object, "id", &id);
    made->json = json_object_new_object();
    json_object_object_add(made->json, "id", json_object_get(id));
    json_object_object_foreach(body, field, value)
        json_object_object_add(made->json, field, json_object_get(value));
    json_object_put(body);
    json_object_put(object);
    *result = made;
}

bool hone_split(const HoneSession *session, const char *text, HoneResult **result,
                HoneError *error)
{
    HoneResult *made = result_new();
    size_t count;
    const Statement *found = sql_split(&made->arena, session->dialect, text, &count);
    HoneStatement *statements = arena_new(&made->arena, HoneStatement, count);
    for (size_t i = 0; i < count; i++) {
        size_t column;
        statements[i].sql =
            arena_text(&made->arena, text + found[i].offset, found[i].length);
        statements[i].offset = found[i].offset;
        sql_line_of(text, found[i].offset, &statements[i].line, &column);
    }
    made->statements = statements;
    made->statement_count = count;
    *result = made;
    return true;
}
