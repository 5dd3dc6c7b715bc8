// settings.c - the table of options, and who may set them.

#include "app/settings.h"

#include "app/environment.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef enum {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_LIST,     // Texts; may be given several times.
    OPTION_DURATION, // 500ms, 20s, 2m
    OPTION_COUNT,    // A whole number, 0 or more.
    OPTION_NUMBER,   // Above 0.
} OptionKind;

typedef struct {
    const char *name;
    OptionKind kind;
    size_t offset; // Of its field in Settings.
    unsigned commands;
    const char *argument;
    const char *help;
} Option;

enum {
    WITH_SESSION = COMMAND_OPTIMIZE | COMMAND_CHECK | COMMAND_MEASURE | COMMAND_EXPLAIN,
    WITH_RULES = COMMAND_OPTIMIZE | COMMAND_CHECK | COMMAND_EXPLAIN,
    WITH_DATABASE = WITH_SESSION | COMMAND_DOCTOR,
    WITH_SQL = WITH_SESSION | COMMAND_SQL,
    WITHOUT_WORDS = COMMAND_DOCTOR | COMMAND_VERSION,
    ANYWHERE = WITH_DATABASE | COMMAND_SQL | COMMAND_RULES | COMMAND_DEMO | COMMAND_HELP |
               COMMAND_VERSION,
};

#define FIELD(name) offsetof(Settings, name)

static const Option options[] = {
    {"--db", OPTION_TEXT, FIELD(database), WITH_DATABASE, "URL",
     "the database: sqlite:PATH, duckdb:PATH or PATH"},
    {"-c", OPTION_LIST, FIELD(statements), WITH_SQL, "SQL",
     "take this SQL instead of a file"},
    {"--schema", OPTION_TEXT, FIELD(schema), COMMAND_OPTIMIZE, "FILE",
     "CREATE statements: constraints that the database lacks"},
    {"--schema", OPTION_TEXT, FIELD(schema), COMMAND_CHECK | COMMAND_EXPLAIN, "FILE",
     "CREATE statements: instead of a database, or beside it"},
    {"--dialect", OPTION_TEXT, FIELD(dialect), COMMAND_CHECK | COMMAND_EXPLAIN, "NAME",
     "sqlite or duckdb, for a schema without a database"},
    {"--dialect", OPTION_TEXT, FIELD(dialect), COMMAND_SQL, "NAME", "sqlite or duckdb"},
    {"--trust", OPTION_TEXT, FIELD(trust), WITH_RULES, "LIST",
     "believe declared keys,not_null,foreign_keys,check,types"},
    {"--only", OPTION_TEXT, FIELD(only), COMMAND_OPTIMIZE, "LIST",
     "what to try: rewrites (the default, and all there is)"},
    {"--budget", OPTION_DURATION, FIELD(budget_ms), COMMAND_OPTIMIZE, "TIME",
     "for one query (default: 30s, or 12 x the original)"},
    {"--budget", OPTION_DURATION, FIELD(budget_ms), COMMAND_MEASURE, "TIME",
     "for all runs together"},
    {"--total-budget", OPTION_DURATION, FIELD(total_budget_ms), COMMAND_OPTIMIZE, "TIME",
     "for all queries together"},
    {"--timeout", OPTION_DURATION, FIELD(timeout_ms), WITH_SESSION, "TIME",
     "for one run of a statement (default 60s)"},
    {"--clock", OPTION_TEXT, FIELD(clock), COMMAND_OPTIMIZE | COMMAND_MEASURE, "NAME",
     "what decides: wall, cpu, or auto (wall where steady)"},
    {"--cache", OPTION_TEXT, FIELD(cache), COMMAND_OPTIMIZE | COMMAND_MEASURE, "KIND",
     "warm (the default), or cold: dropped before each run"},
    {"--pairs", OPTION_COUNT, FIELD(pairs), COMMAND_MEASURE, "N",
     "run so many pairs (at most 25), not as many as it takes"},
    {"--out", OPTION_TEXT, FIELD(out), COMMAND_OPTIMIZE, "DIR",
     "write NAME.hone.sql there, for wins only"},
    {"--force", OPTION_FLAG, FIELD(force),
     COMMAND_OPTIMIZE | COMMAND_CHECK | COMMAND_DEMO, NULL,
     "write over files that are there"},
    {"--no-diff", OPTION_FLAG, FIELD(no_diff), COMMAND_OPTIMIZE, NULL,
     "leave out the difference of the SQL"},
    {"--witness", OPTION_TEXT, FIELD(witness), COMMAND_CHECK, "FILE",
     "keep the counterexample; one that is there comes first"},
    {"--tolerance", OPTION_NUMBER, FIELD(tolerance), COMMAND_CHECK, "X",
     "floats this close are equal (relative; default 1e-9)"},
    {"--ignore-columns", OPTION_TEXT, FIELD(ignore_columns), COMMAND_CHECK, "LIST",
     "columns of the first query's result that don't count"},
    {"--key", OPTION_TEXT, FIELD(key), COMMAND_CHECK, "LIST",
     "columns that name a row: counts what differs by column"},
    {"--other-db", OPTION_TEXT, FIELD(other_database), COMMAND_CHECK, "URL",
     "where the second query runs, or the only one again"},
    {"--json", OPTION_FLAG, FIELD(json),
     WITH_DATABASE | COMMAND_SQL | COMMAND_RULES | COMMAND_DEMO, NULL,
     "print one JSON object and nothing else"},
    {"--jsonl", OPTION_FLAG, FIELD(jsonl), COMMAND_OPTIMIZE, NULL,
     "print one JSON object a line, as each query ends"},
    {"--jsonl", OPTION_FLAG, FIELD(jsonl), COMMAND_CHECK | COMMAND_SQL, NULL,
     "read cases as JSON, one a line, and answer likewise"},
    {"--markdown", OPTION_FLAG, FIELD(markdown), COMMAND_RULES, NULL,
     "print the whole catalogue as docs/rules.md"},
    {"--scale", OPTION_NUMBER, FIELD(scale), COMMAND_DEMO, "X",
     "size of the demo (default 1: 10,000 users)"},
    {"--seed", OPTION_COUNT, FIELD(seed), COMMAND_OPTIMIZE | COMMAND_CHECK | COMMAND_DEMO,
     "N", "where random numbers start"},
    {"--threads", OPTION_COUNT, FIELD(threads), WITH_DATABASE, "N",
     "of DuckDB (default: as many as the machine has)"},
    {"--worker", OPTION_TEXT, FIELD(worker), WITH_DATABASE | COMMAND_DEMO, "PATH",
     "the program that runs queries (found by itself)"},
    {"--quiet", OPTION_FLAG, FIELD(quiet), WITH_SESSION | COMMAND_DEMO, NULL,
     "no progress on standard error"},
    {"--help", OPTION_FLAG, FIELD(help), ANYWHERE, NULL, "say this"},
};

