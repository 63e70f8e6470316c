"""The table is the one that the service reads, its protections hold, and the parameters of each environment fit."""
import json

import policy
import pytest
from botocore.exceptions import ClientError
from conftest import AWS, REGION, REPLICA, TABLE, arn
from template import Template
from test_access import KEY, READS, WRITES, on, query

TWO_REGIONS = {"SecondaryRegion": REPLICA, "SecondaryKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/2"}


def schema(described):
    return [(key["AttributeName"], key["KeyType"]) for key in described["KeySchema"]]


def test_keys_and_indexes_are_those_that_the_service_reads(account):
    table = account.template("table").properties("Table")
    assert schema(table) == [("PK", "HASH"), ("SK", "RANGE")]
    indexes = {index["IndexName"]: (schema(index), index["Projection"]) for index in table["GlobalSecondaryIndexes"]}
    assert indexes == {"GSI1": ([("GS1_PK", "HASH"), ("GS1_SK", "RANGE")], {"ProjectionType": "ALL"}),
                       "GSI2": ([("GSI2_PK", "HASH"), ("GSI2_SK", "RANGE")], {"ProjectionType": "ALL"})}
    assert {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]} == dict.fromkeys(
        ("PK", "SK", "GS1_PK", "GS1_SK", "GSI2_PK", "GSI2_SK"), "S")
    assert table["TableName"] == "audit-records"


def test_a_third_index_is_of_the_attribute_that_is_named(account):
    template = account.template("table", **TWO_REGIONS, IndexedAttribute="action", Capacity="provisioned")
    table = template.properties("Table")
    index = table["GlobalSecondaryIndexes"][2]
    assert (index["IndexName"], schema(index), index["Projection"]) == (
        "GSI3", [("action", "HASH"), ("SK", "RANGE")], {"ProjectionType": "ALL"})
    assert {"AttributeName": "action", "AttributeType": "S"} in table["AttributeDefinitions"]
    for replica in table["Replicas"]:
        assert [each["IndexName"] for each in replica["GlobalSecondaryIndexes"]] == ["GSI1", "GSI2", "GSI3"]
    access = account.template("access", IndexedAttribute="action").properties("WorkerPolicy")
    assert [each for each in access["PolicyDocument"]["Statement"][0]["Resource"] if each.endswith("/GSI3")]
    plain = account.template("access").properties("WorkerPolicy")
    assert "GSI3" not in json.dumps(plain) + json.dumps(account.template("table").properties("Table"))


