// misread.h - trees that an engine answers otherwise than SQL has it.

#ifndef REWRITE_MISREAD_H
#define REWRITE_MISREAD_H

#include "query/query.h"

// True if the engine may answer the tree otherwise when a block of it is written in
// another way that comes to the same. Nothing is to be rewritten in such a tree, or into
// one: no condition of a rule tells what the engine makes of the rest.
bool tree_may_be_misread(const Tree *tree);

#endif
