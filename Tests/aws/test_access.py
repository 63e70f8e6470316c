"""Each role of access.yaml can do all that it does, nothing without any one of its permissions, and nothing else."""
import itertools
import json

import policy
import pytest
from audit_recovery import closing
from botocore.exceptions import ClientError
from conftest import ACCOUNT, AWS, REGION, REPLICA, RESTORED, TABLE, arn
from template import Template

SECRET = "/audit-query/prod/cursor-secret"
NAMESPACE = "DynamoDBProcessor"
numbers = itertools.count()


def query(table, index=None):
    name = {None: "PK", "GSI1": "GS1_PK", "GSI2": "GSI2_PK", "GSI3": "action"}[index]
    options = {"IndexName": index} if index else {}
    return lambda client: client.query(TableName=table, KeyConditionExpression="#k = :v", ExpressionAttributeNames={"#k": name},
                                       ExpressionAttributeValues={":v": {"S": "#alice"}}, **options)


def batch_get(table):
    return lambda client: client.batch_get_item(RequestItems={table: {"Keys": [KEY]}})


def batch_write(table):
    return lambda client: client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": KEY}}]})


def on(operation, table, **options):
    return lambda client: getattr(client, operation)(TableName=table, **options)


def about(operation, table, **options):
    return lambda client: getattr(client, operation)(ResourceArn=arn(table), **options)


def restore_to_time(table):
    return lambda client: client.restore_table_to_point_in_time(
        SourceTableName=table, TargetTableName=f"{TABLE}-restored-new-{next(numbers)}", UseLatestRestorableTime=True)


def restore_backup(table):
    return lambda client: client.restore_table_from_backup(
        TargetTableName=f"{TABLE}-restored-new-{next(numbers)}", BackupArn=backup_of(client, table))


def describe_backup(table):
    return lambda client: client.describe_backup(BackupArn=backup_of(client, table))


def describe_stream(table):
    return lambda client: client.streams.describe_stream(StreamArn=client.stream_of[table])


def shard_iterator(table, streams=lambda client: client.streams):
    return lambda client: streams(client).get_shard_iterator(
        StreamArn=client.stream_of[table], ShardId=client.shard_of[table], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]


def stream_records(table):
    # The iterator is the administrator's: getting one is another right.
    return lambda client: client.streams.get_records(ShardIterator=shard_iterator(table, lambda client: client.admin_streams)(client))


FOLLOWING = (describe_stream, shard_iterator, stream_records)


def publish(namespace=NAMESPACE):
    return lambda client: client.cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "QuerySuccess", "Value": 0}])


def backup_of(client, table):
    return client.backups[table]


KEY = {"PK": {"S": "billing#2026-01-31"}, "SK": {"S": "2026-01-31T10:00:00.000Z#a1"}}
TAGS = [{"Key": "Project", "Value": "audit-query"}]
RECOVERY = {"PointInTimeRecoveryEnabled": True}
BOTH = (TABLE, RESTORED)
# One that is being restored: it has no policy yet.
RESTORING = f"{TABLE}-restored-2"

# What each role does, as Sources/AWS, audit-query load and aws/recovery call it.
WORKER = {f"query {table} {index or 'table'}": query(table, index) for table in BOTH for index in (None, "GSI1", "GSI2", "GSI3")}
WORKER |= {f"batch get {table}": batch_get(table) for table in BOTH}
WORKER |= {f"describe {table}": on("describe_table", table) for table in BOTH}
WORKER |= {f"{follow.__name__} {table}": follow(table) for table in BOTH for follow in FOLLOWING}
WORKER |= {"read secret": lambda client: client.systems_manager.get_parameter(Name=SECRET, WithDecryption=True)}
WORKER |= {"publish metrics": publish()}
LOADER = {f"batch write {table}": batch_write(table) for table in BOTH}
LOADER |= {f"batch get {table}": batch_get(table) for table in BOTH}
LOADER |= {f"describe {table}": on("describe_table", table) for table in BOTH}
OPERATOR = {f"{operation} {table}": on(operation, table) for table in BOTH
            for operation in ("describe_table", "describe_continuous_backups", "scan")}
