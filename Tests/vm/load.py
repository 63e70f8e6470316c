#!/usr/bin/env python3
"""Sends queries over TLS until it is told to stop and has sent enough, and checks every answer.

Standard input's end is the order to stop. The last line of standard output is JSON: what was sent, what failed and why.

A request failed if its answer is not the expected one, or none came. As every HTTP client does (RFC 9112, 9.3.1), it
sends a request again if the server closed an idle connection on which it was just being sent; those are counted apart.
"""
import argparse
import hashlib
import http.client
import json
import ssl
import sys
import threading
import time
import urllib.parse


class Load:
    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.stop = threading.Event()
        self.sent = self.hits = self.failed = self.resent = self.handshakes = 0
        self.reasons = {}
        self.times = []
        self.expected = {}
        with open(options.queries, encoding="utf-8") as file:
            self.queries = [json.loads(line) for line in file]

    def context(self):
        # Read anew for each connection: a renewed certificate may have another authority.
        return ssl.create_default_context(cafile=self.options.ca)

    def key(self):
        with open(self.options.key, encoding="utf-8") as file:
            return file.read().split()

    def connect(self):
        connection = http.client.HTTPSConnection(self.options.host, self.options.port, timeout=40, context=self.context())
        connection.connect()
        with self.lock:
            self.handshakes += 1
        return connection

    def ask(self, connection, query, key):
        path = "/v1/records?" + urllib.parse.urlencode(query)
        connection.request("GET", path, headers={"X-Api-Key": key})
        response = connection.getresponse()
        body = response.read()
        if (response.headers["Cache-Status"] or "").startswith("audit-query; hit"):
            with self.lock:
                self.hits += 1
        return response.status, body, path

    def check(self, status, body, path):
        if status != 200:
            return f"status {status}: {body[:200].decode(errors='replace')}"
        answer = json.loads(body)
        digest = hashlib.sha256(json.dumps(answer["records"], sort_keys=True).encode()).hexdigest()
        with self.lock:
            expected = self.expected.setdefault(path, digest)
        return None if digest == expected else f"another answer than before: {path}"

    def worker(self, number):
        keeps = number % 4 != 0
        connection = None
        index = number
        while not (self.stop.is_set() and self.sent >= self.options.minimum):
            query = self.queries[index % len(self.queries)]
            index += self.options.threads
            keys = self.key()
            began = time.monotonic()
            reason = None
            try:
                used = connection is not None
                connection = connection or self.connect()
                try:
                    reason = self.check(*self.ask(connection, query, keys[index % len(keys)]))
                except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
                    if not used:
                        raise
                    with self.lock:
                        self.resent += 1
                    connection = self.connect()
                    reason = self.check(*self.ask(connection, query, keys[index % len(keys)]))
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = f"{type(error).__name__}: {error}"
                connection = None
            if connection and not keeps:
                connection.close()
                connection = None
            took = time.monotonic() - began
            with self.lock:
                self.sent += 1
                self.times.append(took)
                if reason:
                    self.failed += 1
                    self.reasons[reason] = self.reasons.get(reason, 0) + 1
            # Under the limits of one key and one address; and not in step.
            pause = self.options.threads / self.options.rate - took
            if pause > 0:
                time.sleep(pause)

    def run(self):
        threads = [threading.Thread(target=self.worker, args=(number,), daemon=True) for number in range(self.options.threads)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        print("started", flush=True)
        sys.stdin.read()
        self.stop.set()
        for thread in threads:
            thread.join(timeout=max(0, began + self.options.limit - time.monotonic()))
        times = sorted(self.times)
        hung = sum(thread.is_alive() for thread in threads)
        print(json.dumps({
            "sent": self.sent, "hits": self.hits, "failed": self.failed + hung, "reasons": self.reasons, "hung": hung,
            "resent": self.resent, "handshakes": self.handshakes, "seconds": round(time.monotonic() - began, 1),
            "median": times[len(times) // 2], "p99": times[len(times) * 99 // 100], "longest": times[-1],
        }))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--host", "--ca", "--key", "--queries"):
        parser.add_argument(name, required=True)
    for name, default in (("--port", 443), ("--threads", 8), ("--rate", 800), ("--minimum", 10_000), ("--limit", 180)):
        parser.add_argument(name, type=int, default=default)
    Load(parser.parse_args()).run()


main()
