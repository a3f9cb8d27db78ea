#!/usr/bin/env python3
"""Compares lownoise with other engines: the same filter and projection over the same generated events, on one thread.

    benches/compare/compare.py                       one million events as NDJSON, five rounds
    benches/compare/compare.py --format csv --format parquet.zstd --events 300000 --rounds 3

Needs Python 3.9, Cargo and a gibibyte and a half of temporary space; everything else it sets up: a virtual environment
in `.venv`, a release build, the events. Each engine runs as a process of its own, all once to warm up, then in turn,
each round beginning with another one; times are user + system seconds of the whole process, medians over the rounds.
Exits with 1 when the engines do not keep the same events. What is measured and why: README.md beside this file.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import Callable, List

import peers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
POLICY = ROOT / "rules" / "linux-desktop-public-egress.toml"
LOWNOISE = ROOT / "target" / "release" / "lownoise"
ENVIRONMENT = ROOT / ".venv"
NOW = "2026-02-03T00:00:00Z"
SINCE = "2026-02-02T00:00:00"
"""The first moment of the lookback, as times of generated events begin: it is compared as text."""
DEVICES = 200
SEED = 1


@dataclass
class Contender:
    """A process to measure; `command` gets the path that its rows go to."""

    name: str
    command: Callable[[pathlib.Path], List[str]]
    filters: bool = True
    """Whether it does the whole job, and not only a part of it."""
    seconds: List[float] = field(default_factory=list)
    wall: List[float] = field(default_factory=list)
    mebibytes: List[float] = field(default_factory=list)


def main() -> int:
    options = arguments()
    build(ROOT)
    if options.rsigma:
        build(HERE / "rsigma")
    python = environment(peers.packages(options.only) + peers.CONVERTING)
    options.folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lownoise-compare-"))
    try:
        events, devices = generate(options)
        missed = False
        for format in options.format:
            source = convert(options, python, format, events)
            job = peers.Job(format, str(source), str(devices), NOW, options.threads, options.exclusions - len(peers.OWN))
            missed |= compare(options, prepare(options, python, job), source) != 0
        return 1 if missed else 0
    finally:
        if not options.keep:
            shutil.rmtree(options.folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="how many events [default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds [default: %(default)s]")
    parser.add_argument("--only", action="append", choices=sorted(peers.PEERS), help="only this peer; may be repeated")
    parser.add_argument("--format", action="append", choices=peers.FORMATS, help="of the events; may be repeated [default: ndjson]")
    parser.add_argument("--exclusions", type=int, default=len(peers.OWN), help="how many; more than %(default)s only beside DuckDB [default: %(default)s]")
    parser.add_argument("--threads", type=int, default=1, help="of each engine [default: %(default)s]")
    parser.add_argument("--rsigma", action="store_true", help="beside rsigma too, on one thread, which is compiled for it (NDJSON only)")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=PROGRAM", help="another build of lownoise, instead of peers that are not asked for; may be repeated")
    parser.add_argument("--keep", metavar="FOLDER", help="work in this folder, and leave the files there")
    parser.add_argument("--at-most", type=float, metavar="RATIO", help="exit with 1 when lownoise needs more than this share of a peer's time")
    options = parser.parse_args()
    if options.events < 1 or options.rounds < 1:
        parser.error("at least one event and one round")
    options.format = options.format or ["ndjson"]
    if not options.only:
        everyone = sorted(peers.PEERS) if options.exclusions == len(peers.OWN) else ["duckdb"]
        options.only = [] if options.also else everyone
    if options.rsigma and (options.format != ["ndjson"] or options.threads > 1 or options.exclusions > len(peers.OWN)):
        parser.error("rsigma is compared on NDJSON, one thread, and the policy's own exclusions")
    if options.exclusions < len(peers.OWN) or options.exclusions > len(peers.OWN) and not {*options.only} <= {"duckdb"}:
        parser.error("more exclusions are only written for DuckDB, and less than the policy has for nobody")
    return options


def build(package: pathlib.Path) -> None:
    say(f"building {package.name if package != ROOT else 'lownoise'} (release)")
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=package, check=True)


def environment(packages: List[str]) -> pathlib.Path:
    """The Python of the virtual environment, with these packages; made when it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        say(f"making a virtual environment in {ENVIRONMENT.name}")
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(install, check=True)
    return python


def generate(options: argparse.Namespace):
    options.folder.mkdir(parents=True, exist_ok=True)
    events, devices = options.folder / "events.ndjson", options.folder / "devices.ndjson"
    say(f"generating {options.events:,} events of {DEVICES} devices, seed {SEED}")
    command = [LOWNOISE, "generate", "--events", options.events, "--devices", DEVICES, "--seed", SEED, "--now", NOW]
    command += ["--output", events, "--devices-output", devices]
    subprocess.run([str(word) for word in command], check=True)
    return events, devices


def convert(options, python: pathlib.Path, format: str, events: pathlib.Path) -> pathlib.Path:
    """The events in this format."""
    if format == "ndjson":
        return events
    source = options.folder / f"events.{format}"
    say(f"converting them to {format}")
    subprocess.run([str(python), str(HERE / "convert.py"), format, str(events), str(source)], check=True)
    return source


