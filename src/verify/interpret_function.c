// interpret_function.c - scalar functions.
//
// Where a function's answer depends on bytes beyond ASCII, on rounding or on how a number
// is written, the run is unsure instead.

#include "verify/interpret_tree.h"

#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL_LENGTH = 64 };

static Cell as_text(Machine *machine, Cell cell)
{
    bool known = machine_is_sqlite(machine) || cell.kind == CELL_TEXT;
    cell = cell_to_text(machine->arena, machine->dialect, cell, &known);
    if (!known)
        machine_doubt(machine, "the text of a value");
    return cell;
}

// Text

static Cell recase(Machine *machine, Cell cell, int change(int))
{
    cell = as_text(machine, cell);
    if (cell.kind == CELL_NULL || (!machine_is_sqlite(machine) && !cell_is_ascii(cell)))
        return machine_doubt(machine, "case beyond ASCII");
    char *bytes = arena_text(machine->arena, cell.bytes, cell.length);
    for (size_t i = 0; i < cell.length; i++)
        if ((bytes[i] & 0x80) == 0)
            bytes[i] = (char)change((unsigned char)bytes[i]);
    return cell_text(bytes, cell.length);
}

static Cell call_lower(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return recase(machine, args[0], tolower);
}

static Cell call_upper(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return recase(machine, args[0], toupper);
}

static size_t count_characters(Cell text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += utf8_begins(text.bytes[i]);
    return count;
}

static Cell call_length(Machine *machine, const Expr *expr, const Cell *args,
                        size_t count)
{
    if (args[0].kind == CELL_BLOB)
        return cell_integer(args[0].length);
    Cell text = as_text(machine, args[0]);
    return cell_integer((int64_t)count_characters(text));
}

static Cell call_substr(Machine *machine, const Expr *expr, const Cell *args,
                        size_t count)
{
    Cell text = args[0].kind == CELL_BLOB ? args[0] : as_text(machine, args[0]);
    if (text.kind == CELL_BLOB || !cell_is_ascii(text) || args[1].kind != CELL_INTEGER ||
        (count > 2 && args[2].kind != CELL_INTEGER))
        return machine_doubt(machine, "a substring");
    int64_t start = args[1].integer, size = (int64_t)text.length;
    int64_t length = count > 2 ? args[2].integer : size + llabs(start % SMALL_LENGTH) + 1;
    if (length < 0 || llabs(start) > size + SMALL_LENGTH || length > size + 1000 ||
        (start == 0 && !machine_is_sqlite(machine)) || (start < 0 && start < -size))
        return machine_doubt(machine, "a substring from outside the text");
    int64_t first = start < 0 ? size + start : start - 1;
    int64_t end = first + length;
    first = first < 0 ? 0 : first > size ? size : first;
    end = end < first ? first : end > size ? size : end;
    return cell_text(text.bytes + first, (size_t)(end - first));
}

static Cell trimmed(Machine *machine, const Cell *args, size_t count, bool left,
                    bool right)
{
    Cell text = as_text(machine, args[0]);
    Cell set = count > 1 ? as_text(machine, args[1]) : cell_text(" ", 1);
    if (machine->unsure != NULL || !cell_is_ascii(set))
        return machine_doubt(machine, "a trim");
    while (left && text.length > 0 && memchr(set.bytes, text.bytes[0], set.length)) {
        text.bytes++;
        text.length--;
    }
    while (right && text.length > 0 &&
           memchr(set.bytes, text.bytes[text.length - 1], set.length))
        text.length--;
    return text;
}

static Cell call_trim(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    bool leading = text_same_word(expr->unit, "leading");
    bool trailing = text_same_word(expr->unit, "trailing");
    return trimmed(machine, args, count, !trailing, !leading);
}

static Cell call_ltrim(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return trimmed(machine, args, count, true, false);
}

static Cell call_rtrim(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return trimmed(machine, args, count, false, true);
}

