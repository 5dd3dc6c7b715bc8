#!/bin/sh
# compare.sh - two results of ten million rows, the same or not, compared: how long that
# takes beside the time the engine needs to deliver them, and how much memory.
#
#   bench/compare.sh [FOLDER]     FOLDER: where databases are kept (bench/out)

cd "$(dirname "$0")/.." || exit 2
out=${1:-bench/out}
rows=${ROWS:-10000000}
export HONE_WORKER="${HONE_WORKER:-$PWD/build/src/hone-worker}"
mkdir -p "$out"
for dialect in sqlite duckdb; do
    echo "$dialect, $rows rows:"
    build/bench/compare_rows $dialect "$out/wide_$rows.$dialect" "$rows" || exit
done
