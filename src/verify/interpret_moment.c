// interpret_moment.c - functions of days and times.
//
// SQLite's read a text, change it by modifiers and write it (lang_datefunc.html);
// DuckDB's have types of their own. What either may see in another way (other forms of a
// text, the clock, time zones, fractions that are no milliseconds) makes the run unsure.

#include "verify/interpret_tree.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    DAY_SECONDS = 86400,
    SECOND_MILLIS = 1000,
    MILLI_MICROS = 1000,
    EXACT_MICROS = 125000, // Eighths of a second are exact in any arithmetic.
    YEAR_MONTHS = 12,
    WEEK_DAYS = 7,
    COUNT_LIMIT = 100000,
};

// The milliseconds from the beginning of Julian days to 1970.
static const int64_t julian_millis = 210866760000000;

static int64_t seconds_of(Moment moment)
{
    return moment.day * DAY_SECONDS + moment.second;
}

static int64_t micros_of(Moment moment)
{
    return seconds_of(moment) * SECOND_MILLIS * MILLI_MICROS + moment.micro;
}

// Writing

typedef struct {
    char field; // Behind %.
    MomentPart part;
    int digits;
} Field;

static const Field fields[] = {{'Y', PART_YEAR, 4},    {'m', PART_MONTH, 2},
                               {'d', PART_DAY, 2},     {'H', PART_HOUR, 2},
                               {'M', PART_MINUTE, 2},  {'S', PART_SECOND, 2},
                               {'w', PART_WEEKDAY, 1}, {'j', PART_YEAR_DAY, 3}};

// Writes what stands behind a %; false where that is not known.
static bool write_field(Machine *machine, Text *text, char field, Moment moment)
{
    bool sqlite = machine_is_sqlite(machine);
    int milli = moment.micro / MILLI_MICROS;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (fields[i].field == field) {
            text_addf(text, "%0*d", fields[i].digits,
                      moment_part(moment, fields[i].part));
            return true;
        }
    if (field == '%')
        text_add_char(text, '%');
    else if (field == 'f' && sqlite)
        text_addf(text, "%02d.%03d", moment_part(moment, PART_SECOND), milli);
    else if (field == 'f')
        text_addf(text, "%06d", moment.micro);
    else if (field == 'g' && !sqlite)
        text_addf(text, "%03d", milli);
    else if (field == 's' && sqlite)
        text_addf(text, "%lld", (long long)seconds_of(moment));
    else
        return false;
    return true;
}

static Cell write_format(Machine *machine, Cell format, Moment moment)
{
    Text text = text_new(machine->arena);
    if (format.kind != CELL_TEXT)
        return machine_doubt(machine, "a format of dates");
    for (size_t i = 0; i < format.length; i++) {
        char byte = format.bytes[i];
        if (byte != '%')
            text_add_char(&text, byte);
        else if (++i == format.length ||
                 !write_field(machine, &text, format.bytes[i], moment))
            return machine_doubt(machine, "a format of dates");
    }
    return cell_text(text.bytes, text.length);
}

// SQLite

// True if SQLite surely finds neither a day nor a time in the text.
static bool is_no_moment(Cell text)
{
    return text.length == 0 || (isalpha((unsigned char)text.bytes[0]) &&
                                (text.bytes[0] | 0x20) != 'n'); // 'now'
}

// The same day of another month runs over where that month is shorter.
static Moment plus_months(Moment moment, int months)
{
    int day = moment_part(moment, PART_DAY);
    Moment first = moment_plus(moment, 1 - day, 0);
    return moment_plus(moment_plus_months(first, months), day - 1, 0);
}

static bool start_of(const char *unit, Moment *moment)
{
    MomentPart part = moment_part_named(unit);
    if (part != PART_DAY && part != PART_MONTH && part != PART_YEAR)
        return false;
    *moment = moment_truncate(*moment, part);
    return true;
}

