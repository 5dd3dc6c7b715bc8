// parse_source.c - FROM: tables, derived tables, functions and joins.

#include "sql/parse.h"

static const Source *make_source(Parser *p, Source parts)
{
    return arena_copy(p->arena, &parts, 1, sizeof(parts));
}

static const Source *opaque_source(Parser *p, size_t start)
{
    return make_source(p, (Source){.kind = SOURCE_OPAQUE,
                                   .text = text_since(p, start),
                                   .offset = p->list.tokens[start].offset});
}

static const Source *parse_joined(Parser *p);
static const Source *parse_joins(Parser *p, const Source *left, size_t start);

// Behind a source

// alias = [AS] name ["(" names ")"]
static void parse_alias(Parser *p, Source *source)
{
    bool as = accept_word(p, WORD_as);
    if (!as && !at_source_alias(p))
        return;
    bool label = p->dialect == DIALECT_SQLITE ? as : p->token.kind == TOKEN_STRING;
    source->alias = label ? parse_label(p, "an alias") : parse_name(p, "an alias");
    source->explicit_alias = true;
    if (p->dialect != DIALECT_SQLITE && at_symbol(p, "("))
        parse_name_list(p, &source->column_names, &source->column_name_count);
}

// SQLite: indexed = INDEXED BY name | NOT INDEXED
static void parse_indexed(Parser *p, Source *source)
{
    size_t start = p->position;
    if (p->dialect != DIALECT_SQLITE)
        return;
    if (accept_words(p, WORD_indexed, WORD_by))
        parse_name(p, "an index");
    else if (!accept_words(p, WORD_not, WORD_indexed))
        return;
    source->text = text_since(p, start);
}

// sample = TABLESAMPLE (name "(" … ")" | number ["%" | PERCENT | ROWS] ["(" … ")"])
//          [REPEATABLE "(" … ")"]
static bool parse_table_sample(Parser *p)
{
    if (!accept_word(p, WORD_tablesample))
        return false;
    if (p->token.kind == TOKEN_NUMBER || p->token.kind == TOKEN_PARAMETER) {
        advance(p);
        if (!accept_symbol(p, "%") && !accept_word(p, WORD_percent))
            accept_word(p, WORD_rows);
        if (at_symbol(p, "("))
            skip_brackets(p, "(", ")");
    } else {
        if (!at_symbol(p, "("))
            parse_label(p, "a sampling method");
        skip_brackets(p, "(", ")");
        if (!accept_symbol(p, "%") && !accept_word(p, WORD_percent))
            accept_word(p, WORD_rows);
    }
    if (accept_word(p, WORD_repeatable))
        skip_brackets(p, "(", ")");
    return true;
}

// DuckDB: pivot = (PIVOT | UNPIVOT) [INCLUDE NULLS] "(" … ")"
static bool parse_pivot_suffix(Parser *p)
{
    if (p->dialect != DIALECT_DUCKDB ||
        (!at_word(p, WORD_pivot) && !at_word(p, WORD_unpivot)))
        return false;
    advance(p);
    if (accept_word(p, WORD_include) || accept_word(p, WORD_exclude))
        expect_word(p, WORD_nulls);
    skip_brackets(p, "(", ")");
    return true;
}

// Reads what may stand behind a source. What the tree has no place for makes the whole,
// from token `start` on, opaque.
static const Source *finish_source(Parser *p, Source source, size_t start)
{
    const char *comment = source.comment;
    bool opaque = false;
    if (p->dialect == DIALECT_DUCKDB && at_word(p, WORD_at) && peek_symbol(p, 1, "(")) {
        opaque = true;
        advance(p);
        skip_brackets(p, "(", ")");
    }
    if (p->dialect != DIALECT_SQLITE && accept_words(p, WORD_with, WORD_ordinality))
        opaque = true;
    parse_alias(p, &source);
    while (parse_pivot_suffix(p)) {
        opaque = true;
        parse_alias(p, &source);
    }
    parse_indexed(p, &source);
    if (p->dialect != DIALECT_SQLITE && parse_table_sample(p))
        opaque = true;
    if (!opaque)
        return make_source(p, source);
    Source text = *opaque_source(p, start);
    text.comment = comment;
    return make_source(p, text);
}

