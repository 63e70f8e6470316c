"""The alarms come when something is wrong and at no other time, reach those who asked for them, and say where to read on."""
import functools
import itertools
import json
import re
import subprocess
import sys

import metric_math
import policy
import pytest
import yaml
from conftest import ACCOUNT, AWS, REGION, ROOT
from metrics_in_templates import in_templates
from template import Loader, Template

# moto's CloudFormation passes over what it does not know: alarms, and policies and subscriptions of topics.
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse")
PROD = {"Environment": "prod", "Region": REGION}
RESOURCES = yaml.load((AWS / "alarms.yaml").read_text(), Loader)["Resources"]
ALARMS = [name for name, resource in RESOURCES.items() if resource["Type"] == "AWS::CloudWatch::Alarm"]


@functools.cache
def alarms(**parameters):
    template = Template(AWS / "alarms.yaml", **PROD, **parameters)
    return {name: template.properties(name) for name in ALARMS}


# -- When they come --------------------------------------------------------------------------------------------

COUNTERS = {name for _, name, _ in in_templates()} - {"QueryDuration"}
SILENCE = {}


def minute(**counts):
    """What one worker reports in a minute: zeros but for these, and its keys; durations only of what was asked."""
    return {name: [0] for name in COUNTERS} | {"KeysLoaded": [3]} | {name: count if isinstance(count, list) else [count] for name, count in counts.items()}


def samples(*minutes):
    names = {name for each in minutes for name in each}
    return {name: [each.get(name, []) for each in minutes] for name in names}


def always(each, minutes=20):
    return [each] * minutes


IDLE = minute()
BUSY = minute(QuerySuccess=950, QueryRejected=50, CacheHit=900, CacheMiss=50, QueryDuration=[20] * 950)


def failing(failed, of, **rest):
    return minute(QuerySuccess=of - failed, QueryError=failed, **rest)


def slow(slow_ones, of):
    return minute(QuerySuccess=of, QueryDuration=[501] * slow_ones + [20] * (of - slow_ones))


def cached(hits, misses):
    return minute(QuerySuccess=hits + misses, CacheHit=hits, CacheMiss=misses)


def last(*minutes, before=IDLE):
    """These minutes are the latest ones."""
    return always(before) + list(minutes)


