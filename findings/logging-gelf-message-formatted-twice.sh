#!/usr/bin/env bash
# logging-gelf 0.0.32: a record's message is its text merged once with its arguments (Python, "logging": LogRecord.getMessage). The formatter
# merges the result again: "%%" in a value becomes "%".
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check logging-gelf==0.0.32 marshmallow==4.4.0
"$work/venv/bin/python" - <<'END'
import json
import logging

from logging_gelf.formatters import GELFFormatter

value = "LIKE 'a%%'"
record = logging.LogRecord("audit", logging.INFO, "service.py", 3, "ann read %s", (value,), None)
assert record.getMessage() == "ann read " + value
sent = json.loads(GELFFormatter().format(record))["short_message"]
print(value, "->", sent)
assert sent == "ann read LIKE 'a%'"
END
