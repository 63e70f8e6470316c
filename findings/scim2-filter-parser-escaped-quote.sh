#!/usr/bin/env bash
# scim2-filter-parser 0.7.0: RFC 7644's strings are JSON strings, in which a quotation mark is written \". The parser ends the
# string there, and refuses the rest. So no filter can ask for a value that holds a quotation mark.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0
"$work/venv/bin/python" - <<'END'
from scim2_filter_parser.lexer import SCIMLexer
from scim2_filter_parser.parser import SCIMParser, SCIMParserError

try:
    SCIMParser().parse(SCIMLexer().tokenize(r'displayName eq "the \"blue\" team"'))
except SCIMParserError as error:
    print(error)
else:
    raise SystemExit("an escaped quotation mark is read now")
END
