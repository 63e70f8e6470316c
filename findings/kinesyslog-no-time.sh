#!/usr/bin/env bash
# kinesyslog 2.0.1: a device without a clock sends "-" for TIMESTAMP (RFC 5424, 6.2.3), and HOSTNAME says who it is (6.2.4). The relay puts in the
# time it received the message, without the zone that a TIMESTAMP must have, and its peer's address in place of HOSTNAME: who it was is lost.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check kinesyslog==2.0.1
"$work/venv/bin/python" - <<'END'
from kinesyslog.message import SyslogMessage

timed = b"<34>1 2024-01-31T10:00:00Z door-7 lock 12 open - ann"
untimed = b"<34>1 - door-7 lock 12 open - ann"
first, second = (SyslogMessage.create_event("192.0.2.9", message, 1706695200.0) for message in (timed, untimed))
print(first, second, sep="\n")
assert first["message"] == timed.decode()
assert second["message"] == "<34>1 2024-01-31T10:00:00.000000 192.0.2.9 lock 12 open - ann"
END
