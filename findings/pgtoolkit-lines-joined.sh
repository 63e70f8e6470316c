#!/usr/bin/env bash
# pgtoolkit 0.33.0: a message of several lines stands in PostgreSQL's log with a tab before each line but the first (elog.c, append_with_tabs).
# The reader takes away the tabs and the line ends too, and puts nothing there: words grow together, and what follows an SQL comment
# becomes part of it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pgtoolkit==0.33.0
"$work/venv/bin/python" - <<'END'
import pgtoolkit.log

lines = ["2024-01-31 10:00:00.000 UTC [1]: LOG:  statement: delete from records -- old ones\n", "\twhere age > 90\n", "\tand kept = 0\n"]
(record,) = pgtoolkit.log.parse(lines, prefix_fmt="%m [%p]: ")
print(record.message)
assert record.message == "statement: delete from records -- old oneswhere age > 90and kept = 0"
END
