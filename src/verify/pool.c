// pool.c - literals, and what stands around them.

#include "verify/pool.h"

#include "base/text.h"
#include "verify/maker.h"
#include "verify/moment.h"
#include "verify/regex.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    HALF_DAY_SECONDS = 12 * 3600,
    INT64_DIGITS = 18,
    JOINT_LIMIT = 8, // Pairs of texts that are put together.
    LONG_TEXT = 64,  // Bytes of one made to a length.
    SHORT_TEXT = 2,  // Bytes of what is mixed into another text.
    EXAMPLES = 7,    // Texts for a regular expression.
    SPANS = 3,       // Of those that the queries speak of.
};

// Around a literal

// As far away as the queries say, and a day more or less.
static void add_moments_apart(Maker *maker, Moment moment)
{
    const Hints *hints = maker->hints;
    for (size_t i = 0; i < hints->span_count && i < SPANS; i++)
        for (int step = -1; step <= 1; step++) {
            int64_t days = (int64_t)(hints->spans[i] / day_seconds) + step;
            add_moment(maker, moment_plus(moment, days, 0));
            add_moment(maker, moment_plus(moment, -days, 0));
        }
}

static void add_moments_around(Maker *maker, Moment moment)
{
    add_moment(maker, moment);
    add_moment(maker, moment_plus(moment, -1, 0));
    add_moment(maker, moment_plus(moment, 1, 0));
    if (maker->domain.kind != DOMAIN_DATE) {
        Moment timed = moment;
        timed.has_time = true;
        add_moment(maker, timed);
        add_moment(maker, moment_plus(timed, 0, -1));
        add_moment_and_half(maker, timed);
        add_moment_and_half(maker, moment_plus(timed, 0, -1));
        add_moment(maker, moment_plus(timed, 0, 1));
        add_moment(maker, moment_plus(timed, 0, HALF_DAY_SECONDS));
        add_moment(maker, moment_plus(timed, 1, HALF_DAY_SECONDS));
    }
    add_moment(maker, moment_month_start(moment));
    add_moment(maker, moment_month_end(moment));
    add_moment(maker, moment_plus_months(moment, 1));
    add_moment(maker, moment_plus_months(moment, -1));
    add_moment(maker, moment_plus_months(moment, 12));
    add_moments_apart(maker, moment);
}

// A time of day, the seconds beside it, and half a second later.
static void add_times_around(Maker *maker, const char *text)
{
    Moment moment;
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    const char *day = arena_printf(maker->arena, "2000-01-01 %s", text);
    if (!moment_read(day, &moment) || !moment.has_time)
        return;
    for (int step = -1; step <= 1; step++) {
        Moment near = moment_plus(moment, 0, step);
        const char *printed = moment_print(maker->arena, near) + strlen("2000-01-01 ");
        add_bytes(maker, sqlite ? VALUE_TEXT : VALUE_OTHER, TYPE_TIME, printed);
    }
    if (moment.micro == 0)
        add_bytes(
            maker, sqlite ? VALUE_TEXT : VALUE_OTHER, TYPE_TIME,
            arena_printf(maker->arena, "%s.5",
                         moment_print(maker->arena, moment) + strlen("2000-01-01 ")));
}

static void add_year(Maker *maker, long year)
{
    int number = (int)year;
    add_moment(maker, moment_of_day(number, 1, 1));
    add_moment(maker, moment_of_day(number, 12, 31));
    add_moment(maker, moment_of_day(number, 6, 15));
    add_moment(maker, moment_plus(moment_of_day(number, 1, 1), -1, 0));
    add_moment(maker, moment_of_day(number + 1, 1, 1));
}

static char *text_recased(Arena *arena, const char *text, int recase(int))
{
    char *copy = arena_string(arena, text);
    for (char *at = copy; *at != '\0'; at++)
        *at = (char)recase((unsigned char)*at);
    return copy;
}

// DuckDB: letters that lose their accent, or of which only one case is another's.
static void add_folded(Maker *maker, const char *text)
{
    static const char *const letters[][2] = {{"a", "á"}, {"e", "é"}, {"i", "ı"},
                                             {"o", "ö"}, {"s", "ſ"}, {"u", "ü"}};
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        const char *at = strstr(text, letters[i][0]);
        if (at != NULL)
            add_text(maker, arena_printf(maker->arena, "%.*s%s%s", (int)(at - text), text,
                                         letters[i][1], at + 1));
    }
}

