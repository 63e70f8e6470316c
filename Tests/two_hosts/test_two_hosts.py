"""Two hosts with nginx and workers, a primary and a standby of PostgreSQL, and a balancer, in network namespaces: what clients see when a host
dies, the network splits, and the primary dies. The clients of the journey end it when an answer lacks a record that it must have, has one
twice, or does not say that it may lack something."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/debug/audit-query"
#: A world of its own, of which nothing is left when its first process ends.
APART = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
#: A busy machine takes its time.
PATIENCE = 400


def may_make_namespaces():
    tried = "mkdir -p /run/netns && mount -t tmpfs none /run/netns && ip netns add trial && ip link add trial type bridge"
    return os.geteuid() == 0 and subprocess.run([*APART, "sh", "-c", tried], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def figures():
    if not may_make_namespaces():
        pytest.skip("network namespaces may not be made here: it needs root, and a kernel that lets it")
    done = subprocess.run([*APART, sys.executable, pathlib.Path(__file__).with_name("journey.py"), PROGRAM], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-5000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    for phase, seen in figures.items():
        print(f"figure: {phase}: {json.dumps(seen)}")
    return figures


def kinds(figures, phase, who):
    return set(figures[phase][who]["answers"])


def test_clients_go_on_when_a_host_dies(figures):
    seen = figures["a host dies"]
    assert kinds(figures, "a host dies", "web1") == {"200"}
    assert seen["balanced"]["answers"]["200"] > 0 and seen["follower"]["answers"]["200"] > 0
    assert seen["records"] > 0


def test_the_half_without_the_new_primary_says_so(figures):
    phase = "the network splits, and the standby is promoted"
    assert "primary-alone" in kinds(figures, phase, "web1")
    assert not kinds(figures, phase, "web2") & {"primary-alone"}
    assert figures[phase]["records"] > 0, "nothing was written to the new primary"


def test_a_standby_answers_until_it_is_promoted(figures):
    phase = "the primary dies, and the standby is promoted"
    for who in ("balanced", "web1", "web2"):
        assert "standby" in kinds(figures, phase, who)
    assert figures[phase]["records"] > 0, "nothing was written to the new primary"


def test_nothing_is_marked_where_nothing_is_wrong(figures):
    for who in ("balanced", "web1", "web2"):
        assert kinds(figures, "nothing happens", who) == {"200"}


def test_clients_did_what_they_are_there_for(figures):
    assert figures["records"] > 50 and min(figures["walks"]) > 20
