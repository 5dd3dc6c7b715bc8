// schema.c - a catalog out of CREATE statements.
//
// What counts as enforced is the dialect's business (design, section 2): SQLite does not
// hold data to foreign keys, and takes NULL in a primary key that is no INTEGER PRIMARY
// KEY, unless the table is STRICT or WITHOUT ROWID.

#include "base/text.h"
#include "sql/named_type.h"
#include "sql/parse_create.h"
#include "sql/sql.h"

#include <string.h>

typedef struct {
    Arena *arena;
    Dialect dialect;
    Assurance enforced; // What an enforced constraint counts as here.
    ARRAY(Created) created;
    ARRAY(Table) tables;
    ARRAY(NamedType) types, expanded; // As they stand, and without names of others.
} Schema;

typedef ARRAY(Key) KeyArray;
typedef ARRAY(uint32_t) OrdinalArray;

static bool is_sqlite(const Schema *schema)
{
    return schema->dialect == DIALECT_SQLITE;
}

// Types

static const char *expand_names(const Schema *schema, const char *type)
{
    const NamedTypes known = {schema->dialect, schema->expanded.items,
                              schema->expanded.count};
    return known.count == 0 ? type : named_types_expand(schema->arena, &known, type);
}

static void add_type(Schema *schema, NamedType type)
{
    array_push(schema->arena, &schema->types, type);
    type.definition = expand_names(schema, type.definition);
    array_push(schema->arena, &schema->expanded, type);
}

// Puts what types that the schema names are defined as in the place of their names.
static void resolve_type(const Schema *schema, Column *column)
{
    const char *declared = expand_names(schema, column->declared);
    if (declared == column->declared)
        return;
    Error ignored;
    Parser p = parser_new(schema->arena, schema->dialect, declared, &ignored);
    Type resolved = parse_type(&p);
    column->declared = declared;
    if (!p.failed)
        column->type = resolved;
}

// Columns and keys

static uint32_t find_column(const Created *created, const char *name)
{
    for (size_t i = 0; name != NULL && i < created->columns.count; i++)
        if (text_same_word(created->columns.items[i].column.name, name))
            return (uint32_t)i;
    return COLUMN_EXPRESSION;
}

static bool same_collation(const char *a, const char *b)
{
    return text_same_word(a == NULL ? "binary" : a, b == NULL ? "binary" : b);
}

// Returns the ordinals of a key's columns; fewer than it has parts where one is an
// expression, or unique under another collation than the column's own (which says
// nothing of what compares equal in a query; under the column's own or beside BINARY
// columns it does).
static OrdinalArray key_columns(const Schema *schema, const Created *table,
                                const KeyDraft *key)
{
    OrdinalArray columns = {0};
    for (size_t i = 0; i < key->part_count; i++) {
        uint32_t column = find_column(table, key->parts[i].name);
        if (column == COLUMN_EXPRESSION)
            continue;
        const char *own = table->columns.items[column].column.type.collation;
        const char *other = key->parts[i].collation;
        if (other != NULL && !same_collation(own, NULL) && !same_collation(own, other))
            continue;
        array_push(schema->arena, &columns, column);
    }
    return columns;
}

static const char *made_up(const Schema *schema, const char *table, const char *what,
                           size_t n)
{
    return arena_printf(schema->arena, "%s_%s_%zu", table, what, n + 1);
}

static void add_key(const Schema *schema, KeyArray *keys, const Created *table,
                    const KeyDraft *draft)
{
    OrdinalArray columns = key_columns(schema, table, draft);
    if (columns.count < draft->part_count)
        return;
    const char *name = draft->name;
    if (name == NULL)
        name = made_up(schema, table->name, draft->primary ? "primary_key" : "unique",
                       keys->count);
    Key key = {.name = name,
               .primary = draft->primary,
               .assurance = schema->enforced,
               .columns = columns.items,
               .column_count = columns.count};
    array_push(schema->arena, keys, key);
}

// True if the engine makes a primary key of this table NOT NULL.
static bool primary_is_not_null(const Schema *schema, const Created *table,
                                const ColumnDraft *column)
{
    return !is_sqlite(schema) || table->strict || table->without_rowid ||
           column->is_rowid_alias;
}