# An alarm, what happened, and whether it comes.
CASES = [
    ("ErrorRate", "2 % of a minute", last(failing(20, 1000), before=BUSY), True),
    ("ErrorRate", "1 % is not over 1 %", last(failing(10, 1000), before=BUSY), False),
    ("ErrorRate", "all of a few", last(failing(3, 3)), True),
    ("ErrorRate", "one of three is an accident", last(failing(1, 3)), False),
    ("ErrorRate", "two of two are one, too", last(failing(2, 2)), False),
    ("ErrorRate", "it is over", last(failing(20, 1000), BUSY), False),
    ("ErrorRate", "callers' faults are none", always(minute(QueryRejected=1000)), False),
    ("ErrorRate", "callers' faults are queries, too", last(minute(QueryRejected=990, QueryError=10)), False),
    ("LastingErrors", "seldom, but all", always(IDLE, 15) + [failing(1, 1), *always(IDLE, 4)] * 3, True),
    ("LastingErrors", "one of three in a night", always(IDLE, 15) + [failing(1, 1), *always(failing(0, 1), 2), *always(IDLE, 12)], False),
    ("LastingErrors", "1.5 % of a hundred a minute", [failing(1, 100), failing(2, 100)] * 15, True),
    ("LastingErrors", "1 % is not over 1 %", always(failing(1, 100), 30), False),
    ("Latency", "two minutes in three", last(slow(2, 100), BUSY, slow(2, 100), before=BUSY), True),
    ("Latency", "one minute", last(slow(100, 100), BUSY, before=BUSY), False),
    ("Latency", "a percent is not more than a percent", always(slow(1, 100)), False),
    ("Latency", "500 ms is not over 500 ms", always(minute(QueryDuration=[500] * 100)), False),
    ("Latency", "one slow query at night", last(slow(1, 1)), False),
    ("Latency", "a slow query now and then at night", always(slow(1, 3)), False),
    ("Latency", "one slow query among thirty", last(slow(1, 30), before=slow(0, 30)), False),
    ("Latency", "twenty are enough", last(slow(20, 20), slow(20, 20)), True),
    ("HitRate", "79 %", always(cached(79, 21)), True),
    ("HitRate", "80 % is not under 80 %", always(cached(80, 20)), False),
    ("HitRate", "ten minutes after a start", last(*always(cached(0, 100), 10), before=BUSY), False),
    ("HitRate", "a quarter of an hour", last(*always(cached(0, 100), 15), before=BUSY), True),
    ("HitRate", "nineteen a minute say nothing", always(cached(0, 19)), False),
    ("HitRate", "twenty a minute do", always(cached(0, 20)), True),
    ("Throttles", "three minutes in five", last(*[BUSY, minute(StoreThrottles=1)] * 3), True),
    ("Throttles", "two minutes", last(*[minute(StoreThrottles=500)] * 2), False),
    ("StoreErrors", "a minute of them", last(minute(StoreErrors=3), before=BUSY), True),
    ("StoreErrors", "two are an accident", last(minute(StoreErrors=2), before=BUSY), False),
    ("StoreErrors", "it is over", last(minute(StoreErrors=300), BUSY), False),
    ("StaleAnswers", "a minute of them", last(minute(StaleAnswers=3), before=BUSY), True),
    ("StaleAnswers", "two are an accident", last(minute(StaleAnswers=2), before=BUSY), False),
    ("RequestsShed", "a minute of them", last(minute(RequestsShed=3), before=BUSY), True),
    ("RequestsShed", "two are an accident", last(minute(RequestsShed=2), before=BUSY), False),
    ("NoData", "three minutes without any", last(*always(SILENCE, 3), before=BUSY), True),
    ("NoData", "two minutes, for the latest may be on its way", last(*always(SILENCE, 2), before=BUSY), False),
    ("NoData", "never any", always(SILENCE), True),
    ("NoData", "it came back", last(*always(SILENCE, 9), IDLE), False),
    ("NoData", "one of two workers", last(*always(minute(QuerySuccess=[0])), before=minute(QuerySuccess=[0, 0])), False),
    ("NoKeys", "one worker of two has none", always(minute(KeysLoaded=[3, 0])), True),
    ("NoKeys", "one is enough", always(minute(KeysLoaded=[1, 1])), False),
    ("NoKeys", "they were gone for a moment", last(minute(KeysLoaded=0), before=BUSY), False),
    ("MetricsDropped", "once", last(minute(MetricsDropped=1), before=BUSY), True),
    ("MetricsDropped", "it is over", last(minute(MetricsDropped=1), BUSY), False),
    ("AuditEventsLost", "once", last(minute(AuditEventsLost=1), before=BUSY), True),
    ("AuditEventsLost", "it is over", last(minute(AuditEventsLost=1), BUSY), False),
    ("SealsLate", "four hours", last(*always(minute(SealAge=4), 5)), True),
    ("SealsLate", "three hours", always(minute(SealAge=3)), False),
    ("SealBroken", "a day", last(minute(SealFaults=1), before=BUSY), True),
    ("SealBroken", "none", always(BUSY), False),
    ("ForwardLate", "eleven minutes behind", last(*always(minute(ForwardLag=[660, 0]), 5)), True),
    ("ForwardLate", "ten are not over ten", always(minute(ForwardLag=600)), False),
    ("ForwardLate", "it has caught up", last(*always(minute(ForwardLag=660), 9), minute(ForwardLag=3)), False),
    ("ForwardRefused", "a record", last(minute(ForwardRefused=1), before=BUSY), True),
    ("ForwardRefused", "none", always(BUSY), False),
]


