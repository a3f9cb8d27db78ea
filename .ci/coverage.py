#!/usr/bin/env python3
"""Opens what `lownoise test --coverage` writes with programs that are not ours: LCOV with genhtml, HTML with a browser.

    .ci/coverage.py [--lownoise target/release/lownoise]

Both must show what the report for programs (`--coverage=json`) says: genhtml as many branches and as many of them taken,
the browser a mark on each line with something that no scenario would notice, and none elsewhere. Looked at are the shipped
policies, and a policy of which most is not covered. Installs what it needs from Debian's packages.
"""
import argparse
import collections
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = {"genhtml": "lcov", "chromium": "chromium"}
SUITES = {
    "shipped": [],
    "little of it": ["tests/cli/suite/features/every-outcome.feature", "--rules", "tests/cli/suite/rules"],
}
BROWSER = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def install():
    """The programs that are not there."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL, "check": True}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing], **quiet)


def written(lownoise, suite, form, path):
    """Writes the coverage of a suite to a file."""
    command = [lownoise, "test", *suite, "--now", "2026-02-03T00:00:00Z", f"--coverage={form}", "--coverage-output", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return pathlib.Path(path)


def outcomes(report):
    """By file and line, how many outcomes there are and how many were seen; points of a set are those of all its policies."""
    points = collections.defaultdict(lambda: [0, 0])
    for policy in report["policies"]:
        for part in policy["scope"] + policy["exclusions"]:
            for place, point in enumerate(part["points"]):
                for outcome in ("true", "false"):
                    if point[outcome] is not None:
                        key = (point["file"], point["line"], part["id"], place, outcome)
                        points[key][0] += point[outcome]
    lines = collections.defaultdict(lambda: [0, 0])
    for (file, line, *_), (seen, _) in points.items():
        lines[file, line][0] += 1
        lines[file, line][1] += seen > 0
    return lines


def by_genhtml(info, folder):
    """Branches, and those of them that were taken, as genhtml counts them."""
    done = subprocess.run(
        ["genhtml", "--branch-coverage", "--output-directory", folder, info],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (pathlib.Path(folder) / "index.html").exists()
    found = re.search(r"branches\.*: [0-9.]+% \((\d+) of (\d+) branches\)", done.stdout)
    assert found, done.stdout
    return int(found[2]), int(found[1])


class Page(html.parser.HTMLParser):
    """The lines of each file, as the browser has them: which are marked, and how."""

    def __init__(self):
        super().__init__()
        self.file, self.line, self.inside, self.marks = None, 0, None, {}

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        kind = dict(attributes).get("class")
        if tag == "span" and kind in ("good", "bad"):
            self.marks[self.file, self.line] = kind

    def handle_endtag(self, _tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "h2":
            self.file = data
        elif self.inside == "i":
            self.line = int(data)


def by_browser(page, folder):
    """The marks of lines in the page that a browser made of the file."""
    done = subprocess.run(
        [*BROWSER, f"--user-data-dir={folder}", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, check=False, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "<title>Coverage</title>" in done.stdout, done.stdout[:500]
    found = Page()
    found.feed(done.stdout)
    return found.marks


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lownoise", default="target/release/lownoise")
    options = arguments.parse_args()
    lownoise = os.path.abspath(options.lownoise)
    install()
    for name, suite in SUITES.items():
        with tempfile.TemporaryDirectory() as folder:
            at = lambda file: os.path.join(folder, file)
            lines = outcomes(json.loads(written(lownoise, suite, "json", at("coverage.json")).read_text()))
            wanted = sum(found for found, _ in lines.values()), sum(seen for _, seen in lines.values())
            assert wanted[0] > 0
            found = by_genhtml(written(lownoise, suite, "lcov", at("coverage.info")), at("genhtml"))
            assert found == wanted, f"{name}: genhtml {found}, lownoise {wanted}"
            marks = by_browser(written(lownoise, suite, "html", at("coverage.html")), at("browser"))
            expected = {place: "good" if found == seen else "bad" for place, (found, seen) in lines.items()}
            assert marks == expected, f"{name}: {set(marks.items()) ^ set(expected.items())}"
            bad = sum(mark == "bad" for mark in marks.values())
            print(f"{name}: genhtml shows {found[1]} of {found[0]} branches, the browser {len(marks)} lines, {bad} of them not covered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
