"""Reads OpenMetrics text from standard input as Prometheus' own client does, and prints what it found, a family a
line, as JSON."""
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

for family in text_string_to_metric_families(sys.stdin.read()):
    print(json.dumps({
        "name": family.name, "type": family.type, "unit": family.unit, "help": family.documentation,
        "samples": [{"name": sample.name, "labels": sample.labels, "value": sample.value} for sample in family.samples],
    }))
