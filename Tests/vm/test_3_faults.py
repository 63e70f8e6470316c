"""Workers die, a worker keeps dying, the machine reboots, the disk is full: what clients see of it."""
import time

from conftest import figure, served, wait


def test_the_records_are_loaded_while_workers_serve(machine, client, key, key_file, records):
    # The tests' clients come with four keys, so that none of them meets its limit.
    keys = [machine.run(f"audit-query keys create --name load-{number}").strip() for number in range(4)]
    key_file.write_text("\n".join(keys))
    machine.run("audit-query load --quiet records.ndjson")
    machine.run("systemctl reload 'audit-query@*.service'")
    for user in sorted({record["userId"] for record in records}):
        expected = sum(record["userId"] == user for record in records)
        assert client.count(key, userId=user, startDate="2023-01-01", endDate="2023-12-31") == expected, user


def test_a_load_and_workers_use_the_store_at_once(machine, load):
    clients = load(minimum=2000)
    for _ in range(3):
        machine.run("audit-query demo-data --records 5000 --seed 9 --until 2024-02-01 | audit-query load --quiet -")
    clients.end()


def test_the_journal_of_audit_query_has_workers_accesses_and_reads(machine, client, key):
    client.get("/v1/records?userId=in-the-log", key)
    journal = "journalctl --namespace=audit-query --output=cat"
    wait(lambda: machine.run(f"{journal} --identifier=audit-query-access STATUS=200 URL_PATH=/v1/records").strip(), "the access is there")
    wait(lambda: machine.run(f"{journal} --identifier=audit-query-reads ASKED_USER=in-the-log").strip(), "the read is there")
    assert machine.run(f"{journal} --identifier=audit-query").strip()
    assert "in-the-log" not in machine.run(f"{journal} --identifier=audit-query-access")
    # Of the system's own journal it has nothing.
    assert machine.run("journalctl --output=cat _COMM=audit-query _SYSTEMD_UNIT=audit-query@1.service").strip() == ""
    assert "MaxRetentionSec=30day" in machine.run("systemd-analyze cat-config systemd/journald@audit-query.conf")


def test_killed_workers_are_replaced_without_a_lost_request(machine, load):
    clients = load()
    for _ in range(5):
        for number, process in machine.workers().items():
            machine.run(f"kill -KILL {process}")
            wait(lambda number=number, process=process: machine.workers().get(number, process) != process, "the worker is back", 10)
            # systemd counts it as active when it has said that it serves.
            wait(lambda number=number: machine.property(f"audit-query@{number}.service", "ActiveState") == "active", "it serves", 10)
        # Five in a minute are too many: this is about single deaths.
        machine.run("systemctl reset-failed 'audit-query@*.service'")
    clients.end("workers killed, each five times")


def test_a_worker_that_hangs_is_replaced_and_its_requests_are_answered_by_others(machine, load):
    clients = load(minimum=2000)
    process = machine.workers()[1]
    machine.run(f"kill -STOP {process}")
    wait(lambda: machine.workers().get(1, process) != process, "another worker is in its place", 20)
    clients.end("one worker hanging")


def test_a_worker_that_keeps_failing_is_left_out_and_tried_again(machine, load):
    """Its socket is closed, so that nginx turns to the others at once, and after half a minute it gets another try."""
    clients = load()
    machine.run("mkdir -p /run/systemd/system/audit-query@1.service.d; printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/audit-query "
                "serve --config /nowhere\\n' >/run/systemd/system/audit-query@1.service.d/broken.conf; systemctl daemon-reload")
    machine.run(f"kill -KILL {machine.workers()[1]}")
    wait(lambda: machine.property("audit-query@1.service", "ActiveState") == "failed", "the worker has failed for now", 30)
    wait(lambda: not machine.path("/run/audit-query/1.sock").exists(),
         "its socket is gone")
    failed = time.monotonic()
    machine.run("rm -r /run/systemd/system/audit-query@1.service.d; systemctl daemon-reload")
    wait(lambda: machine.property("audit-query@1.service", "ActiveState") == "active", "the worker is back", 60)
    figure(f"a worker that failed for good got another try after {time.monotonic() - failed:.0f} s")
    clients.end("one worker failing for half a minute")


def test_it_serves_again_after_a_reboot(machine, client, key):
    pool = set(machine.workers())
    down, up = machine.reboot()
    wait(lambda: served(client, key), "a query is answered", 30)
    assert set(machine.workers()) == pool
    figure(f"reboot: down in {down:.1f} s (all drained), up in {up:.1f} s")


def test_a_full_disk_stops_loads_and_changes_but_no_answer(machine, client, key, load):
    keys = machine.path("/etc/audit-query/keys.json").read_text()
    clients = load(minimum=2000)

    def fill(name):
        machine.try_run(f"dd if=/dev/zero of=/var/{name} bs=1M 2>/dev/null; dd if=/dev/zero of=/var/{name}-2 bs=1k 2>/dev/null")

    fill("filler")
    assert machine.run("df --output=avail / | tail -n 1").strip() == "0"
    loaded = machine.try_run("audit-query demo-data --records 20000 --seed 4 --until 2024-03-01 | audit-query load --quiet -")
    assert loaded.returncode == 69 and "make room" in loaded.stderr, loaded
    created = machine.try_run("audit-query keys create --name full")
    assert created.returncode != 0 and "No space left" in created.stderr, created
    assert machine.path("/etc/audit-query/keys.json").read_text() == keys
    pool, site = machine.workers(), machine.path("/etc/nginx/sites-available/audit-query").read_text()
    for words in ("1", "5"):
        for attempt in range(10):
            fill(f"filler-{words}-{attempt}")
            changed = machine.try_run(f"audit-query pool {words}")
            if changed.returncode != 0:
                break
            # A journal that was rotated meanwhile gave room back, and the pool has changed as it was told to: once more, from
            # a disk with room, since what a journal gave it may have taken again.
            machine.run(f"rm /var/filler* && audit-query pool {len(pool)}")
            pool, site = machine.workers(), machine.path("/etc/nginx/sites-available/audit-query").read_text()
        assert changed.returncode == 1 and "No space left" in changed.stderr and "nothing has changed" in changed.stderr, changed
        assert machine.workers() == pool
        assert machine.path("/etc/nginx/sites-available/audit-query").read_text() == site
    assert served(client, key)
    machine.run("rm /var/filler*")
    clients.end("disk full")
    machine.run("audit-query demo-data --records 20000 --seed 4 --until 2024-03-01 | audit-query load --quiet -")
    assert all(line.startswith("ok ") for line in machine.run("audit-query check").splitlines())
