#!/bin/sh
# check_guards.sh [--judge | --every-database] [RULE ...] - every numbered condition of a rule must be needed.
#
# Takes the program from $BUILD (build). Switches each guard (n) that a rule's header names
# off in turn. The rule's own test must then fail; if it passes, the condition is
# superfluous or nobody tests it. A number in the header that no guard() call has, or the
# other way round, is an error, too.
#
# With --judge, the judge alone must find out: it gets the cases of that test on which the
# rule, without its guard, does something else, and nothing of the rule, of the case's rows
# or of what the case expects, with up to four seeds. For each guard it prints what became of
# its cases: refuted with a database; refused, as incomparable (the original draws random
# numbers, or its rows come in an order of the engine's choice), which nobody accepts; no
# tree, when the driver stopped the rule before there was a query; and, of a guard that none
# of its cases shows to be needed, what the judge said. Fails if the judge accepts one.
#
# With --every-database, likewise, the small databases of the test must find out, all of
# which are tried on rules that are written as data; RULE: all of those.

cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
datatest=$build/tests/datatest
HONE_WORKER=${HONE_WORKER:-$PWD/$build/src/hone-worker}
export HONE_WORKER
[ -x "$datatest" ] || { echo "check_guards: no $datatest; run ninja -C $build"; exit 2; }

alone=nobody
case $1 in
--judge | --every-database) alone=${1#--}; shift ;;
esac
all_rules() {
    if [ $alone = every-database ]; then
        basename -s .rule rules/*.rule
    else
        sed -n 's/^RULE(\([a-z_]*\),.*/\1/p' src/rewrite/rules.def
    fi
}
[ $# -gt 0 ] || set -- $(all_rules)

passed=0 failed=0
wrong() {
    echo "$1"
    failed=$((failed + 1))
}
# The file of a rule: C, or data.
file_of() {
    if [ -f "rules/$1.rule" ]; then
        echo "rules/$1.rule"
    else
        echo "src/rewrite/rules/$1.c"
    fi
}
numbers_named() {
    sed -En 's|^(//)?  +\(([0-9]*)\).*|\2|p' "$(file_of "$1")" | sort -n
}
# What a rule in C asks; data has no conditions but those that it names.
numbers_called() {
    case $1 in
    *.rule) numbers_named "$(basename -s .rule "$1")" ;;
    *) tr -d '\n' <"$1" | grep -oE 'guard\( *[a-z>-]+, *[0-9]+' |
        grep -oE '[0-9]+$' | sort -nu ;;
    esac
}

# The rule's own test, with each of its guards switched off.
test_guards() {
    rule=$1 file=$(file_of "$1")
    named=$(numbers_named "$rule")
    called=$(numbers_called "$file")
    [ "$named" = "$called" ] ||
        wrong "$file: header names ($(echo $named)), guards are ($(echo $called))"
    if ! "$datatest" "tests/rewrite/$rule.test" >/dev/null 2>&1; then
        wrong "tests/rewrite/$rule.test fails with every guard on"
        return
    fi
    for n in $named; do
        if "$datatest" --guard-off "$rule:$n" "tests/rewrite/$rule.test" >/dev/null 2>&1
        then
            wrong "$file: its test passes without condition ($n)"
        else
            passed=$((passed + 1))
        fi
    done
}

# Who decides alone, on what the rule does with each of its guards switched off.
decide_guards() {
    for n in $(numbers_named "$1"); do
        said=$("$datatest" --$alone-alone --guard-off "$1:$n" "tests/rewrite/$1.test" 2>&1)
        counts=$(echo "$said" | grep '^[0-9]* cases: ')
        total=$((total + 1))
        echo "$1 ($n): ${counts:-$said}"
        case $counts in
        *' 0 refuted, 0 refused'*)
            echo "$said" | sed '/^[0-9]* cases: /,$d'
            not_seen="$not_seen $1:$n"
            ;;
        *' 0 refuted'*) refused=$((refused + 1)) only_refused="$only_refused $1:$n" ;;
        *' refuted'*) refuted=$((refuted + 1)) ;;
        *) wrong "$1 ($n) could not be tried" ;;
        esac
    done
}

report_alone() {
    passed=$((refuted + refused))
    share=$((passed * 1000 / total))
    echo "of $total guards switched off $alone alone finds out $passed," \
        "$((share / 10)).$((share % 10)) %:"
    echo "  refuted by a counterexample: $refuted"
    echo "  refused as incomparable: $refused${only_refused:+ ($only_refused )}"
    echo "  not seen: $((total - passed))${not_seen:+ ($not_seen )}"
    for guard in $not_seen; do
        wrong "$alone accepts ${guard%:*} without condition (${guard#*:})"
    done
}

refuted=0 refused=0 total=0 only_refused= not_seen=
for rule; do
    case $alone in
    nobody) test_guards "$rule" ;;
    *) decide_guards "$rule" ;;
    esac
done
[ $alone = nobody ] || report_alone
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
