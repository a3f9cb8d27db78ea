"""The engines that lownoise is compared with: what each needs, and the program that it runs.

A program is a whole Python text that takes the path for its rows as its only argument: it reads the events, keeps what
the policy `linux-desktop-public-egress` keeps, and writes the policy's seven columns as NDJSON, on one thread, in no
particular order. It is that engine's best form of the job, not a translation of the policy word by word. Another engine
is another entry of `PEERS`.
"""
from dataclasses import dataclass
from typing import Callable, List

COLUMNS = ["Timestamp", "DeviceName", "InitiatingProcessFileName", "InitiatingProcessCommandLine", "RemoteIP",
           "RemotePort", "Protocol"]


@dataclass
class Peer:
    """An engine."""

    packages: List[str]
    """What pip installs."""
    program: Callable[[str, str, str], str]
    """Its program, of the paths of events and devices and the clock."""


def packages(names: List[str]) -> List[str]:
    return sorted({package for name in names for package in PEERS[name].packages})


def duckdb(events: str, devices: str, now: str) -> str:
    # Only the columns that are needed, with their types, so that nothing is inferred and nothing else is parsed. Names
    # are one set; a missing text is empty, so a test that is negated must hold on NULL.
    sql = f"""
COPY (
  SELECT {", ".join(COLUMNS)}
  FROM read_json('{quoted(events)}', format = 'newline_delimited', columns = {{
    Timestamp: 'TIMESTAMP', DeviceId: 'VARCHAR', DeviceName: 'VARCHAR', InitiatingProcessFileName: 'VARCHAR',
    InitiatingProcessFolderPath: 'VARCHAR', InitiatingProcessCommandLine: 'VARCHAR', RemoteIP: 'VARCHAR',
    RemoteIPType: 'VARCHAR', RemotePort: 'INTEGER', Protocol: 'VARCHAR'}})
  WHERE RemoteIPType = 'Public'
    AND Timestamp > TIMESTAMP '{now.rstrip("Z")}' - INTERVAL 24 HOUR
    AND NOT starts_with(coalesce(RemoteIP, ''), '127.')
    AND coalesce(InitiatingProcessFileName, '') NOT IN ('sensecm', 'snapd', 'networkmanager', 'fwupdmgr')
    AND NOT starts_with(lower(coalesce(InitiatingProcessFolderPath, '')), '/usr/lib/apt/')
    AND NOT contains(lower(coalesce(InitiatingProcessCommandLine, '')), 'ubuntu-release-upgrader')
    AND DeviceId IN (
      SELECT DeviceId
      FROM read_json('{quoted(devices)}', format = 'newline_delimited', columns = {{DeviceId: 'VARCHAR', OSPlatform: 'VARCHAR'}})
      WHERE OSPlatform = 'Linux')
) TO '$OUTPUT' (FORMAT json)
"""
    return f'''import sys

import duckdb

SQL = """{sql}"""
connection = duckdb.connect()
connection.execute("SET threads = 1")
connection.execute("SET preserve_insertion_order = false")
connection.execute("SET enable_progress_bar = false")
connection.execute(SQL.replace("$OUTPUT", sys.argv[1].replace("'", "''")))
'''


def quoted(text: str) -> str:
    """A text between SQL's quotes, in a Python text between three quotes."""
    return text.replace("\\", "\\\\").replace("'", "''")


PEERS = {
    "duckdb": Peer(["duckdb==2.0.0"], duckdb),
}
