"""A tag is released only if the program, the package and the changelog say the same version."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHANGELOG = """# Changelog

## [1.2.0] - 2026-11-25

### Added
- A thing, [linked](docs/api.md).

## [1.1.0] - 2026-10-01

### Fixed
- Another.

[1.2.0]: https://example.com/
"""


def tree(folder, program="1.2.0", package="1.2.0", changelog=CHANGELOG):
    source = folder / "Sources/audit-query/AuditQueryCommand.swift"
    source.parent.mkdir(parents=True)
    source.write_text(f'enum Program {{\n    static let version = "{program}"\n}}\n')
    if package:
        (folder / "debian").mkdir()
        (folder / "debian/changelog").write_text(f"audit-query ({package}) bookworm; urgency=medium\n\n  * All.\n")
    (folder / "CHANGELOG.md").write_text(changelog)
    return folder


def notes(tag, folder):
    done = subprocess.run([ROOT / "scripts/release-notes", tag, "--tree", folder], capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("package", ["1.2.0", None])
def test_it_prints_the_section(tmp_path, package):
    assert notes("v1.2.0", tree(tmp_path, package=package)) == (0, "### Added\n- A thing, [linked](docs/api.md).\n", "")


@pytest.mark.parametrize("change,reason", [
    ({"program": "1.1.0"}, "AuditQueryCommand.swift says 1.1.0"),
    ({"package": "1.1.0"}, "debian/changelog says 1.1.0"),
    ({"changelog": CHANGELOG.replace("[1.2.0] -", "[1.2.1] -")}, "no section [1.2.0]"),
    ({"changelog": CHANGELOG.replace("2026-11-25", "unreleased")}, "has no date"),
    ({"changelog": CHANGELOG.replace("### Added\n- A thing, [linked](docs/api.md).\n", "")}, "is empty"),
])
def test_what_differs_is_named(tmp_path, change, reason):
    status, said, errors = notes("v1.2.0", tree(tmp_path, **change))
    assert (status, said) == (1, "") and reason in errors


@pytest.mark.parametrize("tag", ["1.2.0", "v1.2", "v01.2.0", "v1.2.0;reboot", "v1.2.0 ", "v1.2.0-rc.1", "main"])
def test_a_tag_is_v_and_a_version(tmp_path, tag):
    assert notes(tag, tree(tmp_path))[0] == 64
