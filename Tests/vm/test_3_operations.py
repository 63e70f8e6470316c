"""What operators do day by day, with the commands of docs/ as they stand."""
import gzip
import json
import re
import shlex
import sys

import pytest
from conftest import ROOT, figure, served, wait

sys.path.insert(0, str(ROOT / "Tests/documents"))
from test_commands import DOCUMENTS, blocks  # noqa: E402

RECOVERY = ROOT / "docs/disaster-recovery.md"


def run_block(machine, block):
    return machine.run(f"set -eo pipefail\n{block[3]}", limit=300)


@pytest.mark.parametrize("block", [pytest.param(block, id=f"{path}:{line}") for path, line, block in blocks("machine") if path.name != RECOVERY.name])
def test_commands_of_the_documents_work(machine, client, key, block):
    # So that there is something to look at.
    client.get("/v1/records?userId=alice@example.com", key)
    run_block(machine, block)


def test_node_exporter_tells_what_workers_and_the_check_do(machine):
    def scraped():
        return machine.run("curl --silent --max-time 5 http://127.0.0.1:9100/metrics")
    # Its collector passes nothing on that it does not understand, and what has no type as untyped.
    wait(lambda: "# TYPE audit_query_query_success_total counter" in scraped(), "the workers' counters are there, with their type", 60)
    machine.run("systemctl start audit-query-check.service")
    wait(lambda: 'audit_query_check_findings{state="wrong"} 0' in scraped(), "the check's findings are there", 30)
    text = scraped()
    assert "# TYPE audit_query_query_duration_seconds histogram" in text
    assert re.search(r'audit_query_worker_up\{.*worker="1"} 1', text)
    assert re.search(r"^audit_query_certificate_expiry_timestamp_seconds \S+$", text, re.MULTILINE)
    assert 'node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/audit-query.prom"}' in text
    assert "node_textfile_scrape_error 0" in text
    machine.run("systemctl disable --now audit-query-metrics.timer audit-query-check.timer")


def test_somebody_is_told_when_the_check_fails_and_when_it_is_over(machine):
    machine.path("/root/page").write_text('#!/bin/sh\n{ echo "$1"; cat; } >>/root/told\n')
    machine.run("chmod +x page && echo command=/root/page >/etc/audit-query/check.conf && mv /etc/audit-query/keys.json keys.away")
    assert machine.try_run("systemctl start audit-query-check.service").returncode != 0
    told = machine.path("/root/told").read_text()
    assert told.startswith("failed\n") and re.search("^wrong .*keys", told, re.MULTILINE), told
    machine.run("mv keys.away /etc/audit-query/keys.json && systemctl start audit-query-check.service")
    assert "\nwell\n" in machine.path("/root/told").read_text()
    machine.run("rm /etc/audit-query/check.conf")


