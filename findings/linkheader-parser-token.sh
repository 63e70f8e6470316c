#!/usr/bin/env bash
# linkheader-parser 0.6: a parameter's value is a token or a quoted string, and its name has no case (RFC 8288, 3). Only rel="..." in small letters
# is seen: with rel=next there are no links, and who follows them stops after the first page.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check linkheader-parser==0.6
"$work/venv/bin/python" - <<'END'
from linkheader_parser import parse

target = "https://audit.example/records?cursor=b"
for field in (f'<{target}>; rel="next"', f"<{target}>; rel=next", f'<{target}>; REL="next"'):
    print(field, "->", parse(field))
assert parse(f'<{target}>; rel="next"')["next"]["url"] == target
assert parse(f"<{target}>; rel=next") == {} == parse(f'<{target}>; REL="next"')
END
