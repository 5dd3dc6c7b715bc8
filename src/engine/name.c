// name.c - quoting names.

#include "engine/name.h"

void name_add(Text *text, const char *name)
{
    text_add_quoted(text, name, '"');
}

void name_add_table(Text *text, const char *schema, const char *name)
{
    if (schema != NULL) {
        name_add(text, schema);
        text_add_char(text, '.');
    }
    name_add(text, name);
}
