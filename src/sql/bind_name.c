// bind_name.c - the name an engine gives to an output without AS.
//
// SQLite: a column's own name, and for everything else the text as it was written.

#include "sql/bind.h"

#include "base/text.h"

const char *output_implicit_name(Binder *b, const Scope *scope, const Output *written,
                                 const Expr *bound)
{
    if (bound->kind == EXPR_COLUMN) {
        const char *name = scope_column_name(scope, bound);
        return name != NULL ? name : bound->name;
    }
    return written->name;
}
