#!/usr/bin/env python3
"""Asks the same question again and again, each time on a TLS connection of its own, as short scripts and probes do.

usage: handshakes.py PORT CA-FILE API-KEY PATH CLIENTS SECONDS resumed|whole

Clients are threads, each with one connection at a time. Resumed, each goes on with the session of its connection before; whole, no
connection knows of another. Prints what the scripts for wrk print: requests, failures, microseconds in all, median and 99th percentile of
a request's microseconds with its handshake, and in the place of hits how many connections were resumed.
"""

import socket
import ssl
import sys
import threading
import time


class Client(threading.Thread):
    def __init__(self, port, context, request, end, resumes):
        super().__init__()
        self.port, self.context, self.request, self.end, self.resumes = port, context, request, end, resumes
        self.times, self.failures, self.resumed = [], 0, 0

    def run(self):
        session = None
        while time.monotonic() < self.end:
            start = time.monotonic()
            try:
                session = self.ask(session if self.resumes else None)
                self.times.append(time.monotonic() - start)
            except (OSError, ValueError):
                self.failures += 1
                session = None

    def ask(self, session):
        """Asks on a connection of its own, and returns its session: TLS 1.3 sends it after the handshake."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.context.wrap_socket(plain, server_hostname="localhost", session=session) as peer:
                peer.sendall(self.request)
                answer = bytearray()
                while part := peer.recv(1 << 17):
                    answer += part
                head, _, body = bytes(answer).partition(b"\r\n\r\n")
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
                if not head.startswith(b"HTTP/1.1 200 ") or len(body) != int(fields.get(b"content-length", b"-1")):
                    raise ValueError("no whole answer")
                self.resumed += peer.session_reused
                return peer.session


def main(port, authority, key, path, clients, seconds, way):
    # nginx ends a connection that is to be closed with an alert, or without: the length tells whether the answer is whole.
    context = ssl.create_default_context(cafile=authority)
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nConnection: close\r\n\r\n".encode()
    start = time.monotonic()
    threads = [
        Client(int(port), context, request, start + float(seconds), way == "resumed") for _ in range(int(clients))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    duration = time.monotonic() - start
    times = sorted(time for thread in threads for time in thread.times) or [0]
    failures = sum(thread.failures for thread in threads)
    resumed = sum(thread.resumed for thread in threads)
    high = times[min(len(times) - 1, len(times) * 99 // 100)]
    print(f"measured {len(times)} {failures} {duration * 1e6:.0f} {times[len(times) // 2] * 1e6:.0f} {high * 1e6:.0f} {resumed}")


if len(sys.argv) != 8 or sys.argv[7] not in ("resumed", "whole"):
    sys.exit(__doc__)
main(*sys.argv[1:])
