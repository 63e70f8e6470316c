#!/usr/bin/env bash
# jc 1.26.1 (syslog): a quotation mark inside a parameter's value is written with a backslash before it (RFC 5424, 6.3.3). The value is
# cut there, without an error or a warning; an escaped closing bracket in the same place is read as it should be.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jc==1.26.1
"$work/venv/bin/python" - <<'END'
import jc

line = r'<165>1 2024-01-31T10:00:00Z host app - ID47 [audit@32473 first="a \"b\" c" second="a \] c"] read'
parameters = jc.parse("syslog", line)[0]["structured_data"][0]["parameters"]
print(parameters)
assert parameters == {"first": "a ", "second": "a ] c"}
END
