#!/usr/bin/env bash
# dynamodb-csv 1.5.5: what it exports it is to import again, and its README has B for a Boolean, "blank false". The export leaves true blank as well:
# every BOOL of a table becomes false on the way through a file, and the message counts all items as done.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dynamodb-csv==1.5.5 'moto[dynamodb]==5.2.5' boto3==1.43.11
cd "$work"
printf '[CSV_SPEC]\nid=S\nsuccess=B\n' >records.csv.spec
venv/bin/python - <<'END'
import os

import boto3
from app.dynamodb import csv_export, csv_import
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-central-1")

with mock_aws():
    def table(name):
        return boto3.resource("dynamodb").create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])

    source, target = table("source"), table("target")
    for item in ({"id": "a", "success": True}, {"id": "b", "success": False}):
        source.put_item(Item=item)
    print(csv_export(source, "records.csv"))
    exported = open("records.csv").read().splitlines()
    print(exported, csv_import(target, "records.csv"), target.scan()["Items"], sep="\n")
    assert sorted(exported[1:]) == ["a,", "b,"]
    assert {item["id"]: item["success"] for item in target.scan()["Items"]} == {"a": False, "b": False}
END
