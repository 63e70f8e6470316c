#!/usr/bin/env python3
"""Records that are loaded at a rate, and how long after its commit each is in the file of a forwarder.

usage: delivery.py PROGRAM CONFIGURATION STORE FOLDER RATE SECONDS

PROGRAM is audit-query, STORE the embedded store of CONFIGURATION, FOLDER an empty one. A loader follows a log that grows, a forwarder
sends to a file. Commits are seen by SQLite's data_version, within 2 ms; lines in the file as often. Prints the median, the 99th percentile
and the longest of all commits, in milliseconds, and how many records came a second.
"""

import os
import pathlib
import sqlite3
import subprocess
import sys
import threading
import time

LAST = "SELECT max(last, coalesce((SELECT max(sequence) FROM entries), 0)) FROM arrival"
LOOK = 0.002


def write(path, rate, seconds):
    begun, written, run = time.monotonic(), 0, time.time_ns()
    with open(path, "ab", buffering=0) as log:
        while (now := time.monotonic() - begun) < seconds:
            lines = []
            while written < now * rate:
                lines.append(f'{{"auditId":"delivery-{run}-{written}","timestamp":"2024-02-01T10:00:00.{written % 1000:03}Z","systemId":"delivery",'
                             f'"userId":"user-{written % 100}","resourceId":"r{written % 1000}","action":"Read","outcome":"success"}}\n')
                written += 1
            log.write("".join(lines).encode())
            time.sleep(0.01)
    return written


def commits(store, stop, found):
    """The end of the order of arrival after each commit, with the time at which it was seen."""
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    found.append((time.monotonic(), database.execute(LAST).fetchone()[0]))
    version = None
    while not stop.is_set():
        now = database.execute("PRAGMA data_version").fetchone()[0]
        if now != version:
            version = now
            last = database.execute(LAST).fetchone()[0]
            if last > found[-1][1]:
                found.append((time.monotonic(), last))
        time.sleep(LOOK)


def deliveries(path, stop, found):
    """How many lines the file has had, with the time at which that was seen."""
    lines, place = 0, 0
    while not stop.is_set() or os.path.getsize(path) > place:
        if os.path.exists(path) and os.path.getsize(path) > place:
            with open(path, "rb") as file:
                file.seek(place)
                data = file.read()
            place, lines = place + len(data), lines + data.count(b"\n")
            found.append((time.monotonic(), lines))
        time.sleep(LOOK)


def collect(target, *arguments):
    results = []
    thread = threading.Thread(target=target, args=(*arguments, results))
    thread.start()
    return thread, results


def main(program, configuration, store, folder, rate, seconds):
    folder = pathlib.Path(folder)
    log, out = folder / "log", folder / "out"
    log.touch()
    out.touch()
    loader = subprocess.Popen([program, "load", "--config", configuration, "--follow", "--checkpoint", folder / "loaded", "--quiet", log],
                              stdout=subprocess.DEVNULL)
    forwarder = subprocess.Popen([program, "forward", "--config", configuration, "--to", f"file:{out}", "--checkpoint", folder / "place",
                                  "--begin", "now"], stdout=subprocess.DEVNULL)
    try:
        while not (folder / "place").exists():
            time.sleep(0.05)
        stop = threading.Event()
        committing, committed = collect(commits, store, stop)
        delivering, delivered = collect(deliveries, out, stop)
        time.sleep(0.5)
        written = write(log, int(rate), float(seconds))
        deadline = time.monotonic() + 60
        while (not delivered or delivered[-1][1] < written) and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()
        committing.join()
        delivering.join()
    finally:
        for process in (loader, forwarder):
            process.terminate()
            process.wait()
    if not delivered or delivered[-1][1] != written or committed[-1][1] - committed[0][1] != written:
        sys.exit(f"{written} records were written, {committed[-1][1] - committed[0][1]} stored and {delivered[-1][1] if delivered else 0} delivered")
    latencies, place = [], 0
    for at, last in committed[1:]:
        while delivered[place][1] < last - committed[0][1]:
            place += 1
        latencies.append(max(0, delivered[place][0] - at) * 1000)
    latencies.sort()
    rank = lambda share: latencies[min(len(latencies) - 1, int(len(latencies) * share))]
    print(f"{rank(0.5):.0f} {rank(0.99):.0f} {latencies[-1]:.0f} {written / float(seconds):.0f}")


if len(sys.argv) != 7:
    sys.exit(__doc__)
main(*sys.argv[1:])
