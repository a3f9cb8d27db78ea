#!/usr/bin/env python3
"""Holds random pairs of policies against z3: what lownoise proves, z3 must not refute, and the other way round.

    benches/proof/agree.py --pairs 1500 --seed 1

Prints how often both agree, how often z3 or lownoise gives up, and what SMT-LIB cannot say; exits with 1 when two
answers differ, and leaves that question in the folder that it names.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tools


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1500, help="[default: %(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="[default: %(default)s]")
    parser.add_argument("--z3-timeout", type=int, default=10, metavar="SECONDS", help="[default: %(default)s]")
    parser.add_argument("--jobs", type=int, default=1, help="z3 at once [default: %(default)s]")
    options = parser.parse_args()
    tools.build()
    z3 = tools.z3()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lownoise-agree-"))
    subprocess.run([str(tools.QUESTIONS), "random", str(folder), str(options.pairs), str(options.seed)], check=True)
    pairs = json.loads((folder / "answers.json").read_text())
    asked = [pair for pair in pairs if not pair["unsaid"]]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        ask = lambda pair: tools.ask_z3(z3, folder / f"{pair['pair']}.smt2", options.z3_timeout)[1]
        said = list(pool.map(ask, asked))
    return report(options, folder, pairs, list(zip(asked, said)))


def report(options, folder: pathlib.Path, pairs, answers) -> int:
    counts = collections.Counter()
    wrong = []
    for pair, z3 in answers:
        if "unknown" in (pair["answer"], z3):
            counts["unknown to " + ("both" if pair["answer"] == z3 else "z3" if z3 == "unknown" else "lownoise")] += 1
        elif pair["answer"] == z3:
            counts[f"both say {z3}"] += 1
        else:
            wrong.append(f"{folder / str(pair['pair'])}.smt2: lownoise says {pair['answer']}, z3 {z3}")
    counts.update(f"not said: {pair['unsaid']}" for pair in pairs if pair["unsaid"])
    print(f"{options.pairs} pairs, seed {options.seed}")
    for what, count in counts.most_common():
        print(f"  {count:6} {what}")
    print(f"  {len(wrong):6} disagreements", *wrong, sep="\n")
    if not wrong:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
