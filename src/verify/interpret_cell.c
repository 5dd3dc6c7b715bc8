// interpret_cell.c - conversion, comparison, affinity.

#include "verify/interpret_cell.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_SECONDS = 86400,
    SECOND_MICROS = 1000000,
    NUMBER_WIDTH = 64,
    SHORT_NUMBER = 18
};

static const int64_t day_micros = (int64_t)DAY_SECONDS * SECOND_MICROS;

static const double relative_tolerance = 1e-9;
static const double absolute_tolerance = 1e-11;
static const double integer_limit = 9223372036854775807.0;

// Making cells

Cell cell_null(void)
{
    return (Cell){.kind = CELL_NULL};
}

Cell cell_integer(int64_t value)
{
    return (Cell){.kind = CELL_INTEGER, .integer = value};
}

Cell cell_float(double value)
{
    return (Cell){.kind = CELL_FLOAT, .number = value};
}

Cell cell_text(const char *bytes, size_t length)
{
    return (Cell){.kind = CELL_TEXT, .length = (uint32_t)length, .bytes = bytes};
}

Cell cell_truth(Dialect dialect, bool value)
{
    return (Cell){.kind = dialect == DIALECT_SQLITE ? CELL_INTEGER : CELL_BOOLEAN,
                  .integer = value};
}

bool cell_is_moment(Cell cell)
{
    return cell.kind == CELL_DATE || cell.kind == CELL_MOMENT;
}

bool cell_is_ascii(Cell text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((text.bytes[i] & 0x80) != 0)
            return false;
    return true;
}

// Reads digits with a point somewhere as a decimal; false if they don't fit.
static bool read_decimal(const char *text, Cell *decimal)
{
    bool negative = *text == '-', pointed = false;
    int64_t digits = 0;
    unsigned scale = 0;
    text += negative;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !pointed) {
            pointed = true;
            continue;
        }
        if (!isdigit((unsigned char)*text) ||
            __builtin_mul_overflow(digits, (int64_t)10, &digits) ||
            __builtin_add_overflow(digits, (int64_t)(*text - '0'), &digits))
            return false;
        scale += pointed;
    }
    *decimal = (Cell){.kind = CELL_DECIMAL,
                      .scale = (uint8_t)scale,
                      .integer = negative ? -digits : digits};
    return true;
}

static Cell cell_of_other(Value value)
{
    Cell cell = cell_text(value.bytes, value.length);
    Cell read;
    if ((value.type == TYPE_DECIMAL || value.type == TYPE_INTEGER) &&
        read_decimal(value.bytes, &read)) {
        if (value.type == TYPE_INTEGER)
            read.kind = CELL_INTEGER;
        return read;
    }
    bool is_day = value.type == TYPE_DATE;
    if ((is_day || value.type == TYPE_TIMESTAMP) && cell_read_moment(cell, is_day, &read))
        return read;
    cell.kind = CELL_OPAQUE;
    return cell;
}

Cell cell_of_value(Value value)
{
    switch (value.kind) {
    case VALUE_NULL:
        return cell_null();
    case VALUE_BOOLEAN:
        return (Cell){.kind = CELL_BOOLEAN, .integer = value.integer};
    case VALUE_INTEGER:
        return cell_integer(value.integer);
    case VALUE_FLOAT:
        return cell_float(value.number);
    case VALUE_TEXT:
        return cell_text(value.bytes, value.length);
    case VALUE_BLOB:
        return (Cell){.kind = CELL_BLOB,
                      .length = (uint32_t)value.length,
                      .bytes = value.bytes};
    case VALUE_OTHER:
        return cell_of_other(value);
    }
    return cell_null();
}

Moment cell_to_moment(Cell cell)
{
    if (cell.kind == CELL_DATE)
        return (Moment){.day = cell.integer};
    int64_t day = cell.integer / day_micros - (cell.integer % day_micros < 0);
    int64_t of_day = cell.integer - day * day_micros;
    return (Moment){.day = day,
                    .second = (int32_t)(of_day / SECOND_MICROS),
                    .micro = (int32_t)(of_day % SECOND_MICROS),
                    .has_time = true};
}

Cell cell_of_moment(Moment moment)
{
    return (Cell){.kind = CELL_MOMENT,
                  .integer = moment.day * day_micros +
                             (int64_t)moment.second * SECOND_MICROS + moment.micro};
}

Cell cell_of_day(Moment moment)
{
    return (Cell){.kind = CELL_DATE, .integer = moment.day};
}

static char *print_moment(Arena *arena, Cell cell)
{
    Moment moment = cell_to_moment(cell);
    return moment.has_time ? moment_print(arena, moment)
                           : moment_print_day(arena, moment);
}

