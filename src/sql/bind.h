// bind.h - what the files of the binder share.
//
//   bind.c         the entry points; queries, set operations, CTEs
//   bind_scope.c   which names are in sight, and which column a name means
//   bind_message.c what to say of a name that means none
//   bind_from.c    FROM: tables, derived tables, joins, table functions
//   bind_select.c  select list, stars, GROUP BY, ORDER BY
//   bind_expr.c    expressions
//   bind_call.c    functions, aggregates, windows
//   bind_type.c    the type of an expression
//   bind_name.c    the name an engine gives to an output without AS
//
// The first error sticks: from then on what the functions return is never looked at, so
// they need no error branches; loops end early where work would be wasted.

#ifndef SQL_BIND_H
#define SQL_BIND_H

#include "base/array.h"
#include "query/query.h"
#include "query/walk.h"

typedef struct {
    const char *name;
    uint32_t hash; // Of the name without case; see name_hash.
    uint32_t column;
    Type type;
} ScopeColumn;

// One FROM item that has columns: what `alias.column` is looked up in.
typedef struct {
    const Source *source;
    const char *alias;  // NULL: its columns cannot be qualified.
    const char *schema; // Of a table without alias; NULL for all others.
    const ScopeColumn *columns;
    size_t column_count;
    bool hidden; // The right side of a semi join: in sight only in its ON.
} ScopeItem;

typedef struct {
    size_t item;   // Of Scope.items.
    size_t column; // Of ScopeItem.columns.
} VisibleMember;

// One column that an unqualified name or a `*` means. More than one member: a column
// merged by FULL JOIN USING, the first member that is not NULL.
typedef struct {
    const char *name;
    uint32_t hash;
    const VisibleMember *members;
    size_t member_count;
} Visible;

typedef ARRAY(Visible) VisibleList;

typedef ARRAY(const Cte *) CteList;

// A CTE in sight. Entries form a list from the innermost and latest outwards.
typedef struct CteEntry CteEntry;
struct CteEntry {
    CteEntry *next;
    const Cte *unbound;
    Cte *bound;            // Its `query` is NULL until it is bound.
    const Output *outputs; // Known early in a recursive one.
    size_t output_count;
    CteEntry *sees;        // The CTEs its own text sees,
    CteEntry *anchor_sees; // and the first arm of a recursive one.
    struct Scope *parent;  // Where the WITH stands.
    CteList *completed;    // Where it goes when it is bound.
    bool in_progress;
};

// Which clause is being bound: says what may stand there.
typedef enum {
    PLACE_FROM,
    PLACE_OUTPUTS,
    PLACE_WHERE,
    PLACE_GROUP,
    PLACE_HAVING,
    PLACE_WINDOW,
    PLACE_QUALIFY,
    PLACE_ORDER,
    PLACE_LIMIT,
} Place;

// The names in sight within one block; `parent` is the enclosing one.
typedef struct Scope Scope;
struct Scope {
    Scope *parent;
    unsigned depth; // 1 for the outermost.
    ARRAY(ScopeItem) items;
    VisibleList visible;
    // In the ON of a join: where its items start, and what stands before it.
    size_t item_start;
    const VisibleList *beside;
    const Output *outputs; // So far: for aliases.
    size_t output_count;
    CteEntry *ctes;
    const Window *const *windows;
    size_t window_count;
    ARRAY(const Expr *) group_keys;
    Place place;
    bool in_aggregate;      // Inside an aggregate of this block.
    bool has_opaque;        // A FROM item whose columns nobody knows.
    bool in_from_of_parent; // A derived table: references to `parent` are lateral.
    bool lateral;           // Such a reference was found.
};

typedef struct {
    Arena *arena;
    const Catalog *catalog;
    Dialect dialect;
    const char *text;
    uint32_t next_id;
    uint32_t parameter_count;
    bool has_opaque;
    bool failed;
    Error *err;
    struct AggregateFrame *aggregates; // Those being bound, the innermost first.
} Binder;

// An aggregate whose arguments are being bound: it belongs to the innermost block that
// they name a column of, which may be an outer one.
typedef struct AggregateFrame {
    struct AggregateFrame *outer;
    unsigned limit;   // The depth of the block in which it stands.
    unsigned deepest; // Of the blocks named so far; 0: none.
} AggregateFrame;

// Fill the error unless there was one before: ERROR_NAME, ERROR_UNSUPPORTED.
void bind_fail(Binder *b, size_t offset, const char *format, ...) PRINTF_LIKE(3, 4);
void bind_unsupported(Binder *b, size_t offset, const char *what);

