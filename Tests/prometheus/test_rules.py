"""The alerts for Prometheus come when something is wrong and at no other time, as promtool evaluates them, and say where to read on."""
import itertools
import json
import math
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "prometheus/audit-query.rules.yaml"
ALERTS = {rule["alert"]: rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]}
PROMTOOL = shutil.which("promtool")
pytestmark = pytest.mark.skipif(PROMTOOL is None, reason="promtool is in Debian's package prometheus, which scripts/test installs")

# Samples come this often, as the timer writes them.
STEP = 15
COUNTERS = ("query_success", "query_rejected", "query_error", "cache_hit", "cache_miss", "stale_answers", "requests_shed", "store_errors",
            "store_throttles", "audit_events_lost", "metrics_dropped")
BOUNDS = (0.25, 0.5, 1.0, math.inf)
SILENCE = None
DAY = 86_400


def minute(workers=1, up=1, keys=3, durations=(), findings=0, days=90, age=0, check_age=0, seal_age=0, seal_faults=0, forward_lag=0, forward_refused=0,
           **counts):
    """What one host reports in a minute: zeros but for these. Durations are seconds with how many queries took as long."""
    assert set(counts) <= set(COUNTERS)
    return {"workers": workers, "up": up, "keys": keys, "durations": dict(durations), "findings": findings, "days": days, "age": age,
            "check_age": check_age, "seal_age": seal_age, "seal_faults": seal_faults, "forward_lag": forward_lag,
            "forward_refused": forward_refused, "counts": counts}


IDLE = minute()
BUSY = minute(query_success=950, query_rejected=50, cache_hit=900, cache_miss=50, durations=[(0.02, 950)])


def always(each, minutes=20):
    return [each] * minutes


def last(*minutes, before=IDLE):
    """These are followed by the better ones until nothing of them is in sight."""
    return always(before) + list(minutes) + always(before, 3)


def failing(failed, of):
    return minute(query_success=of - failed, query_error=failed)


def slow(slow_ones, of, seconds=0.6):
    return minute(query_success=of, durations=[(seconds, slow_ones), (0.02, of - slow_ones)])


def cached(hits, misses):
    return minute(query_success=hits + misses, cache_hit=hits, cache_miss=misses)


