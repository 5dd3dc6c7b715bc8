// hostile.c - texts that nobody writes: endless lists, deep nesting, broken bytes.
//
// What is a list may be as long as it likes, and can be printed. What nests is refused
// beyond the limit, in one clear line. Nothing crashes, and nothing takes more than
// linear time: the sizes here would take hours otherwise.

#include "base/text.h"
#include "sql/sql.h"

#include <stdio.h>
#include <string.h>

enum { MANY = 100000 };

// A text is head, then `count` times unit, then middle, then `count` times close, tail.
typedef struct {
    const char *name;
    Dialect dialect;
    const char *head, *unit, *middle, *close, *tail;
    size_t count;
    const char *error; // What the message contains; NULL if the text is right.
} Hostile;

static const Hostile texts[] = {
#define S    DIALECT_SQLITE
#define D    DIALECT_DUCKDB
#define DEEP "nested deeper than 500 levels"
    {"or", S, "SELECT a FROM t WHERE a = 0", " OR a = 1", "", "", "", MANY, NULL},
    {"and", S, "SELECT a FROM t WHERE a = 0", " AND a = 1", "", "", "", MANY, NULL},
    {"or in output", D, "SELECT a", " OR a = 1", "", "", "", MANY, NULL},
    {"in", S, "SELECT a IN (0", ", 1", "", "", ")", MANY, NULL},
    {"outputs", D, "SELECT a", ", b AS c", "", "", "", MANY, NULL},
    {"sources", S, "SELECT 1 FROM a", ", b AS c", "", "", "", MANY, NULL},
    {"when", S, "SELECT CASE", " WHEN a THEN b", "", "", " END", MANY, NULL},
    {"union all", S, "SELECT 1", " UNION ALL SELECT 2", "", "", "", MANY, NULL},
    {"union all, intersect", D, "SELECT 1", " INTERSECT SELECT 2", "", "", "", MANY,
     NULL},
    {"rows", S, "VALUES (1)", ", (2)", "", "", "", MANY, NULL},
    {"ctes", S, "WITH a AS (SELECT 1)", ", b AS (SELECT 2)", " SELECT 1", "", "", MANY,
     NULL},
    {"parameters", S, "SELECT 1", ", :abc", "", "", "", MANY, NULL},
    {"comments", S, "SELECT 1", " /* a */ -- b\n", "", "", "", MANY, NULL},
    {"comments on conjuncts", S, "SELECT 1 WHERE a", " -- b\n AND a", " OR b", "", "",
     MANY, NULL},
    {"group", D, "SELECT 1 FROM t GROUP BY a", ", b", "", "", "", MANY, NULL},
    {"deep calls", S, "SELECT ", "f(", "1", ")", "", 450, NULL},
    {"deep subqueries", S, "", "SELECT (", "SELECT 1", ")", "", 230, NULL},
    {"deep derived tables", S, "", "SELECT * FROM (", "SELECT 1", ")", "", 230, NULL},
    {"deep plus", S, "SELECT 1", " + 1", "", "", "", 450, NULL},
    {"deep minus", S, "SELECT ", "- ", "1", "", "", 450, NULL},
    {"deep joins", S, "SELECT 1 FROM a", " JOIN a", "", "", "", 450, NULL},
    {"deep cases", S, "SELECT ", "CASE WHEN ", "1", " THEN 1 END", "", 450, NULL},
    {"brackets", S, "SELECT ", "(", "1", ")", "", 450, NULL},
    {"brackets", D, "SELECT ", "(", "1", ")", "", 450, NULL},
    {"brackets", S, "SELECT ", "(", "1", ")", "", MANY, DEEP},
    {"brackets", D, "SELECT ", "(", "1", ")", "", MANY, DEEP},
    {"open brackets", S, "SELECT ", "(", "", "", "", MANY, DEEP},
    {"open brackets", D, "", "(", "", "", "", MANY, DEEP},
    {"bracketed queries", D, "", "(", "SELECT 1", ")", "", MANY, DEEP},
    {"subqueries", S, "", "SELECT (", "SELECT 1", ")", "", MANY, DEEP},
    {"derived tables", S, "", "SELECT * FROM (", "SELECT 1", ")", "", MANY, DEEP},
    {"bracketed tables", D, "SELECT 1 FROM ", "(", "t", ")", "", MANY, DEEP},
    {"exists", S, "SELECT ", "EXISTS (SELECT ", "1", ")", "", MANY, DEEP},
    {"in queries", S, "SELECT ", "a IN (SELECT ", "1", ")", "", MANY, DEEP},
    {"with", S, "", "WITH a AS (", "SELECT 1", ") SELECT 1", "", MANY, DEEP},
    {"not", S, "SELECT ", "NOT ", "1", "", "", MANY, DEEP},
    {"minus", S, "SELECT ", "- ", "1", "", "", MANY, DEEP},
    {"plus", S, "SELECT 1", " + 1", "", "", "", MANY, DEEP},
    {"collate", S, "SELECT a", " COLLATE b", "", "", "", MANY, DEEP},
    {"is null", S, "SELECT a", " IS NULL", "", "", "", MANY, DEEP},
    {"casts", D, "SELECT a", "::int", "", "", "", MANY, DEEP},
    {"subscripts", D, "SELECT a", "[1]", "", "", "", MANY, DEEP},
    {"methods", D, "SELECT (a)", ".f()", "", "", "", MANY, DEEP},
    {"arrows", D, "SELECT a", " -> 'b'", "", "", "", MANY, DEEP},
    {"lists", D, "SELECT ", "[", "", "]", "", MANY, DEEP},
    {"structs", D, "SELECT ", "{a: ", "1", "}", "", MANY, DEEP},
    {"lambdas", D, "SELECT ", "lambda x: ", "1", "", "", MANY, DEEP},
    {"calls", S, "SELECT ", "f(", "1", ")", "", MANY, DEEP},
    {"substrings", D, "SELECT ", "substring(", "1", ", 2)", "", MANY, DEEP},
    {"trims", D, "SELECT ", "trim(", "1", ")", "", MANY, DEEP},
    {"intervals", D, "SELECT ", "interval (", "1", ") day", "", MANY, DEEP},
    {"cases", S, "SELECT ", "CASE WHEN ", "1", " THEN 1 END", "", MANY, DEEP},
    {"between", S, "SELECT ", "1 BETWEEN ", "1", " AND 1", "", MANY, DEEP},
    {"joins", S, "SELECT 1 FROM a", " JOIN a", "", "", "", MANY, DEEP},
    {"joins to the right", D, "SELECT 1 FROM a", " JOIN a", "", " ON true", "", MANY,
     DEEP},
    {"commas and a join", S, "SELECT 1 FROM a", ", a", " JOIN a", "", "", MANY, DEEP},
    {"mixed sets", S, "SELECT 1", " UNION SELECT 1 EXCEPT SELECT 1", "", "", "", MANY,
     DEEP},
    {"chains in chains", S, "SELECT ", "(", "1", " + 1 + 1 + 1)", "", 200, DEEP},
    {"grouping sets", D, "SELECT 1 FROM t GROUP BY ", "GROUPING SETS (", "a", ")", "",
     MANY, DEEP},
    {"filters", S, "SELECT ", "sum(1) FILTER (WHERE ", "1", ")", "", MANY, DEEP},
    {"windows", S, "SELECT ", "sum(1) OVER (ORDER BY ", "1", ")", "", MANY, DEEP},
    {"nested comments", D, "SELECT 1 ", "/*", "", "*/", "", MANY, NULL},
    {"open comments", D, "SELECT 1 ", "/*", "", "", "", MANY,
     "a comment without its end"},
    {"open parameters", S, "SELECT ", "$a(", "", "", "", MANY, "a parameter without"},
    {"dollars", D, "SELECT ", "$a$b", "", "", "", MANY, NULL},
    {"quotes", S, "SELECT '", "''", "", "", "", MANY, "a string without"},
    {"operators", D, "SELECT 1 ", "+", "", "", " 1", MANY, DEEP},
    {"a long word", S, "SELECT ", "abcdefghij", "", "", "", 1000000, NULL},
    {"a long string", S, "SELECT '", "abcdefghij", "", "", "'", 1000000, NULL},
    {"10 MB", S, "SELECT 1", "\n, a + b AS c -- comment\n", "", "", "", 400000, NULL},
    {"semicolons", S, "SELECT 1", ";", "", "", "", MANY, "expected one statement only"},
    {"UTF-8: continuation", S, "SELECT '\x80", "", "", "", "'", 1, "invalid UTF-8"},
    {"UTF-8: cut", S, "SELECT '\xC3", "", "", "", "'", 1, "invalid UTF-8"},
    {"UTF-8: cut at the end", S, "SELECT a\xE2\x82", "", "", "", "", 1, "invalid UTF-8"},
    {"UTF-8: overlong", S, "SELECT '\xC0\xAF'", "", "", "", "", 1, "invalid UTF-8"},
    {"UTF-8: surrogate", D, "SELECT '\xED\xA0\x80'", "", "", "", "", 1, "invalid UTF-8"},
    {"UTF-8: beyond", D, "SELECT '\xF4\x90\x80\x80'", "", "", "", "", 1, "invalid UTF-8"},
    {"UTF-8: in a comment", S, "SELECT 1 -- \xFF", "", "", "", "", 1, "invalid UTF-8"},
    {"UTF-8: right", S, "SELECT 'äöü€😀' AS größe", "", "", "", "", 1, NULL},
    {"control characters", S, "SELECT \x01", "", "", "", "", 1, "means nothing"},
    {"nothing", S, "", "", "", "", "", 0, "expected a query"},
};

