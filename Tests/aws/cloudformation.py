"""CloudFormation as far as aws/deploy goes: change sets of our templates, made, executed and rolled back by AWS's rules.

moto's own passes over what it does not know, and refuses nothing. Here tables are really made, in moto's DynamoDB; of other
resources names and properties are kept. What is refused, and where AWS says so:

- a replica in another region than the stack's together with its policy (DynamoDB guide, "resource-based policy considerations");
- more than one replica added or taken away at once, and a switch to provisioned without SeedCapacity in each scaled setting
  (CloudFormation's reference of AWS::DynamoDB::GlobalTable and its CapacityAutoScalingSettings);
- the deletion of what is protected, be it in a rollback, so that the stack cannot be deleted either;
- a resource whose name is taken, by another stack or by what a rollback left (DeletionPolicy Retain, not RetainExceptOnCreate);
- a change of a create-only property, by the registry's schema, of a resource with a name of its own;
- a change set on a stack that is in no state for it, and one that changes nothing;
- an import by a template with outputs, without a deletion policy, or of what is in a stack (user guide, "Import considerations").
"""
import itertools
import json
import re
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from template import ACCOUNT, Template, parsed

# Where a resource's name stands, of the types that have one which must not be taken.
NAMES = {"AWS::CloudWatch::Alarm": "AlarmName", "AWS::CloudWatch::Dashboard": "DashboardName", "AWS::DynamoDB::GlobalTable": "TableName",
         "AWS::Events::Rule": "Name", "AWS::IAM::InstanceProfile": "InstanceProfileName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
         "AWS::IAM::Role": "RoleName", "AWS::KMS::Alias": "AliasName", "AWS::SNS::Topic": "TopicName", "AWS::Scheduler::Schedule": "Name"}
# One for all regions.
GLOBAL = ("AWS::IAM::", "AWS::Budgets::", "AWS::Route53::")
UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")


class Refused(Exception):
    """What AWS says to a resource."""


class Account:
    """All stacks of the emulated account, and what a test wants of them."""

    def __init__(self):
        self.endpoint = None
        self.reset()

    def reset(self):
        self.stacks, self.change_sets, self.taken = {}, {}, set()
        # Executed operations, as (stack, region, CREATE or UPDATE); calls to DynamoDB, as (region, operation, parameters).
        self.operations, self.sent = [], []
        # Says of an operation's number how it is to fail: "resource" (the last one), "not executed", or not.
        self.fails = lambda number: None

    def stack(self, region, name):
        try:
            return self.stacks[region, name]
        except KeyError:
            raise ValidationError(name) from None

    def dynamodb(self, region):
        client = boto3.client("dynamodb", region_name=region, endpoint_url=self.endpoint, aws_access_key_id="admin",
                              aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}))

        def call(operation, **parameters):
            self.sent.append((region, operation, parameters))
            try:
                return getattr(client, operation)(**parameters)
            except ClientError as error:
                raise Refused(str(error)) from error
        return call


account = Account()


class Resolved(Template):
    """A template in which resources have identifiers and attributes, once they are made."""

    def __init__(self, text, region, parameters):
        super().__init__(text, region, **parameters)
        self.attributes = {}
        for name, declared in self.document.get("Parameters", {}).items():
            check_parameter(name, declared, parameters.get(name, declared.get("Default")))
        for name, rule in self.document.get("Rules", {}).items():
            if self.resolved(rule["RuleCondition"]) and not all(self.resolved(each["Assert"]) for each in rule["Assertions"]):
                raise ValidationError(message=f"Rule {name} failed: {rule['Assertions'][0]['AssertDescription']}")

    def resources(self):
        """Those whose condition holds, each after those that it names."""
        declared = {name: each for name, each in self.document["Resources"].items() if "Condition" not in each or self.holds(each["Condition"])}
        order = []

        def visit(name):
            for other in declared:
                if other != name and other not in order and re.search(rf"'(Ref|Fn::GetAtt)': (\['|')?{other}'|\${{{other}[.}}]", repr(declared[name])):
                    visit(other)
            if name not in order:
                order.append(name)
        for name in declared:
            visit(name)
        return {name: declared[name] for name in order}

    def outputs(self):
        return {name: self.resolved(each["Value"]) for name, each in self.document.get("Outputs", {}).items()
                if "Condition" not in each or self.holds(each["Condition"])}

    def getatt_(self, content):
        return self.attributes.get(tuple(content)) or super().getatt_(content)

    def eachmemberequals_(self, content):
        return all(each == self.resolved(content[1]) for each in self.resolved(content[0]))


