#!/bin/sh
# check_guards.sh [RULE ...] - every numbered condition of a rule must be needed.
#
# Takes the program from $BUILD (build). Switches each guard (n) that a rule's header names
# off in turn. The rule's own test must then fail; if it passes, the condition is
# superfluous or nobody tests it. A number in the header that no guard() call has, or the
# other way round, is an error, too.

cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
datatest=$build/tests/datatest
HONE_WORKER=${HONE_WORKER:-$PWD/$build/src/hone-worker}
export HONE_WORKER
[ -x "$datatest" ] || { echo "check_guards: no $datatest; run ninja -C $build"; exit 2; }

passed=0 failed=0
wrong() {
    echo "$1"
    failed=$((failed + 1))
}

[ $# -gt 0 ] || set -- $(sed -n 's/^RULE(\([a-z_]*\),.*/\1/p' src/rewrite/rules.def)
for rule; do
    file=src/rewrite/rules/$rule.c
    named=$(sed -n 's|^//   (\([0-9]*\)).*|\1|p' "$file" | sort -n)
    called=$(tr -d '\n' <"$file" | grep -oE 'guard\( *[a-z>-]+, *[0-9]+' |
        grep -oE '[0-9]+$' | sort -nu)
    [ "$named" = "$called" ] ||
        wrong "$file: header names ($(echo $named)), guards are ($(echo $called))"
    if ! "$datatest" "tests/rewrite/$rule.test" >/dev/null 2>&1; then
        wrong "tests/rewrite/$rule.test fails with every guard on"
        continue
    fi
    for n in $named; do
        if "$datatest" --guard-off "$rule:$n" "tests/rewrite/$rule.test" >/dev/null 2>&1
        then
            wrong "$file: its test passes without condition ($n)"
        else
            passed=$((passed + 1))
        fi
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
