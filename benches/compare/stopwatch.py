#!/usr/bin/env python3
"""Runs a command and prints what it cost, as JSON: user + system seconds, wall seconds, peak memory in MiB.

A process of its own and a small one: the system counts a child's peak memory from the size of its parent at birth.
"""
import json
import os
import sys
import time

command = sys.argv[1:]
started = time.monotonic()
child = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - started
# Kibibytes on Linux, bytes on macOS.
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
print(json.dumps([usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit]), file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