@pytest.mark.parametrize("strict", [False, True], ids=["each branch for itself", "a missing value anywhere"])
@pytest.mark.parametrize(("name", "minutes", "comes"), [pytest.param(name, minutes, comes, id=f"{name}: {what}") for name, what, minutes, comes in CASES])
def test_an_alarm_comes_when_it_should(name, minutes, comes, strict):
    assert metric_math.state(alarms()[name], samples(*minutes), strict) == ("ALARM" if comes else "OK")


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("minutes", [IDLE, BUSY], ids=["no traffic", "good traffic"])
def test_no_alarm_comes_while_all_is_well(minutes, strict):
    assert {name: metric_math.state(alarm, samples(*always(minutes)), strict) for name, alarm in alarms().items()} == dict.fromkeys(ALARMS, "OK")


def test_silence_is_one_alarm_not_ten():
    heard = [name for name, alarm in alarms().items() if metric_math.state(alarm, samples(*always(SILENCE))) == "ALARM"]
    assert heard == ["NoData"]


def test_each_alarm_is_tried_both_ways():
    assert {(name, comes) for name, _, _, comes in CASES} == set(itertools.product(ALARMS, (True, False)))


def test_limits_are_parameters():
    given = alarms(FewEvents=10, MaximumErrorRate=5, MaximumLatency=100, MinimumSamples=5, MinimumHitRate=50, MinimumLookups=10)
    for name, minutes, comes in [("ErrorRate", failing(9, 9), False), ("ErrorRate", failing(10, 100), True), ("StoreErrors", minute(StoreErrors=9), False),
                                 ("Latency", minute(QueryDuration=[101] * 5), True), ("HitRate", cached(1, 1), False), ("HitRate", cached(0, 2), True)]:
        assert metric_math.state(given[name], samples(*always(minutes))) == ("ALARM" if comes else "OK"), (name, minutes)


def test_expressions_that_are_not_understood_are_refused():
    for expression in ("SUM(METRICS())", "m ** 2", "IF(m, 1, 2, 3) if m else 0"):
        with pytest.raises((NotImplementedError, KeyError)):
            metric_math.evaluate(expression, {"m": [1]})


# -- What they are ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_names_a_section_of_the_runbook(name):
    page = (ROOT / "docs/operations.md").read_text()
    sections = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)]
    said = alarms(Runbook="https://wiki.example.com/operations")[name]["AlarmDescription"]
    found = re.search(r" See https://wiki\.example\.com/operations#([\w-]+)$", said)
    assert found and sections.count(found[1]) == 1, said


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_looks_at_our_metrics_and_tells_both_ways(name):
    alarm = Template(AWS / "alarms.yaml", **PROD, MetricNamespace="Other").properties(name)
    metrics = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query] or [alarm]
    for metric in metrics:
        assert (metric["Namespace"], metric["Dimensions"]) == ("Other", [{"Name": "Environment", "Value": "prod"}, {"Name": "Region", "Value": REGION}])
        assert "Unit" not in metric
    assert (alarm["AlarmActions"], alarm["OKActions"]) == (["<Topic>"], ["<Topic>"])
    assert alarm["TreatMissingData"] == ("breaching" if name == "NoData" else "notBreaching")
    assert len({query["MetricStat"]["Period"] for query in alarm.get("Metrics", []) if "MetricStat" in query}) <= 1


def test_only_our_alarms_may_publish_and_use_the_key():
    template = Template(AWS / "alarms.yaml", **PROD)
    statements = {each["Sid"]: each for name, part in (("TopicPolicy", "PolicyDocument"), ("Key", "KeyPolicy"))
                  for each in template.properties(name)[part]["Statement"]}
    alarm = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:audit-query-prod-no-data"
    for sid, action in (("OurAlarmsPublish", "sns:Publish"), ("AlarmsEncrypt", "kms:GenerateDataKey"), ("AlarmsEncrypt", "kms:Decrypt")):
        assert statements[sid]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        document = {"Statement": [{**statements[sid], "Principal": "*"}]}
        for source, account, decision in ((alarm, ACCOUNT, "Allow"), (alarm, "210987654321", None), (alarm.replace("-prod-", "-dev-"), ACCOUNT, None),
                                          (alarm.replace(ACCOUNT, "210987654321"), ACCOUNT, None), (None, ACCOUNT, None)):
            context = {"aws:SourceArn": source, "aws:SourceAccount": account, "aws:SecureTransport": "true"}
            assert policy.decision([document], action, "<Topic>", context) == decision, (sid, source, account)
    assert policy.decision([{"Statement": [statements["OnlyOverTLS"]]}], "sns:Publish", "<Topic>", {"aws:SecureTransport": "false"}) == "Deny"
    assert all(alarm["AlarmName"].startswith("audit-query-prod-") for alarm in alarms().values())
    assert sorted(statements) == ["AccountDecides", "AlarmsEncrypt", "OnlyOverTLS", "OurAlarmsPublish"]


