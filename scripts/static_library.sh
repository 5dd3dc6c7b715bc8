#!/bin/sh
# static_library.sh OUT ARCHIVE… - one archive of all of them, in which only hone_* can be
# seen: what a program calls its own functions can't clash with ours.
set -e

out=$1
shift
whole=$out.whole.o
${LD:-ld} -r -o "$whole" --whole-archive "$@"
${OBJCOPY:-objcopy} --wildcard --keep-global-symbol='hone_*' "$whole"
rm -f "$out"
${AR:-ar} rcs "$out" "$whole"
rm -f "$whole"
