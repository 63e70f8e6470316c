"""The style of the tree, as far as swift format and shellcheck leave it open. A rule is a function from the tree to its faults.

Each rule is tried on a tree with one fault in it, too: test_a_rule_sees_a_fault.
"""
import ast
import collections
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Characters of a line at most. swift format breaks Swift at 110 where it can: not a text, nor a comment.
# A paragraph or a row of a table is one line in Markdown. A metric of the dashboard is one, too.
LINE = {
    "Swift": 140, "JavaScript": 160, "CSS": 160, "HTML": 140, "Python": 160, "shell": 150, "C": 145, "Lua": 140, "YAML": 185, "TOML": 130, "nginx": 140,
    "systemd": 140, "Markdown": 620}

# Lines of a file at most: of Sources a noun, of tests what one looks at.
FILE = {"Swift of Sources": 200, "JavaScript": 450, "Swift": 340, "Python": 470, "shell": 310}

# Lines of a function at most.
FUNCTION = {"Swift of Sources": 45, "Swift": 85, "Python": 45}

# Lines that cannot be broken: nginx has no strings of parts.
UNBROKEN = re.compile(r"\s*(default '\{|ssl_ciphers )")

# Declarations that nobody here names. Who does, or why they are there all the same:
UNNAMED = {
    "Swift": {"customMirror", "hash"},
    "Encodable, by the name of the member": {"BillingMode"},
    "swift-argument-parser": {"allValueStrings", "defaultCompletionKind", "defaultValueDescription", "validate"},
    "swift-log": {"logLevel"},
    "swift-metrics": {
        "decrement", "destroyCounter", "destroyFloatingPointCounter", "destroyMeter", "destroyRecorder", "destroyTimer", "makeCounter",
        "makeFloatingPointCounter", "makeMeter", "makeRecorder", "makeTimer", "recordNanoseconds", "reset"},
    "swift-distributed-tracing": {"activeSpan", "addEvent", "addLink", "forceFlush", "nameOverride", "setStatus"},
    # What tests must see from outside: connections that are kept, the file that is open, how exact a percentile is.
    "tests": {"idleHandles", "isOpen", "relativeError"},
}


def kind(path, text):
    """The language of a file, nil for what no rule is about."""
    name = pathlib.PurePath(path)
    first = text.partition("\n")[0]
    if first.startswith("#!"):
        return "Python" if "python" in first else "make" if "make" in first else "shell"
    suffixes = {
        ".js": "JavaScript", ".css": "CSS", ".html": "HTML",
        ".swift": "Swift", ".py": "Python", ".sh": "shell", ".c": "C", ".h": "C", ".lua": "Lua", ".yaml": "YAML", ".yml": "YAML", ".toml": "TOML",
        ".template": "nginx", ".map": "nginx", ".geo": "nginx", ".md": "Markdown", ".service": "systemd", ".socket": "systemd", ".timer": "systemd",
        ".target": "systemd", ".conf": "systemd"}
    return suffixes.get(name.suffix)


def long_lines(tree):
    for path, text in tree.items():
        limit = LINE.get(kind(path, text))
        for number, line in enumerate(text.splitlines(), 1):
            if limit and len(line) > limit and not UNBROKEN.match(line):
                yield f"{path}:{number}: {len(line)} characters, of {limit} at most"


def place(path, text):
    """As FILE and FUNCTION call it."""
    language = kind(path, text)
    return "Swift of Sources" if language == "Swift" and path.startswith("Sources/") else language


def long_files(tree):
    for path, text in tree.items():
        limit = FILE.get(place(path, text))
        if limit and text.count("\n") > limit:
            yield f"{path}: {text.count(chr(10))} lines, of {limit} at most"


SWIFT_FUNCTION = re.compile(r"^( *)(?:@\w+(?:\([^)]*\))? )*(?:[\w()]+ )*(?:func |init[?(<]|deinit |subscript[(<]|var \w+[^=]*\{$)")


