#!/usr/bin/env bash
# dynamodb-json 1.4.2: a number with fraction digits becomes a float, so digits beyond a double's are lost (DynamoDB keeps 38:
# AWS, "Supported data types"); one in scientific notation, which is a valid number to write, is not read at all.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dynamodb-json==1.4.2
"$work/venv/bin/python" - <<'END'
from dynamodb_json import json_util

item = json_util.loads('{"exact": {"N": "0.12345678901234567890123456789"}, "large": {"N": "1E3"}}')
print(item)
assert item["exact"] == float("0.12345678901234567890123456789") and isinstance(item["exact"], float)
assert item["large"] == {"N": "1E3"}
END
