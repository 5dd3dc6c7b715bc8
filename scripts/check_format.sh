#!/bin/sh
# check_format.sh - every C file is as clang-format leaves it, and at most 90 columns wide
# (comments, too, which it leaves alone); no trailing blanks.

cd "$(dirname "$0")/.." || exit 2
status=0
if command -v clang-format >/dev/null; then
    find src include tests examples bench rules -name '*.[ch]' -print0 |
        xargs -0 clang-format --dry-run --Werror || status=1
else
    echo "clang-format is missing: formatting not checked"
fi
if grep -rnI '[[:space:]]$' src include scripts tests/*.c docs bench examples rules \
    --include='*.[ch]' --include='*.rule' --include='*.sh' --include='*.md' --include='*.def'; then
    echo "trailing blanks"
    status=1
fi
if find src include tests examples bench rules -name '*.[ch]' -print0 |
    LC_ALL=C.UTF-8 xargs -0 grep -nE '^.{91,}'; then
    echo "more than 90 columns"
    status=1
fi
exit $status
