#!/usr/bin/env python3
"""Runs pairs of queries through the judge and prints what it made of them.

    bench/judge/run.py HONE FILE.jsonl … [--dialect sqlite|duckdb] [--show] [--out FILE]

Nothing of a case but id, schema, left, right and the dialect goes to the judge. SQLite
cases run with foreign keys trusted, as the README of the data says.
"""
import argparse, collections, json, os, subprocess, sys


def cases(path, only):
    for line in open(path):
        case = json.loads(line)
        dialects = case.get("dialects") or case.get("ran_on") or []
        if case.get("conflict"):
            dialects = [d for d in dialects if d == case.get("witness_engine")]
            case["label"] = "different"
        for dialect in dialects:
            if dialect in ("sqlite", "duckdb") and only in (None, dialect):
                yield dialect, case


def judge(binary, chosen):
    lines = []
    for number, (dialect, case) in enumerate(chosen):
        shown = {k: case[k] for k in ("schema", "left", "right")}
        shown.update(id=str(number), dialect=dialect)
        if dialect == "sqlite":
            shown["trust"] = ["foreign_keys"]
        lines.append(json.dumps(shown))
    done = subprocess.run([binary, "check", "--jsonl", "-"], input="\n".join(lines) + "\n",
                          text=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def quantile(values, share):
    values = sorted(values) or [0]
    return values[min(len(values) - 1, int(len(values) * share))]


def report(path, chosen, verdicts, show):
    table = collections.defaultdict(collections.Counter)
    for (dialect, case), verdict in zip(chosen, verdicts):
        group = case.get("class") or case["set"]
        table[case["label"], dialect, group][verdict["verdict"]] += 1
        table[case["label"], dialect, "all"][verdict["verdict"]] += 1
        wrong = (case["label"], verdict["verdict"]) in (
            ("different", "same"), ("equal", "different"))
        missed = case["label"] != "unknown" and verdict["verdict"] == "undecided"
        if wrong or (show and missed):
            print("WRONG" if wrong else "open ", case["id"], dialect, verdict["verdict"],
                  verdict["evidence"], "|", verdict["reason"])
            if show:
                print("     ", case["left"], "\n     ", case["right"])
                print("     ", "; ".join(verdict.get("witness") or []))
    print(f"{os.path.basename(path)}: {len(verdicts)} of {len(chosen)} judged")
    print(f"  {'label':10}{'dialect':8}{'class':16}{'refuted':>8}{'same':>6}{'open':>6}")
    for (label, dialect, group), count in sorted(table.items()):
        print(f"  {label:10}{dialect:8}{group:16}{count['different']:8}"
              f"{count['same']:6}{count['undecided']:6}")
    times = [v["elapsed_ms"] for v in verdicts]
    print(f"  ms a pair: median {quantile(times, .5):.1f}, 95 % {quantile(times, .95):.1f},"
          f" longest {max(times or [0]):.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hone")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--dialect")
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    for path in arguments.files:
        chosen = [c for c in cases(path, arguments.dialect) if arguments.only in c[1]["id"]]
        verdicts = judge(arguments.hone, chosen)
        report(path, chosen, verdicts, arguments.show)
        if arguments.out:
            with open(arguments.out, "a") as out:
                for (dialect, case), verdict in zip(chosen, verdicts):
                    out.write(json.dumps(dict(verdict, id=case["id"])) + "\n")


main()
