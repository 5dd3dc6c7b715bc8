#!/bin/sh
# check.sh - the long check, before a release: both compilers, clang-tidy, format, every
# guard of every rule switched off, and fuzzing with a seed of today.
#
#   sh scripts/check.sh [SEED]

cd "$(dirname "$0")/.." || exit 2
seed=${1:-$(date +%Y%m%d)}
sh scripts/deps.sh || exit 2
status=0
step() {
    echo
    echo "== $1"
}
failed() {
    echo "FAILED: $1"
    status=1
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "no $compiler here: left out"; continue; }
    step "build with $compiler, no warning"
    build=build-$compiler
    [ -f $build/build.ninja ] ||
        CC=$compiler meson setup $build --buildtype=release >/dev/null || exit 2
    ninja -C $build --quiet || failed "$compiler"
done

step "format and layers"
sh scripts/check_format.sh || failed "format"
sh scripts/check_layers.sh || failed "layers"

if command -v clang-tidy >/dev/null && [ -f build-clang/compile_commands.json ]; then
    step "clang-tidy"
    find src -name '*.c' -print0 |
        xargs -0 -P "$(nproc)" -n 8 clang-tidy --quiet -p build-clang 2>/dev/null ||
        failed "clang-tidy"
fi

step "every guard of every rule is needed"
BUILD=build-gcc sh scripts/check_guards.sh || failed "guards"

step "the judge alone finds guards that are switched off"
BUILD=build-gcc sh scripts/check_guards.sh --judge || failed "guards, by the judge"

step "all small databases find guards that are switched off"
BUILD=build-gcc sh scripts/check_guards.sh --every-database || failed "guards of data"

HONE_WORKER=$PWD/build-gcc/src/hone-worker
export HONE_WORKER
for fuzz in build-gcc/tests/fuzz/fuzz_*; do
    [ -x "$fuzz" ] && [ -f "$fuzz" ] || continue
    step "$(basename "$fuzz"), seed $seed"
    "$fuzz" "$seed" 8 || failed "$fuzz with seed $seed"
done

if command -v clang >/dev/null; then
    step "any bytes through parser, binder, printer and rules"
    sh scripts/fuzz.sh 120 || failed "fuzz.sh"
fi
exit $status
