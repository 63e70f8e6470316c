#!/usr/bin/env bash
# pySigma 2.0.1 with its SQLite back end 2.1.1: |cidr matches the addresses of a range (Sigma specification, "IP Modifiers", both versions). For
# back ends without ranges it becomes a pattern of text: fd00::/64 is fd00::*. An address of the next subnet, fd00:0:0:1::/64, begins so too
# when it is written as RFC 5952 demands (4.2): the zeros before the subnet's number are the longest run, and become the "::".
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pysigma==2.0.1 pysigma-backend-sqlite==2.1.1
"$work/venv/bin/python" - <<'END'
import ipaddress
import sqlite3

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

network = ipaddress.ip_network("fd00::/64")
rule = {"title": "range", "logsource": {"category": "test"}, "detection": {"s": {"source|cidr": str(network)}, "condition": "s"}}
(query,) = sqliteBackend().convert(SigmaCollection.from_dicts([rule]))
database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE logs (source)")
inside, outside, far = (ipaddress.ip_address(text) for text in ("fd00::211:22ff:fe33:4455", "fd00::1:211:22ff:fe33:4455", "fd01::1"))
database.executemany("INSERT INTO logs VALUES (?)", [(str(address),) for address in (inside, outside, far)])
found = [ipaddress.ip_address(row[0]) for row in database.execute(query)]
print(query, found)
assert inside in network and outside not in network
assert found == [inside, outside]
END
