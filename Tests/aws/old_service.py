"""Writes records as the serverless service did, with another client than ours: boto3.

usage: old_service.py ENDPOINT TABLE [FILE.ndjson.gz]

Without a file, writes made-up records of every type that DynamoDB has, and prints each as a JSON line: its keys, and its
attributes as the text that an answer shows. With a file, writes its records and prints nothing.
"""
import base64
import decimal
import gzip
import json
import sys

import boto3
import boto3.dynamodb.types

SPELLINGS = ["", ".5", ".50", ".500", ".123", ".123000001", ".1230000", ".999999999"]
IDS = ["a", "a#b", "a_b", "a/b", "a b", "é", "e\u0301", "日本", "%5F", "a%2Fb"]


def typed_values():
    deep = {"N": "1"}
    for _ in range(30):
        deep = {"L": [deep]}
    return {
        "text": {"S": "a \"quoted\" \\ text\nof two lines, é 日本 \U0001F600"}, "empty": {"S": ""},
        "number": {"N": "12345678901234567890123456789012345678"}, "small": {"N": "-0.00000000000000000001"},
        "binary": {"B": b"\x00\xff\x10"}, "yes": {"BOOL": True}, "no": {"BOOL": False}, "nothing": {"NULL": True},
        "map": {"M": {"nested": {"L": [{"S": "x"}, {"M": {}}, {"L": []}]}, "x-amz-id-2": {"N": "7"}}},
        "texts": {"SS": ["a", "é"]}, "numbers": {"NS": ["1", "2.5"]}, "binaries": {"BS": [b"\x01", b"\x02"]},
        "deep": deep,
    }


def plain(value):
    """The JSON text of a typed value."""
    (kind, content), = value.items()
    text = lambda string: json.dumps(string)
    encoded = lambda data: text(base64.b64encode(data).decode())
    if kind == "S":
        return text(content)
    if kind == "N":
        return content
    if kind == "B":
        return encoded(content)
    if kind == "BOOL":
        return "true" if content else "false"
    if kind == "NULL":
        return "null"
    if kind == "M":
        return "{" + ",".join(f"{text(name)}:{plain(member)}" for name, member in content.items()) + "}"
    parts = {"L": plain, "SS": text, "NS": str, "BS": encoded}[kind]
    return "[" + ",".join(map(parts, content)) + "]"


def item(system, user, resource, timestamp, audit_id, attributes):
    sort_key = {"S": f"{timestamp}#{audit_id}"}
    return {"PK": {"S": f"{system}#{timestamp[:10]}"}, "SK": sort_key,
            "GS1_PK": {"S": f"#{user}"}, "GS1_SK": sort_key,
            "GSI2_PK": {"S": f"#{resource}"}, "GSI2_SK": sort_key, **attributes}


def made_up(client, table):
    values = typed_values()
    seconds = ["2024-02-28T23:59:59", "2024-02-29T00:00:00", "2024-02-29T12:00:00"]
    for number, (second, spelling) in enumerate((s, f) for s in seconds for f in SPELLINGS):
        for count in range(3):
            system, user, resource = (IDS[(number + count * step) % len(IDS)] for step in (1, 3, 7))
            timestamp, audit_id = f"{second}{spelling}Z", f"{IDS[count]}-{number}"
            attributes = values if count == 0 else {"action": {"S": "Read"}}
            client.put_item(TableName=table, Item=item(system, user, resource, timestamp, audit_id, attributes))
            print(json.dumps({"systemId": system, "timestamp": timestamp, "auditId": audit_id, "userId": user,
                              "resourceId": resource,
                              "attributes": "{" + ",".join(f"{json.dumps(n)}:{plain(v)}"
                                                           for n, v in attributes.items()) + "}"}))


def real(client, table, path):
    serializer = boto3.dynamodb.types.TypeSerializer()
    keys = ("systemId", "userId", "resourceId", "timestamp", "auditId")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line, parse_float=decimal.Decimal) for line in lines]
    requests = []
    for record in records:
        parts = [record.pop(key) for key in keys]
        # As the service spelt them: milliseconds.
        parts[3] = parts[3] if "." in parts[3] else parts[3].replace("Z", ".000Z")
        attributes = {name: serializer.serialize(value) for name, value in record.items()}
        requests.append({"PutRequest": {"Item": item(*parts, attributes)}})
    for start in range(0, len(requests), 25):
        left = {table: requests[start:start + 25]}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]


def main():
    endpoint, table, *files = sys.argv[1:]
    client = boto3.client("dynamodb", endpoint_url=endpoint, region_name="eu-west-1",
                          aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
    if files:
        real(client, table, files[0])
    else:
        made_up(client, table)


main()