def swift_functions(text):
    """The first line and the number of lines of each; swift format puts its end where its beginning is."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if not re.search("func |init|subscript|var ", line) or not (begun := SWIFT_FUNCTION.match(line)):
            continue
        # What goes on at the same depth is the head's, over several lines, or another declaration: then it has no body.
        depth = len(begun[1])
        for end in range(index + 1, len(lines)):
            first = lines[end][:depth + 1].lstrip()
            if first and lines[end][:depth].isspace() == (depth > 0) and lines[end][depth] not in " {)":
                if lines[end] == begun[1] + "}":
                    yield index + 1, end - index + 1
                break


def long_functions(tree):
    for path, text in tree.items():
        language = kind(path, text)
        found = []
        if language == "Swift":
            found = swift_functions(text)
        elif language == "Python":
            found = [(node.lineno, node.end_lineno - node.lineno + 1) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        limit = FUNCTION.get(place(path, text))
        for number, count in found:
            if count > limit:
                yield f"{path}:{number}: a function of {count} lines, of {limit} at most"


def sources(tree):
    return {path: text for path, text in tree.items() if path.startswith("Sources/") and path.endswith(".swift")}


def bare_declarations(tree):
    """swift format looks at what is public, and nothing is."""
    for path, text in sources(tree).items():
        lines = text.splitlines()
        for index, line in enumerate(lines):
            if re.match(r"\s*(?:@\S+ )*package (?!import )", line):
                above = index - 1
                while above >= 0 and lines[above].lstrip().startswith("@"):
                    above -= 1
                if not lines[above].lstrip().startswith("///"):
                    yield f"{path}:{index + 1}: crosses a target, and no comment says what it is: {line.strip()}"


WORD = re.compile(r"\w+")
DECLARATION = re.compile(r"\b(?:func|var|let|class|struct|enum|actor|protocol|typealias) +`?([A-Za-z]\w*)")
PAYLOAD = r"(?:\(.*?\))?(?: = [^,]+)?"
CASES = re.compile(rf"\s*(?:indirect )?case ([a-z]\w*{PAYLOAD}(?:, *[a-z]\w*{PAYLOAD})*)\s*$")


def code(text):
    """A Swift file without its comments, as many lines."""
    return re.sub(r"(?m)(^|[ \t])//.*$", "", text)


def declarations(text):
    """The name of each, the line, and who may use it: the file, the target, or the package."""
    requirements = [match.span() for match in re.finditer(r"(?ms)^package protocol .*?^}", text)]
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        names, reach = [], ""
        if " import " in line:
            pass
        elif cases := CASES.match(line):
            # A case is as wide as its enumeration, which may stand far above: not told apart.
            names, reach = re.findall(r"(?:^|, *)([a-z]\w*)", re.sub(r"\([^)]*\)", "", cases[1])), "package"
        else:
            names = DECLARATION.findall(line)
            if re.search(r"\b(?:file)?private (?!\(set\))", line):
                reach = "file"
            elif re.match(r"\s*(?:@\S+ )*package ", line) or any(begin <= start < end for begin, end in requirements):
                reach = "package"
            else:
                reach = "target"
        yield from ((name, number, reach) for name in names)
        start += len(line) + 1


def dead_declarations(tree, allowed=frozenset().union(*UNNAMED.values())):
    """What tests alone name is dead, too: it is theirs to have."""
    files = {path: code(text) for path, text in sources(tree).items()}
    # By scope: a file, a target, or the package.
    uses, declared = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    found = []
    for path, text in tree.items():
        if path.startswith("Benchmarks/") and path.endswith(".swift"):
            uses["package"].update(WORD.findall(code(text)))
    for path, text in files.items():
        target = path.split("/")[1]
        words = WORD.findall(text)
        all_declared = list(declarations(text))
        for scope in (path, target, "package"):
            uses[scope].update(words)
            declared[scope].update(name for name, _, _ in all_declared)
        scopes = {"file": path, "target": target, "package": "package"}
        found += [(path, number, name, scopes[reach]) for name, number, reach in all_declared]
    for path, number, name, scope in found:
        if uses[scope][name] <= declared[scope][name] and name not in allowed:
            yield f"{path}:{number}: nobody uses {name}"


def white_space(tree):
    for path, text in tree.items():
        # Go, make and tables of values have tabs by their grammar, and a row may end with an empty one.
        has_tabs = path.endswith((".tsv", ".go")) or kind(path, text) == "make"
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line and not has_tabs:
                yield f"{path}:{number}: has a tab"
            if line != line.rstrip() and not path.endswith(".tsv"):
                yield f"{path}:{number}: ends with white space"
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield f"{path}: does not end with one line's end"


def left_over(tree):
    for path, text in sources(tree).items():
        for number, line in enumerate(text.splitlines(), 1):
            if note := re.search(r"\b(TODO|FIXME|XXX)\b", line):
                yield f"{path}:{number}: {note[0]}: do it, or write an issue"
            if "/Terminal/" not in path and re.search(r"(?<![\w.])(?<!func )(print|debugPrint|dump)\(", line):
                yield f"{path}:{number}: prints by itself: Terminal knows what to do when nobody can read it"


def double_imports(tree):
    for path, text in tree.items():
        if path.endswith(".swift"):
            modules = collections.Counter(re.findall(r"(?m)^(?:@\w+ )?(?:\w+ )?import (.+)$", text))
            yield from (f"{path}: imports {module} twice" for module, count in modules.items() if count > 1)


def double_functions(tree):
    """A script and the parts that it reads are one program, in which the last function of a name is the one that is called."""
    programs = collections.defaultdict(list)
    for path, text in sorted(tree.items()):
        if part := re.fullmatch(r"scripts/(?:lib/)?(\w+)(?:/\w+\.sh)?", path):
            programs[part[1]] += [(name, path) for name in re.findall(r"(?m)^(\w+)\(\) \{", text)]
    for functions in programs.values():
        count = collections.Counter(name for name, _ in functions)
        for name in (name for name in count if count[name] > 1):
            yield f"{', '.join(path for found, path in functions if found == name)}: {name} is more than one function"


# Sleeps of tests outside a loop that looks until something is so, and what they are for. None decides anything.
PACES = {
    "Tests/house/test_tidy.py": "the faults below",
    "Tests/two_hosts/clients.py": "clients that ask again a little later",
    "Tests/two_hosts/journey.py": "how long a fault lasts, which is what is measured",
    "Tests/run/test_run.py": "deaths of workers a little apart, so that they fall into the handling of the one before",
    "Tests/LiveTests/Support/HeldStore.swift": "a store that takes its time",
    "Tests/LiveTests/Support/Client.swift": "asks again when Retry-After says, within a minute",
    "Tests/TestSupport/Eventually.swift": "the loop",
}


def sleeps(path, text):
    """The lines of a test that go on after a time, whatever is so then."""
    if path.endswith(".swift"):
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"\b(u?sleep|blockThread)\(|result\(within: (?!0\)).*\) == nil", line):
                yield number
    elif kind(path, text) == "Python":
        nodes = ast.parse(text)
        in_loops = {inner for outer in ast.walk(nodes) if isinstance(outer, ast.While) for inner in ast.walk(outer)}
        for node in ast.walk(nodes):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep" and node not in in_loops:
                yield node.lineno
            # A command for a shell, where the loop is on the same line.
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"(?<!do )\bsleep [\d.]", node.value):
                yield node.lineno


def deciding_sleeps(tree):
    for path, text in tree.items():
        if path.startswith("Tests/") and path not in PACES and re.search(r"sleep|result\(within|blockThread", text):
            yield from (f"{path}:{number}: sleeps: wait until something is so" for number in sleeps(path, text))


RULES = [
    long_lines, long_files, long_functions, bare_declarations, dead_declarations, white_space, left_over, double_imports, double_functions, deciding_sleeps]

# -- The tree --------------------------------------------------------------------------------------------------------


def git(*words):
    # Whoever runs the tests need not own the tree.
    done = subprocess.run(["git", "-c", f"safe.directory={ROOT}", *words, "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in done.stdout.split("\0") if path]


@pytest.fixture(scope="module")
def tree():
    """The text of each file by its path: what git has, and what it would take; but for logs of others, which are as they are, and
    their rules as a program, which is one text on purpose."""
    if not (ROOT / ".git").exists():
        pytest.skip("git does not know this tree, and so not which files are its")
    paths = [*git("ls-files"), *git("ls-files", "--others", "--exclude-standard")]
    logs = ("Tests/formats/samples/", "Tests/formats/constructed/", "Tests/formats/reference_formats.py")
    paths = [path for path in paths if (not path.startswith(logs) or path.endswith(".md")) and not path.endswith(".png")]
    return {path: (ROOT / path).read_bytes().decode() for path in paths if (ROOT / path).is_file() and not (ROOT / path).is_symlink()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_holds(tree, rule):
    assert list(rule(tree)) == []


def test_git_knows_every_file(tree):
    assert tree and git("ls-files", "--others", "--exclude-standard") == [], "git add them, or name them in .gitignore"


def test_what_is_allowed_to_be_unnamed_is(tree):
    found = {fault.rpartition(" ")[2] for fault in dead_declarations(tree, allowed=frozenset())}
    assert frozenset().union(*UNNAMED.values()) - found == set(), "take it from the list"


def test_what_is_allowed_to_sleep_does(tree):
    assert [path for path in PACES if not list(sleeps(path, tree[path]))] == [], "take it from the list"


SOURCE = "Sources/Some/File.swift"
USED = "package func used() { used() }\n"


@pytest.mark.parametrize("rule,path,text", [
    (long_lines, SOURCE, f"// {'x' * 138}\n"),
    (long_lines, "scripts/some", f"#!/usr/bin/env bash\n# {'x' * 149}\n"),
    (long_lines, "nginx/some.template", f"log_format {'x' * 130};\n"),
    (long_files, SOURCE, "//\n" * 201),
    (long_files, "Tests/SomeTests/File.swift", "//\n" * 341),
    (long_functions, SOURCE, "struct Some {\n    func used() {\n" + "        used()\n" * 44 + "    }\n}\n"),
    (long_functions, SOURCE, "    private init(\n        a: Int\n    ) {\n" + "        a\n" * 42 + "    }\n"),
    (long_functions, "Tests/some.py", "def used():\n" + "    used()\n" * 45),
    (bare_declarations, SOURCE, USED),
    (bare_declarations, SOURCE, "/// Here.\n@inlinable\n" + USED + "@frozen\n" + USED),
    (dead_declarations, SOURCE, "func dead() {}\n"),
    (dead_declarations, SOURCE, "package let dead = 1\n"),
    (dead_declarations, SOURCE, "enum Used {\n    case first, dead(of: Used)\n}\nlet one = Used.first(one)\n"),
    (dead_declarations, SOURCE, "private var dead = 1\n"),
    (white_space, "docs/some.md", "one \n"),
    (white_space, "docs/some.md", "\tone\n"),
    (white_space, "docs/some.md", "one"),
    (white_space, "docs/some.md", "one\n\n"),
    (left_over, SOURCE, "// TODO: all of it\n"),
    (left_over, SOURCE, '    print("here")\n'),
    (double_imports, SOURCE, "internal import Glibc\npackage import Glibc\n"),
    (double_functions, "scripts/lib/some/part.sh", "one() {\n    two\n}\none() {\n    three\n}\n"),
    (deciding_sleeps, "Tests/some/test_some.py", "for one in many:\n    time.sleep(1)\nwhile not one:\n    time.sleep(1)\n"),
    (deciding_sleeps, "Tests/some/test_some.py", "run('one & sleep 0.2; until one; do sleep 1; done')\n"),
    (deciding_sleeps, "Tests/SomeTests/SomeTests.swift", "        Thread.sleep(forTimeInterval: 1)\n"),
    (deciding_sleeps, "Tests/SomeTests/SomeTests.swift", "        #expect(waiting.result(within: 0.2) == nil)\n"),
])
def test_a_rule_sees_a_fault(rule, path, text):
    tree = {path: text, "Tests/SomeTests/Uses.swift": "dead()\n", "Sources/Other/Dead.swift": "print.dead(dead)\n" if "private" in text else ""}
    assert len(list(rule(tree))) == 1


@pytest.mark.parametrize("text", ["/// Here.\n@inlinable\n" + USED, "package import Glibc\n"])
def test_a_comment_stands_above_attributes(text):
    assert list(bare_declarations({SOURCE: text})) == []
