#!/usr/bin/env python3
"""Holds the SARIF that lownoise writes against the schema of the standard, 2.1.0, as the crate `serde-sarif` carries it.

    .ci/sarif.py --lownoise target/release/lownoise
"""
import argparse
import json
import pathlib
import subprocess
import sys

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "sarif"
PACKAGES = ["jsonschema==4.25.1"]
CRATE = "serde-sarif"
MANIFEST = f"""[package]
name = "schema"
version = "0.0.0"
edition = "2024"
[lib]
path = "lib.rs"
[workspace]
[dependencies]
{CRATE} = "=0.8.0"
"""
# What is written, and how many findings it must have at least: an empty document would satisfy any schema.
CASES = [
    (["check", "tests/cli/check/rules", "--format", "sarif"], 10),
    (["check", "tests/cli/wrong.toml", "--format", "sarif"], 8),
    (["check", "tests/cli/rule.yml", "tests/cli/traps.kql", "--format", "sarif"], 3),
    (["diff", "tests/cli/before", "tests/cli/after", "--format", "sarif"], 1),
]


def schema():
    """The schema, from the sources of the crate."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "Cargo.toml").write_text(MANIFEST)
    (FOLDER / "lib.rs").write_text("")
    told = subprocess.run(["cargo", "metadata", "--format-version", "1"], cwd=FOLDER, check=True, capture_output=True)
    packages = json.loads(told.stdout)["packages"]
    crate = pathlib.Path(next(package["manifest_path"] for package in packages if package["name"] == CRATE)).parent
    found = [path for path in crate.rglob("*.json") if "Static Analysis Results" in path.read_text()]
    if len(found) != 1:
        sys.exit(f"expected one schema in {CRATE}, found {found}")
    return json.loads(found[0].read_text())


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lownoise", default="target/release/lownoise")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if not options.inside:
        python = environment.python(FOLDER / "venv", PACKAGES)
        command = [str(python), __file__, "--lownoise", options.lownoise, "--inside"]
        sys.exit(subprocess.run(command, cwd=ROOT).returncode)
    import jsonschema

    standard = schema()
    validator = jsonschema.validators.validator_for(standard)(standard)
    if validator.is_valid({"version": "2.1.0", "runs": [{"results": [{}]}]}):
        sys.exit("the schema accepts a run without a tool: it is not that of the standard")
    for command, least in CASES:
        command = [options.lownoise, *command, "--now", "2026-02-03T00:00:00Z"]
        written = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        document = json.loads(written.stdout)
        wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        results = document["runs"][0]["results"]
        if wrong or len(results) < least:
            sys.exit("\n".join([" ".join(command), f"{len(results)} results, at least {least} expected", *wrong]))
        print(f"{len(results):3} results are valid: {' '.join(command[1:])}")


if __name__ == "__main__":
    main()
