// interpret_operator.c - arithmetic, ||, bits, CAST.

#include "verify/interpret_tree.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMAL_DIGITS = 18 };

// SQLite

static Cell float_result(double number)
{
    return isnan(number) ? cell_null() : cell_float(number);
}

static Cell float_arithmetic(char operator, double a, double b)
{
    switch (operator) {
    case '+':
        return float_result(a + b);
    case '-':
        return float_result(a - b);
    case '*':
        return float_result(a * b);
    default:
        return b == 0 ? cell_null() : float_result(a / b);
    }
}

static bool integer_arithmetic(char operator, int64_t a, int64_t b, Cell *result)
{
    int64_t number = 0;
    bool fails = false;
    switch (operator) {
    case '+':
        fails = __builtin_add_overflow(a, b, &number);
        break;
    case '-':
        fails = __builtin_sub_overflow(a, b, &number);
        break;
    case '*':
        fails = __builtin_mul_overflow(a, b, &number);
        break;
    case '/':
    case '%':
        if (b == 0) {
            *result = cell_null();
            return true;
        }
        fails = b == -1 && a == INT64_MIN;
        if (!fails)
            number = operator== '/' ? a / b : a % b;
        break;
    default:
        fails = true;
    }
    *result = cell_integer(number);
    return !fails;
}

// SQLite reads of a text the whole number that it begins with: '12e1' is 12.
static int64_t as_integer(Cell cell)
{
    cell = cell_as_whole(cell);
    if (cell.kind == CELL_INTEGER)
        return cell.integer;
    if (cell.number >= 9.2e18)
        return INT64_MAX;
    return cell.number <= -9.2e18 ? INT64_MIN : (int64_t)cell.number;
}

static Cell sqlite_remainder(Machine *machine, Cell a, Cell b)
{
    bool floats =
        cell_as_number(a).kind == CELL_FLOAT || cell_as_number(b).kind == CELL_FLOAT;
    Cell result;
    if (!integer_arithmetic('%', as_integer(a), as_integer(b), &result))
        return machine_doubt(machine, "a remainder that overflows");
    return floats && result.kind != CELL_NULL ? cell_float((double)result.integer)
                                              : result;
}

static Cell sqlite_bits(Machine *machine, const char *name, Cell a, Cell b)
{
    int64_t left = as_integer(a), right = as_integer(b);
    if (strcmp(name, "&") == 0)
        return cell_integer(left & right);
    if (strcmp(name, "|") == 0)
        return cell_integer(left | right);
    if (right < 0 || right > 62 || left < 0)
        return machine_doubt(machine, "a shift");
    return cell_integer(strcmp(name, "<<") == 0
                            ? (int64_t)((uint64_t)left << (unsigned)right)
                            : left >> right);
}

static Cell sqlite_binary(Machine *machine, const char *name, Cell a, Cell b)
{
    Cell result;
    if (strlen(name) > 1 || strchr("&|", name[0]) != NULL)
        return sqlite_bits(machine, name, a, b);
    if (strcmp(name, "%") == 0)
        return sqlite_remainder(machine, a, b);
    a = cell_as_number(a);
    b = cell_as_number(b);
    if (a.kind == CELL_INTEGER && b.kind == CELL_INTEGER &&
        integer_arithmetic(name[0], a.integer, b.integer, &result))
        return result;
    return float_arithmetic(name[0], cell_number(a), cell_number(b));
}

// DuckDB

static Cell float_strict(Machine *machine, const char *name, double a, double b)
{
    double number = name[0] == '+'   ? a + b
                    : name[0] == '-' ? a - b
                    : name[0] == '*' ? a * b
                                     : a / b;
    if (strcmp(name, "%") == 0 || strcmp(name, "//") == 0 || !isfinite(number))
        return machine_doubt(machine, "arithmetic beyond finite numbers");
    return cell_float(number);
}

