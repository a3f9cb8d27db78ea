#!/usr/bin/env python3
"""Holds Sigma as lownoise reads and writes it against two engines that are not ours.

1. Random rules and filters, with every modifier of the specification, and events made of their own literals (a match, a
   near miss, other case, absent, null, empty): wherever rsigma and pySigma's SQLite backend agree, so does the policy
   that is imported.
2. Random policies, compiled to filters of a rule that matches everything: both engines hide what the policy hides.

    .ci/sigma.py --rules 2000 --policies 200

Where the two differ nothing is compared: pySigma's SQLite backend folds only ASCII letters, for one, and rsigma all.

Sets up a Python environment of its own in `target/sigma`.
"""
import argparse
import base64
import json
import pathlib
import random
import re
import sqlite3
import subprocess
import sys

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "sigma"
PACKAGES = ["pysigma==2.0.1", "pysigma-backend-sqlite==2.1.1"]
TEXTS = ["Image", "ParentImage", "CommandLine", "TargetFilename", "Details", "User"]
LITERALS = [
    "C:\\Windows\\System32\\svchost.exe", "\\curl.exe", "/usr/lib/apt/", " -enc ", "powershell", "PowerShell.EXE",
    "C:\\Program Files\\", "\\\\\\\\host\\share", "100%_done", "it's", "[a]", 'say "x"', "NT AUTHORITY\\SYSTEM", "a", "443", "null",
    "C:\\\\Users\\\\x", "ends\\", "tab\there", "https://example.com/?q=1", "GUID-{12}", "a.b", "é", "-", "x*y", "a?c", "*.exe", "C:\\*\\\\*.dll",
    "\\*literal", "q\\?", "\\\\*", "*", "**mid**", "?",
]
PATTERNS = [
    ("^C:\\\\Users\\\\[^\\\\]+\\\\a\\.exe$", "C:\\Users\\bob\\a.exe"), ("a{2,3}b", "xaab"), ("(foo|bar)$", "a bar"), ("[a-f0-9]{4}", "zz12ab"),
    ("^$", ""), (".*", "anything"), ("x.y", "axby"), ("\\{[0-9]+\\}", "{12}"), ("[^a-z]", "A"), ("a+?b", "aab"), ("^(a|)c", "c"),
    ("http[s]?://", "https://x"), ("\\\\\\\\", "a\\\\b"), ("[\\[\\]]", "["), ("a\\.b|c", "c"), ("\\d+", "7"), ("\\w\\s\\w", "a b"),
]
NETWORKS = [
    ("10.0.0.0/8", "10.200.1.2", "11.0.0.1"), ("192.168.4.0/22", "192.168.7.255", "192.168.8.0"), ("127.0.0.1/32", "127.0.0.1", "127.0.0.2"),
    ("fe80::/10", "fe80::1", "fec0::1"), ("::1/128", "::1", "::2"), ("172.16.0.0/12", "172.31.255.255", "172.32.0.0"),
]


class Item:
    """An entry of a selection: its key, its values, and texts that match it."""

    def __init__(self, field, modifiers, values, matches):
        self.field, self.modifiers, self.values, self.matches = field, modifiers, values, matches
        self.key = "|".join([field, *modifiers])


def unescaped(text: str, many: str, one: str) -> str:
    """A text that a text with wildcards stands for."""
    out, place = "", 0
    while place < len(text):
        letter = text[place]
        if letter == "\\" and place + 1 < len(text) and text[place + 1] in "\\*?":
            out, place = out + text[place + 1], place + 2
            continue
        out, place = out + {"*": many, "?": one}.get(letter, letter), place + 1
    return out


def around(modifiers, text: str, pick: random.Random) -> str:
    before = "pre " if "contains" in modifiers or "endswith" in modifiers else ""
    behind = " post" if "contains" in modifiers or "startswith" in modifiers else ""
    return pick.choice(["", before]) + text + pick.choice(["", behind])


