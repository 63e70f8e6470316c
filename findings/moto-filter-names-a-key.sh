#!/usr/bin/env bash
# moto 5.2.5: DynamoDB refuses a filter that names a key attribute of the table or index which is queried (Developer Guide, "Filter
# expressions for the Query operation": "A filter expression cannot contain partition key or sort key attributes"). moto applies it,
# so a program tested on it works there and answers every such query with an error at AWS.
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
        TableName="t", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")])
    client.put_item(TableName="t", Item={"PK": {"S": "a#1"}, "SK": {"S": "1"}})
    for name in ("PK", "SK"):
        answer = client.query(
            TableName="t", KeyConditionExpression="PK = :p", FilterExpression=f"attribute_exists({name})",
            ExpressionAttributeValues={":p": {"S": "a#1"}})
        print(name, "in a filter:", answer["Count"], "item")
        assert answer["Count"] == 1
END
