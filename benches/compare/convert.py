#!/usr/bin/env python3
"""Makes the events of another format out of NDJSON: convert.py FORMAT NDJSON OTHER

DuckDB writes CSV and Parquet, with times as such to the microsecond, so that the Parquet files are those of a tool that
people use; compressed NDJSON is made by the libraries of gzip and zstd at the levels that are usual; shuffled NDJSON has
its keys in another order on every line.
"""
import gzip
import json
import random
import shutil
import sys


def main() -> None:
    target, source, output = sys.argv[1:]
    shape, _, compression = target.partition(".")
    if compression == "shuffled":
        shuffle(source, output)
        return
    if shape == "ndjson":
        import zstandard

        opened = gzip.open(output, "wb", compresslevel=6) if compression == "gz" else zstandard.open(output, "wb")
        with open(source, "rb") as events, opened as compressed:
            shutil.copyfileobj(events, compressed, 1 << 20)
        return
    import duckdb

    events = f"SELECT * REPLACE (Timestamp::TIMESTAMPTZ AS Timestamp) FROM read_json('{source}', format = 'newline_delimited')"
    if shape == "csv":
        events = f"SELECT * REPLACE (strftime(Timestamp, '%Y-%m-%dT%H:%M:%S.%fZ') AS Timestamp) FROM ({events})"
    options = "FORMAT csv, HEADER" if shape == "csv" else f"FORMAT parquet, COMPRESSION {compression}"
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"COPY ({events}) TO '{output}' ({options})")


def shuffle(source: str, output: str) -> None:
    """Every object with its keys in an order of its own."""
    order = random.Random(1)
    with open(source, encoding="utf-8") as events, open(output, "w", encoding="utf-8") as shuffled:
        for line in events:
            fields = list(json.loads(line).items())
            order.shuffle(fields)
            shuffled.write(json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
