#!/usr/bin/env bash
# format-cef 0.0.4: a time in CEF may have milliseconds and a time zone, "MMM dd yyyy HH:mm:ss.SSS zzz" ("Implementing ArcSight CEF", Date
# Formats). Both are dropped from a datetime that has them: two times seven hours apart are written the same.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check format-cef==0.0.4
"$work/venv/bin/python" - <<'END'
from datetime import datetime, timedelta, timezone

from format_cef import format_cef


def written(hours):
    start = datetime(2024, 1, 31, 10, 0, 0, 123000, timezone(timedelta(hours=hours)))
    return format_cef("V", "P", "1", "100", "read", 5, {"startTime": start})


print(written(2), written(-5), sep="\n")
assert written(2) == written(-5) == b"CEF:0|V|P|1|100|read|5|start=Jan 31 2024 10:00:00"
END
