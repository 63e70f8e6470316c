"""From a plain system to the first answer, with the README's commands as they stand."""
import json
import os
import re
import subprocess
import time

from conftest import ROOT, figure, wait

UNITS = ("audit-query.target audit-query@1.service audit-query@1.socket audit-query-status@1.socket audit-query-recover@1.service "
         "audit-query-load@1.service audit-query-forward@1.service")


def commands(heading):
    """The first block of shell commands of a section of the README."""
    section = (ROOT / "README.md").read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.search(r"```sh\n(.*?)```", section, re.DOTALL).group(1)


def test_the_readme_leads_to_an_answer_within_a_minute(machine):
    machine.path("/root/readme.sh").write_text(commands("On a server"))
    began = time.monotonic()
    output = machine.run("bash -e readme.sh", limit=180)
    took = time.monotonic() - began
    figure(f"apt install to the first answer: {took:.1f} s")
    answer = json.loads(output[output.index('{"records"'):])
    assert answer["count"] == 1 and answer["records"][0]["systemId"] == "billing"
    assert took < 60
    # Clients of the tests trust what is served now; renewed certificates come beside it.
    machine.run("cp /etc/audit-query/tls/ca.pem /etc/audit-query/tls/trusted.pem")


def test_check_finds_nothing_wrong(machine):
    lines = machine.run("audit-query check").splitlines()
    assert lines and all(line.startswith("ok ") for line in lines), lines
    report = json.loads(machine.run("audit-query check --json"))
    assert report["ok"] and report["configuration"]["file"] == "/etc/audit-query/audit-query.yaml"
    assert {"configuration", "store", "keys", "cursor-secret", "disk", "workers", "nginx", "certificate"} == {
        finding["subject"] for finding in report["findings"]}


def test_check_names_what_an_operator_must_act_on(machine):
    """One after the other: each is found, named and ends with 1, and is not found any more when it is mended."""
    def wrong():
        done = machine.try_run("audit-query check")
        lines = [line for line in done.stdout.splitlines() if line.startswith("wrong")]
        assert (done.returncode == 1) == bool(lines), done
        return "\n".join(lines)

    yaml = "/etc/audit-query/audit-query.yaml"
    for spoil, expected, mend in (
            (f"mv {yaml} away.yaml", "there is no /etc/audit-query/audit-query.yaml", f"mv away.yaml {yaml}"),
            ("systemctl stop audit-query.target", "none of the pool's", "systemctl start audit-query.target"),
            ("systemctl stop nginx", "nobody answers at 127.0.0.1:443", "systemctl start nginx"),
            ("echo nonsense >/etc/nginx/conf.d/wrong.conf", "nginx refuses its configuration", "rm /etc/nginx/conf.d/wrong.conf"),
            ("/usr/lib/audit-query/nginx/certificate other && cp -p /etc/audit-query/tls/server.pem good.pem && "
             "cp other/server.pem /etc/audit-query/tls/server.pem", "serves another certificate", "cp -p good.pem /etc/audit-query/tls/server.pem"),
            ("systemctl stop audit-query.target 'audit-query@*'; cp -p /var/lib/audit-query/audit.db good.db && "
             "dd if=/dev/zero of=/var/lib/audit-query/audit.db bs=4096 seek=1 count=2 conv=notrunc", "store:",
             "cp -p good.db /var/lib/audit-query/audit.db; systemctl start audit-query.target")):
        machine.run(spoil)
        # Those that a target stops are still ending when it has stopped.
        wait(lambda: expected in wrong(), f"{expected} after {spoil}")
        machine.run(mend)
        wait(lambda: wrong() == "", f"well again after {mend}")


def test_there_is_a_worker_a_core(machine):
    assert len(machine.workers()) == int(machine.run("nproc"))


