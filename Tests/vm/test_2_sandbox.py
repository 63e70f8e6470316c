"""What a worker may do is tried from inside its sandbox: a probe runs in a worker's place, in the same unit."""
import shutil
import subprocess

import pytest
from conftest import HERE

ALLOWED = {"read its configuration", "read the embedded store", "write its own /tmp"}
# It takes a limit of niceness, which systemd raises as far as it may itself: in a container without CAP_SYS_RESOURCE not at all.
COMES_BACK = {"let others go first, and come back", "let others go a little first, and come back"}


@pytest.fixture(scope="module")
def attempts(machine, tmp_path_factory):
    """What the probe said, by attempt."""
    probe = tmp_path_factory.mktemp("probe") / "probe"
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", probe, HERE / "probe.c"], check=True, timeout=60)
    # Where the sandbox lets programs of the system's be run from: nothing else about the unit is changed.
    folder = machine.path("/usr/lib/audit-query-probe")
    folder.mkdir()
    shutil.copy(probe, folder / "probe")
    other = machine.workers()[1]
    dropin = machine.path("/run/systemd/system/audit-query@98.service.d")
    dropin.mkdir(parents=True)
    (dropin / "probe.conf").write_text(
        "[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nExecStart=\n"
        f"ExecStart=/usr/lib/audit-query-probe/probe {other}\nStandardOutput=truncate:/run/probe.txt\n")
    machine.run("useradd --create-home someone; echo private >/home/someone/file; chmod 755 /home/someone; "
                "touch /tmp/of-others; chmod 644 /tmp/of-others; systemctl daemon-reload")
    machine.run("systemctl start audit-query@98.service")
    text = machine.path("/run/probe.txt").read_text()
    machine.run("systemctl stop audit-query@98.socket audit-query-status@98.socket; rm -rf /run/systemd/system/audit-query@98.service.d "
                "/usr/lib/audit-query-probe; systemctl daemon-reload")
    return dict(line.split("\t") for line in text.splitlines())


def test_the_probe_went_through_all_of_it(attempts):
    assert len(attempts) > 55, attempts


def test_what_a_worker_needs_it_may_do(attempts):
    refused = {name: answer for name, answer in attempts.items() if name in ALLOWED and answer != "allowed"}
    assert not refused and ALLOWED <= set(attempts)


def test_a_walk_may_come_back_where_the_machine_lets_it(machine, attempts):
    limits = machine.run(f"grep 'Max nice' /proc/{machine.workers()[1]}/limits").split()
    answers = {attempts[name] == "allowed" for name in COMES_BACK}
    assert answers == {limits[-2:] == ["20", "20"]}, (limits, attempts)


def test_nothing_else_is_allowed(attempts):
    assert {name for name, answer in attempts.items() if answer == "allowed"} - ALLOWED - COMES_BACK == set()


def test_the_same_user_may_do_more_outside_the_sandbox(machine, attempts, tmp_path):
    """Or the attempts would fail of themselves, and tell nothing about the sandbox."""
    probe = tmp_path / "probe"
    subprocess.run(["gcc", "-o", probe, HERE / "probe.c"], check=True, timeout=60)
    shutil.copy(probe, machine.path("/usr/local/bin/probe"))
    other = machine.workers()[1]
    text = machine.run(f"setpriv --reuid=audit-query --regid=audit-query --clear-groups probe {other}; rm /usr/local/bin/probe")
    allowed = {line.split("\t")[0] for line in text.splitlines() if line.endswith("\tallowed")}
    assert {"open a netlink socket", "listen on a port", "run a shell", "run a program of its own", "see another user's process",
            "map memory to write and run", "make written memory run", "list a user's home", "list the logs", "see a file in others' /tmp",
            "talk to D-Bus", "change its personality", "make a set-user-id file"} <= allowed
