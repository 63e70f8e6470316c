#!/usr/bin/env bash
# sfvparse 0.1.0: a Byte Sequence stands between colons in base64, and its value is the decoded octets (RFC 8941, 4.2.7); a digest is sent so (RFC
# 9530, 2). The parser hands on the base64 as the octets, and the serializer encodes it again: a digest that passes through is another.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sfvparse==0.1.0
"$work/venv/bin/python" - <<'END'
import base64
import hashlib

from sfvparse import parse_dict, serialize_dict

digest = hashlib.sha256(b"record\n").digest()
field = b"sha-256=:" + base64.b64encode(digest) + b":"
value = parse_dict(field)["sha-256"]["value"]
again = serialize_dict(parse_dict(field))
print(field, value, again, sep="\n")
assert value == base64.b64encode(digest) != digest
assert again == b"sha-256=:" + base64.b64encode(value) + b":" != field
END
