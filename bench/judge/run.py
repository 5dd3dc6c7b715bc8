#!/usr/bin/env python3
"""Runs labelled pairs of queries through the judge and prints what it made of them.

    bench/judge/run.py HONE FILE.jsonl … [--dialect sqlite|duckdb] [--only TEXT] [--show]
                       [--keep DIR]

Nothing of a case but its schema, its two queries and the dialect goes to the judge. SQLite
cases run with foreign keys trusted, as the READMEs of the data say. With --keep, verdicts
are appended to DIR/FILE.jsonl as they come, and what stands there is not judged again.

Pairs whose label is wrong stand in labels.md beside this script, with why; they are
counted apart. Exit status 1 if any other pair is judged against its label.
"""
import argparse, collections, json, os, re, subprocess, sys, threading

DIALECTS = ("sqlite", "duckdb")


def cases(path, only_dialect, only_id):
    for line in open(path):
        case = json.loads(line)
        dialects = case.get("dialects") or case.get("ran_on") or []
        if case.get("conflict"):  # One engine shows them to be different.
            dialects = [d for d in dialects if d == case.get("witness_engine")]
            case["label"] = "different"
        for dialect in dialects:
            wanted = dialect in DIALECTS and only_dialect in (None, dialect)
            if wanted and only_id in case["id"]:
                yield dialect, case


def wrong_labels():
    """Pairs (id, dialect) of the rows `| id | dialects | why |` of labels.md."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels.md")
    found = set()
    for line in open(path):
        row = re.match(r"\| ([a-z-]+-\d+) \| ([a-z, ]+) \|", line)
        if row:
            found |= {(row[1], dialect.strip()) for dialect in row[2].split(",")}
    return found


def question(number, dialect, case):
    shown = {key: case[key] for key in ("schema", "left", "right")}
    shown.update(id=str(number), dialect=dialect)
    if dialect == "sqlite":
        shown["trust"] = ["foreign_keys"]
    return json.dumps(shown) + "\n"


def judge(binary, todo):
    """Yields (place in todo, verdict) as they come."""
    run = subprocess.Popen([binary, "check", "--jsonl", "-"], text=True,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        for number, (dialect, case) in enumerate(todo):
            run.stdin.write(question(number, dialect, case))
        run.stdin.close()

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    for number, line in enumerate(run.stdout):
        yield number, json.loads(line)
    run.wait()


def read_kept(path):
    kept = {}
    if path and os.path.exists(path):
        for line in open(path):
            try:
                verdict = json.loads(line)
            except ValueError:
                continue  # A run was stopped in the middle of a line.
            kept[verdict["id"], verdict["dialect"]] = verdict
    return kept


def judge_all(binary, chosen, path):
    verdicts = read_kept(path)
    todo = [c for c in chosen if (c[1]["id"], c[0]) not in verdicts]
    out = open(path, "a") if path else None
    for number, verdict in judge(binary, todo) if todo else ():
        dialect, case = todo[number]
        verdict.update(id=case["id"], dialect=dialect)
        verdicts[case["id"], dialect] = verdict
        if out:
            out.write(json.dumps(verdict) + "\n")
            out.flush()
    return verdicts


def quantile(values, share):
    values = sorted(values) or [0]
    return values[min(len(values) - 1, int(len(values) * share))]


def print_case(mark, dialect, case, verdict, show):
    print(mark, case["id"], dialect, verdict["verdict"], verdict["evidence"], "|",
          verdict["reason"])
    if show:
        print("     ", case["left"], "\n     ", case["right"])
        print("     ", "; ".join(verdict.get("witness") or []))


def report(path, chosen, verdicts, show):
    """Prints the table of one file; returns how many verdicts contradict their label."""
    table = collections.defaultdict(collections.Counter)
    times = collections.defaultdict(list)
    listed, wrong, proved = wrong_labels(), 0, 0
    for dialect, case in chosen:
        verdict = verdicts.get((case["id"], dialect))
        if verdict is None:
            continue
        label, made = case["label"], verdict["verdict"]
        contradicts = (label, made) in (("different", "same"), ("equal", "different"))
        expected = {"equal": "same"}.get(label, label)
        if made != expected and (case["id"], dialect) in listed:
            label, contradicts = "mislabelled", False
        group = case.get("class") or case["set"]
        for key in {group, "all"}:
            table[label, dialect, key][made] += 1
        times[dialect].append(verdict["elapsed_ms"])
        proved += verdict["evidence"] == "proved"
        wrong += contradicts
        if contradicts or (show and made == "undecided"):
            print_case("WRONG" if contradicts else "open ", dialect, case, verdict, show)
    count = sum(len(values) for values in times.values())
    print(f"{os.path.basename(path)}: {count} of {len(chosen)} judged, {proved} proved")
    print(f"  {'label':12}{'dialect':8}{'class':16}{'refuted':>8}{'same':>6}{'open':>6}"
          f"{'refuted %':>11}")
    for (label, dialect, group), made in sorted(table.items()):
        share = 100 * made["different"] / sum(made.values())
        print(f"  {label:12}{dialect:8}{group:16}{made['different']:8}{made['same']:6}"
              f"{made['undecided']:6}{share:11.1f}")
    for dialect, values in sorted(times.items()):
        print(f"  {dialect}, ms a pair: median {quantile(values, .5):.1f}, 95 % "
              f"{quantile(values, .95):.1f}, longest {max(values):.0f}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("hone")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--dialect", choices=DIALECTS)
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--show", action="store_true", help="open cases, and their text")
    parser.add_argument("--keep", metavar="DIR", help="go on from the verdicts in DIR")
    given = parser.parse_args()
    wrong = 0
    for path in given.files:
        chosen = list(cases(path, given.dialect, given.only))
        kept = given.keep and os.path.join(given.keep, os.path.basename(path))
        wrong += report(path, chosen, judge_all(given.hone, chosen, kept), given.show)
    sys.exit(wrong > 0)


main()
