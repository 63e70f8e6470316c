"""The mutations of the tables beside this file: what each is, where it belongs in Sources/, and both texts in one."""
import dataclasses
import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLES = pathlib.Path(__file__).resolve().parent
#: What the environment names the mutation by that is switched on.
VARIABLE = "AUDIT_QUERY_MUTATION"
#: What each target that has a mutation is given.
SWITCH = f"""internal import Glibc

/// The mutation that is switched on, if one is.
private let mutation = getenv("{VARIABLE}").map {{ String(cString: $0) }}

@usableFromInline func isMutated(_ name: String) -> Bool {{ mutation == name }}
"""


class TableError(Exception):
    """What is wrong with the tables, a line for each fault."""


@dataclasses.dataclass(frozen=True)
class Mutation:
    """One fault, at one place of the sources."""
    name: str
    #: What somebody would meet if the program had it.
    would: str
    #: Suites by their types' names and tests by their titles: each of them must fail.
    tests: tuple[str, ...]
    #: The place: a text that stands once in all sources, of which the part in « » is replaced.
    text: str
    #: What stands there instead.
    fault: str
    #: Whether both are statements, and not expressions.
    statements: bool
    #: The table that it stands in, such as `cache.toml`, and that one's title.
    file: str
    title: str

    @property
    def parts(self):
        """What stands before the part that is replaced, that part, and what stands behind it."""
        before, _, rest = self.text.partition("«")
        original, _, after = rest.partition("»")
        return before, original, after


def load(folder=TABLES):
    """All mutations, in the order of the tables."""
    mutations = []
    for path in sorted(folder.glob("*.toml")):
        read = tomllib.loads(path.read_text())
        for entry in read["mutation"]:
            fields = {"name": "", "would": "", "tests": [], "text": "", "fault": "", "statements": False}
            if unknown := set(entry) - set(fields):
                raise TableError(f"{path.name}: {entry.get('name')}: there is no member {', '.join(sorted(unknown))}")
            fields |= entry
            mutations.append(Mutation(**fields | {"tests": tuple(fields["tests"]), "file": path.name, "title": read["title"]}))
    return mutations


def faults(mutations):
    """What is wrong with mutations by themselves."""
    names = [mutation.name for mutation in mutations]
    for mutation in mutations:
        where = f"{mutation.file}: {mutation.name}"
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mutation.name) or names.count(mutation.name) > 1:
            yield f"{where}: a name is words of a-z and 0-9 with hyphens between, and stands once"
        if not mutation.would or not mutation.tests:
            yield f"{where}: it says what it would do, and names tests"
        if "|" in mutation.would:
            yield f"{where}: what it would do stands in a table of docs/mutations.md, so there is no | in it"
        if mutation.text.count("«") != 1 or mutation.text.count("»") != 1 or not mutation.parts[1]:
            yield f"{where}: its text has one part in « »"
        elif mutation.parts[1].strip() == mutation.fault.strip():
            yield f"{where}: it changes nothing"


def places(mutations, root=ROOT):
    """The files that have mutations, each with (start, end, mutations) for its replaced parts, the last one first.

    Raises TableError with each text that does not stand once in Sources/."""
    texts = {path: path.read_text() for path in sorted(root.glob("Sources/**/*.swift"))}
    wrong = list(faults(mutations))
    found = {}
    for mutation in mutations:
        before, original, after = mutation.parts
        whole = before + original + after
        hits = [(path, match.start()) for path, text in texts.items() for match in re.finditer(re.escape(whole), text)]
        if len(hits) != 1:
            what = "no longer in Sources/: write it as it is now" if not hits else "in Sources/ more than once: give more of it"
            wrong.append(f"{mutation.file}: {mutation.name}: its text is {what}\n{whole}")
            continue
        path, start = hits[0]
        start += len(before)
        found.setdefault(path, {}).setdefault((start, start + len(original)), []).append(mutation)
    edits = {path: sorted(((*span, here) for span, here in spans.items()), key=lambda edit: edit[:2]) for path, spans in found.items()}
    for path, here in edits.items():
        for (_, end, first), (start, _, second) in zip(here, here[1:]):
            if start < end:
                wrong.append(f"{first[0].name} and {second[0].name} overlap: replace the very same part, or parts that do not touch")
    if wrong:
        raise TableError("\n".join(wrong))
    return {path: (texts[path], here) for path, here in edits.items()}


def joined(text, edits):
    """A source with its mutations in it, each behind its switch."""
    for start, end, mutations in reversed(edits):
        replaced = text[start:end]
        for mutation in mutations:
            if mutation.statements:
                replaced = f'if isMutated("{mutation.name}") {{\n{mutation.fault}\n}} else {{\n{replaced}\n}}'
            else:
                replaced = f'(isMutated("{mutation.name}") ? {mutation.fault} : {replaced})'
        text = text[:start] + replaced + text[end:]
    return text


def mutated_sources(mutations, root=ROOT):
    """The mutated sources by their paths below the root, the switches of their targets among them."""
    sources = {}
    for path, (text, edits) in places(mutations, root).items():
        relative = path.relative_to(root)
        sources[relative] = joined(text, edits)
        sources[pathlib.Path(*relative.parts[:2], "IsMutated.swift")] = SWITCH
    return sources