// Brackets

typedef struct {
    const Query *query;
    const Source *source;
} SourceBracket;

static SourceBracket parse_source_bracket(Parser *p);

static const Source *bracket_source(Parser *p, SourceBracket bracket, Source parts,
                                    size_t start)
{
    if (bracket.query != NULL) {
        parts.kind = SOURCE_QUERY;
        parts.query = bracket.query;
        return finish_source(p, parts, start);
    }
    bool named = at_word(p, WORD_as) || at_source_alias(p) || at_word(p, WORD_pivot) ||
                 at_word(p, WORD_unpivot);
    if (bracket.source == NULL || !named)
        return bracket.source;
    Source source = *bracket.source;
    if (source.alias != NULL) // (t AS a) AS b: only b is seen.
        source =
            (Source){.kind = SOURCE_QUERY, .query = query_of_source(p, bracket.source)};
    source.offset = parts.offset;
    source.comment = parts.comment != NULL ? parts.comment : source.comment;
    return finish_source(p, source, start);
}

// SQLite's comma binds as a join does: (a, b JOIN c …), FROM a, b LEFT JOIN c ….
static const Source *join_comma(Parser *p, const Source *left, const Source *right)
{
    return make_source(p, (Source){.kind = SOURCE_JOIN,
                                   .join = JOIN_INNER,
                                   .left = left,
                                   .right = right,
                                   .offset = right == NULL ? 0 : right->offset});
}

static const Source *parse_bracketed_list(Parser *p)
{
    const Source *source = parse_joined(p);
    while (p->dialect == DIALECT_SQLITE && accept_symbol(p, ",")) {
        deepen(p);
        source = join_comma(p, source, parse_joined(p));
    }
    return source;
}

// source_bracket = "(" (query | joined) ")"
static SourceBracket parse_source_bracket(Parser *p)
{
    SourceBracket bracket = {0};
    expect_symbol(p, "(");
    if (!enter(p))
        return bracket;
    size_t start = p->position, offset = p->token.offset;
    unsigned saved = chain_begin(p);
    if (at_query_start(p)) {
        bracket.query = parse_query(p);
    } else if (at_symbol(p, "(") && p->traits->arms_in_brackets) {
        SourceBracket inner = parse_source_bracket(p);
        if (inner.query != NULL && (at_symbol(p, ")") || at_query_continuation(p))) {
            bracket.query = parse_query_after(p, inner.query);
        } else {
            Source parts = {.offset = offset};
            bracket.source = bracket_source(p, inner, parts, start);
            bracket.source = parse_joins(p, bracket.source, start);
        }
    } else {
        bracket.source = parse_bracketed_list(p);
        bool bare = bracket.source != NULL && bracket.source->kind == SOURCE_NAME;
        if (bare && p->dialect != DIALECT_SQLITE)
            refuse(p, ERROR_SYNTAX, offset, "brackets hold a join or a query");
    }
    chain_end(p, saved);
    leave(p);
    expect_symbol(p, ")");
    return bracket;
}

// One source

// named = name {"." name} ["(" arguments ")"]
static const Source *parse_named(Parser *p, Source source, size_t start)
{
    NameArray names = {0};
    bool callable = peek_symbol(p, 1, "(") && p->token.kind == TOKEN_WORD &&
                    dialect_class(p->dialect, (Word)p->token.word) == CLASS_TYPE;
    if (callable || (p->token.kind == TOKEN_STRING && p->dialect != DIALECT_SQLITE))
        array_push(p->arena, &names, parse_label(p, "a table"));
    else
        array_push(p->arena, &names, parse_name(p, "a table"));
    while (accept_symbol(p, "."))
        array_push(p->arena, &names, parse_label(p, "a table"));
    source.kind = SOURCE_NAME;
    source.name = names.items[names.count - 1];
    source.schema = names.count > 1 ? names.items[names.count - 2] : NULL;
    if (at_symbol(p, "(")) {
        source.kind = SOURCE_FUNCTION;
        source.call = parse_table_call(p, source.name, source.offset);
    }
    const Source *finished = finish_source(p, source, start);
    if (names.count > 2 && p->dialect == DIALECT_SQLITE)
        refuse(p, ERROR_SYNTAX, source.offset, "a table has at most a schema before it");
    if (names.count < 3)
        return finished;
    Source whole = *opaque_source(p, start);
    whole.comment = source.comment;
    return make_source(p, whole);
}