OPERATOR |= {f"back up {table}": on("create_backup", table, BackupName="one") for table in BOTH}
OPERATOR |= {f"{operation} {table}": about(operation, table) for table in BOTH
             for operation in ("get_resource_policy", "list_tags_of_resource")}
OPERATOR |= {f"{make.__name__} {table}": make(table) for table in BOTH for make in (restore_to_time, restore_backup, describe_backup)}
OPERATOR |= {"read the plan of shards": query(TABLE)}
OPERATOR |= {"list backups": lambda client: client.list_backups(BackupType="ALL")}
OPERATOR |= {"turn on recovery": on("update_continuous_backups", RESTORING, PointInTimeRecoverySpecification=RECOVERY),
             "protect": on("update_table", RESTORING, DeletionProtectionEnabled=True),
             "tag": about("tag_resource", RESTORING, Tags=TAGS),
             "set policy": about("put_resource_policy", RESTORING, Policy='{"Version": "2012-10-17", "Statement": []}')}
ROLES = {"Worker": WORKER, "Loader": LOADER, "Operator": OPERATOR}



def writes(table):
    return {"put": on("put_item", table, Item=KEY), "delete": on("delete_item", table, Key=KEY), "batch write": batch_write(table),
            "update": on("update_item", table, Key=KEY), "delete table": on("delete_table", table)}


def changes(table):
    return {"turn off recovery": on("update_continuous_backups", table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}),
            "update table": on("update_table", table, DeletionProtectionEnabled=False),
            "set policy": about("put_resource_policy", table, Policy="{}"), "delete policy": about("delete_resource_policy", table),
            "tag": about("tag_resource", table, Tags=TAGS), "untag": about("untag_resource", table, TagKeys=["Project"]),
            "delete backup": lambda client: client.delete_backup(BackupArn=backup_of(client, table))}


WRITES, CHANGES = writes(TABLE), changes(TABLE)
# The same to a restored table that is in use.
RESTORED_CHANGES = {f"{name} of a restored table": operation for name, operation in (writes(RESTORED) | changes(RESTORED)).items()}
READS = {"get": on("get_item", TABLE, Key=KEY), "scan": on("scan", TABLE), "query": query(TABLE), "batch get": batch_get(TABLE)}
# Forging what alarms look at, looking at others' metrics, and silencing alarms.
METRICS = {"publish in another namespace": publish("AWS/DynamoDB"), "publish in a namespace of like name": publish(f"{NAMESPACE}2"),
           "publish in another region": lambda client: publish()(client.elsewhere), "list metrics": lambda client: client.cloudwatch.list_metrics(),
           "disable alarms": lambda client: client.cloudwatch.disable_alarm_actions(AlarmNames=["audit-query-prod-no-data"]),
           "delete alarms": lambda client: client.cloudwatch.delete_alarms(AlarmNames=["audit-query-prod-no-data"])}
OTHERS = {"query another table": query("other"), "query a table of like name": query(f"{TABLE}-old"), "list tables": lambda client: client.list_tables(),
          "another secret": lambda client: client.systems_manager.get_parameter(Name="/audit-query/dev/cursor-secret", WithDecryption=True)}
BEYOND = {
    "Worker": WRITES | CHANGES | OTHERS | METRICS | {"get": READS["get"], "scan": READS["scan"], "scan index": on("scan", TABLE, IndexName="GSI1"),
                                           "stream of another table": describe_stream("other"), "back up": on("create_backup", TABLE, BackupName="one"),
                                           "restore": restore_to_time(TABLE), "in another region": lambda client: query(TABLE)(client.elsewhere)},
    "Loader": {name: READS[name] for name in ("get", "scan", "query")} | {follow.__name__: follow(TABLE) for follow in FOLLOWING}
              | CHANGES | OTHERS | METRICS | {"publish": publish()} | {name: WRITES[name] for name in ("put", "delete", "update", "delete table")},
    "Operator": WRITES | CHANGES | RESTORED_CHANGES | OTHERS | METRICS | {"publish": publish()}
                | {"get": READS["get"], "batch get": READS["batch get"], "query index": query(TABLE, "GSI1")},
}


