"""The picture of targets in docs/architecture.md is what Package.swift says."""
import picture
import pytest

MANIFEST = picture.MANIFEST.read_text()
MENDED = "Tests/house/picture.py --write draws it again"


def shown():
    [found] = picture.PLACE.finditer(picture.DOCUMENT.read_text())
    return found[0].removeprefix(found[1])


def test_the_document_has_the_picture_of_the_manifest():
    assert shown() == picture.draw(MANIFEST), MENDED


def test_each_folder_of_sources_is_in_it():
    folders = {path.name for path in (picture.ROOT / "Sources").iterdir() if any(path.glob("**/*.swift"))}
    assert folders == picture.targets(MANIFEST).keys(), "a target has no line above it in Package.swift that says what it is for"


@pytest.mark.parametrize(("old", "new"), [
    ('name: "Files", ', 'name: "Files", dependencies: ["JSONBytes"], '),
    ('.target(name: "AuditStores", dependencies: ["AuditRecords", "Threads"]', '.target(name: "AuditStores", dependencies: ["AuditRecords"]'),
    ("// the embedded store\n", "// a store\n"),
])
def test_a_change_of_the_manifest_is_seen(old, new):
    assert MANIFEST.count(old) == 1
    assert picture.draw(MANIFEST.replace(old, new)) != shown()


def test_a_layer_stands_on_lower_ones_and_leaves_out_what_they_bring():
    manifest = "".join(f'// {purpose}\n.target(name: "{name}", dependencies: [{needs}], swiftSettings: settings),\n' for name, needs, purpose in [
        ("Base", '"CBase"', "bytes"), ("Other", "", "locks"), ("Middle", '"Base", .product(name: "Logging", package: "swift-log")', "records"),
        ("Top", '"Base", "Middle", "Other", .product(name: "Yams", package: "Yams")', "the program"),
    ])
    assert picture.draw(manifest) == "Top     the program  Middle, Other, Yams\n\nMiddle  records      Base\n\nBase    bytes        CBase\nOther   locks\n"
