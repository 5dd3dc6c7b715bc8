// parse_change.h - statements that change data.

#ifndef SQL_PARSE_CHANGE_H
#define SQL_PARSE_CHANGE_H

#include "sql/parse.h"

// True if INSERT, REPLACE, UPDATE, DELETE or MERGE stands here.
bool at_change(const Parser *p);

// change = insert | update | delete | merge, without the WITH before it
void parse_change(Parser *p);

#endif
