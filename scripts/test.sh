#!/bin/sh
# test.sh - set up what is missing, build with sanitizers, run every test.
#
#   sh scripts/test.sh            everything
#   sh scripts/test.sh NAME ...   the tests (or suites, as --suite NAME) that meson knows
#                                 by these names
#
# Ends with `N passed, N failed`, data-driven cases counted one by one.

cd "$(dirname "$0")/.." || exit 2
root=$PWD
sh scripts/deps.sh || exit 2

build=build-test
if [ ! -f $build/build.ninja ]; then
    meson setup $build -Db_sanitize=address,undefined -Db_lundef=false \
        -Doptimization=1 >/dev/null || exit 2
fi
echo "building"
ninja -C $build --quiet || exit 2

echo "testing"
export ASAN_OPTIONS=abort_on_error=0:detect_stack_use_after_return=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
meson test -C $build --no-rebuild --print-errorlogs --timeout-multiplier 5 "$@"
status=$?

# Each test program ends its output with its own count; one without counts as one.
counts=$(awk '
    function close_test() {
        if (name == "") return
        if (!counted) { if (bad) failed++; else passed++ }
        else if (bad && !its_failed) failed++
        name = ""
    }
    /^=+ [0-9]+\/[0-9]+ =+$/ { close_test(); name = $0; counted = bad = its_failed = 0 }
    /^result: / { bad = ($0 !~ /exit status 0/) }
    /^[0-9]+ passed, [0-9]+ failed/ {
        counted = 1; passed += $1; failed += $3; its_failed += $3
        if ($5 ~ /^[0-9]+$/) skipped += $5
    }
    END {
        close_test()
        printf "%d passed, %d failed", passed, failed
        if (skipped) printf ", %d skipped", skipped
        printf "\n"
    }' "$root/$build/meson-logs/testlog.txt")
echo "$counts"
case $counts in *" 0 failed"*) exit $status ;; esac
exit 1