static Cell decimal_arithmetic(Machine *machine, const char *name, Cell a, Cell b)
{
    unsigned scale = a.scale > b.scale ? a.scale : b.scale;
    int64_t left = a.integer, right = b.integer;
    Cell result;
    if (name[0] == '*')
        scale = a.scale + b.scale;
    else if (!cell_rescale(a, scale, &left) || !cell_rescale(b, scale, &right))
        return machine_doubt(machine, "a decimal that overflows");
    bool known = strchr("+-*%", name[0]) != NULL && scale <= DECIMAL_DIGITS &&
                 integer_arithmetic(name[0], left, right, &result);
    if (!known || (result.kind != CELL_NULL && llabs(result.integer) > 100000000000000))
        return machine_doubt(machine, "a decimal that overflows");
    if (result.kind != CELL_NULL) {
        result.kind = CELL_DECIMAL;
        result.scale = (uint8_t)scale;
    }
    return result;
}

static int64_t largest_of(Type type)
{
    switch (type.kind == TYPE_INTEGER ? type.width : 32) {
    case 8:
        return INT8_MAX;
    case 16:
        return INT16_MAX;
    case 32:
        return INT32_MAX;
    default:
        return INT64_MAX;
    }
}

static Cell integer_strict(Machine *machine, const Expr *expr, int64_t a, int64_t b)
{
    Cell result;
    char operator= expr->name[0]; // That of "//", too.
    if (strcmp(expr->name, "/") == 0)
        return float_strict(machine, expr->name, (double)a, (double)b);
    int64_t largest = largest_of(expr->type);
    if (strchr("+-*/%", operator) == NULL || !integer_arithmetic(operator, a, b, &result))
        return machine_doubt(machine, "an integer that overflows");
    if (result.kind == CELL_INTEGER &&
        (result.integer > largest || result.integer < -largest))
        return machine_doubt(machine, "an integer that overflows");
    return result;
}

// Dates

// Reads INTERVAL '3' DAY, INTERVAL '3 days', INTERVAL 3 MONTH.
static bool read_interval(const Expr *expr, int *months, int64_t *seconds)
{
    static const struct {
        const char *unit;
        int months;
        int64_t seconds;
    } units[] = {{"year", 12, 0},     {"quarter", 3, 0}, {"month", 1, 0},
                 {"week", 0, 604800}, {"day", 0, 86400}, {"hour", 0, 3600},
                 {"minute", 0, 60},   {"second", 0, 1}};
    char *end;
    if (expr->kind != EXPR_LITERAL || expr->literal != LITERAL_INTERVAL)
        return false;
    long count = strtol(expr->name, &end, 10);
    const char *unit = expr->unit;
    while (*end == ' ')
        end++;
    if (end == expr->name || labs(count) > 100000 || (unit != NULL && *end != '\0'))
        return false;
    if (unit == NULL)
        unit = end;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        size_t length = strlen(units[i].unit);
        bool plural = strlen(unit) == length + 1 && (unit[length] | 0x20) == 's';
        if (strncasecmp(unit, units[i].unit, length) == 0 &&
            (unit[length] == '\0' || plural)) {
            *months = units[i].months * (int)count;
            *seconds = units[i].seconds * count;
            return true;
        }
    }
    return false;
}

static Cell shift_moment(Machine *machine, Cell cell, const Expr *interval, int sign)
{
    int months = 0;
    int64_t seconds = 0;
    if (!read_interval(interval, &months, &seconds))
        return machine_doubt(machine, "an interval");
    Moment moment = moment_plus_months(cell_to_moment(cell), sign * months);
    return cell_of_moment(moment_plus(moment, 0, sign * seconds));
}

static Cell moment_arithmetic(Machine *machine, const Expr *expr, Cell a, Cell b)
{
    bool plus = strcmp(expr->name, "+") == 0, minus = strcmp(expr->name, "-") == 0;
    if (cell_is_moment(a) && b.kind == CELL_OPAQUE && (plus || minus))
        return shift_moment(machine, a, expr->args[1], plus ? 1 : -1);
    if (cell_is_moment(b) && a.kind == CELL_OPAQUE && plus)
        return shift_moment(machine, b, expr->args[0], 1);
    if (a.kind == CELL_DATE && b.kind == CELL_DATE && minus)
        return cell_integer(a.integer - b.integer);
    if (a.kind == CELL_DATE && b.kind == CELL_INTEGER && (plus || minus)) {
        a.integer += plus ? b.integer : -b.integer;
        return a;
    }
    return machine_doubt(machine, "arithmetic with dates");
}

