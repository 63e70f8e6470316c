#!/usr/bin/env bash
# aiosyslogd 1.5.0: a time of RFC 3164 (4.1.2) has no year, so who receives it adds one. Here a time later than the receiver's clock is taken for last
# year's, however little later: a device whose clock is a minute fast has all it logs stored as a year old.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aiosyslogd==1.5.0
cd "$work"
TZ=UTC venv/bin/python - <<'END'
from datetime import datetime, timedelta, timezone

from aiosyslogd.rfc5424 import normalize_to_rfc5424

now = datetime.now(timezone.utc).replace(microsecond=0)
days = []
for minutes in (-1, 1):
    line = normalize_to_rfc5424((now + timedelta(minutes=minutes)).strftime("<86>%b %e %H:%M:%S host sudo: ann : COMMAND=/usr/bin/id"))
    print(now, line)
    days.append(round((now - datetime.fromisoformat(line.split()[1].replace("Z", "+00:00"))) / timedelta(days=1)))
assert days[0] == 0 and days[1] in (365, 366)
END
