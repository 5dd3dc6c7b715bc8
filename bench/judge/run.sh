#!/bin/sh
# run.sh - every number about pairs that the judge is held to, as one command.
#
#     bench/judge/run.sh DATA [OPTION of run.py …]
#
# DATA holds attacks/*.jsonl (wrong and right rewrites by class) and equiv/*.jsonl
# (published pairs). Verdicts are kept in bench/out/judge: a run that was stopped goes on
# where it was; remove that folder to judge anew. HONE names another program to test.
set -e
[ $# -gt 0 ] || { sed -n '2,8p' "$0"; exit 2; }
here=$(dirname "$0")
data=$1
shift
hone=${HONE:-$here/../../build/src/app/hone}
worker=$(dirname "$hone")/../hone-worker
[ -n "$HONE_WORKER" ] || [ ! -x "$worker" ] || export HONE_WORKER="$worker"
keep=$here/../out/judge
mkdir -p "$keep"
exec python3 "$here/run.py" "$hone" "$data"/attacks/*.jsonl "$data"/equiv/*.jsonl \
    --keep "$keep" "$@"