static char *print_decimal(Arena *arena, Cell cell)
{
    uint64_t digits =
        cell.integer < 0 ? 0 - (uint64_t)cell.integer : (uint64_t)cell.integer;
    char *text =
        arena_printf(arena, "%0*llu", cell.scale + 1, (unsigned long long)digits);
    size_t whole = strlen(text) - cell.scale;
    const char *sign = cell.integer < 0 ? "-" : "";
    if (cell.scale == 0)
        return arena_printf(arena, "%s%s", sign, text);
    return arena_printf(arena, "%s%.*s.%s", sign, (int)whole, text, text + whole);
}

// Numbers

bool cell_is_number(Cell cell)
{
    return cell.kind == CELL_INTEGER || cell.kind == CELL_DECIMAL ||
           cell.kind == CELL_FLOAT;
}

double cell_number(Cell cell)
{
    if (cell.kind == CELL_FLOAT)
        return cell.number;
    if (cell.kind == CELL_DECIMAL)
        return (double)cell.integer / pow(10, cell.scale);
    return (double)cell.integer;
}

bool cell_rescale(Cell cell, unsigned scale, int64_t *scaled)
{
    *scaled = cell.integer;
    for (unsigned at = cell.kind == CELL_DECIMAL ? cell.scale : 0; at < scale; at++)
        if (__builtin_mul_overflow(*scaled, (int64_t)10, scaled))
            return false;
    return true;
}

// Returns the length of the number that the text begins with (blanks before it left
// out), 0 if there is none; SQLite's syntax.
static size_t number_length(const char *text, size_t length, bool *whole)
{
    size_t i = 0, digits = 0;
    *whole = true;
    if (i < length && (text[i] == '-' || text[i] == '+'))
        i++;
    for (; i < length && isdigit((unsigned char)text[i]); i++)
        digits++;
    if (i < length && text[i] == '.') {
        size_t fraction = 0;
        for (i++; i < length && isdigit((unsigned char)text[i]); i++)
            fraction++;
        digits += fraction;
        *whole = false;
    }
    if (digits == 0)
        return 0;
    if (i < length && (text[i] == 'e' || text[i] == 'E')) {
        size_t at = i + 1;
        if (at < length && (text[at] == '-' || text[at] == '+'))
            at++;
        size_t first = at;
        while (at < length && isdigit((unsigned char)text[at]))
            at++;
        if (at > first) {
            *whole = false;
            i = at;
        }
    }
    return i;
}

static size_t skip_blanks(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && isspace((unsigned char)text[i]))
        i++;
    return i;
}

// Most numbers are short and whole: they need no library.
static Cell number_of(const char *text, size_t length, bool whole)
{
    char digits[NUMBER_WIDTH];
    int64_t integer = 0;
    size_t sign = text[0] == '-' || text[0] == '+';
    if (whole && length <= SHORT_NUMBER) {
        for (size_t i = sign; i < length; i++)
            integer = integer * 10 + (text[i] - '0');
        return cell_integer(text[0] == '-' ? -integer : integer);
    }
    memcpy(digits, text, length);
    digits[length] = '\0';
    double value = strtod(digits, NULL);
    if (whole && fabs(value) < integer_limit / 2)
        return cell_integer(strtoll(digits, NULL, 10));
    return cell_float(value);
}

bool cell_read_number(Cell text, Cell *number)
{
    bool whole;
    size_t start = skip_blanks(text.bytes, text.length);
    size_t length = number_length(text.bytes + start, text.length - start, &whole);
    size_t end = start + length;
    if (length == 0 || length >= NUMBER_WIDTH ||
        end + skip_blanks(text.bytes + end, text.length - end) != text.length)
        return false;
    *number = number_of(text.bytes + start, length, whole);
    return true;
}

Cell cell_as_number(Cell cell)
{
    bool whole;
    if (cell.kind != CELL_TEXT && cell.kind != CELL_BLOB)
        return cell;
    size_t start = skip_blanks(cell.bytes, cell.length);
    size_t length = number_length(cell.bytes + start, cell.length - start, &whole);
    return length == 0 || length >= NUMBER_WIDTH
               ? cell_integer(0)
               : number_of(cell.bytes + start, length, whole);
}

Cell cell_as_whole(Cell cell)
{
    if (cell.kind != CELL_TEXT && cell.kind != CELL_BLOB)
        return cell;
    size_t start = skip_blanks(cell.bytes, cell.length), length = 0;
    const char *text = cell.bytes + start;
    size_t most = cell.length - start;
    size_t sign = most > 0 && (text[0] == '-' || text[0] == '+');
    for (length = sign; length < most && isdigit((unsigned char)text[length]);)
        length++;
    return length == sign || length >= NUMBER_WIDTH ? cell_integer(0)
                                                    : number_of(text, length, true);
}

