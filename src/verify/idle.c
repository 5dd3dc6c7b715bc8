// idle.c - what names a column.

#include "verify/idle.h"

#include "verify/domain.h"

static bool names_all_it_reads(const Side *side)
{
    return side->tree != NULL && !side->tree->has_opaque &&
           !text_has_word(side->text, "natural");
}

static bool is_reference(const Table *table, uint32_t column)
{
    bool found = false;
    for (size_t i = 0; i < table->foreign_key_count; i++)
        found |= ordinals_have(table->foreign_keys[i].columns,
                               table->foreign_keys[i].column_count, column);
    return found;
}

// True if a reference of one of the tables leads to the column.
static bool is_target(const Hints *hints, const Table *table, uint32_t column)
{
    bool found = false;
    for (size_t t = 0; t < hints->table_count; t++)
        for (size_t i = 0; i < hints->tables[t]->foreign_key_count; i++) {
            const ForeignKey *key = &hints->tables[t]->foreign_keys[i];
            size_t parent = hints_parent(hints, t, key);
            found |= parent < hints->table_count && hints->tables[parent] == table &&
                     ordinals_have(key->target_columns, key->column_count, column);
        }
    return found;
}

// What a unique index says about expressions and conditions is not taken apart.
static bool is_indexed(const Table *table, uint32_t column)
{
    bool found = false;
    for (size_t i = 0; i < table->index_count; i++) {
        const Index *index = &table->indexes[i];
        found |= index->unique &&
                 (index->partial || index->definition != NULL ||
                  ordinals_have(index->columns, index->column_count, column) ||
                  ordinals_have(index->columns, index->column_count, COLUMN_EXPRESSION));
    }
    return found;
}

static bool has_computed_columns(const Table *table)
{
    bool found = false;
    for (size_t c = 0; c < table->column_count; c++)
        found |= table->columns[c].generated != NULL;
    return found;
}

// Returns all words that may name a column.
static Map words_of(Arena *arena, const Pair *pair, const Hints *hints)
{
    Map words = map_new(arena);
    text_note_words(arena, pair->left.text, &words);
    text_note_words(arena, pair->right.text, &words);
    for (size_t t = 0; t < hints->table_count; t++)
        for (size_t i = 0; i < hints->tables[t]->check_count; i++)
            text_note_words(arena, hints->tables[t]->checks[i].text, &words);
    return words;
}

void hints_find_idle(const Pair *pair, Hints *hints)
{
    if (hints->view_count > 0 || !names_all_it_reads(&pair->left) ||
        !names_all_it_reads(&pair->right))
        return;
    Arena scratch = ARENA_EMPTY;
    Map words = words_of(&scratch, pair, hints);
    for (size_t i = 0; i < hints->column_count; i++) {
        ColumnHint *hint = &hints->columns[i];
        const Table *table = hints->tables[hint->table];
        const char *name = table->columns[hint->column].name;
        hint->is_idle = !hint->is_used && !column_in_key(table, hint->column) &&
                        !is_reference(table, hint->column) &&
                        !is_target(hints, table, hint->column) &&
                        !is_indexed(table, hint->column) &&
                        !has_computed_columns(table) && text_is_word(name) &&
                        map_find_word(&words, name) == NULL;
    }
    arena_clear(&scratch);
}
