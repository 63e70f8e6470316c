#!/usr/bin/env bash
# cefevent 0.5.6: a field of CEF has a short name (out, cnt) and a full one (bytesOut, baseEventCount) for the same value ("Implementing
# ArcSight CEF", Extension Dictionary). Under the full name a zero is written; under the short one it is dropped, and nothing says so.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cefevent==0.5.6
"$work/venv/bin/python" - <<'END'
from cefevent import CEFEvent


def written(**fields):
    event = CEFEvent()
    for name, value in fields.items():
        event.set_field(name, value)
    return event.build_cef().split("|")[-1]


full, short, one = written(bytesOut=0, baseEventCount=0), written(out=0, cnt=0), written(out=1, cnt=1)
print(full, short, one, sep="\n")
assert (full, short, one) == ("out=0 cnt=0", "", "out=1 cnt=1")
END
