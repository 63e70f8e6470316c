"""What AWS asks of a caller for each operation: actions on resources, its own and those that it entails.

Sources, in the DynamoDB developer guide: "Using IAM with DynamoDB backup and restore" for the target of a restore,
"DynamoDB encryption at rest usage notes" for the table's key; in the Systems Manager user guide: "Restricting access
to Parameter Store parameters", and KMS's "How AWS Systems Manager Parameter Store uses AWS KMS". The service
authorization reference says which resource an action is about, and that cloudwatch:PutMetricData is about none, but has
the condition key cloudwatch:namespace.
"""
from typing import NamedTuple

from moto.dynamodb.models import dynamodb_backends
from moto.ssm.models import ssm_backends

RECORD_ACTIONS = {"Query", "Scan", "BatchGetItem", "BatchWriteItem", "GetItem", "PutItem", "DeleteItem", "UpdateItem"}
RESTORED = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
# Of a principal that makes a table under a customer's key.
KEY_OF_NEW_TABLE = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")


class Need(NamedTuple):
    action: str
    resource: str
    context: dict = {}


def of(service, operation, body, region, account):
    if service == "ssm":
        return list(of_systems_manager(operation, body, region, account))
    if service == "monitoring":
        return [Need(f"cloudwatch:{operation}", "*", {"cloudwatch:namespace": body["Namespace"]} if operation == "PutMetricData" else {})]
    return list(of_dynamodb(operation, body, region, account))


def of_dynamodb(operation, body, region, account):
    tables = f"arn:aws:dynamodb:{region}:{account}:table/"
    backend = dynamodb_backends[account][region]
    action = f"dynamodb:{operation}"
    if operation in ("ListBackups", "ListTables"):
        yield Need(action, "*")
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        yield from (Need(action, tables + name) for name in body["RequestItems"])
    elif operation in ("RestoreTableFromBackup", "RestoreTableToPointInTime"):
        source = body.get("BackupArn") or tables + body["SourceTableName"]
        target = tables + body["TargetTableName"]
        yield Need(action, source)
        # The developer guide's older edition had RestoreTableFromBackup on a table, the present one has it on the backup. Either
        # must do.
        yield from (Need(f"dynamodb:{each}", target) for each in (*RESTORED, *(["RestoreTableFromBackup"] if "BackupArn" in body else [])))
        yield from of_key(backend, source.split("/")[1], region, KEY_OF_NEW_TABLE)
    elif operation == "GetRecords":
        # moto's iterators begin with the stream's ARN.
        yield Need(action, body["ShardIterator"].partition("|")[0])
    elif "StreamArn" in body:
        yield Need(action, body["StreamArn"])
    elif "BackupArn" in body or "ResourceArn" in body:
        yield Need(action, body.get("BackupArn") or body["ResourceArn"])
    else:
        yield Need(action, tables + body["TableName"] + (f"/index/{body['IndexName']}" if "IndexName" in body else ""))
    if operation in RECORD_ACTIONS:
        for name in body.get("RequestItems") or [body["TableName"]]:
            yield from of_key(backend, name, region, ("Decrypt",))


def of_key(backend, table, region, actions):
    encryption = backend.tables[table].sse_specification if table in backend.tables else None
    if encryption:
        context = {"kms:ViaService": f"dynamodb.{region}.amazonaws.com"}
        yield from (Need(f"kms:{each}", encryption["KMSMasterKeyId"], context) for each in actions)


def of_systems_manager(operation, body, region, account):
    if operation != "GetParameter":
        yield Need(f"ssm:{operation}", "*")
        return
    arn = f"arn:aws:ssm:{region}:{account}:parameter/{body['Name'].lstrip('/')}"
    yield Need("ssm:GetParameter", arn)
    parameter = ssm_backends[account][region].get_parameter(body["Name"])
    if parameter and parameter.parameter_type == "SecureString" and body.get("WithDecryption"):
        context = {"kms:ViaService": f"ssm.{region}.amazonaws.com", "kms:EncryptionContext:PARAMETER_ARN": arn}
        yield Need("kms:Decrypt", parameter.keyid, context)
