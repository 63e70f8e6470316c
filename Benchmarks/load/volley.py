#!/usr/bin/env python3
"""Sends volleys of queries that nobody has asked before, all at once, each on a connection of its own.

usage: volley.py PORT CA-FILE API-KEY PATH CONNECTIONS VOLLEYS

Connects over TLS first. Then a line a volley: its seconds from the first byte sent to the last answer's last byte, how
many answers of status 200 came, and how many of another status or none.
"""

import asyncio
import ssl
import sys
import time


async def answer(reader, writer, request):
    """The status of the answer; 0 if none came whole."""
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await reader.readexactly(int(fields[b"content-length"]))
        return int(head.split(b" ")[1])
    except (OSError, EOFError, KeyError, ValueError):
        return 0


async def connections(port, authority, count):
    context = ssl.create_default_context(cafile=authority)
    slots = asyncio.Semaphore(50)

    async def connect():
        async with slots:
            return await asyncio.open_connection("127.0.0.1", port, ssl=context)

    return await asyncio.gather(*(connect() for _ in range(count)))


async def main(port, authority, key, path, count, volleys):
    peers = await connections(int(port), authority, int(count))
    for volley in range(int(volleys)):
        requests = [
            f"GET {path}&startDate=2000-01-01T00:00:00.{volley:03}{index:06}Z HTTP/1.1\r\n"
            f"Host: 127.0.0.1\r\nX-Api-Key: {key}\r\n\r\n".encode()
            for index in range(len(peers))
        ]
        start = time.monotonic()
        statuses = await asyncio.gather(*(answer(*peer, request) for peer, request in zip(peers, requests)))
        good = statuses.count(200)
        print(f"{time.monotonic() - start:.3f} {good} {len(statuses) - good}", flush=True)


if len(sys.argv) != 7:
    sys.exit(__doc__)
asyncio.run(main(*sys.argv[1:]))
