#!/bin/sh
# fuzz.sh - any bytes at all through parser, binder, printer and rules (libFuzzer).
#
#   sh scripts/fuzz.sh [SECONDS [CORPUS]]
#
# Needs clang with its fuzzer (Debian: clang, libclang-rt-14-dev). Starts from the queries
# of the tests; what reaches new code is kept in CORPUS (build-fuzz/corpus), so that the
# next run goes on there. A crash ends it, with the input in build-fuzz/crash-….

cd "$(dirname "$0")/.." || exit 2
seconds=${1:-60}
build=build-fuzz
corpus=${2:-$build/corpus}

if [ ! -f $build/build.ninja ]; then
    CC=clang meson setup $build -Db_sanitize=address,undefined -Db_lundef=false \
        -Dfuzzer=true >/dev/null || exit 2
fi
ninja -C $build --quiet tests/fuzz/fuzz_statement || exit 2

# A query of a test stands between its command and the line "----".
if [ ! -d "$corpus" ]; then
    mkdir -p "$corpus"
    awk -v corpus="$corpus" '
        function keep() {
            if (text == "") return
            file = corpus "/" ++count
            printf "%s%s", count % 2 ? "s" : "d", text >file
            close(file)
            text = ""
        }
        FNR == 1 { inside = 0 }
        $0 == "----" { keep(); inside = 0; next }
        $0 == "" { text = ""; inside = 1; first = 1; next }
        inside && first { first = 0; next }
        inside { text = text $0 "\n" }
    ' tests/sql/*.test tests/rewrite/*.test tests/facts/*.test tests/verify/*.test
fi
exec $build/tests/fuzz/fuzz_statement -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -artifact_prefix=$build/ -print_final_stats=1 "$corpus"
