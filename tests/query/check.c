// check.c - the tests of query_check, query_same_signature and equality, on trees made
// by hand: each begins as a good one and has one thing wrong with it.

#include "query/check.h"
#include "expect.h"
#include "query/equal.h"

#include <string.h>

static const Column columns[] = {{.name = "a"}, {.name = "b"}};
static const Table table = {.name = "t", .columns = columns, .column_count = 2};

// SELECT d.x FROM t, (SELECT t.a AS x FROM t) AS d WHERE t.b = d.x
typedef struct {
    Expr inner_column, left, right, compare, outer_column, extra;
    Source inner_table, outer_table, derived;
    Output inner_output, outer_output;
    Select inner, outer;
    Query inner_query, root;
    const Expr *args[2], *filter[2];
    const Source *inner_sources[1], *outer_sources[2];
    OrderItem order;
    Tree tree;
} Sample;

static void fill_expressions(Sample *s)
{
    s->inner_column = (Expr){.kind = EXPR_COLUMN, .source = 1, .column = 0};
    s->outer_column = (Expr){.kind = EXPR_COLUMN, .source = 4, .column = 2};
    s->left = (Expr){.kind = EXPR_COLUMN, .source = 3, .column = 1};
    s->right = (Expr){.kind = EXPR_COLUMN, .source = 4, .column = 2};
    s->args[0] = &s->left;
    s->args[1] = &s->right;
    s->compare = (Expr){.kind = EXPR_COMPARE, .args = s->args, .arg_count = 2};
    s->extra = (Expr){.kind = EXPR_LITERAL, .literal = LITERAL_NUMBER, .name = "1"};
    s->filter[0] = &s->compare;
    s->filter[1] = &s->extra;
}

static void fill(Sample *s)
{
    fill_expressions(s);
    s->inner_table = (Source){.kind = SOURCE_TABLE, .number = 1, .table = &table};
    s->inner_output = (Output){.id = 2, .expr = &s->inner_column, .name = "x"};
    s->inner_sources[0] = &s->inner_table;
    s->inner = (Select){.outputs = &s->inner_output,
                        .output_count = 1,
                        .sources = s->inner_sources,
                        .source_count = 1};
    s->inner_query = (Query){.body = BODY_SELECT, .select = &s->inner};
    s->outer_table = (Source){.kind = SOURCE_TABLE, .number = 3, .table = &table};
    s->derived = (Source){.kind = SOURCE_QUERY, .number = 4, .query = &s->inner_query};
    s->outer_output = (Output){.id = 5, .expr = &s->outer_column, .name = "x"};
    s->outer_sources[0] = &s->outer_table;
    s->outer_sources[1] = &s->derived;
    s->outer = (Select){.outputs = &s->outer_output,
                        .output_count = 1,
                        .sources = s->outer_sources,
                        .source_count = 2,
                        .filter = s->filter,
                        .filter_count = 2};
    s->order = (OrderItem){.expr = &s->extra};
    s->root = (Query){.body = BODY_SELECT,
                      .select = &s->outer,
                      .order = &s->order,
                      .order_count = 1};
    s->tree = (Tree){.root = &s->root, .dialect = DIALECT_SQLITE, .next_id = 6};
}

// What can be wrong

static void break_nothing(Sample *s)
{
    s->order.expr = &s->outer_column;
}

static void break_column(Sample *s)
{
    s->left.column = 2;
}

static void break_output_column(Sample *s)
{
    s->right.column = 5;
}

static void break_scope(Sample *s)
{
    s->left.source = 1;
}

static void break_lateral(Sample *s)
{
    s->inner_column.source = 3;
}

static void break_dialect(Sample *s)
{
    s->inner_column.source = 3;
    s->derived.lateral = true;
}

static void break_number(Sample *s)
{
    s->outer_table.number = 1;
    s->left.source = 1;
}

static void break_next_id(Sample *s)
{
    s->tree.next_id = 5;
}

static void break_list(Sample *s)
{
    s->extra = (Expr){.kind = EXPR_AND, .args = s->args, .arg_count = 2};
}

static void break_children(Sample *s)
{
    s->compare.arg_count = 1;
}

static void break_binding(Sample *s)
{
    s->left.kind = EXPR_NAME;
}

static void break_aggregate(Sample *s)
{
    s->compare =
        (Expr){.kind = EXPR_AGGREGATE, .name = "sum", .args = s->args, .arg_count = 1};
}

static void break_output(Sample *s)
{
    s->extra = (Expr){.kind = EXPR_OUTPUT, .column = 5};
    s->filter[1] = &s->extra;
}

