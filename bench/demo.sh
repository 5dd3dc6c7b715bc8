#!/bin/sh
# demo.sh - the demo's twenty queries on SQLite, as made and after ANALYZE, and the same
# queries against themselves while the machine is kept busy (false wins).
#
#   bench/demo.sh [FOLDER]     FOLDER: where databases and results are kept (bench/out)

cd "$(dirname "$0")/.." || exit 2
out=${1:-bench/out}
hone=${HONE:-build/src/app/hone}
mkdir -p "$out"
[ -f "$out/shop/shop.sqlite" ] || "$hone" demo "$out/shop" >/dev/null || exit 2
if [ ! -f "$out/analyzed.sqlite" ]; then
    cp "$out/shop/shop.sqlite" "$out/analyzed.sqlite"
    sqlite3 "$out/analyzed.sqlite" ANALYZE || exit 2
fi
queries=$out/shop/queries
python3 bench/queries.py "$queries" --db "$out/shop/shop.sqlite" \
    --keep "$out/demo.jsonl" --name 'demo, as made' || exit
python3 bench/queries.py "$queries" --db "$out/analyzed.sqlite" \
    --keep "$out/demo_analyzed.jsonl" --name 'demo, after ANALYZE' || exit

echo "the same query twice, the machine kept busy:"
sh -c 'while :; do :; done' & busy1=$!
sh -c 'while :; do :; done' & busy2=$!
trap 'kill $busy1 $busy2' EXIT
won=0 tried=0
for query in "$queries"/*.sql; do
    tried=$((tried + 1))
    "$hone" measure "$query" "$query" --db "$out/shop/shop.sqlite" --json |
        grep -q '"outcome": *"faster"' && won=$((won + 1))
done
echo "  $won of $tried called faster than itself"