def permissions(role):
    """Each statement, action and resource of a role's policy: what is taken out one at a time."""
    parameters = {"Environment": "prod", "Regions": REGION, "KeyArns": "<key>", "IndexedAttribute": "action"}
    document = Template(AWS / "access.yaml", **parameters).properties(f"{role}Policy")["PolicyDocument"]
    return [(statement["Sid"], action, place) for statement in document["Statement"] for action in policy.many(statement["Action"])
            for place in range(len(policy.many(statement["Resource"])))]


def without(sid, action, place):
    def change(document):
        statements = []
        for statement in document["Statement"]:
            actions, resources = policy.many(statement["Action"]), policy.many(statement["Resource"])
            for each, index in itertools.product(actions, range(len(resources))):
                if (statement["Sid"], each, index) != (sid, action, place):
                    statements.append({**statement, "Sid": f"s{len(statements)}", "Action": each, "Resource": resources[index]})
        return {**document, "Statement": statements}
    return change


@pytest.fixture
def tables(account):
    admin = account.create_table(IndexedAttribute="action")
    account.create_table(RESTORED, IndexedAttribute="action")
    account.create_table(RESTORING)
    admin.delete_resource_policy(ResourceArn=arn(RESTORING))
    admin.put_item(TableName=TABLE, Item=KEY)
    systems_manager = account.client("ssm")
    for name in (SECRET, "/audit-query/dev/cursor-secret"):
        systems_manager.put_parameter(Name=name, Value="s", Type="SecureString", KeyId=account.key)
    account.stream_of = {table: admin.describe_table(TableName=table)["Table"]["LatestStreamArn"] for table in BOTH}
    account.stream_of["other"] = f"{arn('other')}/stream/2026-01-01T00:00:00.000"
    account.backups = {table: admin.create_backup(TableName=table, BackupName="one")["BackupDetails"]["BackupArn"] for table in BOTH}
    return account


def client_as(account, credentials):
    client = account.client(credentials=credentials)
    client.systems_manager = account.client("ssm", credentials)
    client.cloudwatch = account.client("cloudwatch", credentials)
    client.elsewhere = account.client(credentials=credentials, region="us-east-1")
    client.elsewhere.cloudwatch = account.client("cloudwatch", credentials, region="us-east-1")
    client.backups = account.backups
    client.streams, client.admin_streams = account.client("dynamodbstreams", credentials), account.client("dynamodbstreams")
    client.stream_of = account.stream_of
    client.shard_of = {table: client.admin_streams.describe_stream(StreamArn=client.stream_of[table])["StreamDescription"]["Shards"][0]["ShardId"]
                       for table in BOTH}
    return client


def denied(client, operations):
    names = []
    for name, operation in operations.items():
        try:
            operation(client)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("AccessDenied", "AccessDeniedException"):
                raise AssertionError(f"{name}: {error}") from error
            names.append(name)
    return names


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_do_all_that_it_does(tables, role):
    assert denied(client_as(tables, tables.become(role)), ROLES[role]) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_do_nothing_else(tables, role):
    assert denied(client_as(tables, tables.become(role)), BEYOND[role]) == list(BEYOND[role])


@pytest.mark.parametrize(("role", "taken"), [(role, taken) for role in ROLES for taken in permissions(role)],
                         ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value)))
def test_a_role_needs_each_of_its_permissions(tables, role, taken):
    lost = denied(client_as(tables, tables.become(role, without(*taken))), ROLES[role])
    assert lost, f"nothing needs {taken}"
    assert len(lost) < len(ROLES[role])


