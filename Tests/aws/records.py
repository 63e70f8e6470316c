"""Records as the serverless service wrote them, with every type of attribute."""
import datetime


def record(number, system="billing", day=datetime.date(2026, 1, 1), **attributes):
    stamp = f"{day:%Y-%m-%d}T{number % 24:02}:{number % 60:02}:00.{number % 1000:03}Z"
    sort_key = f"{stamp}#audit#{number}"
    user, resource = f"#user-{number % 7}", f"#resource/{number % 5}"
    return {
        "PK": {"S": f"{system}#{day:%Y-%m-%d}"}, "SK": {"S": sort_key},
        "GS1_PK": {"S": user}, "GS1_SK": {"S": sort_key}, "GSI2_PK": {"S": resource}, "GSI2_SK": {"S": sort_key},
        "action": {"S": "döne"}, "amount": {"N": "12345678901234567890123456789012345678"}, "ok": {"BOOL": True},
        "none": {"NULL": True}, "raw": {"B": bytes([number % 256, 0, 255])}, "tags": {"SS": ["b", "a"]}, "sizes": {"NS": ["2", "1.5"]},
        "blobs": {"BS": [b"\x00", b"\x01"]}, "list": {"L": [{"N": "1"}, {"M": {"deep": {"S": "x"}}}]}, **attributes,
    }


def records(count, days=10):
    systems = ("billing", "billing#eu", "crm")
    return [record(number, systems[number % 3], datetime.date(2026, 1, 1) + datetime.timedelta(number % days)) for number in range(count)]


def load(client, table, items):
    for start in range(0, len(items), 25):
        requests = [{"PutRequest": {"Item": item}} for item in items[start:start + 25]]
        answer = client.batch_write_item(RequestItems={table: requests})
        assert not answer["UnprocessedItems"]
