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

# Which of those a target may import. What only turns bytes into values has none: it cannot read, write, wait or look at a clock.
TARGETS = {
    "Heap": set(),
    "FastCGI": {"Dispatch", "Glibc", "Synchronization"},
    "Cryptography": set(),
    "Gzip": {"Glibc"},
    "Deflate": {"Dispatch", "Synchronization"},
    "Zstandard": set(),
    "Archives": {"Glibc"},
    "HTTPClient": {"Glibc", "Synchronization"},
    "Sockets": {"Glibc"},
    "Systemd": {"Glibc"},
    "PostgreSQL": {"Glibc"},
    "JSONBytes": set(),
    "Threads": {"Dispatch", "Foundation", "Glibc", "Synchronization"},
    "Files": {"Glibc"},
    "AuditRecords": set(),
    "DemoData": set(),
    "AuditStores": {"Synchronization"},
    "SQLiteRecords": {"Dispatch", "Foundation", "Synchronization"},
    "PostgreSQLRecords": {"Dispatch", "Synchronization"},
    "DynamoDBRecords": {"FoundationEssentials", "Synchronization"},
    "LogFormats": set(),
    "RecordForms": set(),
    "Forwarding": {"Foundation", "Glibc"},
    "Evidence": set(),
    "Loading": set(),
    "QueryService": {"Dispatch", "FoundationEssentials", "Glibc", "Synchronization"},
    "AWS": SYSTEM,
    "Telemetry": SYSTEM,
    "audit-query": SYSTEM,
}

# What each of these may never reach, directly or by what it stands on: HOUSE's promises.
NEVER = {
    "QueryService": {"AWS", "DynamoDBRecords", "GRDB", "HTTPClient", "LogFormats", "Loading", "PostgreSQL", "SQLiteRecords"},
    "SQLiteRecords": {"AWS", "HTTPClient", "QueryService"},
    "PostgreSQLRecords": {"AWS", "GRDB", "HTTPClient", "QueryService"},
    "DynamoDBRecords": {"GRDB", "PostgreSQL", "QueryService"},
    "AuditStores": {"AWS", "GRDB", "PostgreSQL", "QueryService"},
    "LogFormats": {"AuditStores", "Files", "QueryService", "Threads"},
    "Forwarding": {"AuditStores", "AWS", "QueryService"},
    "RecordForms": {"AuditStores", "Files", "LogFormats", "QueryService", "Threads"},
    "Loading": {"AWS", "GRDB", "QueryService"},
    "Evidence": {"AuditStores", "Files", "QueryService", "Threads"},
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


def reached(target):
    """Everything that a target stands on."""
    found, waiting = set(), [target]
    while waiting:
        for dependency in declared(waiting.pop()) - found:
            found.add(dependency)
            if dependency in TARGETS.keys() | set(TESTS):
                waiting.append(dependency)
    return found


@pytest.mark.parametrize("target", NEVER)
def test_a_target_never_reaches(target):
    assert reached(target) & NEVER[target] == set()


def test_wrappers_are_tested_without_the_service():
    targets = ["CryptographyTests", "FastCGITests", "GzipTests", "DeflateTests", "ZstandardTests", "ArchivesTests", "HTTPClientTests", "PostgreSQLTests"]
    for target in [*targets, "TestSupport"]:
        assert reached(target) & {"AuditStores", "QueryService", "AWS"} == set(), target
