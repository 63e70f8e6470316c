"""scripts/run: what it serves, what it leaves alone, and what it refuses."""
import fcntl
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import pytest
from conftest import PATIENCE, PROGRAM, ROOT, Run, eventually, free_port


def line(audit_id, user="alice@example.com", **members):
    record = {"auditId": audit_id, "timestamp": "2026-11-20T09:15:02.120Z", "systemId": "crm", "userId": user, "resourceId": "customer/1017"}
    return json.dumps(record | members) + "\n"


def audit_query(*arguments, **environment):
    return subprocess.run([PROGRAM, *map(str, arguments)], env={"PATH": os.environ["PATH"]} | environment,
                          capture_output=True, text=True, timeout=PATIENCE, check=False)


def stored(store, user, tmp_path):
    """How many records of a user a store has, as the command says."""
    (tmp_path / "secret").write_text("0" * 64)
    answer = audit_query("query", "--user", user, "--all", "--json",
                         AUDIT_QUERY_STORE_SQLITE_PATH=str(store), AUDIT_QUERY_CURSOR_SECRET_FILE=str(tmp_path / "secret"))
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)["count"]


def configuration(tmp_path, environment="dev", store=None, **more):
    """Somebody's own, whose key file is missing: `check` finds that wrong."""
    file = tmp_path / "mine.yaml"
    (tmp_path / "cursor.secret").write_text("0" * 64)
    store = store or {"kind": "sqlite", "sqlite": {"path": str(tmp_path / "mine.db")}}
    file.write_text(json.dumps({"environment": environment, "store": store, "keys": {"file": str(tmp_path / "keys.json")},
                                "cursor": {"secret-file": str(tmp_path / "cursor.secret")}} | more))
    return file


# -- Starting and stopping ------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments,status,message", [
    (["--port", "http"], 64, "--port must be a number from 1 to 65535, not http"),
    (["--workers", "0"], 64, "--workers must be a number from 1 to 99, not 0"),
    (["--dat", "x"], 64, "there is no option --dat"),
    (["--data"], 64, "--data needs a value"),
    (["--data", "/nowhere/x.ndjson"], 66, "--data: there is no file /nowhere/x.ndjson"),
    (["--config", "/"], 66, "--config: there is no file /"),
    (["--state", "/tmp/" + "long/" * 20], 64, "longer than 91 bytes"),
])
def test_a_wrong_option_is_named(run, arguments, status, message):
    ended = run.fail(*arguments)
    assert ended.status == status and message in ended.said and not run.state.exists()


