// parse_query.h - what parse_query.c takes from parse_select.c.

#ifndef SQL_PARSE_QUERY_H
#define SQL_PARSE_QUERY_H

#include "sql/parse.h"

// select = SELECT [DISTINCT …] outputs [FROM …] clauses
const Select *parse_select(Parser *p);

// from_first = FROM … [SELECT [DISTINCT …] outputs] clauses
const Select *parse_from_first(Parser *p);

#endif