static void add_texts_around(Maker *maker, const char *text)
{
    Arena *arena = maker->arena;
    size_t length = strlen(text);
    add_text(maker, text);
    add_matches(maker, text);
    add_text(maker, text_recased(arena, text, toupper));
    add_text(maker, text_recased(arena, text, tolower));
    add_text(maker, arena_printf(arena, "%s ", text));
    add_text(maker, arena_printf(arena, " %s", text));
    add_text(maker, arena_printf(arena, "%sx", text));
    add_text(maker, arena_printf(arena, "x%s", text));
    add_text(maker, arena_printf(arena, "x%sx", text));
    add_text(maker, arena_printf(arena, "%s%s", text, text));
    if (maker->hints->traits.folds_text && maker->domain.dialect == DIALECT_DUCKDB)
        add_folded(maker, text);
    if (length > 0) {
        char *last = arena_string(arena, text);
        last[length - 1]++; // The next text of this length.
        add_text(maker, (last[length - 1] & 0x80) == 0 ? last : text);
        add_text(maker, arena_text(arena, text, length - 1));
        add_text(maker, text + 1 - ((text[0] & 0x80) != 0));
    }
}

// SQLite: fractions, and texts that arithmetic takes for the number, may stand in a
// column of whole numbers whose values nobody has looked at.
static void add_mixed_around(Maker *maker, long long exact, const char *text)
{
    static const double parts[] = {-0.5, 0.5, -0.375, 0.375};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        add_number(maker, (double)exact + parts[i]);
    add_text(maker, arena_printf(maker->arena, "%sx", text));
}

static void add_whole(Maker *maker, long long exact, const char *text, bool around)
{
    for (int step = around ? -1 : 0; step <= (around ? 1 : 0); step++)
        add_integer(maker, (int64_t)((uint64_t)exact + (uint64_t)(int64_t)step));
    if (around)
        add_integer(maker, (int64_t)(0 - (uint64_t)exact));
    if (around && maker->domain.is_mixed)
        add_mixed_around(maker, exact, text);
    if (around && maker->hints->traits.sums && exact > 1) { // Parts of a sum.
        add_integer(maker, exact / 2);
        add_numeric(maker, strtod(text, NULL) * 2);
    }
}

static void add_fractions_around(Maker *maker, double number)
{
    double step =
        maker->domain.kind == DOMAIN_DECIMAL ? pow(10, -maker->domain.scale) : 1e-7;
    add_numeric(maker, floor(number));
    add_numeric(maker, ceil(number));
    add_numeric(maker, number - 1);
    add_numeric(maker, number + 1);
    add_numeric(maker, number + 0.5);
    add_numeric(maker, -number);
    if (maker->domain.kind == DOMAIN_INTEGER)
        return;
    add_numeric(maker, number - step);
    add_numeric(maker, number + step);
}

// DuckDB: whole numbers that no other type holds.
static void add_huge(Maker *maker, const char *digits)
{
    size_t length = strlen(digits);
    if (maker->domain.width <= 64 || length <= INT64_DIGITS ||
        strspn(digits, "0123456789") < length)
        return;
    char *next = arena_string(maker->arena, digits);
    next[length - 1] = "1234567898"[next[length - 1] - '0'];
    add_bytes(maker, VALUE_OTHER, TYPE_INTEGER, digits);
    add_bytes(maker, VALUE_OTHER, TYPE_INTEGER, next);
    add_bytes(maker, VALUE_OTHER, TYPE_INTEGER,
              arena_printf(maker->arena, "-%s", digits));
}

// A number beside texts counts letters: texts that differ just where it counts to, and
// at the first.
static void add_texts_as_long(Maker *maker, long length)
{
    if (length < 2 || length > LONG_TEXT)
        return;
    char *letters = arena_new(maker->arena, char, (size_t)length + 3);
    memset(letters, 'a', (size_t)length + 2);
    static const struct {
        int from_end;
        char letter;
    } changes[] = {{0, 'a'}, {-1, 'b'}, {0, 'b'}, {1, 'b'}};
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        char *text = arena_text(maker->arena, letters, (size_t)length + 2);
        text[length + changes[i].from_end] = changes[i].letter;
        add_text(maker, text);
    }
    letters[0] = 'b';
    add_text(maker, letters);
}

static void add_number_literal(Maker *maker, const Literal *literal, bool around)
{
    char *end;
    double number = strtod(literal->text, &end);
    if (*end != '\0')
        return;
    long long exact = strtoll(literal->text, &end, 10);
    add_huge(maker, literal->text);
    if (*end == '\0' && maker->domain.kind == DOMAIN_INTEGER) {
        add_whole(maker, exact, literal->text, around);
    } else {
        add_numeric(maker, number);
        if (around)
            add_fractions_around(maker, number);
    }
    if (maker->domain.kind == DOMAIN_TEXT) {
        add_text(maker, literal->text);
        if (around) { // The same number as another text.
            add_texts_as_long(maker, exact);
            add_text(maker, arena_printf(maker->arena, "0%s", literal->text));
            add_text(maker, arena_printf(maker->arena, "%s.0", literal->text));
        }
    }
}

