"""Another version under load, one that does not work, and the way back."""
import shutil
import subprocess

import pytest
from conftest import served


@pytest.fixture(scope="module")
def repacked(package, machine, tmp_path_factory):
    """Makes the package anew as another version, perhaps with something in it changed, and puts it into the machine."""
    folder = tmp_path_factory.mktemp("repacked")

    def call(*command):
        subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=120)

    def make(version, change=None):
        tree = folder / version
        call("dpkg-deb", "--raw-extract", package, tree)
        control = tree / "DEBIAN/control"
        current = next(line for line in control.read_text().splitlines() if line.startswith("Version: "))
        control.write_text(control.read_text().replace(current, f"Version: {version}"))
        if change:
            change(tree)
        name = f"audit-query_{version}_{package.stem.rsplit('_', 1)[1]}.deb"
        call("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, folder / name)
        shutil.copy(folder / name, machine.path("/root") / name)
        shutil.rmtree(tree)
        return name

    return make


def version(machine):
    return machine.run("dpkg-query --show --showformat '${Version} ${db:Status-Status}' audit-query")


def programs(machine):
    """The file that each worker runs: whether it is the installed one."""
    installed = machine.run("stat -c %i /usr/bin/audit-query").strip()
    return {machine.run(f"stat -L -c %i /proc/{process}/exe").strip() == installed for process in machine.workers().values()}


def test_an_upgrade_loses_nothing_and_keeps_the_configuration(machine, repacked, load):
    name = repacked("0.1.1")
    configuration = machine.path("/etc/audit-query/audit-query.yaml").read_text()
    keys = machine.path("/etc/audit-query/keys.json").read_text()
    before = machine.workers()
    clients = load()
    machine.run(f"apt install -y ./{name}")
    clients.end("upgrade of the package")
    assert version(machine) == "0.1.1 installed"
    after = machine.workers()
    assert set(after) == set(before) and not set(before.values()) & set(after.values())
    assert programs(machine) == {True}
    assert machine.path("/etc/audit-query/audit-query.yaml").read_text() == configuration
    assert machine.path("/etc/audit-query/keys.json").read_text() == keys


def test_a_program_that_does_not_start_leaves_the_old_workers_serving(machine, repacked, load):
    def break_it(tree):
        program = tree / "usr/bin/audit-query"
        program.write_text('#!/bin/sh\necho "audit-query: this one is broken" >&2\nexit 70\n')
        program.chmod(0o755)

    before = machine.workers()
    clients = load()
    done = machine.try_run(f"apt install -y ./{repacked('0.1.2', break_it)}")
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "this one is broken" in said and "workers that were not replaced serve on as they were" in said
    assert machine.workers() == before
    # The way back is the package of before.
    machine.run("apt install -y --allow-downgrades ./audit-query_0.1.1_*.deb")
    clients.end("upgrade that fails, and back")
    assert version(machine) == "0.1.1 installed"
    assert not set(before.values()) & set(machine.workers().values())


def test_the_version_before_goes_back(machine, package, load, client, key):
    clients = load()
    machine.run(f"apt install -y --allow-downgrades ./{package.name}")
    clients.end("back to the version before")
    assert version(machine).endswith(" installed") and package.name.split("_")[1] in version(machine)
    assert programs(machine) == {True} and served(client, key)


def test_the_same_version_can_be_installed_again(machine, package, client, key):
    machine.run(f"apt install -y --reinstall ./{package.name}")
    assert served(client, key)