static size_t find_text(Cell text, Cell wanted, size_t from)
{
    for (size_t i = from; i + wanted.length <= text.length; i++)
        if (wanted.length == 0 ||
            memcmp(text.bytes + i, wanted.bytes, wanted.length) == 0)
            return i;
    return text.length + 1;
}

static Cell call_replace(Machine *machine, const Expr *expr, const Cell *args,
                         size_t count)
{
    Cell text = as_text(machine, args[0]), old = as_text(machine, args[1]),
         new = as_text(machine, args[2]);
    if (old.length == 0)
        return text;
    char *bytes = arena_new(machine->arena, char,
                            ((size_t)text.length + 1) * ((size_t) new.length + 1));
    size_t length = 0, at = 0;
    while (at < text.length) {
        if (find_text(text, old, at) == at) {
            if (new.length > 0)
                memcpy(bytes + length, new.bytes, new.length);
            length += new.length;
            at += old.length;
        } else {
            bytes[length++] = text.bytes[at++];
        }
    }
    return cell_text(bytes, length);
}

static Cell call_instr(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    bool swapped = expr->form == FORM_POSITION;
    Cell text = as_text(machine, args[swapped]);
    Cell wanted = as_text(machine, args[!swapped]);
    if (machine->unsure != NULL || !cell_is_ascii(text) || wanted.length == 0)
        return machine_doubt(machine, "a position");
    size_t at = find_text(text, wanted, 0);
    return cell_integer(at > text.length ? 0 : (int64_t)at + 1);
}

static Cell call_starts_with(Machine *machine, const Expr *expr, const Cell *args,
                             size_t count)
{
    Cell text = as_text(machine, args[0]), wanted = as_text(machine, args[1]);
    return cell_truth(machine->dialect, find_text(text, wanted, 0) == 0);
}

static Cell call_contains(Machine *machine, const Expr *expr, const Cell *args,
                          size_t count)
{
    if (args[0].kind != CELL_TEXT || args[1].kind != CELL_TEXT)
        return machine_doubt(machine, "contains()");
    return cell_truth(machine->dialect, find_text(args[0], args[1], 0) <= args[0].length);
}

static Cell call_typeof(Machine *machine, const Expr *expr, const Cell *args,
                        size_t count)
{
    static const char *const names[] = {[CELL_NULL] = "null",
                                        [CELL_INTEGER] = "integer",
                                        [CELL_FLOAT] = "real",
                                        [CELL_TEXT] = "text",
                                        [CELL_BLOB] = "blob"};
    CellKind kind = args[0].kind;
    if (!machine_is_sqlite(machine) || kind > CELL_BLOB || names[kind] == NULL)
        return machine_doubt(machine, "typeof()");
    return cell_text(names[kind], strlen(names[kind]));
}

// Numbers

static Cell call_abs(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    Cell number = machine_is_sqlite(machine) ? cell_as_number(args[0]) : args[0];
    if (!cell_is_number(number) || args[0].kind == CELL_TEXT ||
        (number.kind != CELL_FLOAT && number.integer <= INT32_MIN))
        return machine_doubt(machine, "abs()");
    if (number.kind == CELL_FLOAT)
        number.number = fabs(number.number);
    else
        number.integer = llabs(number.integer);
    return number;
}

// Halves of binary fractions are exact; what lies near another half is left alone.
static Cell round_float(Machine *machine, double number, int64_t digits)
{
    double power = pow(10, (double)digits), scaled = number * power;
    double distance = fabs(scaled - floor(scaled) - 0.5);
    bool near_half = distance < 1e-6 && digits != 0;
    if (near_half || digits < 0 || digits > 10 || !(fabs(scaled) < 1e14))
        return machine_doubt(machine, "a rounded half");
    return cell_float(round(scaled) / power);
}