// True if SQLite's PRIMARY KEY (a) makes `a` the rowid.
static bool is_table_rowid_alias(const Schema *schema, const Created *table,
                                 const KeyDraft *key, const ColumnDraft *column)
{
    return is_sqlite(schema) && !table->without_rowid && key->part_count == 1 &&
           text_same_word(column->column.declared, "integer");
}

// Marks the columns of primary keys. A column's own PRIMARY KEY has decided about the
// alias already (DESC makes it none).
static void mark_primary(const Schema *schema, Created *table)
{
    for (size_t i = 0; i < table->keys.count; i++) {
        const KeyDraft *key = &table->keys.items[i];
        for (size_t k = 0; key->primary && k < key->part_count; k++) {
            uint32_t ordinal = find_column(table, key->parts[k].name);
            if (ordinal == COLUMN_EXPRESSION)
                continue;
            ColumnDraft *column = &table->columns.items[ordinal];
            if (!key->of_column && is_table_rowid_alias(schema, table, key, column))
                column->is_rowid_alias = true;
            if (table->without_rowid)
                column->is_rowid_alias = false;
            column->column.declared_not_null = true;
            if (primary_is_not_null(schema, table, column))
                column->not_null = true;
        }
    }
}

// Says how sure it is that a column holds values of its declared type.
static void settle_types(const Schema *schema, const Created *table,
                         const ColumnDraft *draft, Column *column)
{
    if (!is_sqlite(schema) || draft->is_rowid_alias)
        column->typed = schema->enforced;
    else if (table->strict)
        column_make_strict(column, schema->enforced);
}

static void add_columns(const Schema *schema, Table *table, Created *created)
{
    Column *columns = arena_new(schema->arena, Column, created->columns.count + 1);
    for (size_t i = 0; i < created->columns.count; i++) {
        const ColumnDraft *draft = &created->columns.items[i];
        columns[i] = draft->column;
        resolve_type(schema, &columns[i]);
        columns[i].declared_not_null = draft->not_null || draft->column.declared_not_null;
        columns[i].not_null = draft->not_null ? schema->enforced : ASSURANCE_NONE;
        settle_types(schema, created, draft, &columns[i]);
    }
    table->columns = columns;
    table->column_count = created->columns.count;
}

static void add_checks(const Schema *schema, Table *table, const Created *created)
{
    Check *checks = arena_new(schema->arena, Check, created->checks.count + 1);
    for (size_t i = 0; i < created->checks.count; i++) {
        checks[i] = created->checks.items[i];
        checks[i].assurance = schema->enforced;
        if (checks[i].name == NULL)
            checks[i].name = made_up(schema, created->name, "check", i);
    }
    table->checks = checks;
    table->check_count = created->checks.count;
}

// Indexes

// True if the index enforces what a key over its columns does not say.
static bool is_beyond_keys(const Created *owner, const Created *created)
{
    const KeyDraft *draft = &created->keys.items[0];
    if (created->partial)
        return true;
    for (size_t i = 0; i < draft->part_count; i++) {
        uint32_t column = find_column(owner, draft->parts[i].name);
        const char *other = draft->parts[i].collation;
        if (column == COLUMN_EXPRESSION ||
            (other != NULL &&
             !same_collation(owner->columns.items[column].column.type.collation, other)))
            return true;
    }
    return false;
}

static void add_index(const Schema *schema, Table *table, const Created *owner,
                      const Created *created)
{
    const KeyDraft *draft = &created->keys.items[0];
    uint32_t *columns = arena_new(schema->arena, uint32_t, draft->part_count + 1);
    for (size_t i = 0; i < draft->part_count; i++)
        columns[i] = find_column(owner, draft->parts[i].name);
    const char *name = created->name;
    if (name == NULL)
        name = made_up(schema, table->name, "index", table->index_count);
    Index index = {.name = name,
                   .unique = created->unique,
                   .partial = created->partial,
                   .columns = columns,
                   .column_count = draft->part_count};
    if (created->unique && schema->enforced == ASSURANCE_ENFORCED &&
        is_beyond_keys(owner, created))
        index.definition = created->text;
    Index *indexes = arena_new(schema->arena, Index, table->index_count + 1);
    for (size_t i = 0; i < table->index_count; i++)
        indexes[i] = table->indexes[i];
    indexes[table->index_count++] = index;
    table->indexes = indexes;

    if (!created->unique || created->partial)
        return;
    KeyArray keys = {0};
    for (size_t i = 0; i < table->key_count; i++)
        array_push(schema->arena, &keys, table->keys[i]);
    KeyDraft key = *draft;
    key.name = name;
    add_key(schema, &keys, owner, &key);
    table->keys = keys.items;
    table->key_count = keys.count;
}