def test_the_table_is_closed_to_all_that_an_operator_may_change(account):
    """What operators may do to restored tables, but for reading and restoring, is denied by the policy that each table in use has; and
    the tool's statement, for a table whose policy is lost, is that of the template."""
    allowed = {action for statement in account.template("access").properties("OperatorPolicy")["PolicyDocument"]["Statement"]
               for action in policy.many(statement["Action"]) if any("-restored-" in resource for resource in policy.many(statement["Resource"]))}
    harmless = {"dynamodb:" + name for name in ("CreateBackup", "DescribeBackup", "DescribeContinuousBackups", "DescribeTable", "GetItem", "GetResourcePolicy",
                                                "ListTagsOfResource", "Query", "RestoreTableFromBackup", "RestoreTableToPointInTime", "Scan")}
    for replica in account.template("table", SecondaryRegion=REPLICA, SecondaryKeyArn="key").properties("Table")["Replicas"]:
        statements = {each["Sid"]: each for each in replica["ResourcePolicy"]["PolicyDocument"]["Statement"]}
        assert set(statements["OperatorsChangeNothing"]["Action"]) == allowed - harmless
        own = closing.statement(arn(TABLE, replica["Region"]))
        assert json.loads(json.dumps(own).replace("audit-query-*-operator", "audit-query-prod-operator")) == statements["OperatorsChangeNothing"]


def test_the_worker_cannot_use_the_key_by_itself(account):
    document = account.template("access").properties("WorkerPolicy")["PolicyDocument"]
    secret = {"kms:EncryptionContext:PARAMETER_ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{SECRET}"}
    other = {"kms:EncryptionContext:PARAMETER_ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/audit-query/dev/cursor-secret"}
    via = {name: {"kms:ViaService": f"{name}.{REGION}.amazonaws.com"} for name in ("s3", "ssm", "dynamodb")}
    for context in (via["dynamodb"], via["ssm"] | secret):
        assert policy.decision([document], "kms:Decrypt", account.key, context) == "Allow"
    for context in ({}, secret, via["s3"], via["s3"] | secret, via["ssm"], via["ssm"] | other):
        assert policy.decision([document], "kms:Decrypt", account.key, context) is None


def test_the_worker_sends_no_traces_unless_the_daemon_shares_its_role(account):
    daemon = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    assert account.template("access").properties("WorkerRole")["ManagedPolicyArns"] == ["<WorkerPolicy>"]
    assert account.template("access", TracesFromInstances="true").properties("WorkerRole")["ManagedPolicyArns"] == ["<WorkerPolicy>", daemon]
    assert "xray:" not in json.dumps(account.template("access").properties("WorkerPolicy"))


def test_a_foreign_signature_is_refused(tables):
    access_key, _, token = tables.become("Worker")
    with pytest.raises(ClientError, match="Signature"):
        query(TABLE)(tables.client(credentials=(access_key, "another secret", token)))


