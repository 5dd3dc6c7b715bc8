// nested.c - lists, structs and maps as DuckDB reads them from text.
//
// A value is made of values of the type's parts, those first that the queries name: a
// list of none to three of them in both orders or a few more, a struct with every value
// in each field and with each field NULL, a map of none to two entries.

#include "verify/maker.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    NESTED_DEPTH = 4,
    PART_VALUES = 5,  // Of a type that stands inside another.
    FIELD_LIMIT = 16, // Of a struct with more fields no value is made.
};

#define FIELD_NULL SIZE_MAX // Of a struct: instead of the place of a value.

// A piece of a type's name.
typedef struct {
    const char *text;
    size_t length;
} Piece;

typedef ARRAY(const char *) Texts;

static Piece piece_trimmed(Piece piece)
{
    while (piece.length > 0 && isspace((unsigned char)*piece.text))
        piece = (Piece){piece.text + 1, piece.length - 1};
    while (piece.length > 0 && isspace((unsigned char)piece.text[piece.length - 1]))
        piece.length--;
    return piece;
}

static bool piece_starts(Piece piece, const char *word)
{
    size_t length = strlen(word);
    return piece.length >= length && strncasecmp(piece.text, word, length) == 0;
}

// Returns where the name or word at the start of the piece ends; names may be quoted.
static size_t word_end(Piece piece)
{
    size_t i = 0;
    if (piece.length == 0 || piece.text[0] != '"') {
        while (i < piece.length && !isspace((unsigned char)piece.text[i]))
            i++;
        return i;
    }
    for (i = 1; i < piece.length; i++)
        if (piece.text[i] == '"' && (i + 1 == piece.length || piece.text[++i] != '"'))
            return i;
    return piece.length;
}

// Sets `parts` to what stands between the outer brackets, by its commas; returns their
// number, 0 where there are none or too many.
static size_t split_parts(Piece piece, Piece parts[FIELD_LIMIT])
{
    size_t count = 0, depth = 0, start = 0;
    bool quoted = false;
    for (size_t i = 0; i < piece.length; i++) {
        char c = piece.text[i];
        quoted ^= c == '"';
        if (quoted)
            continue;
        depth += c == '(';
        bool ends = (c == ',' && depth == 1) || (c == ')' && depth == 1);
        if (c == '(' && depth == 1)
            start = i + 1;
        if (ends && count == FIELD_LIMIT)
            return 0;
        if (ends) {
            parts[count++] = piece_trimmed((Piece){piece.text + start, i - start});
            start = i + 1;
        }
        depth -= c == ')';
    }
    return depth == 0 ? count : 0;
}

// Parts that hold nothing else

static void add_once(Arena *arena, Texts *texts, const char *text)
{
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->items[i], text) == 0)
            return;
    if (texts->count < PART_VALUES)
        array_push(arena, texts, text);
}

static bool is_plain_text(const char *text)
{
    return text[0] != '\0' && strpbrk(text, "'\"\\{}[](),=:") == NULL;
}

static Texts enum_texts(const Maker *maker, Piece type)
{
    Texts texts = {0};
    for (size_t i = 0, start = 0; i < type.length; i++) {
        if (type.text[i] != '\'')
            continue;
        if (start > 0)
            add_once(maker->arena, &texts,
                     arena_text(maker->arena, type.text + start - 1, i + 2 - start));
        start = start > 0 ? 0 : i + 1;
    }
    return texts;
}

// A type that holds no other, by how its name begins.
typedef struct {
    const char *word;
    bool has_texts, has_numbers; // Which literals are values of it.
    const char *values[PART_VALUES];
} ScalarType;

static const ScalarType *scalar_type(Piece type)
{
    static const ScalarType known[] = {
        {"VARCHAR", true, false, {"'a'", "'b'", "'c'", "''"}},
        {"TEXT", true, false, {"'a'", "'b'", "'c'", "''"}},
        {"BOOL", false, false, {"true", "false"}},
        {"DATE", false, false, {"2024-01-31", "2023-12-31"}},
        {"TIMESTAMP", false, false, {"'2024-01-31 12:30:00'", "'2023-12-31 00:00:00'"}},
        {"",
         false,
         true,
         {"1", "-1", "2", "3", "0"}}, // All others are taken for numbers.
    };
    size_t i = 0;
    while (!piece_starts(type, known[i].word))
        i++;
    return &known[i];
}

