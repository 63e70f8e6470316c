#!/usr/bin/env bash
# moto 5.2.5: DynamoDB trims zeros of a number, and takes 38 digits at most (AWS, "Naming rules and data types": Number). moto keeps the text
# as it was sent, "1.50" and "-0" included, and takes 39 digits: two spellings of one number stay different there, and are one at AWS.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[dynamodb]==5.2.5' boto3==1.43.11
"$work/venv/bin/python" - <<'END'
import os

import boto3
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-central-1")

with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="t", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}])
    for number in ("1.50", "1E3", "-0", "1" * 39):
        client.put_item(TableName="t", Item={"PK": {"S": "a"}, "value": {"N": number}})
        kept = client.get_item(TableName="t", Key={"PK": {"S": "a"}})["Item"]["value"]["N"]
        print(number, "->", kept)
        assert kept == number
END
