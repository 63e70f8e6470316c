"""The service that loads logs while they are written: nothing is left out, and nothing comes twice, whatever happens to it."""
import re

import pytest
from conftest import ROOT, wait

LOG = "/var/log/probe/audit.log"
UNIT = "audit-query-load@probe.service"


def lines(*numbers):
    return "".join(f'{{"auditId":"{number}","timestamp":"2024-01-31T10:00:00Z","systemId":"probe","userId":"u","resourceId":"r"}}\n'
                   for number in numbers)


def append(machine, text):
    with machine.path(LOG).open("a") as log:
        log.write(text)


def found(machine):
    """The ids of what is stored, in order."""
    done = machine.try_run("audit-query query --system probe --from 2024-01-31 --to 2024-01-31 --all --json")
    return sorted(int(number) for number in re.findall(r'"auditId":"(\d+)"', done.stdout))


@pytest.fixture(scope="module")
def loader(machine):
    # A log that nobody but its writer may read, as most are.
    machine.run(f"mkdir /var/log/probe && touch {LOG} && chown -R nobody /var/log/probe && chmod 700 /var/log/probe && chmod 600 {LOG}")
    machine.path("/etc/audit-query/load/probe").write_text(f"LOAD=--format audit-query {LOG}\n")
    machine.run(f"systemctl enable --now {UNIT}")
    yield
    machine.run(f"systemctl disable --now {UNIT}")


def test_a_line_is_stored_while_others_are_awaited(machine, loader):
    append(machine, lines(1) + lines(2)[:20])
    wait(lambda: found(machine) == [1], "the whole line is stored")
    append(machine, lines(2)[20:])
    wait(lambda: found(machine) == [1, 2], "so is the other, when it is whole")
    assert machine.property(UNIT, "NRestarts") == "0"
    assert machine.run("stat --format='%A %U' /var/lib/audit-query-load/probe.json").strip() == "-rw-r----- root"


def test_killed_and_restarted_it_goes_on_where_it_was(machine, loader):
    """Also in a file that was renamed in the meantime."""
    append(machine, lines(3))
    machine.run(f"systemctl kill --signal=KILL {UNIT}")
    append(machine, lines(4))
    wait(lambda: found(machine) == [1, 2, 3, 4], "systemd has started it again")
    machine.run(f"systemctl stop {UNIT}")
    append(machine, lines(5))
    machine.run(f"mv {LOG} {LOG}.1")
    append(machine, lines(6))
    machine.run(f"systemctl start {UNIT}")
    append(machine, lines(7))
    wait(lambda: found(machine) == [1, 2, 3, 4, 5, 6, 7], "all is stored")
    machine.run(f"systemctl stop {UNIT}")
    # What it stored since the last start, by its own count: nothing a second time but what the kill may have left unsettled.
    told = machine.run(f"journalctl --namespace=audit-query --unit={UNIT} --output=cat --lines=5")
    assert "3 records loaded" in told, told
    machine.run(f"systemctl start {UNIT}")


def test_what_cannot_be_followed_is_said_once(machine, loader):
    machine.path("/etc/audit-query/load/wrong").write_text("LOAD=--format nonsense /var/log/nothing\n")
    machine.run("systemctl start audit-query-load@wrong")
    wait(lambda: machine.property("audit-query-load@wrong", "ActiveState") == "failed", "it ends")
    assert machine.property("audit-query-load@wrong", "ExecMainStatus") == "64"
    assert machine.property("audit-query-load@wrong", "NRestarts") == "0"
    machine.run("systemctl reset-failed audit-query-load@wrong && rm /etc/audit-query/load/wrong")


def test_the_journal_is_loaded_from_its_cursor_on(machine):
    """As docs/operations.md has it."""
    block = re.search(r"```ini\n(# systemctl edit audit-query-load@journal.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    folder = machine.path("/etc/systemd/system/audit-query-load@journal.service.d")
    folder.mkdir()
    (folder / "override.conf").write_text(block.group(1))
    machine.path("/etc/audit-query/load/journal").write_text("")
    host = machine.run("hostname").strip()

    def told():
        done = machine.try_run(f"audit-query query --system {host} --from -1d --all --json")
        return sorted(re.findall(r'"MESSAGE":"probe-(one|two|three|four)"', done.stdout))

    machine.run("logger probe-one && systemctl daemon-reload && systemctl start audit-query-load@journal")
    wait(lambda: told() == ["one"], "what was there is stored", 60)
    machine.run("systemctl stop audit-query-load@journal && logger probe-two && systemctl start audit-query-load@journal && logger probe-three")
    wait(lambda: told() == ["one", "three", "two"], "what came in between is stored, and what comes", 60)
    assert machine.path("/var/lib/audit-query-load/journal.cursor").read_text().startswith("s=")
    assert "--cursor=s=" in machine.run("ps -C journalctl -o args=")
    # What was written behind its place in the boot before.
    machine.run("systemctl enable audit-query-load@journal && systemctl stop audit-query-load@journal && logger probe-four")
    machine.reboot()
    wait(lambda: told() == ["four", "one", "three", "two"], "what came before the reboot is stored", 60)
    machine.run("systemctl disable --now audit-query-load@journal")