static Cell duckdb_binary(Machine *machine, const Expr *expr, Cell a, Cell b)
{
    if (cell_is_moment(a) || cell_is_moment(b))
        return moment_arithmetic(machine, expr, a, b);
    if (!cell_is_number(a) || !cell_is_number(b))
        return machine_doubt(machine, "arithmetic with what is no number");
    if (a.kind == CELL_INTEGER && b.kind == CELL_INTEGER &&
        expr->type.kind != TYPE_DECIMAL)
        return expr->type.kind == TYPE_FLOAT && expr->name[0] != '/'
                   ? float_strict(machine, expr->name, cell_number(a), cell_number(b))
                   : integer_strict(machine, expr, a.integer, b.integer);
    bool exact = a.kind != CELL_FLOAT && b.kind != CELL_FLOAT && expr->name[0] != '/';
    return exact ? decimal_arithmetic(machine, expr->name, a, b)
                 : float_strict(machine, expr->name, cell_number(a), cell_number(b));
}

// Both

static Cell concatenate(Machine *machine, Cell a, Cell b)
{
    bool known =
        machine_is_sqlite(machine) || (a.kind == CELL_TEXT || b.kind == CELL_TEXT);
    a = cell_to_text(machine->arena, machine->dialect, a, &known);
    b = cell_to_text(machine->arena, machine->dialect, b, &known);
    if (!known)
        return machine_doubt(machine, "the text of a value");
    char *bytes = arena_new(machine->arena, char, (size_t)a.length + b.length + 1);
    if (a.length > 0)
        memcpy(bytes, a.bytes, a.length);
    if (b.length > 0)
        memcpy(bytes + a.length, b.bytes, b.length);
    return cell_text(bytes, (size_t)a.length + b.length);
}

static Cell apply_prefix(Machine *machine, const Expr *expr, Cell a)
{
    bool is_sqlite = machine_is_sqlite(machine);
    if (strcmp(expr->name, "+") == 0)
        return a;
    if (is_sqlite)
        a = cell_as_number(a);
    if (strcmp(expr->name, "-") != 0 || !cell_is_number(a))
        return machine_doubt(machine, "a prefix operator");
    if (a.kind == CELL_FLOAT)
        return cell_float(-a.number);
    if (a.integer == INT64_MIN)
        return machine_doubt(machine, "an integer that overflows");
    a.integer = -a.integer;
    return a;
}

Cell operator_apply(Machine *machine, const Expr *expr, const Cell *args)
{
    static const char *const known[] = {"+",  "-", "*", "/",  "%",
                                        "//", "&", "|", "<<", ">>"};
    if (args[0].kind == CELL_NULL || (expr->arg_count > 1 && args[1].kind == CELL_NULL))
        return cell_null();
    if (expr->arg_count == 1)
        return apply_prefix(machine, expr, args[0]);
    if (strcmp(expr->name, "||") == 0)
        return concatenate(machine, args[0], args[1]);
    bool is_known = false;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        is_known = is_known || strcmp(known[i], expr->name) == 0;
    if (!is_known)
        return machine_doubt(machine, "an operator that is not known");
    return machine_is_sqlite(machine)
               ? sqlite_binary(machine, expr->name, args[0], args[1])
               : duckdb_binary(machine, expr, args[0], args[1]);
}

// CAST

static Cell cast_sqlite(Machine *machine, Type type, Cell cell)
{
    bool known = true;
    switch (type.affinity) {
    case AFFINITY_TEXT:
        return cell_to_text(machine->arena, DIALECT_SQLITE, cell, &known);
    case AFFINITY_INTEGER:
        return cell_integer(as_integer(cell));
    case AFFINITY_REAL:
        return cell_float(cell_number(cell_as_number(cell)));
    case AFFINITY_NUMERIC:
        if (cell.kind == CELL_FLOAT)
            return cell;
        return cell_with_affinity(machine->arena, cell_as_number(cell), AFFINITY_NUMERIC);
    case AFFINITY_NONE:
    case AFFINITY_BLOB:
        break;
    }
    if (cell.kind != CELL_TEXT && cell.kind != CELL_BLOB)
        return machine_doubt(machine, "a cast to a blob");
    cell.kind = CELL_BLOB;
    return cell;
}

