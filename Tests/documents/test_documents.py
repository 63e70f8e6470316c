"""What the documents name is there, and what their programs print is what they say."""
import json
import pathlib
import re
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/*/*.md")] if ".build" not in path.parts)


def name(path):
    return str(path.relative_to(ROOT))


def blocks(path, language):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)


def anchors(path):
    """What GitHub makes of headings."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or anchor and anchor not in anchors(there):
            wrong.append(target)
    assert wrong == []


def test_parameters_are_put_under_their_key():
    """Without --key-id the account's default key encrypts a new version, also of a parameter that has another."""
    texts = [path.read_text() for path in [*DOCUMENTS, *(ROOT / "Sources").rglob("*.swift"), *(path for path in (ROOT / "scripts").rglob("*") if path.is_file())]]
    commands = [command for text in texts for command in re.findall(r"aws ssm put-parameter(?:[^`]*?(?:--value|--name \\\())", text)]
    assert len(commands) >= 4
    assert [command for command in commands if "--key-id alias/audit-query-" not in command] == []


def programs(path):
    """Programs with what they print. A program without is for readers."""
    return re.findall(r"^```python\n((?:(?!```).*\n)*)```\n\n```text\n((?:(?!```).*\n)*)```", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", filter(programs, DOCUMENTS), ids=name)
def test_programs_print_what_is_said(path):
    # Each stands by itself.
    for program, said in programs(path):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
        assert (done.stdout, done.stderr) == (said, "")


def test_configurations_are_for_the_tables_of_the_parameters():
    """Each environment's configuration reads the table, and the regions, that its stacks make."""
    found = {}
    for text in blocks(ROOT / "docs/environments.md", "yaml"):
        configuration = yaml.safe_load(text)
        found[configuration["environment"]] = configuration
    assert set(found) == {path.stem for path in (ROOT / "aws/parameters").glob("*.json")}
    for environment, configuration in found.items():
        parameters = json.loads((ROOT / f"aws/parameters/{environment}.json").read_text())
        table = configuration["store"]["dynamodb"]
        assert table["table"] == parameters["table"]
        assert table["regions"] == [region for region in (parameters["region"], parameters["secondary-region"]) if region]
        watched = {"alarms", "dashboard"} & set(parameters["stacks"])
        assert configuration["telemetry"].get("cloudwatch", {}).get("enabled", False) == bool(watched)
        for kind, member in (("keys", "parameter"), ("cursor", "secret-parameter")):
            if kind in configuration:
                assert configuration[kind][member].startswith(f"/audit-query/{environment}/")
