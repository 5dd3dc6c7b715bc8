#!/usr/bin/env python3
"""queries.py - hone over a folder of queries, one process a query; the sums of a benchmark.

    bench/queries.py DIR --db URL --keep FILE.jsonl [--name NAME] [hone optimize options]

Runs `hone optimize QUERY --db URL --json` for every DIR/*.sql in turn and appends what comes
out to FILE.jsonl. A query that stands there already is not run again, so a run that was
stopped goes on where it was. Each winner is measured once more in a fresh process
(`hone measure`): a win whose interval then lies wholly below 1 is counted as a loss.

$HONE names the program; the default is the one in build/.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run_json(arguments):
    """Runs hone and returns its JSON object, or one that holds the error."""
    done = subprocess.run([os.environ.get("HONE", str(ROOT / "build/src/app/hone")),
                           *arguments, "--json"], capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"error": (done.stderr.strip().splitlines() or ["no output"])[-1]}


def measure_again(original, faster, database):
    """Returns ratio, low and high of a measurement in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, sql in (("before.sql", original), ("after.sql", faster)):
            path = pathlib.Path(folder, name)
            path.write_text(sql)
            files.append(str(path))
        report = run_json(["measure", *files, "--db", database])
    measured = report.get("measurement") or report
    return {key: measured.get(key) for key in ("ratio", "low", "high")}


def run_query(path, database, options):
    report = run_json(["optimize", str(path), "--db", database, *options])
    results = report.get("results") or report.get("queries")
    result = results[0] if results else report
    result["query"] = path.name
    if result.get("status") == "faster":
        result["again"] = measure_again(result["sql"], result["faster"], database)
    return result


def ratio_of(result):
    return (result.get("measurement") or {}).get("ratio") or 0


def is_loss(result):
    high = (result.get("again") or {}).get("high")
    return high is not None and high < 1


def count_of(results, least):
    return sum(1 for r in results if r.get("status") == "faster" and ratio_of(r) >= least)


def print_summary(name, results):
    before = sum((r.get("measurement") or {}).get("before_ms") or 0 for r in results
                 if r.get("status") == "faster")
    after = sum((r.get("measurement") or {}).get("after_ms") or 0 for r in results
                if r.get("status") == "faster")
    statuses = {}
    for result in results:
        status = result.get("status", "error")
        statuses[status] = statuses.get(status, 0) + 1
    print(f"{name}: {len(results)} queries on {platform.machine()}, {os.cpu_count()} cores, "
          f"{datetime.date.today().isoformat()}")
    print(f"  wins     {count_of(results, 1.2)} >= 1.2x, {count_of(results, 2)} >= 2x, "
          f"{count_of(results, 10)} >= 10x; the winners took {before / 1000:.1f} s, "
          f"now {after / 1000:.1f} s")
    print(f"  losses   {sum(map(is_loss, results))} of the winners, measured again in a "
          f"fresh process, lie wholly below 1; {statuses.get('slower', 0)} more won the race "
          f"and lost on fresh runs: not proposed")
    own = sorted(r["own_cpu_ms"] for r in results if r.get("own_cpu_ms") is not None)
    if own:
        print(f"  own CPU  {own[len(own) // 2]:.0f} ms a query (median), worst {own[-1]:.0f}; "
              f"{sum(1 for ms in own if ms <= 100)} of {len(own)} within 100 ms")
    print("  answers  " + ", ".join(f"{count} {status}"
                                    for status, count in sorted(statuses.items())))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--db", required=True)
    parser.add_argument("--keep", required=True, type=pathlib.Path)
    parser.add_argument("--name", default="queries")
    arguments, options = parser.parse_known_args()

    kept = arguments.keep.read_text().splitlines() if arguments.keep.exists() else []
    results = {r["query"]: r for r in map(json.loads, kept)}
    for path in sorted(arguments.folder.glob("*.sql")):
        if path.name not in results:
            result = run_query(path, arguments.db, options)
            results[path.name] = result
            with arguments.keep.open("a") as keep:
                keep.write(json.dumps(result) + "\n")
        result = results[path.name]
        print(f"  {path.name:40} {result.get('status', result.get('error', '')):14}"
              f"{ratio_of(result):8.2f}x", flush=True)
    print_summary(arguments.name, list(results.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
