// collation.c - case counts for no more than ASCII.

#include "verify/collation.h"

#include "base/text.h"

#include <string.h>

Collation collation_find(const char *name)
{
    if (name == NULL || text_same_word(name, "binary"))
        return COLLATE_BINARY;
    if (text_same_word(name, "nocase"))
        return COLLATE_NOCASE;
    return text_same_word(name, "rtrim") ? COLLATE_RTRIM : COLLATE_OTHER;
}

static size_t length_without_blanks(const char *bytes, size_t length)
{
    while (length > 0 && bytes[length - 1] == ' ')
        length--;
    return length;
}

static int compare_without_case(const char *a, const char *b, size_t length)
{
    int order = 0;
    for (size_t i = 0; i < length && order == 0; i++)
        order = (unsigned char)text_lower(a[i]) - (unsigned char)text_lower(b[i]);
    return order;
}

int collation_compare(Collation collation, const char *a, size_t a_length, const char *b,
                      size_t b_length)
{
    if (collation == COLLATE_RTRIM) {
        a_length = length_without_blanks(a, a_length);
        b_length = length_without_blanks(b, b_length);
    }
    size_t common = a_length < b_length ? a_length : b_length;
    int order = 0;
    if (collation == COLLATE_NOCASE)
        order = compare_without_case(a, b, common);
    else if (common > 0)
        order = memcmp(a, b, common);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

bool collation_ties(const char *name, Value a, Value b)
{
    Collation collation = collation_find(name);
    return (collation == COLLATE_NOCASE || collation == COLLATE_RTRIM) &&
           a.kind == VALUE_TEXT && b.kind == VALUE_TEXT &&
           collation_compare(collation, a.bytes, a.length, b.bytes, b.length) == 0;
}
