#!/usr/bin/env python3
"""race.py - what does racing cost, and does the best candidate win?

    bench/race.py DIR --db URL --keep FILE.jsonl [hone optimize options]

Runs `hone optimize` on every DIR/*.sql, and then every candidate that was tried three times
in full beside the original (`hone measure --pairs 3`, stopped at ten times the original's
time). Prints, for each query and for all: the time the race took beside that of the full
runs, and how far the winner is from the candidate that is best by the full runs' CPU time,
those that the judge turned away left out. To reach: at most 1/3 of the work, and within 5 %
of the best.

A query that stands in FILE.jsonl is not run again. $HONE names the program.
"""
import argparse
import json
import pathlib
import statistics
import sys
import tempfile

from queries import run_json

WRONG = {"not admitted", "refuted", "undecided", "failed", "differs on the data", "vacuous"}
NEAR = 1.05
MANY_TIMES = 10


def measure_fully(original, candidate, original_ms, database):
    """Returns the time of three runs in full, and the median CPU time of one."""
    limit_ms = max(1000, MANY_TIMES * original_ms)
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder, name) for name in ("before.sql", "after.sql")]
        for path, sql in zip(files, (original, candidate)):
            path.write_text(sql)
        report = run_json(["measure", *map(str, files), "--db", database, "--pairs", "3",
                           "--clock", "cpu", "--timeout", f"{limit_ms:.0f}ms"])
    measured = report.get("measurement")
    if measured is None:
        return {"full_ms": limit_ms, "cpu_ms": None}
    return {"full_ms": sum(pair["after"]["elapsed_ms"] for pair in measured["pairs"]),
            "cpu_ms": measured["after_ms"]}


def run_query(path, database, options):
    report = run_json(["optimize", str(path), "--db", database, *options])
    if "queries" not in report:
        sys.exit(report["error"])
    result = report["queries"][0]
    tried = [c for c in result.get("candidates", []) if c["race_ms"] > 0]
    for candidate in tried:
        candidate.update(measure_fully(result["sql"], candidate["sql"],
                                       result["original"]["elapsed_ms"], database))
    kept = ("fate", "race_ms", "full_ms", "cpu_ms")
    return {"query": path.name, "status": result["status"],
            "candidates": [{key: c[key] for key in kept} for c in tried]}


def distance(result):
    """Returns the winner's time beside the best one's; None where nobody won."""
    right = [c for c in result["candidates"] if c["fate"] not in WRONG and c["cpu_ms"]]
    won = [c["cpu_ms"] for c in right if c["fate"] == "won"]
    return won[0] / min(c["cpu_ms"] for c in right) if won else None


def print_row(name, candidates, best):
    race = sum(c["race_ms"] for c in candidates) / 1000
    full = sum(c["full_ms"] for c in candidates) / 1000
    share = f"{race / full * 100:6.0f} %" if full > 0 else ""
    print(f"  {name:36}{len(candidates):5}{race:9.2f} s{full:9.2f} s {share:>9}"
          f"{best:>12}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--db", required=True)
    parser.add_argument("--keep", required=True, type=pathlib.Path)
    arguments, options = parser.parse_known_args()
    kept = arguments.keep.read_text().splitlines() if arguments.keep.exists() else []
    results = {r["query"]: r for r in map(json.loads, kept)}
    print(f"  {'query':36}{'cand.':>5}{'race':>11}{'full':>11}{'share':>10}"
          f"{'from best':>12}")
    for path in sorted(arguments.folder.glob("*.sql")):
        if path.name not in results:
            results[path.name] = run_query(path, arguments.db, options)
            with arguments.keep.open("a") as keep:
                keep.write(json.dumps(results[path.name]) + "\n")
        result = results[path.name]
        from_best = distance(result)
        print_row(path.name, result["candidates"],
                  f"{from_best:.2f}x" if from_best else "no winner")
    distances = [d for d in map(distance, results.values()) if d]
    print_row("all", [c for r in results.values() for c in r["candidates"]],
              f"{statistics.median(distances):.2f}x" if distances else "")
    print(f"  {sum(d <= NEAR for d in distances)} of {len(distances)} winners are within "
          f"{(NEAR - 1) * 100:.0f} % of the best")
    return 0


if __name__ == "__main__":
    sys.exit(main())
