#!/usr/bin/env python3
"""Times `lownoise check` on a repository as large teams have it: 10,000 exclusions in 200 files.

    benches/check/check.py                      writes the files from a seed, checks them, prints a table
    benches/check/check.py --keep FOLDER        and leaves them there for a look
    benches/check/check.py --at-most 2          exits with 1 when the median of the rounds is above so many seconds

190 policies of 50 exclusions each, and 10 sets of 50, each set used by 19 policies. The exclusions are pinned to path,
account and parent, or to a prefix, a name, a part of the command line, networks, hosts, in the mix that baselines have, and
one in a hundred is a copy; none is expired on the day of the run. Needs Python 3.9 and Cargo; builds the program unless `--lownoise` names one.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NOW = "2026-02-03T00:00:00Z"
SETS, POLICIES, EACH = 10, 190, 50
ACCOUNTS = ["root", "_apt", "_chrony", "fwupd-refresh", "mdatp", "systemd-timesync"]
PARENTS = ["systemd", "cron", "snapd", "dbus-daemon"]
FOLDERS = ["/usr/lib", "/usr/libexec", "/usr/sbin", "/opt", "/usr/share"]
# How often each shape occurs among a hundred exclusions.
SHAPES = {"pinned": 45, "path": 20, "prefix": 12, "name": 8, "host": 7, "network": 5, "command": 2, "copied": 1}


def where(chance, shape, name):
    """The conditions of one exclusion, as TOML."""
    folder = f"{chance.choice(FOLDERS)}/{name}"
    path = f"InitiatingProcessFolderPath = \"{folder}/{name}\""
    pinned = f"{path}, InitiatingProcessFileName = \"{name}\", InitiatingProcessAccountName = \"{chance.choice(ACCOUNTS)}\""
    network = f"{chance.randint(20, 90)}.{chance.randint(0, 255)}.{chance.randint(0, 255)}.0/24"
    return {
        "pinned": f"{pinned}, InitiatingProcessParentFileName = \"{chance.choice(PARENTS)}\", RemotePort = [80, 443]",
        "path": path,
        "prefix": f"InitiatingProcessFolderPath = {{ starts_with = [\"{folder}/\", \"/snap/{name}/\"] }}",
        "name": f"InitiatingProcessFileName = \"{name}\"",
        "host": f"{pinned}, RemoteUrl = {{ ends_with = [\".{name}.example.com\", \".{name}.example.net\"] }}",
        "network": f"{path}, RemoteIP = {{ in = [\"{network}\"] }}",
        "command": f"InitiatingProcessCommandLine = {{ contains = \"--service={name}\" }}",
        "copied": path,
    }[shape]


def exclusions(chance, owner):
    shapes = chance.choices(list(SHAPES), weights=list(SHAPES.values()), k=EACH)
    conditions = ""
    for number, shape in enumerate(shapes):
        name = f"{shape}-{owner}-{number}"
        # A copy says what the exclusion above it says.
        conditions = conditions if shape == "copied" and conditions else where(chance, shape, name)
        yield f"""
[[exclusion]]
id      = "{name}"
reason  = "Expected traffic of the service {name}"
owner   = "team-{chance.randint(1, 20)}"
created = 2026-01-{chance.randint(1, 28):02}
expires = 2026-{chance.randint(6, 12):02}-{chance.randint(1, 28):02}
where   = {{ {conditions} }}
"""


def write(folder, seed):
    """The files below a folder; how many exclusions they hold."""
    chance = random.Random(seed)
    (folder / "rules" / "sets").mkdir(parents=True)
    for number in range(SETS):
        head = f"[set]\nid    = \"set-{number}\"\ntitle = \"Set {number}\"\ntable = \"DeviceNetworkEvents\"\nowner = \"platform\"\n"
        (folder / "rules" / "sets" / f"set-{number}.toml").write_text(head + "".join(exclusions(chance, f"s{number}")))
    for number in range(POLICIES):
        head = f"""[policy]
id    = "policy-{number}"
title = "Policy {number}"
table = "DeviceNetworkEvents"
owner = "detection-engineering"
use   = ["set-{number % SETS}"]

[scope]
devices = {{ OSPlatform = "Linux" }}
where   = {{ RemoteIPType = "Public", ActionType = "ConnectionSuccess" }}
"""
        (folder / "rules" / f"policy-{number:03}.toml").write_text(head + "".join(exclusions(chance, f"p{number}")))
    return sum(file.read_text().count("[[exclusion]]") for file in (folder / "rules").rglob("*.toml"))


def timed(command, folder):
    """Seconds on the clock and of the processor, and what was printed."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    # 1 is a finding, which such a repository has.
    if ran.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ends with {ran.returncode}\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ran.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lownoise", type=pathlib.Path, help="the program [default: built here]")
    parser.add_argument("--seed", type=int, default=7, help="[default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=5, help="[default: %(default)s]")
    parser.add_argument("--at-most", type=float, metavar="SECONDS", help="exit with 1 when the median is above")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="write there, and leave it")
    options, more = parser.parse_known_args()
    if not options.lownoise:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    lownoise = (options.lownoise or ROOT / "target" / "release" / "lownoise").resolve()
    with tempfile.TemporaryDirectory(prefix="lownoise-check-") as made:
        folder = options.keep or pathlib.Path(made)
        count = write(folder, options.seed)
        command = [str(lownoise), "check", "--now", NOW, "--format", "json", "rules", *more]
        rounds = [timed(command, folder) for _ in range(options.rounds)]
    if len({printed for _, _, printed in rounds}) != 1:
        sys.exit("two rounds print different findings")
    codes = [finding["code"] for finding in json.loads(rounds[0][2])["findings"]]
    found = ", ".join(f"{codes.count(code)} {code}" for code in sorted(set(codes))) or "none"
    wall = statistics.median(wall for wall, _, _ in rounds)
    processor = statistics.median(processor for _, processor, _ in rounds)
    print(f"{count} exclusions in {SETS + POLICIES} files, seed {options.seed}, {options.rounds} rounds, {os.cpu_count()} cores")
    print(f"findings: {found}")
    print(f"median: {wall:.2f} s on the clock, {processor:.2f} s of the processor")
    if options.at_most and wall > options.at_most:
        sys.exit(f"above {options.at_most} s")


if __name__ == "__main__":
    main()