# An alert, what happened, and whether it comes at some time.
CASES = [
    ("ErrorRate", "4 % of a minute", last(failing(40, 1000), before=BUSY), True),
    ("ErrorRate", "0.9 %", always(failing(9, 1000)), False),
    ("ErrorRate", "all of a few", last(failing(4, 4)), True),
    ("ErrorRate", "one of three is an accident", last(failing(1, 3)), False),
    ("ErrorRate", "two of two are one, too", last(failing(2, 2)), False),
    ("ErrorRate", "callers' faults are none", always(minute(query_rejected=1000)), False),
    ("ErrorRate", "callers' faults are queries, too", last(minute(query_rejected=990, query_error=8), before=minute(query_rejected=1000)), False),
    ("LastingErrors", "seldom, but all", always(IDLE, 15) + [failing(1, 1), *always(IDLE, 3)] * 4, True),
    ("LastingErrors", "one of three in a night", always(IDLE, 15) + [failing(1, 1), *always(failing(0, 1), 2), *always(IDLE, 12)], False),
    ("LastingErrors", "1.5 % of a hundred a minute", [failing(1, 100), failing(2, 100)] * 15, True),
    ("LastingErrors", "1 % is not over 1 %", always(failing(1, 104), 30), False),
    ("Latency", "four minutes", last(*always(slow(3, 100), 4), before=BUSY), True),
    ("Latency", "a slow one in a busy time", last(slow(5, 100), before=BUSY), False),
    ("Latency", "not a percent", always(slow(1, 200)), False),
    ("Latency", "500 ms is not over 500 ms", always(slow(100, 100, seconds=0.5)), False),
    ("Latency", "a slow query now and then at night", always(slow(1, 3)), False),
    ("Latency", "twenty a minute are enough", always(slow(24, 24)), True),
    ("CacheHitRate", "79 %", always(cached(79, 21), 25), True),
    ("CacheHitRate", "81 % is not under 80 %", always(cached(81, 19), 25), False),
    ("CacheHitRate", "eight minutes after a start", always(BUSY) + always(cached(0, 100), 8) + always(BUSY, 10), False),
    ("CacheHitRate", "nineteen a minute say nothing", always(cached(0, 16), 25), False),
    ("CacheHitRate", "twenty a minute do", always(cached(0, 24), 25), True),
    ("Throttles", "three minutes in five", last(*[BUSY, minute(store_throttles=4)] * 3), True),
    ("Throttles", "one minute", last(minute(store_throttles=500)), False),
    ("StoreErrors", "a minute of them", last(minute(store_errors=4), before=BUSY), True),
    ("StoreErrors", "two are an accident", last(minute(store_errors=2), before=BUSY), False),
    ("StaleAnswers", "a minute of them", last(minute(stale_answers=4), before=BUSY), True),
    ("StaleAnswers", "two are an accident", last(minute(stale_answers=2), before=BUSY), False),
    ("RequestsShed", "a minute of them", last(minute(requests_shed=4), before=BUSY), True),
    ("RequestsShed", "two are an accident", last(minute(requests_shed=2), before=BUSY), False),
    ("NoData", "no file and no worker for nine minutes", last(*always(SILENCE, 9), before=BUSY), True),
    ("NoData", "two minutes", last(*always(SILENCE, 2), before=BUSY), False),
    ("NoData", "never any", always(SILENCE), True),
    ("NoData", "a file that grows old, with what was in it", last(*[minute(age=60 * number) for number in range(6)]), True),
    ("NoData", "a file of two minutes ago", last(minute(age=60), minute(age=120)), False),
    ("WorkerDown", "three minutes", last(*always(minute(up=0), 3)), True),
    ("WorkerDown", "while it is replaced", last(minute(up=0)), False),
    ("NoKeys", "of one of two workers", always(minute(workers=2, keys=0)), True),
    ("NoKeys", "one is enough", always(minute(keys=1)), False),
    ("MetricsDropped", "once", last(minute(metrics_dropped=1), before=BUSY), True),
    ("MetricsDropped", "never", always(BUSY), False),
    ("AuditEventsLost", "once", last(minute(audit_events_lost=1), before=BUSY), True),
    ("AuditEventsLost", "never", always(BUSY), False),
    ("SealsLate", "four hours", always(minute(seal_age=4)), True),
    ("SealsLate", "three hours", always(minute(seal_age=3)), False),
    ("SealsLate", "for a moment", last(minute(seal_age=4)), False),
    ("SealBroken", "a day", always(minute(seal_faults=1)), True),
    ("SealBroken", "none", always(BUSY), False),
    ("ForwardLate", "eleven minutes behind", always(minute(forward_lag=660)), True),
    ("ForwardLate", "ten are not over ten", always(minute(forward_lag=600)), False),
    ("ForwardLate", "it catches up", last(*always(minute(forward_lag=660), 3)), False),
    ("ForwardRefused", "a record", always(minute(forward_refused=1)), True),
    ("ForwardRefused", "none", always(BUSY), False),
    ("CheckFails", "ten minutes", last(*always(minute(findings=1), 10)), True),
    ("CheckFails", "mended at once", last(*always(minute(findings=1), 3)), False),
    ("CheckSilent", "two hours", last(*[minute(check_age=600 * number) for number in range(12)]), True),
    ("CheckSilent", "half an hour", last(*[minute(check_age=600 * number) for number in range(4)]), False),
    ("CertificateExpires", "ten days left", always(minute(days=10)), True),
    ("CertificateExpires", "fifteen days left", always(minute(days=15)), False),
    ("CertificateExpiresNow", "a day left", always(minute(days=1)), True),
    ("CertificateExpiresNow", "it has ended", always(minute(days=-1)), True),
    ("CertificateExpiresNow", "three days left", always(minute(days=3)), False),
]


class Series:
    """The samples of each series, a list for each, with nothing where there is none."""

    def __init__(self):
        self.values = {}
        self.length = 0

    def add(self, samples):
        for name, value in samples.items():
            self.values.setdefault(name, [None] * self.length).append(value)
        self.length += 1
        for values in self.values.values():
            values.extend([None] * (self.length - len(values)))

    def lines(self):
        return [{"series": name, "values": " ".join("_" if value is None else f"{value:g}" if isinstance(value, int) else repr(value) for value in values)}
                for name, values in self.values.items()]


