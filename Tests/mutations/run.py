"""Builds all mutations into one program, and runs the tests of each with that one switched on: scripts/mutate."""
import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import table

TREE = table.ROOT / ".build/mutate/tree"
#: What the tests printed last.
PRINTED = table.ROOT / ".build/mutate/printed.txt"
DOCUMENT = table.ROOT / "docs/mutations.md"
#: Seconds that the tests of one mutation may take, and those of all without any.
LIMIT, LIMIT_OF_ALL = 180, 1200
#: The status of the tests' program when none has the names asked for.
NO_TEST = 69
#: What became of a mutation. Only the first one is good.
FAILED, SURVIVED, HUNG, CRASHED = "failed", "survived", "hung", "crashed"
#: What the document says of one that has not been run since its table was written.
NOT_RUN = "not run yet"


def write_tree(sources):
    """Makes TREE a copy of this tree with other sources. What stays the same is not touched, so that it is not built again."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=table.ROOT, check=True, capture_output=True, text=True).stdout
    # The packages that the tests were run with; they are in no commit.
    files = {pathlib.Path(name) for name in [*listed.split("\0"), "Package.resolved"] if name and (table.ROOT / name).is_file()}
    for path in files | set(sources):
        there = TREE / path
        there.parent.mkdir(parents=True, exist_ok=True)
        content = sources[path].encode() if path in sources else (table.ROOT / path).read_bytes()
        if not there.is_file() or there.read_bytes() != content:
            there.write_bytes(content)
        if path in files:
            shutil.copymode(table.ROOT / path, there)
    # A far end of tests, which scripts/test unpacks; without it they are left out.
    syslog = pathlib.Path(".build/syslog-ng")
    (TREE / ".build").mkdir(exist_ok=True)
    if (table.ROOT / syslog).is_dir() and not (TREE / syslog).exists():
        (TREE / syslog).symlink_to(table.ROOT / syslog)
    for folder, folders, names in os.walk(TREE):
        if ".build" in folders:
            folders.remove(".build")
        for path in (pathlib.Path(folder, name) for name in names):
            if path.relative_to(TREE) not in files | set(sources):
                path.unlink()


def build():
    """Builds TREE, and returns the program that has all tests."""
    swift = ["swift", "build", "--build-tests", "--package-path", str(TREE)]
    if subprocess.run(swift, check=False).returncode != 0:
        sys.exit("scripts/mutate: the mutated tree does not build: a fault must be of the type of what it replaces")
    folder = subprocess.run([*swift, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return pathlib.Path(folder, "audit-queryPackageTests.xctest")


def is_suite(name):
    """Whether a name is that of a suite, such as `AuditStoresTests.PlanTests`, and not a test's title."""
    return re.fullmatch(r"\w+\.\w+", name) is not None


def run_tests(program, names, mutation, limit):
    """Runs the suites and tests of these names. Returns the program's status, which is None if it hung, and what failed."""
    environment = os.environ | {"AUDIT_QUERY_TEST_SEED": "1", "NO_COLOR": "1"}
    if mutation:
        environment[table.VARIABLE] = mutation
    pattern = "|".join(rf"^{re.escape(name)}/" if is_suite(name) else rf"/`{re.escape(name)}`" for name in sorted(names))
    command = [program, "--testing-library", "swift-testing", "--filter", pattern]
    with open(PRINTED, "w+", errors="replace") as printed:
        tests = subprocess.Popen(
            command, cwd=TREE, env=environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, process_group=0)
        try:
            status = tests.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(tests.pid, signal.SIGKILL)
            tests.wait()
            status = None
        printed.seek(0)
        # A failed test may print whatever it compared, in lines of any length.
        return status, failed(iter(lambda: printed.readline(1000), ""))


def failed(lines):
    """The suites and tests that failed, by their types' names and titles."""
    matches = (re.match(r'\S+ +(?:Suite|Test) "?(.+?)"?(?: with \d+ test cases?)? failed after ', line) for line in lines)
    return {match[1] for match in matches if match}


def outcome(mutation, status, seen):
    """What became of a mutation, and what is to be said of it."""
    if status is None:
        return HUNG, f"its tests had not ended after {LIMIT} s: a test must fail, not wait"
    if status == NO_TEST:
        return SURVIVED, "there is no such test"
    if status not in (0, 1):
        return CRASHED, f"the tests ended with status {status}: a test must fail, not end the program"
    passed = [name for name in mutation.tests if (name.split(".")[1] if is_suite(name) else name) not in seen]
    return (SURVIVED, f"passed with it: {', '.join(passed)}") if passed else (FAILED, "")


