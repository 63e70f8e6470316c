"""Global tables for moto, which has none: replicas are added and taken away by UpdateTable, under AWS's conditions.

A replica is a table of its own in the other region; nothing is replicated. Sources: the developer guide's "Global tables security"
("when you configure a global table to provisioned capacity mode, you must configure auto scaling") and "Working with global tables"
(streams of new and old images, one replica an update), and "Deletion protection".
"""
import copy

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler


def install():
    update, describe = DynamoHandler.update_table, Table.describe

    def update_table(handler):
        for change in handler.body.get("ReplicaUpdates", []):
            (kind, replica), = change.items()
            {"Create": add, "Delete": remove}[kind](handler, replica)
        return update(handler)

    def described(table, *arguments, **options):
        answer = describe(table, *arguments, **options)
        found = [region for region, backend in dynamodb_backends[table.account_id].items()
                 if table.name in backend.tables and region != table.region_name and table.__dict__.get("is_global")]
        if found:
            part = answer.get("Table") or answer["TableDescription"]
            part["Replicas"] = [{"RegionName": region, "ReplicaStatus": "ACTIVE"} for region in found]
        return answer

    DynamoHandler.update_table, Table.describe = update_table, described


def add(handler, replica):
    table = handler.dynamodb_backend.get_table(handler.body["TableName"])
    backend = dynamodb_backends[handler.current_account][replica["RegionName"]]
    if table.billing_mode != "PAY_PER_REQUEST" and not is_scaled(table):
        raise MockValidationException("Table write capacity should either be Pay-Per-Request or AutoScaled.")
    if not (table.stream_specification or {}).get("StreamViewType") == "NEW_AND_OLD_IMAGES":
        raise MockValidationException("Table must have DynamoDB Streams enabled with NEW_AND_OLD_IMAGES.")
    if table.name in backend.tables:
        raise MockValidationException(f"Failed to create a the new replica of table {table.name}: it already exists in {replica['RegionName']}")
    indexes = [{"IndexName": index.name, "KeySchema": index.schema, "Projection": index.projection} for index in table.global_indexes]
    encryption = copy.deepcopy(table.sse_specification)
    if encryption and "KMSMasterKeyId" in replica:
        encryption["KMSMasterKeyId"] = replica["KMSMasterKeyId"]
    backend.create_table(
        table.name, schema=table.schema, throughput=None, attr=table.attr, global_indexes=indexes, indexes=[],
        streams={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}, billing_mode=table.billing_mode, sse_specification=encryption,
        tags=[], deletion_protection_enabled=False, warm_throughput=None)
    backend.tables[table.name].items = copy.deepcopy(table.items)
    table.is_global = backend.tables[table.name].is_global = True


def remove(handler, replica):
    dynamodb_backends[handler.current_account][replica["RegionName"]].delete_table(handler.body["TableName"])


def is_scaled(table):
    """Whether application auto scaling has the write capacity of the table and of each index. moto does not check who says so."""
    from moto.applicationautoscaling.models import applicationautoscaling_backends
    targets = applicationautoscaling_backends[table.account_id][table.region_name].targets
    resources = [f"table/{table.name}"] + [f"table/{table.name}/index/{index.name}" for index in table.global_indexes]
    known = {(target.resource_id, target.scalable_dimension) for by_dimension in targets.values() for target in by_dimension.values()}
    return all(any(resource == each and dimension.endswith("WriteCapacityUnits") for each, dimension in known) for resource in resources)
