#!/usr/bin/env bash
# jc 1.26.1 (syslog): an element of structured data may have a name and no parameters (RFC 5424, 6: SD-ELEMENT). The name
# of such an element is lost, it is null, while its neighbours keep theirs.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jc==1.26.1
"$work/venv/bin/python" - <<'END'
import jc

line = '<165>1 2024-01-31T10:00:00Z host app - ID47 [exported@32473][audit@32473 actor="bob"] read'
elements = jc.parse("syslog", line, quiet=True)[0]["structured_data"]
print(elements)
assert elements == [{"identity": None, "parameters": {}}, {"identity": "audit@32473", "parameters": {"actor": "bob"}}]
END