// Rounds half away from zero, as DuckDB casts decimals; floats go to the even one.
static bool cast_to_scale(Cell cell, unsigned scale, int64_t *digits)
{
    if (cell.kind == CELL_FLOAT) {
        double scaled = cell.number * pow(10, scale);
        *digits = llround(scaled);
        return fabs(scaled) < 1e15 && fabs(scaled - floor(scaled) - 0.5) > 1e-6;
    }
    if (cell.scale <= scale)
        return cell_rescale(cell, scale, digits);
    int64_t divisor = 1;
    for (unsigned i = scale; i < cell.scale; i++)
        divisor *= 10;
    int64_t half = cell.integer < 0 ? -divisor / 2 : divisor / 2;
    *digits = (cell.integer + half) / divisor;
    return true;
}

static Cell cast_to_number(Machine *machine, Type type, Cell cell)
{
    Cell read;
    int64_t digits;
    if (cell.kind == CELL_TEXT && cell_read_number(cell, &read))
        cell = read;
    if (cell.kind == CELL_BOOLEAN)
        cell.kind = CELL_INTEGER;
    if (!cell_is_number(cell))
        return machine_doubt(machine, "a cast to a number");
    if (type.kind == TYPE_FLOAT && type.width != 32)
        return cell_float(cell_number(cell));
    unsigned scale = type.kind == TYPE_DECIMAL ? type.scale : 0;
    if (type.kind == TYPE_FLOAT || !cast_to_scale(cell, scale, &digits))
        return machine_doubt(machine, "a cast to a number");
    double limit = type.kind == TYPE_DECIMAL ? pow(10, type.width == 0 ? 18 : type.width)
                                             : (double)largest_of(type);
    if (fabs((double)digits) >= limit)
        return machine_doubt(machine, "a cast to a number");
    return type.kind == TYPE_DECIMAL
               ? (Cell){.kind = CELL_DECIMAL, .scale = (uint8_t)scale, .integer = digits}
               : cell_integer(digits);
}

static Cell cast_to_moment(Machine *machine, Type type, Cell cell)
{
    bool as_day = type.kind == TYPE_DATE;
    Cell read;
    if (cell.kind == CELL_TEXT && cell_read_moment(cell, as_day, &read))
        return read;
    if (cell_is_moment(cell))
        return as_day ? cell_of_day(cell_to_moment(cell))
                      : cell_of_moment(cell_to_moment(cell));
    return machine_doubt(machine, "a cast to a date");
}

static Cell cast_duckdb(Machine *machine, const Expr *expr, Cell cell)
{
    bool known = true;
    switch (expr->type.kind) {
    case TYPE_INTEGER:
    case TYPE_DECIMAL:
    case TYPE_FLOAT:
        return cast_to_number(machine, expr->type, cell);
    case TYPE_TEXT:
        cell = cell_to_text(machine->arena, DIALECT_DUCKDB, cell, &known);
        return known ? cell : machine_doubt(machine, "the text of a value");
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
        return cast_to_moment(machine, expr->type, cell);
    case TYPE_BOOLEAN:
        if (cell.kind == CELL_BOOLEAN || cell.kind == CELL_INTEGER)
            return (Cell){.kind = CELL_BOOLEAN, .integer = cell.integer != 0};
        break;
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_BLOB:
    case TYPE_TIME:
    case TYPE_TIMESTAMP_ZONED:
    case TYPE_INTERVAL:
    case TYPE_OTHER:
        break;
    }
    return machine_doubt(machine, "a cast that is not known");
}

Cell cast_apply(Machine *machine, const Expr *expr, Cell cell)
{
    if (cell.kind == CELL_NULL)
        return cell;
    return machine_is_sqlite(machine) ? cast_sqlite(machine, expr->type, cell)
                                      : cast_duckdb(machine, expr, cell);
}
