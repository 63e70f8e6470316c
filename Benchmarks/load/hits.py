#!/usr/bin/env python3
"""Asks a worker the same question again and again on one FastCGI connection, which it keeps, one after the other.

usage: hits.py SOCKET API-KEY PATH COUNT

Prints how many answers were cache hits and had the bytes of the first one.
"""

import socket
import struct
import sys


def record(kind, content=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def pair(name, value):
    return b"".join(bytes([len(text)]) if len(text) < 128 else struct.pack(">I", len(text) | 1 << 31) for text in (name, value)) + name + value


def answer(stream):
    """The output of the request whose records come: its head, and its body."""
    output = bytearray()
    while True:
        _, kind, _, length, padding = struct.unpack(">BBHHBx", stream.read(8))
        content = stream.read(length)
        stream.read(padding)
        if kind == 6:
            output += content
        if kind == 3:
            head, _, body = bytes(output).partition(b"\r\n\r\n")
            return head, body


def main(path, key, target, count):
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(10)
    peer.connect(path)
    parameters = {"REQUEST_METHOD": "GET", "REQUEST_URI": target, "REMOTE_ADDR": "127.0.0.1", "HTTP_X_API_KEY": key}
    # BEGIN_REQUEST of a responder that keeps the connection, and both streams with their ends.
    request = record(1, bytes([0, 1, 1, 0, 0, 0, 0, 0]))
    request += record(4, b"".join(pair(name.encode(), value.encode()) for name, value in parameters.items()))
    request += record(4) + record(5)
    first, hits = None, 0
    with peer.makefile("rb") as stream:
        for _ in range(int(count)):
            peer.sendall(request)
            head, body = answer(stream)
            first = first or body
            hits += b"Cache-Status: audit-query; hit" in head and body == first
    print(hits)


if len(sys.argv) != 5:
    sys.exit(__doc__)
main(*sys.argv[1:])
