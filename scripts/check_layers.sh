#!/bin/sh
# check_layers.sh - every #include in src/ must be one that src/LAYERS allows, a
# database's header may stand in engine/ only, and app/ sees the library by hone.h.

cd "$(dirname "$0")/../src" || exit 2
status=0
grep -rn '^#include "' --include='*.[ch]' . | awk '
    FNR == NR {
        if ($1 !~ /:$/) next
        sub(":", "", $1)
        for (i = 2; i <= NF; i++) allowed[$1, $i]
        next
    }
    {                                   # ./query/expr.h:9:#include "base/arena.h"
        split($0, from, "/")
        split($0, quoted, "\"")
        if (quoted[2] == "hone.h" && (from[2] == "app" || from[2] == "library")) next
        split(quoted[2], to, "/")
        if (from[2] != to[1] && !((from[2], to[1]) in allowed)) {
            print "not allowed by LAYERS: " $0
            bad = 1
        }
    }
    END { exit bad }
' LAYERS - || status=1
if grep -rnE '#include <(sqlite3|duckdb|libpq-fe)\.h>' --include='*.[ch]' . |
    grep -v '^\./engine/'; then
    echo "only engine/ may include a database's header"
    status=1
fi
exit $status
