#!/usr/bin/env python3
"""Times `lownoise test` on a suite that it makes: 5,000 scenarios in 100 features, and the same in one feature.

    benches/suite/suite.py [--lownoise target/release/lownoise] [--scenarios 5000] [--exclusions 100] [--rounds 3]

Prints seconds of user and system time and of the wall, the best of the rounds. Run it on a quiet machine.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

POLICY = """[policy]
id    = "many"
title = "Many exclusions"
table = "DeviceNetworkEvents"
owner = "bench"

[scope]
where = {{ RemoteIP = {{ in = "public" }} }}

{}"""
EXCLUSION = """[[exclusion]]
id     = "service-{0}"
reason = "Service number {0} calls home"
owner  = "bench"
where  = {{ InitiatingProcessFolderPath = "/usr/lib/service-{0}/daemon", InitiatingProcessAccountName = "root" }}
"""
SCENARIO = """
  Scenario: service {0} calls home, number {1}
    When the program is "/usr/lib/service-{0}/daemon"
    And the user is "root"
    Then it is hidden by "service-{0}"
    And it is kept when the path is "/tmp/daemon"
    And it is kept when the user is "anna"
"""


def suite(folder, scenarios, exclusions, features):
    """Writes a policy and its scenarios, divided into that many features."""
    (folder / "rules").mkdir(parents=True)
    (folder / "features").mkdir()
    each = "\n".join(EXCLUSION.format(number) for number in range(exclusions))
    (folder / "rules" / "many.toml").write_text(POLICY.format(each))
    for feature in range(features):
        numbers = range(feature, scenarios, features)
        text = f'Feature: part {feature}\n\n  Background:\n    Given the policy "many"\n'
        text += "".join(SCENARIO.format(number % exclusions, number) for number in numbers)
        (folder / "features" / f"part-{feature:04}.feature").write_text(text)


def timed(command, folder):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command} exited with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, wall, done.stdout.strip().splitlines()[-1]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lownoise", default="target/release/lownoise")
    arguments.add_argument("--scenarios", type=int, default=5000)
    arguments.add_argument("--exclusions", type=int, default=100)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--at-most", type=float, help="exit with 1 when a suite takes more seconds of the wall")
    options = arguments.parse_args()
    lownoise = os.path.abspath(options.lownoise)
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        for features in (100, 1):
            place = pathlib.Path(folder) / str(features)
            suite(place, options.scenarios, options.exclusions, features)
            runs = [timed([lownoise, "test"], place) for _ in range(options.rounds)]
            used, wall = min(run[0] for run in runs), min(run[1] for run in runs)
            print(f"{options.scenarios} scenarios in {features} features: {used:.2f} s processor, {wall:.2f} s wall ({runs[0][2]})")
            slow |= options.at_most is not None and wall > options.at_most
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
