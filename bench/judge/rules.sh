#!/bin/sh
# rules.sh - random queries through all rules, and their rows on random databases.
#
#   bench/judge/rules.sh [QUERIES [FOLDER]]    QUERIES for each engine (100000)
#                                              FOLDER: what is done so far (bench/out/rules)
#
# Goes through seeds in ranges, one file each, and goes on where it was stopped. Prints, for
# each engine, the queries, how often each rule fired, on how many databases before and
# after were compared, and how many were wrong; each wrong one in full, with its rows and
# seed. `fuzz_rules --dialect D SEED 1` finds it again.

cd "$(dirname "$0")/../.." || exit 2
queries=${1:-100000}
out=${2:-bench/out/rules}
build=${BUILD:-build}
HONE_WORKER=${HONE_WORKER:-$PWD/$build/src/hone-worker}
export HONE_WORKER
mkdir -p "$out" || exit 2

rounds=20 # Of 150 queries each.
ranges=$(((queries + rounds * 150 - 1) / (rounds * 150)))
for dialect in sqlite duckdb; do
    range=0
    while [ $range -lt $ranges ]; do
        seed=$((range * rounds + 1))
        done=$out/$dialect-$seed.txt
        if [ ! -f "$done" ]; then
            "$build/tests/fuzz/fuzz_rules" --dialect $dialect $seed $rounds >"$done.part"
            tail -1 "$done.part" | grep -q passed || { cat "$done.part"; exit 2; }
            mv "$done.part" "$done"
        fi
        range=$((range + 1))
    done
    echo "$dialect"
    cat "$out/$dialect"-*.txt | awk '
        / queries, / { sub(/.*: /, ""); queries += $1 }
        / fired .* compared .* wrong / {
            rule = $1 == "all" ? "all rules" : $1
            if (!(rule in fired)) order[++count] = rule
            gsub(/[a-z_,]/, "")
            fired[rule] += $1; compared[rule] += $2; wrong[rule] += $3
        }
        /^WRONG: /, /^$/ { print }
        END {
            printf "  %d queries\n", queries
            for (i = 1; i <= count; i++)
                printf "  %-28s fired %7d, compared %8d, wrong %d\n", order[i],
                    fired[order[i]], compared[order[i]], wrong[order[i]]
        }'
done