// item = [name ":"] [LATERAL] (source_bracket | named) …
static const Source *parse_item(Parser *p)
{
    Source source = {.comment = take_comments(p), .offset = p->token.offset};
    size_t start = p->position;
    bool prefixed = p->dialect == DIALECT_DUCKDB && at_name(p) && peek_symbol(p, 1, ":");
    if (prefixed) {
        source.alias = parse_name(p, "an alias");
        source.explicit_alias = true;
        advance(p);
    }
    if (p->dialect != DIALECT_SQLITE)
        source.lateral = accept_word(p, WORD_lateral);
    const Source *item;
    if (at_symbol(p, "(")) {
        item = bracket_source(p, parse_source_bracket(p), source, start);
    } else if (p->dialect == DIALECT_DUCKDB && at_word(p, WORD_values) &&
               peek_symbol(p, 1, "(")) {
        source.kind = SOURCE_QUERY;
        source.query = parse_query(p);
        item = finish_source(p, source, start);
    } else {
        item = parse_named(p, source, start);
    }
    if (item == NULL)
        return NULL;
    Source finished = *item;
    finished.comment = finish_comments(p, item->comment);
    return finished.comment == item->comment ? item : make_source(p, finished);
}

// Joins

typedef enum {
    JOINED_PLAIN,
    JOINED_OPAQUE, // ASOF, POSITIONAL
} JoinedKind;

// What the words in front of JOIN said.
typedef struct {
    JoinKind join;
    JoinedKind kind;
    bool natural;
    bool bare; // Neither ON nor USING may follow.
} JoinWords;

// True if a join starts here, with the place of JOIN in `ahead`.
static bool at_join(const Parser *p, size_t *ahead)
{
    static const Word before[] = {
        WORD_natural, WORD_left, WORD_right, WORD_full,       WORD_inner, WORD_outer,
        WORD_cross,   WORD_asof, WORD_semi,  WORD_positional, WORD_anti,
    };
    size_t known_count = p->dialect == DIALECT_DUCKDB ? COUNT_OF(before) : 7;
    enum { MOST_WORDS = 4 };
    for (*ahead = 0; *ahead < MOST_WORDS; ++*ahead) {
        if (peek_word(p, *ahead, WORD_join))
            return true;
        bool known = false;
        for (size_t i = 0; i < known_count; i++)
            known = known || peek_word(p, *ahead, before[i]);
        if (!known)
            return false;
    }
    return false;
}

// Consumes the words up to JOIN. Their order is free in SQLite, and fixed elsewhere to
// [NATURAL | ASOF] [LEFT | RIGHT | FULL | INNER | SEMI | ANTI] [OUTER].
static JoinWords parse_join_words(Parser *p, size_t ahead)
{
    JoinWords words = {.join = JOIN_INNER};
    bool outer = false, inner = false, cross = false;
    size_t offset = p->token.offset, sides = 0;
    for (size_t i = 0; i < ahead; i++) {
        Word word = (Word)advance(p).word;
        words.natural = words.natural || word == WORD_natural;
        outer = outer || word == WORD_outer;
        inner = inner || word == WORD_inner;
        cross = cross || word == WORD_cross;
        sides += word == WORD_left || word == WORD_right || word == WORD_full;
        if (word == WORD_asof || word == WORD_positional)
            words.kind = JOINED_OPAQUE;
        if (word == WORD_positional)
            words.bare = true;
        if (word == WORD_left)
            words.join = words.join == JOIN_RIGHT ? JOIN_FULL : JOIN_LEFT;
        if (word == WORD_right)
            words.join = words.join == JOIN_LEFT ? JOIN_FULL : JOIN_RIGHT;
        if (word == WORD_full)
            words.join = JOIN_FULL;
        if (word == WORD_semi)
            words.join = JOIN_SEMI;
        if (word == WORD_anti)
            words.join = JOIN_ANTI;
    }
    bool sided = words.join != JOIN_INNER;
    bool half = words.join == JOIN_SEMI || words.join == JOIN_ANTI;
    if (half && ahead > 1 && words.kind == JOINED_PLAIN && !words.natural)
        refuse(p, ERROR_SYNTAX, offset, "SEMI and ANTI take no other word");
    bool strict = p->dialect != DIALECT_SQLITE;
    if ((strict && (sides > 1 || (cross && ahead > 1))) || (outer && !sided) ||
        ((inner || cross) && sided) || (inner && cross && outer))
        refuse(p, ERROR_SYNTAX, offset, "these words do not make a join");
    if (cross)
        words.join = JOIN_CROSS;
    expect_word(p, WORD_join);
    words.bare = words.bare || (p->dialect != DIALECT_SQLITE && (cross || words.natural));
    return words;
}

