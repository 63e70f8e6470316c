#!/usr/bin/env bash
# dynamodb-json 1.4.2: a map whose only member is called like one of DynamoDB's types ("S" here) is taken for that type:
# the map is lost and its value stands in its place. "N" beside it is kept, so the two are not even treated alike.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dynamodb-json==1.4.2
"$work/venv/bin/python" - <<'END'
from dynamodb_json import json_util

item = json_util.loads('{"size": {"M": {"S": {"S": "small"}}}, "count": {"M": {"N": {"N": "5"}}}}')
print(item)
assert item == {"size": "small", "count": {"N": 5}}
END
