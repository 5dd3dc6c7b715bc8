// interpret_tree.h - what a tree is compiled to. Only interpret_*.c include it.
//
// Each block knows its leaves (the items of FROM, joins opened). A leaf points to its
// current row, so an expression reads a column without asking where it is, and a
// correlated subquery sees the rows of the blocks around it. In a block that groups, the
// current group stands beside the current row, and what is no key and no aggregate is
// read off the group's rows, if these agree.

#ifndef VERIFY_INTERPRET_TREE_H
#define VERIFY_INTERPRET_TREE_H

#include "base/map.h"
#include "verify/interpret.h"

typedef struct Node Node;
typedef struct Leaf Leaf;
typedef struct Block Block;
typedef struct Plan Plan;
typedef struct Watch Watch; // interpret_watch.c

struct LoadedDatabase {
    const Database *database;
    uint64_t number;  // Of those loaded: what was kept from another is of no use.
    CellRows *tables; // As wide as the table, and the rowid behind the columns.
};

struct Branches {
    Arena *arena;
    Map compiled; // From Query to Branch; see interpret_compile.c.
    uint64_t loads;
};

struct Interpreter {
    Plan *plan;
    Dialect dialect;
    uint64_t watches; // The changes that it can watch,
    uint64_t watched; // and those that it does.
};

// One run.
typedef struct {
    Arena *arena;
    Dialect dialect;
    const LoadedDatabase *database;
    Trace *trace;
    const char *unsure; // Why; NULL as long as all is known.
    size_t steps;       // Rows put together, and subqueries run.
    size_t asked;       // Conditions.
    uint64_t watched;   // Interpreter.watched
    Trace ignored;      // Of what is only watched.
} Machine;

typedef Cell Evaluator(Machine *machine, const Node *node);

// An expression.
struct Node {
    Evaluator *evaluate;
    const Expr *expr;
    const Node *const *args;
    size_t arg_count;
    const Comparer *comparers; // Of each comparison that the node makes.
    Leaf *leaf;
    Block *block;
    Plan *plan;
    Cell constant;
    const Watch *watches; // Of a condition.
    size_t watch_count;
    bool is_known;  // A call: the function is.
    uint32_t index; // Column, key, aggregate, window, output, function.
    uint32_t site;  // Where its outcomes stand in the trace.
};

typedef struct {
    const Node *node;
    Comparer comparer;
    bool descending, nulls_first;
} SortKey;

struct Leaf {
    uint32_t number; // The source's.
    const Table *table;
    Plan *plan;            // A derived table or CTE; NULL: `table`.
    bool is_lateral;       // It refers to its neighbours.
    uint32_t width;        // The rowid of a table counted.
    const Cell *row;       // The current one.
    const Cell *nulls;     // A row of nothing but NULL.
    const Output *outputs; // Of a derived table or CTE: columns are known by their ids.
    size_t output_count;
};

// An item of FROM; its leaves stand side by side in the block.
typedef struct Item Item;
struct Item {
    Leaf *leaf; // NULL: a join.
    JoinKind join;
    const Item *left, *right;
    const Node *const *on;
    size_t on_count;
    size_t first, count; // Its leaves.
    bool is_lateral;     // One of them is.
    uint32_t site;
};

// The current row of each leaf.
typedef const Cell *const *Tuple;
typedef struct {
    Tuple *items;
    size_t count, capacity;
} Tuples;

typedef struct {
    const Cell *keys;
    const Cell *aggregates;
    const Tuple *members;
    size_t count;
    uint64_t absent; // Bit i: key i is none of this grouping set's.
} Group;

// What an expression behind GROUP BY (or WHERE) is computed for.
typedef struct {
    Tuple tuple;  // Of any row of the group; NULL where the group is empty.
    Group *group; // NULL: the block does not group.
    Cell *windows;
} Context;

typedef struct {
    const Expr *expr;
    const Node *const *args;
    size_t arg_count;
    const Node *filter;
    const SortKey *order;
    size_t order_count;
    Comparer comparer; // Of the first argument.
    uint32_t site;
} Aggregate;

typedef struct {
    Aggregate call;
    const Node *const *partition;
    const Comparer *partition_comparers;
    size_t partition_count;
    const SortKey *order;
    size_t order_count;
    FrameKind frame;
    FrameBound low, high;
    const Node *low_node, *high_node;
    FrameExclude exclude;
} WindowCall;

// A SELECT.
struct Block {
    const Select *select;
    Leaf *const *leaves;
    size_t leaf_count;
    const Item *const *items;
    size_t item_count;
    const Node *const *filter;
    const size_t *filter_levels; // How many items must be there to ask it.
    const bool *filter_is_local; // It names rows of the last of them alone.
    size_t filter_count;
    bool is_grouped;
    const Node *const *keys;
    const Expr *const *key_exprs;
    const Comparer *key_comparers;
    size_t key_count;
    const uint64_t *absent; // One for each grouping set; see Group.
    size_t set_count;
    const Aggregate *aggregates;
    size_t aggregate_count;
    const WindowCall *windows;
    size_t window_count;
    const Node *const *having;
    size_t having_count;
    const Node *const *qualify;
    size_t qualify_count;
    const Node *const *outputs;
    size_t output_count;
    bool is_distinct;
    uint32_t site;
    // While it runs.
    const Group *group;
    const Cell *window_cells;
};

