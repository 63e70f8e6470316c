"""Reads metrics from standard input as Prometheus' own client does, and prints what it found, a family a line, as JSON.

usage: scrape.py openmetrics | prometheus
"""
import importlib
import json
import sys

parser = importlib.import_module({"openmetrics": "prometheus_client.openmetrics.parser", "prometheus": "prometheus_client.parser"}[sys.argv[1]])
for family in parser.text_string_to_metric_families(sys.stdin.read()):
    print(json.dumps({
        "name": family.name, "type": family.type, "unit": family.unit, "help": family.documentation,
        "samples": [{"name": sample.name, "labels": sample.labels, "value": sample.value} for sample in family.samples],
    }))
