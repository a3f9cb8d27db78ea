#!/usr/bin/env python3
"""Asks lownoise and z3 the same questions about policies, and prints a table: times, memory, answers, figures to reach.

    benches/proof/proof.py                         every question; z3 gets 20 seconds for each
    benches/proof/proof.py --only widened --only narrowed

Needs Python 3.9 and Cargo; everything else it sets up. Exits with 1 when the answers of two solvers, or an answer and
what the question was built to have, differ; with `--strict`, also when a figure is missed. README.md says more.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import tools

NOW = "2026-02-03T00:00:00Z"
HARD_SECONDS = 60


def main() -> int:
    options = arguments()
    tools.build()
    z3 = tools.z3()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lownoise-proof-"))
    try:
        tools.say("writing the questions")
        subprocess.run([str(tools.QUESTIONS), "write", str(folder)], check=True)
        questions = json.loads((folder / "questions.json").read_text())
        wanted = [question for question in questions if not options.only or question["name"] in options.only]
        return compare(options, z3, folder, wanted)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of lownoise [default: %(default)s]")
    parser.add_argument("--z3-timeout", type=int, default=20, metavar="SECONDS", help="[default: %(default)s]")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this question; may be repeated")
    parser.add_argument("--keep", metavar="FOLDER", help="work in this folder, and leave the policies and the SMT-LIB there")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a figure is missed")
    return parser.parse_args()


def compare(options, z3: pathlib.Path, folder: pathlib.Path, questions) -> int:
    results = {question["name"]: {"whole": [], "peak": [], "inner": [], "z3": []} for question in questions}
    print(f"\nlownoise: medians of {options.rounds} rounds; z3: at most {options.z3_timeout} s a question\n")
    print("| question | lownoise, whole process | peak | answer alone | says | z3 | says | z3 takes | to reach | reached |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    rows = []
    for number in range(options.rounds):
        tools.say(f"round {number + 1} of {options.rounds}")
        for question in questions:
            ask(options, z3, folder, question, results[question["name"]])
            if number + 1 == options.rounds:
                rows.append(row(question, results[question["name"]]))
    unsaid = [question for question in questions if question["unsaid"]]
    given_up = sum(results[question["name"]].get("z3 says") == "unknown" for question in questions)
    print(f"\n{len(questions)} questions; z3 gave up on {given_up}; {len(unsaid)} cannot be said in SMT-LIB")
    wrong = sum(disagrees for disagrees, _ in rows)
    missed = sum(not reached for _, reached in rows)
    print(f"{wrong} disagreements, {missed} figures missed")
    return 1 if wrong or (options.strict and missed) else 0


def ask(options, z3, folder, question, result) -> None:
    """One round: the command, the answer alone, and z3 if it has not given up."""
    name = question["name"]
    old, new = folder / f"{name}.old.toml", folder / f"{name}.new.toml"
    status, wall, peak = measure([str(tools.LOWNOISE), "diff", str(old), str(new), "--now", NOW], HARD_SECONDS)
    result["status"] = status
    result["whole"].append(wall * 1000)
    result["peak"].append(peak)
    inner = tools.limited([str(tools.QUESTIONS), "answer", str(folder), name, question["claim"]], HARD_SECONDS)
    answer = json.loads(inner) if inner else {"answer": "no answer", "milliseconds": HARD_SECONDS * 1000, "reason": None}
    result["says"], result["reason"] = answer["answer"], answer["reason"]
    result["inner"].append(answer["milliseconds"])
    if question["unsaid"] or result.get("z3 says") == "unknown":
        return
    seconds, says = tools.ask_z3(z3, folder / f"{name}.smt2", options.z3_timeout)
    result["z3"].append(seconds)
    result["z3 says"] = says


def measure(command, limit):
    """Runs a process to its end, or for so many seconds: exit code, wall seconds, peak memory in MiB."""
    started = time.monotonic()
    nothing = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
    child = os.posix_spawn(command[0], command, {**os.environ, "TZ": "UTC"}, file_actions=actions)
    clock = threading.Timer(limit, os.kill, (child, 9))
    clock.start()
    _, status, usage = os.wait4(child, 0)
    clock.cancel()
    os.close(nothing)
    # Kibibytes on Linux, bytes on macOS.
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return os.waitstatus_to_exitcode(status), time.monotonic() - started, usage.ru_maxrss / unit


def row(question, result):
    """Prints a row; whether answers disagree, and whether the figure is reached."""
    whole, inner, peak = statistics.median(result["whole"]), statistics.median(result["inner"]), max(result["peak"])
    says, z3_says = result["says"], result.get("z3 says", "cannot be asked")
    decided = {answer for answer in (says, z3_says, question["expected"]) if answer in ("holds", "fails")}
    disagrees = len(decided) > 1 or result["status"] not in (0, 1) and says != "no answer"
    # The command says 0 only when nothing is newly hidden.
    disagrees |= result["status"] == 0 and "fails" in decided and question["claim"] == "hides-nothing-new"
    took = whole if question["whole"] else inner
    reached = took <= question["milliseconds"] and peak <= question["mebibytes"] and says != "no answer"
    reached &= question["hard"] or says != "unknown"
    z3 = f"{statistics.median(result['z3']):.2f} s" if result["z3"] else "–"
    ratio = f"{statistics.median(result['z3']) * 1000 / max(inner, 0.001):,.0f} ×" if result["z3"] else "–"
    ratio = ("> " if z3_says == "unknown" else "") + ratio
    figure = f"{question['milliseconds']:g} ms" + (" whole" if question["whole"] else "") + f", {question['mebibytes']:g} MiB"
    name = question["name"] + (f" ({result['reason']})" if result["reason"] else "")
    said = f"{says}, wrong" if disagrees else says
    print(f"| {name} | {whole:.1f} ms | {peak:.0f} MiB | {inner:.2f} ms | {said} | {z3} | {z3_says} | {ratio} | {figure} | "
          f"{'yes' if reached else '**no**'} |", flush=True)
    return disagrees, reached


if __name__ == "__main__":
    sys.exit(main())