def test_the_budget_counts_one_environment_and_tells_in_time():
    given = Template(AWS / "budget.yaml", Environment="staging", MonthlyLimit="100", Email="a@example.com").properties("Budget")
    assert given["Budget"]["BudgetLimit"] == {"Amount": "100", "Unit": "USD"}
    tags = {part["Tags"]["Key"]: part["Tags"]["Values"] for part in given["Budget"]["FilterExpression"]["And"]}
    assert tags == {"Project": ["audit-query"], "Environment": ["staging"]}
    told = [(each["Notification"]["NotificationType"], each["Notification"]["Threshold"]) for each in given["NotificationsWithSubscribers"]]
    assert told == [("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert all(each["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}] for each in given["NotificationsWithSubscribers"])


# -- In moto ---------------------------------------------------------------------------------------------------

def create(account, name, **parameters):
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=(AWS / f"{name}.yaml").read_text(),
                                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()])
    stack, = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def test_the_topic_is_encrypted_with_a_key_of_its_own(account):
    """moto's CloudFormation makes keys that cannot be described."""
    topic = create(account, "alarms", **PROD)["TopicArn"]
    key = account.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"]
    assert {each["KeyId"] for each in account.client("kms").list_keys()["Keys"]} == {key, account.key.rpartition("/")[2]}
    assert Template(AWS / "alarms.yaml", **PROD).properties("Key")["EnableKeyRotation"] is True


def test_the_topic_tells_whom_it_should(account):
    sns, template = account.client("sns"), Template(AWS / "alarms.yaml", **PROD, Email="a@example.com")
    topic = create(account, "alarms", **PROD)["TopicArn"]
    assert RESOURCES["Subscription"]["Condition"] == "HasEmail"
    assert template.holds("HasEmail") and not Template(AWS / "alarms.yaml", **PROD).holds("HasEmail")
    sns.subscribe(**{**template.properties("Subscription"), "TopicArn": topic})
    assert [(each["Protocol"], each["Endpoint"]) for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]] == [("email", "a@example.com")]
    given = template.properties("TopicPolicy")
    assert given["Topics"] == ["<Topic>"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(given["PolicyDocument"]).replace("<Topic>", topic))


