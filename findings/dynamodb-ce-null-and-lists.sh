#!/usr/bin/env bash
# dynamodb-ce 0.0.5: attribute_exists asks for an attribute, not for its type, so it is true for NULL; contains looks into lists as into sets; a value
# of another type does not match (DynamoDB developer guide, "Condition and filter expressions"; API reference, "Condition": NOT_NULL, EQ). Here
# NULL does not exist, a list contains nothing, and true equals 1: what holds here does not hold in the table, and the other way round.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dynamodb-ce==0.0.5 boto3==1.43.11
"$work/venv/bin/python" - <<'END'
from dynamodb_ce import CeParser

parser = CeParser(expression_attribute_values={":role": "root", ":one": 1})
item = {
    "owner": {"NULL": True}, "flag": {"BOOL": True},
    "list": {"L": [{"S": "root"}]}, "set": {"SS": ["root"]},
}
seen = {
    "attribute_exists(owner)": False, "attribute_not_exists(owner)": True,
    "contains(list, :role)": False, "contains(set, :role)": True,
    "flag = :one": True,
}
for expression, result in seen.items():
    found = parser.evaluate(expression, item)
    print(expression, found)
    assert found is result
END
