#!/usr/bin/env python3
"""How much of a folder of one's own queries and rules `lownoise import` understands, and how the rest is told.

    .ci/collection.py FOLDER... [--lownoise target/release/lownoise] [--each]

Of KQL (`*.kql`, `*.csl`, `*.kusto`, and the blocks of `*.md` that name a Defender table) it counts the conditions of the
`where` steps that the rows of the main table pass, the exclusions (negated as a whole) apart from the rest. Of Sigma
(`*.yml`, `*.yaml`) it counts the filters: the search identifiers that the condition negates.

What a condition is comes from a reading of the text of its own here, not from the importer. Each is then taken out, and
the file is imported again: a policy that stays the same without it has lost it; one that has fewer opaque tests without
it holds it, as an opaque test. So nothing has to be believed.

    whole    said exactly by the policy
    made     said by the policy, of a column that the query makes: no event has it unless somebody adds it
    listed   said by the policy; the values that it asks for are not in the file, but in a list that has a name
    opaque   in the policy with its text, at least in part; proofs that depend on it are unknown
    told     not in the policy, and a diagnostic on its lines says so
    refused  the file as a whole is refused, with an error
    lost     not in the policy, and nothing says so

Fails (exit 1) when anything is lost. Reads only; needs PyYAML for Sigma, which it sets up in `target/collection`.
"""
import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = ["whole", "made", "listed", "opaque", "told", "refused", "lost"]
TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*)|(?P<text>[hH]?@"(?:[^"]|"")*"|[hH]?@'(?:[^']|'')*'|```.*?```|[hH]?"(?:\\.|[^"\\\n])*"|[hH]?'(?:\\.|[^'\\\n])*')
    |(?P<word>!?[A-Za-z_]\w*~?)|(?P<sign>!=|!~|=~|==|<=|>=|\.\.|.)""",
    re.S | re.X,
)
OPENS, CLOSES = "([{", ")]}"


class Piece:
    """Tokens of a query with their places; `depth` counts brackets from where the piece begins."""

    def __init__(self, tokens):
        self.tokens = tokens

    @property
    def span(self):
        return self.tokens[0][1], self.tokens[-1][2]

    def words(self):
        return [text for text, _, _ in self.tokens]

    def split(self, *at):
        """The pieces between tokens of no depth."""
        depth, pieces, now = 0, [], []
        for token in self.tokens:
            depth -= token[0] in CLOSES
            if depth == 0 and token[0].lower() in at:
                pieces.append(Piece(now))
                now = []
            else:
                now.append(token)
            depth += token[0] in OPENS
        return [piece for piece in [*pieces, Piece(now)] if piece.tokens]

    def bare(self):
        """Without the brackets that are around all of it."""
        piece = self
        while len(piece.tokens) > 2 and piece.tokens[0][0] == "(" and piece.closes() == len(piece.tokens) - 1:
            piece = Piece(piece.tokens[1:-1])
        return piece

    def closes(self, start=0):
        """Where the bracket at `start` is closed."""
        depth = 0
        for place in range(start, len(self.tokens)):
            depth += (self.tokens[place][0] in OPENS) - (self.tokens[place][0] in CLOSES)
            if depth == 0:
                return place
        return -1


def tokens(text):
    found = (match for match in TOKEN.finditer(text) if match.lastgroup != "skip")
    return Piece([(match.group(), match.start(), match.end()) for match in found])


def conjuncts(piece):
    piece = piece.bare()
    parts = piece.split("and") if len(piece.split("or")) == 1 else [piece]
    return [piece] if len(parts) == 1 else [inner for part in parts for inner in conjuncts(part)]


def excludes(piece):
    """Whether a condition is negated as a whole. To ask for a value (`X != ""`) excludes nothing."""
    piece = piece.bare()
    for word in ("or", "and"):
        parts = piece.split(word)
        if len(parts) > 1:
            return all(excludes(part) for part in parts)
    words = [word.lower() for word in piece.words()]
    if words[:2] == ["not", "("] and piece.closes(1) == len(words) - 1:
        inner = Piece(piece.tokens[2:-1])
        asks = inner.words()[0].lower() in ("isempty", "isnull") or inner.words()[-2:] in (["==", '""'], ["==", "''"])
        return not asks and not excludes(inner)
    depth = 0
    for place, word in enumerate(words):
        depth += (word in OPENS) - (word in CLOSES)
        if depth == 0 and word.startswith("!"):
            return words[place + 1 :] not in (['""'], ["''"])
    return False


def conditions(text):
    """The spans of the conditions that the main table's rows pass: `(start, end, is an exclusion)`."""
    named, main = {}, None
    for statement in tokens(text).split(";"):
        words = statement.words()
        if words[0] == "let" and len(words) > 3 and words[2] == "=":
            named[words[1]] = Piece(statement.tokens[3:])
        elif words[0] not in ("declare", "set"):
            main = statement
    return [] if main is None else list(of_rows(main, named, set()))


