// name.h - names as SQL writes them, whatever is in them.

#ifndef ENGINE_NAME_H
#define ENGINE_NAME_H

#include "base/text.h"

// Adds the name in double quotes.
void name_add(Text *text, const char *name);

// Adds schema.name, or the name alone if `schema` is NULL.
void name_add_table(Text *text, const char *schema, const char *name);

#endif