// bind.c

// Returns the bound query. `parent` and `ctes` are what it can see of the outside.
const Query *bind_query(Binder *b, Scope *parent, CteEntry *ctes, const Query *query);

// As bind_query, for a derived table in `parent`'s FROM; sets `lateral` if it refers to
// what stands beside it there.
const Query *bind_derived(Binder *b, Scope *parent, CteEntry *ctes, const Query *query,
                          bool *lateral);

// True if nobody knows how many columns the query yields: an opaque body, or an output
// such as COLUMNS(…) or unnest(…).
bool query_is_vague(const Query *query);

// Binds the CTE if it is not yet bound. Fails where it reads itself and may not.
void bind_cte(Binder *b, CteEntry *entry, size_t offset);

// bind_scope.c

uint32_t name_hash(const char *name);
Scope scope_new(Scope *parent, CteEntry *ctes);

// Adds a FROM item and makes its columns visible in `visible`.
void scope_add(Binder *b, Scope *scope, ScopeItem item, VisibleList *visible);

// Returns a reference to the column the visible one stands for.
const Expr *scope_column(Binder *b, const Scope *scope, const Visible *visible,
                         const Expr *written);

// Returns a reference to a column of an item.
const Expr *scope_item_column(Binder *b, const ScopeItem *item, size_t column,
                              const Expr *written);

// Returns the name that the column has where it comes from, in whatever case it was
// written here; NULL if it is no column of a FROM item in sight.
const char *scope_column_name(const Scope *scope, const Expr *column);

// Returns what an EXPR_NAME means, or fails with the closest names.
const Expr *scope_resolve(Binder *b, Scope *scope, const Expr *name);

// Returns the column an unqualified or qualified name means in this scope alone, or
// NULL; sets `ambiguous` where it may be several.
const Expr *scope_find(Binder *b, Scope *scope, const Expr *name, bool *ambiguous);

// Returns the item that `qualifier` names, or NULL.
const ScopeItem *scope_item(const Scope *scope, const char *qualifier);

// bind_message.c

// Fail for a name that no block, or too many columns of this one, answer to.
void fail_unknown_name(Binder *b, const Scope *scope, const Expr *name);
void fail_ambiguous_name(Binder *b, const Scope *scope, const Expr *name);

// Returns "; did you mean a or b?" with those of `names` nearest to `name`, or "".
const char *closest_names(Arena *arena, const char *name, const char *const *names,
                          size_t count);

// bind_from.c

// FROM while it is bound: its names first, so that the select list can be bound, and
// then what may use the names of the select list.
typedef struct From From;
From *bind_from(Binder *b, Scope *scope, const Select *select);
const Source *const *bind_from_rest(From *from);

// bind_select.c

const Query *bind_select(Binder *b, Scope *scope, const Query *query, Query bound);

// Returns the ORDER BY of a set operation or VALUES, whose body in `bound` is bound.
const OrderItem *bind_output_order(Binder *b, const Query *query, const Query *bound,
                                   size_t *count);

// bind_expr.c

const Expr *bind_expr(Binder *b, Scope *scope, const Expr *expr);
const Expr *const *bind_exprs(Binder *b, Scope *scope, const Expr *const *exprs,
                              size_t count);

// Binds a list of conjuncts; what becomes an AND is flattened into it.
const Expr *const *bind_conjuncts(Binder *b, Scope *scope, const Expr *const *exprs,
                                  size_t *count);
const OrderItem *bind_order_exprs(Binder *b, Scope *scope, const OrderItem *items,
                                  size_t count);

// bind_call.c

const Expr *bind_call(Binder *b, Scope *scope, const Expr *expr);
const Expr *bind_grouping(Binder *b, Scope *scope, const Expr *expr);

// `offset`: where it is used, for messages.
const Window *bind_window(Binder *b, Scope *scope, const Window *window, size_t offset);

// bind_type.c

// Returns the type of a node whose children are bound and typed.
Type expr_derive_type(Arena *arena, Dialect dialect, const Expr *expr);

// Returns the type that values of both types have in a CASE or set operation.
Type type_common(Dialect dialect, Type a, Type b);

// bind_name.c

// Returns the name the engine gives an output without AS that is written so (unbound),
// and is no column: `text` where it takes the text, or nobody knows better.
const char *expr_implicit_name(Arena *arena, Dialect dialect, const Expr *written,
                               const char *text);

// Returns the name the engine gives an output without AS; `written->name` is its text.
const char *output_implicit_name(Binder *b, const Scope *scope, const Output *written,
                                 const Expr *bound);

#endif
