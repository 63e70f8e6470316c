#!/usr/bin/env bash
# aws-embedded-metrics 3.5.0: in the embedded metric format a metric has one unit for all its values (AWS, "Specification: Embedded metric format",
# MetricDefinition object). A value put under the same name with another unit joins the others under the first one: 250 ms are 250 s.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aws-embedded-metrics==3.5.0
"$work/venv/bin/python" - <<'END'
import json

from aws_embedded_metrics.logger.metrics_context import MetricsContext
from aws_embedded_metrics.serializers.log_serializer import LogSerializer

context = MetricsContext()
context.put_metric("Latency", 1, "Seconds")
context.put_metric("Latency", 250, "Milliseconds")
(line,) = LogSerializer.serialize(context)
print(line)
written = json.loads(line)
assert written["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "Latency", "Unit": "Seconds"}]
assert written["Latency"] == [1, 250]
END
