"""aws/deploy makes each environment whole, by the real AWS CLI, in an account that refuses what AWS refuses; and after anything that
failed, running it again does."""
import json
import os
import re
import shutil
import subprocess
import textwrap

import cloudformation
import pytest
import yaml
from botocore.exceptions import ClientError
from cli import Program
from conftest import AWS, REGION, REPLICA, TABLE, arn
from template import Loader, Template

ENVIRONMENTS = ("dev", "staging", "prod")
N_VIRGINIA = "us-east-1"
BOTH = (REGION, REPLICA)
STACKS = {
    "dev": [("key", REGION), ("access", REGION), ("table", REGION)],
    "staging": [*(("key", region) for region in BOTH), *((name, REGION) for name in ("access", "table", "backups")),
                *(("guard", region) for region in BOTH), *((name, REGION) for name in ("alarms", "dashboard", "budget"))],
    "prod": [*(("key", region) for region in BOTH), ("access", REGION), *(("network", region) for region in BOTH),
             *((name, REGION) for name in ("table", "backups", "health")), *(("guard", region) for region in (*BOTH, N_VIRGINIA)),
             *((name, region) for name in ("alarms", "dashboard") for region in BOTH), ("budget", REGION)]}


def operations_of(environment):
    """Each stack is created; the table is closed by a second operation."""
    return [each for name, region in STACKS[environment]
            for each in [(f"audit-query-{environment}-{name}", region, "CREATE")]
            + [(f"audit-query-{environment}-table", region, "UPDATE")] * (name == "table")]


@pytest.fixture
def filled(tmp_path):
    """A copy of aws/ in which somebody has said what is to be changed."""
    folder = shutil.copytree(AWS, tmp_path / "filled")
    for file in (folder / "parameters").iterdir():
        file.write_text(file.read_text().replace("CHANGE-ME", "1"))
    return folder


