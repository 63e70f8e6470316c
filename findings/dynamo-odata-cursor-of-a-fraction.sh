#!/usr/bin/env bash
# dynamo-odata 1.0.0: the next page is asked for with the LastEvaluatedKey of the last (DynamoDB developer guide, "Paginating table query results").
# The cursor holds a number of the key as an integer: with times as 1706695200.25, newest first, the rest of the second is left out.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dynamo-odata==1.0.0 'moto[dynamodb]==5.2.5' boto3==1.43.11
"$work/venv/bin/python" - <<'END'
import os
from decimal import Decimal

import boto3
from dynamo_odata import DynamoDb
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-central-1")
stored = [Decimal(text) for text in ("1706695200", "1706695200.25", "1706695200.5", "1706695200.75")]

with mock_aws():
    resource = boto3.resource("dynamodb")
    table = resource.create_table(
        TableName="t", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}])
    for time in stored:
        table.put_item(Item={"pk": "a", "sk": time})
    database = DynamoDb("t", resource=resource)

    first, cursor = database.get_all("a", active=None, limit=2, scan_index_forward=False)
    second, end = database.get_all("a", active=None, limit=2, cursor=cursor, scan_index_forward=False)
    pages = [[str(item["sk"]) for item in items] for items in (first, second)]
    print(*pages, end)
    assert pages == [["1706695200.75", "1706695200.5"], []]
END
