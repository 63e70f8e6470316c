#!/usr/bin/env bash
# pycef 1.11 (a parser of CEF, the Common Event Format): a pipe in a header field, escaped as the format demands
# (Implementing ArcSight CEF, "Character encoding": \| in the header), ends the name there. The name comes out
# empty, the severity is missing, and the rest of the header becomes part of the first extension's name. No error is raised.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pycef==1.11
"$work/venv/bin/python" - <<'END'
import pycef

event = pycef.parse(r"CEF:0|Vendor|Product|1|100|allow\|deny|5|src=192.0.2.1 act=login")
print(event)
assert event["Name"] == "" and "Severity" not in event, "pycef reads an escaped pipe now"
assert event[r"allow\|deny|5|src"] == "192.0.2.1"
END
