#!/bin/sh
# check_docs.sh HONE - docs/rules.md is what `hone rules --markdown` says now.
#
#   build/src/app/hone rules --markdown >docs/rules.md      to bring it up to date

hone=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/.." || exit 2
"$hone" rules --markdown | diff -u docs/rules.md - && exit 0
echo "docs/rules.md is not up to date"
exit 1
