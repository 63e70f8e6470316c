"""Counts and digests of records per day, the same whatever the order in which the records come."""
import base64
import decimal
import hashlib
import json
import re

from .instant import recorded_instant

DAY = re.compile(r"#(\d{4}-\d\d-\d\d)(?:#\d{1,2})?$")
# Digests are added up modulo this. With fewer bits, records could be made up that leave the sum as it is.
WIDTH = 2048


class DayDigest:
    """One day of a table, in 256 bytes however many records it has."""

    def __init__(self):
        self.count = 0
        self.sum = 0

    def add(self, item):
        self.count += 1
        self.sum += int.from_bytes(hashlib.shake_256(encoded(item)).digest(WIDTH // 8), "big")
        self.sum %= 1 << WIDTH

    def merge(self, other):
        self.count += other.count
        self.sum = (self.sum + other.sum) % (1 << WIDTH)

    def described(self):
        return {"records": self.count, "sha256": hashlib.sha256(self.sum.to_bytes(WIDTH // 8, "big")).hexdigest()}


def day_of(item):
    """The UTC day at the end of the partition key, or before its shard; a system's name may hold anything before it."""
    match = DAY.search(item["PK"]["S"])
    return match[1] if match else "no day"


def is_record(item):
    """False of an item in which the loaders of a table list its systems, and of its plan of shards: one that came later makes no day another."""
    return item["PK"]["S"] not in ("audit-query:systems", "audit-query:shards")


def is_before(item, until):
    """A record whose time cannot be read is always compared."""
    when = recorded_instant(item["SK"]["S"])
    return until is None or when is None or when < until


def encoded(item):
    return json.dumps(canonical({"M": item}), separators=(",", ":")).encode()


def canonical(value):
    """A DynamoDB value in one form only: numbers exactly, maps and sets in order, bytes in Base64."""
    (kind, content), = value.items()
    if kind == "M":
        content = sorted((name, canonical(part)) for name, part in content.items())
    elif kind == "L":
        content = [canonical(part) for part in content]
    elif kind == "N":
        content = number(content)
    elif kind == "B":
        content = base64.b64encode(content).decode()
    elif kind == "SS":
        content = sorted(content)
    elif kind == "NS":
        content = sorted(map(number, content))
    elif kind == "BS":
        content = sorted(base64.b64encode(part).decode() for part in content)
    return [kind, content]


def number(text):
    """DynamoDB's numbers have up to 38 digits: 1, 1.0 and 10E-1 are one number, and no digit is lost."""
    value = decimal.Context(prec=60, Emin=-999, Emax=999).create_decimal(text)
    return str(value.normalize(decimal.Context(prec=60))) if value else "0"
