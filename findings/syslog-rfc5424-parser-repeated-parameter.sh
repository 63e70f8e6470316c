#!/usr/bin/env bash
# syslog-rfc5424-parser 0.3.2: a parameter may stand several times in one element (RFC 5424, 6.3.3: "The same PARAM-NAME may
# exist more than once in the SD-ELEMENT"; the standard's own element "origin" repeats "ip", 7.2.1). Only the last value is kept.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check syslog-rfc5424-parser==0.3.2
"$work/venv/bin/python" - <<'END'
from syslog_rfc5424_parser import SyslogMessage

line = '<165>1 2024-01-31T10:00:00Z host app - ID1 [origin ip="192.0.2.1" ip="192.0.2.129"] started'
data = SyslogMessage.parse(line).as_dict()["sd"]
print(data)
assert data == {"origin": {"ip": "192.0.2.129"}}
END
