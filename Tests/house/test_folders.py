"""Inside QueryService a folder uses only those before it. The compiler keeps the order of targets, and nobody but this that of folders."""
import pathlib
import re

import pytest

SERVICE = pathlib.Path(__file__).resolve().parents[2] / "Sources/QueryService"

# In the order in which docs/architecture.md shows the way of a request. What lies beside the folders stands over all of them,
FOLDERS = ["HTTP", "Seals", "Authenticate", "Validate", "Cache", "Find", "Metrics", "Report", "Respond"]
# but this, which any may use and which uses none.
BESIDE = {"ServiceSettings", "TimeSource"}

DECLARED = re.compile(r"^(?:\w+ )*(?:actor|class|enum|protocol|struct|typealias) (\w+)", re.MULTILINE)


def code(text):
    """Without comments and texts."""
    return re.sub(r'"(?:[^"\n\\]|\\.)*"', '""', re.sub(r"//.*", "", text))


def uses(text, names):
    """Which of these types some code names, members of that name left out."""
    return {name for name in re.findall(r"(?<![.\w])\w+", code(text)) if name in names}


def sources(folder):
    return {path: path.read_text() for path in sorted((SERVICE / folder).glob("*.swift"))}


def test_there_is_no_other_folder():
    assert {path.name for path in SERVICE.iterdir() if path.is_dir()} == set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_uses_those_before_it(folder):
    later = {name for after in ["", *FOLDERS[FOLDERS.index(folder) + 1:]] for text in sources(after).values() for name in DECLARED.findall(code(text))}
    assert len(later) > 5
    assert {path.name: found for path, text in sources(folder).items() if (found := uses(text, later - BESIDE))} == {}


def test_what_lies_beside_uses_none():
    names = {name for folder in FOLDERS for text in sources(folder).values() for name in DECLARED.findall(code(text))}
    assert {name: uses((SERVICE / f"{name}.swift").read_text(), names) for name in BESIDE} == {name: set() for name in BESIDE}


def test_a_use_is_seen():
    names = {"Answer"}
    assert uses("func a() -> Answer? { nil }", names) == names
    assert not uses('/// An Answer.\nlet a = "an Answer" // Answer\nlet b = x.Answer', names)