// Applies '+3 days', 'start of month'; false where the modifier is another.
static bool apply_modifier(const char *modifier, Moment *moment)
{
    static const struct {
        const char *unit;
        int months, seconds;
    } units[] = {{"day", 0, DAY_SECONDS}, {"hour", 0, 3600}, {"minute", 0, 60},
                 {"second", 0, 1},        {"month", 1, 0},   {"year", YEAR_MONTHS, 0}};
    static const char start[] = "start of ";
    if (strncasecmp(modifier, start, strlen(start)) == 0)
        return start_of(modifier + strlen(start), moment);
    char *end;
    long count = strtol(modifier, &end, 10);
    if (end == modifier || *end != ' ' || labs(count) > COUNT_LIMIT)
        return false;
    const char *unit = end + 1;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        size_t length = strlen(units[i].unit);
        bool ends = strncasecmp(unit, units[i].unit, length) == 0 &&
                    (unit[length] == '\0' || strcasecmp(unit + length, "s") == 0);
        if (ends) {
            *moment = plus_months(*moment, units[i].months * (int)count);
            *moment = moment_plus(*moment, 0, (int64_t)units[i].seconds * count);
            return true;
        }
    }
    return false;
}

// Reads a text and its modifiers. False where the answer is NULL, or not known.
static bool read_sqlite(Machine *machine, const Cell *args, size_t count, Moment *moment)
{
    Cell cell;
    if (!machine_is_sqlite(machine) || count == 0 || args[0].kind != CELL_TEXT ||
        (!cell_read_moment(args[0], false, &cell) && !is_no_moment(args[0]))) {
        machine_doubt(machine, "a date");
        return false;
    }
    if (is_no_moment(args[0]))
        return false;
    *moment = cell_to_moment(cell);
    bool known = moment->micro % (count > 1 ? EXACT_MICROS : MILLI_MICROS) == 0;
    for (size_t i = 1; i < count && known; i++)
        known = args[i].kind == CELL_TEXT &&
                apply_modifier(arena_text(machine->arena, args[i].bytes, args[i].length),
                               moment);
    int year = moment_part(*moment, PART_YEAR);
    known = known && year > 0 && year <= 9999;
    if (!known)
        machine_doubt(machine, "a date");
    return known;
}

static Cell written(Machine *machine, const char *format, const Cell *args, size_t count)
{
    Moment moment;
    return read_sqlite(machine, args, count, &moment)
               ? write_format(machine, cell_text(format, strlen(format)), moment)
               : cell_null();
}

Cell call_date(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return written(machine, "%Y-%m-%d", args, count);
}

Cell call_time(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return written(machine, "%H:%M:%S", args, count);
}

Cell call_datetime(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return written(machine, "%Y-%m-%d %H:%M:%S", args, count);
}

Cell call_unixepoch(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    Moment moment;
    return read_sqlite(machine, args, count, &moment) ? cell_integer(seconds_of(moment))
                                                      : cell_null();
}

Cell call_julianday(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    Moment moment;
    if (!read_sqlite(machine, args, count, &moment))
        return cell_null();
    int64_t millis = micros_of(moment) / MILLI_MICROS + julian_millis;
    return cell_float((double)millis / ((double)DAY_SECONDS * SECOND_MILLIS));
}

// DuckDB takes the moment first.
Cell call_strftime(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    Moment moment;
    if (!machine_is_sqlite(machine))
        return count == 2 && cell_is_moment(args[0])
                   ? write_format(machine, args[1], cell_to_moment(args[0]))
                   : machine_doubt(machine, "strftime()");
    return read_sqlite(machine, args + 1, count - 1, &moment)
               ? write_format(machine, args[0], moment)
               : cell_null();
}

// DuckDB