def recorded(minutes):
    """What Prometheus has of these minutes: counters grow by a share of the minute's count at each sample."""
    series, totals = Series(), {}
    for number, each in enumerate(minutes):
        for step in range(60 // STEP):
            now = number * 60 + step * STEP
            series.add(sample(each, step, now, totals) if each else {})
    return series


def share(count, step):
    """Of whole events, those that fall into one of the steps of a minute."""
    steps = 60 // STEP
    return count * (step + 1) // steps - count * step // steps


def sample(each, step, now, totals):
    labels = 'environment="prod",region="local",worker="1",instance="a:9100"'
    found = {}
    for name in COUNTERS:
        totals[name] = totals.get(name, 0) + share(each["counts"].get(name, 0), step)
        found[f"audit_query_{name}_total{{{labels}}}"] = totals[name]
    for bound in BOUNDS:
        grown = sum(share(count, step) for seconds, count in each["durations"].items() if seconds <= bound)
        totals[bound] = totals.get(bound, 0) + grown
        found[f'audit_query_query_duration_seconds_bucket{{{labels},le="{"+Inf" if bound == math.inf else bound}"}}'] = totals[bound]
    found[f"audit_query_query_duration_seconds_count{{{labels}}}"] = totals[math.inf]
    for worker in range(1, each["workers"] + 1):
        named = labels.replace('worker="1"', f'worker="{worker}"')
        found[f"audit_query_keys_loaded{{{named}}}"] = each["keys"] if worker == each["workers"] else 3
    for name in ("seal_age", "seal_faults", "forward_lag", "forward_refused"):
        found[f"audit_query_{name}{{{labels}}}"] = each[name]
    found['audit_query_worker_up{worker="1",instance="a:9100"}'] = each["up"]
    found['node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/audit-query.prom",instance="a:9100"}'] = now - each["age"]
    found['node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/audit-query-check.prom",instance="a:9100"}'] = now - each["check_age"]
    found['audit_query_check_findings{state="wrong",instance="a:9100"}'] = each["findings"]
    found['audit_query_certificate_expiry_timestamp_seconds{instance="a:9100"}'] = now + each["days"] * DAY
    return found


def fired(tmp_path, cases):
    """Has promtool see whether an alert came at some time in each case: 1 is expected for yes, 0 for no."""
    tests = []
    for name, what, minutes, expected in cases:
        series = recorded(minutes)
        tests.append({
            "name": f"{name}: {what}", "interval": f"{STEP}s", "input_series": series.lines(),
            "promql_expr_test": [{
                "expr": f'clamp_max(count(max_over_time(ALERTS{{alertname=~"AuditQuery({name})",alertstate="firing"}}[2h])), 1) or vector(0)',
                "eval_time": f"{len(minutes) * 60}s", "exp_samples": [{"labels": "{}", "value": expected}]}]})
    file = tmp_path / "tests.yaml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": f"{STEP}s", "tests": tests}))
    return subprocess.run([PROMTOOL, "test", "rules", file], capture_output=True, text=True, timeout=300, check=False)


def test_prometheus_takes_the_rules():
    done = subprocess.run([PROMTOOL, "check", "rules", "--lint=all", "--lint-fatal", RULES], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_come_when_they_should(tmp_path):
    done = fired(tmp_path, [(name, what, minutes, int(comes)) for name, what, minutes, comes in CASES])
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_expectation_is_found(tmp_path):
    """promtool would pass over what it does not understand."""
    some = CASES[::9]
    done = fired(tmp_path, [(name, what, minutes, int(not comes)) for name, what, minutes, comes in some])
    assert done.returncode == 1
    assert (done.stdout + done.stderr).count("got:") == len(some), done.stdout + done.stderr


@pytest.mark.parametrize("minutes", [IDLE, BUSY], ids=["no traffic", "good traffic"])
def test_no_alert_comes_while_all_is_well(tmp_path, minutes):
    done = fired(tmp_path, [(".*", "all is well", always(minutes, 30), 0)])
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tried_both_ways():
    assert {(f"AuditQuery{name}", comes) for name, _, _, comes in CASES} == set(itertools.product(ALERTS, (True, False)))


def test_each_alarm_of_cloudwatch_has_an_alert_of_the_same_section():
    sys.path.insert(0, str(ROOT / "Tests/aws"))
    from template import Loader  # noqa: PLC0415
    resources = yaml.load((ROOT / "aws/alarms.yaml").read_text(), Loader)["Resources"]
    alarms = json.dumps([resource for resource in resources.values() if resource["Type"] == "AWS::CloudWatch::Alarm"], default=str)
    sections = set(re.findall(r"\$\{Runbook\}#([a-z-]+)", alarms))
    assert len(sections) >= 12
    assert sections <= {rule["annotations"]["runbook"].partition("#")[2] for rule in ALERTS.values()}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_names_a_section_of_the_runbook(name):
    page = (ROOT / "docs/operations.md").read_text()
    sections = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)]
    file, _, section = ALERTS[name]["annotations"]["runbook"].partition("#")
    assert file == "docs/operations.md" and sections.count(section) == 1
    assert ALERTS[name]["labels"]["severity"] in ("page", "info")
