"""Decides by IAM policies: actions, resources and the conditions that our policies use."""
import re


def decision(documents, action, resource, context):
    """Deny if a statement denies, Allow if one allows, else nothing: IAM's own rule."""
    effects = {statement["Effect"] for document in documents for statement in many(document["Statement"])
               if applies(statement, action, resource, context)}
    return "Deny" if "Deny" in effects else "Allow" if effects else None


def applies(statement, action, resource, context):
    # What is not understood here must not pass for understood.
    unknown = statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if unknown or statement.get("Principal", "*") != "*":
        raise NotImplementedError(f"statement with {unknown or statement['Principal']}")
    return (any(matches(pattern.lower(), action.lower()) for pattern in many(statement["Action"]))
            and any(matches(pattern, resource) for pattern in many(statement["Resource"]))
            and all(holds(operator, key, many(wanted), context.get(key))
                    for operator, keys in statement.get("Condition", {}).items() for key, wanted in keys.items()))


def holds(operator, key, wanted, actual):
    """A condition on a key that the request does not have fails, and a negated one holds."""
    if operator in ("StringNotEquals", "ArnNotLike"):
        return actual is None or not holds({"StringNotEquals": "StringEquals", "ArnNotLike": "ArnLike"}[operator], key, wanted, actual)
    if actual is None:
        return False
    if operator == "StringEquals":
        return actual in wanted
    if operator in ("StringLike", "ArnLike"):
        return any(matches(pattern, actual) for pattern in wanted)
    if operator == "Bool":
        return actual.lower() in (value.lower() for value in wanted)
    raise NotImplementedError(f"condition {operator} on {key}")


def matches(pattern, text):
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern), text, re.DOTALL) is not None


def many(value):
    return value if isinstance(value, list) else [value]