// condition = ON expr | USING "(" names ")"
static void parse_join_condition(Parser *p, Source *join, JoinWords words)
{
    if (words.bare)
        return;
    if (accept_word(p, WORD_on))
        parse_conjuncts(p, &join->on, &join->on_count);
    else if (accept_word(p, WORD_using))
        parse_name_list(p, &join->using_names, &join->using_count);
    else if (p->dialect != DIALECT_SQLITE)
        expected(p, "ON or USING");
}

// join = words JOIN item [join] [condition]
static const Source *parse_join(Parser *p, const Source *left, size_t start, size_t ahead)
{
    if (!enter(p))
        return NULL;
    Source join = {.kind = SOURCE_JOIN, .left = left, .offset = p->token.offset};
    JoinWords words = parse_join_words(p, ahead);
    join.join = words.join;
    join.natural = words.natural;
    size_t right = p->position;
    join.right = parse_item(p);
    // a JOIN b JOIN c ON … ON …: the inner join comes first.
    while (!words.bare && p->dialect != DIALECT_SQLITE && at_join(p, &ahead))
        join.right = parse_join(p, join.right, right, ahead);
    parse_join_condition(p, &join, words);
    leave(p);
    return words.kind == JOINED_OPAQUE ? opaque_source(p, start) : make_source(p, join);
}

static const Source *parse_joins(Parser *p, const Source *left, size_t start)
{
    size_t ahead;
    while (at_join(p, &ahead)) {
        deepen(p);
        left = parse_join(p, left, start, ahead);
    }
    return left;
}

// joined = item {join}
static const Source *parse_joined(Parser *p)
{
    unsigned saved = chain_begin(p);
    size_t start = p->position;
    const Source *source = parse_joins(p, parse_item(p), start);
    chain_end(p, saved);
    return source;
}

// Returns the list so far as one source: SQLite's joins bind no tighter than its commas,
// and ON may follow a comma.
static const Source *fold_list(Parser *p, const Source *const *items, size_t count)
{
    const Source *left = items[0];
    for (size_t i = 1; i < count; i++) {
        deepen(p);
        left = join_comma(p, left, items[i]);
    }
    deepen(p);
    return left;
}

void parse_from(Parser *p, const Source *const **sources, size_t *count)
{
    ARRAY(const Source *) list = {0};
    unsigned saved = chain_begin(p);
    size_t start = p->position, ahead;
    array_push(p->arena, &list, parse_joined(p));
    while (accept_comma(p)) {
        bool sqlite = p->dialect == DIALECT_SQLITE;
        const Source *item = sqlite ? parse_item(p) : parse_joined(p);
        bool joined = sqlite && (at_word(p, WORD_on) || at_word(p, WORD_using) ||
                                 at_join(p, &ahead));
        if (joined) {
            Source join = *join_comma(p, fold_list(p, list.items, list.count), item);
            parse_join_condition(p, &join, (JoinWords){0});
            item = parse_joins(p, make_source(p, join), start);
            list.count = 0;
        }
        array_push(p->arena, &list, item);
    }
    chain_end(p, saved);
    *sources = list.items;
    *count = list.count;
}
