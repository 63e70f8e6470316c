"""The statement that ends what operators may do to a restored table, in the table's own policy.

An operator needs rights on restored tables to fill and protect them. Once a table is switched to it holds the records, and these
rights would be a way to destroy them. So the last step of a restore gives it a policy with this statement, which table.yaml has too:
a Deny in it counts more than any Allow of the operator's role, and operators cannot change it.
"""
SID = "OperatorsChangeNothing"
ACTIONS = ["BatchWriteItem", "DeleteItem", "PutItem", "PutResourcePolicy", "TagResource", "UpdateContinuousBackups", "UpdateItem", "UpdateTable"]


def closed(policy, arn):
    """A table's policy, or none, with the statement in it."""
    policy = policy or {"Version": "2012-10-17", "Statement": []}
    return policy if is_closed(policy) else {**policy, "Statement": [*policy["Statement"], statement(arn)]}


def is_closed(policy):
    """Whether a policy has the statement. AWS need not give a policy back letter by letter, so they are not compared."""
    return any(statement.get("Sid") == SID for statement in (policy or {}).get("Statement", []))


def statement(arn):
    _, partition, _, _, account, _ = arn.split(":", 5)
    return {"Sid": SID, "Effect": "Deny", "Principal": "*", "Action": [f"dynamodb:{action}" for action in ACTIONS],
            "Resource": [arn, f"{arn}/index/*"],
            "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:{partition}:iam::{account}:role/audit-query-*-operator"}}}
