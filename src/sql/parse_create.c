// parse_create.c - CREATE TABLE, CREATE INDEX and CREATE VIEW.

#include "sql/parse_create.h"

#include "base/text.h"

// Pieces

static void parse_if_not_exists(Parser *p)
{
    if (!at_word(p, WORD_if) || !peek_word(p, 1, WORD_not))
        return;
    advance(p);
    advance(p);
    expect_word(p, WORD_exists);
}

// [ON CONFLICT (ROLLBACK | ABORT | …)]
static void parse_on_conflict(Parser *p)
{
    static const Word actions[] = {WORD_rollback, WORD_abort, WORD_fail, WORD_ignore,
                                   WORD_replace};
    if (!accept_words(p, WORD_on, WORD_conflict))
        return;
    for (size_t i = 0; i < COUNT_OF(actions); i++)
        if (accept_word(p, actions[i]))
            return;
    expected(p, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
}

const char *parse_object_name(Parser *p, const char *what, const char **schema)
{
    bool string = p->token.kind == TOKEN_STRING && p->dialect == DIALECT_DUCKDB;
    const char *name = string ? parse_label(p, what) : parse_name(p, what);
    *schema = NULL;
    for (int i = 0; i < 2 && accept_symbol(p, "."); i++) {
        *schema = name;
        name = parse_label(p, what);
        if (p->dialect == DIALECT_SQLITE)
            break;
    }
    return name;
}

// deferrable = [NOT] DEFERRABLE [INITIALLY (DEFERRED | IMMEDIATE)]
static bool parse_deferrable(Parser *p)
{
    bool negated = at_word(p, WORD_not) && peek_word(p, 1, WORD_deferrable);
    if (negated)
        advance(p);
    if (!accept_word(p, WORD_deferrable))
        return false;
    if (accept_word(p, WORD_initially) && !accept_word(p, WORD_deferred))
        expect_word(p, WORD_immediate);
    return true;
}

// action = SET (NULL | DEFAULT) | CASCADE | RESTRICT | NO ACTION; DuckDB has the last two
static void parse_reference_action(Parser *p)
{
    if (p->dialect != DIALECT_DUCKDB && accept_word(p, WORD_set)) {
        if (!accept_word(p, WORD_null))
            expect_word(p, WORD_default);
    } else if ((p->dialect == DIALECT_DUCKDB || !accept_word(p, WORD_cascade)) &&
               !accept_word(p, WORD_restrict)) {
        expect_word(p, WORD_no);
        expect_word(p, WORD_action);
    }
}

// references = REFERENCES name [names] {ON … action | MATCH name} [deferrable]
static void parse_references(Parser *p, Created *created, ReferenceDraft reference)
{
    const char *schema;
    expect_word(p, WORD_references);
    reference.target = parse_object_name(p, "a table", &schema);
    if (at_symbol(p, "("))
        parse_name_list(p, &reference.target_columns, &reference.target_count);
    if (reference.target_count > 0 && reference.target_count != reference.column_count)
        refuse(p, ERROR_SYNTAX, p->token.offset,
               "a foreign key has as many columns as what it refers to");
    for (;;) {
        if (accept_word(p, WORD_match)) {
            parse_label(p, "a name");
        } else if (at_word(p, WORD_on) && !peek_word(p, 1, WORD_conflict)) {
            advance(p);
            if (!accept_word(p, WORD_delete) && !accept_word(p, WORD_insert))
                expect_word(p, WORD_update);
            parse_reference_action(p);
        } else {
            break;
        }
    }
    parse_deferrable(p);
    array_push(p->arena, &created->references, reference);
}

// check = CHECK "(" expr ")"
static void parse_check(Parser *p, Created *created, const char *name)
{
    expect_word(p, WORD_check);
    expect_symbol(p, "(");
    size_t start = p->position;
    parse_expr(p);
    Check check = {.name = name, .text = text_since(p, start)};
    expect_symbol(p, ")");
    array_push(p->arena, &created->checks, check);
}

// part = expr [operator class] [ASC | DESC] [NULLS …]
static KeyPart parse_key_part(Parser *p)
{
    KeyPart part = {0};
    const Expr *expr =
        p->dialect == DIALECT_SQLITE ? parse_expr(p) : parse_level(p, LEVEL_COLLATE);
    if (expr != NULL && expr->kind == EXPR_COLLATE) {
        part.collation = expr->name;
        expr = expr->args[0];
    }
    if (expr != NULL && expr->kind == EXPR_NAME && expr->part_count == 0)
        part.name = expr->name;
    if (expr != NULL && expr->kind == EXPR_LITERAL && expr->literal == LITERAL_STRING)
        part.name = expr->name; // SQLite: 'a' is a name here.
    if (p->dialect == DIALECT_POSTGRES && at_name(p) && !at_word(p, WORD_nulls))
        parse_name(p, "an operator class");
    if (!accept_word(p, WORD_asc))
        accept_word(p, WORD_desc);
    if (accept_word(p, WORD_nulls) && !accept_word(p, WORD_first))
        expect_word(p, WORD_last);
    return part;
}

// parts = "(" part {"," part} [AUTOINCREMENT] ")"
static void parse_key_parts(Parser *p, KeyDraft *key)
{
    ARRAY(KeyPart) parts = {0};
    expect_symbol(p, "(");
    do {
        KeyPart part = parse_key_part(p);
        array_push(p->arena, &parts, part);
    } while (accept_comma(p));
    if (p->dialect == DIALECT_SQLITE)
        accept_word(p, WORD_autoincrement);
    expect_symbol(p, ")");
    key->parts = parts.items;
    key->part_count = parts.count;
}

void parse_key_columns(Parser *p)
{
    KeyDraft key = {0};
    parse_key_parts(p, &key);
}

// Columns

// generated = [GENERATED (ALWAYS | BY DEFAULT)] AS (IDENTITY … | "(" expr ")")
//             [STORED | VIRTUAL]
static bool parse_generated(Parser *p, ColumnDraft *draft)
{
    if (accept_word(p, WORD_generated)) {
        if (!accept_word(p, WORD_always)) {
            expect_word(p, WORD_by);
            expect_word(p, WORD_default);
        }
    } else if (!at_word(p, WORD_as)) {
        return false;
    }
    expect_word(p, WORD_as);
    if (p->dialect != DIALECT_SQLITE && at_letters(p, "identity")) {
        advance(p);
        return true;
    }
    expect_symbol(p, "(");
    size_t start = p->position;
    parse_expr(p);
    draft->column.generated = text_since(p, start);
    expect_symbol(p, ")");
    if (p->dialect == DIALECT_DUCKDB && at_word(p, WORD_stored))
        refuse(p, ERROR_SYNTAX, p->token.offset, "generated columns are never stored");
    if (!accept_word(p, WORD_stored) && !accept_word(p, WORD_virtual) &&
        p->dialect == DIALECT_SQLITE && at_name(p))
        advance(p);
    return true;
}

// default = DEFAULT ("(" expr ")" | term)
static bool parse_default(Parser *p, ColumnDraft *draft)
{
    if (!accept_word(p, WORD_default))
        return false;
    size_t start = p->position;
    if (p->dialect != DIALECT_SQLITE) {
        parse_level(p, LEVEL_OTHER);
    } else if (at_symbol(p, "(")) {
        advance(p);
        parse_expr(p);
        expect_symbol(p, ")");
    } else {
        if (!accept_symbol(p, "-"))
            accept_symbol(p, "+");
        TokenKind kind = (TokenKind)p->token.kind;
        bool value = kind == TOKEN_NUMBER || kind == TOKEN_STRING || kind == TOKEN_BLOB ||
                     at_name(p) || at_word(p, WORD_null);
        if (!value)
            expected(p, "a value");
        advance(p);
    }
    draft->column.default_value = text_since(p, start);
    return true;
}

static KeyDraft column_key(Parser *p, const char *name, const ColumnDraft *draft)
{
    KeyPart *part = arena_new(p->arena, KeyPart, 1);
    part->name = draft->column.name;
    return (KeyDraft){.name = name, .of_column = true, .parts = part, .part_count = 1};
}

// primary = PRIMARY KEY [ASC | DESC] [ON CONFLICT …] [AUTOINCREMENT]
static bool parse_column_primary(Parser *p, Created *created, ColumnDraft *draft,
                                 const char *name)
{
    if (!accept_words(p, WORD_primary, WORD_key))
        return false;
    KeyDraft key = column_key(p, name, draft);
    key.primary = true;
    bool descending = accept_word(p, WORD_desc);
    if (!descending)
        accept_word(p, WORD_asc);
    draft->is_rowid_alias =
        !descending && text_same_word(draft->column.declared, "integer");
    if (p->dialect == DIALECT_SQLITE) {
        parse_on_conflict(p);
        accept_word(p, WORD_autoincrement);
    }
    array_push(p->arena, &created->keys, key);
    return true;
}

static bool parse_column_unique(Parser *p, Created *created, const ColumnDraft *draft,
                                const char *name)
{
    if (!accept_word(p, WORD_unique))
        return false;
    KeyDraft key = column_key(p, name, draft);
    array_push(p->arena, &created->keys, key);
    parse_on_conflict(p);
    return true;
}

// Consumes one constraint of a column; false if none stands here.
static bool parse_column_constraint(Parser *p, Created *created, ColumnDraft *draft)
{
    const char *name = accept_word(p, WORD_constraint) ? parse_name(p, "a name") : NULL;
    if (accept_words(p, WORD_not, WORD_null)) {
        draft->not_null = true;
        parse_on_conflict(p);
    } else if (accept_word(p, WORD_null)) {
        parse_on_conflict(p);
    } else if (at_word(p, WORD_check)) {
        parse_check(p, created, name);
    } else if (at_word(p, WORD_references)) {
        ReferenceDraft reference = {.name = name, .column_count = 1};
        reference.columns = arena_copy(p->arena, &draft->column.name, 1, sizeof(char *));
        parse_references(p, created, reference);
    } else if (accept_word(p, WORD_collate)) {
        draft->column.type.collation = parse_collation(p);
    } else if (p->dialect == DIALECT_DUCKDB &&
               accept_words(p, WORD_using, WORD_compression)) {
        parse_label(p, "a compression method");
    } else {
        return parse_column_primary(p, created, draft, name) ||
               parse_column_unique(p, created, draft, name) || parse_default(p, draft) ||
               parse_generated(p, draft) || parse_deferrable(p) || name != NULL;
    }
    return true;
}

// True where a type may stand, not a constraint.
static bool at_column_type(const Parser *p)
{
    if (p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_STRING)
        return true;
    if (p->token.kind != TOKEN_WORD ||
        (at_word(p, WORD_generated) && peek_word(p, 1, WORD_always)))
        return false;
    KeywordClass class = dialect_class(p->dialect, (Word)p->token.word);
    return class != CLASS_RESERVED || at_word(p, WORD_union);
}

// column = name [type] {constraint}
static void parse_column(Parser *p, Created *created)
{
    ColumnDraft draft = {0};
    draft.column = (Column){.name = parse_name(p, "a column"),
                            .declared = "",
                            .distinct_count = -1,
                            .null_fraction = -1};
    if (at_column_type(p)) {
        size_t start = p->position;
        draft.column.type = parse_type(p);
        draft.column.declared = text_since(p, start);
    } else if (p->dialect == DIALECT_SQLITE) {
        draft.column.type = type_from_declaration(p->arena, p->dialect, "");
    }
    bool typed = draft.column.declared[0] != '\0' || p->dialect == DIALECT_SQLITE;
    if (!typed && !at_word(p, WORD_as) && !at_word(p, WORD_generated))
        expected(p, "a type");
    while (parse_column_constraint(p, created, &draft) && !p->failed)
        continue;
    if (draft.column.generated != NULL && draft.column.default_value != NULL)
        refuse(p, ERROR_SYNTAX, p->token.offset, "a generated column has no default");
    array_push(p->arena, &created->columns, draft);
}

// Tables

// Consumes one constraint of a table; false if none stands here.
static bool parse_table_constraint(Parser *p, Created *created)
{
    const char *name = accept_word(p, WORD_constraint) ? parse_name(p, "a name") : NULL;
    KeyDraft key = {.name = name, .primary = at_word(p, WORD_primary)};
    if (accept_words(p, WORD_primary, WORD_key) ||
        (!key.primary && accept_word(p, WORD_unique))) {
        parse_key_parts(p, &key);
        parse_on_conflict(p);
        array_push(p->arena, &created->keys, key);
    } else if (at_word(p, WORD_check)) {
        parse_check(p, created, name);
        parse_on_conflict(p);
    } else if (accept_words(p, WORD_foreign, WORD_key)) {
        ReferenceDraft reference = {.name = name};
        parse_name_list(p, &reference.columns, &reference.column_count);
        parse_references(p, created, reference);
    } else {
        return name != NULL;
    }
    return true;
}

static bool at_table_constraint(const Parser *p)
{
    return at_word(p, WORD_constraint) || at_word(p, WORD_primary) ||
           at_word(p, WORD_unique) || at_word(p, WORD_check) || at_word(p, WORD_foreign);
}

// storage = WITH "(" … ")"
static void parse_storage_options(Parser *p)
{
    if (accept_word(p, WORD_with))
        skip_brackets(p, "(", ")");
}

// options = {STRICT | WITHOUT ROWID}, with commas between them
static void parse_table_options(Parser *p, Created *created)
{
    if (p->dialect != DIALECT_SQLITE) {
        parse_storage_options(p);
        return;
    }
    do {
        if (at_letters(p, "strict")) {
            advance(p);
            created->strict = true;
        } else if (accept_word(p, WORD_without)) {
            created->without_rowid = true;
            if (!at_letters(p, "rowid"))
                expected(p, "ROWID");
            advance(p);
        } else if (created->strict || created->without_rowid) {
            expected(p, "STRICT or WITHOUT ROWID");
        }
    } while (accept_symbol(p, ","));
}

// elements = "(" column {"," column} {[","] table constraint} ")"
static void parse_elements(Parser *p, Created *created)
{
    bool constraints = false;
    expect_symbol(p, "(");
    do {
        constraints =
            at_table_constraint(p) || (constraints && p->dialect == DIALECT_SQLITE);
        if (!constraints)
            parse_column(p, created);
        else if (!parse_table_constraint(p, created))
            expected(p, "a constraint");
        // SQLite: the comma between constraints may be left out.
        while (constraints && p->dialect == DIALECT_SQLITE && at_table_constraint(p))
            parse_table_constraint(p, created);
    } while (accept_comma(p));
    expect_symbol(p, ")");
}

// True if "(" opens a list of bare names: CREATE TABLE t (a, b) AS SELECT ….
static bool at_bare_names(const Parser *p)
{
    size_t ahead = 1;
    while ((peek(p, ahead).kind == TOKEN_WORD || peek(p, ahead).kind == TOKEN_NAME) &&
           peek_symbol(p, ahead + 1, ","))
        ahead += 2;
    return peek_symbol(p, ahead + 1, ")") && peek_word(p, ahead + 2, WORD_as);
}

static void parse_table_body(Parser *p, Created *created)
{
    parse_if_not_exists(p);
    created->name = parse_object_name(p, "a table's name", &created->schema);
    if (at_symbol(p, "(") && p->dialect != DIALECT_SQLITE && at_bare_names(p))
        parse_name_list(p, &created->view_names, &created->view_name_count);
    else if (at_symbol(p, "(")) {
        parse_elements(p, created);
        parse_table_options(p, created);
        return;
    }
    if (p->dialect != DIALECT_SQLITE)
        parse_storage_options(p);
    expect_word(p, WORD_as);
    created->from_query = true;
    parse_query(p);
    if (p->dialect != DIALECT_SQLITE && accept_word(p, WORD_with)) {
        accept_word(p, WORD_no);
        expect_word(p, WORD_data);
    }
}

// Views and indexes

static void parse_view_body(Parser *p, Created *created)
{
    created->kind = CREATED_VIEW;
    parse_if_not_exists(p);
    created->name = parse_object_name(p, "a view's name", &created->schema);
    if (at_symbol(p, "("))
        parse_name_list(p, &created->view_names, &created->view_name_count);
    expect_word(p, WORD_as);
    size_t start = p->position;
    parse_query(p);
    created->view_sql = text_since(p, start);
}

// index = INDEX [name] ON name [USING name] parts [WITH (…)] [WHERE expr]
static void parse_index_body(Parser *p, Created *created)
{
    KeyDraft key = {0};
    created->kind = CREATED_INDEX;
    if (p->dialect != DIALECT_SQLITE)
        accept_word(p, WORD_concurrently);
    parse_if_not_exists(p);
    const char *schema;
    if (p->dialect == DIALECT_SQLITE)
        created->name = parse_object_name(p, "an index's name", &created->schema);
    else if (p->dialect == DIALECT_DUCKDB || !at_word(p, WORD_on))
        created->name = parse_name(p, "an index's name");
    expect_word(p, WORD_on);
    created->table = p->dialect == DIALECT_SQLITE
                         ? parse_name(p, "a table")
                         : parse_object_name(p, "a table", &schema);
    if (p->dialect != DIALECT_SQLITE && accept_word(p, WORD_using))
        parse_label(p, "an index method");
    parse_key_parts(p, &key);
    if (p->dialect != DIALECT_SQLITE)
        parse_storage_options(p);
    created->partial = p->dialect != DIALECT_DUCKDB && accept_word(p, WORD_where);
    if (created->partial)
        parse_expr(p);
    array_push(p->arena, &created->keys, key);
}

// CREATE

// Returns how many tokens stand between CREATE and the kind of thing created.
static size_t count_modifiers(const Parser *p)
{
    size_t ahead = 1;
    if (peek_word(p, ahead, WORD_or) && peek_word(p, ahead + 1, WORD_replace))
        ahead += 2;
    while (peek_word(p, ahead, WORD_temp) || peek_word(p, ahead, WORD_temporary) ||
           peek_word(p, ahead, WORD_local) || peek_word(p, ahead, WORD_unlogged) ||
           peek_word(p, ahead, WORD_unique) || peek_word(p, ahead, WORD_recursive))
        ahead++;
    return ahead;
}

bool at_create(const Parser *p)
{
    if (!at_word(p, WORD_create))
        return false;
    size_t ahead = count_modifiers(p);
    return peek_word(p, ahead, WORD_table) || peek_word(p, ahead, WORD_index) ||
           peek_word(p, ahead, WORD_view);
}

// True if the word may stand between CREATE and what is created in every dialect.
static bool at_common_modifier(const Parser *p)
{
    return at_word(p, WORD_create) || at_word(p, WORD_temp) ||
           at_word(p, WORD_temporary) || at_word(p, WORD_unique);
}

Created parse_create(Parser *p)
{
    Created created = {.kind = CREATED_TABLE};
    size_t modifiers = count_modifiers(p);
    for (size_t i = 0; i < modifiers; i++) {
        created.unique = created.unique || at_word(p, WORD_unique);
        if (p->dialect == DIALECT_SQLITE && !at_common_modifier(p))
            expected(p, "TABLE, INDEX or VIEW");
        advance(p);
    }
    if (!created.unique && accept_word(p, WORD_table))
        parse_table_body(p, &created);
    else if (!created.unique && accept_word(p, WORD_view))
        parse_view_body(p, &created);
    else if (accept_word(p, WORD_index))
        parse_index_body(p, &created);
    else
        expected(p, "TABLE, INDEX or VIEW");
    return created;
}

bool at_create_type(const Parser *p)
{
    return at_word(p, WORD_create) && peek_word(p, count_modifiers(p), WORD_type);
}

NamedType parse_create_type(Parser *p)
{
    NamedType type = {0};
    const char *schema;
    for (size_t i = count_modifiers(p) + 1; i > 0; i--)
        advance(p);
    parse_if_not_exists(p);
    type.name = parse_object_name(p, "the type's name", &schema);
    if (!accept_word(p, WORD_as))
        expected(p, "AS");
    size_t start = p->position;
    while (!p->failed && p->token.kind != TOKEN_END)
        advance(p);
    type.definition = text_since(p, start);
    return type;
}
