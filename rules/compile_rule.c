// compile_rule.c - turns a rule written as data into C, when hone is built.
//
//     compile_rule NAME.rule >NAME.c
//
// A .rule file is the text that people read in `hone rules NAME`, and four kinds of lines
// of it are read here (docs/rule-format.md):
//
//     name - summary.                            the first line
//       before   SQL with holes: $x              a variant of the rule: pairs of these
//       after    SQL
//       (1) never_null($x): why it is needed     a condition of pattern_conditions.def
//
// The SQL is parsed, and expressions are bound, by the parser and binder that read
// queries, so a pattern is a tree of the same kinds as what it is compared with.

#include "base/array.h"
#include "base/text.h"
#include "rewrite/pattern.h"
#include "sql/sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_LIMIT = 1000 };

static const struct {
    const char *name;
    size_t hole_count;
} conditions[] = {
#define CONDITION(name, count, meaning) {#name, count},
#include "rewrite/pattern_conditions.def"
#undef CONDITION
};

// The holes of a variant, in the order in which they are met.
typedef struct {
    const char *names[HOLE_LIMIT];
    size_t count;
    int times_before[HOLE_LIMIT], times_after[HOLE_LIMIT];
    bool in_after;
} Holes;

typedef struct {
    Arena arena;
    const Catalog *catalog; // Without tables.
    const char *path;
    size_t line;
    const char *name;
    ARRAY(const char *) befores, afters;
    ARRAY(const char *) asked; // "(1) never_null($x)"
} Compiler;

static _Noreturn PRINTF_LIKE(2, 3) void stop(const Compiler *compiler, const char *format,
                                             ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%zu: ", compiler->path, compiler->line);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    exit(EXIT_FAILURE);
}

// Reading

static const char *after_word(const char *line, const char *word)
{
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 ? line + length + strspn(line + length, " ")
                                            : NULL;
}

static void read_line(Compiler *compiler, const char *line)
{
    Arena *arena = &compiler->arena;
    const char *dash = strstr(line, " - ");
    if (compiler->line == 1) {
        if (dash == NULL)
            stop(compiler, "the first line must be: name - summary");
        compiler->name = arena_text(arena, line, (size_t)(dash - line));
        return;
    }
    const char *before = after_word(line, "  before ");
    const char *after = after_word(line, "  after ");
    const char *asked = after_word(line, "  (");
    if (before != NULL)
        array_push(arena, &compiler->befores, arena_string(arena, before));
    if (after != NULL)
        array_push(arena, &compiler->afters, arena_string(arena, after));
    if (asked != NULL)
        array_push(arena, &compiler->asked, arena_string(arena, asked));
}

static void read_rule(Compiler *compiler)
{
    FILE *file = fopen(compiler->path, "r");
    if (file == NULL)
        stop(compiler, "cannot be read");
    char line[LINE_LIMIT];
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        compiler->line++;
        read_line(compiler, line);
    }
    fclose(file);
    if (compiler->befores.count == 0 || compiler->befores.count != compiler->afters.count)
        stop(compiler, "before and after must come in pairs");
}

// Holes

static size_t hole_of(Compiler *compiler, Holes *holes, const char *name)
{
    name += strspn(name, "$\"");
    size_t length = strcspn(name, "\"");
    for (size_t i = 0; i < holes->count; i++)
        if (strlen(holes->names[i]) == length &&
            strncmp(holes->names[i], name, length) == 0)
            return i + 1;
    if (holes->in_after || holes->count == HOLE_LIMIT)
        stop(compiler, "hole $%s: not in before, or one too many", name);
    holes->names[holes->count++] = arena_text(&compiler->arena, name, length);
    return holes->count;
}

static size_t use_hole(Compiler *compiler, Holes *holes, const char *name)
{
    size_t hole = hole_of(compiler, holes, name);
    int *times = holes->in_after ? holes->times_after : holes->times_before;
    times[hole - 1]++;
    return hole;
}

static unsigned uneven_holes(const Holes *holes)
{
    unsigned uneven = 0;
    for (size_t i = 0; i < holes->count; i++)
        if (holes->times_before[i] != holes->times_after[i])
            uneven |= 1u << (i + 1);
    return uneven;
}

// Expressions

