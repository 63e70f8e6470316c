"""Backups, and tables restored from them or to a point in time."""
import datetime
import json
import time

from botocore.exceptions import ClientError

from .closing import closed, is_closed
from .console import Failure
from .instant import moment
from .service import answered, code, connect, post

# A restored table has no scaling: with the source's capacity it would stay at that, and could be given no replica.
ON_DEMAND = {"BillingModeOverride": "PAY_PER_REQUEST"}


@answered
def backup(options, console):
    client = connect()
    name = f"{options.table}-{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%SZ}"
    details = client.create_backup(TableName=options.table, BackupName=name)["BackupDetails"]
    arn = details["BackupArn"]
    for elapsed in waiting(hours=24):
        status = client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
        if status == "AVAILABLE":
            console.note(f"Backed up {options.table} as {name}. What was written within a minute of {written(details['BackupCreationDateTime'])}Z, "
                         "before or after, may be in it or not")
            console.result([arn], {"table": options.table, "name": name, "arn": arn})
            return 0
        if status != "CREATING":
            raise Failure(f"the backup {arn} is {status}")
        console.progress(f"Backing up {options.table}: {elapsed}")
    raise Failure(f"the backup {arn} was not done within a day: see describe-backup")


@answered
def restore(options, console):
    client = connect()
    base = options.table.partition("-restored-")[0]
    if not options.to.startswith(f"{base}-restored-"):
        console.note(f"Note: the roles of access.yaml reach {base}-restored-…, not {options.to}")
    if options.backup and f"/{options.table}/backup/" not in options.backup:
        raise Failure(f"{options.backup} is no backup of {options.table}", 64)
    begin(client, options, console)
    description = wait_until_active(client, options, console)
    protect(client, options, description["TableArn"], console)
    console.result([f"{options.to} is restored and protected: compare it, then switch to it"],
                   {"table": options.table, "restored": options.to, "arn": description["TableArn"]})
    return 0


def begin(client, options, console):
    """Starts the restore, unless the same one is under way or done."""
    existing = describe(client, options.to)
    if existing:
        summary = existing.get("RestoreSummary", {})
        if not summary.get("SourceTableArn", "").endswith(f"/{options.table}"):
            raise Failure(f"{options.to} exists, and was not restored from {options.table}: choose another name", 64)
        if options.backup and summary.get("SourceBackupArn") != options.backup:
            raise Failure(f"{options.to} exists, restored from {summary.get('SourceBackupArn', 'no backup')}: choose another name", 64)
        if options.at and summary.get("RestoreDateTime") and not options.at.startswith(written(summary["RestoreDateTime"])):
            raise Failure(f"{options.to} exists, restored to {written(summary['RestoreDateTime'])}Z: choose another name", 64)
        console.note(f"{options.to} was restored from {options.table} before: going on from there")
    elif options.backup:
        client.restore_table_from_backup(TargetTableName=options.to, BackupArn=options.backup, **ON_DEMAND)
    else:
        to_time = {"UseLatestRestorableTime": True} if options.latest else {"RestoreDateTime": restorable(client, options)}
        client.restore_table_to_point_in_time(SourceTableName=options.table, TargetTableName=options.to, **to_time, **ON_DEMAND)


def restorable(client, options):
    """The time to restore to, if it is in the table's window."""
    state = client.describe_continuous_backups(TableName=options.table)["ContinuousBackupsDescription"]
    recovery = state.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        raise Failure(f"{options.table} has no point-in-time recovery: restore it from a backup (--backup ARN)")
    earliest, latest = recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]
    if not earliest.replace(microsecond=0) <= moment(options.at) <= latest:
        raise Failure(f"{options.table} can be restored to {written(earliest)}Z up to {written(latest)}Z, not to {options.at[:19]}Z", 64)
    return moment(options.at)


