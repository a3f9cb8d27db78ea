#!/usr/bin/env python3
"""Reads the reports of `lownoise test` with readers that are not ours: JUnit by junitparser, TAP by tap.py.

    .ci/reports.py [--lownoise target/release/lownoise]

Each must find what the report for programs (`--format json`) says: as many cases, and the same ones failed, in error
and skipped. Also that the shards of a suite are together the suite. Sets up a Python environment of its own in
`target/reports`.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "reports"
PACKAGES = ["junitparser==5.0.1", "tap.py==3.2.1", "more-itertools", "pyyaml"]
SUITE = ["tests/cli/suite/features", "--rules", "tests/cli/suite/rules", "--now", "2026-02-03T00:00:00Z"]
SHARDS = 3


def told(lownoise, *arguments):
    """The output of a run, which finds failures."""
    done = subprocess.run([lownoise, "test", *SUITE, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def expected(report):
    """Names by what became of them, of the report for programs."""
    by = {"passed": set(), "failed": set(), "error": set(), "skipped": set()}
    for feature in report["features"]:
        if feature["unreadable"]:
            by["error"].add((feature["file"], feature["unreadable"]["line"]))
        for scenario in feature["scenarios"]:
            by[scenario["outcome"]].add((feature["file"], scenario["line"]))
    return by


def junit(text):
    """The same of JUnit, as junitparser reads it."""
    from junitparser import Error, Failure, JUnitXml, Skipped

    by = {"passed": set(), "failed": set(), "error": set(), "skipped": set()}
    expired = []
    kinds = {Failure: "failed", Error: "error", Skipped: "skipped"}
    report = JUnitXml.fromstring(text.encode())
    for suite in report:
        cases = list(suite)
        assert suite.tests == len(cases), suite.name
        for case in cases:
            if suite.name == "expired exclusions":
                expired.append((case.classname, case.name))
                continue
            assert len(case.result) <= 1
            kind = kinds[type(case.result[0])] if case.result else "passed"
            element = case._elem
            by[kind].add((element.get("file"), int(element.get("line"))))
    counted = sum(suite.failures for suite in report), sum(suite.errors for suite in report)
    assert counted == (len(by["failed"]), len(by["error"])), counted
    assert (report.failures, report.errors) == counted
    return by, expired


def tap(text):
    """How many points passed, failed and were skipped, as tap.py reads them."""
    from tap.parser import Parser

    with tempfile.NamedTemporaryFile("w", suffix=".tap") as file:
        file.write(text)
        file.flush()
        lines = list(Parser().parse_file(file.name))
    assert not [line for line in lines if line.category == "unknown"], [str(line) for line in lines]
    points = [line for line in lines if line.category == "test"]
    plan = next(line for line in lines if line.category == "plan")
    assert plan.expected_tests == len(points)
    return (
        sum(point.ok and not point.skip for point in points),
        sum(not point.ok for point in points),
        sum(bool(point.skip) for point in points),
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lownoise", default="target/release/lownoise")
    lownoise = str((ROOT / arguments.parse_args().lownoise).resolve())
    report = json.loads(told(lownoise, "--format", "json"))
    wanted = expected(report)
    assert all(wanted.values()), f"the suite shows too little: {wanted}"
    assert report["counts"]["passed"] == len(wanted["passed"])

    by, expired = junit(told(lownoise, "--format", "junit"))
    assert by == wanted, f"JUnit says {by}, JSON {wanted}"
    assert expired == [(gone["policy"], gone["exclusion"]) for gone in report["expired"]], expired

    points = tap(told(lownoise, "--format", "tap"))
    failed = len(wanted["failed"]) + len(wanted["error"])
    assert points == (len(wanted["passed"]), failed, len(wanted["skipped"]) + len(expired)), points

    together = {kind: set() for kind in wanted}
    for shard in range(1, SHARDS + 1):
        part = expected(json.loads(told(lownoise, "--format", "json", "--shard", f"{shard}/{SHARDS}")))
        for kind, places in part.items():
            assert not together[kind] & places, f"{places} ran twice"
            together[kind] |= places
    assert together == wanted, f"the shards are {together}"
    print(f"JUnit and TAP say what JSON says: {sum(map(len, wanted.values()))} cases; {SHARDS} shards are the suite")


if __name__ == "__main__":
    python = environment.python(FOLDER, PACKAGES)
    if pathlib.Path(sys.prefix).resolve() != FOLDER.resolve():
        sys.exit(subprocess.run([str(python), __file__, *sys.argv[1:]], check=False).returncode)
    main()