static const Expr *bind_pattern(Compiler *compiler, const char *sql)
{
    Tree tree;
    Error err;
    const char *query = arena_printf(&compiler->arena, "SELECT %s", sql);
    if (!sql_bind(&compiler->arena, compiler->catalog, query, &tree, &err))
        stop(compiler, "%s: %s", sql, err.message);
    return tree.root->select->outputs[0].expr;
}

// Returns the kind's name in C; stops where pattern.c knows nothing of it.
static const char *kind_name(Compiler *compiler, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_LITERAL:
        return "EXPR_LITERAL";
    case EXPR_COMPARE:
        return "EXPR_COMPARE";
    case EXPR_AND:
        return "EXPR_AND";
    case EXPR_OR:
        return "EXPR_OR";
    case EXPR_NOT:
        return "EXPR_NOT";
    case EXPR_IS:
        return "EXPR_IS";
    case EXPR_AGGREGATE:
        return "EXPR_AGGREGATE";
    case EXPR_CASE:
        return "EXPR_CASE";
    default: // Whatever else the parser knows.
        stop(compiler, "expressions of kind %d are not for patterns", (int)expr->kind);
    }
}

// Prints a field that is not zero.
static void print_field(const char *field, const char *type, int value)
{
    if (value != 0)
        printf(", .%s = (%s)%d", field, type, value);
}

static void print_pattern(Compiler *compiler, Holes *holes, const Expr *expr)
{
    if (expr->kind == EXPR_PARAMETER) {
        printf("{.hole = %zu}", use_hole(compiler, holes, expr->name));
        return;
    }
    printf("{.kind = %s", kind_name(compiler, expr));
    print_field("compare", "Comparison", (int)expr->compare);
    print_field("is", "IsTest", (int)expr->is);
    print_field("literal", "LiteralKind", (int)expr->literal);
    print_field("negated", "bool", expr->negated);
    print_field("distinct", "bool", expr->distinct);
    print_field("star", "bool", expr->star);
    print_field("has_operand", "bool", expr->has_operand);
    print_field("has_else", "bool", expr->has_else);
    if (expr->name != NULL)
        printf(", .name = \"%s\"", expr->name);
    if (expr->arg_count > 0) {
        printf(", .arg_count = %zu,\n.args = (const Pattern[]){", expr->arg_count);
        for (size_t i = 0; i < expr->arg_count; i++) {
            print_pattern(compiler, holes, expr->args[i]);
            printf(",\n");
        }
        printf("}");
    }
    printf("}");
}

// Blocks

// Returns the block with `FROM $x` written as a name, which is what may stand there.
static const Query *parse_block(Compiler *compiler, const char *sql)
{
    Text text = text_new(&compiler->arena);
    for (const char *from; (from = strstr(sql, "FROM $")) != NULL;) {
        size_t length = 6 + strspn(from + 6, "abcdefghijklmnopqrstuvwxyz");
        text_add_bytes(&text, sql, (size_t)(from - sql));
        text_addf(&text, "FROM \"%.*s\"", (int)(length - 5), from + 5);
        sql = from + length;
    }
    text_add(&text, sql);
    const Query *query;
    Error err;
    if (!sql_parse(&compiler->arena, DIALECT_DUCKDB, text.bytes, &query, &err))
        stop(compiler, "%s: %s", text.bytes, err.message);
    return query;
}

static void print_clause(Compiler *compiler, Holes *holes, const char *clause,
                         const char *name)
{
    printf("    .%s = %zu,\n", clause, use_hole(compiler, holes, name));
}

static void print_block(Compiler *compiler, Holes *holes, const Query *query)
{
    if (query->order_count > 0)
        print_clause(compiler, holes, "order", query->order[0].expr->name);
    if (query->body == BODY_SET) {
        printf("    .is_set = true, .op = (SetOperator)%d,\n", (int)query->set->op);
        return;
    }
    const Select *select = query->select;
    printf("    .distinct = %d,\n", select->distinct == DISTINCT_ROWS);
    print_clause(compiler, holes, "outputs", select->outputs[0].expr->name);
    print_clause(compiler, holes, "sources", select->sources[0]->name);
    if (select->filter_count > 0)
        print_clause(compiler, holes, "filter", select->filter[0]->name);
    if (select->group_count > 0)
        print_clause(compiler, holes, "groups", select->groups[0].exprs[0]->name);
}

// Variants and conditions

