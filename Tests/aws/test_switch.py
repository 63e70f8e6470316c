"""A switch changes one value in the configuration, and can be taken back."""
import json
import os
import random
import stat

import pytest
import yaml
from conftest import AWS

NEW = "audit-records-restored-1"
BLOCK = """# Ours.
environment: prod   # not dev
store:
  kind: dynamodb
  sqlite: {{ path: /var/lib/audit-query/audit.db }}
  dynamodb:
    regions: [eu-west-1, eu-central-1]
    table: {}  # the table
    user-index: GSI1
cache:
  bytes: 1_000
"""
FLOW = "store: {{ kind: dynamodb, dynamodb: {{ table: {}, regions: [eu-west-1] }} }}\n"


@pytest.fixture
def switch(server, tmp_path):
    from conftest import Account
    account = Account.__new__(Account)
    account.endpoint = "http://127.0.0.1:1"
    return lambda *arguments, **environment: account.recovery("switch", "--config", tmp_path / "c.yaml", *arguments, **environment)


@pytest.mark.parametrize("form", [BLOCK, FLOW, BLOCK.replace("\n", "\r\n"), "\n\n" + FLOW + "# end"], ids=["block", "flow", "CRLF", "spaced"])
@pytest.mark.parametrize("value", ["audit-records", '"audit-records"', "'audit-records'"])
def test_the_value_changes_and_nothing_else(switch, tmp_path, form, value):
    file = tmp_path / "c.yaml"
    file.write_bytes(form.format(value).encode())
    done = switch("--table", NEW)
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == form.format(NEW).encode()
    assert done.stdout.startswith(f"{file}: store.dynamodb.table is now {NEW}, was audit-records\n")
    assert "systemctl restart" in done.stdout


def test_it_is_taken_back_and_forth_any_number_of_times(switch, tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text(BLOCK.format("audit-records"))
    for _ in range(2):
        assert switch("--table", NEW).returncode == 0
    assert f"is {NEW} already" in switch("--table", NEW).stdout
    # What was edited since stays.
    file.write_text(file.read_text().replace("1_000", "2_000"))
    for _ in range(2):
        assert switch("--back").returncode == 0
        assert file.read_text() == BLOCK.format("audit-records").replace("1_000", "2_000")
    assert (tmp_path / "c.yaml.before-switch").read_text() == BLOCK.format("audit-records")


def test_mode_is_kept_and_links_are_followed(switch, tmp_path):
    real = tmp_path / "real.yaml"
    real.write_text(FLOW.format("audit-records"))
    real.chmod(0o640)
    (tmp_path / "c.yaml").symlink_to(real)
    assert switch("--table", NEW).returncode == 0
    assert (tmp_path / "c.yaml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "real.yaml.before-switch").stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["c.yaml", "real.yaml", "real.yaml.before-switch"]


@pytest.mark.parametrize(("text", "status", "said"), [
    (None, 78, "there is no file"), ("store: [", 78, "is no YAML"), ("store:\n  kind: sqlite\n", 78, "has no store.dynamodb:"),
    ("store: { dynamodb: { regions: [] } }", 78, "has no store.dynamodb.table"), ("", 78, "has no store"),
    ("a: &x audit-records\nstore: { dynamodb: { table: *x } }", 78, "must be the table's name itself"),
    ("store: { dynamodb: { table: a-table, table: b-table } }", 78, "more than one store.dynamodb.table"),
    ("store: { dynamodb: { table: &x audit-records }, b: *x }", 78, "plain or quoted name"), ("store: { dynamodb: { table: [a] } }", 78, "name itself"),
])
def test_a_file_that_cannot_be_switched_stays_as_it_is(switch, tmp_path, text, status, said):
    file = tmp_path / "c.yaml"
    if text is not None:
        file.write_text(text)
    done = switch("--table", NEW)
    assert done.returncode == status
    assert said in done.stderr and "Traceback" not in done.stderr
    assert not file.exists() or file.read_text() == text
    assert not (tmp_path / "c.yaml.before-switch").exists()


def test_what_is_no_table_name_is_refused(switch, tmp_path):
    (tmp_path / "c.yaml").write_text(FLOW.format("audit-records"))
    for name in ("ab", "a b c", "tabelle-ü", "x" * 256, "a: b", "a\nb: c"):
        assert switch("--table", name).returncode == 64
    assert switch("--back").returncode == 78


def test_names_that_yaml_takes_for_something_else_are_quoted():
    from audit_recovery.configuration import quoted
    chance = random.Random(1)
    names = ["true", "null", "1e5", "2026-01-31", "---", "...", "0x1f", "1_000", ".inf", "-abc", "yes"]
    names += ["".join(chance.choices("aeE01_.-x", k=chance.randrange(3, 8))) for _ in range(500)]
    for name in names:
        assert yaml.safe_load(f"{{ table: {quoted(name)} }}") == {"table": name}


def test_an_override_in_the_environment_is_pointed_out(switch, tmp_path):
    (tmp_path / "c.yaml").write_text(FLOW.format("audit-records"))
    assert "overrides the file" in switch("--table", NEW, AUDIT_QUERY_STORE_DYNAMODB_TABLE="other").stderr
    found = json.loads(switch("--back", "--json").stdout)
    assert (found["table"], found["was"], found["changed"]) == ("audit-records", NEW, True)
