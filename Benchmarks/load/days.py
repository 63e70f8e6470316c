"""Answers of a DynamoDB for the partitions of one system's days, for canned-dynamodb: a partition key, a tab and its answer on each line.

usage: days.py SHARDS DAYS RECORDS: records of 500 bytes, evenly over that many days from 2024-01-01 on, each day spread over so many shards.
"""
import datetime
import json
import sys
import zlib

shards, days, records = map(int, sys.argv[1:])
first = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
partitions = {}
for number in range(records):
    when = first + datetime.timedelta(seconds=60 + number * (days * 86_400 - 120) // records)
    sort = f"{when:%Y-%m-%dT%H:%M:%S}.801Z#c34d0bff-9015-4280-a099-{number:012}"
    partition = f"deployments#{when:%Y-%m-%d}"
    if shards > 1:
        partition += f"#{zlib.crc32(sort.encode()) % shards}"
    texts = {"PK": partition, "SK": sort, "action": "ReadBucket", "outcome": "AccessDenied", "userAgent": "audit " * 45}
    partitions.setdefault(partition, []).insert(0, {name: {"S": text} for name, text in texts.items()})


def show(partition, items):
    print(partition, json.dumps({"Items": items, "Count": len(items), "ScannedCount": len(items)}, separators=(",", ":")), sep="\t")


if shards > 1:
    show("audit-query:shards", [{"PK": {"S": "audit-query:shards"}, "SK": {"S": "plan"}, "entries": {"S": f"2024-01-01={shards}"}}])
for partition, items in sorted(partitions.items()):
    show(partition, items)