// SQLite: other texts of the same day, which functions take for it and comparisons don't.
static void add_spellings(Maker *maker, const char *day)
{
    static const char *const rests[] = {" 00:00:00", " 00:00", " "};
    for (size_t i = 0; i < COUNT_OF(rests); i++)
        add_text(maker, arena_printf(maker->arena, "%s%s", day, rests[i]));
}

static void add_literal_around(Maker *maker, const Literal *literal)
{
    Moment moment;
    bool is_moment = literal->is_string && moment_read(literal->text, &moment);
    char *end;
    long year = strtol(literal->text, &end, 10);
    if (is_moment && (holds_moments(maker->domain) || holds_texts(maker->domain)))
        add_moments_around(maker, moment);
    else if (year > 1800 && year < 2200 && holds_moments(maker->domain))
        add_year(maker, year);
    if (is_moment && !moment.has_time && maker->domain.kind == DOMAIN_DATE &&
        maker->domain.is_mixed)
        add_spellings(maker, literal->text);
    if (literal->is_string && holds_texts(maker->domain))
        add_texts_around(maker, literal->text);
    if (maker->domain.is_mixed) // The same letters, as bytes.
        add_bytes(maker, VALUE_BLOB, TYPE_BLOB, literal->text);
    if (maker->domain.kind == DOMAIN_TIME)
        add_times_around(maker, literal->text);
    add_number_literal(maker, literal, true);
}

static void add_recased(Maker *maker, const char *text)
{
    char *first = arena_string(maker->arena, text);
    first[0] = text_upper(first[0]);
    add_text(maker, first);
    add_text(maker, text_recased(maker->arena, text, toupper));
}

// Texts that a regular expression finds, alone, among others, and twice.
static void add_examples(Maker *maker, const char *pattern)
{
    Random random = random_new(EXAMPLES);
    for (unsigned i = 0; i < EXAMPLES; i++) {
        const char *example = regex_example(maker->arena, &random, pattern);
        const char *next = regex_example(maker->arena, &random, pattern);
        add_text(maker, example);
        add_text(maker, i % 2 == 0 ? arena_printf(maker->arena, "x%sx", example)
                                   : arena_printf(maker->arena, "%s%s", example, next));
        if (i == 0)
            add_recased(maker, example);
    }
}

// The values that make a comparison with the literal true.
static void add_wanted(Maker *maker, const Literal *literal)
{
    if (literal->use == USE_SEEN)
        return;
    int step = literal->use == USE_BELOW ? -1 : literal->use == USE_ABOVE ? 1 : 0;
    Moment moment;
    if (literal->is_string && moment_read(literal->text, &moment) &&
        (holds_moments(maker->domain) || holds_texts(maker->domain))) {
        add_moment(maker, moment_plus(moment, step, 0));
        if (moment.second % 60 == 59) // Whoever writes 23:59:59 means all of the day.
            add_moment_and_half(maker, moment);
    } else if (literal->is_string && holds_texts(maker->domain)) {
        if (literal->use == USE_PATTERN)
            add_matches(maker, literal->text);
        else if (literal->use == USE_REGEX)
            add_examples(maker, literal->text);
        else
            add_text(maker, step > 0 ? arena_printf(maker->arena, "%sx", literal->text)
                                     : literal->text);
        // Among numbers, where only the same bytes may be told from the text.
        if (literal->use == USE_EQUAL && maker->domain.kind != DOMAIN_TEXT)
            add_bytes(maker, VALUE_BLOB, TYPE_BLOB, literal->text);
    } else {
        double number = strtod(literal->text, NULL) + step;
        Literal shifted = {.text = step == 0
                                       ? literal->text
                                       : arena_printf(maker->arena, "%.15g", number)};
        add_number_literal(maker, &shifted, false);
    }
}

// Assembly

// Texts that begin with one pattern and end with another ('ab%', '%ba'), which overlap
// there: aba.
static void add_overlaps(Maker *maker, const char *first, const char *last)
{
    size_t length = strcspn(first, "%");
    if (strcmp(first + length, "%") != 0 || last[0] != '%' || strchr(++last, '%') != NULL)
        return;
    size_t tail = strlen(last);
    for (size_t shared = 1; shared <= length && shared <= tail; shared++)
        if (strncmp(first + length - shared, last, shared) == 0)
            add_matches(maker, arena_printf(maker->arena, "%.*s%s", (int)length, first,
                                            last + shared));
}

