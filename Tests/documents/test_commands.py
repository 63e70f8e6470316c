"""Each block of commands in docs/ is run by a test, or says why none does.

Before a block of `sh` stands a comment, which readers do not see:
  <!-- run: machine -->      Tests/vm/test_3_operations.py runs it on a booted Debian with the package and records
  <!-- run: aws -->          here: the AWS CLI looks at its commands and their parameters, and sends nothing
  <!-- not run: REASON -->   nobody does, since it takes what no test has, or which test does the same
docs/api.md is tried by a test of its own.
"""
import os
import pathlib
import re
import subprocess
import sys

import pytest
from awscli import clidriver

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(set((ROOT / "docs").glob("*.md")) - {ROOT / "docs/api.md"})
BLOCK = re.compile(r"(?:^<!-- (run|not run): ([^\n]+?) -->\n)?^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(how=None, path=None):
    """Documents, lines and contents of the blocks that are marked so."""
    for document in DOCUMENTS if path is None else [path]:
        text = document.read_text()
        for found in BLOCK.finditer(text):
            if how is None or found[1] == "run" and found[2] == how:
                line = text.count("\n", 0, found.start(3)) + 1
                yield document.relative_to(ROOT), line, found


def test_each_block_is_run_or_says_why_not():
    found = list(blocks())
    assert len(found) > 30
    unmarked = [f"{path}:{line}" for path, line, block in found if block[1] is None or block[1] == "run" and block[2] not in ("machine", "aws")]
    assert unmarked == []
    for path, line, block in found:
        if block[1] == "not run":
            for test in re.findall(r"Tests/[\w./]+\w", block[2]):
                assert (ROOT / test).exists(), f"{path}:{line} names {test}"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with an `aws` that gets as far as sending a request, and the files that commands read.

    (--generate-cli-skeleton output would look at parameters too. Where a sample answer breaks the service's own model, as that of
    describe-table does, it fails whatever was asked.)
    """
    folder = tmp_path_factory.mktemp("aws")
    for name in ("keys.json", "cursor.secret"):
        (folder / name).write_text("x" * 40)
    aws = folder / "bin/aws"
    aws.parent.mkdir()
    aws.write_text(f"#!{sys.executable}\n{AWS}")
    aws.chmod(0o755)
    return folder


# Where a query has been looked at, and a request would go out, there is nothing to connect to.
AWS = """
import subprocess, sys
import jmespath
words = sys.argv[1:]
if "--query" in words:
    jmespath.compile(words[words.index("--query") + 1])
done = subprocess.run([sys.executable, "-m", "awscli", *words, "--endpoint-url", "http://127.0.0.1:9"], capture_output=True, text=True)
if "Could not connect to the endpoint URL" not in done.stderr:
    sys.exit(f"aws {' '.join(words)}: {done.stdout}{done.stderr}")
"""


def run(place, script):
    # No configuration of whoever runs this, and no way out.
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=300, check=False, cwd=place, env={
        "PATH": f"{place}/bin:{os.environ['PATH']}", "HOME": str(place), "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_MAX_ATTEMPTS": "1", "LC_ALL": "C.UTF-8"})


@pytest.mark.parametrize(("path", "line", "block"), [pytest.param(*each, id=f"{each[0]}:{each[1]}") for each in blocks("aws")])
def test_aws_knows_its_commands_and_their_parameters(place, path, line, block):
    done = run(place, block[3])
    assert done.returncode == 0, done.stderr


def test_a_wrong_parameter_is_seen(place):
    for command in ("aws dynamodb describe-table --table audit-records --nme x", "aws ssm put-parameters --name x", "aws kms enable-key",
                    "aws dynamodb describe-table --table-name audit-records --query 'Table.['"):
        assert run(place, command).returncode != 0, command


# -- What is named in passing --------------------------------------------------------------------------------------

def named_in_passing():
    """Commands of the AWS CLI within sentences. They may leave out what the sentence does not speak of."""
    for document in [*DOCUMENTS, *(ROOT / "aws").glob("*.md")]:
        text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
        for command in re.findall(r"`aws ([a-z0-9-]+ [a-z][^`]*)`", text):
            yield f"{document.name}: aws {command}", command.split()


def unknown(services, words):
    """What of a command the AWS CLI does not know: nothing, or one word."""
    if words[0] not in services:
        return words[0]
    operations = services[words[0]].create_help_command().command_table
    if words[1] not in operations:
        return words[1]
    known = set(operations[words[1]].create_help_command().arg_table) | {"query", "output", "region", "endpoint-url"}
    return next((word for word in words[2:] if word.startswith("--") and word[2:] not in known), None)


def test_aws_knows_the_commands_in_sentences(monkeypatch):
    # awscli says in the environment, once, where its data is; tests of aws/ take all of AWS's variables away.
    monkeypatch.setenv("AWS_DATA_PATH", str(pathlib.Path(clidriver.__file__).parent / "data"))
    services = clidriver.create_clidriver().create_help_command().command_table
    commands = list(named_in_passing())
    assert len(commands) > 15
    assert [command for command, words in commands if unknown(services, words)] == []
    for wrong in ("dynamodd list-tables", "dynamodb list-table", "dynamodb list-tables --limits 1"):
        assert unknown(services, wrong.split()) is not None


def test_options_of_scripts_are_those_of_their_help():
    """In blocks and in the text: `scripts/test --vm`."""
    wrong = []
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCUMENTS, ROOT / "docs/api.md"]:
        for script, rest in re.findall(r"(?:^|[`\s(])((?:scripts|aws|systemd)/[a-z-]+)((?: +[^`\n|&;<>#]+)?)", document.read_text()):
            path = ROOT / script
            if not path.is_file() or not os.access(path, os.X_OK) or path.suffix:
                continue
            text = path.read_text()
            wrong += [f"{document.name}: {script} {option}" for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest) if option not in (text + " --help")]
    assert wrong == []
