"""An emulated AWS account for each test: one server, emptied before each."""
import json
import os
import pathlib
import subprocess
import sys
import uuid

import boto3
import cloudformation
import emulator
import pytest
from botocore.config import Config
from moto.moto_api._internal import moto_api_backend
from template import ACCOUNT, Template

ROOT = pathlib.Path(__file__).resolve().parents[2]
AWS = ROOT / "aws"
sys.path.insert(0, str(AWS))
REGION = "eu-west-1"
REPLICA = "eu-central-1"
TABLE = "audit-records"
RESTORED = "audit-records-restored-1"


@pytest.fixture(scope="session")
def server():
    for name in [name for name in os.environ if name.startswith(("AWS_", "AUDIT_QUERY_"))]:
        del os.environ[name]
    server = emulator.start()
    cloudformation.account.endpoint = "http://{}:{}".format(*server.get_host_and_port())
    yield cloudformation.account.endpoint
    server.stop()


@pytest.fixture
def account(server, tmp_path):
    moto_api_backend.reset()
    cloudformation.account.reset()
    return Account(server, tmp_path)


class Account:
    def __init__(self, endpoint, folder):
        self.endpoint = endpoint
        self.folder = folder
        self.key = self.client("kms").create_key()["KeyMetadata"]["Arn"]

    def client(self, service="dynamodb", credentials=(emulator.ADMINISTRATOR, "secret", None), region=REGION, headers=None):
        access_key, secret, token = credentials
        client = boto3.client(service, region_name=region, endpoint_url=self.endpoint, aws_access_key_id=access_key,
                              aws_secret_access_key=secret, aws_session_token=token, config=Config(retries={"total_max_attempts": 1}))
        # After signing: they are the emulator's, not the request's.
        client.meta.events.register(f"before-send.{service}", lambda request, **_: request.headers.update(headers or {}) and None)
        return client

    def template(self, name, **parameters):
        if name == "access":
            parameters = {"Environment": "prod", "Regions": f"{REGION},{REPLICA}", "KeyArns": self.key, **parameters}
        if name == "table":
            parameters = {"Environment": "prod", "KeyArn": self.key, **parameters}
        return Template(AWS / f"{name}.yaml", **parameters)

    def create_table(self, name=TABLE, **parameters):
        """The table of table.yaml, as far as one region's emulator can have it."""
        properties = self.template("table", TableName=name, **parameters).properties("Table")
        replica, client = properties["Replicas"][0], self.client()
        client.create_table(
            TableName=name, AttributeDefinitions=properties["AttributeDefinitions"], KeySchema=properties["KeySchema"],
            GlobalSecondaryIndexes=properties["GlobalSecondaryIndexes"], BillingMode=properties["BillingMode"],
            StreamSpecification={"StreamEnabled": True, **properties["StreamSpecification"]},
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": self.key}, Tags=replica["Tags"],
            DeletionProtectionEnabled=replica["DeletionProtectionEnabled"])
        client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=replica["PointInTimeRecoverySpecification"])
        client.put_resource_policy(ResourceArn=arn(name), Policy=text(replica["ResourcePolicy"]["PolicyDocument"]))
        return client

    def become(self, role, change=lambda document: document):
        """Credentials of a role of access.yaml, of a table that has an index of an attribute, its policy changed."""
        template = self.template("access", IndexedAttribute="action")
        properties = template.properties(f"{role}Role")
        document = change(template.properties(f"{role}Policy")["PolicyDocument"])
        return self.assume(properties["RoleName"], properties["AssumeRolePolicyDocument"], document)

    def assume(self, name, trust, document):
        iam = self.client("iam")
        try:
            role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=text(trust))["Role"]["Arn"]
        except iam.exceptions.EntityAlreadyExistsException:
            role = iam.get_role(RoleName=name)["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="policy", PolicyDocument=text(document))
        session = self.client("sts").assume_role(RoleArn=role, RoleSessionName=uuid.uuid4().hex)["Credentials"]
        return session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]

    def recovery(self, *arguments, **options):
        """Runs aws/recovery as a person would."""
        process = self.started(*arguments, **options)
        output, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def started(self, *arguments, credentials=(emulator.ADMINISTRATOR, "secret", ""), **environment):
        variables = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), credentials))
        variables |= {"AWS_REGION": REGION, "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint, "PATH": os.environ["PATH"],
                      "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", **environment}
        return subprocess.Popen([sys.executable, str(AWS / "recovery"), *map(str, arguments)],
                                env={name: value for name, value in variables.items() if value},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def arn(table, region=REGION):
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{table}"


def text(document):
    return json.dumps(document)
