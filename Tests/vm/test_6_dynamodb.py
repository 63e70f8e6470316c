"""The same server with its records in DynamoDB: an emulator beside it, on its loopback."""
import os
import subprocess

import pytest
from conftest import wait

# By name, so that the sandbox lets names be looked up.
ENDPOINT = "http://localhost:5555"


@pytest.fixture(scope="module")
def table(machine, tmp_path_factory):
    log = open(tmp_path_factory.mktemp("moto") / "log", "wb")
    server = machine.beside(["moto_server", "--host", "127.0.0.1", "--port", "5555"], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                            env={**os.environ, "PYTHONUNBUFFERED": "1"})
    wait(lambda: machine.try_run("(exec 3<>/dev/tcp/127.0.0.1/5555)").returncode == 0, "the emulator listens", 60)
    machine.run("(umask 077; printf '[default]\\naws_access_key_id = AKIDEXAMPLE\\naws_secret_access_key = secret\\n' "
                ">/etc/audit-query/aws-credentials)")
    yield
    server.kill()
    server.wait(timeout=20)


def test_setup_moves_the_server_to_dynamodb(machine, table, client, key, records):
    done = machine.try_run(f"audit-query setup --store dynamodb --region eu-west-1 --endpoint {ENDPOINT} --trial-certificate")
    assert done.returncode == 1 and "--replace" in done.stderr, done
    options = f"--store dynamodb --region eu-west-1 --endpoint {ENDPOINT} --trial-certificate --replace"
    # There is no table yet: said, and with what to do.
    done = machine.try_run(f"audit-query setup {options}")
    assert done.returncode == 1 and "audit-records" in done.stderr + done.stdout, done
    aws = "AWS_SHARED_CREDENTIALS_FILE=/etc/audit-query/aws-credentials"
    machine.run(f"{aws} audit-query table create")
    output = machine.try_run(f"audit-query setup {options}")
    assert output.returncode == 0 and "It serves" in output.stderr, output
    machine.run(f"{aws} audit-query load --quiet records.ndjson", limit=300)
    for user in sorted({record["userId"] for record in records})[:5]:
        expected = sum(record["userId"] == user for record in records)
        assert client.count(key, userId=user, startDate="2023-01-01", endDate="2023-12-31", limit="100") == expected, user


def test_workers_have_credentials_that_only_root_can_read_in_their_file(machine, table):
    assert machine.run("stat -c %a /etc/audit-query/aws-credentials").strip() == "600"
    process = machine.workers()[1]
    environment = machine.run(f"tr '\\0' '\\n' </proc/{process}/environ")
    assert "AWS_SHARED_CREDENTIALS_FILE=/run/credentials/audit-query@1.service/aws-credentials" in environment
    assert "AKIDEXAMPLE" not in environment


def test_the_check_that_a_timer_starts_has_the_workers_credentials(machine, table):
    machine.run("systemctl start audit-query-check.service")
    said = machine.run("journalctl --namespace=audit-query --unit=audit-query-check.service --lines=40 --output=cat")
    assert "ok       store: table audit-records in eu-west-1 answers" in said, said


def test_queries_of_dynamodb_survive_a_rolling_restart(machine, table, load, queries):
    # Few, since new workers have empty caches, and the emulator is slow.
    few = queries.with_suffix(".few")
    few.write_text("\n".join(line for line in queries.read_text().splitlines() if "resourceId" in line and "none" not in line)[:2000].rsplit("\n", 1)[0])
    clients = load(minimum=1000, rate=100, queries=few)
    machine.run("audit-query pool restart")
    clients.end("rolling restart over DynamoDB")
