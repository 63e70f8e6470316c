"""Removing keeps the configuration, purging keeps nothing but the records and who read them."""
from conftest import wait


def test_removing_takes_the_service_away_and_keeps_the_configuration(machine, client, key):
    client.get("/v1/records?userId=before-the-end", key)
    wait(lambda: machine.run("journalctl --namespace=audit-query --output=cat ASKED_USER=before-the-end").strip(), "the read is in the journal")
    machine.run("systemctl enable --now audit-query-load@probe")
    machine.run("apt remove -y audit-query")
    assert "before-the-end" in machine.run("gzip -dc /var/lib/audit-query/trail/reads-*.ndjson.gz"), "the last reads are exported"
    assert machine.run("systemctl is-active nginx").strip() == "active"
    machine.run("nginx -t -q")
    assert machine.try_run("curl --silent --insecure --max-time 5 https://127.0.0.1/healthz").returncode == 7
    assert machine.try_run("pgrep audit-query").returncode == 1
    assert machine.run("ls /run/audit-query").strip() == ""
    assert machine.run("systemctl list-units --all --no-legend 'audit-query*'").strip() == ""
    assert machine.run("find /etc/systemd/system -name 'audit-query*.service' -o -name 'audit-query*.socket'").strip() == ""
    assert machine.path("/etc/audit-query/keys.json").exists() and machine.path("/var/lib/audit-query/audit.db").exists()
    assert not list(machine.path("/var/lib/prometheus/node-exporter").glob("audit-query*"))


def test_installing_again_finds_the_configuration_and_serves(machine, package, client, key):
    machine.run(f"apt install -y ./{package.name}")
    machine.run("audit-query setup --store sqlite --trial-certificate --replace")
    assert client.get("/v1/records?userId=nobody", key)[0] == 200
    assert len(machine.workers()) == 2


def test_purging_leaves_nothing_but_the_records(machine):
    # Even a program that does not work can be got rid of.
    program = machine.path("/usr/bin/audit-query")
    program.unlink()
    program.write_text("#!/bin/sh\nexit 70\n")
    program.chmod(0o755)
    done = machine.try_run("apt purge -y audit-query")
    assert done.returncode == 0 and "/var/lib/audit-query" in done.stderr + done.stdout
    found = machine.run("find / -xdev -name '*audit-query*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/root/*' "
                        "-not -path '/var/cache/apt/*'").split()
    assert found == ["/var/lib/audit-query"]
    assert machine.path("/var/lib/audit-query/audit.db").exists() and list(machine.path("/var/lib/audit-query/trail").glob("reads-*.ndjson.gz"))
    machine.run("nginx -t -q")
    assert machine.try_run("pgrep audit-query").returncode == 1
    assert machine.run("systemctl --failed --no-legend").strip() == ""
