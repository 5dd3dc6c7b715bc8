// json.c - on json-c, which keeps 64-bit integers and numbers exactly.

#include "library/json.h"

#include "base/text.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static Json *text_of(const char *value)
{
    if (value == NULL)
        return NULL;
    Arena scratch = ARENA_EMPTY;
    Text clean = text_new(&scratch);
    size_t left = strlen(value);
    for (const char *at = value; left > 0;) {
        size_t length = utf8_length(at, left);
        if (length == 0)
            text_add(&clean, "\xEF\xBF\xBD");
        else
            text_add_bytes(&clean, at, length);
        size_t taken = length == 0 ? 1 : length;
        at += taken;
        left -= taken;
    }
    Json *made = json_object_new_string_len(clean.bytes, (int)clean.length);
    arena_clear(&scratch);
    return made;
}

void json_add_text(Json *object, const char *field, const char *value)
{
    json_object_object_add(object, field, text_of(value));
}

void json_add_number(Json *object, const char *field, double value)
{
    Json *number = NULL;
    if (isfinite(value)) {
        char digits[40];
        snprintf(digits, sizeof(digits), "%.6g", value);
        number = json_object_new_double_s(value, digits);
    }
    json_object_object_add(object, field, number);
}

void json_add_count(Json *object, const char *field, uint64_t value)
{
    json_object_object_add(object, field, json_object_new_uint64(value));
}

void json_add_bool(Json *object, const char *field, bool value)
{
    json_object_object_add(object, field, json_object_new_boolean(value));
}

Json *json_add_object(Json *object, const char *field)
{
    Json *made = json_object_new_object();
    json_object_object_add(object, field, made);
    return made;
}

Json *json_add_array(Json *object, const char *field)
{
    Json *made = json_object_new_array();
    json_object_object_add(object, field, made);
    return made;
}

void json_push_text(Json *array, const char *value)
{
    json_object_array_add(array, text_of(value));
}

Json *json_push_object(Json *array)
{
    Json *made = json_object_new_object();
    json_object_array_add(array, made);
    return made;
}

// Reading

bool json_read_object(const char *line, Json **object, Error *err)
{
    struct json_tokener *tokener = json_tokener_new();
    Json *read = json_tokener_parse_ex(tokener, line, (int)strlen(line) + 1);
    enum json_tokener_error trouble = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (trouble != json_tokener_success)
        return fail(err, ERROR_PLAIN, "not JSON: %s at byte %zu",
                    json_tokener_error_desc(trouble), end + 1);
    if (!json_object_is_type(read, json_type_object)) {
        json_object_put(read);
        return fail(err, ERROR_PLAIN, "not a JSON object");
    }
    *object = read;
    return true;
}

// Returns a value's text; NULL where it is none, or a zero byte would cut it.
static const char *whole_text(Json *value)
{
    if (!json_object_is_type(value, json_type_string))
        return NULL;
    const char *text = json_object_get_string(value);
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

const char *json_text_field(const Json *object, const char *field)
{
    Json *value = NULL;
    json_object_object_get_ex(object, field, &value);
    return whole_text(value);
}

const char *json_joined_field(Arena *arena, const Json *object, const char *field,
                              const char *separator)
{
    Json *value = NULL;
    Text text = text_new(arena);
    json_object_object_get_ex(object, field, &value);
    if (whole_text(value) != NULL)
        text_addf(&text, "%s%s", whole_text(value), separator);
    size_t count =
        json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *item = whole_text(json_object_array_get_idx(value, i));
        if (item != NULL)
            text_addf(&text, "%s%s", item, separator);
    }
    return text.bytes;
}