def test_alarms_are_what_cloudwatch_takes(account):
    """Each is put as CloudFormation would put it. botocore checks names and types."""
    topic = create(account, "alarms", **PROD)["TopicArn"]
    cloudwatch = account.client("cloudwatch")
    given = json.loads(json.dumps(alarms()).replace("<Topic>", topic))
    for alarm in given.values():
        cloudwatch.put_metric_alarm(**{**alarm, "Threshold": float(alarm["Threshold"])})
    found = {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert len(found) == len(ALARMS)
    for name, alarm in given.items():
        made = found[alarm["AlarmName"]]
        assert made["AlarmActions"] == [topic]
        kept = {key: made[key] for key in alarm if key not in ("Threshold", "Metrics")}
        assert (kept, made["Threshold"]) == ({key: alarm[key] for key in kept}, float(alarm["Threshold"]))
        assert expressions(made) == expressions(alarm)
        for _, _, minutes, comes in (case for case in CASES if case[0] == name):
            assert metric_math.state(made, samples(*minutes)) == ("ALARM" if comes else "OK")


def expressions(alarm):
    return {query["Id"]: (query.get("Expression"), query.get("MetricStat"), query.get("ReturnData", True)) for query in alarm.get("Metrics", [])}


def test_the_dashboard_shows_every_alarm_and_its_metrics(account):
    create(account, "dashboard", **PROD)
    body = json.loads(account.client("cloudwatch").get_dashboard(DashboardName=f"audit-query-prod-{REGION}")["DashboardBody"])
    shown, *graphs = [widget["properties"] for widget in body["widgets"]]
    assert {arn.rpartition(":")[2] for arn in shown["alarms"]} == {alarm["AlarmName"] for alarm in alarms().values()}
    assert {arn.rpartition(":")[0] for arn in shown["alarms"]} == {f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm"}
    for metric, templates in in_templates().items():
        assert "dashboard.yaml" in templates, f"the dashboard lacks {metric}"
    lines = {graph["title"]: graph["annotations"]["horizontal"][0]["value"] for graph in graphs if "annotations" in graph}
    assert lines == {"Failed queries": 1, "Time of a query": 500, "Answers from the cache": 80}
    places = [(x, y) for widget in body["widgets"] for x in range(widget["x"], widget["x"] + widget["width"])
              for y in range(widget["y"], widget["y"] + widget["height"])]
    assert len(places) == len(set(places)) and max(places)[0] < 24


@pytest.mark.parametrize("minutes", [IDLE, BUSY, failing(20, 1000)], ids=["no traffic", "good traffic", "errors"])
def test_the_dashboard_computes_what_the_alarms_do(minutes):
    body = json.loads(Template(AWS / "dashboard.yaml", **PROD).properties("Dashboard")["DashboardBody"])
    graphs = {widget["properties"].get("title"): widget["properties"].get("metrics") for widget in body["widgets"]}
    counts = {name: sum(values) for name, values in minutes.items()}
    requests = counts["QuerySuccess"] + counts["QueryRejected"] + counts["QueryError"]
    answers = counts["CacheHit"] + counts["CacheMiss"]
    for title, expected in (("Failed queries", 100 * counts["QueryError"] / requests if requests else None),
                            ("Answers from the cache", 100 * counts["CacheHit"] / answers if answers else None)):
        (shown,), *hidden = graphs[title]
        named = {metric[-1]["id"]: metric_math.statistics([minutes.get(metric[1], [])], metric[-1]["stat"], 60) for metric in hidden}
        assert metric_math.evaluate(shown["expression"], named) == [expected]


def test_the_budget_is_what_aws_budgets_takes(account):
    given = Template(AWS / "budget.yaml", Environment="prod", MonthlyLimit="500", Email="a@example.com").properties("Budget")
    budgets = account.client("budgets")
    # CloudFormation makes a name up.
    budgets.create_budget(AccountId=ACCOUNT, **{**given, "Budget": {**given["Budget"], "BudgetName": "audit-query-prod"}})
    made = budgets.describe_budget(AccountId=ACCOUNT, BudgetName="audit-query-prod")["Budget"]
    assert {key: made[key] for key in given["Budget"]} == {**given["Budget"], "BudgetLimit": {"Amount": "500", "Unit": "USD"}}
    assert len(budgets.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName="audit-query-prod")["Notifications"]) == 4


# -- For other tests -------------------------------------------------------------------------------------------

def test_metrics_are_listed_for_tests_in_other_languages():
    done = subprocess.run([sys.executable, ROOT / "Tests/aws/metrics_in_templates.py"], capture_output=True, text=True, timeout=30, check=True)
    listed = {(each["namespace"], each["name"], tuple(each["dimensions"])) for each in json.loads(done.stdout)}
    assert listed == set(in_templates())
    assert ("DynamoDBProcessor", "QueryError", ("Environment", "Region")) in listed
    assert ("DynamoDBProcessor", "StoreReads", ("Environment", "Region", "StoreRegion")) in listed
    assert ("AWS/DynamoDB", "ReadThrottleEvents", ("GlobalSecondaryIndexName", "TableName")) in listed
