"""What a newcomer does: the blocks of README and docs/api.md are pasted one by one into terminals, in a clean copy of this
tree, with nothing set, and each answer is compared with the page.

Where the machine allows it, the terminals are in a network and a process tree of their own (unshare): nothing of this
machine listens there, and nothing is reached from there. With --debian, they are in a container of a plain Debian 12 besides,
which has only what scripts/run and the pages have a newcomer install."""
import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import time
import warnings

import pytest
from conftest import INSTALLING, PATIENCE, ROOT
from container import LOOPBACK_UP, Container, told_to_install

# What is left out, by how it begins, and why.
LEFT_OUT = {
    "README.md": {
        "apt install": "installs the package on a server: Tests/vm does that",
        "scripts/test": "is what runs this",
    },
    "docs/api.md": {},
}
PAGES = list(LEFT_OUT)
SERVES = "scripts/run"

# Holds the namespaces.
HOLDER = LOOPBACK_UP + """
import time
print("ready", flush=True)
while True:
    time.sleep(1000)
"""


def parent_of(stat):
    """The parent of the process of this file; none where it is gone."""
    try:
        return int(stat.read_text().rsplit(") ", 1)[1].split()[1])
    except OSError:
        return None


class Namespaces:
    """Of this machine's own files. Called with a folder, it says what stands before a command so that it runs there."""

    def __init__(self, enter):
        self.enter = enter

    def __call__(self, folder):
        return [*self.enter, f"--wd={folder}"] if self.enter else []

    def install(self, packages):
        """Nothing: this machine has what it has."""


@pytest.fixture
def machine(pytestconfig, tmp_path, tmp_path_factory, program):
    """Where the newcomer's terminals are."""
    cache = pytestconfig.getoption("--debian")
    if cache is None:
        yield from namespaces()
        return
    container = Container(cache, tmp_path_factory.mktemp("container"), tmp_path, program, PAGES)
    yield container
    container.close()


