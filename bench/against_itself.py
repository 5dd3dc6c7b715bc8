#!/usr/bin/env python3
"""against_itself.py - does hone measure call a query faster than itself?

    bench/against_itself.py [--trials 500] [--busy N] [--keep FILE.jsonl] [hone options]

Keeps the machine busy (N loops that do nothing, as many as there are CPUs), and lets
`hone measure` compare, in turn, a query of about 20 ms with itself and with one that does
1.2 times less work. Every trial is a fresh process and a line in FILE.jsonl; a run that was
stopped goes on where it was. Prints how often each was called faster; to reach: at most 1 %
of the same, at least 90 % of the 1.2x.

$HONE names the program; the default is the one in build/.
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HONE = os.environ.get("HONE", str(ROOT / "build/src/app/hone"))
ROWS = 66_000
QUERY = ("SELECT kind, count(*), sum(amount * 3 + id % 7) FROM facts "
         "WHERE id <= {} GROUP BY kind")
FULL, LESS = QUERY.format(ROWS), QUERY.format(round(ROWS / 1.2))
PAIRS = {"the same": (FULL, FULL), "1.2x": (FULL, LESS)}


def make_database(path):
    if path.exists():
        return
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE facts (id INTEGER PRIMARY KEY, kind INTEGER, amount INTEGER)")
        database.executemany("INSERT INTO facts VALUES (?, ?, ?)",
                             ((i, i % 10, i * 7919 % 1000) for i in range(1, ROWS + 1)))
        database.commit()


@contextlib.contextmanager
def busy_machine(count):
    loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def run_trial(name, database, options):
    before, after = PAIRS[name]
    done = subprocess.run([HONE, "measure", "-c", before, "-c", after, "--db", str(database),
                           "--json", "--quiet", *options], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    measured = json.loads(done.stdout)["measurement"]
    measured["query"] = name
    measured["pairs"] = len(measured["pairs"])
    return measured


def print_row(name, trials):
    outcomes = collections.Counter(trial["outcome"] for trial in trials)
    share = 100 / len(trials)
    print(f"{name:10}{len(trials):7}"
          f"{outcomes['faster'] * share:8.1f} %{outcomes['slower'] * share:8.1f} %"
          f"{outcomes['no difference'] * share:8.1f} %{outcomes['unclear'] * share:8.1f} %"
          f"{statistics.median(trial['ratio'] for trial in trials):8.2f}x"
          f"{statistics.median(trial['pairs'] for trial in trials):7.0f}"
          f"{sum(trial['clock'] == 'cpu' for trial in trials) * share:7.0f} %"
          f"{statistics.median(trial['noise'] for trial in trials) * 100:7.1f} %"
          f"{statistics.median(trial['pressure'] or 0 for trial in trials) * 100:9.0f} %")


def print_table(trials):
    print(f"{'':10}{'trials':>7}{'faster':>10}{'slower':>10}{'no diff.':>10}{'unclear':>10}"
          f"{'ratio':>9}{'pairs':>7}{'by CPU':>9}{'noise':>9}{'pressure':>11}")
    for name in PAIRS:
        chosen = [trial for trial in trials if trial["query"] == name]
        if chosen:
            print_row(name, chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--busy", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=pathlib.Path,
                        default=ROOT / "bench/out/against_itself.jsonl")
    arguments, options = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that the loops end.
    arguments.keep.parent.mkdir(parents=True, exist_ok=True)
    database = arguments.keep.with_suffix(".sqlite")
    make_database(database)
    kept = arguments.keep.read_text().splitlines() if arguments.keep.exists() else []
    trials = [json.loads(line) for line in kept]
    with busy_machine(arguments.busy), arguments.keep.open("a") as keep:
        for number in range(len(trials), arguments.trials * len(PAIRS)):
            trials.append(run_trial(list(PAIRS)[number % len(PAIRS)], database, options))
            keep.write(json.dumps(trials[-1]) + "\n")
            keep.flush()
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {arguments.trials * len(PAIRS)}", end="",
                      file=sys.stderr)
    print_table(trials)
    return 0


if __name__ == "__main__":
    sys.exit(main())
