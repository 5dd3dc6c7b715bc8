// sorter.c - an external merge sort.

#include "engine/worker/sorter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RUN_BYTES = 8 << 20,
    MERGE_WIDTH = 64, // Runs merged at once: open files, each with its buffer.
    FILE_BUFFER_BYTES = 64 << 10,
    PATH_BYTES = 4096,
};

static void out_of_memory(void)
{
    fputs("hone-worker: out of memory\n", stderr);
    abort();
}

static bool fail_file(Error *err, const char *doing, const char *path)
{
    return fail(err, ERROR_FILE, "%s %s: %s", doing, path, strerror(errno));
}

// Order

// Compares two rows, each at its length.
static int compare_rows(const unsigned char *a, const unsigned char *b)
{
    uint64_t a_length, b_length;
    memcpy(&a_length, a, sizeof(a_length));
    memcpy(&b_length, b, sizeof(b_length));
    // Only read from, so that losing the `const` is harmless.
    Wire left = {.bytes = (unsigned char *)a + sizeof(a_length), .length = a_length};
    Wire right = {.bytes = (unsigned char *)b + sizeof(b_length), .length = b_length};
    while (left.position < left.length && right.position < right.length) {
        int order = value_compare(wire_view_value(&left), wire_view_value(&right));
        if (order != 0)
            return order;
    }
    return 0;
}

// Rows whose ranks are different need no other look.
static int compare_ranked(uint64_t a_rank, const unsigned char *a, uint64_t b_rank,
                          const unsigned char *b)
{
    if (a_rank != b_rank)
        return a_rank < b_rank ? -1 : 1;
    return compare_rows(a, b);
}

static int compare_places(const void *a, const void *b, void *rows)
{
    const unsigned char *bytes = rows;
    const SorterRow *left = a, *right = b;
    return compare_ranked(left->rank, bytes + left->offset, right->rank,
                          bytes + right->offset);
}

// Returns the rank of a row, given at its length.
static uint64_t row_rank(const unsigned char *row, uint64_t length)
{
    Wire wire = {.bytes = (unsigned char *)row + sizeof(length), .length = length};
    return length == 0 ? 0 : value_rank(wire_view_value(&wire));
}

// Runs

static void run_path(const Sorter *sorter, size_t run, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s.%zu", sorter->path, run);
}

static bool write_rows(const Sorter *sorter, const char *path, Error *err)
{
    FILE *file = fopen(path, sorter->in_sequence ? "abe" : "wbe");
    if (file == NULL)
        return fail_file(err, "writing", path);
    for (size_t i = 0; i < sorter->count; i++) {
        const unsigned char *row = sorter->rows.bytes + sorter->order[i].offset;
        uint64_t length;
        memcpy(&length, row, sizeof(length));
        fwrite(row, sizeof(length) + length, 1, file);
    }
    bool ok = ferror(file) == 0;
    ok = fclose(file) == 0 && ok;
    return ok || fail_file(err, "writing", path);
}

static bool flush(Sorter *sorter, const char *path, Error *err)
{
    if (sorter->count > 0 && !sorter->in_sequence)
        qsort_r(sorter->order, sorter->count, sizeof(*sorter->order), compare_places,
                sorter->rows.bytes);
    bool ok = write_rows(sorter, path, err);
    sorter->count = 0;
    wire_clear(&sorter->rows);
    return ok;
}

static bool flush_run(Sorter *sorter, Error *err)
{
    if (sorter->in_sequence)
        return flush(sorter, sorter->path, err);
    char path[PATH_BYTES];
    run_path(sorter, sorter->end_run++, path);
    return flush(sorter, path, err);
}

// Merging

typedef struct {
    FILE *file;
    char *buffer;
    Wire row; // The next one, with its length; empty at the end.
    uint64_t rank;
} Reader;

static bool reader_next(Reader *reader)
{
    wire_clear(&reader->row);
    uint64_t length;
    if (fread(&length, sizeof(length), 1, reader->file) != 1)
        return ferror(reader->file) == 0;
    wire_put_u64(&reader->row, length);
    unsigned char *room = wire_reserve(&reader->row, length);
    if (length > 0 && fread(room, length, 1, reader->file) != 1)
        return false;
    reader->row.length += length;
    reader->rank = row_rank(reader->row.bytes, length);
    return true;
}

static bool reader_open(Reader *reader, const char *path)
{
    reader->file = fopen(path, "rbe");
    if (reader->file == NULL)
        return false;
    reader->buffer = malloc(FILE_BUFFER_BYTES);
    if (reader->buffer == NULL)
        out_of_memory();
    setvbuf(reader->file, reader->buffer, _IOFBF, FILE_BUFFER_BYTES);
    return reader_next(reader);
}

