"""One machine for all tests, which are steps of one story in the order of their files."""
import gzip
import json
import os
import pathlib
import shutil
import subprocess

import pytest
import tree
from machine import Machine, wait

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
FIGURES = []


def pytest_addoption(parser):
    parser.addoption("--package", required=True, help="the Debian package")
    parser.addoption("--cache", required=True, help="where the tree of Debian 12 is kept")
    parser.addoption("--records", default="", help="real records (NDJSON with gzip); generated ones if there are none")


def pytest_terminal_summary(terminalreporter):
    for line in FIGURES:
        terminalreporter.write_line(f"figure: {line}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A failed test comes with the end of the journals."""
    report = (yield).get_result()
    machine = item.funcargs.get("machine")
    if report.failed and machine:
        for name in ("--namespace=audit-query", ""):
            report.sections.append((f"journalctl {name}", machine.try_run(f"journalctl {name} --lines=40 --no-pager --output=short-precise").stdout))


def figure(text):
    FIGURES.append(text)


@pytest.fixture(scope="session")
def package(pytestconfig):
    return pathlib.Path(pytestconfig.getoption("package")).resolve()


@pytest.fixture(scope="session")
def machine(pytestconfig, package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vm")
    machine = Machine(tree.tree(pytestconfig.getoption("cache"), package), folder)
    shutil.copy(package, machine.path("/root") / package.name)
    figure(f"boot of the plain system: {machine.boot():.1f} s")
    yield machine
    machine.stop()


@pytest.fixture(scope="session")
def records(pytestconfig, machine):
    """A file of records in the machine, as dictionaries."""
    given = pytestconfig.getoption("records")
    if given:
        text = gzip.decompress(pathlib.Path(given).read_bytes())
    else:
        text = machine.run("audit-query demo-data --records 3000 --until 2023-07-10").encode()
    machine.path("/root/records.ndjson").write_bytes(text)
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def key_file(tmp_path_factory):
    """Where the load's clients read their keys, several so that no key's limit is met."""
    return tmp_path_factory.mktemp("keys") / "keys"


@pytest.fixture
def load(machine, key_file, queries):
    """Starts a load; ended, it says what it found."""
    running = []

    def start(minimum=10_000, **options):
        load = Load(machine, key_file, options.pop("queries", queries), minimum, options)
        running.append(load)
        return load

    yield start
    for load in running:
        load.process.kill()
        load.process.wait(timeout=10)


@pytest.fixture(scope="session")
def queries(records, tmp_path_factory):
    """Some hundred queries, each of which finds something."""
    file = tmp_path_factory.mktemp("queries") / "queries"
    bounds = {"startDate": "2023-01-01", "endDate": "2023-12-31", "limit": "20"}
    lines = {json.dumps({member: record[member], **bounds}) for record in records for member in ("userId", "resourceId", "systemId")}
    file.write_text("\n".join(sorted(lines)[:400]))
    return file


class Load:
    def __init__(self, machine, key_file, queries, minimum, options):
        self.minimum = minimum
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = machine.beside(
            [HERE / "load.py", "--host", "127.0.0.1", "--ca", machine.path("/etc/audit-query/tls/trusted.pem"), "--key", key_file,
             "--queries", queries, "--minimum", minimum, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        assert self.process.stdout.readline() == "started\n"

    def end(self, what=None):
        """Ends it; nothing may have failed."""
        output, _ = self.process.communicate(timeout=200)
        result = json.loads(output)
        if what:
            figure(f"{what}: {result['sent']} requests, {result['hits'] / result['sent']:.1%} of them hits, "
                   f"{result['failed']} failed, {result['resent']} sent again on a new connection, "
                   f"{result['handshakes']} handshakes, median {result['median'] * 1000:.1f} ms, p99 {result['p99'] * 1000:.0f} ms, "
                   f"longest {result['longest'] * 1000:.0f} ms, {result['seconds']} s")
        assert result["failed"] == 0, f"{result['failed']} failed, {result['hung']} of them hung: {result['reasons']}"
        assert result["sent"] >= self.minimum
        return result


class Client:
    """Asks with curl, inside."""

    def __init__(self, machine):
        self.machine = machine

    def get(self, path, key, limit=30):
        """The status and the body."""
        text = self.machine.run(
            f"curl --silent --show-error --max-time {limit} --cacert /etc/audit-query/tls/trusted.pem -H 'X-Api-Key: {key}' "
            f"--write-out '\\n%{{http_code}}' 'https://127.0.0.1{path}'")
        body, status = text.rsplit("\n", 1)
        return int(status), body

    def count(self, key, **query):
        """How many records a query finds, over all pages."""
        words = "&".join(f"{name}={value}" for name, value in {"limit": "1000", **query}.items())
        total, path = 0, f"/v1/records?{words}"
        while path:
            status, body = self.get(path, key)
            assert status == 200, body
            answer = json.loads(body)
            total += answer["count"]
            path = f"/v1/records?cursor={answer['nextCursor']}" if answer["hasMore"] else None
        return total


@pytest.fixture(scope="session")
def client(machine):
    return Client(machine)


@pytest.fixture(scope="session")
def key(machine):
    """A key of the tests' own, which every worker knows."""
    key = machine.run("audit-query keys create --name tests").strip()
    machine.run("systemctl reload 'audit-query@*.service'")
    return key


def served(client, key):
    """Whether an authenticated query is answered."""
    try:
        return client.get("/v1/records?userId=nobody", key, limit=5)[0] == 200
    except AssertionError:
        return False


__all__ = ["figure", "served", "wait"]
