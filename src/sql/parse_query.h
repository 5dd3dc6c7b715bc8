// parse_query.h - what the files about statements share.

#ifndef SQL_PARSE_QUERY_H
#define SQL_PARSE_QUERY_H

#include "sql/parse.h"

// select = SELECT [DISTINCT …] outputs [FROM …] clauses
const Select *parse_select(Parser *p);

// from_first = FROM … [SELECT [DISTINCT …] outputs] clauses
const Select *parse_from_first(Parser *p);

// outputs = output {"," output}
void parse_outputs(Parser *p, Select *select);

// tail = [ORDER BY …] {LIMIT … | OFFSET … | FETCH …}, each at most once
void parse_tail(Parser *p, Query *query);

// with = WITH [RECURSIVE] cte {"," cte}; sets `opaque` if the tree has no place for it.
void parse_with(Parser *p, Query *query, bool *opaque);

#endif
