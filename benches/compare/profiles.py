#!/usr/bin/env python3
"""Compares release profiles of lownoise: how long each takes to build, how large it is, and how fast it filters.

    benches/compare/profiles.py                         NDJSON and Parquet, five rounds
    benches/compare/profiles.py --format csv --rounds 3

Each profile is built from nothing, in a folder of its own below `target/profiles`, of which only the program is left. They
are then measured by compare.py, in turn with the program as it is shipped; options go there. Takes about half an hour.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILT = ROOT / "target" / "profiles"
PROFILES = {
    "fat LTO, 1 unit": {"lto": "fat", "codegen-units": "1"},
    "thin LTO, 1 unit": {"lto": "thin", "codegen-units": "1"},
    "thin LTO, 4 units": {"lto": "thin", "codegen-units": "4"},
    "no LTO, 16 units": {"lto": "off", "codegen-units": "16"},
}


def main() -> int:
    also = []
    for name, profile in PROFILES.items():
        program, seconds = build(name, profile)
        print(f"{name}: built in {seconds:.0f} s, {program.stat().st_size / 1e6:.1f} MB", file=sys.stderr, flush=True)
        also += ["--also", f"{name}={program}"]
    formats = [] if "--format" in sys.argv else ["--format", "ndjson", "--format", "parquet.zstd"]
    return subprocess.run([sys.executable, str(HERE / "compare.py"), *formats, *also, *sys.argv[1:]]).returncode


def build(name: str, profile: dict):
    """The program of a profile, and how long its build took."""
    folder = BUILT / name.replace(", ", "-").replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    words = {key: f'"{value}"' if not value.isdigit() else value for key, value in profile.items()}
    settings = [word for key, value in words.items() for word in ("--config", f"profile.release.{key}={value}")]
    began = time.monotonic()
    # Only what is shipped: a profile changes every crate, so nothing can be shared.
    command = ["cargo", "build", "--release", "--quiet", "--target-dir", str(folder), *settings]
    subprocess.run(command, cwd=ROOT, check=True)
    took = time.monotonic() - began
    program = BUILT / folder.with_suffix(".program").name
    os.replace(folder / "release" / "lownoise", program)
    shutil.rmtree(folder)
    return program, took


if __name__ == "__main__":
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
        sys.exit()
    sys.exit(main())