def exported(machine):
    return [json.loads(line) for file in sorted(machine.path("/var/lib/audit-query/trail").glob("reads-*.ndjson.gz"))
            for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_the_trail_of_reads_is_exported_whole_and_once(machine, client, key, records):
    ids = [f"{number:04}{'a' * 90}" for number in range(100)]
    machine.path("/root/batch.json").write_text(json.dumps({"ids": ids}))
    machine.run(f"curl --silent --fail --max-time 20 --cacert /etc/audit-query/tls/trusted.pem -H 'X-Api-Key: {key}' -H 'Content-Type: application/json' "
                "--data @batch.json https://127.0.0.1/v1/records/batch")
    # The journal shows what is longer than 4096 bytes only to those who ask for all of it.
    client.get(f"/v1/records?userId={'b' * 1000}&resourceId={'c' * 1000}", key)
    journal = "journalctl --namespace=audit-query --identifier=audit-query-reads --output=json --all"
    wait(lambda: "b" * 1000 in machine.run(journal), "the reads are in the journal")
    machine.run("systemctl start audit-query-trail.service")
    machine.run("systemctl start audit-query-trail.service")
    found = exported(machine)
    there = [json.loads(line) for line in machine.run(journal).splitlines()]
    assert [entry["__CURSOR"] for entry in found] == [entry["__CURSOR"] for entry in there]
    assert found == there
    assert any(isinstance(entry.get("ASKED_ID"), list) and len(entry["ASKED_ID"]) == 100 or entry.get("ASKED_USER") == "b" * 1000 for entry in found)
    assert machine.run("stat --format=%A /var/lib/audit-query/trail").startswith("drwx--S---")
    size = sum(file.stat().st_size for file in machine.path("/var/lib/audit-query/trail").glob("reads-*.ndjson.gz"))
    every = int(machine.run("journalctl --namespace=audit-query --output=json | wc -l"))
    usage = machine.run("journalctl --namespace=audit-query --disk-usage").strip()
    figure(f"the trail as files: {size / len(found):.0f} bytes an entry, of {len(found)}; the journal has {every} entries, {len(found)} of them reads. {usage}")


def test_a_journal_that_dropped_what_was_exported_loses_no_new_read(machine, client, key):
    """journalctl --after-cursor would leave out the first of them."""
    machine.run("journalctl --namespace=audit-query --rotate")

    def dropped():
        machine.run("journalctl --namespace=audit-query --vacuum-time=1s")
        return "State: ARCHIVED" not in machine.run("journalctl --namespace=audit-query --header")

    wait(dropped, "all that was rotated is old enough to be dropped")
    for number in range(3):
        client.get(f"/v1/records?userId=after-the-drop-{number}", key)
    journal = "journalctl --namespace=audit-query --identifier=audit-query-reads --output=cat"
    wait(lambda: machine.run(f"{journal} ASKED_USER=after-the-drop-2").strip(), "the reads are in the journal")
    machine.try_run("systemctl start audit-query-trail.service")
    assert {f"after-the-drop-{number}" for number in range(3)} <= {entry.get("ASKED_USER") for entry in exported(machine)}
    # That some were dropped was told once; from then on nothing is missing.
    machine.run("systemctl start audit-query-trail.service")


def test_a_backup_is_restored_while_workers_serve(machine, client, key, records):
    """Both ways as docs/disaster-recovery.md has them."""
    backup, restore = [block for _, _, block in blocks("machine", RECOVERY)]
    user = records[0]["userId"]
    bounds = {"userId": user, "startDate": "2023-01-01", "endDate": "2023-12-31"}
    before = client.count(key, **bounds)
    assert before > 0
    workers = machine.workers()
    assert run_block(machine, backup).splitlines()[-1] == "ok"
    assert machine.run("stat --format=%a /backup").strip() == "700"
    # Damaged, as by a disk: the file is there, and its pages are not.
    machine.run("dd if=/dev/urandom of=/var/lib/audit-query/audit.db bs=4096 seek=1 count=200 conv=notrunc 2>/dev/null")
    machine.run("systemctl reload 'audit-query@*.service'")
    run_block(machine, restore)
    wait(lambda: served(client, key), "queries are answered", 20)
    assert client.count(key, **bounds, order="asc") == before
    assert machine.workers() == workers, "no worker was restarted"
    assert machine.run("stat --format='%a %U:%G' /var/lib/audit-query/audit.db").strip() == "640 root:audit-query"
    assert all(line.startswith("ok ") for line in machine.run("audit-query check").splitlines())


def commands(node, path=()):
    """Each command's words with its options, as the program's help has them; a group of commands takes those of its default one."""
    children = {child["commandName"]: dict(commands(child, (*path, child["commandName"]))) for child in node.get("subcommands", [])}
    options = {("-" if name["kind"] == "short" else "--") + name["name"] for argument in node.get("arguments", []) for name in argument.get("names") or []}
    default = node.get("defaultSubcommand")
    yield path, options | (children[default][(*path, default)] if default in children else set())
    for child in children.values():
        yield from child.items()


def test_commands_and_options_that_documents_name_are_there(machine):
    """Also those in the middle of a sentence."""
    known = dict(commands(json.loads(machine.run("audit-query --experimental-dump-help"))["command"]))
    wrong = []
    for document in [ROOT / "README.md", ROOT / "SECURITY.md", *DOCUMENTS, ROOT / "docs/api.md"]:
        for line in re.findall(r"(?:^|[`\s(])audit-query ([a-z][^`\n|&;<>#…)]*)", document.read_text()):
            try:
                words = shlex.split(line)
            except ValueError:
                words = line.split()
            path = ()
            while words and (*path, words[0]) in known:
                path = (*path, words.pop(0))
            if not path or path[0] in ("setup", "pool", "help"):
                continue
            wrong += [f"{document.name}: audit-query {line}" for word in words if word.startswith("--") and word.partition("=")[0] not in known[path]]
    assert wrong == []
