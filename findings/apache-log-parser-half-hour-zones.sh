#!/usr/bin/env bash
# apache-log-parser 1.7.0: in Apache's %t the zone is hours and minutes, +0530 (mod_log_config). The minutes' digits are added the wrong way round,
# +05:03: in India, Nepal, Newfoundland or Adelaide each record is some 27 minutes off, in UTC too. Whole hours are right.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apache-log-parser==1.7.0
"$work/venv/bin/python" - <<'END'
from apache_log_parser import make_parser

parse = make_parser('%h %l %u %t "%r" %>s %b')
read = []
for zone in ("+0100", "+0530", "-0330"):
    record = parse(f'192.0.2.1 - ann [31/Jan/2024:10:00:00 {zone}] "GET / HTTP/1.1" 200 12')
    read.append((record["time_received_tz_isoformat"], record["time_received_utc_isoformat"]))
print(*read, sep="\n")
assert read == [("2024-01-31T10:00:00+01:00", "2024-01-31T09:00:00+00:00"),
                ("2024-01-31T10:00:00+05:03", "2024-01-31T04:57:00+00:00"),
                ("2024-01-31T10:00:00-03:03", "2024-01-31T13:03:00+00:00")]
END