// Tables and views

static void add_table(Schema *schema, Created *created)
{
    Table table = {.schema = created->schema,
                   .name = created->name,
                   .kind = TABLE_BASE,
                   .row_count = ROWS_UNKNOWN,
                   .strict = created->strict,
                   .has_rowid = is_sqlite(schema) && !created->without_rowid};
    KeyArray keys = {0};
    mark_primary(schema, created);
    add_columns(schema, &table, created);
    for (size_t i = 0; i < created->keys.count; i++)
        add_key(schema, &keys, created, &created->keys.items[i]);
    table.keys = keys.items;
    table.key_count = keys.count;
    add_checks(schema, &table, created);
    array_push(schema->arena, &schema->tables, table);
}

static void add_view(Schema *schema, const Created *created)
{
    Table view = {.schema = created->schema,
                  .name = created->name,
                  .kind = TABLE_VIEW,
                  .view_sql = created->view_sql,
                  .row_count = ROWS_UNKNOWN};
    Column *columns = arena_new(schema->arena, Column, created->view_name_count + 1);
    for (size_t i = 0; i < created->view_name_count; i++)
        columns[i] = (Column){.name = created->view_names[i],
                              .declared = "",
                              .distinct_count = -1,
                              .null_fraction = -1};
    view.columns = columns;
    view.column_count = created->view_name_count;
    array_push(schema->arena, &schema->tables, view);
}

static Table *find_table(const Schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->tables.count; i++)
        if (text_same_word(schema->tables.items[i].name, name))
            return &schema->tables.items[i];
    return NULL;
}

static const Created *find_created(const Schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->created.count; i++) {
        const Created *created = &schema->created.items[i];
        if (created->kind == CREATED_TABLE && text_same_word(created->name, name))
            return created;
    }
    return NULL;
}

// Foreign keys

// Returns the ordinals of named columns, or NULL if the table lacks one.
static const uint32_t *ordinals_of(const Schema *schema, const Table *table,
                                   const char *const *names, size_t count)
{
    uint32_t *ordinals = arena_new(schema->arena, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        ordinals[i] = table_column(table, names[i]);
        if (ordinals[i] == COLUMN_NONE)
            return NULL;
    }
    return ordinals;
}

// Returns the columns that a reference points at, or NULL if they are not there.
static const uint32_t *target_columns(const Schema *schema, const Table *target,
                                      const ReferenceDraft *draft)
{
    if (draft->target_count > 0)
        return draft->target_count != draft->column_count
                   ? NULL
                   : ordinals_of(schema, target, draft->target_columns,
                                 draft->target_count);
    for (size_t i = 0; i < target->key_count; i++)
        if (target->keys[i].primary &&
            target->keys[i].column_count == draft->column_count)
            return target->keys[i].columns;
    return NULL;
}

static void add_foreign_keys(const Schema *schema, Table *table, const Created *created)
{
    ARRAY(ForeignKey) keys = {0};
    for (size_t i = 0; i < created->references.count; i++) {
        const ReferenceDraft *draft = &created->references.items[i];
        const Table *target = find_table(schema, draft->target);
        if (target == NULL)
            continue;
        ForeignKey key = {.name = draft->name,
                          .target = target->name,
                          .column_count = draft->column_count};
        key.assurance = is_sqlite(schema) ? ASSURANCE_NONE : schema->enforced;
        key.columns = ordinals_of(schema, table, draft->columns, draft->column_count);
        key.target_columns = target_columns(schema, target, draft);
        if (key.name == NULL)
            key.name = made_up(schema, table->name, "foreign_key", i);
        if (key.columns != NULL && key.target_columns != NULL)
            array_push(schema->arena, &keys, key);
    }
    table->foreign_keys = keys.items;
    table->foreign_key_count = keys.count;
}

