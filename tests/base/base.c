// base.c - the tests of base/.

#include "base/array.h"
#include "base/error.h"
#include "base/figures.h"
#include "base/map.h"
#include "base/random.h"
#include "base/text.h"
#include "base/utf8.h"
#include "expect.h"

#include <string.h>

static void test_text(Arena *arena)
{
    Text text = text_new(arena);
    for (int i = 0; i < 100; i++)
        text_addf(&text, "%d,", i);
    expect(text.length == 290 && strncmp(text.bytes, "0,1,2,", 6) == 0, "text grows");
    text_cut(&text, 3);
    expect(strcmp(text.bytes, "0,1") == 0, "text is cut");
    expect(text_same_word("Users", "uSERS") && !text_same_word("a", "ab"), "same word");
    expect(!text_same_word(NULL, "a") && text_same_word(NULL, NULL), "NULL words");
    expect(text_distance("users", "uesr") == 2, "a swap is one edit");
    expect(text_distance("", "abc") == 3, "distance from nothing");
}

static void test_utf8(Arena *arena)
{
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"a", 1},        {"\xC3\xA9", 2},         {"\xE2\x82\xAC", 3},
        {"\xC3", 0},     {"\xF0\x9F\x98\x80", 4}, {"\x80", 0},
        {"\xC0\xAF", 0}, {"\xE0\x80\xAF", 0},     {"\xED\xA0\x80", 0},
        {"\xE2\x82", 0}, {"\xF4\x90\x80\x80", 0}, {"", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect(utf8_length(cases[i].bytes, strlen(cases[i].bytes)) == cases[i].length,
               "the length of character %zu", i);
    Text text = text_new(arena);
    text_add(&text, "caf\xC3\xA9s");
    text_shorten(&text, 4);
    expect(strcmp(text.bytes, "caf…") == 0, "a text is cut between characters");
}

static void test_arena(Arena *arena)
{
    char *large = arena_new(arena, char, 1 << 20);
    expect(large[0] == 0 && large[(1 << 20) - 1] == 0, "memory is zero");
    expect(strcmp(arena_printf(arena, "%s-%d", "a", 7), "a-7") == 0, "printf");
    expect(arena_copy(arena, "x", 0, 1) == NULL, "a copy of nothing");
    ARRAY(int) numbers = {0};
    for (int i = 0; i < 1000; i++)
        array_push(arena, &numbers, i);
    expect(numbers.count == 1000 && numbers.items[999] == 999, "arrays grow");
}

static void test_arena_reset(void)
{
    enum { ROUNDS = 50, TEXTS = 200, LENGTH = 1000 };
    Arena arena = ARENA_EMPTY;
    size_t first_bytes = 0;
    bool zero = true;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < TEXTS; i++) {
            char *text = arena_new(&arena, char, LENGTH);
            zero = zero && text[0] == 0 && memcmp(text, text + 1, LENGTH - 1) == 0;
            memset(text, 'x', LENGTH);
        }
        (void)arena_new(&arena, char, 1 << 20); // What is large is given back.
        arena_reset(&arena);
        if (round == 0)
            first_bytes = arena_size_bytes(&arena);
    }
    expect(zero, "memory is zero after a reset");
    expect(first_bytes > 0 && first_bytes < 1 << 20 &&
               arena_size_bytes(&arena) == first_bytes,
           "memory is used again");
    arena_clear(&arena);
    expect(arena_size_bytes(&arena) == 0, "a clear frees what a reset has kept");
}

static void test_map(Arena *arena)
{
    int one = 1, two = 2;
    Map words = map_new(arena);
    expect(map_find_word(&words, "a") == NULL, "an empty map");
    *map_word(&words, "Users") = &one;
    *map_word(&words, "uSERS") = &two;
    expect(words.count == 1 && map_find_word(&words, "users") == &two, "one word");

    Map numbers = map_new(arena);
    for (uint64_t i = 0; i < 1000; i++)
        *map_number(&numbers, i * 64) = i % 2 == 0 ? &one : &two;
    expect(numbers.count == 1000 && map_find_number(&numbers, 64) == &two &&
               map_find_number(&numbers, 63) == NULL,
           "maps grow");
}

static void test_error(void)
{
    Error err;
    expect(!fail_at(&err, ERROR_NAME, 7, "no table %s", "t"), "fail returns false");
    expect(!fail_while(&err, "binding %s", "q1"), "fail_while returns false");
    expect(strcmp(err.message, "binding q1: no table t") == 0, "context comes first");
    expect(err.offset == 7 && err.kind == ERROR_NAME, "place and kind stay");
    char long_name[1024];
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    fail(&err, ERROR_PLAIN, "%s", long_name);
    expect(strlen(err.message) == sizeof(err.message) - 1, "a long message is cut");
}

static void test_random(void)
{
    Random a = random_new(1), b = random_new(1), c = random_new(2);
    uint64_t first = random_next(&a);
    expect(first == random_next(&b), "the same seed, the same numbers");
    expect(first != random_next(&c), "another seed, others");
    bool inside = true, low = false, high = false;
    for (int i = 0; i < 10000; i++) {
        int64_t number = random_between(&a, -2, 2);
        inside = inside && number >= -2 && number <= 2;
        low = low || number == -2;
        high = high || number == 2;
    }
    expect(inside && low && high, "between covers its range");
    expect(random_between(&a, INT64_MIN, INT64_MAX) != random_between(&a, 0, 0),
           "the whole range");
}

static void test_figures(Arena *arena)
{
    static const struct {
        double ratio;
        const char *printed;
    } ratios[] = {{63.4, "63x"},  {2.14, "2.1x"},     {1.066, "1.07x"},
                  {0.5, "0.50x"}, {0.0944, "0.094x"}, {0.00132, "0.0013x"},
                  {0, "0.00x"}};
    for (size_t i = 0; i < COUNT_OF(ratios); i++)
        expect(strcmp(ratio_print(arena, ratios[i].ratio), ratios[i].printed) == 0, "%s",
               ratios[i].printed);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    test_arena(&arena);
    test_arena_reset();
    test_text(&arena);
    test_utf8(&arena);
    test_map(&arena);
    test_error();
    test_random();
    test_figures(&arena);
    arena_clear(&arena);
    return finish();
}
