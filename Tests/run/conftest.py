"""A clean copy of this tree, and scripts/run in it. The program is the one that swift build has made already."""
import collections
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/debug/audit-query"
# A busy machine takes its time, and longer for packages. What waits ends as soon as it may.
PATIENCE = 120
INSTALLING = 600


def pytest_addoption(parser):
    parser.addoption("--program", type=pathlib.Path, default=PROGRAM, help="the program that scripts/run finds built")
    parser.addoption("--debian", help="where the tree of Debian 12 is kept: a first day begins in a container of it (root only)")


def copied_files():
    """What a clone of this tree would have: all that is not ignored, also what is not committed yet."""
    if not (ROOT / ".git").exists():
        return [file.relative_to(ROOT) for top in ("console", "docs", "nginx", "scripts", "Sources") for file in (ROOT / top).rglob("*") if file.is_file()] + \
            [pathlib.Path(name) for name in ("Package.swift", "README.md")]
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    return [pathlib.Path(name) for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def program(pytestconfig):
    return pytestconfig.getoption("--program").absolute()


@pytest.fixture(scope="session")
def clone(tmp_path_factory, program):
    """A clean clone in which scripts/run finds the program built, and newer than its sources."""
    assert program.exists(), f"there is no {program} yet: swift build makes it, and scripts/test does so before these tests"
    folder = tmp_path_factory.mktemp("clone")
    for file in copied_files():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, folder / file)
    (folder / ".build/release").mkdir(parents=True)
    (folder / ".build/release/audit-query").symlink_to(program)
    said = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    (folder / ".build/release-stamp").write_text(re.search(r"Swift version [0-9]+\.[0-9]+\S*", said)[0] + "\n")
    return folder


@pytest.fixture(scope="session")
def clean_environment(tmp_path_factory):
    """Of somebody who has set nothing."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path_factory.mktemp("home")), "LANG": "C.UTF-8"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


Ended = collections.namedtuple("Ended", "status said")


class Run:
    """scripts/run in a state directory of its own."""

    def __init__(self, clone, state, environment):
        self.clone, self.state, self.environment = clone, state, environment
        self.process, self.log = None, state.with_name(state.name + ".out")

    def begin(self, *arguments, before=None, **environment):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [self.clone / "scripts/run", "--state", self.state, "--port", str(free_port()), *map(str, arguments)], cwd=self.state.parent,
                env=self.environment | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=before)

    @property
    def said(self):
        return self.log.read_text()

    def start(self, *arguments, before=None, **environment):
        """Until it serves: what it said. What is before is done in its process first."""
        self.begin(*arguments, before=before, **environment)
        eventually(lambda: (self.state / "ready.env").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self.said

    def fail(self, *arguments, **environment):
        """Until it ends by itself. One that serves will not."""
        self.begin(*arguments, **environment)
        eventually(lambda: self.process.poll() is not None or (self.state / "ready.env").exists())
        assert not (self.state / "ready.env").exists(), f"it serves: {self.said}"
        return Ended(self.process.wait(PATIENCE), self.said)

    def stop(self, number=signal.SIGINT):
        if self.process is None:
            return None
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        status = self.process.wait(PATIENCE)
        self.process = None
        return status

    def shell(self, text):
        """What a shell prints that has read ready.env."""
        done = subprocess.run(["sh", "-euc", f". {shlex.quote(str(self.state))}/ready.env\n{text}"], env=self.environment, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def count(self, parameter):
        """How many records the service finds, 1000 at most. Asked anew each time."""
        return int(self.shell('curl --silent --fail-with-body --noproxy "*" --cacert "$CA_FILE" -H "X-Api-Key: $API_KEY" -H "Cache-Control: no-cache" '
                              f"--get --data-urlencode {shlex.quote(parameter)} --data limit=1000 \"$URL/v1/records\" | jq .count"))


@pytest.fixture
def run(clone, tmp_path, clean_environment):
    # Of a name that a shell has to quote.
    run = Run(clone, tmp_path / "o'neil runs", clean_environment)
    yield run
    # Whatever became of it: all that it started ends with it.
    run.stop(signal.SIGKILL)


def eventually(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)
    return found
