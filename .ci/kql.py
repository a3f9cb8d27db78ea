#!/usr/bin/env python3
"""Holds the KQL that lownoise compiles against engines that are not ours.

1. Microsoft's own parser and binder accepts the queries of random policies, and finds the columns of their results.
2. duckdb-kql, an independent engine, runs some of them on random events full of empty, missing, mixed-case, non-ASCII
   and look-alike values, and keeps exactly the events that our engine keeps.
3. It keeps exactly the events that imports of random queries keep: every operator, negated in every way, columns asked
   of columns, a list that another table has, whose values the imported policy is given, and a column that a step makes,
   as every third of the compiled policies has one, too: our engine finds it in the events, the others make it.
4. ClickHouse's KQL runs policies of networks and classes of addresses, and keeps the same events.

    .ci/kql.py --shared ../shared

Known deviations of duckdb-kql, which decide what is run there and how:
- it has no function on addresses: policies with networks or classes are not run;
- it keeps microseconds: policies with a finer point in time are not run;
- it folds letters beyond ASCII: policies that ignore case, and imports, are compared on the events that hold ASCII
  only.

Known deviations of ClickHouse's KQL: its functions on addresses fail on what is no address, where Kusto's are null, so
they run on the events that have one; its nulls and terms are those of SQL, so nothing else is run there.

Sets up its own environments in `.venv`, `target/kql` and `target/sql`. What is compared with is not part of the repository: without
it, this fails where the variable CI is set, and elsewhere says that it is skipped.
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "kql"
NODE = "@kusto/language-service-next@12.4.1"
TYPES = {"string": "VARCHAR", "long": "BIGINT", "bool": "BOOLEAN", "datetime": "TIMESTAMP"}


def policies() -> tuple:
    lines = [json.loads(line) for line in (FOLDER / "policies.ndjson").read_text().splitlines()]
    return lines[:-1], lines[-1]


def bind(shared: pathlib.Path) -> None:
    """Microsoft's parser and binder, on every query."""
    if not (FOLDER / "node_modules" / "@kusto").is_dir():
        subprocess.run(["npm", "install", "--no-save", "--silent", NODE], cwd=FOLDER, check=True)
    known, _ = policies()
    schema = json.loads((FOLDER / "schema.json").read_text())["tables"]["Events"]
    asked = "".join(json.dumps({"id": policy["id"], "query": policy["query"]}) + "\n" for policy in known)
    answers = subprocess.run(
        ["node", str(shared / "oracles" / "kql-check.js"), "schema.json", "-"],
        cwd=FOLDER, env={**os.environ, "NODE_PATH": str(FOLDER / "node_modules")}, input=asked, capture_output=True, text=True)
    answers = [json.loads(line) for line in answers.stdout.splitlines()] or sys.exit(answers.stderr)
    for policy, answer in zip(known, answers, strict=True):
        if answer["diagnostics"]:
            sys.exit(f"{json.dumps(answer['diagnostics'], indent=1)}\n{policy['query']}")
        columns = [column.partition(":")[0] for column in answer["columns"]]
        made = [policy["made"]] if policy["made"] else []
        expected = policy["columns"] or [column["name"] for column in schema] + made
        if columns != expected:
            sys.exit(f"the columns are {columns}, not {expected}:\n{policy['query']}")
    print(f"Microsoft's parser and binder: {len(answers)} queries accepted, with the right columns")


def run(wanted: int) -> None:
    """duckdb-kql, in the environment that has it."""
    import duckdb_kql
    known, last = policies()
    connection = duckdb_kql.connect()
    schema = json.loads((FOLDER / "schema.json").read_text())["tables"]
    for table, file in (("Events", "events.ndjson"), ("DeviceInfo", "devices.ndjson")):
        columns = {column["name"]: column["type"] for column in schema[table]}
        connection.execute(f"CREATE TABLE \"{table}\" ({', '.join(f'{name!r} {TYPES[kind]}' for name, kind in columns.items())})".replace("'", '"'))
        rows = [json.loads(line) for line in (FOLDER / file).read_text().splitlines()]
        empty = {name: "" if kind == "string" else None for name, kind in columns.items()}
        connection.executemany(
            f"INSERT INTO \"{table}\" VALUES ({', '.join('?' * len(columns))})",
            [[value(columns[name], {**empty, **row}[name]) for name in columns] for row in rows])
    ascii_only = {
        place for place, line in enumerate((FOLDER / "events.ndjson").read_text().splitlines())
        if all(text.isascii() for text in json.loads(line).values() if isinstance(text, str))}
    now = value("datetime", last["now"])
    compiled = [(policy["bare"], set(policy["kept"]), "folding" in policy["needs"]) for policy in known if not {"addresses", "ticks"} & set(policy["needs"])]
    queries = [json.loads(line) for line in (FOLDER / "queries.ndjson").read_text().splitlines()]
    imported = [(query["query"], set(query["kept"]), True) for query in queries]
    for what, asked in (("compiled", compiled), ("imported", imported)):
        events = 0
        for query, ours, only_ascii in asked[:wanted]:
            result = duckdb_kql.query(connection, query, query_now=now)
            place = result.columns.index("Row")
            theirs = {row[place] for row in result.fetchall()}
            if only_ascii:
                theirs, ours = theirs & ascii_only, ours & ascii_only
            if theirs != ours:
                row = min(theirs ^ ours)
                event = (FOLDER / "events.ndjson").read_text().splitlines()[row]
                sys.exit(f"only {'duckdb-kql' if row in theirs else 'lownoise'} keeps row {row}: {event}\n{query}")
            events += len(ours)
        if len(asked) < wanted or not events:
            sys.exit(f"only {len(asked)} of {wanted} {what} queries could be run, and {events} events were kept")
        print(f"duckdb-kql: {wanted} {what} queries keep the same events, {events} in all")


