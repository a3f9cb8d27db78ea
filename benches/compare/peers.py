"""The engines that lownoise is compared with: what each needs, and the program that it runs.

A program is a whole Python text that takes the path for its rows as its only argument: it reads the events, keeps what
the policy `linux-desktop-public-egress` keeps, and writes the policy's seven columns as NDJSON, in no particular order. It is that engine's best form of the job, not a translation of the policy word by word. Another engine
is another entry of `PEERS`.
"""
from dataclasses import dataclass
from typing import Callable, List

COLUMNS = ["Timestamp", "DeviceName", "InitiatingProcessFileName", "InitiatingProcessCommandLine", "RemoteIP",
           "RemotePort", "Protocol"]
TESTED = ["DeviceId", "InitiatingProcessFolderPath", "RemoteIPType"]
FORMATS = ["ndjson", "csv", "parquet.zstd", "parquet.snappy", "ndjson.gz", "ndjson.zst"]
NAMES = ["sensecm", "snapd", "networkmanager", "fwupdmgr"]


@dataclass
class Job:
    """Events, devices, and the clock."""

    format: str
    """`ndjson`, `csv` or `parquet`, perhaps with a dot and how it is compressed."""
    events: str
    devices: str
    now: str
    threads: int = 1

    @property
    def shape(self) -> str:
        return self.format.partition(".")[0]

    @property
    def compression(self) -> str:
        return self.format.partition(".")[2]


CONVERTING = ["duckdb==2.0.0", "zstandard==0.25.0"]
"""What pip installs to make the other formats."""

DECOMPRESSORS = {
    "gz": [["igzip", "-dc"], ["libdeflate-gzip", "-dc"], ["pigz", "-dc"], ["gzip", "-dc"]],
    "zst": [["zstd", "-dc"]],
}
"""What only decompresses, where it is installed: the least that reading such a file takes."""


@dataclass
class Peer:
    """An engine."""

    packages: List[str]
    """What pip installs."""
    program: Callable[[Job], str]
    """Its program."""


def packages(names: List[str]) -> List[str]:
    return sorted({package for name in names for package in PEERS[name].packages})


def duckdb(job: Job) -> str:
    # Only the columns that are needed, with their types, so that nothing is inferred and nothing else is parsed. Names
    # are one set; a missing text is empty, so a test that is negated must hold on NULL.
    types = {"Timestamp": "TIMESTAMP", "RemotePort": "INTEGER"}
    columns = ", ".join(f"{name}: '{types.get(name, 'VARCHAR')}'" for name in COLUMNS + TESTED)
    events = {
        "ndjson": f"read_json('{quoted(job.events)}', format = 'newline_delimited', columns = {{{columns}}})",
        "csv": f"read_csv('{quoted(job.events)}', header = true, all_varchar = true)",
        "parquet": f"read_parquet('{quoted(job.events)}')",
    }[job.shape]
    now = {"ndjson": f"TIMESTAMP '{job.now.rstrip('Z')}'", "parquet": f"TIMESTAMPTZ '{job.now}'"}
    # A CSV says a time as text, which is compared as one: all are in UTC and equally long.
    bound = f"{now.get(job.shape, now['ndjson'])} - INTERVAL 24 HOUR"
    if job.shape == "csv":
        bound = f"strftime({bound}, '%Y-%m-%dT%H:%M:%S')"
    port = "RemotePort::INTEGER AS RemotePort" if job.shape == "csv" else "RemotePort"
    shown = ", ".join(port if name == "RemotePort" else name for name in COLUMNS)
    sql = f"""
COPY (
  SELECT {shown}
  FROM {events}
  WHERE RemoteIPType = 'Public'
    AND Timestamp > {bound}
    AND NOT starts_with(coalesce(RemoteIP, ''), '127.')
    AND coalesce(InitiatingProcessFileName, '') NOT IN ({", ".join(f"'{name}'" for name in NAMES)})
    AND NOT starts_with(lower(coalesce(InitiatingProcessFolderPath, '')), '/usr/lib/apt/')
    AND NOT contains(lower(coalesce(InitiatingProcessCommandLine, '')), 'ubuntu-release-upgrader')
    AND DeviceId IN (
      SELECT DeviceId
      FROM read_json('{quoted(job.devices)}', format = 'newline_delimited', columns = {{DeviceId: 'VARCHAR', OSPlatform: 'VARCHAR'}})
      WHERE OSPlatform = 'Linux')
) TO '$OUTPUT' (FORMAT json, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ')
"""
    return f'''import sys

import duckdb

SQL = """{sql}"""
connection = duckdb.connect()
connection.execute("SET threads = {job.threads}")
connection.execute("SET TimeZone = 'UTC'")
connection.execute("SET preserve_insertion_order = false")
connection.execute("SET enable_progress_bar = false")
connection.execute(SQL.replace("$OUTPUT", sys.argv[1].replace("'", "''")))
'''


def polars(job: Job) -> str:
    texts = f"dict.fromkeys({COLUMNS + TESTED!r}, polars.String)"
    scan = {
        "ndjson": f"scan_ndjson({job.events!r}, schema={texts} | {{'RemotePort': polars.Int32}})",
        "csv": f"scan_csv({job.events!r}, infer_schema=False)",
        "parquet": f"scan_parquet({job.events!r})",
    }[job.shape]
    # As DuckDB above: a time that is text is compared as text.
    day = "polars.lit(NOW - datetime.timedelta(days=1))"
    bound = day if job.shape == "parquet" else "(NOW - datetime.timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%S')"
    port = ".with_columns(polars.col('RemotePort').cast(polars.Int32))" if job.shape == "csv" else ""
    return f"""import datetime
import os
import sys

os.environ["POLARS_MAX_THREADS"] = "{job.threads}"
import polars
from polars import col

NOW = datetime.datetime.fromisoformat({job.now.replace("Z", "+00:00")!r})
devices = polars.scan_ndjson({job.devices!r}, schema={{"DeviceId": polars.String, "OSPlatform": polars.String}})
linux = devices.filter(col("OSPlatform") == "Linux").select("DeviceId").unique()
text = lambda name: col(name).fill_null("")
events = polars.{scan}.select({COLUMNS + TESTED!r}).filter(
    col("RemoteIPType") == "Public",
    col("Timestamp") > {bound},
    ~text("RemoteIP").str.starts_with("127."),
    ~text("InitiatingProcessFileName").is_in({NAMES!r}),
    ~text("InitiatingProcessFolderPath").str.to_lowercase().str.starts_with("/usr/lib/apt/"),
    ~text("InitiatingProcessCommandLine").str.to_lowercase().str.contains("ubuntu-release-upgrader", literal=True),
)
kept = events.join(linux, on="DeviceId", how="semi").select({COLUMNS!r}){port}
kept.sink_ndjson(sys.argv[1], engine="streaming")
"""


def quoted(text: str) -> str:
    """A text between SQL's quotes, in a Python text between three quotes."""
    return text.replace("\\", "\\\\").replace("'", "''")


PEERS = {
    "duckdb": Peer(["duckdb==2.0.0"], duckdb),
    "polars": Peer(["polars==2.1.0"], polars),
}
