#!/usr/bin/env python3
"""Times `lownoise test --mutate` on a policy that it makes, with 1,000 exclusions, and on the shipped ones.

    benches/mutation/mutation.py [--lownoise target/release/lownoise] [--exclusions 1000] [--rounds 3] [--at-most 60]

Two suites: one whose scenarios notice most edits, as those of a policy that is tested do, and one that speaks of a single
exclusion, so that nearly every edit survives, and is proved to and shown. Prints seconds of user and system time and of
the wall, the best of the rounds, and how many edits there were. Run it on a quiet machine.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NOW = ["--now", "2026-02-03T00:00:00Z"]
POLICY = """[policy]
id       = "many"
title    = "Many exclusions"
table    = "DeviceNetworkEvents"
owner    = "bench"
lookback = "24h"

[scope]
where = {{ RemoteIP = {{ in = "public" }} }}

{}"""
EXCLUSION = """[[exclusion]]
id      = "service-{0}"
reason  = "Service number {0} calls home"
owner   = "bench"
expires = 2027-02-02
where   = {{ InitiatingProcessFolderPath = {{ starts_with = "/usr/lib/service-{0}/" }}, InitiatingProcessAccountName = ["root", "service-{0}"], RemotePort = 443 }}
"""
SCENARIO = """
  Scenario: service {0} calls home
    When the program is "/usr/lib/service-{0}/daemon"
    And the user is "root" or "service-{0}"
    Then it is hidden by "service-{0}"
    And it is kept when the path is "/tmp/usr/lib/service-{0}/daemon", "/usr/lib/service-{0}x/daemon" or "/usr/lib/SERVICE-{0}/daemon"
    And it is kept when the user is "anna", "root2", "myroot" or "ROOT"
    And it is kept when the port is 444 or 80
"""


def suite(folder, exclusions, scenarios):
    """Writes a policy and a scenario for each of its first exclusions."""
    (folder / "rules").mkdir(parents=True)
    (folder / "features").mkdir()
    each = "\n".join(EXCLUSION.format(number) for number in range(exclusions))
    (folder / "rules" / "many.toml").write_text(POLICY.format(each))
    text = 'Feature: services\n\n  Background:\n    Given the policy "many"\n'
    text += "".join(SCENARIO.format(number) for number in range(scenarios))
    (folder / "features" / "services.feature").write_text(text)


def timed(lownoise, folder):
    """Processor and wall seconds of a run without `--mutate` and of one with it; and what became of the edits."""
    times = []
    for arguments in ([], ["--mutate=json", "--mutate-output"]):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            command = [lownoise, "test", *NOW, *arguments, *([file.name] if arguments else [])]
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode not in (0, 1):
                sys.exit(f"{command} exited with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            times.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall))
            fates = json.loads(pathlib.Path(file.name).read_text())["policies"] if arguments else []
    return times, fates


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lownoise", default="target/release/lownoise")
    arguments.add_argument("--exclusions", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--at-most", type=float, help="exit with 1 when a run takes more seconds of the wall")
    options = arguments.parse_args()
    lownoise = os.path.abspath(options.lownoise)
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        tested, untested = pathlib.Path(folder) / "tested", pathlib.Path(folder) / "untested"
        suite(tested, options.exclusions, options.exclusions)
        suite(untested, options.exclusions, 1)
        for name, place in (("the shipped policies", ROOT), ("tested", tested), ("untested", untested)):
            runs = [timed(lownoise, place) for _ in range(options.rounds)]
            plain = min(run[0][0][1] for run in runs)
            used, wall = (min(run[0][1][at] for run in runs) for at in (0, 1))
            counts = {key: sum(policy[key] for policy in runs[0][1]) for key in ("killed", "survived", "equivalent", "unknown")}
            told = ", ".join(f"{count} {key}" for key, count in counts.items())
            print(f"{name}: {used:.2f} s processor, {wall:.2f} s wall, of which scenarios {plain:.2f} s ({told})")
            slow |= options.at_most is not None and wall > options.at_most
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