// Texts that match two patterns, one found behind the other, in either order.
static void add_joint_matches(Maker *maker, Literals near)
{
    size_t made = 0;
    for (size_t i = 0; i < near.count; i++)
        for (size_t j = 0; j < near.count && made < JOINT_LIMIT; j++) {
            const Literal *a = &near.items[i], *b = &near.items[j];
            if (i == j || a->use != USE_PATTERN || b->use != USE_PATTERN ||
                !a->is_string || !b->is_string)
                continue;
            add_matches(maker, arena_printf(maker->arena, "%s%s", a->text, b->text));
            maker->section = SECTION_WANTED;
            add_overlaps(maker, a->text, b->text);
            maker->section = SECTION_NEAR;
            made++;
        }
}

// Adds the text with a short one before, in and behind it: functions take such out.
static void add_mixed_in(Maker *maker, const char *text, const char *part)
{
    Arena *arena = maker->arena;
    bool is_ascii = (text[0] & 0x80) == 0;
    add_text(maker, arena_printf(arena, "%s%s", part, text));
    add_text(maker, arena_printf(arena, "%s%s", text, part));
    if (text[0] != '\0' && is_ascii)
        add_text(maker, arena_printf(arena, "%c%s%s", text[0], part, text + 1));
}

static void add_mixed_texts(Maker *maker, Literals near)
{
    const Literals *seen = &maker->hints->seen;
    size_t made = 0;
    for (size_t i = 0; i < near.count; i++)
        for (size_t j = 0; j < seen->count && made < JOINT_LIMIT; j++) {
            const Literal *text = &near.items[i], *part = &seen->items[j];
            size_t length = strlen(part->text);
            if (text->use != USE_EQUAL || !text->is_string || !part->is_string ||
                length == 0 || length > SHORT_TEXT)
                continue;
            add_mixed_in(maker, text->text, part->text);
            made++;
        }
}

