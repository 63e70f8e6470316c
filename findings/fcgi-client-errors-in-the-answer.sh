#!/usr/bin/env bash
# fcgi-client 0.0.1: FCGI_STDOUT is the answer, FCGI_STDERR a stream of its own for errors (FastCGI 1.0, 6.2). The client puts what comes on both into
# one: a message of the server's stands in the middle of the JSON that it answers.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check fcgi-client==0.0.1
"$work/venv/bin/python" - <<'END'
import socket
import struct
import threading

from fcgi_client import FastCGIClient

END, STDIN, STDOUT, STDERR = 3, 5, 6, 7
listener = socket.create_server(("127.0.0.1", 0))


def record(kind, number, content):
    return struct.pack(">BBHHBx", 1, kind, number, len(content), 0) + content


def serve():
    peer = listener.accept()[0]
    stream = peer.makefile("rb")
    kind = None
    while kind != STDIN:
        _, kind, number, length, padding = struct.unpack(">BBHHBx", stream.read(8))
        stream.read(length + padding)
    peer.sendall(record(STDOUT, number, b"Status: 200\r\n\r\n[1,") + record(STDERR, number, b"slow store\n"))
    peer.sendall(record(STDOUT, number, b"2]") + record(STDOUT, number, b"") + record(END, number, bytes(8)))
    peer.shutdown(socket.SHUT_WR)
    stream.read()


threading.Thread(target=serve, daemon=True).start()
client = FastCGIClient(f"127.0.0.1:{listener.getsockname()[1]}", timeout=5)
answer = client.request({"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "0"}, "")
print(bytes(answer))
assert b"[1,slow store\n2]" in answer
END
