// document.c - reads JSON by recursive descent, and writes it again.

#include "engine/worker/document.h"

#include "base/array.h"
#include "base/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_LIMIT = 500,
    EXPONENT_DIGITS = 9, // More make a number nobody can mean.
    PLAIN_DIGITS = 20,   // Zeros that are written out.
    SURROGATES = 0xD800, // Halves of one character: first high ones,
    LOW_SURROGATES = 0xDC00,
    SURROGATES_END = 0xE000,
    SUPPLEMENT = 0x10000, // Where characters begin that need two halves.
};

typedef struct {
    Arena *arena;
    const char *at, *end;
    unsigned depth;
} Reader;

typedef struct {
    const char *key; // With its quotes.
    const char *value;
    size_t place;
} Member;

// Tokens

static void skip_blanks(Reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\0' &&
           strchr(" \t\r\n", *reader->at) != NULL)
        reader->at++;
}

static bool take(Reader *reader, char byte)
{
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != byte)
        return false;
    reader->at++;
    return true;
}

static bool take_word(Reader *reader, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length ||
        memcmp(reader->at, word, length) != 0)
        return false;
    reader->at += length;
    return true;
}

// Strings

static bool read_hex(Reader *reader, unsigned *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, reader->at++) {
        if (reader->at == reader->end || !isxdigit((unsigned char)*reader->at))
            return false;
        char digit[] = {*reader->at, '\0'};
        *code = *code * 16 + (unsigned)strtoul(digit, NULL, 16);
    }
    return true;
}

static void add_utf8(Text *text, unsigned code)
{
    if (code < 0x80) {
        text_add_char(text, (char)code);
        return;
    }
    int more = code < 0x800 ? 1 : code < SUPPLEMENT ? 2 : 3;
    static const unsigned first[] = {0, 0xC0, 0xE0, 0xF0};
    text_add_char(text, (char)(first[more] | code >> 6 * more));
    while (more-- > 0)
        text_add_char(text, (char)(0x80 | (code >> 6 * more & 0x3F)));
}

// Writes a character as it stands in the form: what must be escaped, and halves that are
// alone, as \uXXXX.
static void add_character(Text *text, unsigned code)
{
    bool is_half = code >= SURROGATES && code < SURROGATES_END;
    if (code < ' ' || code == '"' || code == '\\' || is_half)
        text_addf(text, "\\u%04x", code);
    else
        add_utf8(text, code);
}

static bool read_unicode(Reader *reader, Text *text)
{
    unsigned code, low;
    if (!read_hex(reader, &code))
        return false;
    const char *behind = reader->at;
    bool is_high = code >= SURROGATES && code < LOW_SURROGATES;
    if (is_high && take_word(reader, "\\u") && read_hex(reader, &low) &&
        low >= LOW_SURROGATES && low < SURROGATES_END) {
        code = SUPPLEMENT + ((code - SURROGATES) << 10) + (low - LOW_SURROGATES);
        behind = reader->at;
    }
    reader->at = behind;
    add_character(text, code);
    return true;
}

static bool read_escape(Reader *reader, Text *text)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (reader->at == reader->end || *reader->at == '\0')
        return false;
    char letter = *reader->at++;
    if (letter == 'u')
        return read_unicode(reader, text);
    const char *found = strchr(letters, letter);
    if (found != NULL)
        add_character(text, (unsigned char)meant[found - letters]);
    return found != NULL;
}

// Reads a string whose first quote is behind us.
static bool read_string(Reader *reader, Text *text)
{
    text_add_char(text, '"');
    while (reader->at < reader->end && *reader->at != '"') {
        unsigned char byte = (unsigned char)*reader->at++;
        if (byte < ' ' || (byte == '\\' && !read_escape(reader, text)))
            return false;
        if (byte != '\\')
            text_add_char(text, (char)byte);
    }
    text_add_char(text, '"');
    return take(reader, '"');
}

// Numbers

static size_t read_digits(Reader *reader, Text *digits)
{
    const char *start = reader->at;
    while (reader->at < reader->end && isdigit((unsigned char)*reader->at))
        text_add_char(digits, *reader->at++);
    return (size_t)(reader->at - start);
}

static bool read_exponent(Reader *reader, long *exponent)
{
    Text digits = text_new(reader->arena);
    bool is_negative = take_word(reader, "-");
    if (!is_negative)
        (void)take_word(reader, "+");
    size_t count = read_digits(reader, &digits);
    if (count == 0 || count > EXPONENT_DIGITS)
        return false;
    *exponent = strtol(digits.bytes, NULL, 10) * (is_negative ? -1 : 1);
    return true;
}

