"""Point-in-time recovery for moto: each table keeps what each write replaced, and a restore goes back through it.

Only puts and deletes are kept; records are written in no other way. A restored table also keeps the source's key
and billing, as at AWS and not in moto.
"""
import copy
import datetime
import time

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler


def install():
    put_item, delete_item, describe = Table.put_item, Table.delete_item, DynamoDBBackend.describe_continuous_backups

    def put(table, item_attrs, *rest, **options):
        keys = [DynamoType(item_attrs[name]) for name in table.table_key_attrs]
        before = table.items.get(keys[0], {}).get(keys[-1])
        item = put_item(table, item_attrs, *rest, **options)
        history(table).append((time.time(), keys, before))
        return item

    def delete(table, hash_key, range_key):
        item = delete_item(table, hash_key, range_key)
        if item is not None:
            history(table).append((time.time(), [hash_key, range_key], item))
        return item

    def describe_now(backend, table_name):
        state = describe(backend, table_name)
        if "LatestRestorableDateTime" in state["PointInTimeRecoveryDescription"]:
            state["PointInTimeRecoveryDescription"]["LatestRestorableDateTime"] = time.time()
        return state

    Table.put_item, Table.delete_item, DynamoDBBackend.describe_continuous_backups = put, delete, describe_now
    keep_settings("restore_table_to_point_in_time", to_point_in_time=True)
    keep_settings("restore_table_from_backup", to_point_in_time=False)


def history(table):
    return table.__dict__.setdefault("history", [])


def keep_settings(name, to_point_in_time):
    original = getattr(DynamoHandler, name)

    def restore(handler):
        tables = handler.dynamodb_backend.tables
        if to_point_in_time:
            source = handler.dynamodb_backend.get_table(handler.body["SourceTableName"])
            if source.continuous_backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] != "ENABLED":
                raise MockValidationException("Point in time recovery is not enabled")
        else:
            source = handler.dynamodb_backend.get_backup(handler.body["BackupArn"]).table
        answer = original(handler)
        target = tables[handler.body["TargetTableName"]]
        target.billing_mode = handler.body.get("BillingModeOverride", source.billing_mode)
        target.sse_specification = copy.deepcopy(source.sse_specification)
        if to_point_in_time and "RestoreDateTime" in handler.body:
            moment = handler.body["RestoreDateTime"]
            if not isinstance(moment, datetime.datetime):
                moment = datetime.datetime.fromtimestamp(float(moment), datetime.timezone.utc)
            go_back(target, history(source), moment.timestamp())
            target.restore_date_time = moment
        return answer

    setattr(DynamoHandler, name, restore)


def go_back(table, writes, moment):
    for when, (hash_key, range_key), before in reversed(writes):
        if when > moment and before is None:
            table.items[hash_key].pop(range_key)
        elif when > moment:
            table.items[hash_key][range_key] = copy.deepcopy(before)
