"""A package reaches hosts one by one, and a bad one goes no further than the first host. Hosts are folders: a stand-in
for ssh runs what it is given in one of them, with stand-ins for what would change a real host."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Both shells that a host may have would do; sh is the stricter one.
SSH = """#!/bin/sh
printf '%s\\n' "$*" >>"$FOLDER/calls"
while [ "$1" != -- ]; do shift; done
host=$2 command=$3
[ -d "$FOLDER/$host" ] || { echo "ssh: connect to host $host: No route to host" >&2; exit 255; }
[ ! -e "$FOLDER/$host/loses-bytes" ] || exec </dev/null
moved=$(printf '%s' "$command" | sed "s|/var/cache|$FOLDER/$host/cache|g; s|/etc/audit-query|$FOLDER/$host/etc|g")
cd / && HOST=$FOLDER/$host PATH=$FOLDER/commands:$PATH exec sh -c "$moved"
"""
COMMANDS = {
    "ssh": SSH,
    "id": '#!/bin/sh\ncat "$HOST/user" 2>/dev/null || echo 0\n',
    "sudo": '#!/bin/sh\ntouch "$HOST/sudo-was-used"\n[ "$1" = -n ] || exit 9\nshift\nexec "$@"\n',
    "apt-get": '#!/bin/sh\nfor last; do :; done\ngrep -q breaks-apt "$last" && { echo "E: it breaks"; exit 100; }\n'
               'echo "$*" >>"$HOST/apt"\ncp "$last" "$HOST/installed"\n',
    "audit-query": '#!/bin/sh\n[ "$*" = check ] || exit 9\necho "$AWS_CONFIG_FILE" >"$HOST/checked-with"\n'
                   'grep -q fails-check "$HOST/installed" && { echo "wrong  the store"; exit 1; }\necho ok\n',
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "commands").mkdir()
    for name, text in COMMANDS.items():
        file = tmp_path / "commands" / name
        file.write_text(text)
        file.chmod(0o755)
    for host in ("a.example.com", "b.example.com", "c.example.com"):
        (tmp_path / host).mkdir()
    return tmp_path


def deploy(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"FOLDER": str(folder), "PATH": f"{folder}/commands:{os.environ['PATH']}"}
    done = subprocess.run([ROOT / "scripts/deploy-hosts", *map(str, arguments)], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


def package(folder, text, name="audit-query_1.0.0_amd64.deb"):
    file = folder / name
    file.write_text(text)
    return file


def installed(folder):
    return [(folder / host / "installed").read_text() if (folder / host / "installed").exists() else None
            for host in ("a.example.com", "b.example.com", "c.example.com")]


HOSTS = ("a.example.com", "b.example.com", "c.example.com")


def test_all_hosts_get_it_in_order(folder):
    status, said, errors = deploy(folder, "--user", "deployer", package(folder, "one\0bytes\xff"), *HOSTS)
    assert (status, errors) == (0, "")
    assert installed(folder) == ["one\0bytes\xff"] * 3
    assert [line for line in said.splitlines() if line.startswith("== ")] == [f"== {host}{end}" for host in HOSTS for end in ("", ": well")]
    calls = (folder / "calls").read_text()
    assert calls.count("-o BatchMode=yes -o StrictHostKeyChecking=yes") == 3 and "-l deployer -- a.example.com" in calls
    assert "--allow-downgrades --reinstall" in (folder / "a.example.com/apt").read_text()


@pytest.mark.parametrize("fault,reason", [
    ("breaks-apt", "apt could not install it"), ("fails-check", "it is installed, and audit-query check finds something wrong")])
def test_it_stops_at_the_first_that_is_not_well(folder, fault, reason):
    deploy(folder, package(folder, "good"), *HOSTS)
    status, said, _ = deploy(folder, package(folder, fault), *HOSTS)
    assert status == 1
    assert f"== a.example.com: FAILED: {reason}" in said
    assert "Not touched: b.example.com c.example.com" in said
    assert f"apt-get install --yes --allow-downgrades --reinstall {folder}/a.example.com/cache/audit-query/current.deb" in said
    assert installed(folder)[1:] == ["good", "good"]
    # What it names is what was there before.
    assert (folder / "a.example.com/cache/audit-query/current.deb").read_text() == "good"


def test_hosts_before_the_one_that_fails_can_be_taken_back(folder):
    deploy(folder, package(folder, "good"), *HOSTS)
    (folder / "b.example.com/cache").rename(folder / "b.example.com/elsewhere")
    (folder / "b.example.com/cache").write_text("a file, so nothing arrives")
    status, said, _ = deploy(folder, package(folder, "better"), *HOSTS)
    assert status == 1 and "== b.example.com: FAILED: the package did not arrive there whole" in said
    assert installed(folder) == ["better", "good", "good"]
    line = next(line for line in said.splitlines() if "take them back" in line)
    assert line.endswith("scripts/deploy-hosts --back a.example.com")
    assert deploy(folder, "--back", "a.example.com")[0] == 0
    assert installed(folder) == ["good"] * 3
    # And forth again.
    assert deploy(folder, "--back", "a.example.com")[0] == 0
    assert installed(folder)[0] == "better"


def test_a_package_that_arrives_cut_is_not_installed(folder):
    (folder / "a.example.com/loses-bytes").touch()
    status, said, _ = deploy(folder, package(folder, "good"), "a.example.com")
    assert status == 1 and "the package did not arrive there whole; nothing has changed" in said
    assert installed(folder)[0] is None


def test_who_is_not_root_uses_sudo(folder):
    (folder / "a.example.com/user").write_text("1000")
    assert deploy(folder, package(folder, "it's good"), "a.example.com", "b.example.com")[0] == 0
    assert (folder / "a.example.com/sudo-was-used").exists() and not (folder / "b.example.com/sudo-was-used").exists()


def test_the_check_has_the_workers_settings_of_aws(folder):
    (folder / "a.example.com/etc").mkdir()
    (folder / "a.example.com/etc/aws-config").write_text("[default]")
    deploy(folder, package(folder, "good"), "a.example.com", "b.example.com")
    assert (folder / "a.example.com/checked-with").read_text().strip() == f"{folder}/a.example.com/etc/aws-config"
    assert (folder / "b.example.com/checked-with").read_text().strip() == ""


def test_a_failed_package_is_nothing_to_go_back_to(folder):
    for text in ("first", "second", "fails-check", "third"):
        deploy(folder, package(folder, text), "a.example.com")
    assert installed(folder)[0] == "third"
    deploy(folder, "--back", "a.example.com")
    assert installed(folder)[0] == "second"


def test_the_same_package_again_keeps_the_one_before(folder):
    for text in ("first", "second", "second"):
        assert deploy(folder, package(folder, text), "a.example.com")[0] == 0
    cache = folder / "a.example.com/cache/audit-query"
    assert sorted(file.name for file in cache.iterdir()) == ["current.deb", "previous.deb"]
    assert (cache / "previous.deb").read_text() == "first"


def test_there_may_be_nothing_to_go_back_to(folder):
    status, said, _ = deploy(folder, "--back", "a.example.com")
    assert status == 1 and "it keeps no package to go back to" in said
    status, said, _ = deploy(folder, package(folder, "fails-check"), "a.example.com")
    assert status == 1 and "No package from before is kept on this host" in said


def test_a_host_that_is_not_reached_stops_it(folder):
    status, said, errors = deploy(folder, package(folder, "good"), "a.example.com", "gone.example.com", "c.example.com")
    assert status == 1 and "ssh did not get there" in said and "No route to host" in errors
    assert installed(folder) == ["good", None, None]


def test_a_dry_run_reaches_no_host(folder):
    status, said, _ = deploy(folder, "--dry-run", package(folder, "good"), *HOSTS)
    assert status == 0 and said.count("Would deploy") == 3
    assert not (folder / "calls").exists()


@pytest.mark.parametrize("arguments,expected", [
    ((), 64), (("NAME.deb",), 64), (("missing.deb", "a.example.com"), 69), (("--user", "root; reboot", "x.deb", "a"), 64),
    (("--fast",), 64), (("--back",), 64), (("--back", "-oProxyCommand=reboot"), 64), (("--back", "a b"), 64), (("--back", "$(reboot)"), 64),
])
def test_wrong_usage_is_refused_before_anything(folder, arguments, expected):
    status, said, errors = deploy(folder, *arguments)
    assert status == expected and said == "" and errors.startswith("scripts/deploy-hosts: ")
    assert not (folder / "calls").exists()
