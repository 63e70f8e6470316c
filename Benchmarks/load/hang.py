#!/usr/bin/env python3
"""Keeps misses waiting on a store that hangs, and asks for more than may wait.

usage: hang.py PORT CA-FILE API-KEY PATH CONNECTIONS ROUND SECONDS

The connections ask one after the other, within two seconds: clients do not all come in one moment, and their waits do
not all end in one. Says "asked" when every one has sent its first query. Each asks anew when it has its answer, after a
503 when Retry-After says so, for SECONDS. In the end: how many were refused because too many wait, their median and 99th
percentile in milliseconds, and the most seconds that any answer took.
"""

import asyncio
import ssl
import sys
import time

# The time in which they come, in seconds: shorter than a worker waits for a store that hangs.
ARRIVAL = 2


class Tally:
    def __init__(self):
        self.refused, self.longest = [], 0.0

    def note(self, body, seconds):
        self.longest = max(self.longest, seconds)
        # Other 503s are of a store that is known not to answer, and is not asked.
        if b"too busy" in body:
            self.refused.append(seconds * 1000)

    def line(self):
        times = sorted(self.refused)
        if not times:
            sys.exit("hang.py: no miss was refused: fewer were sent than may wait")
        return f"{len(times)} {times[len(times) // 2]:.2f} {times[len(times) * 99 // 100]:.2f} {self.longest:.2f}"


async def ask(peer, request, tally):
    reader, writer = peer
    begin = time.monotonic()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    body = await reader.readexactly(int(fields[b"content-length"]))
    tally.note(body, time.monotonic() - begin)
    return float(fields.get(b"retry-after", 0))


async def keep_asking(peer, prefix, suffix, index, begin, end, tally):
    number = 0
    await asyncio.sleep(begin)
    while time.monotonic() < end:
        request = f"{prefix}{index:05}{number:04}{suffix}".encode()
        number += 1
        await asyncio.sleep(await ask(peer, request, tally))


async def main(port, authority, key, path, connections, round_number, seconds):
    context = ssl.create_default_context(cafile=authority)
    slots = asyncio.Semaphore(50)

    async def connect():
        async with slots:
            return await asyncio.open_connection("127.0.0.1", int(port), ssl=context)

    peers = await asyncio.gather(*(connect() for _ in range(int(connections))))
    end = time.monotonic() + ARRIVAL + float(seconds)
    prefix = f"GET {path}&startDate=20{int(round_number):02}-01-01T00:00:00."
    suffix = f"Z HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {key}\r\n\r\n"
    tally = Tally()
    tasks = [
        asyncio.create_task(keep_asking(peer, prefix, suffix, index, ARRIVAL * index / len(peers), end, tally))
        for index, peer in enumerate(peers)
    ]
    await asyncio.sleep(ARRIVAL)
    print("asked", flush=True)
    await asyncio.gather(*tasks)
    print(tally.line(), flush=True)


if len(sys.argv) != 8:
    sys.exit(__doc__)
asyncio.run(main(*sys.argv[1:]))
