"""The drill of docs/disaster-recovery.md, and what can go wrong with aws/recovery.

moto restores to a point in time the table as it is now; point_in_time.py makes it go back by the history of the
table's writes. How long a restore takes, and how far back AWS goes, no emulator shows: that is for the real drill.
"""
import datetime
import json
import os
import re
import signal
import socket
import subprocess
import textwrap
import time

import pytest
from botocore.exceptions import ClientError
from cli import Program
from conftest import REGION, REPLICA, RESTORED, ROOT, TABLE, arn
from records import load, record, records

OTHER = "audit-records-restored-2"
RUNBOOK = ROOT / "docs/disaster-recovery.md"


@pytest.fixture
def loaded(account):
    client = account.create_table()
    load(client, TABLE, records(300))
    return client


def damage(client):
    """On 4 January a record is lost, on 6 January one is changed, on 8 January one is forged."""
    lost, changed = records(300)[3], records(300)[5]
    client.delete_item(TableName=TABLE, Key={"PK": lost["PK"], "SK": lost["SK"]})
    client.put_item(TableName=TABLE, Item={**changed, "action": {"S": "nothing"}})
    client.put_item(TableName=TABLE, Item=record(999, day=datetime.date(2026, 1, 8)))


DAMAGED = ["2026-01-04", "2026-01-06", "2026-01-08"]


def next_second():
    """A whole second that everything written so far is before and everything written from now on is after."""
    second = int(time.time()) + 1
    while time.time() <= second:
        time.sleep(0.01)
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def compared(account, *tables, **options):
    done = account.recovery("compare", *tables, "--json", **options)
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert found["equal"] == (done.returncode == 0)
    return [day["day"] for day in found["days"] if not day["equal"]], found


# -- The drill -------------------------------------------------------------------------------------------------

def test_drill(account, loaded, tmp_path):
    operator = account.become("Operator")
    done = account.recovery("backup", TABLE, credentials=operator)
    assert done.returncode == 0, done.stderr
    backup = done.stdout.strip()
    before = next_second()
    damage(loaded)

    done = account.recovery("restore", TABLE, "--to", RESTORED, "--at", before, credentials=operator)
    assert done.returncode == 0, done.stderr
    done = account.recovery("restore", TABLE, "--to", OTHER, "--backup", backup, credentials=operator)
    assert done.returncode == 0, done.stderr

    # Both restored tables are what was, and the damaged one is not, on the days of the damage.
    assert compared(account, RESTORED, OTHER, credentials=operator)[0] == []
    different, found = compared(account, TABLE, RESTORED, credentials=operator)
    assert different == DAMAGED
    assert found["records"] == [300, 300]
    assert items(loaded, RESTORED) == items_of(records(300))

    configuration = tmp_path / "audit-query.yaml"
    configuration.write_text("store:\n  kind: dynamodb\n  dynamodb: { table: audit-records, regions: [eu-west-1] } # ours\n")
    done = account.recovery("switch", "--config", configuration, "--table", RESTORED)
    assert done.returncode == 0, done.stderr
    assert f"table: {RESTORED}, regions" in configuration.read_text()
    worker = account.client(credentials=account.become("Worker"))
    found = worker.query(TableName=RESTORED, IndexName="GSI1", KeyConditionExpression="GS1_PK = :u",
                         ExpressionAttributeValues={":u": {"S": "#user-3"}})
    assert found["Count"] == sum(item["GS1_PK"]["S"] == "#user-3" for item in records(300))


def items(client, table):
    return items_of(item for page in client.get_paginator("scan").paginate(TableName=table) for item in page["Items"])


def items_of(found):
    return {item["SK"]["S"]: {name: sorted(value[kind]) if (kind := next(iter(value))) in ("SS", "NS", "BS") else value
                              for name, value in item.items()} for item in found}