def wait_until_active(client, options, console):
    for elapsed in waiting(options.timeout):
        description = describe(client, options.to)
        status = description["TableStatus"] if description else "not there yet"
        indexes = [index.get("IndexStatus") for index in (description or {}).get("GlobalSecondaryIndexes", [])]
        # Until its indexes are there too, queries by user or resource would miss records.
        if status == "ACTIVE" and all(state in ("ACTIVE", None) for state in indexes):
            return description
        if status not in ("not there yet", "CREATING", "UPDATING", "ACTIVE"):
            raise Failure(f"{options.to} is {status}: it cannot be restored into")
        console.progress(f"Restoring {options.to}: {status}, {elapsed}")
    raise Failure(f"{options.to} was not ready within {options.timeout:g} h: repeat the command to wait on")


def protect(client, options, arn, console):
    """Gives a restored table what DynamoDB does not restore. It may be repeated: an operator's rights end with the last step."""
    if is_closed(policy_of(client, arn)):
        check_protected(client, options.to)
        return
    source = describe(client, options.table)
    if not source:
        console.note(f"Note: {options.table} is gone, and with it its tags and resource policy: an administrator puts them on "
                     f"{options.to} from table.yaml. Until then it has a policy that only closes it to operators")
    policy = closed(renamed(policy_of(client, source["TableArn"]), source["TableArn"], arn) if source else None, arn)
    turn_recovery_on(client, options.to, console)
    if source:
        copy_tags(client, source["TableArn"], arn)
    post(client, "UpdateTable", TableName=options.to, DeletionProtectionEnabled=True)
    wait_until_active(client, options, console)
    post(client, "PutResourcePolicy", ResourceArn=arn, Policy=json.dumps(policy))


def check_protected(client, table):
    """What an operator can no longer mend, once the table is closed."""
    recovery = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    lacks = [what for what, there in (
        ("point-in-time recovery", recovery["PointInTimeRecoveryStatus"] == "ENABLED"),
        ("deletion protection", post(client, "DescribeTable", TableName=table)["Table"].get("DeletionProtectionEnabled"))) if not there]
    if lacks:
        raise Failure(f"{table} was restored and closed before, and lacks {' and '.join(lacks)} now: an administrator has to turn it on")


def turn_recovery_on(client, table, console):
    for elapsed in waiting(hours=1):
        try:
            client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
            return
        except ClientError as error:
            # A new table's recovery takes a while to be there.
            if code(error) != "ContinuousBackupsUnavailableException":
                raise
            console.progress(f"Turning on point-in-time recovery of {table}: {elapsed}")
    raise Failure(f"point-in-time recovery of {table} could not be turned on: repeat the command")


def copy_tags(client, source, target):
    tags, page = [], {"NextToken": None}
    while "NextToken" in page:
        start = {"NextToken": page["NextToken"]} if page["NextToken"] else {}
        page = client.list_tags_of_resource(ResourceArn=source, **start)
        tags += [tag for tag in page["Tags"] if not tag["Key"].startswith("aws:")]
    if tags:
        client.tag_resource(ResourceArn=target, Tags=tags)


def policy_of(client, arn):
    try:
        return json.loads(post(client, "GetResourcePolicy", ResourceArn=arn)["Policy"])
    except ClientError as error:
        if code(error) != "PolicyNotFoundException":
            raise
        return None


def renamed(value, source, target):
    """A policy with one table's ARN, and those of its indexes, in another's place."""
    if isinstance(value, dict):
        return {key: renamed(part, source, target) for key, part in value.items()}
    if isinstance(value, list):
        return [renamed(part, source, target) for part in value]
    if isinstance(value, str) and (value == source or value.startswith(source + "/")):
        return target + value[len(source):]
    return value


def describe(client, table):
    try:
        return client.describe_table(TableName=table)["Table"]
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        return None


def written(time_of_aws):
    return f"{time_of_aws.astimezone(datetime.timezone.utc):%Y-%m-%dT%H:%M:%S}"


def waiting(hours):
    """Yields what has passed, as a text, at once and then ever more seldom, until so many hours have passed."""
    began, pause = time.monotonic(), 0.1
    while (passed := time.monotonic() - began) < hours * 3600:
        yield f"{int(passed // 60)} min {int(passed % 60)} s"
        time.sleep(pause)
        pause = min(pause * 1.5, 20)
