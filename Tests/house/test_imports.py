"""What each target may import, beside the language itself: the table below, and what Package.swift declares of other targets.

The compiler refuses a module that is no dependency only where the build's order does not happen to have it ready, and never a module
of the system. `swift build --explicit-target-dependency-import-check error` (scripts/test) refuses the first; this refuses both.
"""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources"
MANIFEST = (ROOT / "Package.swift").read_text()

# Modules of the system: of Swift's distribution, and glibc.
SYSTEM = {"Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"}

# Which of those a target may import.
TARGETS = {
    "Heap": set(),
    "FastCGI": {"Dispatch", "Glibc", "Synchronization"},
    "Cryptography": set(),
    "Gzip": {"Glibc"},
    "HTTPClient": {"Glibc", "Synchronization"},
    "Systemd": {"Glibc"},
    "AWS": SYSTEM,
    "AuditQuery": SYSTEM,
    "Telemetry": SYSTEM,
    "audit-query": SYSTEM,
}

# Everything that a folder of AuditQuery may import. Each is to be a target, or a part of one.
FOLDERS = {
    "JSON": set(),
    "Concurrency": {"Dispatch", "Foundation", "Synchronization", "Tracing"},
    "Files": {"Glibc"},
    "Record": set(),
    "Store": set(),
    "Store/SQLite": {"Dispatch", "Foundation", "GRDB", "GRDBSQLite", "Synchronization"},
    "Store/DynamoDB": {"AWS", "Synchronization"},
    "Plan": {"Synchronization"},
    "Load": {"Cryptography"},
    "HTTP": {"Synchronization", "Tracing"},
    "Authenticate": {"Cryptography", "FoundationEssentials"},
    "Validate": {"Cryptography"},
    "Cache": {"Cryptography", "Heap", "Synchronization"},
    "Find": {"CoreMetrics", "Cryptography", "Dispatch", "Synchronization"},
    "Report": {"CoreMetrics", "Dispatch", "Logging", "Tracing"},
    "Respond": {"Yams"},
    "": {"Glibc", "Logging"},
}

TESTS = sorted(path.name for path in (ROOT / "Tests").iterdir() if any(path.glob("**/*.swift")))

IMPORT = re.compile(r"^(?:@\w+ )?(?:(?:internal|package|public) )?import (?:(?:struct|class|enum|protocol|func|var|let) )?([\w]+)", re.MULTILINE)


def imports(files):
    """The modules that files import, each with one of the files."""
    return {module: file for file in sorted(files) for module in IMPORT.findall(file.read_text())}


def declared(target):
    """The modules that Package.swift declares as a target's dependencies."""
    block = re.search(rf'\.(?:executableT|testT|t)arget\(\s*name: "{target}",(.*?)swiftSettings', MANIFEST, re.DOTALL).group(1)
    listed = re.search(r"dependencies: \[([^]]*)]", block)
    # A product is known by its own name, and not by its package's.
    return set(re.findall(r'(?<!package: )"([\w-]+)"', listed.group(1))) if listed else set()


def test_the_table_has_every_target():
    assert {path.name for path in SOURCES.iterdir() if any(path.glob("**/*.swift"))} == TARGETS.keys()


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_imports_what_it_may(target):
    found = imports((SOURCES / target).glob("**/*.swift"))
    system = {module: str(file.relative_to(ROOT)) for module, file in found.items() if module in SYSTEM}
    assert {module: file for module, file in system.items() if module not in TARGETS[target]} == {}, "a module of the system"
    assert {module: str(file.relative_to(ROOT)) for module, file in found.items() if module not in SYSTEM | declared(target)} == {}, (
        "not among the target's dependencies in Package.swift")
    assert declared(target) - found.keys() == set(), "a dependency that no file imports"


@pytest.mark.parametrize("target", TESTS)
def test_tests_import_what_they_declare(target):
    found = imports((ROOT / "Tests" / target).glob("**/*.swift"))
    modules = found.keys() - SYSTEM - {"Testing"}
    # The program is named so that it is built beside the tests that run it; its module's name has no hyphen.
    needed = {dependency.replace("-", "_") for dependency in declared(target)}
    assert modules - needed == set(), "not among the target's dependencies in Package.swift"
    assert needed - modules - {"audit_query"} == set(), "a dependency that no file imports"


def test_a_c_library_has_one_importer():
    importers = {}
    for target in TARGETS:
        for module in imports((SOURCES / target).glob("**/*.swift")):
            if re.fullmatch(r"C[A-Z]\w+", module) and (SOURCES / module / "module.modulemap").exists():
                importers.setdefault(module, []).append(target)
    libraries = {path.parent.name for path in SOURCES.glob("*/module.modulemap")}
    assert {library: importers.get(library) for library in libraries if len(importers.get(library, [])) != 1} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder or "top")
def test_a_folder_of_the_service_imports_what_it_may(folder):
    path = SOURCES / "AuditQuery" / folder
    inner = [path / other for other in ("Transcoding",)] if folder == "Store/DynamoDB" else []
    files = [file for place in [path, *inner] for file in place.glob("*.swift")]
    assert files, "no such folder"
    wrong = {module: file.name for module, file in imports(files).items() if module not in FOLDERS[folder]}
    assert wrong == {}


def test_the_table_has_every_folder():
    there = {str(file.parent.relative_to(SOURCES / "AuditQuery")) for file in (SOURCES / "AuditQuery").glob("**/*.swift")}
    assert {folder.replace("/Transcoding", "") for folder in there} == {folder or "." for folder in FOLDERS}
