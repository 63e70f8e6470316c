"""The package's documents are whole: none of their links leads nowhere."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    subprocess.run([ROOT / "debian/documents", "--install", folder], check=True, timeout=60)
    return folder


def test_every_link_of_an_installed_document_leads_somewhere(folder):
    documents = list(folder.rglob("*.md"))
    assert len(documents) > 30
    wrong = []
    for path in documents:
        text = re.sub(r"^```.*?^```|`[^`\n]*`", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            file = target.partition("#")[0]
            if file and not target.startswith("https://") and not (path.parent / file).exists():
                wrong.append(f"{path.relative_to(folder)}: {target}")
    assert wrong == []


def test_what_operators_read_is_there_and_sources_are_not(folder):
    for name in ("docs/operations.md", "docs/metrics.md", "docs/sizing.md", "SECURITY.md", "aws/README.md", "prometheus/audit-query.rules.yaml"):
        assert (folder / name).is_file(), name
    assert not [path for path in folder.rglob("*") if path.suffix in (".swift", ".py")]
    assert (folder / "docs/operations.md").read_text().count("```") == (ROOT / "docs/operations.md").read_text().count("```")


def test_documents_are_installed_from_there_and_not_compressed():
    rules = (ROOT / "debian/rules").read_text()
    assert "debian/documents --install $(staged)/usr/share/doc/audit-query" in rules
    assert "dh_compress $(patsubst %,-X%,$(shell debian/documents))" in rules


def test_what_its_documents_call_comes_with_the_package(folder):
    """By its dependencies and recommendations, which apt installs: on a server at night there is no time to look for a program."""
    control = (ROOT / "debian/control").read_text().rpartition("Package: ")[2]
    packages = set(re.findall(r"[a-z][a-z0-9-]+", " ".join(re.findall(r"^(?:Depends|Recommends):(.*)$", control, re.MULTILINE))))
    blocks = re.findall(r"^```sh\n(.*?)^```", "".join(path.read_text() for path in folder.glob("docs/*.md")), re.DOTALL | re.MULTILINE)
    called = {program for program in ("curl", "jq", "nginx", "openssl", "sqlite3") for block in blocks
              if re.search(rf"(?:^|[|(&;]|\bsudo|\bdo|\bif) *{program} ", block, re.MULTILINE)}
    assert {"curl", "jq", "sqlite3"} <= called <= packages
