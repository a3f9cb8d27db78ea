#!/usr/bin/env python3
"""Says whether files of NDJSON hold the same rows, in any order: rows.py ONE OTHER…

Prints how many rows there are, or on standard error how two files differ; then the exit code is 1. Rows are compared by
value, not by spelling.
"""
import json
import pathlib
import sys
from typing import Dict, List


def main() -> int:
    paths = [pathlib.Path(path) for path in sys.argv[1:]]
    first = rows(paths[0])
    for path in paths[1:]:
        other = rows(path)
        if first != other:
            differ(paths[0].stem, first, path.stem, other)
            return 1
    if not first:
        print("no event is kept, so nothing is compared", file=sys.stderr)
        return 1
    print(len(first))
    return 0


def rows(path: pathlib.Path) -> List[str]:
    with path.open(encoding="utf-8") as lines:
        return sorted(json.dumps(canonical(json.loads(line)), sort_keys=True) for line in lines)


def canonical(row: Dict[str, object]) -> Dict[str, object]:
    """What is missing, null or an empty text is left out. Times are compared to the microsecond, which is what every engine keeps: how they
    are spelled, and whether there is a seventh digit, differs."""
    result = {}
    for name, value in row.items():
        if name == "Timestamp" and isinstance(value, str):
            date, _, fraction = value.partition("+")[0].replace("T", " ").rstrip("Z").partition(".")
            value = f"{date}.{fraction[:6]:0<6}"
        if value not in (None, ""):
            result[name] = value
    return result


def differ(one: str, rows_of_one: List[str], other: str, rows_of_other: List[str]) -> None:
    print(f"{one} keeps {len(rows_of_one):,} events, {other} {len(rows_of_other):,}; they differ:", file=sys.stderr)
    for name, mine, others in ((one, rows_of_one, set(rows_of_other)), (other, rows_of_other, set(rows_of_one))):
        for row in [row for row in mine if row not in others][:3]:
            print(f"  only {name}: {row}", file=sys.stderr)
    if set(rows_of_one) == set(rows_of_other):
        print("  only in how often a row is there", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
