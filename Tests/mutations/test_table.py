"""The tables of mutations are true: what they change stands in the sources, and the tests that they name are there."""
import re
import subprocess

import run
import table

MUTATIONS = table.load()


def test_each_place_stands_once_in_the_sources():
    # A change of the sources that moves a place changes its text in the table too.
    table.places(MUTATIONS)


def test_each_test_that_must_fail_is_there():
    missing = []
    for name in sorted({name for mutation in MUTATIONS for name in mutation.tests}):
        module, _, suite = name.partition(".")
        folder, declared = (module, rf"\bstruct {suite}\b") if run.is_suite(name) else ("", rf"func `{re.escape(name)}`\(")
        if not any(re.search(declared, path.read_text()) for path in table.ROOT.glob(f"Tests/{folder}/**/*.swift")):
            missing.append(name)
    assert missing == []


def test_the_document_has_every_mutation_and_no_survivor():
    seen = run.stored()
    assert {name for name, (word, _) in seen.items() if word != run.FAILED} == set()
    assert seen.keys() <= {mutation.name for mutation in MUTATIONS}
    assert run.DOCUMENT.read_text() == run.report(MUTATIONS, seen)


def test_what_would_spoil_the_document_is_refused():
    wrong = table.Mutation("one", "a | b", ("T.S",), "b + «c»", "d", False, "", "")
    assert [fault for fault in table.faults([wrong]) if "there is no | in it" in fault]


def test_both_texts_stand_in_the_joined_source():
    text = "let a = b + c\nsort()\n"
    first = table.Mutation("one", "", (), "b + «c»", "d", False, "", "")
    other = table.Mutation("two", "", (), "b + «c»", "e", False, "", "")
    last = table.Mutation("three", "", (), "«sort()»", "", True, "", "")
    joined = table.joined(text, [(12, 13, [first, other]), (14, 20, [last])])
    assert joined == (
        'let a = b + (isMutated("two") ? e : (isMutated("one") ? d : c))\nif isMutated("three") {\n\n} else {\nsort()\n}\n')


def test_the_sources_with_all_faults_in_them_are_swift(tmp_path):
    """Else they do not build: who adds a row may never run it, and then nobody runs any."""
    files = []
    for path, text in table.mutated_sources(MUTATIONS).items():
        files.append(tmp_path / str(path).replace("/", "+"))
        files[-1].write_text(text)
    done = subprocess.run(["swiftc", "-frontend", "-parse", "-enable-bare-slash-regex", *files], capture_output=True, text=True)
    assert done.returncode == 0, "\n".join(line for line in done.stderr.splitlines() if "error: " in line)


def test_what_is_replaced_is_one_expression():
    """Conditions with a comma between them are Swift in brackets, too, and of another type; an assignment behind a colon only parses."""
    def commas(text):
        while (shorter := re.sub(r'"[^"]*"|\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}', "", text)) != text:
            text = shorter
        return "," in text
    replaced = {mutation.name: mutation.parts[1] for mutation in MUTATIONS if not mutation.statements}
    assert [name for name, text in replaced.items() if commas(text) or text.lstrip().startswith("_ =")] == []
