// print.c - tree to text: the entry points, quoting and comments.

#include "sql/print.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

// Quoting

// True if the name is read back as it is without quotes.
static bool is_plain_name(Dialect dialect, const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || isdigit((unsigned char)name[0]) || name[0] == '$')
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)name[i];
        bool folded = isupper(byte) && dialect_traits(dialect)->folds_names;
        if (folded || !(isalnum(byte) || byte == '_' || byte >= 0x80))
            return false;
    }
    Word word = word_find(name, length);
    return word == WORD_NONE || (dialect_allows_name(dialect, word) &&
                                 dialect_class(dialect, word) != CLASS_JOIN);
}

// Returns the text between two quotes, with the quotes in it doubled.
static const char *quote(Arena *arena, const char *value, char mark)
{
    Text text = text_new(arena);
    text_add_quoted(&text, value, mark);
    return text.bytes;
}

// Pieces

Printer printer_new(Arena *arena, Dialect dialect, PrintStyle style, const Names *names)
{
    return (Printer){.arena = arena,
                     .dialect = dialect,
                     .style = style,
                     .names = names,
                     .layout = layout_new(arena)};
}

const char *printer_text(Printer *p)
{
    return layout_render(&p->layout, p->style.one_line ? UINT32_MAX : PRINT_WIDTH);
}

void put(Printer *p, const char *text)
{
    layout_text(&p->layout, text);
}

void put_name(Printer *p, const char *name)
{
    put(p, sql_quote_name(p->arena, p->dialect, name));
}

void put_upper(Printer *p, const char *word)
{
    for (; *word != '\0'; word++) {
        char upper = text_upper(*word);
        layout_bytes(&p->layout, &upper, 1);
    }
}

void put_quoted(Printer *p, const char *name)
{
    put(p, quote(p->arena, name, '"'));
}

void open_brackets(Printer *p, const char *bracket)
{
    layout_open(&p->layout);
    put(p, bracket);
    layout_indent(&p->layout, PRINT_INDENT);
    layout_break(&p->layout, "");
}

void close_brackets(Printer *p, const char *bracket)
{
    layout_indent(&p->layout, -PRINT_INDENT);
    layout_break(&p->layout, "");
    put(p, bracket);
    layout_close(&p->layout);
}

void put_comma(Printer *p)
{
    put(p, ",");
    layout_break(&p->layout, " ");
}

// Comments

// Prints one line of a comment on a line with other things: -- becomes /* */.
static void put_inline_comment(Printer *p, const char *line, size_t length)
{
    if (length < 2 || strncmp(line, "--", 2) != 0) {
        layout_bytes(&p->layout, line, length);
        return;
    }
    put(p, "/*");
    for (size_t i = 2; i < length; i++) {
        bool ends = line[i] == '*' && i + 1 < length && line[i + 1] == '/';
        bool begins = line[i] == '/' && i + 1 < length && line[i + 1] == '*';
        layout_bytes(&p->layout, line + i, 1);
        if (ends || begins)
            put(p, " ");
    }
    put(p, " */");
}

// Prints one line of a comment, as far to the right of the first as it was written.
static void put_comment_line(Printer *p, const char *line, size_t length, bool is_first)
{
    while (length > 0 && p->style.one_line && isspace((unsigned char)*line)) {
        line++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    if (p->style.one_line) {
        put(p, is_first ? "" : " ");
        put_inline_comment(p, line, length);
        return;
    }
    layout_bytes(&p->layout, line, length);
}

void put_last_comment(Printer *p, const char *comment)
{
    if (comment == NULL || p->style.no_comments)
        return;
    for (const char *line = comment; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (line != comment && !p->style.one_line)
            layout_line(&p->layout);
        put_comment_line(p, line, length, line == comment);
        line += length + (line[length] == '\n');
    }
}

void put_comment(Printer *p, const char *comment)
{
    if (comment == NULL || p->style.no_comments)
        return;
    put_last_comment(p, comment);
    if (p->style.one_line)
        put(p, " ");
    else
        layout_line(&p->layout);
}

const char *sql_quote_name(Arena *arena, Dialect dialect, const char *name)
{
    return is_plain_name(dialect, name) ? name : quote(arena, name, '"');
}

const char *sql_quote_table(Arena *arena, Dialect dialect, const Table *table)
{
    const char *name = sql_quote_name(arena, dialect, table->name);
    return table->schema == NULL
               ? name
               : arena_printf(arena, "%s.%s",
                              sql_quote_name(arena, dialect, table->schema), name);
}

const char *sql_quote_columns(Arena *arena, Dialect dialect, const Table *table,
                              const uint32_t *columns, size_t count)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < count; i++)
        text_addf(&text, "%s%s", i == 0 ? "" : ", ",
                  sql_quote_name(arena, dialect, table->columns[columns[i]].name));
    return text.bytes;
}

const char *sql_quote_string(Arena *arena, Dialect dialect, const char *value)
{
    return quote(arena, value, '\'');
}

// Trees

const char *sql_print_query(Arena *arena, Dialect dialect, const Query *query,
                            PrintStyle style)
{
    Arena scratch = ARENA_EMPTY; // Names take many times the room of the text.
    Printer p =
        printer_new(&scratch, dialect, style, names_choose(&scratch, dialect, query));
    layout_open(&p.layout);
    put_query(&p, query, NULL);
    layout_close(&p.layout);
    const char *text = arena_string(arena, printer_text(&p));
    arena_clear(&scratch);
    return text;
}

const char *sql_print(Arena *arena, const Tree *tree, PrintStyle style)
{
    return sql_print_query(arena, tree->dialect, tree->root, style);
}

const char *sql_print_expr(Arena *arena, Dialect dialect, const Tree *tree,
                           const Expr *expr)
{
    static const Query nothing = {.body = BODY_OPAQUE, .opaque = ""};
    const Names *names =
        names_choose(arena, dialect, tree != NULL ? tree->root : &nothing);
    PrintStyle style = {.one_line = true, .no_comments = true};
    Printer p = printer_new(arena, dialect, style, names);
    put_expr(&p, expr, LEVEL_NONE);
    return printer_text(&p);
}