static void print_side(Compiler *compiler, Holes *holes, const char *sql, size_t variant)
{
    const char *side = holes->in_after ? "after" : "before";
    if (strncmp(sql, "SELECT ", 7) == 0) {
        printf("static const BlockPattern %s_%zu = {\n", side, variant);
        print_block(compiler, holes, parse_block(compiler, sql));
    } else {
        printf("static const Pattern %s_%zu =\n", side, variant);
        print_pattern(compiler, holes, bind_pattern(compiler, sql));
        printf(";\n");
        return;
    }
    printf("};\n");
}

// Prints the two sides; returns the variant as an item of the list of variants.
static const char *print_variant(Compiler *compiler, size_t variant, Holes *holes)
{
    const char *before = compiler->befores.items[variant];
    print_side(compiler, holes, before, variant);
    holes->in_after = true;
    print_side(compiler, holes, compiler->afters.items[variant], variant);
    const char *block = strncmp(before, "SELECT ", 7) == 0 ? "block_" : "";
    unsigned uneven = *block ? 0 : uneven_holes(holes);
    return arena_printf(&compiler->arena,
                        "    {.%sbefore = &before_%zu, .%safter = &after_%zu, "
                        ".uneven = %u},\n",
                        block, variant, block, variant, uneven);
}

// Stops unless the variant names the holes as the one before: conditions name them, too.
static void check_same_holes(Compiler *compiler, const Holes *a, const Holes *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->names[i], b->names[i]) == 0;
    if (!same)
        stop(compiler, "variants must have the same holes, in the same order");
}

// Prints "1) never_null($x): why" as a guard.
static void print_guard(Compiler *compiler, Holes *holes, const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    const char *name = end + strspn(end, ") ");
    size_t length = strcspn(name, "(:");
    size_t at = 0;
    while (at < sizeof(conditions) / sizeof(*conditions) &&
           (strlen(conditions[at].name) != length ||
            strncmp(conditions[at].name, name, length) != 0))
        at++;
    if (at == sizeof(conditions) / sizeof(*conditions))
        stop(compiler, "no condition %.*s in pattern_conditions.def", (int)length, name);
    printf("    {%lu, pattern_%s, {", number, conditions[at].name);
    const char *argument = name + length;
    for (size_t i = 0; i < conditions[at].hole_count; i++) {
        argument = strchr(argument, '$');
        if (argument == NULL)
            stop(compiler, "%s asks for %zu holes", conditions[at].name,
                 conditions[at].hole_count);
        const char *hole =
            arena_text(&compiler->arena, argument, strcspn(argument, ",):"));
        printf("%zu, ", hole_of(compiler, holes, hole));
        argument++;
    }
    printf("0}},\n");
}

static void print_rule(Compiler *compiler)
{
    printf("// Made from %s by compile_rule; not to be changed.\n\n"
           "#include \"rewrite/pattern.h\"\n\n",
           strrchr(compiler->path, '/') ? strrchr(compiler->path, '/') + 1
                                        : compiler->path);
    Holes holes = {0};
    Text variants = text_new(&compiler->arena);
    for (size_t i = 0; i < compiler->befores.count; i++) {
        Holes before = holes;
        holes = (Holes){0};
        text_add(&variants, print_variant(compiler, i, &holes));
        if (i > 0)
            check_same_holes(compiler, &before, &holes);
    }
    printf("static const PatternVariant variants[] = {\n%s};\n", variants.bytes);
    if (compiler->asked.count > 0)
        printf("static const PatternGuard guards[] = {\n");
    for (size_t i = 0; i < compiler->asked.count; i++)
        print_guard(compiler, &holes, compiler->asked.items[i]);
    if (compiler->asked.count > 0)
        printf("};\n");
    const char *guards = compiler->asked.count > 0 ? "guards" : "NULL";
    printf("static const PatternRule rule = {variants, %zu, %s, %zu};\n\n",
           compiler->befores.count, guards, compiler->asked.count);
    printf("const Query *%s(RuleContext *context, const Query *query)\n{\n"
           "    return pattern_apply(context, query, &rule);\n}\n",
           compiler->name);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: compile_rule NAME.rule >NAME.c\n");
        return EXIT_FAILURE;
    }
    Compiler compiler = {.path = argv[1]};
    Error err;
    if (!sql_read_schema(&compiler.arena, DIALECT_DUCKDB, "", true, &compiler.catalog,
                         &err))
        stop(&compiler, "%s", err.message);
    read_rule(&compiler);
    print_rule(&compiler);
    arena_clear(&compiler.arena);
    return EXIT_SUCCESS;
}
