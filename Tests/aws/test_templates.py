"""The table is the one that the service reads, its protections hold, and the parameters of each environment fit."""
import json
import os
import shutil
import subprocess

import policy
import pytest
from botocore.exceptions import ClientError
from conftest import AWS, REGION, REPLICA, TABLE, arn
from template import Template
from test_access import KEY, READS, WRITES, on, query

ENVIRONMENTS = ("dev", "staging", "prod")
STACKS = {
    "dev": [("key", REGION), ("access", REGION), ("table", REGION)],
    "staging": [("key", REGION), ("key", REPLICA), *((name, REGION) for name in ("access", "table", "alarms", "dashboard", "budget"))],
    "prod": [("key", REGION), ("key", REPLICA), *((name, REGION) for name in ("access", "network", "table", "health")),
             *((name, region) for name in ("alarms", "dashboard") for region in (REGION, REPLICA)), ("budget", REGION)]}
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


def test_each_replica_is_protected_and_has_its_own_key(account):
    template = account.template("table", **TWO_REGIONS)
    table = template.properties("Table")
    assert template.document["Resources"]["Table"]["DeletionPolicy"] == "Retain"
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
        found = iam.get_policy_version(PolicyArn=f"arn:aws:iam::123456789012:policy/{properties['ManagedPolicyName']}", VersionId="v1")
        assert found["PolicyVersion"]["Document"] == properties["PolicyDocument"]


# -- Environments ----------------------------------------------------------------------------------------------

@pytest.fixture
def stub(tmp_path):
    """An AWS CLI that writes down what it is asked."""
    program = tmp_path / "aws"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$*" >>"$0.log"\ncase $2 in describe-stacks) echo "$AWS_STUB_ANSWER" ;; esac\n')
    program.chmod(0o755)

    def deploy(*arguments, answer="arn:aws:kms:eu-west-1:123456789012:key/1", folder=AWS):
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "AWS_STUB_ANSWER": answer}
        done = subprocess.run([folder / "deploy", *arguments], env=environment, capture_output=True, text=True, timeout=30)
        log = tmp_path / "aws.log"
        return done, log.read_text().splitlines() if log.exists() else []
    return deploy


@pytest.fixture
def filled(tmp_path):
    """A copy of aws/ in which somebody has said what is to be changed."""
    folder = shutil.copytree(AWS, tmp_path / "filled")
    for file in (folder / "parameters").iterdir():
        file.write_text(file.read_text().replace("CHANGE-ME", "1"))
    return folder


def parameters_of(line):
    return dict(pair.split("=", 1) for pair in line.partition("--parameter-overrides ")[2].split())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_parameters_fit_the_templates(account, environment):
    values = json.loads((AWS / "parameters" / f"{environment}.json").read_text())
    assert values["environment"] == environment
    for name, own in values["stacks"].items():
        declared = Template(AWS / f"{name}.yaml", **dict.fromkeys(required(name), "x")).document["Parameters"]
        assert own.keys() <= declared.keys()


def required(name):
    import yaml
    from template import Loader
    document = yaml.load((AWS / f"{name}.yaml").read_text(), Loader)
    return [key for key, declared in document["Parameters"].items() if "Default" not in declared]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_deploying_gives_each_stack_what_it_needs(account, stub, filled, environment):
    done, asked = stub(environment, folder=filled)
    assert done.returncode == 0, done.stderr
    settings = json.loads((filled / "parameters" / f"{environment}.json").read_text())
    deployed = [line for line in asked if " deploy " in line]
    of = [(line.partition(f"audit-query-{environment}-")[2].split()[0], line.partition("--region ")[2].split()[0]) for line in deployed]
    assert of == STACKS[environment]
    for (name, region), line in zip(of, deployed):
        given = parameters_of(line)
        assert given.keys() >= set(required(name))
        assert given.get("Region", region) == region
        declared = Template(AWS / f"{name}.yaml", **given).document["Parameters"]
        assert given.get("TableName") == (settings["table"] if "TableName" in declared else None)
        assert f"+ aws {line}".split()[:6] in [said.split()[:6] for said in done.stdout.splitlines()]


def test_a_dry_run_asks_aws_nothing(stub, filled):
    done, asked = stub("staging", "--dry-run", folder=filled)
    assert (done.returncode, asked) == (0, [])
    assert done.stdout.count("+ aws cloudformation deploy") == len(STACKS["staging"])


def test_one_stack_is_deployed_alone(stub):
    done, asked = stub("dev", "--stack", "table")
    assert done.returncode == 0
    assert ["describe-stacks" in line for line in asked] == [True, False]


@pytest.mark.parametrize(("arguments", "status", "said"), [
    ([], 64, "which environment?"), (["nowhere"], 64, "no parameters for nowhere"), (["dev", "--stack", "health"], 64, "lists no stack health"),
    (["dev", "--fast"], 64, "no option --fast"), (["prod"], 78, "VpcId is still vpc-CHANGE-ME"),
    (["staging"], 78, "alarms: Email is still CHANGE-ME@example.com")])
def test_what_is_wrong_is_said_before_anything_is_done(stub, arguments, status, said):
    done, asked = stub(*arguments)
    assert (done.returncode, asked) == (status, [])
    assert said in done.stderr


def test_access_without_a_key_is_refused(stub):
    done, asked = stub("dev", "--stack", "access", answer="None")
    assert (done.returncode, len(asked)) == (69, 1)
    assert "gives no key: deploy it first" in done.stderr
