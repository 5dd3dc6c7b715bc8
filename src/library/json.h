// json.h - making and reading JSON objects, in short words.
//
// Text that is no valid UTF-8 gets U+FFFD for each bad byte, so that what we print is
// always JSON; numbers that JSON does not have (infinity) are null.

#ifndef LIBRARY_JSON_H
#define LIBRARY_JSON_H

#include "base/array.h"
#include "base/error.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct json_object Json;

// Add a field to an object. A NULL string is null.
void json_add_text(Json *object, const char *field, const char *value);
void json_add_number(Json *object, const char *field, double value);
void json_add_count(Json *object, const char *field, uint64_t value);
void json_add_bool(Json *object, const char *field, bool value);

// Adds a new empty object or array to an object, and returns it.
Json *json_add_object(Json *object, const char *field);
Json *json_add_array(Json *object, const char *field);

// Appends to an array; the second returns the new, empty object.
void json_push_text(Json *array, const char *value);
Json *json_push_object(Json *array);

// Reads one object from a line. Fails with what is wrong and where. The caller puts it.
bool json_read_object(const char *line, Json **object, Error *err) MUST_CHECK;

// Returns a text field; NULL where there is none, or it is no text, or a zero byte is in
// it.
const char *json_text_field(const Json *object, const char *field);

// Returns the texts of a field that is an array of texts (or one text), each followed by
// `separator`; "" where there is none.
const char *json_joined_field(Arena *arena, const Json *object, const char *field,
                              const char *separator);

#endif