// Adds the literal if it is a value of the type, and a small one.
static void add_literal(const Maker *maker, const ScalarType *type,
                        const Literal *literal, Texts *texts)
{
    long number = literal_whole_number(literal);
    if (type->has_numbers && number >= 0 && number < 100)
        add_once(maker->arena, texts, literal->text);
    if (type->has_texts && literal->is_string && is_plain_text(literal->text))
        add_once(maker->arena, texts, arena_printf(maker->arena, "'%s'", literal->text));
}

// What the queries name comes first.
static Texts scalar_texts(const Maker *maker, Piece name)
{
    const ScalarType *type = scalar_type(name);
    const Literals *seen = &maker->hints->seen;
    Texts texts = {0};
    for (size_t i = 0; i < seen->count && texts.count + 1 < PART_VALUES; i++)
        add_literal(maker, type, &seen->items[i], &texts);
    for (size_t i = 0; i < PART_VALUES && type->values[i] != NULL; i++)
        add_once(maker->arena, &texts, type->values[i]);
    return texts;
}

// Nested types

static Texts type_texts(const Maker *maker, Piece type, unsigned depth);

static const char *item_of(const Texts *texts, size_t i)
{
    return texts->items[i % texts->count];
}

// Shapes of a list: the numbers of its items; '-' is NULL.
static Texts list_texts(const Maker *maker, Piece element, long length, unsigned depth)
{
    static const char *const shapes[] = {"",  "0",    "01",    "10", "012", "00",
                                         "-", "0-",   "22",    "21", "210", "2",
                                         "1", "1220", "21102", "3",  "34"};
    Texts lists = {0}, items = type_texts(maker, element, depth - 1);
    for (size_t i = 0; i < COUNT_OF(shapes) && items.count > 0; i++) {
        size_t size = strlen(shapes[i]), count = length > 0 ? (size_t)length : size;
        if (length > 0 && size == 0)
            continue;
        Text text = text_new(maker->arena);
        for (size_t j = 0; j < count; j++) {
            char shape = shapes[i][j % size];
            text_addf(&text, "%s%s", j == 0 ? "" : ", ",
                      shape == '-' ? "NULL" : item_of(&items, (size_t)(shape - '0')));
        }
        array_push(maker->arena, &lists, arena_printf(maker->arena, "[%s]", text.bytes));
    }
    return lists;
}

// The fields of a struct, by place.
typedef struct {
    Piece names[FIELD_LIMIT];
    Texts items[FIELD_LIMIT]; // Values of their types.
    size_t count;
} Fields;

// Adds a struct of which the field i holds the item `picks`[i] of its type; FIELD_NULL.
static void add_struct(const Maker *maker, Texts *structs, const Fields *fields,
                       const size_t *picks)
{
    Text text = text_new(maker->arena);
    for (size_t i = 0; i < fields->count; i++)
        text_addf(&text, "%s%.*s: %s", i == 0 ? "{" : ", ", (int)fields->names[i].length,
                  fields->names[i].text,
                  picks[i] == FIELD_NULL ? "NULL" : item_of(&fields->items[i], picks[i]));
    text_add_char(&text, '}');
    array_push(maker->arena, structs, text.bytes);
}

// Adds the structs that differ from `picks` in this field alone.
static void add_varied(const Maker *maker, Texts *structs, const Fields *fields,
                       size_t *picks, size_t field)
{
    size_t usual = picks[field], count = fields->items[field].count;
    for (size_t pick = 0; pick <= count; pick++) {
        picks[field] = pick == count ? FIELD_NULL : pick;
        if (picks[field] != usual)
            add_struct(maker, structs, fields, picks);
    }
    picks[field] = usual;
}