// Writes a whole number that neither begins nor ends with 0, times a power of ten.
static void add_number(Text *text, bool is_negative, const char *digits, long exponent)
{
    size_t length = strlen(digits);
    text_add(text, is_negative ? "-" : "");
    if (length == 0) {
        text_add(text, "0");
    } else if (exponent >= 0 && exponent < PLAIN_DIGITS) {
        text_add(text, digits);
        while (exponent-- > 0)
            text_add_char(text, '0');
    } else if (exponent < 0 && exponent > -PLAIN_DIGITS) {
        long whole = (long)length + exponent;
        text_addf(text, "%.*s.", whole > 0 ? (int)whole : 0, digits);
        for (long i = whole; i < 0; i++)
            text_add_char(text, '0');
        text_add(text, digits + (whole > 0 ? whole : 0));
    } else {
        text_addf(text, "%se%ld", digits, exponent);
    }
}

static bool read_number(Reader *reader, Text *text)
{
    Text digits = text_new(reader->arena);
    long exponent = 0;
    bool is_negative = take_word(reader, "-");
    size_t whole = read_digits(reader, &digits);
    if (whole == 0 || (whole > 1 && digits.bytes[0] == '0'))
        return false;
    size_t fraction = take_word(reader, ".") ? read_digits(reader, &digits) : SIZE_MAX;
    if (fraction == 0)
        return false;
    if ((take_word(reader, "e") || take_word(reader, "E")) &&
        !read_exponent(reader, &exponent))
        return false;
    exponent -= fraction == SIZE_MAX ? 0 : (long)fraction;
    const char *first = digits.bytes + strspn(digits.bytes, "0");
    while (digits.length > 0 && digits.bytes[digits.length - 1] == '0') {
        text_cut(&digits, digits.length - 1);
        exponent++;
    }
    add_number(text, is_negative && *first != '\0', first, exponent);
    return true;
}

// Values

static bool read_value(Reader *reader, Text *text);

static bool read_array(Reader *reader, Text *text)
{
    text_add_char(text, '[');
    bool is_empty = take(reader, ']');
    for (size_t i = 0; !is_empty && (i == 0 || take(reader, ',')); i++) {
        text_add(text, i == 0 ? "" : ",");
        if (!read_value(reader, text))
            return false;
    }
    text_add_char(text, ']');
    return is_empty || take(reader, ']');
}

static int compare_members(const void *left, const void *right)
{
    const Member *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static bool read_object(Reader *reader, Text *text)
{
    ARRAY(Member) members = {0};
    bool is_empty = take(reader, '}');
    while (!is_empty && (members.count == 0 || take(reader, ','))) {
        Text key = text_new(reader->arena), value = text_new(reader->arena);
        if (!take(reader, '"') || !read_string(reader, &key) || !take(reader, ':') ||
            !read_value(reader, &value))
            return false;
        Member member = {key.bytes, value.bytes, members.count};
        array_push(reader->arena, &members, member);
    }
    if (members.count > 1)
        qsort(members.items, members.count, sizeof(*members.items), compare_members);
    text_add_char(text, '{');
    for (size_t i = 0; i < members.count; i++)
        text_addf(text, "%s%s:%s", i == 0 ? "" : ",", members.items[i].key,
                  members.items[i].value);
    text_add_char(text, '}');
    return is_empty || take(reader, '}');
}

static bool read_word(Reader *reader, Text *text)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (take_word(reader, words[i])) {
            text_add(text, words[i]);
            return true;
        }
    return read_number(reader, text);
}

static bool read_value(Reader *reader, Text *text)
{
    if (reader->depth == DEPTH_LIMIT)
        return false;
    reader->depth++;
    skip_blanks(reader);
    bool ok = take(reader, '{')   ? read_object(reader, text)
              : take(reader, '[') ? read_array(reader, text)
              : take(reader, '"') ? read_string(reader, text)
                                  : read_word(reader, text);
    reader->depth--;
    return ok;
}

const char *document_form(Arena *arena, const char *text, size_t length,
                          size_t *form_length)
{
    Reader reader = {.arena = arena, .at = text, .end = text + length};
    Text form = text_new(arena);
    bool ok = read_value(&reader, &form);
    skip_blanks(&reader);
    if (!ok || reader.at < reader.end)
        return NULL;
    *form_length = form.length;
    return form.bytes;
}