static bool is_whole(double number)
{
    return number == floor(number) && fabs(number) < integer_limit / 2;
}

Cell cell_with_affinity(Arena *arena, Cell cell, Affinity affinity)
{
    Cell number;
    bool known = true;
    switch (affinity) {
    case AFFINITY_NONE:
    case AFFINITY_BLOB:
        return cell;
    case AFFINITY_TEXT:
        return cell_is_number(cell) ? cell_to_text(arena, DIALECT_SQLITE, cell, &known)
                                    : cell;
    case AFFINITY_NUMERIC:
    case AFFINITY_INTEGER:
    case AFFINITY_REAL:
        break;
    }
    if (cell.kind == CELL_TEXT && cell_read_number(cell, &number))
        cell = number;
    if (affinity == AFFINITY_REAL && cell.kind == CELL_INTEGER)
        return cell_float((double)cell.integer);
    if (affinity != AFFINITY_REAL && cell.kind == CELL_FLOAT && is_whole(cell.number))
        return cell_integer((int64_t)cell.number);
    return cell;
}

// Comparing

static int order_of(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int compare_numbers(Dialect dialect, Cell a, Cell b)
{
    if (a.kind == CELL_INTEGER && b.kind == CELL_INTEGER)
        return (a.integer > b.integer) - (a.integer < b.integer);
    if (a.kind != CELL_FLOAT && b.kind != CELL_FLOAT) {
        unsigned scale = a.scale > b.scale ? a.scale : b.scale;
        int64_t left, right;
        if (cell_rescale(a, scale, &left) && cell_rescale(b, scale, &right))
            return (left > right) - (left < right);
    }
    if (dialect == DIALECT_SQLITE && a.kind != b.kind &&
        !isnan(a.kind == CELL_FLOAT ? a.number : b.number)) {
        long double left = a.kind == CELL_FLOAT ? a.number : (long double)a.integer;
        long double right = b.kind == CELL_FLOAT ? b.number : (long double)b.integer;
        return (left > right) - (left < right);
    }
    return order_of(cell_number(a), cell_number(b));
}

// SQLite's storage classes in their order.
static int storage_class(Cell cell)
{
    return cell.kind == CELL_TEXT ? 1 : cell.kind == CELL_BLOB ? 2 : 0;
}

static int compare_sqlite(Arena *arena, Comparer comparer, Cell a, Cell b)
{
    bool some_text = a.kind == CELL_TEXT || b.kind == CELL_TEXT;
    bool numeric = comparer.affinity >= AFFINITY_NUMERIC;
    if (some_text && (numeric || comparer.affinity == AFFINITY_TEXT)) {
        a = cell_with_affinity(arena, a, numeric ? AFFINITY_NUMERIC : AFFINITY_TEXT);
        b = cell_with_affinity(arena, b, numeric ? AFFINITY_NUMERIC : AFFINITY_TEXT);
    }
    int left = storage_class(a), right = storage_class(b);
    if (left != right)
        return left - right;
    if (left == 0)
        return compare_numbers(DIALECT_SQLITE, a, b);
    return collation_compare(left == 1 ? comparer.collation : COLLATE_BINARY, a.bytes,
                             a.length, b.bytes, b.length);
}

static int64_t micros_of(Cell cell)
{
    return cell.kind == CELL_DATE ? cell.integer * day_micros : cell.integer;
}

// A text beside another type is cast to it; what that comes to is known for plain
// numbers and moments.
static bool cast_beside(Cell *text, Cell other)
{
    Cell cast;
    if (text->kind != CELL_TEXT || other.kind == CELL_TEXT)
        return true;
    bool read = cell_is_moment(other)
                    ? cell_read_moment(*text, other.kind == CELL_DATE, &cast)
                    : other.kind == CELL_INTEGER && cell_read_number(*text, &cast) &&
                          cast.kind == CELL_INTEGER;
    if (read)
        *text = cast;
    return read;
}

int cell_compare(Arena *arena, Dialect dialect, Comparer comparer, Cell a, Cell b,
                 bool *known)
{
    if (comparer.collation == COLLATE_OTHER)
        *known = false;
    if (dialect == DIALECT_SQLITE)
        return compare_sqlite(arena, comparer, a, b);
    if (!cast_beside(&a, b) || !cast_beside(&b, a)) {
        *known = false;
        return 0;
    }
    if (cell_is_number(a) && cell_is_number(b))
        return compare_numbers(dialect, a, b);
    if (cell_is_moment(a) && cell_is_moment(b)) {
        int64_t left = micros_of(a), right = micros_of(b);
        return (left > right) - (left < right);
    }
    if (a.kind != b.kind) {
        *known = false;
        return 0;
    }
    if (a.kind == CELL_BOOLEAN)
        return (int)(a.integer - b.integer);
    int order =
        collation_compare(comparer.collation, a.bytes, a.length, b.bytes, b.length);
    *known = *known && (a.kind != CELL_OPAQUE || order == 0);
    return order;
}

static bool numbers_near(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    if (a == b)
        return true;
    double scale = fmax(fabs(a), fabs(b));
    return isfinite(scale) &&
           fabs(a - b) <= scale * relative_tolerance + absolute_tolerance;
}

bool cell_same(Cell a, Cell b, bool nearly)
{
    if (cell_is_number(a) && cell_is_number(b)) {
        if (a.kind == CELL_FLOAT || b.kind == CELL_FLOAT)
            return nearly ? numbers_near(cell_number(a), cell_number(b))
                          : order_of(cell_number(a), cell_number(b)) == 0;
        return compare_numbers(DIALECT_DUCKDB, a, b) == 0;
    }
    if (a.kind != b.kind)
        return false;
    switch ((CellKind)a.kind) {
    case CELL_NULL:
        return true;
    case CELL_TEXT:
    case CELL_BLOB:
    case CELL_OPAQUE:
        return collation_compare(COLLATE_BINARY, a.bytes, a.length, b.bytes, b.length) ==
               0;
    case CELL_BOOLEAN:
    case CELL_INTEGER:
    case CELL_DECIMAL:
    case CELL_FLOAT:
    case CELL_DATE:
    case CELL_MOMENT:
        break;
    }
    return a.integer == b.integer;
}

bool cell_identical(Cell a, Cell b)
{
    if (a.kind != b.kind || a.scale != b.scale)
        return false;
    if (a.kind != CELL_FLOAT)
        return cell_same(a, b, false);
    return order_of(a.number, b.number) == 0 &&
           (signbit(a.number) != 0) == (signbit(b.number) != 0);
}

// Text

// True if the bytes are a day, with or without a time behind it.
static bool has_moment_form(Cell text)
{
    static const char form[] = "0000-00-00 00:00:00.000000";
    static const size_t day = 10, minutes = 16, seconds = 19;
    if (text.length != day && text.length != minutes && text.length != seconds &&
        (text.length < seconds + 2 || text.length >= sizeof(form)))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bool fits = form[i] == '0' ? isdigit((unsigned char)byte)
                                   : byte == form[i] || (i == day && byte == 'T');
        if (!fits)
            return false;
    }
    return (text.length <= day || text.bytes[day + 4] < '6') &&
           (text.length <= minutes || text.bytes[minutes + 1] < '6');
}

