"""Changes under load, each without one failed request; and changes that are wrong, which must change nothing."""
import json
import re

from conftest import ROOT, figure, served, wait


def test_a_rolling_restart_loses_nothing(machine, load):
    clients = load()
    before = machine.workers()
    for _ in range(4):
        machine.run("audit-query pool restart")
    after = machine.workers()
    assert set(before) == set(after) and not set(before.values()) & set(after.values())
    clients.end("rolling restart of all workers, four times")


KEYS = "/etc/audit-query/keys.json"


def when_all_said(machine, program, match):
    """When the last worker first made an entry in the journal that matches, in seconds; None while one has made none."""
    text = machine.run(f"journalctl --namespace=audit-query --quiet --identifier={program} --output=json --output-fields=_PID {match}")
    first = {}
    for entry in map(json.loads, text.splitlines()):
        first.setdefault(int(entry["_PID"]), int(entry["__REALTIME_TIMESTAMP"]) / 1e6)
    processes = set(machine.workers().values())
    return max(first[process] for process in processes) if processes and processes <= first.keys() else None


def all_keys(machine):
    return {entry["id"]: entry for entry in json.loads(machine.path(KEYS).read_text())["keys"]}


def test_keys_rotate_without_a_refused_request(machine, key_file, load):
    clients = load()
    before = machine.workers()
    for _ in range(3):
        listed = all_keys(machine)
        current = [identifier for identifier, entry in listed.items()
                   if entry["name"].startswith("load-") and not entry.get("revoked") and not entry.get("graceEnds")]
        assert len(current) == 4
        # The grace is in minutes: the old ones stay good while clients change over.
        fresh = [machine.run(f"audit-query keys rotate {identifier} --grace 5").strip() for identifier in current]
        added = all_keys(machine).keys() - listed.keys()
        assert len(added) == 4
        wait(lambda added=added: all(when_all_said(machine, "audit-query", f"ADDED={identifier}") for identifier in added),
             "all workers know the new keys", 5)
        new = key_file.with_suffix(".new")
        new.write_text("\n".join(fresh))
        new.rename(key_file)
        wait(lambda added=added: all(when_all_said(machine, "audit-query-reads", f"API_KEY_ID={identifier} STATUS=200") for identifier in added),
             "each of them has been used with each worker")
    clients.end("keys rotated, 12 of them")
    assert machine.workers() == before


def test_a_key_rotated_without_grace_is_refused_by_every_worker_within_two_seconds(machine, client):
    old = machine.run("audit-query keys create --name short").strip()
    wait(lambda: all(client.get(f"/v1/records?userId=u{number}", old)[0] == 200 for number in range(20)), "all workers know it", 5)
    identifier = next(identifier for identifier, entry in all_keys(machine).items() if entry["name"] == "short")
    new = machine.run(f"audit-query keys rotate {identifier}").strip()
    rotated = machine.path(KEYS).stat().st_mtime
    wait(lambda: when_all_said(machine, "audit-query", f"REVOKED={identifier}"), "all workers know that it is revoked", 10)
    # By the journal's clock: looking costs time of its own.
    assert when_all_said(machine, "audit-query", f"REVOKED={identifier}") - rotated <= 2
    assert {client.get(f"/v1/records?userId=u{number}", old)[0] for number in range(20)} == {401}
    assert {client.get(f"/v1/records?userId=u{number}", new)[0] for number in range(20)} == {200}


def test_the_pool_is_resized_without_a_lost_request(machine, load):
    clients = load()
    for size in (4, 1, 3, 2):
        machine.run(f"audit-query pool {size}")
        assert set(machine.workers()) == set(range(1, size + 1))
        site = machine.path("/etc/nginx/sites-available/audit-query").read_text()
        assert len(re.findall(r'server "unix:/run/audit-query/\d+\.sock"', site)) == size
        sockets = machine.run("ls /run/audit-query/*.sock").split()
        assert len(sockets) == size
        assert len(machine.run("ls /run/audit-query/*.status").split()) == size
    clients.end("pool resized to 4, 1, 3 and 2")


def test_a_certificate_is_renewed_without_a_lost_request(machine, load):
    # Clients trust all of them beforehand, as they do a public authority.
    for number in range(4):
        machine.run(f"/usr/lib/audit-query/nginx/certificate renewed-{number} && cat renewed-{number}/ca.pem >>/etc/audit-query/tls/trusted.pem")
    clients = load()
    show = "echo | openssl s_client -connect 127.0.0.1:443 2>/dev/null | openssl x509 -noout -serial"
    for number in range(4):
        before = machine.run(show)
        machine.run(f"cp renewed-{number}/* /etc/audit-query/tls/ && systemctl reload nginx")
        wait(lambda before=before: machine.run(show) != before, "the new certificate is served")
    clients.end("certificate renewed four times")


def test_a_new_configuration_is_taken_by_a_rolling_restart(machine, load):
    clients = load(minimum=3000)
    machine.run("printf 'cache: { ttl-seconds: 77 }\\n' >>/etc/audit-query/audit-query.yaml && audit-query pool restart")
    clients.end("configuration changed")


