#!/usr/bin/env python3
"""Holds the SQL that lownoise compiles against the engines that it is for: DuckDB, DataFusion, ClickHouse (chdb), Spark.

Random policies run on random events full of empty, missing, mixed-case, non-ASCII and look-alike values; the same rows
must be kept, the same ids must be said to hide the others, and the counts must be the same.

    .ci/sql.py                                   all four engines
    .ci/sql.py --engine DuckDB --policies 200    one of them

Sets up a Python environment of its own in `target/sql`; Spark needs Java, which is installed from Debian's packages where
it is missing.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "sql"
ARROW = "pyarrow==26.0.1"
PACKAGES = {
    "DuckDB": ["duckdb==2.0.0"],
    "DataFusion": ["datafusion==55.0.0", ARROW],
    "ClickHouse": ["chdb==4.4.0", ARROW],
    "Spark": ["pyspark==4.3.0", ARROW],
}
TYPES = {
    "DuckDB": {"string": "VARCHAR", "long": "BIGINT", "bool": "BOOLEAN", "datetime": "TIMESTAMP"},
    "ClickHouse": {"string": "Nullable(String)", "long": "Nullable(Int64)", "bool": "Nullable(Bool)", "datetime": "Nullable(DateTime64(6, 'UTC'))"},
}


def tables():
    schema = json.loads((FOLDER / "schema.json").read_text())["tables"]
    for table, file in (("Events", "events.ndjson"), ("DeviceInfo", "devices.ndjson")):
        columns = {column["name"]: column["type"] for column in schema[table]}
        rows = [json.loads(line) for line in (FOLDER / file).read_text().splitlines()]
        # A text that is missing is null in every second row, and empty in the others.
        yield table, columns, [{name: row.get(name, "" if kind == "string" and row["Row"] % 2 else None) for name, kind in columns.items()} for row in rows]


def arrow(columns, rows):
    import datetime
    import pyarrow
    kinds = {"string": pyarrow.string(), "long": pyarrow.int64(), "bool": pyarrow.bool_(), "datetime": pyarrow.timestamp("us")}
    def value(kind, found):
        return datetime.datetime.fromisoformat(found.rstrip("Z")[:26]) if kind == "datetime" and found else found
    return pyarrow.table({name: pyarrow.array([value(kind, row[name]) for row in rows], kinds[kind]) for name, kind in columns.items()})


class DuckDB:
    def __init__(self):
        import duckdb
        self.connection = duckdb.connect()
        for table, columns, rows in tables():
            described = ", ".join(f'"{name}" {TYPES["DuckDB"][kind]}' for name, kind in columns.items())
            self.connection.execute(f'CREATE TABLE "{table}" ({described})')
            places = ", ".join("?" * len(columns))
            self.connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', [list(row.values()) for row in rows])

    def rows(self, query):
        result = self.connection.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row)) for row in result.fetchall()]


class DataFusion:
    def __init__(self):
        import datafusion
        self.context = datafusion.SessionContext()
        for table, columns, rows in tables():
            self.context.register_record_batches(f'"{table}"', [arrow(columns, rows).to_batches()])

    def rows(self, query):
        return self.context.sql(query).to_pylist()


class ClickHouse:
    def __init__(self):
        import pyarrow.parquet
        from chdb.session import Session
        # A query of many terms is longer than the 256 KiB that it takes by itself.
        self.session = Session()
        self.session.query("SET max_query_size = 16777216")
        for table, columns, rows in tables():
            file = FOLDER / f"{table}.parquet"
            pyarrow.parquet.write_table(arrow(columns, rows), file)
            described = ", ".join(f'"{name}" {TYPES["ClickHouse"][kind]}' for name, kind in columns.items())
            self.session.query(f'CREATE TABLE "{table}" ({described}) ENGINE = Memory')
            self.session.query(f"INSERT INTO \"{table}\" SELECT * FROM file('{file}', Parquet)")

    def rows(self, query):
        found = self.session.query(query, "JSONEachRow").bytes().decode()
        return [json.loads(line) for line in found.splitlines()]


class Spark:
    def __init__(self):
        import pyarrow.parquet
        from pyspark.sql import SparkSession
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        settings = {"spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "2", "spark.sql.parquet.inferTimestampNTZ.enabled": "false"}
        for name, setting in settings.items():
            builder = builder.config(name, setting)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        for table, columns, rows in tables():
            file = FOLDER / f"{table}.parquet"
            pyarrow.parquet.write_table(arrow(columns, rows), file)
            self.session.read.parquet(str(file)).repartition(2).cache().createOrReplaceTempView(table)

    def rows(self, query):
        return [row.asDict() for row in self.session.sql(query).collect()]


ENGINES = {"DuckDB": DuckDB, "DataFusion": DataFusion, "ClickHouse": ClickHouse, "Spark": Spark}


def compare(name: str, most: int) -> None:
    engine = ENGINES[name]()
    known = [json.loads(line) for line in (FOLDER / "sql.ndjson").read_text().splitlines()][:most]
    compared = refused = kept = hidden = 0
    for policy in known:
        said = policy["sql"][name]
        if "refused" in said:
            refused += 1
            continue
        differ(name, policy, "kept", said["kept"], sorted(row["Row"] for row in engine.rows(said["kept"])))
        found = sorted([int(row["Row"]), row["hidden_by"]] for row in engine.rows(said["hidden"]))
        differ(name, policy, "hidden", said["hidden"], found)
        differ(name, policy, "counts", said["counts"], {key: int(value) for key, value in engine.rows(said["counts"])[0].items()})
        compared += 1
        kept += len(policy["kept"])
        hidden += len(policy["hidden"])
    if compared < len(known) * 0.9 or not kept or not hidden:
        sys.exit(f"{name}: only {compared} of {len(known)} policies could be said")
    print(f"{name}: {compared} policies, {refused} refused: the same {kept} rows kept, the same ids for {hidden} hidden ones, the same counts", flush=True)


def differ(name, policy, what, query, found) -> None:
    expected = policy[what]
    if what != "counts":
        found = [int(row) if isinstance(row, str) else row for row in found]
    if found == expected:
        return
    rows = (FOLDER / "events.ndjson").read_text().splitlines()
    told = f"{name}: policy {policy['id']}, {what}"
    if what == "counts":
        odd = {key: (found.get(key), expected.get(key)) for key in {**found, **expected} if found.get(key) != expected.get(key)}
        sys.exit(f"{told}: theirs, ours: {odd}\n{query}")
    for row in [row for row in found if row not in expected][:2] + [row for row in expected if row not in found][:2]:
        who = name if row in found else "lownoise"
        told += f"\nonly {who}: {row} {rows[row if what == 'kept' else row[0]]}"
    sys.exit(f"{told}\n{query}")


def python_with(engines) -> pathlib.Path:
    """A Python with the engines, and Java where one of them needs it."""
    packages = sorted({package for engine in engines for package in PACKAGES[engine]})
    if "Spark" in engines and not shutil.which("java"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-qq", "-y", "default-jre-headless"], check=True, env=quiet, stdout=subprocess.DEVNULL)
    return environment.python(FOLDER / "venv", packages)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--engine", action="append", choices=sorted(ENGINES), help="only this one; may be repeated")
    arguments.add_argument("--policies", type=int, default=2000)
    arguments.add_argument("--spark-policies", type=int, default=100, help="Spark plans each query for half a second")
    arguments.add_argument("--events", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--run", choices=sorted(ENGINES), help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.run:
        return compare(given.run, given.spark_policies if given.run == "Spark" else given.policies)
    engines = given.engine or list(ENGINES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    example = ["cargo", "run", "--quiet", "--package", "lownoise-dialect", "--example", "conformance", "--"]
    subprocess.run([*example, str(given.policies), str(given.events), str(given.seed), str(FOLDER)], cwd=ROOT, check=True)
    python = python_with(engines)
    for engine in engines:
        numbers = ["--policies", str(given.policies), "--spark-policies", str(given.spark_policies)]
        subprocess.run([str(python), __file__, "--run", engine, *numbers], check=True)


if __name__ == "__main__":
    main()