def test_hosts_outside_aws_need_the_trust_anchor_and_the_name(account):
    anchor = "arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/1"
    trust = account.template("access", TrustAnchorArn=anchor).properties("WorkerRole")["AssumeRolePolicyDocument"]
    ec2, outside = trust["Statement"]
    assert ec2["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert outside["Principal"] == {"Service": "rolesanywhere.amazonaws.com"}
    assert outside["Condition"] == {"ArnEquals": {"aws:SourceArn": anchor}, "StringEquals": {"aws:PrincipalTag/x509Subject/CN": "audit-query-worker"}}
    assert len(account.template("access").properties("WorkerRole")["AssumeRolePolicyDocument"]["Statement"]) == 1


def test_the_endpoint_lets_through_what_the_roles_call(account):
    endpoint = account.template("network", VpcId="vpc-1", RouteTableIds="rtb-1").properties("Endpoint")
    context = {"aws:PrincipalAccount": ACCOUNT, "aws:RequestedRegion": REGION}
    for role in ROLES:
        for statement in account.template("access").properties(f"{role}Policy")["PolicyDocument"]["Statement"]:
            if statement["Sid"] == "FillRestoredTables":
                continue    # DynamoDB does that itself
            for action in policy.many(statement["Action"]):
                for resource in policy.many(statement["Resource"]):
                    if action.startswith("dynamodb:") and "/stream/" not in resource:
                        concrete = resource.replace(":*:", f":{REGION}:").replace("*", "x")
                        assert policy.decision([endpoint["PolicyDocument"]], action, concrete, context) == "Allow", (action, resource)
    for action, resource in (("dynamodb:Query", arn("other")), ("dynamodb:DeleteTable", arn(TABLE))):
        assert policy.decision([endpoint["PolicyDocument"]], action, resource, context) is None
    assert policy.decision([endpoint["PolicyDocument"]], "dynamodb:Query", arn(TABLE), {"aws:PrincipalAccount": "2"}) is None


INTERFACES = {"ParametersEndpoint": "ssm", "MetricsEndpoint": "monitoring", "TracesEndpoint": "xray", "TokensEndpoint": "sts"}


def test_interface_endpoints_let_through_what_else_hosts_call(account):
    """Of the worker's policy all but DynamoDB and the key, which Systems Manager uses itself; what the X-Ray daemon may; and becoming our
    roles."""
    template = account.template("network", VpcId="vpc-1", RouteTableIds="rtb-1", SubnetIds="subnet-1,subnet-2", SecurityGroupIds="sg-1")
    assert template.holds("HasInterfaces") and not account.template("network", VpcId="vpc-1", RouteTableIds="rtb-1").holds("HasInterfaces")
    documents = {}
    for name, service in INTERFACES.items():
        given = template.properties(name)
        assert (given["ServiceName"], given["VpcEndpointType"], given["PrivateDnsEnabled"]) == (f"com.amazonaws.{REGION}.{service}", "Interface", True)
        assert (given["SubnetIds"], given["SecurityGroupIds"]) == (["subnet-1", "subnet-2"], ["sg-1"])
        assert template.document["Resources"][name]["Condition"] == "HasInterfaces"
        documents[service] = [given["PolicyDocument"]]
    own, foreign = {"aws:PrincipalAccount": ACCOUNT}, {"aws:PrincipalAccount": "2"}
    parameter = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{SECRET}"
    role = f"arn:aws:iam::{ACCOUNT}:role/audit-query-prod-worker"
    calls = [("ssm", "ssm:GetParameter", parameter), ("monitoring", "cloudwatch:PutMetricData", "*"), ("xray", "xray:PutTraceSegments", "*")]
    for service, action, resource in calls:
        assert policy.decision(documents[service], action, resource, own) == "Allow"
        assert policy.decision(documents[service], action, resource, foreign) is None
    streams = template.properties("StreamsEndpoint")
    assert (streams["ServiceName"], streams["PrivateDnsEnabled"]) == (f"com.amazonaws.{REGION}.dynamodb-streams", False)
    allowed = streams["PolicyDocument"]["Statement"][0]
    followed = next(each for each in account.template("access").properties("WorkerPolicy")["PolicyDocument"]["Statement"] if each["Sid"] == "FollowRecords")
    assert (allowed["Action"], allowed["Resource"]) == (followed["Action"], [each.replace(":*:", f":{REGION}:") for each in followed["Resource"]])
    needed = {action for statement in account.template("access").properties("WorkerPolicy")["PolicyDocument"]["Statement"]
              for action in policy.many(statement["Action"])}
    assert {action for action in needed if not action.startswith(("dynamodb:", "kms:"))} == {action for _, action, _ in calls} - {"xray:PutTraceSegments"}
    # A web identity has no account before it has the role.
    assert policy.decision(documents["sts"], "sts:AssumeRoleWithWebIdentity", role, {}) == "Allow"
    for service, action, resource in (("sts", "sts:AssumeRole", role.replace(ACCOUNT, "2")), ("sts", "sts:AssumeRole", role.replace("audit-query", "other")),
                                      ("ssm", "ssm:GetParameter", parameter.replace("audit-query", "other")), ("ssm", "ssm:PutParameter", parameter)):
        assert policy.decision(documents[service], action, resource, own) is None


def test_json_of_the_policies_is_within_iams_limit(account):
    for role in ROLES:
        document = account.template("access").properties(f"{role}Policy")["PolicyDocument"]
        assert len(json.dumps(document, separators=(",", ":"))) < 6144
