#!/usr/bin/env bash
# opentelemetry-proto 1.45.2 with protobuf 7.36.2: OTLP/JSON writes traceId and spanId in hexadecimal, unlike other bytes (OpenTelemetry
# protocol, "JSON Protobuf Encoding"). protobuf's reader takes hexadecimal for base64, which it also is: other ids, half as long
# again, and no error.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check opentelemetry-proto==1.45.2 protobuf==7.36.2
"$work/venv/bin/python" - <<'END'
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

sent = {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "read"}
request = ParseDict({"resourceSpans": [{"scopeSpans": [{"spans": [sent]}]}]}, ExportTraceServiceRequest())
span = request.resource_spans[0].scope_spans[0].spans[0]
print(span.trace_id.hex(), span.span_id.hex())
assert len(span.trace_id) == 24 and len(span.span_id) == 12 and span.trace_id.hex() != sent["traceId"]
END
