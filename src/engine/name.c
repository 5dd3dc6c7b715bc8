// name.c - quoting names.

#include "engine/name.h"

void name_add(Text *text, const char *name)
{
    text_add_char(text, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            text_add_char(text, '"');
        text_add_char(text, *name);
    }
    text_add_char(text, '"');
}

void name_add_table(Text *text, const char *schema, const char *name)
{
    if (schema != NULL) {
        name_add(text, schema);
        text_add_char(text, '.');
    }
    name_add(text, name);
}