// Texts that match three patterns, one behind the other in each order.
static void add_triple_matches(Maker *maker, Literals near)
{
    static const unsigned char orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                              {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const char *patterns[3];
    size_t count = 0;
    for (size_t i = 0; i < near.count && count < COUNT_OF(patterns); i++)
        if (near.items[i].use == USE_PATTERN && near.items[i].is_string)
            patterns[count++] = near.items[i].text;
    for (size_t i = 0; count == COUNT_OF(patterns) && i < COUNT_OF(orders); i++)
        add_matches(maker, arena_printf(maker->arena, "%s%s%s", patterns[orders[i][0]],
                                        patterns[orders[i][1]], patterns[orders[i][2]]));
}

static void add_near(Maker *maker, Literals near)
{
    maker->section = SECTION_WANTED;
    for (size_t i = 0; i < near.count; i++)
        add_wanted(maker, &near.items[i]);
    maker->section = SECTION_NEAR;
    for (size_t i = 0; i < near.count; i++)
        add_literal_around(maker, &near.items[i]);
    if (holds_texts(maker->domain)) {
        add_joint_matches(maker, near);
        add_triple_matches(maker, near);
        add_mixed_texts(maker, near);
    }
    if (maker->hints->traits.reads_json && holds_texts(maker->domain))
        add_documents(maker);
}

static PoolSection section_of(const Maker *maker, Section section)
{
    return (PoolSection){maker->values[section].items, maker->values[section].count};
}

// What pools of one domain share is made once.
static const SharedPool *shared_pool(Pools *pools, Domain domain)
{
    for (size_t i = 0; i < pools->shared.count; i++)
        if (domain_equal(pools->shared.items[i].domain, domain))
            return &pools->shared.items[i];
    Map seen = map_new(pools->arena);
    Maker maker = {.arena = pools->arena,
                   .hints = pools->hints,
                   .domain = domain,
                   .seen = &seen,
                   .section = SECTION_COMMON};
    add_common(&maker);
    for (size_t i = 0; i < pools->hints->seen.count; i++)
        add_literal_around(&maker, &pools->hints->seen.items[i]);
    maker.section = SECTION_WILD;
    add_wild(&maker);
    SharedPool shared = {.domain = domain,
                         .common = section_of(&maker, SECTION_COMMON),
                         .wild = section_of(&maker, SECTION_WILD)};
    array_push(pools->arena, &pools->shared, shared);
    return &pools->shared.items[pools->shared.count - 1];
}

Pool pool_new(Pools *pools, Domain domain, Literals near)
{
    Map seen = map_new(pools->arena);
    Maker maker = {.arena = pools->arena,
                   .hints = pools->hints,
                   .domain = domain,
                   .seen = &seen};
    add_near(&maker, near);
    const SharedPool *shared = shared_pool(pools, domain);
    return (Pool){.sections = {[SECTION_WANTED] = section_of(&maker, SECTION_WANTED),
                               [SECTION_NEAR] = section_of(&maker, SECTION_NEAR),
                               [SECTION_COMMON] = shared->common,
                               [SECTION_WILD] = shared->wild}};
}

PoolSection pool_documents(Pools *pools, Domain domain)
{
    static const char *const numbers[] = {"0", "1", "2", "1.0", "-1"};
    Map seen = map_new(pools->arena);
    Maker maker = {.arena = pools->arena,
                   .hints = pools->hints,
                   .domain = domain,
                   .seen = &seen};
    if (!holds_texts(domain))
        return (PoolSection){0};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        add_text(&maker, numbers[i]);
    add_documents(&maker);
    return section_of(&maker, maker.section);
}

// Returns the number that a value is, or that its text spells; NAN where it is none.
static double number_of(Value value)
{
    char *end;
    if (value.kind == VALUE_FLOAT)
        return value.number;
    if (value.kind == VALUE_INTEGER)
        return (double)value.integer;
    if ((value.kind != VALUE_TEXT && value.kind != VALUE_OTHER) || value.length == 0)
        return (double)NAN;
    double number = strtod(value.bytes, &end);
    return *end == '\0' ? number : (double)NAN;
}

bool pool_borrow(Arena *arena, const Hints *hints, Domain domain, Value value,
                 bool nudged, Value *borrowed)
{
    Maker maker = {.arena = arena, .hints = hints, .domain = domain};
    Moment moment;
    double number = number_of(value);
    bool has_text = value.kind == VALUE_TEXT || value.kind == VALUE_OTHER;
    if (has_text && value.type != TYPE_DECIMAL) {
        if (domain.is_mixed && nudged) // The same letters, as bytes.
            add_bytes(&maker, VALUE_BLOB, TYPE_BLOB, value.bytes);
        else if (holds_texts(domain))
            add_text(&maker, value.bytes);
        else if (holds_moments(domain) && moment_read(value.bytes, &moment))
            add_moment(&maker, moment_plus(moment, nudged, 0));
    }
    bool found = maker.values[0].count > 0;
    if (!found && isfinite(number) && domain.kind == DOMAIN_TEXT) // In other digits.
        add_text(&maker, arena_printf(arena, nudged ? "0%.15g" : "%.15g", number));
    else if (!found && isfinite(number))
        add_numeric(&maker, number + (nudged && !has_text ? pow(10, -domain.scale) : 0));
    found = maker.values[0].count > 0;
    if (found)
        *borrowed = maker.values[0].items[0];
    return found;
}

// DuckDB checks what is cast to JSON, but not what is loaded into such a column.
static const char *text_for_type(Arena *arena, Domain domain, const char *text)
{
    bool is_json = domain.name != NULL && text_same_word(domain.name, "json");
    bool is_document = text[0] != '\0' && strchr("{[\"", text[0]) != NULL;
    return is_json && !is_document ? arena_printf(arena, "\"%s\"", text) : text;
}

bool pool_value(Arena *arena, const Hints *hints, Domain domain, Scalar scalar,
                Value *value)
{
    Maker maker = {.arena = arena, .hints = hints, .domain = domain};
    switch (scalar.kind) {
    case SCALAR_NULL:
        *value = (Value){.kind = VALUE_NULL, .type = TYPE_NULL};
        return true;
    case SCALAR_NUMBER:
        if (domain.kind == DOMAIN_BOOLEAN)
            add_boolean(&maker, scalar.number != 0);
        else if (domain.kind == DOMAIN_TEXT)
            add_text(&maker, arena_printf(arena, "%.15g", scalar.number));
        else
            add_numeric(&maker, scalar.number);
        break;
    case SCALAR_MOMENT:
        add_moment(&maker, scalar_to_moment(scalar));
        break;
    case SCALAR_TEXT:
        if (domain.kind == DOMAIN_OTHER)
            add_bytes(&maker, VALUE_OTHER, domain.type,
                      text_for_type(arena, domain, scalar.text));
        else if (holds_texts(domain))
            add_text(&maker, scalar.text);
        break;
    }
    bool found = maker.values[0].count > 0;
    if (found)
        *value = maker.values[0].items[0];
    return found;
}
