"""The engines that lownoise is compared with: what each needs, and the program that it runs.

A program is a whole Python text that takes the path for its rows as its only argument: it reads the events, keeps what
the policy `linux-desktop-public-egress` keeps, and writes the policy's seven columns as NDJSON, in no particular order.
It is that engine's best form of the job, not a translation of the policy word by word. Another engine is another entry
of `PEERS`.
"""
from dataclasses import dataclass
from typing import Callable, Dict, List

COLUMNS = ["Timestamp", "DeviceName", "InitiatingProcessFileName", "InitiatingProcessCommandLine", "RemoteIP",
           "RemotePort", "Protocol"]
TESTED = ["DeviceId", "InitiatingProcessFolderPath", "RemoteIPType"]
FORMATS = ["ndjson", "csv", "parquet.zstd", "parquet.snappy", "ndjson.gz", "ndjson.zst", "ndjson.shuffled"]
NAMES = ["sensecm", "snapd", "networkmanager", "fwupdmgr"]
OWN = [*NAMES, "apt-methods", "release-upgrader"]
"""The exclusions of the policy."""


@dataclass
class Job:
    """Events, devices, and the clock."""

    format: str
    """`ndjson`, `csv` or `parquet`, perhaps with a dot and how it is compressed."""
    events: str
    devices: str
    now: str
    threads: int = 1
    more: int = 0
    """How many exclusions there are beside the policy's own: see `more_exclusions`."""

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

NEWLINES = ["wc", "-l"]
"""What only reads plain NDJSON and finds its lines."""


@dataclass
class Peer:
    """An engine."""

    packages: List[str]
    """What pip installs."""
    program: Callable[[Job], str]
    """Its program."""


def more_exclusions(count: int) -> Dict[str, List[str]]:
    """What so many more exclusions look for, by column: names, beginnings of paths, parts of command lines, networks, in
    turn. Generated traffic has none of it, so the same events are kept."""
    found: Dict[str, List[str]] = {"name": [], "path": [], "command": [], "network": []}
    for number in range(count):
        kind, text = [("name", f"agent-{number}"), ("path", f"/opt/vendor-{number}/"), ("command", f"--unit={number}-"),
                      ("network", f"240.{number >> 8 & 255}.{number & 255}")][number % 4]
        found[kind].append(text)
    return found


def policy(text: str, count: int) -> str:
    """A policy with so many more exclusions."""
    tests = {
        "name": 'InitiatingProcessFileName = "{}"',
        "path": 'InitiatingProcessFolderPath = {{ starts_with = "{}", ignore_case = true }}',
        "command": 'InitiatingProcessCommandLine = {{ contains = "{}", ignore_case = true }}',
        "network": 'RemoteIP = {{ in = ["{}.0/24"] }}',
    }
    for kind, found in more_exclusions(count).items():
        for place, value in enumerate(found):
            text += f'\n[[exclusion]]\nid = "more-{kind}-{place}"\nreason = "as in a large fleet"\nowner = "endpoint-platform"\n'
            text += f"where = {{ {tests[kind].format(value)} }}\n"
    return text


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
    # Many names and networks are sets; many beginnings and parts are one alternation each. A chain of `OR` is far slower.
    more = more_exclusions(job.more)
    listed = lambda texts: ", ".join(f"'{text}'" for text in texts)
    many = f"""
    AND left(RemoteIP, length(RemoteIP) - strpos(reverse(RemoteIP), '.')) NOT IN ({listed(more["network"])})
    AND NOT regexp_matches(lower(coalesce(InitiatingProcessFolderPath, '')), '^(?:{"|".join(more["path"])})')
    AND NOT regexp_matches(lower(coalesce(InitiatingProcessCommandLine, '')), '{"|".join(more["command"])}')""" if job.more else ""
    sql = f"""
COPY (
  SELECT {shown}
  FROM {events}
  WHERE RemoteIPType = 'Public'
    AND Timestamp > {bound}
    AND NOT starts_with(coalesce(RemoteIP, ''), '127.')
    AND coalesce(InitiatingProcessFileName, '') NOT IN ({listed(NAMES + more["name"])})
    AND NOT starts_with(lower(coalesce(InitiatingProcessFolderPath, '')), '/usr/lib/apt/')
    AND NOT contains(lower(coalesce(InitiatingProcessCommandLine, '')), 'ubuntu-release-upgrader'){many}
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


def datafusion(job: Job) -> str:
    # A time that is text is compared as one, as in DuckDB above. A CSV's columns are all named, those that are needed read.
    types = f"[(name, pyarrow.int32() if name == 'RemotePort' else pyarrow.string()) for name in {COLUMNS + TESTED!r}]"
    register = {
        "ndjson": f"register_json('events', {job.events!r}, schema=pyarrow.schema({types}), file_extension={job.events[job.events.rindex('.'):]!r})",
        "csv": f"register_csv('events', {job.events!r}, schema=pyarrow.schema([(name, pyarrow.string()) for name in names]))",
        "parquet": f"register_parquet('events', {job.events!r}, file_extension={job.events[job.events.rindex('.'):]!r})",
    }[job.shape]
    bound = "TIMESTAMP" if job.shape == "parquet" else ""
    port = "CAST(RemotePort AS INT) AS RemotePort" if job.shape == "csv" else "RemotePort"
    shown = ", ".join(f'"{name}"' for name in COLUMNS).replace('"RemotePort"', port.replace("RemotePort", '"RemotePort"'))
    sql = f"""
