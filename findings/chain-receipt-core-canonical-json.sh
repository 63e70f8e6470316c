#!/usr/bin/env bash
# chain-receipt-core 0.1.4 hashes and signs "RFC 8785-compatible canonical JSON". RFC 8785 writes characters above ASCII as they are (3.2.2.2) and
# numbers as ECMAScript does (3.2.2.3); it writes \u00eb for ë and 1e21 for 1e+21. The hash of such a receipt is not what another
# implementation (here rfc8785 0.1.4) gets; plain ASCII and small numbers agree, so tests with these do not tell.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check chain-receipt-core==0.1.4 rfc8785==0.1.4
"$work/venv/bin/python" - <<'END'
import rfc8785
from chain_receipt_core import canonical_json

for value in ({"user": "zoe", "n": 0.5}, {"user": "zoë"}, {"n": 1e21}, {"n": 0.000001}):
    print(canonical_json(value), rfc8785.dumps(value))
assert canonical_json({"user": "zoe", "n": 0.5}) == rfc8785.dumps({"user": "zoe", "n": 0.5})
assert (canonical_json({"user": "zoë"}), rfc8785.dumps({"user": "zoë"})) == (rb'{"user":"zo\u00eb"}', '{"user":"zoë"}'.encode())
assert (canonical_json({"n": 1e21}), rfc8785.dumps({"n": 1e21})) == (b'{"n":1e21}', b'{"n":1e+21}')
assert (canonical_json({"n": 0.000001}), rfc8785.dumps({"n": 0.000001})) == (b'{"n":1e-6}', b'{"n":0.000001}')
END
