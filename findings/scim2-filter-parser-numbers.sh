#!/usr/bin/env bash
# scim2-filter-parser 0.7.0: RFC 7644's grammar (3.4.2.2) takes any JSON number as a comparison's value. A number of one digit is read;
# the second digit is an error, and so are a fraction, a sign and an exponent. `age gt 15` cannot be asked.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0
"$work/venv/bin/python" - <<'END'
from scim2_filter_parser.lexer import SCIMLexer
from scim2_filter_parser.parser import SCIMParser


def outcome(text):
    try:
        SCIMParser().parse(SCIMLexer().tokenize(text))
        return "read"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


seen = {value: outcome(f"age gt {value}") for value in ("5", "15", "1.5", "-5", "5e1")}
for value, result in seen.items():
    print(value, "->", result)
assert seen["5"] == "read" and all(seen[value] != "read" for value in ("15", "1.5", "-5", "5e1"))
END