def test_each_replica_is_protected_and_has_its_own_key(account):
    template = account.template("table", **TWO_REGIONS)
    table = template.properties("Table")
    assert template.document["Resources"]["Table"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert [replica["Region"] for replica in table["Replicas"]] == [REGION, REPLICA]
    for replica, key in zip(table["Replicas"], (account.key, TWO_REGIONS["SecondaryKeyArn"])):
        assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert replica["DeletionProtectionEnabled"] is True
        assert replica["SSESpecification"] == {"KMSMasterKeyId": key}
        assert {tag["Key"] for tag in replica["Tags"]} == {"Project", "Environment", "CostCenter"}


@pytest.mark.parametrize("capacity", ["on-demand", "provisioned"])
def test_both_replicas_are_alike(account, capacity):
    endpoints = {"EndpointIds": "vpce-1", "SecondaryEndpointIds": "vpce-1"}
    keys = {"KeyArn": "key", "SecondaryKeyArn": "key"}
    table = account.template("table", **{**TWO_REGIONS, **keys}, **endpoints, Capacity=capacity).properties("Table")
    first, second = (json.dumps(replica) for replica in table["Replicas"])
    assert first.replace(REGION, REPLICA) == second


def test_capacity_is_on_demand_unless_told_otherwise(account):
    assert account.template("table").properties("Table")["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughputSettings" not in json.dumps(account.template("table").properties("Table"))
    scaled = account.template("table", Capacity="provisioned", MaximumReadUnits=700, MaximumWriteUnits=50).properties("Table")
    assert scaled["BillingMode"] == "PROVISIONED"
    for part, kind, most in [(scaled, "Write", 50), (scaled["Replicas"][0], "Read", 700)]:
        for settings in (part, *part["GlobalSecondaryIndexes"]):
            scaling = settings[f"{kind}ProvisionedThroughputSettings"][f"{kind}CapacityAutoScalingSettings"]
            assert scaling["MaxCapacity"] == most
            assert scaling["TargetTrackingScalingPolicyConfiguration"] == {"TargetValue": 70}


# -- The table's own policy ------------------------------------------------------------------------------------

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["dynamodb:*", "kms:*"], "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def test_others_do_not_reach_records_whatever_their_rights(account):
    admin = account.create_table()
    admin.put_item(TableName=TABLE, Item=KEY)
    client = account.client(credentials=account.assume("administrator", TRUST, EVERYTHING))
    for name in ("put", "delete", "update", "batch write"):
        with pytest.raises(ClientError, match="not authorized"):
            WRITES[name](client)
    for operation in (*READS.values(), query(TABLE, "GSI1"), query(TABLE, "GSI2")):
        with pytest.raises(ClientError, match="not authorized"):
            operation(client)
    assert on("describe_table", TABLE)(client)


def test_nobody_reaches_the_table_without_tls(account):
    account.create_table()
    worker = account.become("Worker")
    assert query(TABLE)(account.client(credentials=worker))
    with pytest.raises(ClientError, match="not authorized"):
        query(TABLE)(account.client(credentials=worker, headers={"X-Emulated-Secure-Transport": "false"}))


def test_with_endpoints_the_service_comes_through_them_only(account):
    account.create_table(EndpointIds="vpce-1,vpce-2")
    worker, operator = account.become("Worker"), account.become("Operator")
    for endpoint in ("vpce-1", "vpce-2"):
        assert query(TABLE)(account.client(credentials=worker, headers={"X-Emulated-Source-Vpce": endpoint}))
    for headers in ({}, {"X-Emulated-Source-Vpce": "vpce-3"}):
        with pytest.raises(ClientError, match="not authorized"):
            query(TABLE)(account.client(credentials=worker, headers=headers))
    assert on("scan", TABLE)(account.client(credentials=operator))


@pytest.mark.parametrize(("new_table", "new_replica", "protected"), [
    ("true", "true", [False, False]), ("false", "true", [True, False]), ("false", "false", [True, True])])
def test_what_is_new_is_closed_in_a_second_operation(account, new_table, new_replica, protected):
    """And what is there is not opened for it."""
    table = account.template("table", **TWO_REGIONS, NewTable=new_table, NewReplica=new_replica).properties("Table")
    assert [replica["DeletionProtectionEnabled"] for replica in table["Replicas"]] == protected
    assert ["ResourcePolicy" in replica for replica in table["Replicas"]] == protected


def test_replication_is_not_hindered(account):
    replica = account.template("table").properties("Table")["Replicas"][0]
    role = "role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"
    context = {"aws:PrincipalArn": f"arn:aws:iam::123456789012:{role}", "aws:SecureTransport": "true"}
    assert policy.decision([replica["ResourcePolicy"]["PolicyDocument"]], "dynamodb:PutItem", arn(TABLE), context) is None


# -- Other stacks ----------------------------------------------------------------------------------------------

def test_health_checks_ask_each_host_by_name(account):
    template = Template(AWS / "health.yaml", Environment="prod", PrimaryHost="a.example.com", SecondaryHost="b.example.com",
                        HostedZoneId="Z1", ServiceName="audit.example.com")
    for name, host in (("Primary", "a.example.com"), ("Secondary", "b.example.com")):
        check = template.properties(f"{name}Check")["HealthCheckConfig"]
        assert (check["Type"], check["EnableSNI"], check["ResourcePath"], check["FullyQualifiedDomainName"]) == ("HTTPS", True, "/healthz", host)
        record = template.properties(f"{name}Record")
        assert (record["Name"], record["Failover"], record["ResourceRecords"]) == ("audit.example.com", name.upper(), [host])
        assert record["HealthCheckId"] == f"<{name}Check>"
    assert template.holds("HasFailover")
    assert not Template(AWS / "health.yaml", Environment="prod", PrimaryHost="a.example.com").holds("HasFailover")


def test_stacks_can_be_created(account):
    """In moto, where it knows the resources: not the global table, not a key with tags."""
    cloudformation, ec2 = account.client("cloudformation"), account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    route = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    zone = account.client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    stacks = {"access": {"Environment": "prod", "Regions": f"{REGION},{REPLICA}", "KeyArns": account.key},
              "network": {"VpcId": vpc, "RouteTableIds": route},
              "health": {"Environment": "prod", "PrimaryHost": "a.example.com", "SecondaryHost": "b.example.com",
                         "HostedZoneId": zone.rpartition("/")[2], "ServiceName": "audit.example.com"}}
    for name, parameters in stacks.items():
        cloudformation.create_stack(
            StackName=name, TemplateBody=(AWS / f"{name}.yaml").read_text(), Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()])
        assert cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    iam, template = account.client("iam"), account.template("access")
    for role in ("Worker", "Loader", "Operator"):
        properties = template.properties(f"{role}Policy")
        made = [iam.get_policy_version(PolicyArn=each["Arn"], VersionId="v1")["PolicyVersion"]["Document"]
                for each in iam.list_policies(Scope="Local")["Policies"]]
        assert properties["PolicyDocument"] in made
