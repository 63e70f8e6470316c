#!/usr/bin/env python3
"""Followers of /v1/changes, each on a connection of its own: asks, waits as long as the server does, and asks again behind what came.

usage: followers.py PORT CA-FILE API-KEY FOLLOWERS QUESTION WAITING-FILE

QUESTION is what they follow, such as systemId=billing. Makes the file when each has been answered once and waits. Ends with SIGTERM, and
prints how many records all of them were given; an answer that is none ends it with 1.
"""

import asyncio
import json
import pathlib
import signal
import ssl
import sys


async def ask(reader, writer, key, question):
    writer.write(f"GET /v1/changes?{question} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {key}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    body = await reader.readexactly(int(fields[b"content-length"]))
    if head.split(b" ")[1] != b"200":
        raise ValueError(f"{head!r} {body!r}")
    page = json.loads(body)
    return page["next"], page["count"]


async def main(port, authority, key, count, question, waiting):
    context = ssl.create_default_context(cafile=authority)
    # Not all handshakes at once: what is measured is who waits.
    slots, begun, given = asyncio.Semaphore(50), asyncio.Semaphore(0), 0

    async def follow():
        nonlocal given
        async with slots:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(port), ssl=context)
            token, _ = await ask(reader, writer, key, question)
        begun.release()
        while True:
            token, came = await ask(reader, writer, key, f"{question}&wait=25&after={token}")
            given += came

    async def tell():
        for _ in range(int(count)):
            await begun.acquire()
        # Their second requests are on their way.
        await asyncio.sleep(1)
        pathlib.Path(waiting).touch()

    everything = asyncio.gather(tell(), *(follow() for _ in range(int(count))))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, everything.cancel)
    try:
        await everything
    except asyncio.CancelledError:
        print(given)


if len(sys.argv) != 7:
    sys.exit(__doc__)
asyncio.run(main(*sys.argv[1:]))