def check_parameter(name, declared, value):
    if value is None:
        raise ValidationError(message=f"Parameters: [{name}] must have values")
    if "AllowedValues" in declared and value not in declared["AllowedValues"]:
        raise ValidationError(message=f"Parameter {name} must be one of AllowedValues")
    if "AllowedPattern" in declared and not re.fullmatch(declared["AllowedPattern"], str(value)):
        raise ValidationError(message=f"Parameter {name} failed to satisfy constraint: must match pattern {declared['AllowedPattern']}")


class Resource:
    """One that is there."""

    def __init__(self, kind, properties, deletion, region, stack, logical):
        self.kind, self.properties, self.deletion, self.region = kind, properties, deletion, region
        self.name = properties.get(NAMES.get(kind))
        self.identifier = self.name or f"{stack}-{logical}-{uuid.uuid4().hex[:12]}"
        self.key = (kind, "" if kind.startswith(GLOBAL) else region, self.identifier)

    def arn(self):
        return f"arn:aws:{self.kind.split('::')[1].lower()}:{self.region}:{ACCOUNT}:{self.kind.split('::')[2].lower()}/{self.identifier}"

    def reference(self):
        return self.arn() if self.kind in ("AWS::SNS::Topic", "AWS::IAM::ManagedPolicy") else self.identifier

    def create(self):
        if self.key in account.taken:
            raise Refused(f"{self.identifier} already exists")
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", self.kind).schema
        missing = set(schema.get("required", [])) - self.properties.keys()
        unknown = self.properties.keys() - schema["properties"].keys()
        if missing or unknown:
            raise Refused(f"Model validation failed: {missing or unknown}")
        table_changes(self, None, self.properties)
        account.taken.add(self.key)

    def update(self, properties):
        """Gives what was before; None if a new one takes its place."""
        for path in PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", self.kind).schema.get("createOnlyProperties", []):
            if at(self.properties, path) != at(properties, path):
                if self.name:
                    raise Refused("CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                                  f"Rename {self.name} and update the stack again.")
                return None
        before = self.properties
        table_changes(self, before, properties)
        self.properties = properties
        return before

    def delete(self):
        table_changes(self, self.properties, None)
        account.taken.discard(self.key)


def at(properties, path):
    for name in path.split("/")[2:]:
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


# -- Tables ----------------------------------------------------------------------------------------------------

def table_changes(resource, before, after):
    if resource.kind == "AWS::DynamoDB::GlobalTable":
        if before is None:
            create_table(resource.region, after)
        elif after is None:
            for replica in before["Replicas"][::-1]:
                account.dynamodb(replica["Region"])("delete_table", TableName=before["TableName"])
        else:
            update_table(resource.region, before, after)


def create_table(region, table):
    own, = (replica for replica in table["Replicas"] if replica["Region"] == region)
    call = account.dynamodb(region)
    indexes = [{key: index[key] for key in ("IndexName", "KeySchema", "Projection")} | throughput(table, own, index)
               for index in table["GlobalSecondaryIndexes"]]
    call("create_table", TableName=table["TableName"], AttributeDefinitions=table["AttributeDefinitions"], KeySchema=table["KeySchema"],
         GlobalSecondaryIndexes=indexes, BillingMode=table["BillingMode"], Tags=own.get("Tags", []),
         StreamSpecification={"StreamEnabled": True, **table["StreamSpecification"]}, **throughput(table, own),
         SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": own["SSESpecification"]["KMSMasterKeyId"]})
    try:
        configure(call, table["TableName"], {}, own)
        for replica in table["Replicas"]:
            if replica is not own:
                add_replica(region, table, replica)
    except Refused:
        # What is made is left to the rollback, if that may delete it.
        call("delete_table", TableName=table["TableName"])
        raise


def update_table(region, before, after):
    regions = [{replica["Region"]: replica for replica in table["Replicas"]} for table in (before, after)]
    changed = regions[0].keys() ^ regions[1].keys()
    if len(changed) > 1:
        raise Refused("You can only add or remove a single replica in each update")
    if before["BillingMode"] != after["BillingMode"]:
        switch_capacity(region, after)
    call = account.dynamodb(region)
    if "StreamSpecification" not in before and "StreamSpecification" in after:
        call("update_table", TableName=after["TableName"], StreamSpecification={"StreamEnabled": True, **after["StreamSpecification"]})
    for each in changed - regions[0].keys():
        add_replica(region, after, regions[1][each])
    for each in changed - regions[1].keys():
        call("update_table", TableName=after["TableName"], ReplicaUpdates=[{"Delete": {"RegionName": each}}])
    for each in regions[0].keys() & regions[1].keys():
        configure(account.dynamodb(each), after["TableName"], regions[0][each], regions[1][each])


def add_replica(region, table, replica):
    if "ResourcePolicy" in replica:
        raise Refused(f"Creating a replica and adding a resource-based policy to it in one update is not supported in {replica['Region']}")
    account.dynamodb(region)("update_table", TableName=table["TableName"], ReplicaUpdates=[{"Create": {
        "RegionName": replica["Region"], "KMSMasterKeyId": replica["SSESpecification"]["KMSMasterKeyId"]}}])
    configure(account.dynamodb(replica["Region"]), table["TableName"], {}, replica)


def configure(call, name, before, after):
    """Recovery, protection and policy, where they change."""
    recovery = after.get("PointInTimeRecoverySpecification")
    if recovery and recovery != before.get("PointInTimeRecoverySpecification"):
        call("update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=recovery)
    protected = after.get("DeletionProtectionEnabled", False)
    if protected != before.get("DeletionProtectionEnabled", False):
        call("update_table", TableName=name, DeletionProtectionEnabled=protected)
    policy = after.get("ResourcePolicy")
    if policy != before.get("ResourcePolicy"):
        table = call("describe_table", TableName=name)["Table"]["TableArn"]
        if policy:
            call("put_resource_policy", ResourceArn=table, Policy=json.dumps(policy["PolicyDocument"]))
        else:
            call("delete_resource_policy", ResourceArn=table)


def switch_capacity(region, table):
    own, *_ = table["Replicas"]
    if table["BillingMode"] == "PROVISIONED" and not all(seeds(table)):
        raise Refused("SeedCapacity must be specified for each auto scaled resource when switching to PROVISIONED")
    updates = [{"Update": {"IndexName": index["IndexName"], **throughput(table, own, index)}} for index in table["GlobalSecondaryIndexes"]]
    more = {"GlobalSecondaryIndexUpdates": updates} if table["BillingMode"] == "PROVISIONED" else {}
    account.dynamodb(region)("update_table", TableName=table["TableName"], BillingMode=table["BillingMode"], **throughput(table, own), **more)


def seeds(table):
    """SeedCapacity of each scaled setting."""
    for part, kind in ((table, "Write"), *((replica, "Read") for replica in table["Replicas"])):
        for settings in (part, *part["GlobalSecondaryIndexes"]):
            yield settings[f"{kind}ProvisionedThroughputSettings"][f"{kind}CapacityAutoScalingSettings"].get("SeedCapacity")


def throughput(table, own, index=None):
    if table["BillingMode"] != "PROVISIONED":
        return {}
    of_replica = own if index is None else next(each for each in own["GlobalSecondaryIndexes"] if each["IndexName"] == index["IndexName"])
    units = {}
    for part, kind in ((index or table, "Write"), (of_replica, "Read")):
        scaling = part[f"{kind}ProvisionedThroughputSettings"][f"{kind}CapacityAutoScalingSettings"]
        units[f"{kind}CapacityUnits"] = int(scaling.get("SeedCapacity") or scaling["MinCapacity"])
    return {"ProvisionedThroughput": units}


# -- Stacks ----------------------------------------------------------------------------------------------------

class Stack:
    def __init__(self, region, name):
        self.region, self.name, self.status = region, name, "REVIEW_IN_PROGRESS"
        self.identifier = f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{name}/{uuid.uuid4()}"
        self.text, self.parameters, self.tags, self.resources, self.outputs, self.reason = "", {}, {}, {}, {}, ""

    def apply(self, text, parameters, tags, fail):
        """Makes or changes what the template says, or puts back what was. Gives the operation's end."""
        verb = "CREATE" if self.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        template, undo, replaced = Resolved(text, self.region, parameters), [], []
        wanted = template.resources()
        try:
            for name, declared in wanted.items():
                properties = template.resolved(declared.get("Properties", {}))
                resource = self.resources.get(name)
                before = resource.update(properties) if resource and resource.properties != properties else resource
                if resource and before is None:
                    replaced.append(resource)
                elif before is not resource:
                    undo.append(lambda resource=resource, before=before: resource.update(before))
                if before is None:
                    old, resource = resource, Resource(declared["Type"], properties, declared.get("DeletionPolicy", "Delete"), self.region, self.name, name)
                    resource.create()
                    undo.append(lambda name=name, resource=resource, old=old: self.take_back(name, resource, old))
                    self.resources[name] = resource
                resource.deletion = declared.get("DeletionPolicy", "Delete")
                template.values[name] = resource.reference()
                template.attributes[name, "Arn"] = resource.arn()
                if fail and name == list(wanted)[-1]:
                    raise Refused("Internal failure")
            for name in self.resources.keys() - wanted.keys():
                replaced.append(self.resources.pop(name))
        except Refused as error:
            self.reason = str(error)
            try:
                for step in undo[::-1]:
                    step()
            except Refused as worse:
                self.reason += f"; {worse}"
                return "ROLLBACK_FAILED" if verb == "CREATE" else "UPDATE_ROLLBACK_FAILED"
            return "ROLLBACK_COMPLETE" if verb == "CREATE" else "UPDATE_ROLLBACK_COMPLETE"
        for resource in replaced:
            if resource.deletion == "Delete":
                resource.delete()
        self.text, self.parameters, self.tags, self.outputs, self.reason = text, parameters, tags, template.outputs(), ""
        return f"{verb}_COMPLETE"

    def take_back(self, name, resource, old):
        if resource.deletion != "Retain":
            resource.delete()
        if old:
            self.resources[name] = old
        else:
            del self.resources[name]

    def delete(self):
        try:
            for name, resource in reversed(list(self.resources.items())):
                if resource.deletion == "Delete":
                    resource.delete()
                del self.resources[name]
        except Refused as error:
            self.status, self.reason = "DELETE_FAILED", str(error)
        else:
            del account.stacks[self.region, self.name]

    def described(self):
        return {"StackId": self.identifier, "StackName": self.name, "StackStatus": self.status, "StackStatusReason": self.reason or None,
                "CreationTime": "2026-01-31T10:00:00.000Z", "Tags": self.tags,
                "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()],
                "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]}


# -- Its API ---------------------------------------------------------------------------------------------------

numbers = itertools.count()


def summary(text):
    declared = parsed(text).get("Parameters", {})
    return [{"ParameterKey": key, "DefaultValue": str(each["Default"]) if "Default" in each else None} for key, each in declared.items()]


def create_change_set(handler):
    name, region, kind = handler._get_param("StackName"), handler.region, handler._get_param("ChangeSetType", "UPDATE")
    stack = account.stacks.get((region, name))
    if kind in ("CREATE", "IMPORT") and stack is None:
        stack = account.stacks[region, name] = Stack(region, name)
    elif stack is None:
        raise ValidationError(name)
    elif kind == "UPDATE" and stack.status not in UPDATABLE or kind == "CREATE" and stack.status != "REVIEW_IN_PROGRESS":
        raise ValidationError(message=f"Stack:{stack.identifier} is in {stack.status} state and can not be updated.")
    text = handler._get_param("TemplateBody")
    parameters = {each["ParameterKey"]: each["DefaultValue"] for each in summary(text) if each["DefaultValue"] is not None}
    parameters |= {each["ParameterKey"]: stack.parameters[each["ParameterKey"]] if each.get("UsePreviousValue") else each["ParameterValue"]
                   for each in handler._get_param("Parameters", [])}
    tags = {each["Key"]: each["Value"] for each in handler._get_param("Tags", [])}
    template = Resolved(text, region, parameters)
    template.values |= {logical: resource.reference() for logical, resource in stack.resources.items()}
    template.attributes |= {(logical, "Arn"): resource.arn() for logical, resource in stack.resources.items()}
    wanted = {logical: template.resolved(each.get("Properties", {})) for logical, each in template.resources().items()}
    status, reason = "CREATE_COMPLETE", None
    if kind == "IMPORT":
        check_import(stack, template, handler._get_param("ResourcesToImport", []))
    elif kind == "UPDATE" and tags == stack.tags and wanted == {logical: resource.properties for logical, resource in stack.resources.items()}:
        status, reason = "FAILED", "The submitted information didn't contain changes. Submit different information to create a change set."
    identifier = f"arn:aws:cloudformation:{region}:{ACCOUNT}:changeSet/{handler._get_param('ChangeSetName')}/{next(numbers)}"
    account.change_sets[identifier] = {"ChangeSetId": identifier, "StackName": name, "Status": status, "StatusReason": reason,
                                       "text": text, "given": parameters, "tags": tags, "kind": kind}
    return ActionResult({"Id": identifier, "StackId": stack.identifier})


def check_import(stack, template, to_import):
    if template.document.get("Outputs"):
        raise ValidationError(message="As part of the import operation, you cannot modify or add [Outputs]")
    for logical, declared in template.resources().items():
        if "DeletionPolicy" not in declared:
            raise ValidationError(message=f"Resources [{logical}] is missing DeletionPolicy attribute")
        named, = (each for each in to_import if each["LogicalResourceId"] == logical)
        resource = imported(stack, template, logical)
        if named["ResourceIdentifier"] != {NAMES[resource.kind]: resource.name}:
            raise ValidationError(message=f"{logical} is not {named['ResourceIdentifier']}")
        if resource.key in account.taken:
            raise ValidationError(message=f"{resource.name} already exists in another stack")
        regions = {replica["Region"] for replica in resource.properties["Replicas"]}
        try:
            there = account.dynamodb(stack.region)("describe_table", TableName=resource.name)["Table"]
        except Refused as error:
            raise ValidationError(message=str(error)) from error
        found = {stack.region} | {replica["RegionName"] for replica in there.get("Replicas", [])}
        billing = there["BillingModeSummary"]["BillingMode"]
        if regions != found or billing != resource.properties["BillingMode"]:
            raise ValidationError(message=f"{resource.name} has {sorted(found)} and {billing}: the template says otherwise")


def imported(stack, template, logical):
    declared = template.document["Resources"][logical]
    return Resource(declared["Type"], template.resolved(declared["Properties"]), declared["DeletionPolicy"], stack.region, stack.name, logical)


def describe_change_set(handler):
    found = account.change_sets[handler._get_param("ChangeSetName")]
    return ActionResult({**{key: found[key] for key in ("ChangeSetId", "StackName", "Status", "StatusReason")}, "Changes": [], "Parameters": {}})


def execute_change_set(handler):
    change = account.change_sets[handler._get_param("ChangeSetName")]
    stack = account.stack(handler.region, change["StackName"])
    fails = account.fails(len(account.operations))
    account.operations.append((stack.name, stack.region, change["kind"]))
    if fails == "not executed":
        raise ValidationError(message="Rate exceeded")
    if change["kind"] == "IMPORT":
        template = Resolved(change["text"], stack.region, change["given"])
        stack.resources = {logical: imported(stack, template, logical) for logical in template.resources()}
        account.taken |= {resource.key for resource in stack.resources.values()}
        stack.text, stack.parameters, stack.tags, stack.status = change["text"], change["given"], change["tags"], "IMPORT_COMPLETE"
        return EmptyResult()
    stack.status = stack.apply(change["text"], change["given"], change["tags"], fail=fails == "resource")
    return EmptyResult()


def install():
    moto_describe, moto_delete = CloudFormationResponse.describe_stacks, CloudFormationResponse.delete_stack

    def ours(handler):
        """A stack of ours by name or ARN; those that moto made by CreateStack are its own."""
        wanted = handler._get_param("StackName")
        return next((stack for (region, name), stack in account.stacks.items() if region == handler.region and wanted in (name, stack.identifier)), None)

    def describe_stacks(handler):
        stack = ours(handler)
        return ActionResult({"Stacks": [stack.described()]}) if stack else moto_describe(handler)

    def delete_stack(handler):
        stack = ours(handler)
        if stack is None:
            return moto_delete(handler)
        stack.delete()
        return EmptyResult()

    def get_template_summary(handler):
        return ActionResult({"Parameters": summary(handler._get_param("TemplateBody") or ours(handler).text or "Parameters: {}")})

    for method in (create_change_set, describe_change_set, execute_change_set, describe_stacks, delete_stack, get_template_summary):
        setattr(CloudFormationResponse, method.__name__, method)
