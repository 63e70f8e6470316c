#!/usr/bin/env python3
"""Verifies a folder of seals, and records or a proof against it, with nothing of audit-query's: json, hashlib and PyPI's cryptography.

verifier.py FOLDER PUBLIC-KEY [RECORDS]     RECORDS is what `audit-query query --all --json` prints of all days that are sealed
verifier.py --proof PROOF PUBLIC-KEY RECORD  both as the HTTP interface answers them
"""
import base64
import decimal
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves):
    """RFC 9162, section 2.1.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node(root(leaves[:split]), root(leaves[split:]))


def root_by_path(hashed, index, size, path):
    """RFC 9162, section 2.1.3.2: the root that a path leads to."""
    last = size - 1
    assert index <= last, "an index behind the tree"
    for sibling in path:
        assert last > 0, "a path that is too long"
        if index & 1 or index == last:
            hashed = node(sibling, hashed)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = node(hashed, sibling)
        index, last = index >> 1, last >> 1
    assert last == 0, "a path that is too short"
    return hashed


def number(text):
    """As ECMAScript lays a decimal out."""
    sign, digits, exponent = decimal.Decimal(text).as_tuple()
    digits = "".join(map(str, digits)).lstrip("0")
    stripped = digits.rstrip("0")
    exponent += len(digits) - len(stripped)
    if not stripped:
        return "0"
    point = len(stripped) + exponent
    if len(stripped) <= point <= 21:
        text = stripped + "0" * exponent
    elif 0 < point <= 21:
        text = f"{stripped[:point]}.{stripped[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + stripped
    else:
        rest = f".{stripped[1:]}" if len(stripped) > 1 else ""
        text = f"{stripped[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return "-" * sign + text


class Number(str):
    """A number as it was written."""


def canonical(value):
    if isinstance(value, Number):
        return number(value)
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode())
        return "{" + ",".join(f"{canonical(name)}:{canonical(inner)}" for name, inner in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return text.replace("\\b", "\\u0008").replace("\\f", "\\u000c") if "\\" in text else text
    return json.dumps(value)


def loads(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def record_leaf(record):
    names = ["attributes", "auditId", "resourceId", "systemId", "timestamp", "userId"]
    return leaf(canonical({name: record[name] for name in names}).encode())


def checkpoint(note, key):
    """The origin, size and root of a note that the key has signed (C2SP, signed-note and tlog-checkpoint)."""
    text, signatures = note.split("\n\n")
    name, key_id, material = key.strip().split("+", 2)
    material = base64.b64decode(material, validate=True)
    assert material[0] == 1 and hashlib.sha256(f"{name}\n".encode() + material).digest()[:4].hex() == key_id
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash == "\u2014" and signer == name and signature[:4].hex() == key_id:
            Ed25519PublicKey.from_public_bytes(material[1:]).verify(signature[4:], f"{text}\n".encode())
            origin, size, hashed = text.split("\n")
            assert origin == name
            return int(size), base64.b64decode(hashed, validate=True)
    raise AssertionError("the key has not signed")


def verify_folder(folder, key, records):
    folder = pathlib.Path(folder)
    size, expected = checkpoint((folder / "checkpoint").read_text(), key)
    lines = (folder / "seals.ndjson").read_bytes().split(b"\n")[:size]
    assert len(lines) == size and root([leaf(line) for line in lines]) == expected, "the log is not what the checkpoint vouches for"
    current = {}
    for index, line in enumerate(lines):
        seal = json.loads(line)
        day = (seal["systemId"], seal["day"])
        assert current.get(day, (None,))[0] == seal.get("replaces", {}).get("seal"), f"seal {index} does not belong where it stands"
        current[day] = (index, seal)
    if records is None:
        return f"{size} seals"
    days = {}
    for record in loads(pathlib.Path(records).read_text())["records"]:
        days.setdefault((record["systemId"], record["timestamp"][:10]), []).append(record)
    for day, (index, seal) in current.items():
        found = sorted(days.pop(day, []), key=lambda record: (record["timestamp"].ljust(30, "0").replace("Z", "0"), record["auditId"].encode()))
        assert len(found) == seal["count"], f"seal {index}: {len(found)} records, not {seal['count']}"
        assert root([record_leaf(record) for record in found]) == base64.b64decode(seal["root"]), f"seal {index}: another root"
    assert not days, f"not sealed: {sorted(days)}"
    return f"{size} seals, {sum(seal['count'] for _, seal in current.values())} records"


def verify_proof(proof, key, record):
    proof = json.loads(pathlib.Path(proof).read_text())
    size, expected = checkpoint(proof["checkpoint"], key)
    hashed = record_leaf(loads(pathlib.Path(record).read_text()))
    day = root_by_path(hashed, proof["index"], proof["seal"]["count"], [base64.b64decode(each) for each in proof["path"]])
    assert day == base64.b64decode(proof["seal"]["root"]), "the record is not in the seal"
    line = canonical(loads(json.dumps(proof["seal"], ensure_ascii=False))).encode()
    found = root_by_path(leaf(line), proof["sealIndex"], size, [base64.b64decode(each) for each in proof["sealPath"]])
    assert found == expected, "the seal is not in the log"
    return "the record is in the log"


def main(words):
    if words[0] == "--proof":
        print(verify_proof(words[1], pathlib.Path(words[2]).read_text(), words[3]))
    else:
        print(verify_folder(words[0], pathlib.Path(words[1]).read_text(), words[2] if len(words) > 2 else None))


if __name__ == "__main__":
    main(sys.argv[1:])