def test_a_wrong_configuration_leaves_the_old_workers_serving_and_is_named(machine, load):
    clients = load(minimum=2000)
    before = machine.workers()
    machine.run("cp -p /etc/audit-query/audit-query.yaml good.yaml; echo 'colour: red' >>/etc/audit-query/audit-query.yaml")
    done = machine.try_run("audit-query pool restart")
    assert done.returncode == 1
    assert re.search(r"/etc/audit-query/audit-query.yaml:\d+: colour is not a key", done.stderr), done
    assert machine.workers() == before
    # Nor does it begin to serve with it, were it asked for more workers.
    done = machine.try_run("audit-query pool 3")
    assert done.returncode == 1 and "colour" in done.stderr
    assert machine.workers() == before
    machine.run("cp -p good.yaml /etc/audit-query/audit-query.yaml && audit-query pool restart")
    clients.end("wrong configuration refused")


def test_what_nginx_refuses_changes_nothing(machine, load):
    clients = load(minimum=2000)
    site = machine.path("/etc/nginx/sites-available/audit-query").read_text()
    machine.run("printf 'server { listen 8443 ssl default_server; ssl_certificate /etc/audit-query/tls/server.pem; "
                "ssl_certificate_key /etc/audit-query/tls/server-key.pem; }' >/etc/nginx/sites-enabled/other && nginx -t -q && nginx -s reload")
    done = machine.try_run("audit-query pool 4 --listen 8443")
    assert done.returncode == 1 and "Another site has that address" in done.stderr, done
    assert len(machine.workers()) == 2
    assert machine.path("/etc/nginx/sites-available/audit-query").read_text() == site
    machine.run("rm /etc/nginx/sites-enabled/other && nginx -s reload")
    clients.end("a site that nginx refuses")


def test_a_site_of_somebody_elses_is_not_overwritten(machine):
    site = "/etc/nginx/sites-available/audit-query"
    machine.run(f"cp -p {site} mine; echo '# mine' >{site}")
    done = machine.try_run("audit-query pool 2")
    assert done.returncode == 1 and "--replace-site" in done.stderr
    assert machine.path(site).read_text() == "# mine\n"
    machine.run("audit-query pool 2 --replace-site")
    assert machine.path(site).read_text() == machine.path("/root/mine").read_text()


def test_the_memory_limit_changes_without_a_restart(machine):
    before = machine.workers()
    machine.run("audit-query pool --memory 300M")
    assert machine.workers() == before
    assert machine.property("audit-query@1.service", "MemoryMax") == str(300 << 20)
    effective = effective_limit(machine, before[1])
    if effective is None:
        figure("memory limit: set, but not in force here: this host gives its containers no memory controller")
    else:
        assert effective == 300 << 20
        figure("memory limit: in force in the worker's control group")
    for size in ("200M", "2G", "much"):
        assert machine.try_run(f"audit-query pool --memory {size}").returncode == 64


def effective_limit(machine, process):
    """The limit of the worker's control group; None where the machine has no memory controller."""
    for line in machine.run(f"cat /proc/{process}/cgroup").splitlines():
        number, controllers, path = line.split(":", 2)
        if "audit-query@1" in path and ("memory" in controllers.split(",") or number == "0"):
            file = f"/sys/fs/cgroup/memory{path}/memory.limit_in_bytes" if controllers else f"/sys/fs/cgroup{path}/memory.max"
            done = machine.try_run(f"cat '{file}'")
            if done.returncode == 0:
                return int(done.stdout)
    return None


def test_two_changes_at_once_do_not_mix(machine, client, key):
    # The first one holds the lock until it is done.
    begun = "grep --quiet \":$(stat --format=%i /run/audit-query-pool.lock) 0 EOF\" /proc/locks"
    done = machine.try_run(f"audit-query pool restart & until {begun} || ! kill -0 $!; do sleep 0.01; done; audit-query pool 5; status=$?; wait; exit $status")
    assert done.returncode == 75 and "another audit-query pool is at work" in done.stderr
    assert len(machine.workers()) == 2 and served(client, key)


def test_stopping_and_starting_the_target_is_for_all_of_it(machine, client, key):
    machine.run("systemctl stop audit-query.target")
    # systemctl waits for the target only.
    wait(lambda: machine.workers() == {} and machine.run("find /run/audit-query -type s").strip() == "", "all have stopped", 40)
    assert client.get("/readyz", key)[0] == 502
    machine.run("systemctl start audit-query.target")
    wait(lambda: len(machine.workers()) == 2 and served(client, key), "it serves again")


def test_with_the_embedded_store_a_worker_can_do_without_a_network(machine, client, key):
    """As docs/install.md says it."""
    text = (ROOT / "docs/install.md").read_text()
    folder = machine.path("/etc/systemd/system/audit-query@.service.d")
    (folder / "no-network.conf").write_text(re.search(r"```ini\n(.*?)```", text, re.DOTALL).group(1))
    machine.run("audit-query pool restart")
    assert served(client, key)
    process = machine.workers()[1]
    assert machine.run(f"readlink /proc/{process}/ns/net") != machine.run("readlink /proc/1/ns/net")
    text = machine.run("systemd-analyze security --no-pager audit-query@1.service | tail -n 1")
    figure(f"exposure of a worker without a network: {re.search(r': ([0-9.]+)', text).group(1)}")
    (folder / "no-network.conf").unlink()
    machine.run("audit-query pool restart")
