// utf8.c - the table of well-formed sequences (Unicode 15, table 3-7) as comparisons.

#include "base/utf8.h"

bool utf8_begins(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

size_t utf8_length(const char *bytes, size_t left)
{
    if (left == 0)
        return 0;
    unsigned char first = (unsigned char)bytes[0];
    size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (utf8_begins(bytes[i]))
            return 0;
    unsigned char second = length > 1 ? (unsigned char)bytes[1] : 0;
    bool is_overlong =
        (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool is_beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return is_overlong || is_beyond ? 0 : length;
}
