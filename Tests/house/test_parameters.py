"""A parameter of the API is said in several places. Forgotten in one of them, a question would get another's answer or go on with another's pages."""
import pathlib
import re

import pytest
import yaml

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources"
FIELDS = re.findall(r"^    package var (\w+): ", (SOURCES / "AuditStores/RecordQuery.swift").read_text(), re.MULTILINE)
# What /v1/names and /v1/changes have for themselves.
OF_OTHERS = {"kind", "prefix", "after", "wait"}
NAMES = {parameter["name"] for parameter in
         yaml.safe_load((SOURCES / "QueryService/Respond/openapi.yaml").read_text())["components"]["parameters"].values()
         if parameter["in"] == "query"} - OF_OTHERS
# What counts have besides, and nothing else.
COUNT = {"by", "top"}


def part(path, begin):
    """What of a file stands from a line that has `begin` to the end of that declaration."""
    text = (SOURCES / path).read_text()
    found = re.search(rf"^( *)[^\n]*{re.escape(begin)}.*?^\1}}$", text, re.DOTALL | re.MULTILINE)
    return found[0]


# What was stated is in the trail as the range that was searched.
@pytest.mark.parametrize(("path", "begin", "use", "without"), [
    ("QueryService/Cache/CacheKey.swift", "func append(fieldsOf", r"\bquery\.(\w+)", set()),
    ("QueryService/Validate/CursorSeal.swift", "func seal(_ query", r"\bquery\.(\w+)", set()),
    ("QueryService/Validate/CursorSeal.swift", "func open(_ cursor", r"\bquery\.(\w+) = ", set()),
    ("QueryService/Report/ReadEvent.swift", "func describe(in metadata", r"\w+", {"stated"}),
])
def test_each_field_of_a_question_is_there(path, begin, use, without):
    assert len(FIELDS) >= 8
    named = set(re.findall(use, re.sub(r"//.*", "", part(path, begin))))
    assert set(FIELDS) - named - without == set()


def test_names_are_those_of_the_contract():
    assert len(NAMES) >= 8
    service = (SOURCES / "QueryService/Validate/QueryValidation.swift").read_text()
    assert set(re.findall(r'"(\w+)"', re.search(r"static let names = \[(.*?)]", service, re.DOTALL)[1])) == NAMES - COUNT
    # Tests/QueryServiceTests/Service/OpenAPITests.swift holds what a count takes.
    command = (SOURCES / "audit-query/Query/QueryParameters.swift").read_text()
    listed = re.search(r"let all: .*?\[(\n.*?)\n        ](.*?)\n    }", command, re.DOTALL)
    assert set(re.findall(r'\("(\w+)", ', listed[1] + listed[2])) == NAMES
    assert set(re.findall(r'"(\w+)": "--', command)) == NAMES | {"prefix", "after"}


def test_a_cursor_is_made_with_the_same_parameters():
    continued = part("QueryService/Validate/QueryValidation.swift", "func continued(")
    compared = re.search(r"let differing = \[(.*?)]\.filter", continued, re.DOTALL)[1]
    assert set(re.findall(r'\("(\w+)", ', compared)) == NAMES - {"cursor"}
