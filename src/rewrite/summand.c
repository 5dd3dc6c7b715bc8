// summand.c - sums of sums, of counts, and of what is left of a CASE.

#include "rewrite/summand.h"

#include "base/text.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"

#include <math.h>
#include <stdlib.h>

// Reading

static bool find_kind(const Expr *aggregate, SummandKind *kind)
{
    static const struct {
        const char *name;
        SummandKind kind;
    } known[] = {
        {"avg", SUMMAND_AVERAGE}, {"count", SUMMAND_COUNT}, {"max", SUMMAND_GREATEST},
        {"min", SUMMAND_LEAST},   {"sum", SUMMAND_SUM},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (text_same_word(aggregate->name, known[i].name)) {
            *kind = known[i].kind;
            return true;
        }
    return false;
}

static bool is_number(const Expr *expr, const char *digits)
{
    return expr_is_literal(expr, LITERAL_NUMBER) && text_same_word(expr->name, digits);
}

// True if the condition is `column = literal`: a column so asked of has few values.
static bool picks_a_value(const Expr *condition)
{
    return condition->kind == EXPR_COMPARE && condition->compare == COMPARE_EQ &&
           condition->args[0]->kind == EXPR_COLUMN &&
           condition->args[1]->kind == EXPR_LITERAL;
}

// Returns the argument if it is CASE WHEN p.y = 1 THEN x [ELSE NULL | 0] END, which can
// be asked of a group: it takes all rows of it or none. Else NULL.
static const Expr *pivot_of(const Expr *aggregate, SummandKind kind)
{
    const Expr *argument = aggregate->arg_count == 1 ? aggregate->args[0] : NULL;
    if (argument == NULL || argument->kind != EXPR_CASE || argument->has_operand ||
        argument->arg_count != (argument->has_else ? 3 : 2) || aggregate->distinct ||
        aggregate->filter != NULL || !picks_a_value(argument->args[0]))
        return NULL;
    const Expr *then = argument->args[1];
    if (then->kind == EXPR_LITERAL && (kind != SUMMAND_SUM || !is_number(then, "1")))
        return NULL;
    bool drops = !argument->has_else || expr_is_literal(argument->args[2], LITERAL_NULL);
    bool adds_zero = kind == SUMMAND_SUM && !drops && is_number(argument->args[2], "0");
    return drops || adds_zero ? argument : NULL;
}

static bool look_at_number(void *data, const Expr *expr)
{
    static const char *const tame[] = {"abs", "coalesce", "ifnull", "nullif", "round"};
    bool *finite = data;
    bool known =
        expr->kind != EXPR_CALL || text_is_one_of(expr->name, tame, COUNT_OF(tame));
    if (expr->kind == EXPR_COLUMN)
        known = expr->type.kind == TYPE_INTEGER || expr->type.kind == TYPE_DECIMAL;
    if (expr_is_literal(expr, LITERAL_NUMBER))
        known = isfinite(strtod(expr->name, NULL)) != 0;
    *finite = *finite && known;
    return true;
}

// True if it makes no number that is infinite. Elsewhere than in SQLite infinity minus
// infinity is NaN, which no later sum forgets.
static bool is_finite(const Tree *tree, const Expr *value)
{
    bool finite = true;
    if (tree->dialect == DIALECT_SQLITE)
        walk_expr(value, &(Visitor){.expr = look_at_number, .context = &finite});
    return finite;
}

// True if the engine adds such values up, in both steps, to what we take it for.
static bool is_summable(const Tree *tree, const Expr *aggregate, const Expr *value)
{
    if (tree->dialect == DIALECT_SQLITE)
        return true;
    return aggregate->type.kind != TYPE_UNKNOWN &&
           (type_is_number(value->type) || value->type.kind == TYPE_BOOLEAN);
}

bool summand_read(const Tree *tree, const Expr *aggregate, Summand *summand)
{
    *summand = (Summand){.aggregate = aggregate, .ordered = true, .finite = true};
    if (!find_kind(aggregate, &summand->kind) || aggregate->order_count > 0 ||
        expr_has_subquery(aggregate) || aggregate->arg_count != (aggregate->star ? 0 : 1))
        return false;
    summand->pivot = pivot_of(aggregate, summand->kind);
    if (!aggregate->star)
        summand->value = aggregate->args[0];
    if (summand->pivot != NULL)
        summand->value = summand->pivot->args[1];
    bool adds = summand->kind == SUMMAND_SUM || summand->kind == SUMMAND_AVERAGE;
    bool picks = summand->kind == SUMMAND_LEAST || summand->kind == SUMMAND_GREATEST;
    summand->splits = picks || !aggregate->distinct;
    if (picks)
        summand->ordered = order_tells_apart(tree, summand->value);
    if (adds)
        summand->finite = is_finite(tree, summand->value);
    return !adds || is_summable(tree, aggregate, summand->value);
}

// Over rows

static Type integer_type(uint16_t width)
{
    return (Type){.kind = TYPE_INTEGER, .width = width};
}

// Returns the aggregate over the summand's rows; count(*) where it has no value.
static const Expr *over_rows(RuleContext *context, const Summand *summand,
                             const char *name, const Expr *value, Type type)
{
    Arena *arena = context->arena;
    Tree *tree = context->tree;
    const Expr *argument =
        value != NULL ? expr_copy(arena, value, &tree->next_id) : expr_integer(arena, 1);
    Expr made = *aggregate_new(arena, tree, name, argument);
    made.star = value == NULL;
    made.arg_count = value != NULL;
    made.type = type;
    if (summand->aggregate->filter != NULL)
        made.filter = expr_copy(arena, summand->aggregate->filter, &tree->next_id);
    return expr_new(arena, made);
}

static void add_output(RuleContext *context, Summand *summand, const char *name,
                       const Expr *value, Type type)
{
    const Expr *aggregate = over_rows(context, summand, name, value, type);
    summand->outputs[summand->output_count++] =
        output_new(context->tree, aggregate, name);
}

static void add_plain_outputs(RuleContext *context, Summand *summand)
{
    Type own = summand->aggregate->type;
    bool in_sqlite = context->tree->dialect == DIALECT_SQLITE;
    const Expr *value = summand->value;
    bool counts = value != NULL && value->kind == EXPR_LITERAL && summand->pivot != NULL;
    switch (summand->kind) {
    case SUMMAND_SUM: // Of ones is a count.
        if (counts)
            add_output(context, summand, "count", NULL, integer_type(64));
        else
            add_output(context, summand, "sum", value, own);
        break;
    case SUMMAND_COUNT:
        add_output(context, summand, "count", value, integer_type(64));
        break;
    case SUMMAND_LEAST:
        add_output(context, summand, "min", value, own);
        break;
    case SUMMAND_GREATEST:
        add_output(context, summand, "max", value, own);
        break;
    case SUMMAND_AVERAGE: // SQLite divides integers without a rest, but total() is REAL.
        add_output(context, summand, in_sqlite ? "total" : "sum", value, own);
        add_output(context, summand, "count", value, integer_type(64));
        break;
    }
}

void summand_add_outputs(RuleContext *context, Summand *summand, size_t number)
{
    add_plain_outputs(context, summand);
    for (size_t i = 0; i < summand->output_count; i++)
        summand->outputs[i].name =
            arena_printf(context->arena, "%s_%zu", summand->outputs[i].name, number);
}

// Over groups

const Expr *output_column(Arena *arena, uint32_t source, const Output *output)
{
    return expr_new(arena, (Expr){.kind = EXPR_COLUMN,
                                  .name = output->name,
                                  .quoted = output->quoted,
                                  .qualified = true,
                                  .type = output->type,
                                  .source = source,
                                  .column = output->id,
                                  .offset = NO_OFFSET});
}

// Where the groups come from.
typedef struct {
    RuleContext *context;
    uint32_t source;
    bool may_be_empty;
} Groups;

// Returns the group's value, or what the pivot makes of it.
static const Expr *picked(const Groups *groups, const Summand *summand, size_t number)
{
    Arena *arena = groups->context->arena;
    const Expr *column = output_column(arena, groups->source, &summand->outputs[number]);
    if (summand->pivot == NULL)
        return column;
    bool is_count = summand->kind == SUMMAND_COUNT;
    Expr changed = *summand->pivot;
    const Expr **args = arena_new(arena, const Expr *, 3);
    args[0] = expr_copy(arena, changed.args[0], &groups->context->tree->next_id);
    args[1] = column;
    if (changed.has_else)
        args[2] = expr_copy(arena, changed.args[2], &groups->context->tree->next_id);
    if (is_count)
        args[2] = expr_integer(arena, 0);
    changed.has_else = changed.has_else || is_count;
    changed.args = args;
    changed.arg_count = changed.has_else ? 3 : 2;
    changed.type = column->type;
    return expr_new(arena, changed);
}

static const Expr *over_groups(const Groups *groups, const Summand *summand,
                               const char *name, size_t number, Type type)
{
    Expr made = *aggregate_new(groups->context->arena, groups->context->tree, name,
                               picked(groups, summand, number));
    made.type = type;
    return expr_new(groups->context->arena, made);
}

// Returns the sum of counts as a count: of that type, and 0 over nothing.
static const Expr *sum_of_counts(const Groups *groups, const Summand *summand)
{
    Arena *arena = groups->context->arena;
    const Tree *tree = groups->context->tree;
    bool in_sqlite = tree->dialect == DIALECT_SQLITE;
    const Expr *sum =
        over_groups(groups, summand, "sum", 0, integer_type(in_sqlite ? 64 : 128));
    if (!in_sqlite)
        sum = expr_new(arena, (Expr){.kind = EXPR_CAST,
                                     .type = {.kind = TYPE_INTEGER, .width = 64},
                                     .args = arena_copy(arena, &sum, 1, sizeof(sum)),
                                     .arg_count = 1,
                                     .offset = NO_OFFSET});
    if (!groups->may_be_empty)
        return sum;
    const Expr *args[] = {sum, expr_integer(arena, 0)};
    return call_new(arena, tree, "coalesce", args, COUNT_OF(args));
}

static const Expr *put_together(const Groups *groups, const Summand *summand)
{
    Type own = summand->aggregate->type;
    switch (summand->kind) {
    case SUMMAND_SUM:
        return over_groups(groups, summand, "sum", 0, own);
    case SUMMAND_COUNT:
        return sum_of_counts(groups, summand);
    case SUMMAND_LEAST:
        return over_groups(groups, summand, "min", 0, own);
    case SUMMAND_GREATEST:
        return over_groups(groups, summand, "max", 0, own);
    case SUMMAND_AVERAGE:
        break;
    }
    const Expr *sum = over_groups(groups, summand, "sum", 0, own);
    const Expr *count = over_groups(groups, summand, "sum", 1, integer_type(64));
    return operator_new(groups->context->arena, groups->context->tree, "/", sum, count);
}

const Expr *summand_over_groups(RuleContext *context, const Summand *summand,
                                uint32_t source, bool may_be_empty)
{
    return put_together(&(Groups){context, source, may_be_empty}, summand);
}