// A query.
struct Plan {
    BodyKind body;
    Block *block;
    SetOperator set;
    Plan *const *arms;
    size_t arm_count;
    const Node *const *const *values;
    size_t value_count;
    uint32_t width;
    const Comparer *columns; // How the rows of DISTINCT and set operations compare.
    const SortKey *order;
    size_t order_count;
    const Node *const *distinct_on; // Of a SELECT DISTINCT ON.
    const Comparer *on_comparers;
    size_t on_count;
    Plan *working;       // Of a recursive CTE: what its arms read; else NULL.
    size_t anchor_count; // Arms that do not read it; they come first.
    bool reads_tables;   // A recursive CTE does: it may go round in a circle.
    Arena *lasting;      // Where rows that no table changes are kept; else NULL.
    const Node *limit, *offset;
    bool is_fixed; // It depends on no other block: one run serves all.
    uint32_t site;
    // While it runs.
    const Cell *output; // The row that ORDER BY speaks of.
    CellRows kept;
    uint64_t kept_number; // LoadedDatabase.number
    bool is_kept_for_good;
};

// interpret.c

bool machine_is_sqlite(const Machine *machine);

// Says that of the rest of the run nothing is known. Returns NULL, for where a value is
// wanted.
Cell machine_doubt(Machine *machine, const char *why);
void machine_see(Machine *machine, uint32_t site, unsigned outcome);

// Counts a step; false if the run has gone on for too long, or is unsure.
bool machine_step(Machine *machine);

// interpret_expr.c: all evaluators that need no block.

// Returns the evaluator for an expression that is no column, aggregate, window, output or
// grouping(). A call's node must know which function it is.
Evaluator *evaluator_of(const Node *node);
Evaluator evaluate_column, evaluate_bare_column, evaluate_constant, evaluate_key,
    evaluate_aggregate, evaluate_window, evaluate_output, evaluate_grouping,
    evaluate_unknown;
Evaluator evaluate_like; // interpret_pattern.c
Truth cell_to_truth(Machine *machine, Cell cell);
Truth node_truth(Machine *machine, const Node *node); // And traces it.

// True if every one is TRUE.
bool nodes_hold(Machine *machine, const Node *const *nodes, size_t count);
Cell node_value(Machine *machine, const Node *node);
int machine_compare(Machine *machine, Comparer comparer, Cell a, Cell b);

// True if both count as one value where rows are grouped: NULL is NULL.
bool cells_group(Machine *machine, Comparer comparer, Cell a, Cell b);

// Orders two rows of keys.
int keys_compare(Machine *machine, const SortKey *keys, size_t count, const Cell *a,
                 const Cell *b);

// interpret_moment.c: functions that interpret_function.c has in its table.
typedef Cell Function(Machine *machine, const Expr *expr, const Cell *args, size_t count);
Function call_date, call_date_diff, call_date_part, call_date_trunc, call_datetime,
    call_epoch, call_epoch_ms, call_epoch_us, call_julianday, call_last_day,
    call_named_part, call_strftime, call_time, call_unixepoch;

// interpret_operator.c, interpret_function.c
Cell operator_apply(Machine *machine, const Expr *expr, const Cell *args);
Cell function_apply(Machine *machine, const Node *node, const Cell *args);
bool function_find_known(const Expr *expr, uint32_t *which); // `which`: Node.index.
Cell cast_apply(Machine *machine, const Expr *expr, Cell cell);

// interpret_aggregate.c

// The rows that an aggregate is computed over.
typedef struct {
    Block *block;
    const Tuple *members;    // Rows of a group, or
    const Context *contexts; // of a frame, `members` being NULL; those
    const size_t *positions; // at these positions.
    size_t count;
} Input;
Cell aggregate_compute(Machine *machine, const Aggregate *aggregate, const Input *input);

// interpret_window.c

// Sets the cells of all windows in all contexts.
void windows_compute(Machine *machine, Block *block, Context *contexts, size_t count);

// interpret_select.c
void block_enter(Block *block, const Context *context);
void tuple_enter(const Block *block, Tuple tuple);
void block_run(Machine *machine, Block *block, Plan *plan, CellRows *rows);

// interpret_plan.c

// Runs a query; on return the rows are those of the plan or of the arena.
CellRows plan_run(Machine *machine, Plan *plan);
Cell *rows_add(Machine *machine, CellRows *rows);
void rows_distinct(Machine *machine, const Plan *plan, CellRows *rows);

// interpret_from.c
Tuples block_tuples(Machine *machine, const Block *block);

#endif
