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
    scripts = [path for path in (ROOT / "scripts").rglob("*") if path.is_file()]
    texts = [path.read_text() for path in [*DOCUMENTS, *(ROOT / "Sources").rglob("*.swift"), *scripts]]
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


def test_the_guides_table_has_the_parameters_of_the_contract():
    contract = yaml.safe_load((ROOT / "Sources/QueryService/Respond/openapi.yaml").read_text())
    components = contract["components"]
    references = [parameter["$ref"].rsplit("/", 1)[1] for parameter in contract["paths"]["/v1/records"]["get"]["parameters"]]
    named = [components["parameters"][reference]["name"] for reference in references]
    guide = (ROOT / "docs/api.md").read_text()
    section = re.search(r"^## Parameters\n(.*?)^(?:The same as POST|## )", guide, re.DOTALL | re.MULTILINE)[1]
    rows = re.findall(r"^\| (`.*?) \|(.*)\|(.*)\|$", section, re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall("`(\\w+)`", row[0])) == sorted(named)
    without = {names: text.strip() for names, _, text in rows}
    limit, identifier = components["schemas"]["Limit"], components["schemas"]["Identifier"]
    assert without["`limit`"] == f"{limit['default']}; of lines 1000" and f"1 to {limit['maximum']}" in section
    assert f"1 to {components['schemas']['PageLimit']['maximum']:,}" in section
    assert without["`order`"] == f"`{components['schemas']['Order']['default']}`"
    assert f"An id has {identifier['minLength']} to {identifier['maxLength']} bytes" in section
