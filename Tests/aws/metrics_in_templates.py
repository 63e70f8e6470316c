"""Prints as JSON which metrics the alarms and the dashboard look at: what workers have to send.

usage: metrics_in_templates.py

A list of objects: namespace, name, dimensions (the names, sorted), and the templates that have it. A metric with other dimensions is
another metric to CloudWatch, so has an object of its own. Parameters are as by default, where there is one.
"""
import json
import pathlib
import re

import yaml
from template import Loader, Template

AWS = pathlib.Path(__file__).resolve().parents[2] / "aws"
PARAMETERS = {"Environment": "prod", "Region": "eu-west-1"}


def of_alarm(properties):
    """Namespace, name and dimensions of each metric of an alarm."""
    single = [properties] if "MetricName" in properties else []
    for metric in single + [query["MetricStat"]["Metric"] for query in properties.get("Metrics", []) if "MetricStat" in query]:
        yield metric["Namespace"], metric["MetricName"], tuple(sorted(each["Name"] for each in metric["Dimensions"]))


def of_dashboard(body):
    for metric in (metric for widget in body["widgets"] for metric in widget["properties"].get("metrics", [])):
        if len(metric) > 1:
            namespace, name, *dimensions = [part for part in metric if isinstance(part, str)]
            yield namespace, name, tuple(sorted(dimensions[::2]))
        elif "SEARCH(" in metric[0]["expression"]:
            found = re.fullmatch(r"""SEARCH\('\{([^}]+)\} MetricName="(\w+)" .*', '\w+', \d+\)""", metric[0]["expression"])
            namespace, *dimensions = found[1].split(",")
            yield namespace, found[2], tuple(sorted(dimensions))


def in_templates():
    """Each metric with the names of the templates that have it."""
    metrics = {}
    for path in (AWS / "alarms.yaml", AWS / "dashboard.yaml"):
        for name, resource in yaml.load(path.read_text(), Loader)["Resources"].items():
            if resource["Type"] not in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"):
                continue
            properties = Template(path, **PARAMETERS).properties(name)
            found = of_alarm(properties) if resource["Type"].endswith("Alarm") else of_dashboard(json.loads(properties["DashboardBody"]))
            for metric in found:
                metrics.setdefault(metric, set()).add(path.name)
    return metrics


if __name__ == "__main__":
    print(json.dumps([{"namespace": namespace, "name": name, "dimensions": dimensions, "templates": sorted(templates)}
                      for (namespace, name, dimensions), templates in sorted(in_templates().items())], indent=2))