bool cell_read_moment(Cell text, bool as_day, Cell *moment)
{
    char buffer[NUMBER_WIDTH];
    Moment read;
    if (!has_moment_form(text))
        return false;
    memcpy(buffer, text.bytes, text.length);
    buffer[text.length] = '\0';
    if (!moment_read(buffer, &read) || read.second >= DAY_SECONDS ||
        moment_part(read, PART_DAY) != atoi(buffer + strlen("2000-01-")))
        return false;
    *moment = as_day ? cell_of_day(read) : cell_of_moment(read);
    return true;
}

// SQLite writes 15 digits, and always a point.
static char *print_sqlite_float(Arena *arena, double number)
{
    char *text = arena_printf(arena, "%.15g", number);
    if (strchr(text, '.') != NULL || !isfinite(number))
        return text;
    char *exponent = strchr(text, 'e');
    if (exponent == NULL)
        return arena_printf(arena, "%s.0", text);
    return arena_printf(arena, "%.*s.0%s", (int)(exponent - text), text, exponent);
}

Cell cell_to_text(Arena *arena, Dialect dialect, Cell cell, bool *known)
{
    char *text = NULL;
    switch ((CellKind)cell.kind) {
    case CELL_NULL:
    case CELL_TEXT:
        return cell;
    case CELL_BLOB:
        cell.kind = CELL_TEXT;
        *known = *known && dialect == DIALECT_SQLITE;
        return cell;
    case CELL_OPAQUE:
        cell.kind = CELL_TEXT;
        *known = false;
        return cell;
    case CELL_BOOLEAN:
        text = arena_string(arena, cell.integer != 0 ? "true" : "false");
        break;
    case CELL_INTEGER:
        text = arena_printf(arena, "%lld", (long long)cell.integer);
        break;
    case CELL_DECIMAL:
        text = print_decimal(arena, cell);
        break;
    case CELL_FLOAT:
        text = print_sqlite_float(arena, cell.number);
        *known = *known && isfinite(cell.number) &&
                 (dialect == DIALECT_SQLITE || fabs(cell.number) < 1e6);
        break;
    case CELL_DATE:
    case CELL_MOMENT:
        text = print_moment(arena, cell);
        break;
    }
    return cell_text(text, strlen(text));
}