COPY (
  SELECT {shown}
  FROM events
  WHERE "RemoteIPType" = 'Public'
    AND "Timestamp" > {bound} '$BOUND'
    AND NOT starts_with(coalesce("RemoteIP", ''), '127.')
    AND coalesce("InitiatingProcessFileName", '') NOT IN ({", ".join(f"'{name}'" for name in NAMES)})
    AND NOT starts_with(lower(coalesce("InitiatingProcessFolderPath", '')), '/usr/lib/apt/')
    AND NOT contains(lower(coalesce("InitiatingProcessCommandLine", '')), 'ubuntu-release-upgrader')
    AND "DeviceId" IN (SELECT "DeviceId" FROM devices WHERE "OSPlatform" = 'Linux')
) TO '$OUTPUT' STORED AS JSON
"""
    return f'''import datetime
import os
import sys

import pyarrow
from datafusion import SessionConfig, SessionContext

SQL = """{sql}"""
with open({job.events!r}, encoding="utf-8", errors="replace") as events:
    names = events.readline().rstrip().split(",")
bound = datetime.datetime.fromisoformat({job.now.replace("Z", "+00:00")!r}) - datetime.timedelta(days=1)
context = SessionContext(SessionConfig().with_target_partitions({job.threads}))
context.register_json("devices", {job.devices!r}, file_extension=".ndjson")
context.{register}
# One file, and not a folder of them, is written where the name ends so.
output = sys.argv[1] + ".json"
context.sql(SQL.replace("$BOUND", bound.strftime("%Y-%m-%dT%H:%M:%S")).replace("$OUTPUT", output)).collect()
os.replace(output, sys.argv[1])
'''


def clickhouse(job: Job) -> str:
    # Of a missing text the default is the empty one. A time that is text is compared as one, as in DuckDB above.
    time = "DateTime64(6, 'UTC')" if job.shape == "parquet" else "String"
    types = {"Timestamp": time, "RemotePort": "Nullable(Int32)"}
    structure = ", ".join(f"{name} {types.get(name, 'String')}" for name in COLUMNS + TESTED).replace("'", "''")
    shape = {"ndjson": "JSONEachRow", "csv": "CSVWithNames", "parquet": "Parquet"}[job.shape]
    bound = "toDateTime64('$BOUND', 6, 'UTC')" if job.shape == "parquet" else "'$BOUND'"
    sql = f"""
INSERT INTO FUNCTION file('$OUTPUT', 'JSONEachRow')
SELECT {", ".join(COLUMNS)}
FROM file('{quoted(job.events)}', '{shape}', '{structure}', 'none')
WHERE RemoteIPType = 'Public'
  AND Timestamp > {bound}
  AND NOT startsWith(RemoteIP, '127.')
  AND InitiatingProcessFileName NOT IN ({", ".join(f"'{name}'" for name in NAMES)})
  AND NOT startsWith(lower(InitiatingProcessFolderPath), '/usr/lib/apt/')
  AND position(lower(InitiatingProcessCommandLine), 'ubuntu-release-upgrader') = 0
  AND DeviceId IN (
    SELECT DeviceId FROM file('{quoted(job.devices)}', 'JSONEachRow', 'DeviceId String, OSPlatform String')
    WHERE OSPlatform = 'Linux')
SETTINGS max_threads = {job.threads}, max_insert_threads = 1, engine_file_truncate_on_insert = 1,
  date_time_output_format = 'iso', input_format_null_as_default = 1,
  input_format_parallel_parsing = {int(job.threads > 1)}, output_format_parallel_formatting = {int(job.threads > 1)}
"""
    return f'''import datetime
import sys

import chdb

SQL = """{sql}"""
bound = datetime.datetime.fromisoformat({job.now.replace("Z", "+00:00")!r}) - datetime.timedelta(days=1)
separator = " " if {job.shape == "parquet"} else "T"
sql = SQL.replace("$BOUND", bound.isoformat(separator).partition("+")[0]).replace("$OUTPUT", sys.argv[1])
chdb.query(sql)
'''


def quoted(text: str) -> str:
    """A text between SQL's quotes, in a Python text between three quotes."""
    return text.replace("\\", "\\\\").replace("'", "''")


PEERS = {
    "clickhouse": Peer(["chdb==4.4.0"], clickhouse),
    "datafusion": Peer(["datafusion==55.0.0", "pyarrow==26.0.1"], datafusion),
    "duckdb": Peer(["duckdb==2.0.0"], duckdb),
    "polars": Peer(["polars==2.1.0"], polars),
}
