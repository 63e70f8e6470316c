"""What CloudWatch makes of the samples that workers send: statistics, metric math, and an alarm's state, as far as ours go.

After the CloudWatch user guide: "Using math expressions with CloudWatch metrics" and "Configuring how CloudWatch alarms treat missing
data". What stands in no document, such as what a division by zero leaves behind, is assumed both ways (`strict`).
"""
import ast
import math
import operator

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Gt: operator.gt,
             ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le}
COMPARISONS = {"GreaterThanThreshold": operator.gt, "GreaterThanOrEqualToThreshold": operator.ge, "LessThanThreshold": operator.lt,
               "LessThanOrEqualToThreshold": operator.le}
# Of so many more periods CloudWatch takes older data before it counts missing ones as missing: 5 for an alarm of 3, in the guide's table.
OLDER_PERIODS = 2


def state(alarm, samples, strict=False):
    """ALARM or OK, by an alarm's properties and the samples of each metric, a list for each minute up to now."""
    comparison = COMPARISONS[alarm["ComparisonOperator"]]
    values = series(alarm, samples, strict)
    periods = alarm["EvaluationPeriods"]
    values = values[-(periods + OLDER_PERIODS):]
    real = [value for value in values if value is not None]
    if len(real) >= periods:
        latest = real[-periods:]
    else:
        missing = {"breaching": True, "notBreaching": False}[alarm["TreatMissingData"]]
        latest = [missing] * (periods - len(real)) + real
    breaching = [value if isinstance(value, bool) else comparison(value, float(alarm["Threshold"])) for value in latest]
    return "ALARM" if sum(breaching) >= alarm["DatapointsToAlarm"] else "OK"


def series(alarm, samples, strict):
    """The values that the alarm compares, one a period; None is missing."""
    if "MetricName" in alarm:
        return statistics(samples.get(alarm["MetricName"], []), alarm["Statistic"], alarm["Period"])
    named = {query["Id"]: statistics(samples.get(query["MetricStat"]["Metric"]["MetricName"], []), query["MetricStat"]["Stat"], query["MetricStat"]["Period"])
             for query in alarm["Metrics"] if "MetricStat" in query}
    expression, = (query["Expression"] for query in alarm["Metrics"] if query.get("ReturnData", True))
    return evaluate(expression, named, strict)


def statistics(minutes, statistic, period):
    size = period // 60
    periods = [[value for minute in minutes[start:start + size] for value in minute] for start in range(len(minutes) % size, len(minutes), size)]
    return [of_values(sorted(values), statistic) if values else None for values in periods]


def of_values(ordered, statistic):
    if statistic.startswith("p"):
        return ordered[math.ceil(len(ordered) * float(statistic[1:]) / 100) - 1]
    return {"Sum": sum, "SampleCount": len, "Minimum": min, "Maximum": max}[statistic](ordered)


def evaluate(expression, named, strict=False):
    """The expression's values. Its grammar is a part of Python's."""
    body = ast.parse(expression, mode="eval").body
    length = max(map(len, named.values()))
    filled = {name: [None] * (length - len(values)) + values for name, values in named.items()}
    return [at(body, {name: values[place] for name, values in filled.items()}, filled, strict) for place in range(length)]


def at(node, named, whole, strict):
    def value(part):
        return at(part, named, whole, strict)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return named[node.id]
    if isinstance(node, (ast.BinOp, ast.Compare)):
        left, right, kind = (node.left, node.right, node.op) if isinstance(node, ast.BinOp) else (node.left, *node.comparators, *node.ops)
        return calculated(OPERATORS[type(kind)], value(left), value(right))
    if isinstance(node, ast.Call) and node.func.id == "IF":
        condition, *choices = map(value, node.args)
        if condition is None or strict and None in choices:
            return None
        return choices[not condition]
    if isinstance(node, ast.Call) and node.func.id == "FILL":
        filled, by = node.args
        everywhere = whole[filled.id]
        # Of a metric without any data it makes none.
        return value(by) if named[filled.id] is None and any(each is not None for each in everywhere) else named[filled.id]
    raise NotImplementedError(ast.dump(node))


def calculated(operation, left, right):
    if left is None or right is None or operation is operator.truediv and right == 0:
        return None
    return operation(left, right)