def item(pick: random.Random) -> Item:
    kind = pick.random()
    field = pick.choice(TEXTS)
    if kind < 0.1:
        ports = pick.sample([80, 443, 8080, 0, 65535, 22], pick.randint(1, 3))
        if pick.random() < 0.5:
            return Item("DestinationPort", [], ports, ports)
        order, step = pick.choice([("lt", -1), ("lte", 0), ("gt", 1), ("gte", 0)])
        return Item("DestinationPort", [order], ports[:1], [ports[0] + step])
    if kind < 0.17:
        networks = pick.sample(NETWORKS, pick.randint(1, 2))
        return Item(pick.choice(["DestinationIp", "SourceIp"]), ["cidr"], [network for network, _, _ in networks], [inside for _, inside, _ in networks])
    if kind < 0.27:
        patterns = pick.sample(PATTERNS, pick.randint(1, 2))
        flags = pick.choice([[], [], ["i"], ["i", "s"], ["m"]])
        return Item(field, ["re", *flags], [pattern for pattern, _ in patterns], [match for _, match in patterns])
    if kind < 0.33:
        return Item(field, [], pick.choice([[None], [""], [None, ""], [None, "x"]]), ["x", None, ""])
    if kind < 0.37:
        wanted = pick.random() < 0.5
        return Item(field, ["exists"], [wanted], ["x"] if wanted else [None])
    if kind < 0.42:
        text = pick.choice(["ping", "foobar", "Invoke-X", "ab"])
        chain = pick.choice([["base64"], ["base64offset"], ["wide", "base64"], ["wide", "base64offset"]])
        raw = text.encode("utf-16le") if "wide" in chain else text.encode()
        padded = [base64.b64encode(b"x" * shift + raw + tail).decode() for shift in range(3) for tail in (b"", b"zz")]
        return Item(field, [*chain, "contains"], [text], padded)
    if kind < 0.48:
        flag = pick.choice([" -f ", "-enc", " /c ", "a-b -c"])
        # rsigma looks at `-` inside of words too, and not at `/`; where they agree, so do we.
        return Item(field, pick.choice([["windash", "contains"], ["contains", "windash"], ["windash"]]), [flag], [flag, flag.replace("-", "/"), flag.replace("-", "\u2013"), flag.replace("/", "-")])
    if kind < 0.52:
        literals = pick.sample(LITERALS[:8], pick.randint(1, 2))
        return Item(field, ["neq"], literals, ["other", *literals])
    affix = pick.choice([[], ["contains"], ["startswith"], ["endswith"]])
    literals = pick.sample(LITERALS, pick.choice([1, 1, 2, 3]))
    modifiers = affix + (["cased"] if pick.random() < 0.2 else [])
    every = len(literals) > 1 and affix == ["contains"] and pick.random() < 0.5
    stand = [unescaped(literal, pick.choice(["", "zz", "a b"]), "q") for literal in literals]
    if every:
        modifiers.append("all")
        return Item(field, modifiers, literals, ["".join(stand), " ".join(reversed(stand)), stand[0]])
    return Item(field, modifiers, literals, [around(affix, text, pick) for text in stand])


def selection(pick: random.Random):
    """A selection, and its entries."""
    if pick.random() < 0.06:
        words = pick.sample(["svc started", "EVIL", "a.b", "x*y"], pick.randint(1, 2))
        return words, [Item("Message", ["contains"], words, [f"the {unescaped(word, 'zz', 'q')} is" for word in words])]
    maps = []
    for _ in range(pick.choice([1, 1, 1, 2])):
        entries = {}
        for entry in (item(pick) for _ in range(pick.choice([1, 1, 2, 3]))):
            entries.setdefault(entry.key, entry)
        maps.append(list(entries.values()))
    written = [{entry.key: entry.values if len(entry.values) > 1 else entry.values[0] for entry in entries} for entries in maps]
    return (written if len(written) > 1 else written[0]), [entry for entries in maps for entry in entries]


CONDITIONS = [
    "selection and not filter_a", "selection and not 1 of filter_*", "selection and not (filter_a or filter_b)", "not 1 of filter_*",
    "selection or filter_a and not filter_b", "all of filter_* and not selection", "not all of them", "1 of them and not selection",
    "selection and not (filter_a and not filter_b)", "(selection or filter_a) and not filter_b", "selection and not all of filter_*", "not (not selection)",
]


def mutated(value, pick: random.Random):
    """What is nearly a value."""
    if value is None or value == "":
        return pick.choice(["", "x", None])
    if isinstance(value, int):
        return value + pick.choice([-1, 1])
    # pySigma compares addresses as texts, so only addresses are compared.
    if any(value == inside for _, inside, _ in NETWORKS):
        return pick.choice([outside for _, _, outside in NETWORKS])
    place = pick.randrange(len(value))
    return pick.choice([value[:place] + value[place + 1:], value[:place] + "~" + value[place:], value.swapcase(), value + "~", "~" + value, value.upper(), value.lower()])


def case(pick: random.Random, yaml, events: int):
    """A file of Sigma with events, and for each event the fields whose emptiness matters."""
    named = {name: selection(pick) for name in ("selection", "filter_a", "filter_b")}
    source = {"category": "registry_set", "product": "windows"}
    documents = []
    detection = {name: written for name, (written, _) in named.items()}
    detection["condition"] = pick.choice(CONDITIONS)
    documents.append({"title": "Rule", "id": "5e1f0000-0000-4000-8000-000000000001", "logsource": source, "detection": detection})
    entries = [entry for _, entries in named.values() for entry in entries]
    if pick.random() < 0.25:
        written, more = selection(pick)
        condition = pick.choice(["not known", "not (known)", "known"])
        documents.append({"title": "Filter", "logsource": source, "filter": {"rules": [documents[0]["id"]], "known": written, "condition": condition}})
        entries += more
    rows = []
    for _ in range(events):
        row = {}
        for entry in pick.sample(entries, len(entries)):
            if pick.random() < 0.75:
                row[entry.field] = pick.choice(entry.matches)
        if row and pick.random() < 0.6:
            field = pick.choice(list(row))
            how = pick.random()
            if how < 0.6:
                row[field] = mutated(row[field], pick)
            elif how < 0.75:
                del row[field]
            else:
                row[field] = pick.choice([None, "", "other"])
        if isinstance(row.get("DestinationPort"), str):
            del row["DestinationPort"]
        rows.append(row)
    return {"yaml": yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True), "events": rows}


