#!/usr/bin/env bash
# moto 5.2.5: DynamoDB compares values of one type only; an item that has the attribute with another type does not match, and that is all (AWS,
# DynamoDB API Reference: Condition, ComparisonOperator). In moto one such item makes the whole Scan fail with Python's TypeError.
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
    question = {"TableName": "t", "FilterExpression": "amount > :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    client.put_item(TableName="t", Item={"PK": {"S": "a"}, "amount": {"N": "2"}})
    print(client.scan(**question)["Items"])
    client.put_item(TableName="t", Item={"PK": {"S": "b"}, "amount": {"S": "large"}})
    try:
        client.scan(**question)
    except TypeError as error:
        print(error)
    else:
        raise SystemExit("the Scan was answered")
END
