#!/usr/bin/env python3
"""Starts a command again and again, and waits each time until it says READY=1 (sd_notify(3)).

usage: start.py TIMES COMMAND...

A line a start: milliseconds from before the fork to READY, then the process's memory at that time in MB: its proportional
share, all that is resident, and what of it belongs to no file.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time


def memory(process):
    with open(f"/proc/{process}/smaps_rollup") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    return [int(fields[name].split()[0]) * 1024 / 1e6 for name in ("Pss", "Rss", "Anonymous")]


def start(address, command):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(address)
        notices.settimeout(30)
        begin = time.monotonic()
        with subprocess.Popen(command, env=os.environ | {"NOTIFY_SOCKET": address}) as process:
            try:
                while b"READY=1" not in notices.recv(4096).split(b"\n"):
                    pass
                milliseconds = (time.monotonic() - begin) * 1000
                print(f"{milliseconds:.1f}", *(f"{figure:.1f}" for figure in memory(process.pid)), flush=True)
            finally:
                process.terminate()
    os.unlink(address)


if len(sys.argv) < 3:
    sys.exit(__doc__)
with tempfile.TemporaryDirectory() as directory:
    for _ in range(int(sys.argv[1])):
        start(f"{directory}/notify", sys.argv[2:])