static Cell part_of(Machine *machine, const char *name, Cell cell)
{
    MomentPart part = moment_part_named(name);
    if (!cell_is_moment(cell))
        return machine_doubt(machine, "a part of a date");
    Moment moment = cell_to_moment(cell);
    int second = moment_part(moment, PART_SECOND);
    if (part != PART_NONE)
        return cell_integer(moment_part(moment, part));
    if (text_same_word(name, "isodow"))
        return cell_integer(
            (moment_part(moment, PART_WEEKDAY) + WEEK_DAYS - 1) % WEEK_DAYS + 1);
    if (text_same_word(name, "millisecond"))
        return cell_integer(second * SECOND_MILLIS + moment.micro / MILLI_MICROS);
    if (text_same_word(name, "microsecond"))
        return cell_integer(second * SECOND_MILLIS * MILLI_MICROS + moment.micro);
    return machine_doubt(machine, "a part of a date");
}

static const char *word_of(Machine *machine, Cell cell)
{
    return cell.kind == CELL_TEXT ? arena_text(machine->arena, cell.bytes, cell.length)
                                  : "";
}

Cell call_date_part(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return part_of(machine, word_of(machine, args[0]), args[1]);
}

Cell call_named_part(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return part_of(machine, expr->name, args[0]);
}

// Returns the part that date_trunc() and date_diff() go by; "week" is PART_WEEKDAY.
static MomentPart unit_named(const char *word)
{
    MomentPart part = moment_part_named(word);
    if (text_same_word(word, "week"))
        return PART_WEEKDAY;
    return *word == '%' || part == PART_WEEKDAY || part == PART_YEAR_DAY ? PART_NONE
                                                                         : part;
}

// Of a day it is a day, unless it is cut to hours and less.
Cell call_date_trunc(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    MomentPart part = unit_named(word_of(machine, args[0]));
    if (part == PART_NONE || !cell_is_moment(args[1]))
        return machine_doubt(machine, "date_trunc()");
    Moment moment = moment_truncate(cell_to_moment(args[1]), part);
    return expr->type.kind == TYPE_DATE ? cell_of_day(moment) : cell_of_moment(moment);
}

// Returns how many of these units have begun since some time long ago.
static int64_t units_until(Moment moment, MomentPart part)
{
    int months = moment_part(moment, PART_YEAR) * YEAR_MONTHS +
                 moment_part(moment, PART_MONTH) - 1;
    switch (part) {
    case PART_YEAR:
        return moment_part(moment, PART_YEAR);
    case PART_QUARTER:
        return months / 3;
    case PART_MONTH:
        return months;
    case PART_HOUR:
        return moment.day * 24 + moment.second / 3600;
    case PART_MINUTE:
        return moment.day * 1440 + moment.second / 60;
    case PART_SECOND:
        return seconds_of(moment);
    case PART_DAY:
    case PART_WEEKDAY:
    case PART_YEAR_DAY:
    case PART_NONE:
        break;
    }
    return moment.day;
}

Cell call_date_diff(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    MomentPart part = unit_named(word_of(machine, args[0]));
    if (part == PART_NONE || part == PART_WEEKDAY || !cell_is_moment(args[1]) ||
        !cell_is_moment(args[2]))
        return machine_doubt(machine, "date_diff()");
    return cell_integer(units_until(cell_to_moment(args[2]), part) -
                        units_until(cell_to_moment(args[1]), part));
}

Cell call_last_day(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return cell_is_moment(args[0])
               ? cell_of_day(moment_month_end(cell_to_moment(args[0])))
               : machine_doubt(machine, "last_day()");
}

// Returns the microseconds since 1970; before that they may be rounded either way.
static int64_t micros_since(Machine *machine, Cell cell)
{
    int64_t micros = cell_is_moment(cell) ? micros_of(cell_to_moment(cell)) : -1;
    if (micros < 0)
        machine_doubt(machine, "an epoch");
    return micros;
}

Cell call_epoch(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return cell_float((double)micros_since(machine, args[0]) /
                      (SECOND_MILLIS * MILLI_MICROS));
}

Cell call_epoch_ms(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return cell_integer(micros_since(machine, args[0]) / MILLI_MICROS);
}

Cell call_epoch_us(Machine *machine, const Expr *expr, const Cell *args, size_t count)
{
    return cell_integer(micros_since(machine, args[0]));
}