// Views

// Gives a view the columns that its query yields; false if there are none. Where the
// query does not bind, the view stays without: so does every query that names one of
// them.
static bool describe_view(const Schema *schema, const Catalog *catalog, Table *view)
{
    Tree tree;
    Error ignored;
    size_t count;
    if (!sql_bind(schema->arena, catalog, view->view_sql, &tree, &ignored))
        return false;
    const Output *outputs = query_outputs(tree.root, &count);
    if (count == 0)
        return false;
    Column *columns = arena_new(schema->arena, Column, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool named = i < view->column_count;
        columns[i] = (Column){.name = named ? view->columns[i].name : outputs[i].name,
                              .type = outputs[i].type,
                              .declared = "",
                              .distinct_count = -1,
                              .null_fraction = -1};
    }
    view->columns = columns;
    view->column_count = count;
    return true;
}

// Describes all views. A view may read one that is made later, so we go on while there
// is something new to read.
static void describe_views(const Schema *schema, const Catalog *catalog)
{
    bool *described = arena_new(schema->arena, bool, schema->tables.count + 1);
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t i = 0; i < schema->tables.count; i++) {
            Table *view = &schema->tables.items[i];
            if (view->kind != TABLE_VIEW || described[i])
                continue;
            described[i] = describe_view(schema, catalog, view);
            progress = progress || described[i];
        }
    }
}

// The whole

static bool read_statement(Schema *schema, const char *text, Statement statement,
                           Error *err)
{
    const char *sql =
        arena_text(schema->arena, text + statement.offset, statement.length);
    Error reason = {0};
    Parser p = parser_new(schema->arena, schema->dialect, sql, &reason);
    if (at_create_type(&p)) {
        NamedType type = parse_create_type(&p);
        if (!p.failed)
            add_type(schema, type);
    }
    if (!at_create(&p))
        return true;
    Created created = parse_create(&p);
    if (!p.failed && p.token.kind != TOKEN_END)
        expected(&p, "the end");
    if (p.failed) {
        *err = reason;
        if (reason.offset != NO_OFFSET)
            err->offset += statement.offset;
        return false;
    }
    created.text = sql;
    if (!created.from_query)
        array_push(schema->arena, &schema->created, created);
    return true;
}

static void build(Schema *schema)
{
    for (size_t i = 0; i < schema->created.count; i++) {
        Created *created = &schema->created.items[i];
        bool known =
            created->kind != CREATED_INDEX && find_table(schema, created->name) != NULL;
        if (created->kind == CREATED_TABLE && !known)
            add_table(schema, created);
        else if (created->kind == CREATED_VIEW && !known)
            add_view(schema, created);
    }
    for (size_t i = 0; i < schema->created.count; i++) {
        const Created *created = &schema->created.items[i];
        if (created->kind != CREATED_INDEX)
            continue;
        const Created *owner = find_created(schema, created->table);
        Table *table = owner == NULL ? NULL : find_table(schema, created->table);
        if (table != NULL && table->kind == TABLE_BASE)
            add_index(schema, table, owner, created);
    }
    for (size_t i = 0; i < schema->tables.count; i++) {
        Table *table = &schema->tables.items[i];
        const Created *created = find_created(schema, table->name);
        if (created != NULL && table->kind == TABLE_BASE)
            add_foreign_keys(schema, table, created);
    }
}

bool sql_read_schema(Arena *arena, Dialect dialect, const char *text, bool enforced,
                     const Catalog **catalog, Error *err)
{
    Schema schema = {.arena = arena,
                     .dialect = dialect,
                     .enforced = enforced ? ASSURANCE_ENFORCED : ASSURANCE_NONE};
    size_t count;
    const Statement *statements = sql_split(arena, dialect, text, &count);
    for (size_t i = 0; i < count; i++)
        if (!read_statement(&schema, text, statements[i], err))
            return false;
    build(&schema);
    Catalog *result = arena_new(arena, Catalog, 1);
    *result = (Catalog){.dialect = dialect,
                        .tables = schema.tables.items,
                        .table_count = schema.tables.count,
                        .types = schema.types.items,
                        .type_count = schema.types.count};
    describe_views(&schema, result);
    *catalog = result;
    return true;
}