def test_a_state_directory_that_others_may_write_is_refused(run):
    run.state.mkdir()
    run.state.chmod(0o777)
    ended = run.fail()
    assert ended.status == 77 and "others may write to it: choose another with --state" in ended.said
    assert list(run.state.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_somebody_elses_state_directory_is_refused(run):
    run.state.mkdir(mode=0o755)
    os.chown(run.state, 65534, 65534)
    ended = run.fail()
    assert ended.status == 77 and "is somebody else's" in ended.said
    assert list(run.state.iterdir()) == []


def test_it_builds_what_is_newer_than_the_last_build(clone, tmp_path, clean_environment):
    tree, calls, status = tmp_path / "tree", tmp_path / "calls", tmp_path / "status"
    shutil.copytree(clone, tree, symlinks=True)
    (tmp_path / "bin").mkdir()
    swift = tmp_path / "bin/swift"
    swift.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "Swift version 6.9 (made up)" && exit\necho "$*" >>{calls}\nexit "$(cat {status})"\n')
    swift.chmod(0o755)
    stamp, now = tree / ".build/release-stamp", time.time()
    stamp.write_text("Swift version 6.9\n")
    (tmp_path / "bad.ndjson").write_text("no record\n")
    run = Run(tree, tmp_path / "state", clean_environment | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"})

    def built(wanted):
        """How often swift build was called until the file was found to be without a record, or the build had failed."""
        ended = run.fail("--data", tmp_path / "bad.ndjson")
        assert ended.status == wanted, ended
        return calls.read_text().count(f"build --package-path {tree} -c release --product audit-query --static-swift-stdlib\n") if calls.exists() else 0

    assert built(65) == 0
    os.utime(stamp, (now - 20, now - 20))
    os.utime(next((tree / "Sources").rglob("*.swift")), (now - 10, now - 10))
    status.write_text("3")
    assert built(3) == 1 and "swift build failed: see its messages above" in run.said
    status.write_text("0")
    assert built(65) == 2
    assert built(65) == 2


def test_a_wrong_configuration_is_told_with_its_place(run, tmp_path):
    file = configuration(tmp_path, worker={"threads": "many"})
    ended = run.fail("--config", file)
    assert ended.status == 78 and f"the configuration is wrong: {file}:1: worker.threads" in ended.said, ended.said


def test_demo_data_is_anew_each_week_while_nothing_else_is_there(run):
    said = run.start()
    assert run.count("userId=user-36@example.com") == 243
    # What it prints works as it is pasted, in another folder and with nothing set.
    for command in (text for text in said.splitlines() if text.startswith(("curl ", "/"))):
        done = subprocess.run(["sh", "-c", command], cwd="/", env=run.environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0 and "user-0@example.com" in done.stdout, done
    # The page, and the key for it: no address has the key.
    address, question = re.search(r"(https://\S+/)#(\S+)", said).groups()
    assert urllib.parse.parse_qs(question) == {"user": ["user-0@example.com"], "range": ["30d"]}
    assert f"  page: {address}\n" in said and re.search(r"(?m)^  key:  aq_\S+$", said)
    assert "<title>audit-query</title>" in run.shell('curl --silent --fail --noproxy "*" --cacert "$CA_FILE" "$URL/"')
    # And what a shell knows that has read ready.env.
    assert "user-36@example.com" in run.shell("cd / && audit-query query --user user-36@example.com --limit 1")
    assert run.shell("env").count("AUDIT_QUERY_") == 1
    assert run.stop() == 0
    assert not (run.state / "ready.env").exists()

    marker, store = run.state / "demo", run.state / "demo.db"
    first = store.stat().st_ino
    marker.write_text("2000-01 " + marker.read_text().split(" ", 1)[1])
    run.start()
    assert store.stat().st_ino != first or not marker.read_text().startswith("2000-01 ")
    assert run.count("userId=user-36@example.com") == 243

    # From here on it has a record that somebody else has put there.
    (run.state.parent / "by-hand.ndjson").write_text(line("by-hand"))
    run.shell(f"audit-query load '{run.state.parent}/by-hand.ndjson'")
    assert run.stop() == 0
    marker.write_text("2000-01 " + marker.read_text().split(" ", 1)[1])
    # The shell that starts it may have read ready.env before.
    said = run.start(AUDIT_QUERY_CONFIG="/nowhere.yaml")
    assert f"Serving what is in {store}. For demo data: scripts/run --state OTHER" in said
    assert run.count("userId=alice@example.com") == 1 and run.count("userId=user-36@example.com") == 243


# -- Data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n", "no record\n", '{"auditId":"1"}\n'], ids=["empty", "blank", "text", "half"])
def test_data_without_a_record_fails(run, tmp_path, text):
    (tmp_path / "bad.ndjson").write_text(text)
    ended = run.fail("--data", tmp_path / "bad.ndjson")
    assert ended.status == 65 and f"there is no record in {tmp_path}/bad.ndjson" in ended.said, ended
    assert "nobody" not in ended.said
    assert not list(run.state.glob("*.db*"))


def test_data_is_added_and_bad_lines_are_told_at_every_start(run, tmp_path):
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    first.write_text(line("1") + "no record\n" + line("2", user="o'neil @example.com"))
    second.write_text(line("3", user="bob@example.com"))
    (tmp_path / "by-hand.ndjson").write_text(line("4", user="carol@example.com"))
    said = run.start("--data", first)
    assert "first.ndjson:2: " in said
    # Its example asks for somebody who has records.
    assert "userId=alice@example.com" in said
    run.shell(f"audit-query load '{tmp_path}/by-hand.ndjson'")
    run.stop()
    said = run.start("--data", first)
    assert "first.ndjson:2: " in said
    run.stop()
    run.start("--data", second)
    users = ("alice@example.com", "o'neil @example.com", "bob@example.com", "carol@example.com", "user-36@example.com")
    counts = [run.count(f"userId={user}") for user in users]
    assert counts == [1, 1, 1, 1, 0]


def test_the_limits_of_a_line_are_those_of_the_readme(tmp_path):
    text = (ROOT / "README.md").read_text()
    for said in ("text of 1 to 1024 bytes", "`auditId` of at most 993", "at most 32 levels", "at most 38 digits", "at most 4,194,304 bytes"):
        assert said in text

    def nested(levels):
        return json.loads("[" * levels + "]" * levels)

    nanoseconds = {"timestamp": "2026-11-20T09:15:02.123456789Z"}
    padding = 4_194_304 - len(line("long", text=""))
    good = [line("1", user="u" * 1024), line("a" * 993, **nanoseconds), line("2", value=nested(32)), line("3", value=int("9" * 38)),
            line("long", text="x" * (padding + 1))]
    bad = [line("1", user="u" * 1025), line("1", user=""), line("a" * 994, **nanoseconds), line("2", value=nested(33)), line("3", value=int("9" * 39)),
           line("long", text="x" * (padding + 2)), line("4", PK=1), line("5", timestamp="2026-11-20T09:15:02")]
    (tmp_path / "lines.ndjson").write_text("".join(good + bad))
    done = audit_query("load", tmp_path / "lines.ndjson", AUDIT_QUERY_STORE_SQLITE_PATH=str(tmp_path / "audit.db"))
    assert done.returncode == 1, done
    refused = {int(text.split(":")[1]) for text in done.stderr.splitlines() if text.startswith(f"{tmp_path}/lines.ndjson:")}
    assert refused == set(range(len(good) + 1, len(good) + len(bad) + 1)), done.stderr


# -- Other people's stores ------------------------------------------------------------------------------------


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_no_demo_data_goes_into_a_store_that_is_there(run, tmp_path, environment):
    file = configuration(tmp_path, environment)
    (tmp_path / "mine.ndjson").write_text(line("1"))
    assert audit_query("load", "--config", file, tmp_path / "mine.ndjson").returncode == 0
    said = run.start("--config", file)
    assert f"Serving what is in {tmp_path}/mine.db" in said
    assert run.count("userId=alice@example.com") == 1
    assert run.stop() == 0
    assert stored(tmp_path / "mine.db", "user-0@example.com", tmp_path) == 0
    keys = json.loads((tmp_path / "keys.json").read_text())["keys"]
    assert [("expires" in key and key["expires"] is not None) for key in keys] == [environment == "prod"]


def test_prod_gets_no_demo_data_at_all(run, tmp_path):
    ended = run.fail("--config", configuration(tmp_path, "prod"))
    assert ended.status == 78 and "mine.db does not exist, and demo data is not for environment prod: load records with --data" in ended.said, ended
    assert not list(tmp_path.glob("mine.db*"))


def test_no_demo_data_goes_into_a_table_of_dynamodb(run, tmp_path):
    port = free_port()
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true"}
    store = {"kind": "dynamodb", "dynamodb": {"table": "audit-records", "regions": ["eu-west-1"], "endpoints": [f"http://127.0.0.1:{port}"]}}
    file = configuration(tmp_path, store=store)
    moto = subprocess.Popen([pathlib.Path(sys.executable).with_name("moto_server"), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: audit_query("table", "create", "--config", file, **keys).returncode == 0)
        said = run.start("--config", file, **keys)
        assert "Serving what is in the configured table" in said
        assert run.count("userId=user-0@example.com") == 0
        run.stop()
    finally:
        moto.kill()
        moto.wait()


# -- PostgreSQL -----------------------------------------------------------------------------------------------


def servers(run):
    """The processes of PostgreSQL that are of a state directory."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if words[0].endswith("/postgres") and f"{run.state}/postgresql" in words:
            found.append(int(file.parent.name))
    return found


USER = "userId=user-36@example.com"


def test_postgresql_is_made_filled_once_and_gone_with_the_script(run, tmp_path):
    run.start("--store", "postgresql")
    assert run.count(USER) == 243 and len(servers(run)) == 1
    assert "user-36@example.com" in run.shell("cd / && audit-query query --user user-36@example.com --limit 1")
    # Workers may not write.
    (tmp_path / "mine.ndjson").write_text(line("1"))
    assert "GRANT audit_query_reader" in run.shell(f"audit-query load '{tmp_path}/mine.ndjson' 2>&1 || true")
    assert run.stop() == 0 and not servers(run)
    said = run.start("--store", "postgresql")
    assert "Loading" not in said and run.count(USER) == 243
    assert run.stop(signal.SIGTERM) == 0 and not servers(run)
    # What is loaded lies beside the demo data, and adds up.
    run.start("--store", "postgresql", "--data", tmp_path / "mine.ndjson")
    assert (run.count("userId=alice@example.com"), run.count(USER)) == (1, 0)
    assert run.stop() == 0
    (tmp_path / "mine.ndjson").write_text(line("2"))
    run.start("--store", "postgresql", "--data", tmp_path / "mine.ndjson")
    assert run.count("userId=alice@example.com") == 2


def is_free(run):
    """Whether nobody has the state directory any more: what a killed scripts/run has started ends a moment later."""
    with open(run.state / "lock", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_postgresql_that_is_stopped_while_it_is_made_serves_all_of_it_next_time(run):
    # Where Ctrl-C comes, and where a kill does, in the order of what happens: each finds what the one before has left. On a busy
    # machine a moment may pass unseen, or all be loaded when the interrupt comes: then it is the service that is stopped.
    moments = [(lambda: (run.state / "postgresql.new").exists(), signal.SIGINT),
               (lambda: servers(run), signal.SIGKILL),
               (lambda: "Loading" in run.said, signal.SIGINT),
               (lambda: "Loading" in run.said, signal.SIGKILL)]
    ready = run.state / "ready.env"
    for moment, number in moments:
        run.begin("--store", "postgresql")
        eventually(lambda moment=moment: moment() or ready.exists() or run.process.poll() is not None)
        assert run.process.poll() is None, run.said
        # The terminal's, to all that is in the foreground.
        (os.killpg if number == signal.SIGINT else os.kill)(run.process.pid, number)
        status = run.process.wait(PATIENCE)
        # One that has just said that it serves may not know yet.
        rightful = {-number} if number == signal.SIGKILL else {0, 130} if "Serving on" in run.said else {130}
        assert status in rightful, run.said
        eventually(lambda: not servers(run) and is_free(run))
        run.process = None
        ready.unlink(missing_ok=True)
    run.start("--store", "postgresql")
    assert run.count(USER) == 243
    # It ends with the server.
    os.kill(servers(run)[0], signal.SIGQUIT)
    assert run.process.wait(PATIENCE) == 69 and "PostgreSQL ended: " in run.said


# -- Workers --------------------------------------------------------------------------------------------------


def workers(run):
    """The worker of each socket, by process."""
    found = {}
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if "serve" in words and any(word.startswith(f"{run.state}/worker-") for word in words) and "keep-worker" not in "".join(words):
            found[int(file.parent.name)] = words
    return found


def listens(path):
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_workers_that_die_in_one_moment_all_come_back(run, tmp_path):
    (tmp_path / "mine.ndjson").write_text(line("1"))
    run.start("--workers", 5, "--data", tmp_path / "mine.ndjson")
    first = set(workers(run))
    assert len(first) == 5
    # Each a little after the one before, while somebody deals with that one's end.
    for process in first:
        os.kill(process, signal.SIGKILL)
        time.sleep(0.002)
    eventually(lambda: len(workers(run)) == 5 and not first & set(workers(run)))
    eventually(lambda: all(listens(run.state / f"worker-{number}.sock") for number in range(1, 6)))
    assert run.said.count("ended with status 137; starting it again in 1 s") == 5
    assert run.count("userId=alice@example.com") == 1
    assert run.stop(signal.SIGTERM) == 0
    assert not workers(run)


def test_it_can_be_stopped_by_whoever_starts_it_in_the_background(run, tmp_path):
    (tmp_path / "mine.ndjson").write_text(line("1"))

    def as_some_parents_leave_it():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])

    for number in (signal.SIGINT, signal.SIGTERM):
        run.start("--data", tmp_path / "mine.ndjson", before=as_some_parents_leave_it)
        assert run.stop(number) == 0, run.said


def test_it_ends_with_nginx(run, tmp_path):
    (tmp_path / "mine.ndjson").write_text(line("1"))
    run.start("--data", tmp_path / "mine.ndjson")
    os.kill(int((run.state / "nginx/nginx.pid").read_text()), signal.SIGKILL)
    assert run.process.wait(PATIENCE) == 69 and "nginx ended: " in run.said
    assert not workers(run) and not (run.state / "ready.env").exists()


def test_nothing_outlives_it_when_it_is_killed(run, tmp_path):
    (tmp_path / "mine.ndjson").write_text(line("1"))
    run.start("--data", tmp_path / "mine.ndjson")
    nginx = int((run.state / "nginx/nginx.pid").read_text())
    run.stop(signal.SIGKILL)
    eventually(lambda: not workers(run) and not pathlib.Path(f"/proc/{nginx}").exists())


def test_a_port_that_is_taken_is_named(run):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ended = run.fail("--port", port)
    assert ended.status == 75 and f"port {port} on 127.0.0.1 is taken: stop what listens there, or choose another with --port" in ended.said


def trail(folder):
    """A copy of a trail's bucket: two regions, two days, with digests and a hidden file. Someone deletes a bucket."""
    def event(number, name, user, bucket, day):
        return {"eventVersion": "1.09", "eventID": f"00000000-0000-0000-0000-{number:012}", "eventTime": f"2024-08-{day:02}T09:0{number}:00Z",
                "eventSource": "s3.amazonaws.com", "eventName": name, "awsRegion": "us-east-1", "sourceIPAddress": f"192.0.2.{number}",
                "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/{user}"},
                "requestParameters": {"bucketName": bucket}, "resources": [{"type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}]}
    files = {("us-east-1", 1): [event(1, "CreateBucket", "alice", "payroll", 1)], ("us-east-1", 2): [event(2, "DeleteBucket", "mallory", "payroll", 2)],
             ("eu-west-1", 2): [event(3, "DeleteBucket", "alice", "old-logs", 2)]}
    for (region, day), events in files.items():
        for kind, content in (("CloudTrail", {"Records": events}), ("CloudTrail-Digest", {"digestS3Object": "x", "awsAccountId": "1"})):
            place = folder / f"AWSLogs/111122223333/{kind}/{region}/2024/08/{day:02}"
            place.mkdir(parents=True)
            (place / f"111122223333_{kind}_{region}_202408{day:02}T0905Z_x.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))
    (folder / ".synced").write_text("not a log")


def test_a_copy_of_a_trail_answers_who_deleted_a_bucket_and_from_where(run, tmp_path):
    trail(tmp_path / "trail")
    said = run.start("--data", tmp_path / "trail")
    assert "3 records loaded" in said and "holds digests of CloudTrail's files, and no events" in said and ".synced, which is hidden" in said, said
    # As docs/formats.md has it.
    answer = json.loads(run.shell("audit-query query --resource arn:aws:s3:::payroll --from 2024-08 --to 2024-08 --json"))
    deleted = [record for record in answer["records"] if record["attributes"]["action"] == "DeleteBucket"]
    assert [(record["userId"], record["attributes"]["sourceIp"], record["attributes"]["outcome"]) for record in deleted] == [
        ("arn:aws:iam::111122223333:user/mallory", "192.0.2.2", "success")]


def test_a_folder_without_a_file_is_said(run, tmp_path):
    (tmp_path / "empty").mkdir()
    ended = run.fail("--data", tmp_path / "empty")
    assert ended.status == 65 and "empty: has no file to load" in ended.said, ended