def pysigma(text: str, rows):
    """What pySigma says, on SQLite."""
    from sigma.backends.sqlite import sqliteBackend
    from sigma.collection import SigmaCollection
    queries = sqliteBackend(collate_nocase=True, fulltext_field="Message").convert(SigmaCollection.from_yaml(text))
    connection = sqlite3.connect(":memory:")
    connection.create_function("REGEXP", 2, lambda pattern, text: text is not None and re.search(pattern, str(text)) is not None)
    names = sorted({name for row in rows for name in row} | set(TEXTS) | {"Message", "DestinationPort", "DestinationIp", "SourceIp"})
    quoted = ", ".join(f'"{name}"' for name in names)
    connection.execute(f"CREATE TABLE logs ({quoted})")
    places = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO logs VALUES ({places})", [[row.get(name) for name in names] for row in rows])
    found = set()
    for query in queries:
        found |= {rowid for rowid, in connection.execute(re.sub(r"^SELECT \*", "SELECT rowid", query))}
    return [place + 1 in found for place in range(len(rows))]


def theirs(text: str, rows):
    try:
        return pysigma(text, rows)
    except Exception as error:  # noqa: BLE001: whatever it is, it says nothing of this file
        return str(error)


def lines(command, cases):
    fed = "".join(json.dumps({"yaml": case["yaml"], "events": case["events"]}) + "\n" for case in cases)
    done = subprocess.run(command, input=fed, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(what: str, cases, ours, rsigma) -> None:
    agreed = disagreed = alone = true = 0
    for case, own, other in zip(cases, ours, rsigma, strict=True):
        third = theirs(case["yaml"], case["events"])
        if isinstance(third, str) or "error" in other:
            alone += 1
            if what == "compiled":
                sys.exit(f"what is compiled is refused: {third if isinstance(third, str) else other}\n{case['yaml']}")
            continue
        if "error" in own or own.get("opaque"):
            sys.exit(f"both engines read this, and we do not: {own}\n{case['yaml']}")
        for place, row in enumerate(case["events"]):
            said = (other["verdicts"][place], third[place])
            if said[0] != said[1]:
                disagreed += 1
            elif own["verdicts"][place] == said[0]:
                agreed += 1
                true += said[0]
            else:
                sys.exit(f"{what}: rsigma and pySigma say {said[0]}, we say {own['verdicts'][place]}: {row}\n{case['yaml']}")
    if not true or true == agreed or agreed < 5 * disagreed:
        sys.exit(f"{what}: only {agreed} verdicts could be compared, {true} of them kept")
    print(f"{what}: {len(cases) - alone} files, the same {agreed} verdicts ({true} kept); the engines disagree on {disagreed}, {alone} files one of them refuses", flush=True)


def run(given) -> None:
    # This file has the name of pySigma's package.
    sys.path = [folder for folder in sys.path if pathlib.Path(folder).resolve() != ROOT / ".ci"]
    import yaml
    pick = random.Random(given.seed)
    example = str(ROOT / "target" / "debug" / "examples" / "sigma")
    rsigma = str(FOLDER / "rsigma" / "debug" / "rsigma-verdicts")
    cases = [case(pick, yaml, given.events) for _ in range(given.rules)]
    compare("imported", cases, lines([example, "import"], cases), lines([rsigma], cases))
    written = subprocess.run([example, "compile", str(given.policies), str(given.events), str(given.seed)], check=True, capture_output=True, text=True)
    cases = [json.loads(line) for line in written.stdout.splitlines()]
    compare("compiled", cases, cases, lines([rsigma], cases))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rules", type=int, default=2000)
    arguments.add_argument("--policies", type=int, default=300)
    arguments.add_argument("--events", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.run:
        return run(given)
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--quiet", "--package", "lownoise-dialect", "--example", "sigma"], cwd=ROOT, check=True)
    tool = ["cargo", "build", "--quiet", "--locked", "--manifest-path", ".ci/sigma/Cargo.toml", "--target-dir", str(FOLDER / "rsigma")]
    subprocess.run(tool, cwd=ROOT, check=True)
    python = environment.python(FOLDER / "venv", PACKAGES)
    numbers = [f"--{name}={getattr(given, name)}" for name in ("rules", "policies", "events", "seed")]
    subprocess.run([str(python), __file__, "--run", *numbers], check=True)


if __name__ == "__main__":
    main()