static void reader_close(Reader *reader)
{
    if (reader->file != NULL)
        fclose(reader->file);
    free(reader->buffer);
    wire_free(&reader->row);
}

// Readers at their end come last.
static bool reader_before(const Reader *a, const Reader *b)
{
    if (a->row.length == 0 || b->row.length == 0)
        return a->row.length > 0;
    return compare_ranked(a->rank, a->row.bytes, b->rank, b->row.bytes) < 0;
}

// A heap: each before its two children.
static void sift_down(Reader *heap, size_t count, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++)
            if (reader_before(&heap[child], &heap[least]))
                least = child;
        if (least == i)
            return;
        Reader moved = heap[i];
        heap[i] = heap[least];
        heap[least] = moved;
        i = least;
    }
}

static bool merge_open(Reader *heap, size_t count, FILE *into)
{
    for (size_t i = count; i-- > 0;)
        sift_down(heap, count, i);
    while (heap[0].row.length > 0) {
        if (fwrite(heap[0].row.bytes, heap[0].row.length, 1, into) != 1 ||
            !reader_next(&heap[0]))
            return false;
        sift_down(heap, count, 0);
    }
    return true;
}

// Merges `count` runs from first_run on into a file, and removes them.
static bool merge(Sorter *sorter, size_t count, const char *target, Error *err)
{
    Reader heap[MERGE_WIDTH] = {0};
    char path[PATH_BYTES];
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        run_path(sorter, sorter->first_run + i, path);
        ok = reader_open(&heap[i], path);
    }
    FILE *into = ok ? fopen(target, "wbe") : NULL;
    ok = into != NULL && merge_open(heap, count, into);
    if (!ok)
        fail_file(err, "sorting rows into", target);
    if (into != NULL && fclose(into) != 0 && ok)
        ok = fail_file(err, "writing", target);
    for (size_t i = 0; i < count; i++) {
        reader_close(&heap[i]);
        run_path(sorter, sorter->first_run + i, path);
        remove(path);
    }
    sorter->first_run += count;
    return ok;
}

// The interface

void sorter_open(Sorter *sorter, const char *path, const Request *request)
{
    *sorter = (Sorter){.path = path,
                       .keys = request->key_columns,
                       .key_count = request->key_count,
                       .in_sequence = request->in_sequence};
}

static bool is_key(const Sorter *sorter, size_t column)
{
    for (size_t i = 0; i < sorter->key_count; i++)
        if (sorter->keys[i] == column)
            return true;
    return false;
}

bool sorter_row(Sorter *sorter, const Value *row, size_t column_count, Error *err)
{
    if (sorter->rows.length >= RUN_BYTES && !flush_run(sorter, err))
        return false;
    if (sorter->count == sorter->capacity) {
        sorter->capacity = sorter->capacity == 0 ? 1024 : 2 * sorter->capacity;
        size_t size = sorter->capacity * sizeof(*sorter->order);
        sorter->order = realloc(sorter->order, size);
        if (sorter->order == NULL)
            out_of_memory();
    }
    size_t start = sorter->rows.length;
    wire_put_u64(&sorter->rows, 0);
    for (size_t i = 0; i < sorter->key_count; i++)
        wire_put_value(&sorter->rows, &row[sorter->keys[i]]);
    for (size_t i = 0; i < column_count; i++)
        if (!is_key(sorter, i))
            wire_put_value(&sorter->rows, &row[i]);
    uint64_t length = sorter->rows.length - start - sizeof(length);
    memcpy(sorter->rows.bytes + start, &length, sizeof(length));
    uint64_t rank =
        sorter->in_sequence ? 0 : row_rank(sorter->rows.bytes + start, length);
    sorter->order[sorter->count++] = (SorterRow){rank, start};
    return true;
}

static bool finish(Sorter *sorter, Error *err)
{
    if (sorter->end_run == 0)
        return flush(sorter, sorter->path, err);
    if (!flush_run(sorter, err))
        return false;
    while (sorter->end_run - sorter->first_run > MERGE_WIDTH) {
        char path[PATH_BYTES];
        run_path(sorter, sorter->end_run, path);
        if (!merge(sorter, MERGE_WIDTH, path, err))
            return false;
        sorter->end_run++;
    }
    return merge(sorter, sorter->end_run - sorter->first_run, sorter->path, err);
}

bool sorter_close(Sorter *sorter, bool keep, Error *err)
{
    bool ok = !keep || finish(sorter, err);
    for (size_t run = sorter->first_run; run < sorter->end_run; run++) {
        char path[PATH_BYTES];
        run_path(sorter, run, path);
        remove(path);
    }
    if (!keep || !ok)
        remove(sorter->path);
    free(sorter->order);
    wire_free(&sorter->rows);
    *sorter = (Sorter){0};
    return ok;
}