// Values

static const struct {
    const char *unit;
    double ms;
} units[] = {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}};

static bool read_duration(const char *word, double *ms)
{
    char *end;
    double number = strtod(word, &end);
    if (!isdigit((unsigned char)word[0]) || !isfinite(number) || number <= 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (strcmp(end, units[i].unit) == 0) {
            *ms = number * units[i].ms;
            return true;
        }
    }
    return false;
}

static bool read_count(const char *word, int64_t *count)
{
    char *end;
    errno = 0;
    long long number = strtoll(word, &end, 10);
    if (end == word || *end != '\0' || errno != 0 || number < 0)
        return false;
    *count = number;
    return true;
}

static bool read_number(const char *word, double *number)
{
    char *end;
    double read = strtod(word, &end);
    if (end == word || *end != '\0' || !isfinite(read) || read <= 0)
        return false;
    *number = read;
    return true;
}

static bool set_value(Arena *arena, const Option *option, const char *word,
                      Settings *settings)
{
    void *field = (char *)settings + option->offset;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_TEXT:
        *(const char **)field = word;
        return true;
    case OPTION_LIST:
        array_push(arena, &settings->statements, word);
        return true;
    case OPTION_DURATION:
        return read_duration(word, field);
    case OPTION_COUNT:
        return read_count(word, field);
    case OPTION_NUMBER:
        return read_number(word, field);
    }
    return false;
}

static bool set_option(Arena *arena, const Option *option, const char *name,
                       const char *word, Settings *settings, Error *err)
{
    static const char *const expected[] = {
        [OPTION_FLAG] = "nothing",
        [OPTION_TEXT] = "a word",
        [OPTION_LIST] = "a word",
        [OPTION_DURATION] = "a time such as 500ms, 20s or 2m",
        [OPTION_COUNT] = "a whole number",
        [OPTION_NUMBER] = "a number above 0",
    };
    return set_value(arena, option, word, settings) ||
           fail(err, ERROR_PLAIN, "%s takes %s, not %.80s", name, expected[option->kind],
                word);
}