static Cell call_round(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    Cell number = machine_is_sqlite(machine) ? cell_as_number(args[0]) : args[0];
    if (!cell_is_number(number) || (count > 1 && args[1].kind != CELL_INTEGER))
        return machine_doubt(machine, "round()");
    int64_t digits = count > 1 ? args[1].integer : 0;
    if (machine_is_sqlite(machine))
        return round_float(machine, cell_number(number), digits < 0 ? 0 : digits);
    if (number.kind == CELL_INTEGER && digits >= 0)
        return number;
    if (number.kind == CELL_FLOAT)
        return round_float(machine, number.number, digits);
    if (digits < 0 || number.kind != CELL_DECIMAL)
        return machine_doubt(machine, "round()");
    if (digits >= number.scale)
        return number;
    int64_t divisor = (int64_t)pow(10, (double)(number.scale - digits));
    int64_t half = number.integer < 0 ? -divisor / 2 : divisor / 2;
    number.integer = (number.integer + half) / divisor;
    number.scale = (uint8_t)digits;
    return number;
}

static Cell whole_number(Machine *machine, Cell cell, double change(double))
{
    Cell number = machine_is_sqlite(machine) ? cell_as_number(cell) : cell;
    if (!cell_is_number(number) || cell.kind == CELL_TEXT)
        return machine_doubt(machine, "a number's whole part");
    if (number.kind == CELL_INTEGER)
        return number;
    double whole = change(cell_number(number));
    return number.kind == CELL_FLOAT ? cell_float(whole) : cell_integer((int64_t)whole);
}

static Cell call_floor(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return whole_number(machine, args[0], floor);
}

static Cell call_ceil(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return whole_number(machine, args[0], ceil);
}

static Cell call_sign(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    if (!cell_is_number(args[0]))
        return machine_doubt(machine, "sign()");
    double number = cell_number(args[0]);
    return cell_integer((number > 0) - (number < 0));
}

// Correctly rounded wherever it is computed (IEEE 754), alone among the functions of its
// kind. Of less than 0: NULL in SQLite, an error in DuckDB.
static Cell call_sqrt(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    double number = cell_is_number(args[0]) ? cell_number(args[0]) : NAN;
    if (isnan(number) || (number < 0 && !machine_is_sqlite(machine)))
        return machine_doubt(machine, "sqrt()");
    return number < 0 ? cell_null() : cell_float(sqrt(number));
}

// SQLite's max(a, b) is NULL if one is; DuckDB's greatest() leaves NULL out.
static Cell extreme(Machine *machine, const Expr *expr, const Cell *args, size_t count,
                    int sign)
{
    Comparer comparer = {.collation = collation_find(expr->args[0]->type.collation)};
    Cell best = cell_null();
    for (size_t i = 0; i < count; i++) {
        if (args[i].kind == CELL_NULL) {
            if (machine_is_sqlite(machine))
                return cell_null();
            continue;
        }
        if (best.kind == CELL_NULL ||
            sign * machine_compare(machine, comparer, args[i], best) > 0)
            best = args[i];
    }
    return best;
}

static Cell call_greatest(Machine *machine, const Expr *expr, const Cell *args,
                          size_t count)
{
    return extreme(machine, expr, args, count, 1);
}

static Cell call_least(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return extreme(machine, expr, args, count, -1);
}

static Cell call_concat(Machine *machine, const Expr *expr, const Cell *args,
                        size_t count)
{
    Text text = text_new(machine->arena);
    for (size_t i = 0; i < count; i++) {
        bool known = true;
        if (args[i].kind == CELL_NULL)
            continue;
        Cell part = cell_to_text(machine->arena, machine->dialect, args[i], &known);
        if (!known)
            return machine_doubt(machine, "the text of a value");
        text_add_bytes(&text, part.bytes, part.length);
    }
    return cell_text(text.bytes, text.length);
}

// The table