def namespaces():
    """This machine itself where no namespaces may be made."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    holder = subprocess.Popen(["unshare", *user, "--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child", sys.executable, "-c", HOLDER],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        if holder.stdout.readline() != "ready\n":
            warnings.warn(f"the newcomer's terminals are in this machine's own network: {holder.stderr.read().strip()}")
            yield Namespaces([])
            return
        inside = next(file.parent.name for file in pathlib.Path("/proc").glob("[0-9]*/stat") if parent_of(file) == holder.pid)
        yield Namespaces(["nsenter", "--target", inside, *(["--user", "--preserve-credentials"] if user else []), "--net", "--mount", "--pid"])
    finally:
        holder.kill()
        holder.wait()


class Terminal:
    """A shell that blocks are pasted into."""

    def __init__(self, enter, folder, environment):
        self.folder = folder
        self.shell = subprocess.Popen([*enter(folder), "bash", "--norc", "--noprofile"], cwd=folder, env=environment, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.number = 0

    def paste(self, text):
        """What it prints until it is done."""
        self.number += 1
        mark = f"-- block {self.number} is done with "
        # As a file, so that no command of the block reads what comes after it.
        file = self.folder.parent / f"block-{self.number}.sh"
        file.write_text(text)
        self.shell.stdin.write(f". {file} </dev/null; status=$?; printf '\\n{mark}%s\\n' $status | tee /dev/stderr\n".encode())
        self.shell.stdin.flush()
        streams = {self.shell.stdout: b"", self.shell.stderr: b""}
        waiting, deadline = set(streams), time.monotonic() + PATIENCE
        while waiting:
            for stream in select.select(list(waiting), [], [], 1)[0]:
                streams[stream] += os.read(stream.fileno(), 65536)
                if re.search(rf"{mark}\d+\n$".encode(), streams[stream]):
                    waiting.discard(stream)
            assert time.monotonic() < deadline and self.shell.poll() is None, (text, streams)
        output, errors = (streams[stream].decode().rsplit(f"\n{mark}", 1) for stream in (self.shell.stdout, self.shell.stderr))
        assert output[1] == "0\n", f"{text}\nended with {output[1]}{output[0]}\n{errors[0]}"
        return output[0]

    def close(self):
        self.shell.kill()
        self.shell.communicate()


class Server:
    """The terminal in which scripts/run serves."""

    def __init__(self, enter, folder, environment):
        self.enter, self.folder, self.environment, self.process = enter(folder), folder, environment, None

    def serve(self, command):
        self.stop()
        with open(self.folder.parent / "served.out", "wb") as said:
            self.process = subprocess.Popen([*self.enter, "bash", "-c", f"exec {command}"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                            stdout=said, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + INSTALLING
        while not (self.folder / ".run/ready.env").exists():
            assert self.process.poll() is None and time.monotonic() < deadline, (self.folder.parent / "served.out").read_text()
            time.sleep(0.05)

    def stop(self):
        if self.process is not None:
            # nsenter waits for its child, which has its signals from the namespace's own process table.
            lock = (self.folder / ".run/lock").read_text().strip()
            subprocess.run([*self.enter, "sh", "-c", f"kill -TERM {lock}"], check=False)
            self.process.wait(PATIENCE)
            self.process = None


def has(machine, folder, command):
    return subprocess.run([*machine(folder), "sh", "-c", f"command -v {command}"], stdout=subprocess.DEVNULL, check=False).returncode == 0


def saved_as(sentence):
    """The name that the sentence before a block gives it."""
    found = re.search(r"Save this as `([^`]+)`", sentence)
    return found and found[1]


def blocks(page):
    """The code blocks of a page in order: language, text, and the sentence before it, or nothing."""
    text = (ROOT / page).read_text()
    found = re.findall(r"(?:^([^\n]*)\n)?\n^```([a-z]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [(language, block, before) for before, language, block in found]


def pattern(said):
    """What an answer is to be when the page says this: the same, but for the days, which are the newcomer's own, what … stands
    for, line breaks in JSON, and the times of a range that ends now."""
    said = re.sub(r"\n\s*", "", said.strip()) if said.startswith("{") else said.strip()
    said = re.escape(said).replace("…", ".*?").replace(r"\-", "-")
    said = re.sub(r'"range":.*?\}', lambda found: re.sub(r"T(?!00:00:00)\d\d:\d\d:\d\d\\\.\d{3}Z", "T[0-9:.]{12}Z", found[0]), said)
    return re.sub(r"\d{4}-\d\d-\d\d", r"\\d{4}-\\d\\d-\\d\\d", said)


@pytest.mark.parametrize("page", PAGES)
def test_each_block_does_what_the_page_says(page, clone, tmp_path, machine, clean_environment):
    folder = tmp_path / "audit-query"
    shutil.copytree(clone, folder, symlinks=True)
    # As a checkout has it: the stamp is newer than the sources.
    (folder / ".build/release-stamp").touch()
    environment = clean_environment | {"HOME": str(tmp_path)}
    server, terminal = Server(machine, folder, environment), Terminal(machine, folder, environment)
    compared, answer, is_left_out = 0, None, False
    try:
        if page != "README.md":
            server.serve(SERVES)
        for language, text, before in blocks(page):
            if name := saved_as(before):
                if packages := told_to_install(before):
                    machine.install(packages)
                (folder / name).write_text(text)
            elif language == "sh" and text.startswith(SERVES + "\n") or text.startswith(SERVES + " "):
                server.serve(text.strip())
            elif language == "sh":
                lacks_node = "node " in text and not has(machine, folder, "node")
                if lacks_node:
                    warnings.warn("there is no node: what the page says of it is not tried")
                is_left_out = lacks_node or text.startswith(tuple(LEFT_OUT[page]))
                answer = None if is_left_out else terminal.paste(text)
            elif not is_left_out:
                assert answer, f"{page} shows what no command before it has printed:\n{text}"
                is_so = re.fullmatch(pattern(text), answer.strip()) is not None
                assert is_so, f"{page} says\n{text}\nand it is\n{answer}"
                compared, answer = compared + 1, None
        assert compared >= {"README.md": 2, "docs/api.md": 8}[page]
    finally:
        server.stop()
        terminal.close()