static void break_foreign_output(Sample *s)
{
    s->extra = (Expr){.kind = EXPR_OUTPUT, .column = 2};
    s->outer.filter_count = 1;
}

static void break_name(Sample *s)
{
    s->inner_output.name = NULL;
}

static const struct {
    void (*apply)(Sample *s);
    const char *message;
} breaks[] = {
    {break_nothing, ""},
    {break_column, "malformed tree: a column that its source does not have (number 2)"},
    {break_output_column,
     "malformed tree: a column that its source does not have (number 5)"},
    {break_scope, "malformed tree: a column of a source that is not in scope (number 1)"},
    {break_lateral,
     "malformed tree: a column of a source that is not in scope (number 3)"},
    {break_dialect, "sqlite has no LATERAL"},
    {break_number, "malformed tree: a number that stands twice (number 1)"},
    {break_next_id, "malformed tree: a number that was never handed out (number 5)"},
    {break_list, "malformed tree: an AND in a list of conjuncts"},
    {break_children, "malformed tree: an expression with the wrong number of children; "
                     "kind (number 6)"},
    {break_binding, "malformed tree: a name that is not bound"},
    {break_aggregate, "malformed tree: an aggregate where none may stand"},
    {break_output, "malformed tree: an output where none of its block may stand"},
    {break_foreign_output, "malformed tree: an output where none of its block may stand"},
    {break_name, "malformed tree: an output without a name"},
};

static void test_check(void)
{
    for (size_t i = 0; i < COUNT_OF(breaks); i++) {
        Sample sample;
        fill(&sample);
        breaks[i].apply(&sample);
        Error err = {0};
        bool ok = query_check(&sample.tree, &err);
        expect(ok == (breaks[i].message[0] == '\0'), "query_check: %s",
               breaks[i].message);
        expect(strcmp(err.message, breaks[i].message) == 0, "%s: %s", breaks[i].message,
               err.message);
    }
}

static void test_signature(void)
{
    Sample before, after;
    fill(&before);
    fill(&after);
    Error err = {0};
    expect(query_same_signature(&before.root, &after.root, &err), "the same columns");
    before.outer_output.type = TYPE_OF(TYPE_INTEGER);
    expect(query_same_signature(&before.root, &after.root, &err), "an unknown type");
    after.outer_output.type = TYPE_OF(TYPE_TEXT);
    expect(!query_same_signature(&before.root, &after.root, &err), "another type");
    after.outer_output.name = "y";
    expect(!query_same_signature(&before.root, &after.root, &err), "another name");
    expect(strcmp(err.message, "column 1, \"x\", has become \"y\"") == 0,
           "the message: %s", err.message);
    after.outer.output_count = 0;
    expect(!query_same_signature(&before.root, &after.root, &err), "a column less");
}

// Adds 10 to every number made inside.
static void renumber(Sample *s)
{
    s->inner_table.number += 10;
    s->inner_output.id += 10;
    s->outer_table.number += 10;
    s->derived.number += 10;
    s->outer_output.id += 10;
    s->inner_column.source += 10;
    s->left.source += 10;
    s->right.source += 10;
    s->right.column += 10;
    s->outer_column.source += 10;
    s->outer_column.column += 10;
}

static void test_equal(void)
{
    Sample a, b;
    fill(&a);
    fill(&b);
    renumber(&b);
    expect(query_equal(&a.root, &b.root), "other numbers are no difference");
    expect(query_fingerprint(&a.root) == query_fingerprint(&b.root),
           "nor in the fingerprint");
    expect(!expr_equal(&a.compare, &b.compare), "outside they are");
    uint32_t from[] = {3, 4}, to[] = {13, 14};
    expect(!expr_equal_under(&a.compare, &b.compare, from, to, 2),
           "columns of derived tables are named by number");
    b.right.column -= 10;
    expect(expr_equal_under(&a.compare, &b.compare, from, to, 2), "under a renaming");
    expect(!query_equal(&a.root, &b.root), "another column");
    b.right.column += 10;
    b.outer_output.name = "y";
    expect(query_equal(&a.root, &b.root), "another name is no difference");
    expect(!query_equal_named(&a.root, &b.root), "unless names count");
    b.extra.name = "2";
    expect(!query_equal(&a.root, &b.root), "another literal");
    expect(query_fingerprint(&a.root) != query_fingerprint(&b.root),
           "is another fingerprint");
}

int main(void)
{
    test_check();
    test_signature();
    test_equal();
    return finish();
}
