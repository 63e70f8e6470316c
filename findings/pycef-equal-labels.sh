#!/usr/bin/env bash
# pycef 1.11: custom strings are renamed to what their label says. Two of one event with equal labels, which the format
# does not forbid, become one: the first value is gone, without an error. (So is the name cs1, under which rules look for it.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pycef==1.11
"$work/venv/bin/python" - <<'END'
import pycef

event = pycef.parse("CEF:0|V|P|1|100|n|5|cs1=first cs1Label=Rule cs2=second cs2Label=Rule")
print(event)
assert event["Rule"] == "second" and "first" not in event.values() and "cs1" not in event
END