static const struct {
    const char *name;
    Function *call;
    size_t least, most; // Arguments.
    bool takes_null;    // Others return NULL for it.
} functions[] = {
    {"abs", call_abs, 1, 1, false},
    {"ceil", call_ceil, 1, 1, false},
    {"ceiling", call_ceil, 1, 1, false},
    {"char_length", call_length, 1, 1, false},
    {"concat", call_concat, 1, 16, true},
    {"contains", call_contains, 2, 2, false},
    {"date", call_date, 1, 8, false},
    {"date_diff", call_date_diff, 3, 3, false},
    {"date_part", call_date_part, 2, 2, false},
    {"date_trunc", call_date_trunc, 2, 2, false},
    {"datediff", call_date_diff, 3, 3, false},
    {"datepart", call_date_part, 2, 2, false},
    {"datetime", call_datetime, 1, 8, false},
    {"datetrunc", call_date_trunc, 2, 2, false},
    {"day", call_named_part, 1, 1, false},
    {"dayofmonth", call_named_part, 1, 1, false},
    {"dayofweek", call_named_part, 1, 1, false},
    {"dayofyear", call_named_part, 1, 1, false},
    {"epoch", call_epoch, 1, 1, false},
    {"epoch_ms", call_epoch_ms, 1, 1, false},
    {"epoch_us", call_epoch_us, 1, 1, false},
    {"extract", call_date_part, 2, 2, false},
    {"floor", call_floor, 1, 1, false},
    {"greatest", call_greatest, 1, 16, true},
    {"hour", call_named_part, 1, 1, false},
    {"instr", call_instr, 2, 2, false},
    {"isodow", call_named_part, 1, 1, false},
    {"julianday", call_julianday, 1, 8, false},
    {"last_day", call_last_day, 1, 1, false},
    {"lcase", call_lower, 1, 1, false},
    {"least", call_least, 1, 16, true},
    {"len", call_length, 1, 1, false},
    {"length", call_length, 1, 1, false},
    {"lower", call_lower, 1, 1, false},
    {"ltrim", call_ltrim, 1, 2, false},
    {"max", call_greatest, 2, 16, true},
    {"min", call_least, 2, 16, true},
    {"minute", call_named_part, 1, 1, false},
    {"month", call_named_part, 1, 1, false},
    {"position", call_instr, 2, 2, false},
    {"prefix", call_starts_with, 2, 2, false},
    {"quarter", call_named_part, 1, 1, false},
    {"replace", call_replace, 3, 3, false},
    {"round", call_round, 1, 2, false},
    {"rtrim", call_rtrim, 1, 2, false},
    {"second", call_named_part, 1, 1, false},
    {"sign", call_sign, 1, 1, false},
    {"sqrt", call_sqrt, 1, 1, false},
    {"starts_with", call_starts_with, 2, 2, false},
    {"strftime", call_strftime, 2, 9, false},
    {"strpos", call_instr, 2, 2, false},
    {"substr", call_substr, 2, 3, false},
    {"substring", call_substr, 2, 3, false},
    {"time", call_time, 1, 8, false},
    {"trim", call_trim, 1, 2, false},
    {"typeof", call_typeof, 1, 1, true},
    {"ucase", call_upper, 1, 1, false},
    {"unixepoch", call_unixepoch, 1, 8, false},
    {"upper", call_upper, 1, 1, false},
    {"weekday", call_named_part, 1, 1, false},
    {"year", call_named_part, 1, 1, false},
};

bool function_find_known(const Expr *expr, uint32_t *which)
{
    const char *name = expr->function != NULL ? expr->function->name : expr->name;
    for (uint32_t i = 0; i < COUNT_OF(functions); i++)
        if (text_same_word(functions[i].name, name) &&
            expr->arg_count >= functions[i].least &&
            expr->arg_count <= functions[i].most) {
            *which = i;
            return true;
        }
    return false;
}

Cell function_apply(Machine *machine, const Node *node, const Cell *args)
{
    uint32_t which = node->index;
    for (size_t i = 0; i < node->arg_count && !functions[which].takes_null; i++)
        if (args[i].kind == CELL_NULL)
            return cell_null();
    return functions[which].call(machine, node->expr, args, node->arg_count);
}