def test_units_are_without_fault(machine):
    done = machine.try_run(f"systemd-analyze verify --man=no {UNITS}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_worker_is_exposed_as_little_as_is_said(machine):
    text = machine.run("systemd-analyze security --no-pager audit-query@1.service | tail -n 1")
    exposure = float(re.search(r"level for audit-query@1.service: ([0-9.]+)", text).group(1))
    figure(f"exposure of a worker (systemd-analyze security): {exposure}")
    assert exposure <= 1.2


def test_the_loader_is_exposed_as_little_as_is_said(machine):
    """It is root, or it could not read others' logs; so it has one right of root's, and nobody to ask for more."""
    text = machine.run("systemd-analyze security --no-pager audit-query-load@1.service | tail -n 1")
    exposure = float(re.search(r"level for audit-query-load@1.service: ([0-9.]+)", text).group(1))
    figure(f"exposure of a loader (systemd-analyze security): {exposure}")
    assert exposure <= 1.8


def test_files_are_private(machine):
    def mode(path):
        return machine.run(f"stat -c '%A %U:%G' {path}").strip()
    assert mode("/etc/audit-query") == "drwxr-s--- root:audit-query"
    assert mode("/etc/audit-query/audit-query.yaml") == "-rw-r----- root:audit-query"
    assert mode("/etc/audit-query/keys.json") == "-rw-r----- root:audit-query"
    assert mode("/etc/audit-query/load") == "drwxr-x--- root:root"
    assert mode("/etc/audit-query/cursor.secret") == "-rw------- root:audit-query"
    assert mode("/etc/audit-query/tls/server-key.pem").startswith("-rw------- root:")
    assert mode("/var/lib/audit-query") == "drwxr-s--- root:audit-query"
    assert mode("/var/lib/audit-query/audit.db") == "-rw-r----- root:audit-query"
    assert mode("/run/audit-query/1.sock") == "srw-rw---- root:www-data"
    assert mode("/run/audit-query/1.status") == "srw-rw---- root:audit-query"


def test_workers_tell_their_status(machine):
    status = machine.run("audit-query status")
    assert len(status.splitlines()) == 1 + len(machine.workers()), status


def test_manual_and_completions_are_there(machine):
    # This plain system has no man-db, and as containers do leaves documentation out: the package itself is asked.
    listed = machine.run("dpkg-query --listfiles audit-query").splitlines()
    for file in ("/usr/share/man/man1/audit-query.1.gz", "/usr/share/bash-completion/completions/audit-query",
                 "/usr/share/zsh/vendor-completions/_audit-query", "/usr/share/fish/vendor_completions.d/audit-query.fish",
                 "/usr/share/doc/audit-query/sbom.cdx.json", "/usr/share/doc/audit-query/copyright"):
        assert file in listed and machine.path(file).exists(), file
    machine.run(". /usr/share/bash-completion/completions/audit-query && complete -p audit-query")


def test_help_has_the_options_of_setup_and_pool(machine):
    for tool, option in (("setup", "--trial-certificate"), ("pool", "--memory")):
        help = machine.run(f"audit-query {tool} --help")
        assert f"USAGE: audit-query {tool}" in help and option in help
    assert "audit-query pool restart" in machine.run("audit-query help pool")


def test_nothing_is_asked_without_a_terminal(machine):
    done = machine.try_run("audit-query setup </dev/null")
    assert done.returncode == 64 and "give --store sqlite, --store postgresql or --store dynamodb" in done.stderr


def test_setup_asks_on_a_terminal(machine):
    ours, theirs = os.openpty()
    setup = subprocess.Popen(machine.command("audit-query setup --key-name nobodys"), stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
                             start_new_session=True)
    os.close(theirs)
    os.write(ours, b"sqlite\n\n")
    output, _ = setup.communicate(timeout=60)
    seen = os.read(ours, 65536).decode()
    os.close(ours)
    assert setup.returncode == 0 and "Where are the records" in seen and "certificate chain" in seen and "It serves" in seen, seen
    # There is a key already.
    assert output == b"" and "There are keys already" in seen


def test_a_certificate_of_ones_own_is_taken(machine):
    machine.run("mkdir own && cp /etc/audit-query/tls/server.pem own/chain.pem && cp /etc/audit-query/tls/server-key.pem own/key.pem")
    done = machine.try_run("audit-query setup --store sqlite --certificate own/chain.pem --certificate-key own/key.pem")
    assert done.returncode == 0 and "https://localhost/v1/records" in done.stderr, done
    assert "/root/own/chain.pem" in machine.path("/etc/nginx/sites-available/audit-query").read_text()
    machine.run("audit-query setup --store sqlite --trial-certificate")


def test_wrong_input_of_setup_is_named_and_changes_nothing(machine):
    before = machine.path("/etc/audit-query/audit-query.yaml").read_text()
    for options, reason in (("--store oracle", "sqlite"),
                            ("--store sqlite --certificate /nowhere --certificate-key /nowhere", "there is no such file"),
                            ("--store sqlite --certificate /etc/audit-query/tls/server.pem --certificate-key /etc/ssl/certs/ca-certificates.crt",
                             "is not the key of"),
                            ("--store dynamodb --region Mars! --trial-certificate", "not the name of a region"),
                            ("--store sqlite --environment moon --trial-certificate", "environment"),
                            ("--store sqlite --trial-certificate --workers many", "many")):
        done = machine.try_run(f"audit-query setup {options}")
        assert done.returncode != 0 and reason in done.stderr, (options, done)
    assert machine.path("/etc/audit-query/audit-query.yaml").read_text() == before
    assert "ok" in machine.run("audit-query check")


def test_memory_and_start_time(machine):
    process = machine.workers()[1]
    machine.run("systemctl restart audit-query@1.service")
    process = machine.workers()[1]
    rest = int(re.search(r"^Pss:\s+(\d+)", machine.run(f"cat /proc/{process}/smaps_rollup"), re.MULTILINE).group(1)) // 1024
    resident = int(re.search(r"^VmRSS:\s+(\d+)", machine.run(f"cat /proc/{process}/status"), re.MULTILINE).group(1)) // 1024
    began = int(machine.property("audit-query@1.service", "ExecMainStartTimestampMonotonic"))
    ready = int(machine.property("audit-query@1.service", "ActiveEnterTimestampMonotonic"))
    size = machine.path(f"/root/{next(machine.path('/root').glob('*.deb')).name}").stat().st_size
    figure(f"package: {size / 1e6:.1f} MB; a worker at rest: {rest} MB of its own (Pss), {resident} MB resident; "
           f"start to ready: {(ready - began) / 1000:.0f} ms")
    assert resident < 100