// Splits the fields into names and the values of their types; none where nothing is known
// of one.
static Fields split_fields(const Maker *maker, Piece type, unsigned depth)
{
    Fields fields = {0};
    size_t count = split_parts(type, fields.names);
    for (size_t i = 0; i < count; i++) {
        Piece *name = &fields.names[i];
        size_t end = word_end(*name);
        Piece field = {name->text + end, name->length - end};
        fields.items[i] = type_texts(maker, piece_trimmed(field), depth - 1);
        name->length = end;
        if (fields.items[i].count == 0)
            return fields;
    }
    fields.count = count;
    return fields;
}

static Texts struct_texts(const Maker *maker, Piece type, unsigned depth)
{
    Texts structs = {0};
    Fields fields = split_fields(maker, type, depth);
    size_t picks[FIELD_LIMIT];
    for (size_t base = 0; base < 2 && fields.count > 0; base++) {
        for (size_t i = 0; i < fields.count; i++)
            picks[i] = base * i; // All the first, or each another.
        add_struct(maker, &structs, &fields, picks);
        for (size_t i = 0; i < fields.count; i++)
            add_varied(maker, &structs, &fields, picks, i);
    }
    for (size_t i = 0; i < fields.count; i++)
        picks[i] = FIELD_NULL;
    if (fields.count > 0)
        add_struct(maker, &structs, &fields, picks);
    return structs;
}

static Texts map_texts(const Maker *maker, Piece type, unsigned depth)
{
    Piece parts[FIELD_LIMIT];
    Texts maps = {0};
    if (split_parts(type, parts) != 2)
        return maps;
    Texts keys = type_texts(maker, parts[0], depth - 1),
          items = type_texts(maker, parts[1], depth - 1);
    if (keys.count < 2 || items.count < 2)
        return maps;
    const char *k = keys.items[0], *other = keys.items[1];
    const char *v = items.items[0], *w = items.items[1];
    const char *const made[] = {
        "{}",
        arena_printf(maker->arena, "{%s=%s}", k, v),
        arena_printf(maker->arena, "{%s=%s}", k, w),
        arena_printf(maker->arena, "{%s=%s}", other, v),
        arena_printf(maker->arena, "{%s=%s, %s=%s}", k, v, other, w),
        arena_printf(maker->arena, "{%s=%s, %s=%s}", other, w, k, v),
        arena_printf(maker->arena, "{%s=NULL}", k),
    };
    for (size_t i = 0; i < COUNT_OF(made); i++)
        array_push(maker->arena, &maps, made[i]);
    return maps;
}

static Texts type_texts(const Maker *maker, Piece type, unsigned depth)
{
    bool is_list = type.length > 0 && type.text[type.length - 1] == ']';
    if (depth == 0)
        return (Texts){0};
    if (is_list) {
        size_t open = type.length - 1;
        while (open > 0 && type.text[open] != '[')
            open--;
        long length = strtol(type.text + open + 1, NULL, 10);
        return list_texts(maker, (Piece){type.text, open}, length, depth);
    }
    if (piece_starts(type, "STRUCT"))
        return struct_texts(maker, type, depth);
    if (piece_starts(type, "MAP"))
        return map_texts(maker, type, depth);
    return piece_starts(type, "ENUM") ? enum_texts(maker, type)
                                      : scalar_texts(maker, type);
}

static bool has_brackets(Piece type, const char *word)
{
    size_t i = strlen(word);
    while (i < type.length && isspace((unsigned char)type.text[i]))
        i++;
    return piece_starts(type, word) && i < type.length && type.text[i] == '(';
}

void add_nested(Maker *maker, const char *type)
{
    Piece whole = piece_trimmed((Piece){type, strlen(type)});
    bool is_nested =
        whole.length > 0 && (whole.text[whole.length - 1] == ']' ||
                             has_brackets(whole, "STRUCT") || has_brackets(whole, "MAP"));
    if (!is_nested)
        return;
    Texts texts = type_texts(maker, whole, NESTED_DEPTH);
    for (size_t i = 0; i < texts.count; i++)
        add_bytes(maker, VALUE_OTHER, maker->domain.type, texts.items[i]);
}
