"""The services that send records elsewhere, and what is told of them when they do not run."""
import json
import re

import pytest
from conftest import ROOT, wait

UNIT = "audit-query-forward@probe.service"
FOLDER = "/var/lib/audit-query-forward"


def load(machine, *numbers):
    lines = "".join(f'{{"auditId":"forwarded-{number}","timestamp":"2024-01-31T10:00:00Z","systemId":"forwarded","userId":"u","resourceId":"r"}}\n'
                    for number in numbers)
    machine.path("/root/forwarded.ndjson").write_text(lines)
    machine.run("audit-query load --quiet forwarded.ndjson")


def sent(machine, name="probe.ndjson"):
    done = machine.try_run(f"cat {FOLDER}/{name}")
    return re.findall(r'"auditId":"forwarded-(\d+)"', done.stdout)


def status(machine):
    workers = json.loads(machine.run("audit-query status --json"))
    return next((each for each in workers[0]["status"].get("forwarders", []) if each["name"] == "probe"), None)


@pytest.fixture(scope="module")
def forwarder(machine):
    machine.path("/etc/audit-query/forward/probe").write_text(f"FORWARD=--to file:{FOLDER}/probe.ndjson --system forwarded --begin now\n")
    machine.run(f"systemctl enable --now {UNIT}")
    wait(lambda: machine.path(f"{FOLDER}/probe.json").exists(), "it has begun")
    yield
    machine.run(f"systemctl disable --now {UNIT}; rm {FOLDER}/probe.json {FOLDER}/probe.json.state")


def test_what_comes_is_sent_and_nothing_else_is_touched(machine, forwarder):
    load(machine, 1, 2)
    wait(lambda: sorted(sent(machine)) == ["1", "2"], "it is there")
    assert machine.run(f"stat --format='%A %U' {FOLDER}/probe.json {FOLDER}/probe.ndjson").splitlines() == ["-rw-r----- audit-query"] * 2
    machine.run(f"systemctl kill --signal=KILL {UNIT}")
    load(machine, 3)
    wait(lambda: set(sent(machine)) == {"1", "2", "3"}, "systemd has started it again")


def test_workers_tell_how_far_it_is_when_it_does_not_run(machine, forwarder):
    wait(lambda: status(machine) and status(machine)["backlog"] == 0, "it has all")
    machine.run(f"systemctl stop {UNIT}")
    load(machine, 4, 5)
    wait(lambda: status(machine)["backlog"] == 2, "what it has not got is counted")
    assert re.search(r"^ok +forward: probe: file:\S+ 2 records behind", machine.run("audit-query check"), re.MULTILINE)
    machine.run(f"sed -i 's/\"complete\":[0-9]*/\"complete\":1000/' {FOLDER}/probe.json.state")
    done = machine.try_run("audit-query check")
    assert done.returncode == 1 and "systemctl status audit-query-forward@probe" in done.stdout, done.stdout
    assert re.search(r'audit_query_forward_lag\{.*} [0-9.]{8,}', machine.run("audit-query status --prometheus"))
    machine.run(f"systemctl start {UNIT}")
    wait(lambda: set(sent(machine)) == {"1", "2", "3", "4", "5"}, "it has caught up")


def test_wrong_options_are_said_once(machine):
    machine.path("/etc/audit-query/forward/wrong").write_text("FORWARD=--to nowhere --begin now\n")
    machine.run("systemctl start audit-query-forward@wrong")
    wait(lambda: machine.property("audit-query-forward@wrong", "ActiveState") == "failed", "it ends")
    assert machine.property("audit-query-forward@wrong", "ExecMainStatus") == "64"
    assert machine.property("audit-query-forward@wrong", "NRestarts") == "0"
    machine.run("systemctl reset-failed audit-query-forward@wrong && rm /etc/audit-query/forward/wrong")


def test_the_trail_of_reads_is_records_and_goes_where_records_go(machine, client, key):
    """As docs/operations.md has it."""
    page = (ROOT / "docs/operations.md").read_text().split("\n### The trail of reads as records\n")[1].split("\n## ")[0]
    machine.path("/etc/audit-query/reads.yaml").write_text(re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1))
    folder = machine.path("/etc/systemd/system/audit-query-load@reads.service.d")
    folder.mkdir()
    (folder / "override.conf").write_text(re.search(r"```ini\n(.*?)```", page, re.DOTALL).group(1))
    machine.path("/etc/audit-query/load/reads").write_text("")
    client.get("/v1/records?userId=watched", key)
    machine.run("systemctl daemon-reload && systemctl start audit-query-load@reads")

    def found():
        done = machine.try_run("audit-query query --config /etc/audit-query/reads.yaml --system audit-query-reads --from -1d --all --json "
                               "--filter 'details.ASKED_USER eq \"watched\"'")
        return [record for line in done.stdout.splitlines() for record in json.loads(line)["records"]]

    wait(lambda: len(found()) == 1, "the read is a record", 60)
    assert found()[0]["resourceId"] == "watched" and found()[0]["attributes"]["outcome"] == "success"
    machine.path("/etc/audit-query/forward/reads").write_text(
        f"FORWARD=--config /etc/audit-query/reads.yaml --to file:{FOLDER}/reads.ndjson --as ocsf --begin start\n")
    machine.run("systemctl start audit-query-forward@reads")
    wait(lambda: '"resourceId":"watched"' in machine.try_run(f"cat {FOLDER}/reads.ndjson").stdout, "it is forwarded", 60)
    machine.run("systemctl stop audit-query-load@reads audit-query-forward@reads && rm /etc/audit-query/forward/reads /etc/audit-query/reads.yaml "
                f"{FOLDER}/reads.json {FOLDER}/reads.json.state")


def test_the_unit_of_postgresqls_months_says_that_there_is_none(machine):
    """It runs in its sandbox, and has nothing to do beside an embedded store."""
    done = machine.try_run("systemctl start audit-query-months.service")
    assert done.returncode != 0
    told = machine.run("journalctl --namespace=audit-query --unit=audit-query-months --output=cat --lines=5")
    assert "store.kind" in told, told
    machine.run("systemctl reset-failed audit-query-months.service")
