#!/usr/bin/env bash
# syslog-rfc5424-parser 0.3.2: in a parameter's value, a quotation mark, a backslash and a closing bracket are written with a backslash
# before them (RFC 5424, 6.3.3). The parser hands the value on with these backslashes, so it is not what was logged.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check syslog-rfc5424-parser==0.3.2
"$work/venv/bin/python" - <<'END'
from syslog_rfc5424_parser import SyslogMessage

line = r'<165>1 2024-01-31T10:00:00Z host app - - [audit@32473 resource="list\]1\\2 \"x\""] read'
value = SyslogMessage.parse(line).as_dict()["sd"]["audit@32473"]["resource"]
print(value)
assert value == r'list\]1\\2 \"x\"' and value != r'list]1\2 "x"'
END