def run_addresses(wanted: int) -> None:
    """ClickHouse's KQL, in the environment that has it."""
    import ipaddress
    from chdb.session import Session
    events = [json.loads(line) for line in (FOLDER / "events.ndjson").read_text().splitlines()]
    def is_address(text) -> bool:
        try:
            return bool(ipaddress.ip_address(text or ""))
        except ValueError:
            return False
    rows = {place: event["Address"] for place, event in enumerate(events) if is_address(event.get("Address"))}
    session = Session()
    session.query("CREATE TABLE Events (Row Int64, Address String) ENGINE = Memory")
    session.query("INSERT INTO Events VALUES " + ", ".join(f"({row}, '{address}')" for row, address in rows.items()))
    for setting in ("max_query_size = 16777216", "allow_experimental_kusto_dialect = 1", "dialect = 'kusto'"):
        session.query(f"SET {setting}")
    kept = 0
    policies = [json.loads(line) for line in (FOLDER / "addresses.ndjson").read_text().splitlines()][:wanted]
    for policy in policies:
        # Its parser knows no comments.
        query = "\n".join(line for line in policy["query"].splitlines() if not line.lstrip().startswith("//"))
        theirs = {int(row) for row in session.query(query + "\n| project Row", "CSV").bytes().decode().split()}
        ours = set(policy["kept"]) & set(rows)
        if theirs != ours:
            row = min(theirs ^ ours)
            sys.exit(f"only {'ClickHouse' if row in theirs else 'lownoise'} keeps row {row}: {rows[row]}\n{policy['query']}")
        kept += len(ours)
    if not 0 < kept < len(policies) * len(rows):
        sys.exit(f"ClickHouse: {kept} events were kept, so nothing was compared")
    print(f"ClickHouse's KQL: {len(policies)} policies of addresses keep the same of {len(rows)} events, {kept} in all")


def value(kind: str, found):
    if kind != "datetime" or found is None:
        return found
    whole, _, fraction = found.rstrip("Z").partition(".")
    return datetime.datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}")


ENGINES = {
    "duckdb-kql": (run, ROOT / ".venv", ["duckdb-kql[all]==1.1.2", "duckdb==2.0.0"]),
    "clickhouse": (run_addresses, ROOT / "target" / "sql" / "venv", ["chdb==4.4.0", "pyarrow==26.0.1"]),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--policies", type=int, default=2000)
    arguments.add_argument("--run", type=int, default=300, help="how many of them are run")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", choices=ENGINES, help=argparse.SUPPRESS)
    arguments.add_argument(
        "--shared", type=pathlib.Path, default=os.environ.get("LOWNOISE_SHARED", ROOT.parent / "shared"),
        help="the folder of the engines [default: $LOWNOISE_SHARED, else the folder `shared` beside the repository]")
    given = arguments.parse_args()
    if given.only:
        ENGINES[given.only][0](given.run)
        return
    if not given.shared.is_dir():
        words = f"{given.shared} is not there: it holds what calls Microsoft's parser"
        if os.environ.get("CI"):
            sys.exit(words)
        print(f"skipped: {words}")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    example = ["cargo", "run", "--quiet", "--package", "lownoise-dialect", "--example", "conformance", "--"]
    subprocess.run([*example, str(given.policies), "500", str(given.seed), str(FOLDER)], cwd=ROOT, check=True)
    bind(given.shared.resolve())
    for name, (_, folder, packages) in ENGINES.items():
        python = environment.python(folder, packages)
        subprocess.run([str(python), __file__, "--only", name, "--run", str(given.run)], check=True)


if __name__ == "__main__":
    main()
