// interpret_cell.h - the interpreter's values.
//
// A cell is a value of a result or a table in 16 bytes. Numbers, days and moments are
// held as such, so that comparing and adding need no text. What the interpreter does not
// know how to hold is CELL_OPAQUE: equal only to the same bytes.

#ifndef VERIFY_INTERPRET_CELL_H
#define VERIFY_INTERPRET_CELL_H

#include "engine/engine.h"
#include "verify/collation.h"
#include "verify/moment.h"

typedef enum {
    CELL_NULL,
    CELL_BOOLEAN, // integer: 0, 1
    CELL_INTEGER, // integer
    CELL_DECIMAL, // integer / 10^scale
    CELL_FLOAT,   // number
    CELL_TEXT,    // bytes, length
    CELL_BLOB,    // bytes, length
    CELL_DATE,    // integer: days since 1970-01-01
    CELL_MOMENT,  // integer: microseconds since 1970-01-01 00:00:00
    CELL_OPAQUE,  // bytes, length: the engine's text
} CellKind;

typedef struct {
    uint8_t kind; // CellKind
    uint8_t scale;
    uint32_t length;
    union {
        int64_t integer;
        double number;
        const char *bytes;
    };
} Cell;

// How two cells are compared: what SQLite applies to both sides first, and in which
// order texts come.
typedef struct {
    Affinity affinity;
    Collation collation;
} Comparer;

Cell cell_null(void);
Cell cell_integer(int64_t value);
Cell cell_float(double value);
Cell cell_text(const char *bytes, size_t length);

// Returns SQL's TRUE or FALSE: SQLite has none but 1 and 0.
Cell cell_truth(Dialect dialect, bool value);

// Returns the cell for an engine's value; its bytes stay where they are.
Cell cell_of_value(Value value);

// Returns what SQLite makes of a value that goes into a column of this affinity.
Cell cell_with_affinity(Arena *arena, Cell cell, Affinity affinity);

// True if SQLite takes the whole text, blanks around it aside, for a number.
bool cell_read_number(Cell text, Cell *number);

// Returns the number that SQLite's arithmetic takes the cell for: of a text, the number
// that it begins with.
Cell cell_as_number(Cell cell);

// Returns what SQLite casts to an INTEGER: of a text, the digits that it begins with.
Cell cell_as_whole(Cell cell);

// Return a number's value. The cell is a number, a boolean, a day or a moment.
double cell_number(Cell cell);
bool cell_is_number(Cell cell); // INTEGER, DECIMAL, FLOAT
bool cell_is_moment(Cell cell); // DATE, MOMENT

// True if no byte of a text is beyond ASCII.
bool cell_is_ascii(Cell text);

// True and sets `scaled` to the decimal's digits at another scale, if they fit.
bool cell_rescale(Cell cell, unsigned scale, int64_t *scaled);

// Orders two cells that are not NULL: negative, 0, positive. Clears `known` where the
// engine may see it in another way.
int cell_compare(Arena *arena, Dialect dialect, Comparer comparer, Cell a, Cell b,
                 bool *known);

// True if both are the same in a result: 1 = 1.0, NULL is NULL, text by bytes; `nearly`:
// floats within a tolerance.
bool cell_same(Cell a, Cell b, bool nearly);

// True if nothing, not even typeof(), tells them apart.
bool cell_identical(Cell a, Cell b);

// Reads YYYY-MM-DD[ HH:MM[:SS[.ffffff]]], and nothing but that, as a day or a moment;
// false if it is neither.
bool cell_read_moment(Cell text, bool as_day, Cell *moment);

// Returns the moment of a DATE or MOMENT, and the MOMENT or DATE of a moment.
Moment cell_to_moment(Cell cell);
Cell cell_of_moment(Moment moment);
Cell cell_of_day(Moment moment);

// Returns the text of a cell as the dialect casts it. Clears `known` where that is not
// certain.
Cell cell_to_text(Arena *arena, Dialect dialect, Cell cell, bool *known);

#endif