def test_a_restored_table_is_protected_like_its_source(account, loaded):
    done = account.recovery("restore", TABLE, "--to", RESTORED, "--latest", credentials=account.become("Operator"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{RESTORED} is restored and protected: compare it, then switch to it\n"
    assert done.stderr == ""
    table = loaded.describe_table(TableName=RESTORED)["Table"]
    assert table["DeletionProtectionEnabled"]
    assert table["SSEDescription"]["KMSMasterKeyArn"] == account.key
    recovery = loaded.describe_continuous_backups(TableName=RESTORED)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    tags = [loaded.list_tags_of_resource(ResourceArn=arn(table))["Tags"] for table in (TABLE, RESTORED)]
    assert tags[0] == tags[1] != []
    policy = loaded.get_resource_policy(ResourceArn=arn(RESTORED))["Policy"]
    assert policy == loaded.get_resource_policy(ResourceArn=arn(TABLE))["Policy"].replace(arn(TABLE), arn(RESTORED))
    assert "OperatorsChangeNothing" in policy
    with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
        loaded.delete_table(TableName=RESTORED)


def test_a_restore_that_was_cut_off_is_finished_by_repeating_it(account, loaded):
    loaded.restore_table_to_point_in_time(SourceTableName=TABLE, TargetTableName=RESTORED, UseLatestRestorableTime=True)
    done = account.recovery("restore", TABLE, "--to", RESTORED, "--latest")
    assert done.returncode == 0, done.stderr
    assert "going on from there" in done.stderr
    assert loaded.describe_table(TableName=RESTORED)["Table"]["DeletionProtectionEnabled"]
    assert account.recovery("restore", TABLE, "--to", RESTORED, "--latest").returncode == 0


def test_an_operators_rights_end_when_the_table_is_restored(account, loaded):
    """Repeating the command does no harm then, and says what only an administrator can mend."""
    operator = account.become("Operator")
    restore = ("restore", TABLE, "--to", RESTORED, "--latest")
    client = account.client(credentials=operator)
    change = {"TableName": RESTORED, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}}
    assert account.recovery(*restore, credentials=operator).returncode == 0
    with pytest.raises(ClientError, match="not authorized"):
        client.update_continuous_backups(**change)
    assert account.recovery(*restore, credentials=operator).returncode == 0
    loaded.update_continuous_backups(**change)
    loaded.update_table(TableName=RESTORED, DeletionProtectionEnabled=False)
    done = account.recovery(*restore, credentials=operator)
    assert done.returncode == 69
    assert "lacks point-in-time recovery and deletion protection now: an administrator has to turn it on" in done.stderr


def test_a_provisioned_table_is_restored_on_demand_and_can_be_given_its_replica(account, loaded):
    """A restored table has no scaling, and a provisioned one without is refused a replica. The commands are those of the runbook."""
    units = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 50}
    loaded.update_table(TableName=TABLE, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    replica = {"ReplicaUpdates": [{"Create": {"RegionName": REPLICA, "KMSMasterKeyId": "key"}}]}
    with pytest.raises(ClientError, match="Pay-Per-Request or AutoScaled"):
        loaded.update_table(TableName=TABLE, **replica)
    for to, options in ((RESTORED, ["--latest"]), (OTHER, ["--backup", json.loads(account.recovery("backup", TABLE, "--json").stdout)["arn"]])):
        assert account.recovery("restore", TABLE, "--to", to, *options, credentials=account.become("Operator")).returncode == 0
        assert loaded.describe_table(TableName=to)["Table"]["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    block = r"^   ```sh\n(   aws dynamodb update-table --table-name audit-records-restored-1 --stream.*?)^   ```"
    commands = re.search(block, RUNBOOK.read_text(), re.DOTALL | re.MULTILINE)[1]
    folder = account.folder / "bin"
    folder.mkdir()
    with Program(folder, account.endpoint, REGION).running():
        done = subprocess.run(["bash", "-ec", textwrap.dedent(commands).replace("arn:aws:kms:eu-central-1:ACCOUNT:key/…", "key")],
                              env={"PATH": f"{folder}:{os.environ['PATH']}"}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = account.client(region=REPLICA)
    assert items(found, RESTORED) == items_of(records(300))
    assert found.describe_table(TableName=RESTORED)["Table"]["DeletionProtectionEnabled"]
    recovery = found.describe_continuous_backups(TableName=RESTORED)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    policy = [client.get_resource_policy(ResourceArn=arn(RESTORED, region))["Policy"] for client, region in ((loaded, REGION), (found, REPLICA))]
    assert json.loads(policy[1]) == json.loads(policy[0].replace(REGION, REPLICA))


def test_a_deleted_table_is_restored_from_its_backup(account, loaded):
    backup = json.loads(account.recovery("backup", TABLE, "--json").stdout)["arn"]
    loaded.update_table(TableName=TABLE, DeletionProtectionEnabled=False)
    loaded.delete_table(TableName=TABLE)
    done = account.recovery("restore", TABLE, "--to", RESTORED, "--backup", backup)
    assert done.returncode == 0, done.stderr
    assert f"{TABLE} is gone, and with it its tags and resource policy" in done.stderr
    statement, = json.loads(loaded.get_resource_policy(ResourceArn=arn(RESTORED))["Policy"])["Statement"]
    assert statement["Sid"] == "OperatorsChangeNothing"
    with pytest.raises(ClientError, match="not authorized"):
        account.client(credentials=account.become("Operator")).update_table(TableName=RESTORED, DeletionProtectionEnabled=False)
    assert items(loaded, RESTORED) == items_of(records(300))


# -- Comparing -------------------------------------------------------------------------------------------------

@pytest.fixture
def twin(account, loaded):
    """A table with the same records, written in another order."""
    account.create_table(RESTORED)
    load(loaded, RESTORED, records(300)[::-1])
    return loaded


def test_equal_tables_are_equal_however_they_are_read(account, twin):
    days = [compared(account, TABLE, RESTORED, "--segments", segments)[1]["days"] for segments in (1, 7)]
    assert days[0] == days[1]
    assert len(days[0]) == 10
    done = account.recovery("compare", TABLE, RESTORED)
    assert done.stdout == f"{TABLE}: 300 records; {RESTORED}: 300 records; 10 days alike, 0 different\n"


def change(key, value):
    return lambda client, item: client.put_item(TableName=RESTORED, Item={**item, key: value})


DIFFERENCES = [
    lambda client, item: client.delete_item(TableName=RESTORED, Key={"PK": item["PK"], "SK": item["SK"]}),
    lambda client, item: client.put_item(TableName=RESTORED, Item={**item, "SK": {"S": item["SK"]["S"] + "x"}}),
    change("amount", {"N": "12345678901234567890123456789012345679"}), change("amount", {"S": "12345678901234567890123456789012345678"}),
    change("sizes", {"NS": ["1.5"]}), change("raw", {"B": b"other"}), change("ok", {"BOOL": False}),
    change("list", {"L": [{"M": {"deep": {"S": "x"}}}, {"N": "1"}]}), change("new", {"NULL": True}),
]


def test_one_difference_in_one_record_names_its_day(account, twin):
    # One kind of difference a day, and none on the last.
    for number, difference in enumerate(DIFFERENCES):
        difference(twin, records(300)[number])
    days = [f"2026-01-0{day}" for day in range(1, 10)]
    assert compared(account, TABLE, RESTORED)[0] == days
    done = account.recovery("compare", TABLE, RESTORED)
    assert [line[:19] for line in done.stdout.splitlines()] == [f"{day}  differs" for day in days] + ["audit-records: 300 r"[:19]]
    assert "30 records (SHA-256 " in done.stdout


def test_tables_of_several_pages_are_read_to_their_end(account):
    client = account.create_table()
    account.create_table(RESTORED)
    large = [record(number, text={"S": "x" * 200_000}) for number in range(24)]
    for table in (TABLE, RESTORED):
        load(client, table, large)
    assert "LastEvaluatedKey" in client.scan(TableName=TABLE)
    assert compared(account, TABLE, RESTORED, "--segments", "1")[1]["records"] == [24, 24]
    for item in large:
        client.put_item(TableName=RESTORED, Item={**item, "PK": {"S": item["PK"]["S"][:-2] + "02"}})
        client.delete_item(TableName=RESTORED, Key={"PK": item["PK"], "SK": item["SK"]})
    assert compared(account, TABLE, RESTORED, "--segments", "1")[0] == ["2026-01-01", "2026-01-02"]


def test_a_day_that_one_table_lacks_is_named(account, twin):
    twin.put_item(TableName=TABLE, Item=record(1, day=datetime.date(2026, 2, 1)))
    done = account.recovery("compare", TABLE, RESTORED)
    assert done.returncode == 1
    assert "2026-02-01  differs: 1 records" in done.stdout and f"none in {RESTORED}" in done.stdout


def test_records_from_a_time_on_are_left_out(account, twin):
    twin.put_item(TableName=TABLE, Item={**record(1), "PK": {"S": "billing#2026-01-09"}, "SK": {"S": "2026-01-09T12:00:00.5Z#late"}})
    assert compared(account, TABLE, RESTORED, "--until", "2026-01-09T12:00:00.6Z")[0] == ["2026-01-09"]
    for until in ("2026-01-09T12:00:00.5Z", "2026-01-09T13:00:00.500000000+01:00", "2026-01-09T12:00:00Z"):
        assert compared(account, TABLE, RESTORED, "--until", until)[0] == []


def test_reading_can_be_slowed(account, twin):
    began = time.monotonic()
    assert compared(account, TABLE, RESTORED, "--read-units", "100000")[0] == []
    assert time.monotonic() - began < 30


# -- What can go wrong -----------------------------------------------------------------------------------------

@pytest.fixture
def few(account):
    client = account.create_table()
    load(client, TABLE, records(3))
    return client


@pytest.mark.parametrize(("arguments", "status", "said"), [
    (["restore", TABLE, "--to", RESTORED, "--at", "2020-01-01T00:00:00Z"], 64, "can be restored to"),
    (["restore", TABLE, "--to", RESTORED, "--at", "yesterday"], 64, "yesterday is no time such as"),
    (["restore", TABLE, "--to", RESTORED], 64, "one of the arguments --at --latest --backup is required"),
    (["restore", TABLE, "--to", RESTORED, "--latest", "--at", "2026-01-01T00:00:00Z"], 64, "not allowed with"),
    (["restore", TABLE, "--to", TABLE, "--latest"], 64, "exists, and was not restored from"),
    (["restore", TABLE, "--to", RESTORED, "--backup", arn("other/backup/1")], 64, "is no backup of"),
    (["restore", TABLE, "--to", RESTORED, "--backup", arn(TABLE + "/backup/1")], 69, "BackupNotFoundException"),
    (["backup", "not-there"], 69, "TableNotFoundException"), (["compare", TABLE, "not-there"], 69, "ResourceNotFoundException"),
    (["compare", TABLE, TABLE], 64, "with itself"), (["compare", TABLE, "others"], 64, "its keys are id"), (["rebuild"], 64, "invalid choice"),
])
def test_errors_say_what_is_wrong(account, few, arguments, status, said):
    few.create_table(TableName="others", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    done = account.recovery(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr and "Traceback" not in done.stderr


def test_without_point_in_time_recovery_a_backup_is_asked_for(account, few):
    few.update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False})
    done = account.recovery("restore", TABLE, "--to", RESTORED, "--at", "2026-01-01T00:00:00Z")
    assert done.returncode == 69
    assert "has no point-in-time recovery" in done.stderr


def test_a_restore_to_another_time_does_not_pass_for_this_one(account, few):
    first = next_second()
    second = next_second()
    assert account.recovery("restore", TABLE, "--to", RESTORED, "--at", first).returncode == 0
    done = account.recovery("restore", TABLE, "--to", RESTORED, "--at", second)
    assert done.returncode == 64
    assert f"restored to {first}: choose another name" in done.stderr


def test_who_is_not_permitted_is_told_so(account, few):
    done = account.recovery("backup", TABLE, credentials=account.become("Worker"))
    assert done.returncode == 77
    assert "CreateBackup: AccessDeniedException" in done.stderr


def test_without_region_or_credentials_it_says_so(account):
    for missing in ({"AWS_REGION": ""}, {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}):
        done = account.recovery("backup", TABLE, **missing)
        assert done.returncode == 69
        assert "is AWS_REGION set, and are there credentials?" in done.stderr


def test_it_is_interrupted_at_once_while_aws_does_not_answer(account):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        account.endpoint = "http://127.0.0.1:{}".format(silent.getsockname()[1])
        process = account.started("compare", TABLE, RESTORED)
        silent.settimeout(30)
        connection, _ = silent.accept()
        connection.recv(1)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[1]
        connection.close()
    assert process.returncode == 130
    assert said.startswith("recovery: interrupted.")
