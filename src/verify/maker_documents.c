// maker_documents.c - documents (JSON) with the keys that the queries' strings name.

#include "verify/maker.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    VALUE_LIMIT = 6, // Literals that are put at a path.
    ITEM_LIMIT = 4,  // Items before the one that a path leads to.
    KEY_LIMIT = 4,   // Keys of one document.
    STEP_LIMIT = 3,  // How far apart the values of its keys are.
};

static const char key_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

// A type of its own keeps the shrinker from putting other texts in its place.
static void add_document(Maker *maker, const char *text)
{
    if (maker->domain.kind == DOMAIN_OTHER)
        add_bytes(maker, VALUE_OTHER, maker->domain.type, text);
    else
        add_text(maker, text);
}

// Adds a document with the key wherever the shape has %s.
static void add_shape(Maker *maker, const char *shape, const char *key)
{
    Text text = text_new(maker->arena);
    for (const char *at = shape; *at != '\0'; at++) {
        bool is_place = strncmp(at, "%s", 2) == 0;
        if (is_place)
            text_add(&text, key);
        else
            text_add_char(&text, *at);
        at += is_place;
    }
    add_document(maker, text.bytes);
}

// Adds the document in which the value stands where a path ("$.a[1].b") leads to.
static void add_at_path(Maker *maker, const char *path, const char *value)
{
    Text before = text_new(maker->arena), after = text_new(maker->arena);
    const char *at = path + 1;
    while (*at == '.' || *at == '[') {
        if (*at == '.') {
            size_t length = strspn(++at, key_letters);
            text_addf(&before, "{\"%.*s\": ", (int)length, at);
            text_add_char(&after, '}');
            at += length;
        } else {
            text_add_char(&before, '[');
            for (long i = strtol(++at, NULL, 10); i > 0 && i < ITEM_LIMIT; i--)
                text_add(&before, "0, ");
            text_add_char(&after, ']');
            at += strcspn(at, "]");
            at += *at != '\0';
        }
    }
    Text text = text_new(maker->arena);
    text_addf(&text, "%s%s", before.bytes, value);
    for (size_t i = strlen(after.bytes); i > 0; i--)
        text_add_char(&text, after.bytes[i - 1]);
    if (*at == '\0')
        add_document(maker, text.bytes);
}

// Adds documents in which the literals of the queries stand at one of their paths.
static void add_literals_at(Maker *maker, const char *path)
{
    static const char *const usual[] = {"1", "\"1\"", "null", "\"a\"", "2"};
    const Literals *seen = &maker->hints->seen;
    bool is_plain = path[1] == '.' && strpbrk(path + 2, ".[") == NULL;
    for (size_t i = 0; !is_plain && i < COUNT_OF(usual); i++)
        add_at_path(maker, path, usual[i]);
    for (size_t i = 0; i < seen->count && i < VALUE_LIMIT; i++) {
        const char *text = seen->items[i].text;
        if (text[0] == '$' || strpbrk(text, "\"\\\n") != NULL)
            continue;
        const char *value = text;
        if (seen->items[i].is_string)
            value = arena_printf(maker->arena, "\"%s\"", text);
        add_at_path(maker, path, value);
        if (!seen->items[i].is_string) // One that is no whole number.
            add_at_path(maker, path,
                        arena_printf(maker->arena, "%.15g", strtod(text, NULL) + 0.375));
        if (seen->items[i].is_string && text_upper(text[0]) != text[0])
            add_at_path(
                maker, path,
                arena_printf(maker->arena, "\"%c%s\"", text_upper(text[0]), text + 1));
        add_at_path(maker, path, arena_printf(maker->arena, "[\"q\", %s]", value));
    }
}

// Adds documents with all the keys: the same value for each, or others.
static void add_joint_documents(Maker *maker, const char *const *keys, size_t count)
{
    static const char *const values[] = {"1",   "\"1\"", "null",     "2",    "\"a\"",
                                         "1.0", "[1]",   "\"null\"", "true", "\"b\""};
    for (size_t step = 0; step <= STEP_LIMIT; step++)
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            Text text = text_new(maker->arena);
            for (size_t k = 0; k < count; k++)
                text_addf(&text, "%s\"%s\": %s", k == 0 ? "{" : ", ", keys[k],
                          values[(i + k * step) % COUNT_OF(values)]);
            text_add_char(&text, '}');
            add_document(maker, text.bytes);
        }
}

void add_documents(Maker *maker)
{
    static const char *const shapes[] = {
        "{\"%s\": 1}",           "{\"%s\": \"1\"}", "{\"%s\": null}",  "{\"%s\": \"a\"}",
        "{\"%s\": [1, 2]}",      "{\"%s\": 2}",     "{\"%s\": true}",  "{\"%s\": 1.5}",
        "{\"%s\": {\"%s\": 1}}", "{\"%s\": []}",    "{\"%s\": \"01\"}"};
    static const char *const plain[] = {"{}",
                                        "[]",
                                        "[1, 2]",
                                        "[2, 1]",
                                        "{ }",
                                        "[1,2]",
                                        "[3]",
                                        "[1, 2, 3]",
                                        "{\"a\": 1, \"b\": null}",
                                        "{\"b\":null,\"a\":1.0}"};
    const Literals *seen = &maker->hints->seen;
    const char *keys[KEY_LIMIT];
    size_t key_count = 0;
    for (size_t i = 0; i < seen->count; i++) {
        const char *key = seen->items[i].text, *path = key;
        key += strncmp(key, "$.", 2) == 0 ? 2 : 0;
        if (strncmp(path, "$[", 2) == 0)
            add_literals_at(maker, path);
        size_t length = strspn(key, key_letters);
        if (!seen->items[i].is_string || length == 0)
            continue;
        key = arena_text(maker->arena, key, length);
        add_literals_at(maker,
                        *path == '$' ? path : arena_printf(maker->arena, "$.%s", key));
        for (size_t j = 0; j < COUNT_OF(shapes); j++)
            add_shape(maker, shapes[j], key);
        if (key_count < KEY_LIMIT && !text_is_one_of(key, keys, key_count))
            keys[key_count++] = key;
    }
    if (key_count > 1)
        add_joint_documents(maker, keys, key_count);
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        add_document(maker, plain[i]);
}
