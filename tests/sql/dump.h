// dump.h - an unbound tree in brackets, so that a test shows how a text was understood.

#ifndef TESTS_SQL_DUMP_H
#define TESTS_SQL_DUMP_H

#include "base/text.h"
#include "query/query.h"

// Add the tree: a + b * c is (+ a (* b c)).
void dump_expr(Text *text, const Expr *expr);
void dump_query(Text *text, const Query *query);

#endif
