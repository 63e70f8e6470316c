"""What is said of defaults and metrics in several documents is the same in all of them.

Tests/CommandTests/DocumentTests.swift holds the tables of docs/operations.md against the program; this holds the rest against those tables.
"""
import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNBOOK = re.search(r"^## Configuration\n(.*?)^## ", (ROOT / "docs/operations.md").read_text(), re.DOTALL | re.MULTILINE)[1]


def table():
    """The defaults of the runbook's table by key, as YAML has them; those that share a row with another stand in its text."""
    found = {}
    for key, default, meaning in re.findall(r"^\| `([\w.-]+)` \| (.*?) \| (.*) \|$", RUNBOOK, re.MULTILINE):
        found[key] = yaml.safe_load(default.strip("`"))
        before = key
        for other, value in re.findall(r"`([\w.-]*\.[\w-]+)` \(`?([^`) ]+)", meaning):
            before = other if not other.startswith(".") else before.rpartition(".")[0] + other
            found[before] = yaml.safe_load(value)
    return found


DEFAULTS = table()


def leaves(values, prefix=""):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def test_the_packages_example_sets_what_holds_without_it():
    example = dict(leaves(yaml.safe_load((ROOT / "debian/audit-query.yaml").read_text())))
    assert len(example) > 20
    assert {key: (value, DEFAULTS.get(key)) for key, value in example.items() if value != DEFAULTS.get(key)} == {}


FRESH, STALE = DEFAULTS["cache.ttl-seconds"], DEFAULTS["cache.stale-seconds"]
SPREAD = FRESH * DEFAULTS["cache.ttl-jitter"]


@pytest.mark.parametrize(("name", "sentence"), [
    ("docs/api.md", f"Answers come from a cache for {FRESH / 60:g} minutes, or up to {SPREAD:g} seconds less"),
    ("docs/api.md", f"an older answer, up to {(FRESH + STALE) / 60:g} minutes old"),
    ("docs/api.md", f"`Cache-Control: private, max-age={FRESH}`"),
    ("Sources/QueryService/Respond/openapi.yaml", f"Equal queries are answered from a cache for {FRESH / 60:g} minutes"),
    ("Sources/QueryService/Respond/openapi.yaml", f"{FRESH - SPREAD:g} to {FRESH} as a rule"),
    ("Sources/QueryService/Respond/openapi.yaml", f"example: private, max-age={FRESH}"),
    ("Sources/QueryService/Respond/openapi.yaml", f"an answer up to {'one hour' if STALE == 3600 else f'{STALE} seconds'} past its time"),
])
def test_what_clients_are_told_of_times_is_the_default(name, sentence):
    assert sentence in " ".join((ROOT / name).read_text().split()), f"docs/operations.md has other defaults than {name}"


def test_each_metric_stands_in_the_document_with_its_unit():
    source = (ROOT / "Sources/QueryService/Metrics/MetricName.swift").read_text()
    names = re.findall(r'^    case \w+ = "(\w+)"$', source, re.MULTILINE)
    sender = (ROOT / "Sources/Telemetry/CloudWatch/MetricSender.swift").read_text()
    names += re.findall(r'static let droppedName = "(\w+)"', sender)
    listed = re.search(r"^## What there is\n(.*?)^\| dimension ", (ROOT / "docs/metrics.md").read_text(), re.DOTALL | re.MULTILINE)[1]
    rows = re.findall(r"^\| ([A-Z]\w+(?:, [A-Z]\w+)*) \| \w+ \| (Count|Milliseconds|Bytes)(?:, (?:Count|Milliseconds|Bytes))* \|", listed, re.MULTILINE)
    assert sorted(name for row, _ in rows for name in row.split(", ")) == sorted(names)
    timers = {name for row, unit in rows if unit == "Milliseconds" for name in row.split(", ")}
    assert timers == {name for name in names if name.endswith("Duration")}