// The environment

// Returns HONE_TOTAL_BUDGET for --total-budget.
static const char *environment_name(Arena *arena, const Option *option)
{
    Text text = text_new(arena);
    text_add(&text, "HONE");
    for (const char *at = option->name + 1; *at != '\0'; at++)
        text_add_char(&text, (char)(*at == '-' ? '_' : text_upper(*at)));
    return text.bytes;
}

static bool read_environment(Arena *arena, CommandBit command, Settings *settings,
                             Error *err)
{
    Environment environment = environment_read(arena);
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const Option *option = &options[i];
        if ((option->commands & command) == 0 || option->kind == OPTION_FLAG ||
            option->kind == OPTION_LIST)
            continue;
        const char *name = environment_name(arena, option);
        const char *value = environment_get(&environment, name);
        if (value != NULL && !set_option(arena, option, name, value, settings, err))
            return false;
    }
    return true;
}

// The command line

static const Option *find_option(CommandBit command, const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if ((options[i].commands & command) != 0 && strlen(options[i].name) == length &&
            strncmp(options[i].name, name, length) == 0)
            return &options[i];
    }
    return NULL;
}

static bool unknown_option(const char *name, CommandBit command, Error *err)
{
    const Option *nearest = NULL;
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const Option *option = &options[i];
        if ((option->commands & command) != 0 && text_distance(name, option->name) <= 2 &&
            (nearest == NULL ||
             text_distance(name, option->name) < text_distance(name, nearest->name)))
            nearest = option;
    }
    if (nearest == NULL)
        return fail(err, ERROR_PLAIN, "no option %.80s here; see --help", name);
    return fail(err, ERROR_PLAIN, "no option %.80s here; did you mean %s?", name,
                nearest->name);
}

// The words of the command line, and where we are.
typedef struct {
    int count;
    char *const *words;
    int at;
} Words;

// Reads the option we are at, with its value.
static bool read_option(Arena *arena, CommandBit command, Words *line, Settings *settings,
                        Error *err)
{
    const char *word = line->words[line->at];
    size_t length = strcspn(word, "=");
    const Option *option = find_option(command, word, length);
    if (option == NULL)
        return unknown_option(arena_text(arena, word, length), command, err);
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    if (option->kind == OPTION_FLAG && value != NULL)
        return fail(err, ERROR_PLAIN, "%s takes no value", option->name);
    if (option->kind != OPTION_FLAG && value == NULL) {
        if (line->at + 1 >= line->count)
            return fail(err, ERROR_PLAIN, "%s needs a value: %s %s", option->name,
                        option->name, option->argument);
        value = line->words[++line->at];
    }
    if (option->kind == OPTION_TEXT && value[0] == '\0')
        return fail(err, ERROR_PLAIN, "%s needs a value: it is empty", option->name);
    return set_option(arena, option, option->name, value, settings, err);
}

bool settings_read(Arena *arena, CommandBit command, int count, char *const *words,
                   Settings *settings, Error *err)
{
    Settings read = {.scale = 1};
    if (!read_environment(arena, command, &read, err))
        return false;
    bool only_files = false;
    Words line = {.count = count, .words = words};
    for (; line.at < count; line.at++) {
        const char *word = words[line.at];
        if (!only_files && strcmp(word, "--") == 0)
            only_files = true;
        else if (only_files || word[0] != '-' || word[1] == '\0')
            array_push(arena, &read.files, word);
        else if (!read_option(arena, command, &line, &read, err))
            return false;
    }
    if ((command & WITHOUT_WORDS) != 0 && read.files.count > 0 && !read.help)
        return fail(err, ERROR_PLAIN, "%.80s: no file or name is wanted here; see --help",
                    read.files.items[0]);
    *settings = read;
    return true;
}

const char *settings_describe(Arena *arena, CommandBit command)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const Option *option = &options[i];
        if ((option->commands & command) == 0)
            continue;
        const char *argument = option->argument != NULL ? option->argument : "";
        text_addf(&text, "  %-16s %-5s %s\n", option->name, argument, option->help);
    }
    return text.bytes;
}
