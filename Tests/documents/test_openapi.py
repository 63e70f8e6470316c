"""A generator makes a whole client of the description: a type of each object, and none left out."""
import importlib
import json
import pathlib
import re
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = yaml.safe_load((ROOT / "Sources/QueryService/Respond/openapi.yaml").read_text())
SCHEMAS, RESPONSES = DOCUMENT["components"]["schemas"], DOCUMENT["components"]["responses"]
GENERATOR = pathlib.Path(sys.executable).parent / "openapi-python-client"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The package that openapi-python-client makes."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(DOCUMENT))
    # What formats the code afterwards is left out.
    (folder / "settings.yaml").write_text("post_hooks: []\n")
    done = subprocess.run([GENERATOR, "generate", "--path", folder / "openapi.json", "--output-path", folder / "audit_query_client", "--meta", "none",
                           "--config", folder / "settings.yaml", "--fail-on-warning"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r"WARNING|Unable to process|omitted", done.stdout + done.stderr), done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module("audit_query_client.models")
    sys.path.remove(str(folder))


def test_each_object_has_a_type(client):
    objects = {name for name, schema in SCHEMAS.items() if schema.get("type") == "object"}
    assert {"Query", "RecordPage", "Record", "Problem"} <= objects
    assert objects - set(dir(client)) <= {"Range"}, "Range is a name of Python's, and is called otherwise"
    assert objects <= set(dir(client)) | {name.rstrip("_") for name in dir(client)}


def test_examples_are_read_and_written_as_they_are(client):
    examples = [(client.RecordPage, name) for name in ("RecordPage",)] + [(client.Record, "Record"), (client.RecordBatch, "RecordBatch")]
    for kind, name in examples:
        content = RESPONSES[name]["content"]["application/json"]
        for example in [content["example"]] if "example" in content else [each["value"] for each in content["examples"].values()]:
            assert kind.from_dict(example).to_dict() == example
    query = {"userId": "alice@example.com", "limit": 2}
    assert client.Query.from_dict(query).to_dict().items() >= query.items()


def test_every_error_is_a_problem_for_it(client):
    seen = 0
    for response in RESPONSES.values():
        content = response.get("content", {}).get("application/problem+json")
        for example in content and ([content["example"]] if "example" in content else [each["value"] for each in content["examples"].values()]) or []:
            assert client.Problem.from_dict(example).to_dict() == example
            seen += 1
    assert seen >= 15
    # As each operation's own code has it.
    operation = importlib.import_module("audit_query_client.api.records.query_records")
    text = pathlib.Path(operation.__file__).read_text()
    assert re.search(r"status_code == 400:\s+response_400 = Problem\.from_dict", text)
    assert re.search(r"body: Query\b", text)
