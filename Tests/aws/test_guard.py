"""What no worker can report is told of: a key in danger, a host that is down. And backups are made without anybody's doing."""
import json
import re

import pytest
from botocore.exceptions import ClientError
from cloudformation import Resolved
from conftest import ACCOUNT, AWS, REGION, TABLE
from moto.cloudformation.exceptions import ValidationError
from template import Template

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
GIVEN = {"Environment": "prod", "Email": "a@example.com"}


def guard(**parameters):
    return Template(AWS / "guard.yaml", **GIVEN, **parameters)


def matches(pattern, event):
    """An event by EventBridge's rules, as far as ours go: one of the values, in any element of a list."""
    if isinstance(pattern, list):
        return event in pattern
    several = event if isinstance(event, list) else [event]
    return any(all(name in one and matches(part, one[name]) for name, part in pattern.items()) for one in several)


def happened(name, key=KEY, **rest):
    """As CloudTrail writes it, and EventBridge delivers it."""
    return {"source": "aws.kms", "detail-type": "AWS API Call via CloudTrail", "time": "2026-01-31T10:00:00Z", "region": REGION,
            "detail": {"eventSource": "kms.amazonaws.com", "eventName": name, "userIdentity": {"arn": "arn:aws:iam::1:user/eve"},
                       "requestParameters": {"keyId": key}, "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key}], **rest}}


def test_a_key_in_danger_is_told_of():
    rule = guard(KeyArn=KEY).properties("KeyInDanger")
    for name in ("ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy", "RevokeGrant"):
        assert matches(rule["EventPattern"], happened(name))
        assert not matches(rule["EventPattern"], happened(name, key=KEY + "2"))
    for event in (happened("Decrypt"), happened("CancelKeyDeletion"), {**happened("DisableKey"), "source": "own"}):
        assert not matches(rule["EventPattern"], event)
    target, = rule["Targets"]
    assert target["Arn"] == "<Topic>" and "RoleArn" not in target
    given = target["InputTransformer"]
    said = json.loads(given["InputTemplate"])
    assert set(re.findall(r"<(\w+)>", said)) == set(given["InputPathsMap"])
    assert KEY in said and "disaster-recovery.md#the-key-is-going" in said
    for path in given["InputPathsMap"].values():
        event = happened("DisableKey")
        for name in path.split(".")[1:]:
            event = event[name]
        assert event
    assert guard(KeyArn=KEY).holds("HasKey") and not guard().holds("HasKey")


def test_a_host_that_is_down_is_told_of_where_its_metrics_are(account):
    """Each alarm is put as CloudFormation would put it. botocore checks names and types."""
    cloudwatch = account.client("cloudwatch", region="us-east-1")
    template = guard(PrimaryCheckId="check-1", SecondaryCheckId="check-2")
    for name, check in (("Primary", "check-1"), ("Secondary", "check-2")):
        alarm = template.properties(f"{name}HostDown")
        assert alarm["Dimensions"] == [{"Name": "HealthCheckId", "Value": check}]
        assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Route53", "HealthCheckStatus")
        assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Minimum", "breaching")
        cloudwatch.put_metric_alarm(**{**alarm, "Threshold": float(alarm["Threshold"]), "AlarmActions": [], "OKActions": []})
    assert len(cloudwatch.describe_alarms()["MetricAlarms"]) == 2
    text = (AWS / "guard.yaml").read_text()
    given = {**GIVEN, "PrimaryCheckId": "check-1"}
    assert Resolved(text, "us-east-1", given)
    with pytest.raises(ValidationError, match="us-east-1 only"):
        Resolved(text, REGION, given)


def test_the_topic_takes_what_is_published_and_nothing_else():
    statements = {each["Sid"]: each for each in guard().properties("TopicPolicy")["PolicyDocument"]["Statement"]}
    assert {sid: (each["Effect"], each["Principal"], each["Action"]) for sid, each in statements.items()} == {
        "OurAlarmsPublish": ("Allow", {"Service": "cloudwatch.amazonaws.com"}, "sns:Publish"),
        "EventsPublish": ("Allow", {"Service": "events.amazonaws.com"}, "sns:Publish"), "OnlyOverTLS": ("Deny", "*", "sns:Publish")}
    # EventBridge and alarms cannot use AWS's own key of SNS.
    assert "KmsMasterKeyId" not in guard().properties("Topic")


def test_the_table_is_backed_up_by_schedule(account):
    template = Template(AWS / "backups.yaml", Environment="prod")
    given = template.properties("Backup")
    scheduler = account.client("scheduler")
    scheduler.create_schedule(Name="one", **{**given, "Target": {**given["Target"], "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/one"}})
    assert given["Target"]["Arn"] == "arn:aws:scheduler:::aws-sdk:dynamodb:createBackup"
    client = account.create_table()
    # What the scheduler hands over is what DynamoDB takes, twice under one name, and the role may do that and no more.
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = template.properties("Role")
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == trust["Statement"][0]["Principal"]
    own = account.client(credentials=account.assume("scheduler", trust, role["Policies"][0]["PolicyDocument"]))
    for _ in range(2):
        own.create_backup(**json.loads(given["Target"]["Input"]))
    assert len(client.list_backups(TableName=TABLE)["BackupSummaries"]) == 2
    with pytest.raises(ClientError, match="not authorized"):
        own.describe_table(TableName=TABLE)
