#!/usr/bin/env bash
# moto 5.2.5: a PutItem or UpdateItem that changes nothing in an item leaves no record in its stream (AWS, "Change data capture for DynamoDB
# Streams"). moto writes a MODIFY whose old and new image are equal: a program that writes again, or counts, sees what it never will at AWS.
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
    client, streams = boto3.client("dynamodb"), boto3.client("dynamodbstreams")
    stream = client.create_table(
        TableName="t", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})["TableDescription"]["LatestStreamArn"]
    for _ in range(2):
        client.put_item(TableName="t", Item={"PK": {"S": "a"}, "amount": {"N": "1"}})
    (shard,) = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    print([(record["eventName"], record["dynamodb"]) for record in records])
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
    assert records[1]["dynamodb"]["OldImage"] == records[1]["dynamodb"]["NewImage"]
END