def prepare(options, python: pathlib.Path, job: peers.Job) -> List[Contender]:
    """The contenders, lownoise first. A peer's whole program is one text, so that nothing of it is timed by us."""
    policy = options.folder / "policy.toml"
    policy.write_text(peers.policy(POLICY.read_text(), job.more))
    common = [str(LOWNOISE), "run", str(policy), job.events, "--devices", job.devices, "--now", NOW]
    common += ["--order", "input", "--input-format", job.shape, "--format", "ndjson", "--stats=off"]
    ours = lambda output, threads=job.threads: [*common, "--threads", str(threads), "-o", str(output)]
    contenders = [Contender("lownoise", ours)]
    if job.more:
        six = lambda output: [str(POLICY) if word == str(policy) else word for word in ours(output)]
        contenders.append(Contender(f"lownoise, {len(peers.OWN)} exclusions", six))
    if options.threads > 1:
        contenders.append(Contender("lownoise, one thread", lambda output: ours(output, threads=1)))
    for also in options.also:
        name, _, program = also.partition("=")
        contenders.append(Contender(name, lambda output, program=program: [program, *ours(output)[1:]]))
    for name in options.only:
        program = options.folder / f"run-{name}.py"
        program.write_text(peers.PEERS[name].program(job))
        contenders.append(Contender(name, lambda output, program=program: [str(python), str(program), str(output)]))
    if options.rsigma:
        rsigma = [str(HERE / "rsigma" / "target" / "release" / "rsigma-file"), job.events, job.devices, SINCE]
        contenders.append(Contender("rsigma", lambda output: [*rsigma, str(output)]))
    parts = peers.DECOMPRESSORS.get(job.compression, [peers.NEWLINES]) if job.shape == "ndjson" else []
    for command in parts:
        program = shutil.which(command[0])
        if program:
            alone = lambda output, command=(program, *command[1:]): [*command, job.events]
            contenders.append(Contender(f"{' '.join(command)} alone", alone, filters=False))
        else:
            say(f"{command[0]} is not installed, and so not compared with")
    return contenders


def compare(options, contenders: List[Contender], events: pathlib.Path) -> int:
    outputs = {contender.name: options.folder / f"{contender.name}.ndjson" for contender in contenders}
    written = [outputs[contender.name] for contender in contenders if contender.filters]
    for contender in contenders:
        say(f"warming up {contender.name}")
        measure(contender.command(outputs[contender.name]))
    # In a process of its own: see `measure`.
    checked = subprocess.run([sys.executable, str(HERE / "rows.py"), *map(str, written)], stdout=subprocess.PIPE, text=True)
    if checked.returncode != 0:
        return 1
    for number in range(options.rounds):
        say(f"round {number + 1} of {options.rounds}")
        # Turned on, so that nobody always comes after the same one, which leaves more or less in the caches.
        first = number % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            # To free what a former round left is nobody's work.
            outputs[contender.name].unlink(missing_ok=True)
            spent, wall, peak = measure(contender.command(outputs[contender.name]))
            contender.seconds.append(spent)
            contender.wall.append(wall)
            contender.mebibytes.append(peak)
    return table(options, contenders, events, int(checked.stdout))


def measure(command: List[str]):
    """Runs a process to its end: user + system seconds, wall seconds, peak memory in MiB.

    Linux counts the memory of whoever started a process as its own until its program is loaded, so this one has to stay
    smaller than any that it measures: about 15 MiB.
    """
    started = time.monotonic()
    nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command[0], command, {**os.environ, "TZ": "UTC"}, file_actions=nowhere)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - started
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)}\nended with {os.waitstatus_to_exitcode(status)}")
    # Kibibytes on Linux, bytes on macOS.
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit


def table(options, contenders: List[Contender], events: pathlib.Path, kept: int) -> int:
    threads = "one thread" if options.threads == 1 else f"{options.threads} threads"
    print(f"\n{options.events:,} events, {events.stat().st_size / 1e9:.2f} GB of {events.name.partition('.')[2]}, {kept:,} kept by each; "
          f"{options.exclusions:,} exclusions, {options.rounds} rounds, {threads}, medians\n")
    print("| engine | user + system | slowest round | wall | events/s | peak memory | lownoise takes | of the wall time |")
    print("|---|---|---|---|---|---|---|---|")
    ours, our_wall = (statistics.median(times) for times in (contenders[0].seconds, contenders[0].wall))
    missed = []
    for contender in contenders:
        seconds, wall = statistics.median(contender.seconds), statistics.median(contender.wall)
        ratio = ours / seconds
        print(f"| {contender.name} | {seconds:.2f} s | {max(contender.seconds):.2f} s | {wall:.2f} s | {options.events / seconds / 1e6:.2f} M | "
              f"{max(contender.mebibytes):.0f} MiB | {ratio:.2f} × | {our_wall / wall:.2f} × |")
        if options.at_most and contender is not contenders[0] and contender.filters and ratio > options.at_most:
            missed.append(f"lownoise takes {ratio:.2f} × the time of {contender.name}, more than {options.at_most:g} ×")
    for words in missed:
        print(words, file=sys.stderr)
    return 1 if missed else 0


def say(words: str) -> None:
    print(f"-- {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