def stored():
    """What the document has of each mutation: what became of it, and how many seconds that took."""
    rows = (line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines() if line.startswith("| `"))
    return {row[0].strip("`"): (row[3], float(row[4])) for row in rows if row[3] != NOT_RUN}


def report(mutations, seen):
    """The document, of what became of each mutation."""
    missing = sum(mutation.name not in seen for mutation in mutations)
    lines = [
        "# Mutations", "",
        "Faults put into the code on purpose, at the places where a wrong answer, a lost record or a service that is down",
        "would be worst, and the tests that must fail with each. `scripts/mutate` builds all of them into one program, switches",
        "each on by itself, and runs its tests; `scripts/mutate --store` wrote this page from what it saw. It is no part of CI:",
        "CI only checks that each fault still has its place in the sources, and that the tests named here are there.", "",
        "The faults themselves are in `Tests/mutations/*.toml`. Whoever changes a line that one of them replaces, changes the",
        "table with it. How it works, and why: [decision 41](decisions/0041-mutations-are-kept-as-a-table.md).", "",
        f"{len(mutations)} mutations, {missing} of them not run yet. A test that fails says so; one that survives, hangs or crashes",
        "is a missing test. The seconds are those of two busy cores.",
    ]
    title = None
    for mutation in mutations:
        if mutation.title != title:
            title = mutation.title
            lines += ["", f"## {title}", "", "| mutation | what it would do | tests that must fail | seen | seconds |",
                      "| --- | --- | --- | --- | --- |"]
        tests = ", ".join(name.split(".")[1] if is_suite(name) else f"“{name}”" for name in mutation.tests)
        word, seconds = seen.get(mutation.name, (NOT_RUN, None))
        took = "" if seconds is None else f"{seconds:.1f}"
        lines.append(f"| `{mutation.name}` | {mutation.would} | {tests} | {word} | {took} |")
    return "\n".join(lines) + "\n"


def main(arguments):
    """`[--list] [--store] [NAME…]`, checked by scripts/mutate but for the names."""
    try:
        mutations = table.load()
        sources = table.mutated_sources(mutations)
    except table.TableError as error:
        sys.exit(f"scripts/mutate: the tables in Tests/mutations are not true:\n{error}")
    names = [argument for argument in arguments if not argument.startswith("--")]
    if unknown := set(names) - {mutation.name for mutation in mutations}:
        what = ", ".join(sorted(unknown))
        print(f"scripts/mutate: there is no mutation {what}: scripts/mutate --list shows which there are", file=sys.stderr)
        return 64
    wanted = [mutation for mutation in mutations if not names or mutation.name in names]
    if "--list" in arguments:
        for mutation in wanted:
            print(f"{mutation.name:34} {mutation.would}")
        return 0

    write_tree(sources)
    program = build()
    print(f"== the tests of {len(wanted)} mutations, without any", flush=True)
    status, seen = run_tests(program, {name for mutation in wanted for name in mutation.tests}, None, LIMIT_OF_ALL)
    if status != 0:
        what = "hang" if status is None else ", ".join(sorted(seen)) or f"end with status {status}"
        sys.exit(f"scripts/mutate: without a mutation these tests fail; mend them first: {what}\n{PRINTED} has what they printed")

    seen = {}
    for mutation in wanted:
        start = time.monotonic()
        word, said = outcome(mutation, *run_tests(program, mutation.tests, mutation.name, LIMIT))
        seen[mutation.name] = word, time.monotonic() - start
        print(f"{mutation.name:34} {word:9} {seen[mutation.name][1]:6.1f} s  {said}", flush=True)
        # At once, so that a run which is ended keeps what it saw.
        if "--store" in arguments:
            store(mutations, seen)
    counts = collections.Counter(word for word, _ in seen.values())
    print(", ".join(f"{counts[word]} {word}" for word in (FAILED, SURVIVED, HUNG, CRASHED)))
    return 0 if counts[FAILED] == len(wanted) else 1


def store(mutations, seen):
    """Writes what was seen into the document, beside what it has of other mutations."""
    DOCUMENT.write_text(report(mutations, (stored() if DOCUMENT.exists() else {}) | seen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