static const char *make_text(Arena *arena, const Hostile *hostile)
{
    Text text = text_new(arena);
    text_add(&text, hostile->head);
    for (size_t i = 0; i < hostile->count; i++)
        text_add(&text, hostile->unit);
    text_add(&text, hostile->middle);
    for (size_t i = 0; i < hostile->count; i++)
        text_add(&text, hostile->close);
    text_add(&text, hostile->tail);
    return text.bytes;
}

// True if the text is taken, or refused, as it should be.
static bool is_right(const Hostile *hostile)
{
    Arena arena = ARENA_EMPTY;
    const char *text = make_text(&arena, hostile);
    const Query *query;
    Error err = {.message = ""};
    bool taken = sql_parse(&arena, hostile->dialect, text, &query, &err);
    bool right = hostile->error == NULL
                     ? taken
                     : !taken && strstr(err.message, hostile->error) != NULL &&
                           err.offset <= strlen(text);
    if (!right)
        printf("%s (%s): %s\n", hostile->name, dialect_name(hostile->dialect),
               taken ? "taken" : err.message);
    if (taken)
        sql_print_query(&arena, hostile->dialect, query, (PrintStyle){0});
    // What comes from a text of any size must have a place to show, and statements.
    size_t count;
    sql_split(&arena, hostile->dialect, text, &count);
    right = right && (taken || sql_show_place(&arena, text, err.offset)[0] != '\0');
    arena_clear(&arena);
    return right;
}

int main(void)
{
    size_t passed = 0;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        passed += is_right(&texts[i]);
    printf("%zu passed, %zu failed\n", passed, COUNT_OF(texts) - passed);
    return passed != COUNT_OF(texts);
}