def run(folder, program_folder, *arguments):
    environment = {"PATH": f"{program_folder}:{os.environ['PATH']}"}
    return subprocess.run([folder / "deploy", *arguments], env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def aws(account, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    with Program(folder, account.endpoint).running() as program:
        program.folder, program.account = folder, cloudformation.account
        yield program


@pytest.fixture
def deploy(aws, filled):
    return lambda *arguments: run(filled, aws.folder, *arguments)


def statuses():
    return {key: stack.status for key, stack in cloudformation.account.stacks.items()}


def closed(account, environment, name):
    """The table and its replica are as table.yaml has them: with policy, protection and recovery."""
    template = account.template("table", Environment=environment, TableName=name, SecondaryRegion=REPLICA, SecondaryKeyArn="key").properties("Table")
    for replica in template["Replicas"][:1 if environment == "dev" else 2]:
        client = account.client(region=replica["Region"])
        policy = client.get_resource_policy(ResourceArn=arn(name, replica["Region"]))["Policy"]
        assert json.loads(policy) == replica["ResourcePolicy"]["PolicyDocument"]
        assert client.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"]
        recovery = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


# -- An environment --------------------------------------------------------------------------------------------

def each_stack_of_prod_has_what_is_its_own(aws):
    given = {(name.removeprefix("audit-query-prod-"), region): stack.parameters for (region, name), stack in aws.account.stacks.items()}
    assert all(parameters.get("TableName", TABLE) == TABLE and parameters.get("Environment", "prod") == "prod" for parameters in given.values())
    assert all(given[name, region]["Region"] == region for name in ("alarms", "dashboard") for region in BOTH)
    keys = {region: aws.account.stacks[region, "audit-query-prod-key"].outputs["KeyArn"] for region in BOTH}
    assert given["access", REGION]["KeyArns"] == ",".join(keys.values())
    assert {region: given["guard", region]["KeyArn"] for region in (*BOTH, N_VIRGINIA)} == {**keys, N_VIRGINIA: ""}
    checks = aws.account.stacks[REGION, "audit-query-prod-health"].outputs
    for region in (*BOTH, N_VIRGINIA):
        assert [given["guard", region][name] for name in ("PrimaryCheckId", "SecondaryCheckId")] == (
            [checks["PrimaryCheckId"], checks["SecondaryCheckId"]] if region == N_VIRGINIA else ["", ""])


# staging's is among those whose operations fail.
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_is_deployed_whole(account, aws, deploy, environment):
    done = deploy(environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert aws.account.operations == operations_of(environment)
    closed(account, environment, {"dev": "audit-records-dev", "staging": "audit-records-staging", "prod": "audit-records"}[environment])
    # Again it changes nothing.
    sent = len(aws.account.sent)
    done = deploy(environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert len(aws.account.sent) == sent and aws.account.operations == operations_of(environment)
    if environment == "prod":
        each_stack_of_prod_has_what_is_its_own(aws)


def fail_each(aws, deploy, how, steps, *arguments):
    """Each run mends what failed in the one before and fails at the next operation, with a rollback, or between a change set and its
    execution. What is done already stays as it is."""
    for step, each in enumerate(steps):
        begin, again = len(aws.account.operations), steps[max(step - 1, 0):step]
        aws.account.fails = lambda number, fatal=begin + len(again): how if number == fatal else None
        done = deploy(*arguments)
        assert done.returncode not in (0, 64, 69, 75, 78), (step, done.stdout, done.stderr)
        assert aws.account.operations[begin:] == [*again, each], "it goes on where it failed, and no further"
    aws.account.fails = lambda number: None
    done = deploy(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


def ends_right(account, environment):
    assert set(statuses().values()) <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    assert {(name.rpartition("-")[2], region) for region, name in statuses()} == set(STACKS[environment])
    closed(account, environment, {"dev": "audit-records-dev", "staging": "audit-records-staging", "prod": "audit-records"}[environment])


@pytest.mark.parametrize("how", ["resource", "not executed"])
def test_what_failed_ends_right_when_it_is_run_again(account, aws, deploy, how):
    fail_each(aws, deploy, how, operations_of("dev"), "dev")
    ends_right(account, "dev")


@pytest.mark.parametrize(("environment", "how"), [("staging", "not executed"), ("prod", "resource")])
def test_each_operation_of_an_environment_may_fail(account, aws, deploy, environment, how):
    """Stack by stack, which is how a whole run goes, but for what it need not look at again; and then a whole one, which finds it done."""
    for name in dict.fromkeys(name for name, _ in STACKS[environment]):
        steps = [each for each in operations_of(environment) if each[0].endswith(f"-{name}")]
        fail_each(aws, deploy, how, steps, environment, "--stack", name)
    before = list(aws.account.operations)
    done = deploy(environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert aws.account.operations == before
    ends_right(account, environment)


def test_a_replica_is_added_without_opening_the_table(account, aws, deploy, filled):
    file = filled / "parameters/staging.json"
    text = file.read_text()
    file.write_text(text.replace(f'"secondary-region": "{REPLICA}"', '"secondary-region": ""'))
    for name in ("key", "table"):
        assert deploy("staging", "--stack", name).returncode == 0
    table, aws.account.sent = "audit-records-staging", []
    file.write_text(text)
    assert deploy("staging", "--stack", "key").returncode == 0
    number = len(aws.account.operations)
    # First the replica, then its policy.
    for fatal in (number, number + 2):
        aws.account.fails = lambda each, fatal=fatal: "resource" if each == fatal else None
        assert deploy("staging", "--stack", "table").returncode != 0
    aws.account.fails = lambda number: None
    done = deploy("staging", "--stack", "table")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert len(aws.account.operations) == number + 4
    closed(account, "staging", table)
    # The region that was there was never without its protection or policy.
    assert not [call for call in aws.account.sent if call[0] == REGION and "ReplicaUpdates" not in call[2] and call[1] != "describe_table"]


def test_a_replica_is_neither_moved_nor_taken_away_unasked(aws, deploy, filled):
    for name in ("key", "table"):
        assert deploy("staging", "--stack", name).returncode == 0
    file = filled / "parameters/staging.json"
    text = file.read_text()
    for other in ("", "eu-west-2"):
        file.write_text(text.replace(f'"secondary-region": "{REPLICA}"', f'"secondary-region": "{other}"'))
        before = list(aws.account.operations)
        done = deploy("staging", "--stack", "key")
        assert done.returncode == 0
        done = deploy("staging", "--stack", "table")
        assert done.returncode == 78 and f"the table has its replica in {REPLICA}" in done.stderr
        assert [each for each in aws.account.operations[len(before):] if "table" in each[0]] == []


def test_capacity_is_switched_both_ways_on_a_living_table(aws, deploy, filled):
    """What is sent: the seeds, to the table and both indexes, since nothing else says what a table has until scaling takes over."""
    for name in ("key", "table"):
        assert deploy("prod", "--stack", name).returncode == 0
    file = filled / "parameters/prod.json"
    text = file.read_text()
    aws.account.sent = []
    file.write_text(text.replace('"Capacity": "on-demand"', '"Capacity": "provisioned", "SeedReadUnits": "300", "SeedWriteUnits": "40"'))
    done = deploy("prod", "--stack", "table")
    assert done.returncode == 0, done.stderr
    units = {"ProvisionedThroughput": {"ReadCapacityUnits": 300, "WriteCapacityUnits": 40}}
    updates = [{"Update": {"IndexName": name, **units}} for name in ("GSI1", "GSI2")]
    switch = {"TableName": TABLE, "BillingMode": "PROVISIONED", **units, "GlobalSecondaryIndexUpdates": updates}
    assert aws.account.sent == [(REGION, "update_table", switch)]
    aws.account.sent = []
    file.write_text(text)
    assert deploy("prod", "--stack", "table").returncode == 0
    assert aws.account.sent == [(REGION, "update_table", {"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST"})]


# -- What AWS refuses ------------------------------------------------------------------------------------------

def altered(filled, name, *changes):
    file = filled / f"{name}.yaml"
    text = file.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)


def test_a_replica_could_not_be_made_with_its_policy(aws, deploy, filled):
    altered(filled, "table", ("- ReplicaIsThere\n              - PolicyDocument", "- HasReplica\n              - PolicyDocument"))
    assert deploy("staging", "--stack", "key").returncode == 0
    assert deploy("staging", "--stack", "table").returncode not in (0, 64, 69, 75, 78)
    stack = aws.account.stacks[REGION, "audit-query-staging-table"]
    assert (stack.status, "resource-based policy to it in one update is not supported" in stack.reason) == ("ROLLBACK_COMPLETE", True)


def test_a_table_could_not_be_rolled_back_with_its_protection(aws, deploy, filled):
    altered(filled, "table", ("!If [TableIsThere, true, false]", "true"))
    assert deploy("dev", "--stack", "key").returncode == 0
    aws.account.fails = lambda number: "resource" if number == 1 else None
    assert deploy("dev", "--stack", "table").returncode not in (0, 64, 69, 75, 78)
    stack = aws.account.stacks[REGION, "audit-query-dev-table"]
    assert (stack.status, "deletion" in stack.reason.lower()) == ("ROLLBACK_FAILED", True)
    aws.account.fails = lambda number: None
    done = deploy("dev", "--stack", "table")
    assert (done.returncode, "see what its events say is left there" in done.stderr) == (69, True)


def test_what_a_rollback_retains_is_in_the_way(aws, deploy, filled):
    altered(filled, "table", ("DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Retain"))
    aws.account.fails = lambda number: "resource" if number == 2 else None
    assert deploy("dev").returncode != 0
    assert deploy("dev").returncode != 0
    assert "already exists" in aws.account.stacks[REGION, "audit-query-dev-table"].reason


def test_a_switch_without_seeds_is_refused(aws, deploy, filled):
    for name in ("key", "table"):
        assert deploy("prod", "--stack", name).returncode == 0
    text = (filled / "table.yaml").read_text()
    # Any one of the twelve, three of which are an index's of an attribute.
    places = [match.span() for match in re.finditer(r" *SeedCapacity: .*\n", text)]
    assert len(places) == 12
    for place in places:
        (filled / "table.yaml").write_text(text[:place[0]] + text[place[1]:])
        file = filled / "parameters/prod.json"
        file.write_text(file.read_text().replace('"on-demand"', '"provisioned", "IndexedAttribute": "action"'))
        assert deploy("prod", "--stack", "table").returncode != 0
        assert "SeedCapacity must be specified" in aws.account.stacks[REGION, "audit-query-prod-table"].reason


@pytest.mark.parametrize(("name", "before", "after"), [("budget", "Threshold: 80", "Threshold: 90"), ("access", "Sid: QueryRecords", "Sid: Query")])
def test_whom_a_budget_tells_and_what_a_role_may_can_be_changed(aws, deploy, filled, name, before, after):
    for each in ("key", name):
        assert deploy("prod", "--stack", each).returncode == 0
    altered(filled, name, (before, after))
    done = deploy("prod", "--stack", name)
    assert done.returncode == 0, done.stdout
    assert aws.account.stacks[REGION, f"audit-query-prod-{name}"].status == "UPDATE_COMPLETE"


def resources():
    for path in sorted(AWS.glob("*.yaml")):
        for logical, resource in yaml.load(path.read_text(), Loader)["Resources"].items():
            yield path.stem, logical, resource


def test_what_has_a_name_of_ours_can_be_changed(account):
    """A property that can only be set at creation makes another resource when it changes, under the same name: AWS refuses that."""
    wrong = []
    for template, logical, resource in resources():
        kind, properties = resource["Type"], resource["Properties"]
        schema = cloudformation.PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        name = cloudformation.NAMES.get(kind)
        if name in properties:
            wrong += [(template, logical, path) for path in schema.get("createOnlyProperties", [])
                      if path != f"/properties/{name}" and cloudformation.at(properties, path) is not None]
    assert wrong == []
    assert "BudgetName" not in json.dumps(Template(AWS / "budget.yaml", Environment="dev", MonthlyLimit="1", Email="a@b").properties("Budget"))


def test_only_what_cannot_be_made_again_is_retained():
    retained = {(template, logical): resource["DeletionPolicy"] for template, logical, resource in resources() if "DeletionPolicy" in resource}
    assert retained == {("key", "Key"): "RetainExceptOnCreate", ("table", "Table"): "RetainExceptOnCreate",
                        ("import-table", "Table"): "Retain", ("alarms", "Key"): "Delete"}


# -- What stands in the way ------------------------------------------------------------------------------------

@pytest.mark.parametrize(("status", "exit_status", "said"), [
    ("UPDATE_IN_PROGRESS", 75, "somebody deploys it now"), ("UPDATE_ROLLBACK_IN_PROGRESS", 75, "Try again when that is over"),
    ("UPDATE_ROLLBACK_FAILED", 69, "continue-update-rollback"), ("DELETE_FAILED", 69, "take that and the stack away"),
    ("ROLLBACK_FAILED", 69, "take that and the stack away"), ("UPDATE_ROLLBACK_COMPLETE", 0, ""), ("IMPORT_COMPLETE", 0, "")])
def test_a_stack_that_cannot_be_deployed_is_told_of(aws, deploy, status, exit_status, said):
    assert deploy("dev", "--stack", "key").returncode == 0
    aws.account.stacks[REGION, "audit-query-dev-key"].status = status
    before = list(aws.account.operations)
    done = deploy("dev", "--stack", "key")
    assert done.returncode == exit_status, done.stderr
    assert said in done.stderr and aws.account.operations == before


def test_an_account_that_does_not_answer_is_not_taken_for_an_empty_one(aws, deploy):
    """A table whose stack cannot be seen must not be opened as a new one."""
    assert deploy("dev").returncode == 0
    before = list(aws.account.operations)
    aws.variables["AWS_ENDPOINT_URL"] = os.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    done = deploy("dev", "--stack", "table")
    assert done.returncode == 69
    assert "AWS does not say what audit-query-dev-key in eu-west-1 is" in done.stderr
    assert aws.account.operations == before


# -- An existing table -----------------------------------------------------------------------------------------

def test_an_existing_table_is_imported_and_brought_to_what_the_template_says(account, aws, deploy, filled):
    """The steps of README.md."""
    file = filled / "parameters/prod.json"
    table = account.template("table").properties("Table")
    client = account.client()
    client.create_table(TableName=TABLE, **{key: table[key] for key in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")})
    client.put_item(TableName=TABLE, Item={name: {"S": "x"} for name in ("PK", "SK")})
    for stack in ("key", "access"):
        assert deploy("prod", "--stack", stack).returncode == 0
    # Without the import the name is taken.
    assert deploy("prod", "--stack", "table").returncode != 0
    command = re.search(r"```sh\n( +aws cloudformation create-change-set.*?) +```", (AWS / "README.md").read_text(), re.DOTALL)[1]
    script = f"set -e\ncd {filled.parent}\nln -sfn {filled} aws\n" + textwrap.dedent(command)
    done = subprocess.run(["bash", "-c", script], env={"PATH": f"{aws.folder}:{os.environ['PATH']}"}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert aws.account.stacks[REGION, "audit-query-prod-table"].status == "IMPORT_COMPLETE"
    done = deploy("prod", "--stack", "table")
    assert done.returncode == 0, done.stderr
    closed(account, "prod", TABLE)
    assert client.get_item(TableName=TABLE, Key={name: {"S": "x"} for name in ("PK", "SK")})["Item"]
    assert file.exists()


def test_table_yaml_itself_could_not_be_imported(account, aws, deploy):
    account.create_table()
    text = (AWS / "table.yaml").read_text()
    cloudformation_of = account.client("cloudformation")
    with pytest.raises(ClientError, match="Outputs"):
        cloudformation_of.create_change_set(
            StackName="one", ChangeSetName="import", ChangeSetType="IMPORT", TemplateBody=text,
            Parameters=[{"ParameterKey": "Environment", "ParameterValue": "prod"}, {"ParameterKey": "KeyArn", "ParameterValue": "key"}],
            ResourcesToImport=[{"ResourceType": "AWS::DynamoDB::GlobalTable", "LogicalResourceId": "Table", "ResourceIdentifier": {"TableName": TABLE}}])


# -- Parameters and options ------------------------------------------------------------------------------------

def required(name):
    document = yaml.load((AWS / f"{name}.yaml").read_text(), Loader)
    return [key for key, declared in document["Parameters"].items() if "Default" not in declared]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_parameters_fit_the_templates(environment):
    values = json.loads((AWS / "parameters" / f"{environment}.json").read_text())
    assert values["environment"] == environment
    for name, own in values["stacks"].items():
        declared = Template(AWS / f"{name}.yaml", **dict.fromkeys(required(name), "x")).document["Parameters"]
        assert own.keys() <= declared.keys()


def test_what_is_taken_out_of_the_file_is_as_the_template_says_again(aws, deploy, filled):
    """A parameter that nobody names keeps the value that its stack has, whatever the template's default."""
    file, stack = filled / "parameters/staging.json", (REGION, "audit-query-staging-alarms")
    text = file.read_text()
    file.write_text(text.replace('"alarms": {', '"alarms": { "FewEvents": "9", '))
    assert deploy("staging", "--stack", "alarms").returncode == 0
    assert aws.account.stacks[stack].parameters["FewEvents"] == "9"
    file.write_text(text)
    altered(filled, "alarms", ("Default: 500", "Default: 700"))
    assert deploy("staging", "--stack", "alarms").returncode == 0
    assert [aws.account.stacks[stack].parameters[name] for name in ("FewEvents", "MaximumLatency", "Email")] == ["3", "700", "1@example.com"]


def test_a_parameter_may_differ_by_region(aws, deploy, filled):
    file = filled / "parameters/prod.json"
    text = file.read_text()
    file.write_text(text.replace('"eu-central-1": "vpc-1"', '"eu-central-1": "vpc-2"'))
    assert deploy("prod", "--stack", "network").returncode == 0
    assert [aws.account.stacks[region, "audit-query-prod-network"].parameters["VpcId"] for region in BOTH] == ["vpc-1", "vpc-2"]
    file.write_text(text.replace('"eu-central-1": "vpc-1"', '"eu-north-1": "vpc-2"'))
    done = deploy("prod", "--stack", "network")
    assert (done.returncode, "VpcId says nothing for eu-central-1" in done.stderr) == (78, True)


@pytest.fixture
def stub(tmp_path):
    """An AWS CLI of some version that writes down what it is asked."""
    program = tmp_path / "aws"

    def deploy(*arguments, version="aws-cli/2.31.4 Python/3.13.7 Linux/6.1.0", folder=AWS):
        program.write_text(f'#!/bin/sh\ncase $1 in --version) echo "{version}" ;; *) printf "%s\\n" "$*" >>"$0.log" ;; esac\n')
        program.chmod(0o755)
        log = tmp_path / "aws.log"
        log.unlink(missing_ok=True)
        done = run(folder, tmp_path, *arguments)
        return done, log.read_text().splitlines() if log.exists() else []
    return deploy


def test_a_dry_run_asks_aws_nothing(stub, filled):
    for environment in ENVIRONMENTS:
        done, asked = stub(environment, "--dry-run", folder=filled)
        assert (done.returncode, done.stderr, asked) == (0, "", [])
        assert done.stdout.count("+ aws cloudformation deploy") == len(STACKS[environment]) + 1


@pytest.mark.parametrize(("arguments", "status", "said"), [
    ([], 64, "which environment?"), (["nowhere"], 64, "no parameters for nowhere"), (["dev", "--stack", "health"], 64, "lists no stack health"),
    (["dev", "--fast"], 64, "no option --fast"), (["prod"], 78, "VpcId is still vpc-CHANGE-ME"),
    (["staging"], 78, "guard: Email is still CHANGE-ME@example.com")])
def test_what_is_wrong_is_said_before_anything_is_done(stub, arguments, status, said):
    done, asked = stub(*arguments)
    assert (done.returncode, asked) == (status, [])
    assert said in done.stderr


@pytest.mark.parametrize(("version", "enough"), [
    ("aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0 exe/x86_64.debian.12", False), ("aws-cli/2.15.30 Python/3.11", False), ("aws-cli/2.15.31 Python/3.11", True),
    ("aws-cli/1.32.65 Python/3.11", False), ("aws-cli/1.45.11 Python/3.11 botocore/1.43.11", True), ("aws-cli/3.0.0 Python/3.15", True), ("moved", False)])
def test_an_old_cli_is_told_so(stub, version, enough):
    done, asked = stub("dev", "--stack", "key", version=version)
    assert (done.returncode, bool(asked)) == ((0, True) if enough else (69, False))
    assert enough or "see aws/README.md" in done.stderr or "is no AWS CLI" in done.stderr


@pytest.mark.parametrize("stack", ["access", "table"])
def test_without_a_key_it_says_what_to_deploy_first(aws, deploy, stack):
    done = deploy("dev", "--stack", stack)
    assert (done.returncode, aws.account.operations) == (69, [])
    assert "has no KeyArn: deploy it first (--stack key)" in done.stderr