def of_rows(piece, named, seen):
    piece = piece.bare()
    if piece.words()[0] == "materialize" and piece.closes(1) == len(piece.tokens) - 1:
        piece = Piece(piece.tokens[2:-1])
    source, *steps = piece.split("|")
    several = source.words()[0] in ("union", "search")
    for place, word in enumerate(source.words()):
        if word in named and word not in seen and (several or len(source.tokens) == 1):
            yield from of_rows(named[word], named, seen | {word})
        elif several and word == "(" and "|" in source.words()[place : source.closes(place)]:
            yield from of_rows(Piece(source.tokens[place + 1 : source.closes(place)]), named, seen)
    for step in steps:
        if step.words()[0] in ("where", "filter") and len(step.tokens) > 1:
            for part in conjuncts(Piece(step.tokens[1:])):
                yield *part.span, excludes(part)


class Importer:
    """`lownoise import`, on texts."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, language, text, table=None):
        path = self.folder / ("query.kql" if language == "kql" else "rule.yml")
        path.write_text(text)
        command = [self.program, "import", "--from", language, str(path), *(["--table", table] if table else [])]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        return done.stdout if done.returncode == 0 else None, done.stderr


def told_on(messages, lines):
    found = re.findall(r"--> [^\n]*?:(\d+):\d+", messages)
    return any(int(line) in lines for line in found)


def kind(importer, language, whole, without, lines, table=None):
    """What becomes of a condition, from the import with it and the text without it."""
    policy, messages = whole
    if policy is None:
        return "refused"
    less, _ = importer.run(language, without, table)
    if less == policy:
        return "told" if told_on(messages, lines) else "lost"
    fewer = lambda what: less is not None and less.count(what) < policy.count(what)
    if fewer("opaque ="):
        return "opaque"
    if fewer("{ list ="):
        return "listed"
    return "made" if names_made(policy, less or "") else "whole"


def names_made(policy, less):
    """Whether what a policy has and another has not names a column that a query makes."""
    made = re.findall(r"^\[column\.([^\]]+)\]\nkind[^\n]*\nkql", policy, re.M)
    gone = collections.Counter(of_events(policy)) - collections.Counter(of_events(less))
    return any(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", line) for name in made for line in gone)


def of_events(policy):
    """The lines that ask something of events."""
    return policy.partition("\n[column.")[0].splitlines()


def of_kql(importer, text):
    """A query over several tables is imported for each, and a condition is what it is for the table that knows it best."""
    found = conditions(text)
    whole = importer.run("kql", text)
    runs = {None: whole}
    if whole[0] is None or "kql-other-table" in whole[1]:
        tables = sorted(set(re.findall(r"\bDevice\w*Events\b", text)))
        each = {table: importer.run("kql", text, table) for table in tables}
        imported = {table: run for table, run in each.items() if run[0] is not None}
        runs = imported or runs
    for start, end, exclusion in found:
        gap = "1 == 1" + "\n" * text.count("\n", start, end)
        lines = range(text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 2)
        without = text[:start] + gap + text[end:]
        outcomes = {kind(importer, "kql", run, without, lines, table) for table, run in runs.items()}
        outcome = next(kind for kind in KINDS if kind in outcomes)
        if outcome == "lost" and any("are left out" in messages for _, messages in runs.values()):
            # It is about the rows of a table of which nothing is known.
            outcome = "told"
        yield "KQL, exclusions" if exclusion else "KQL, other conditions", outcome, text[start:end]
    yield None, next(iter(runs.values()))[1], found


def negated(condition, names):
    """The search identifiers that a condition negates."""
    found = []
    for asked in re.findall(r"\bnot\s+(?:(?:1|any|all)\s+of\s+)?\(?\s*([\w*]+)", condition, re.I):
        pattern = re.compile(re.escape(asked).replace(r"\*", ".*") + r"\Z")
        found += [name for name in names if pattern.match(name) and name not in found]
    for inside in re.findall(r"\bnot\s*\(([^()]*)\)", condition, re.I):
        found += [name for name in re.findall(r"[\w]+", inside) if name in names and name not in found]
    return found


def of_sigma(importer, yaml, rule):
    detection = rule["detection"]
    names = [name for name in detection if name not in ("condition", "timeframe")]
    asked = detection.get("condition")
    asked = " or ".join(asked) if isinstance(asked, list) else str(asked)
    text = yaml.safe_dump(rule, sort_keys=False, allow_unicode=True)
    whole = importer.run("sigma", text)
    for name in negated(asked, names):
        other = {**rule, "detection": {**detection, name: {"Image": "taken out by collection.py"}}}
        without = yaml.safe_dump(other, sort_keys=False, allow_unicode=True)
        start = next(at for at, line in enumerate(text.splitlines(), 1) if line.startswith(f"  {name}:"))
        count = len(yaml.safe_dump({name: detection[name]}).splitlines())
        outcome = kind(importer, "sigma", whole, without, range(start, start + count))
        yield "Sigma, filters", outcome, f"{name}: {detection[name]}"
    yield None, whole[1], names


def texts(paths):
    """`(path, language, text)` of each query and rule."""
    for path in sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))):
        if path.suffix in (".kql", ".csl", ".kusto"):
            yield path, "kql", path.read_text(errors="replace")
        elif path.suffix == ".md":
            for block in re.findall(r"^```[^\n]*\n(.*?)^```", path.read_text(errors="replace"), re.S | re.M):
                if re.search(r"^\s*(Device\w+|let )\b", block, re.M) and "|" in block:
                    yield path, "kql", block
        elif path.suffix in (".yml", ".yaml"):
            yield path, "sigma", path.read_text(errors="replace")


def reasons(messages):
    """Why something is opaque or refused, without the names that differ from query to query."""
    for found in re.findall(r"^(?:warning|error)\[([a-z-]+)\]: (.*)", messages, re.M):
        code, message = found
        if code in ("kql-opaque", "sigma-opaque"):
            message = message.rpartition("as an opaque test: ")[2]
        elif code not in ("kql-table", "kql-syntax", "kql-unsayable") and not code.startswith("sigma-un"):
            continue
        yield f"{code}: {message[:110]}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER")
    arguments.add_argument("--lownoise", default=str(ROOT / "target" / "release" / "lownoise"))
    arguments.add_argument("--each", action="store_true", help="show each condition that is not whole")
    given = arguments.parse_args()
    yaml = reader_of_yaml()
    counts, files, why = collections.defaultdict(collections.Counter), collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        importer = Importer(given.lownoise, folder)
        for path, language, text in texts(given.folders):
            outcomes = of_kql(importer, text) if language == "kql" else of_rules(importer, yaml, text)
            for row, outcome, what in outcomes:
                if row is None:
                    files[language] += 1
                    why.update(set(reasons(outcome)))
                    continue
                counts[row][outcome] += 1
                if outcome == "lost" or (given.each and outcome != "whole"):
                    print(f"{outcome:8}{path}: {row.partition(', ')[2]}: {' '.join(what.split())[:150]}")
    show(counts, files, why)
    sys.exit(1 if any(row["lost"] for row in counts.values()) else 0)


def reader_of_yaml():
    """PyYAML; where it is not installed, this script begins anew with one of its own."""
    try:
        import yaml
    except ImportError:
        python = environment.python(ROOT / "target" / "collection", ["pyyaml==6.0.3"])
        os.execv(python, [str(python), *sys.argv])
    return yaml


def of_rules(importer, yaml, text):
    try:
        rules = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        return
    for rule in rules:
        if isinstance(rule, dict) and isinstance(rule.get("detection"), dict):
            yield from of_sigma(importer, yaml, rule)


def show(counts, files, why):
    print("\n" + ", ".join(f"{count} {name}" for name, count in files.items()), "read")
    print(f"{'':24}{'all':>6}" + "".join(f"{kind:>16}" for kind in KINDS))
    for row, found in sorted(counts.items()):
        total = sum(found.values())
        shares = "".join(f"{found[kind]:>8} {100 * found[kind] / total:5.1f} %" for kind in KINDS)
        print(f"{row:24}{total:>6}{shares}")
    print("\nfiles   why something is opaque, or a file refused")
    for reason, count in why.most_common(40):
        print(f"{count:>5}   {reason}")


if __name__ == "__main__":
    main()
