#!/bin/sh
# tpcds.sh - the TPC-DS queries on SQLite (primary keys only) and on DuckDB.
#
#   bench/tpcds.sh DATA [FOLDER]
#
# DATA holds schema.sql, queries/, queries_sqlite/ and the generated tables as Parquet,
# with loaders (load_sqlite.sql, export_csv.sql, inflate.sql). The public generators and
# the query templates are at the TPC's site; docs/benchmarks.md says what the folder must
# hold. FOLDER keeps databases and results (bench/out); a stopped run goes on.

cd "$(dirname "$0")/.." || exit 2
load=${LOAD:-$PWD/build/bench/load_tpcds}
data=${1:?usage: bench/tpcds.sh DATA [FOLDER]}
out=$(mkdir -p "${2:-bench/out}" && cd "${2:-bench/out}" && pwd)
[ -f "$data/schema.sql" ] || { echo "tpcds: no $data/schema.sql"; exit 2; }
data=$(cd "$data" && pwd)

# The scripts name their files relative to where they run.
work=$out/tpcds
if [ ! -f "$out/tpcds.sqlite" ] || [ ! -f "$out/tpcds.duckdb" ]; then
    mkdir -p "$work" && cp -r "$data"/*.sql "$data/parquet" "$work" || exit 2
fi
if [ ! -f "$out/tpcds.duckdb" ]; then
    echo "making $out/tpcds.duckdb"
    "$load" duckdb "$work" "$out/tpcds.duckdb" || exit 2
fi
if [ ! -f "$out/tpcds.sqlite" ]; then
    echo "making $out/tpcds.sqlite"
    "$load" csv "$work" || exit 2
    (cd "$work" && sqlite3 "$out/tpcds.sqlite" <load_sqlite.sql) || exit 2
    rm -rf "$work/csv"
fi

python3 bench/queries.py "$data/queries_sqlite" --db "$out/tpcds.sqlite" \
    --keep "$out/tpcds_sqlite.jsonl" --name 'TPC-DS on SQLite' \
    --budget 60s --timeout 60s || exit
python3 bench/queries.py "$data/queries" --db "$out/tpcds.duckdb" \
    --keep "$out/tpcds_duckdb.jsonl" --name 'TPC-DS on DuckDB' \
    --schema "$data/schema.sql" --trust keys,not_null,foreign_keys \
    --budget 60s --timeout 60s
