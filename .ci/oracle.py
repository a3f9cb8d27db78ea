#!/usr/bin/env python3
"""Holds lownoise against engines and events that are not ours.

1. On 20,000 generated events, for each of three seeds: the rows that the shipped policy keeps, their columns and their
   order equal what duckdb-kql, an independent KQL engine, returns for the hunt's own KQL.
2. Real exports of Defender, Sysmon and osquery run with the right mapping, their counts add up, and what a source does
   not supply is said; with the mapping that is recognised, and with the same one asked for.

    .ci/oracle.py --lownoise target/release/lownoise --shared ../shared

Sets up its own Python environment in `.venv`. What is compared with is not part of the repository: without it, this
fails where the variable CI is set, and elsewhere says that it is skipped.
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICY = ROOT / "rules" / "linux-desktop-public-egress.toml"
NOW = "2026-02-03T00:00:00Z"
PACKAGES = ["duckdb-kql[all]==1.1.2", "duckdb==2.0.0"]
REAL = [
    # file, mapping it is recognised by, clock, what must be said of it
    ("defender-advanced-hunting.csv", None, "2023-12-22T00:00:00Z", []),
    ("sysmon-network-1500.ndjson", "sysmon", "2020-09-22T00:00:00Z", ["InitiatingProcessCommandLine"]),
    ("osquery-results.log", "osquery", "2023-03-17T00:00:00Z", ["InitiatingProcessCommandLine"]),
]


def typed(row: dict) -> dict:
    """Times as times, to the microsecond that DuckDB keeps: the engines spell them differently."""
    def value(name, found):
        if name == "Timestamp" and found:
            whole, _, fraction = found.rstrip("Z").partition(".")
            return datetime.datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}")
        return found
    return {name: value(name, found) for name, found in row.items()}


def rows(text: str) -> list:
    return [typed(json.loads(line)) for line in text.splitlines()]


def compare(lownoise: str, python: pathlib.Path, shared: pathlib.Path, seed: int, folder: pathlib.Path) -> None:
    events, devices = folder / "events.ndjson", folder / "devices.ndjson"
    subprocess.run(
        [lownoise, "generate", "--events", "20000", "--devices", "200", "--seed", str(seed), "--now", NOW,
         "-o", str(events), "--devices-output", str(devices)], check=True)
    ours = subprocess.run(
        [lownoise, "run", str(POLICY), str(events), "--devices", str(devices), "--now", NOW, "--format", "ndjson"],
        check=True, capture_output=True, text=True).stdout
    theirs = subprocess.run(
        [str(python), str(shared / "oracles" / "run-kql.py"), str(shared / "hunt" / "linux-desktop-public-egress.kql"),
         "--now", NOW, f"DeviceInfo={devices}", f"DeviceNetworkEvents={events}"],
        check=True, capture_output=True, text=True).stdout
    ours, theirs = rows(ours), rows(theirs)
    for place, (mine, other) in enumerate(zip(ours, theirs)):
        if list(mine) != list(other):
            sys.exit(f"seed {seed}: row {place}: the columns differ: {list(mine)} and {list(other)}")
        if mine != other:
            sys.exit(f"seed {seed}: row {place} differs:\n  lownoise {mine}\n  KQL      {other}")
    if len(ours) != len(theirs) or not ours:
        sys.exit(f"seed {seed}: lownoise keeps {len(ours)} rows, the KQL {len(theirs)}")
    print(f"seed {seed}: {len(ours)} of 20000 rows kept, equal in content and order")


def real(lownoise: str, shared: pathlib.Path) -> None:
    for name, mapping, now, lacking in REAL:
        path = str(shared / "data" / name)
        command = [lownoise, "run", str(POLICY), path, "--every-device", "--now", now, "--format", "ndjson"]
        summary, kept = account(name, [*command, "--stats=json"])
        asked, kept_as_asked = account(name, [*command, "--stats=json", "--mapping", mapping or "none"])
        if (summary, kept) != (asked, kept_as_asked):
            sys.exit(f"{name}: recognised and asked for differ:\n  {summary}\n  {asked}")
        recognised = summary["inputs"][0]["recognised"]
        if (f"`{mapping}`" in recognised) != (mapping is not None):
            sys.exit(f"{name}: recognised as {recognised}, but its mapping is {mapping}")
        never = [column["column"] for column in summary["never_supplied"]]
        words = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        for column in lacking:
            if column not in never or column not in words:
                sys.exit(f"{name}: it is not said that {column} is not supplied: {words}")
        print(f"{name}: {recognised}; {summary['read']} = {summary['malformed']} malformed + "
              f"{summary['out_of_scope']} out of scope + {summary['hidden']} hidden + {summary['kept']} kept; "
              f"never supplied: {', '.join(never) or 'nothing'}")


def account(name: str, command: list) -> tuple:
    """The summary of a run, whose counts add up, and its rows."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    summary = json.loads(done.stderr.splitlines()[-1])
    total = summary["malformed"] + summary["out_of_scope"] + summary["hidden"] + summary["kept"]
    if summary["read"] != total or summary["read"] == 0:
        sys.exit(f"{name}: the counts do not add up: {summary}")
    if len(done.stdout.splitlines()) != summary["kept"]:
        sys.exit(f"{name}: {summary['kept']} are counted as kept, and {len(done.stdout.splitlines())} written")
    return summary, done.stdout


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lownoise", default=str(ROOT / "target" / "release" / "lownoise"))
    arguments.add_argument(
        "--shared", type=pathlib.Path, default=os.environ.get("LOWNOISE_SHARED", ROOT.parent / "shared"),
        help="the folder of the hunt's KQL, the engine that runs it, and real events [default: $LOWNOISE_SHARED, else "
             "the folder `shared` beside the repository]")
    given = arguments.parse_args()
    if not given.shared.is_dir():
        words = f"{given.shared} is not there: it holds the hunt's KQL, the engine that runs it, and real events"
        if os.environ.get("CI"):
            sys.exit(words)
        print(f"skipped: {words}")
        return
    python = environment.python(ROOT / ".venv", PACKAGES)
    for seed in (1, 2, 3):
        with tempfile.TemporaryDirectory() as folder:
            compare(given.lownoise, python, given.shared, seed, pathlib.Path(folder))
    real(given.lownoise, given.shared)


if __name__ == "__main__":
    main()
