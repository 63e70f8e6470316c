#!/usr/bin/env bash
# cerealbox 0.1.2: its list of types says that an Enum is stored as its value. One whose values are strings, which is how an enumeration for JSON
# is usually declared (str, Enum), is stored as its Python name; one of numbers becomes a number that DynamoDB refuses.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cerealbox==0.1.2
"$work/venv/bin/python" - <<'END'
from enum import Enum

from cerealbox.dynamo import as_dynamodb_json

Plain = Enum("Plain", {"READ": "read"})
Action = Enum("Action", {"READ": "read"}, type=str)
Severity = Enum("Severity", {"HIGH": 3}, type=int)
stored = [as_dynamodb_json(value) for value in (Plain.READ, Action.READ, Severity.HIGH)]
print(stored)
assert Action.READ == "read" and Severity.HIGH == 3
assert stored == [{"S": "read"}, {"S": "Action.READ"}, {"N": "Severity.HIGH"}]
END
