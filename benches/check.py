#!/usr/bin/env python3
"""Times `lownoise check` on many exclusions: 10,000 in 200 policies, which take less than two seconds.

    cargo build --release && python3 benches/check.py --lownoise target/release/lownoise --at-most 2
"""
import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HEADER = """[policy]
id    = "policy-{place}"
title = "Many exclusions, {place}"
table = "DeviceNetworkEvents"
owner = "benches"
"""
EXCLUSION = """
[[exclusion]]
id      = "agent-{place}-{number}"
reason  = "Agent {number} asks its own server every few minutes"
expires = 2026-12-31
where   = {{ InitiatingProcessFolderPath = "/opt/vendor-{place}/agent-{number}/bin/agent", InitiatingProcessAccountName = "svc-{number}", RemotePort = {port} }}
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lownoise", default="target/release/lownoise")
    arguments.add_argument("--files", type=int, default=200)
    arguments.add_argument("--exclusions", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--at-most", type=float, help="fail when the best round takes more seconds")
    options = arguments.parse_args()
    each = options.exclusions // options.files
    with tempfile.TemporaryDirectory() as folder:
        for place in range(options.files):
            exclusions = (EXCLUSION.format(place=place, number=number, port=1024 + number) for number in range(each))
            (pathlib.Path(folder) / f"policy-{place}.toml").write_text(HEADER.format(place=place) + "".join(exclusions))
        command = [str(pathlib.Path(options.lownoise).resolve()), "check", folder, "--now", "2026-02-03T00:00:00Z"]
        walls = []
        for _ in range(options.rounds):
            before = time.perf_counter()
            subprocess.run(command, capture_output=True)
            walls.append(time.perf_counter() - before)
        user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime / options.rounds
        told = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    print(f"{told[-1] if told else 'nothing was told'}")
    print(f"{each * options.files:,} exclusions in {options.files} files: best {min(walls):.2f} s, {user:.2f} s of user time")
    if options.at_most and min(walls) > options.at_most:
        sys.exit(f"more than {options.at_most} s")


if __name__ == "__main__":
    main()
