#!/usr/bin/env bash
# digest-fields-parse 0.1.1: Want-Content-Digest is a Dictionary whose values are preferences from 0 to 10, and 0 means "not acceptable" (RFC
# 9530, 4). The parser of that RFC reads the older "q=" instead: "md5=0" is an algorithm of that name, wanted with weight 1.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check digest-fields-parse==0.1.1
"$work/venv/bin/python" - <<'END'
from digest_fields_parse import parse_want_content_digest

wanted = [(preference.algorithm, preference.q) for preference in parse_want_content_digest("sha-512=3, sha-256=10, md5=0")]
print(wanted)
assert wanted == [("sha-512=3", 1.0), ("sha-256=10", 1.0), ("md5=0", 1.0)]
END
