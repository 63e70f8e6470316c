"""Reads requests of OpenTelemetry's protocol with the official definitions, and prints what is in them as JSON.

Usage: check_otlp.py FILE

FILE is a JSON array of the bodies of requests, as texts. In OTLP's JSON ids are hexadecimal digits where protobuf's own mapping has base64
(opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): that alone is turned before protobuf's parser sees it, which refuses every name
and every value that the definitions do not have.
"""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS = {
    "resourceSpans": ExportTraceServiceRequest,
    "resourceMetrics": ExportMetricsServiceRequest,
    "resourceLogs": ExportLogsServiceRequest,
}
ID_LENGTHS = {"traceId": 16, "spanId": 8, "parentSpanId": 8}


def with_base64_ids(value):
    """The same with ids as protobuf's JSON has them; an id that is none is an error."""
    if isinstance(value, list):
        return [with_base64_ids(each) for each in value]
    if not isinstance(value, dict):
        return value
    turned = {}
    for name, inner in value.items():
        if name in ID_LENGTHS:
            raw = bytes.fromhex(inner)
            assert len(raw) == ID_LENGTHS[name] and any(raw), f"{name}: {inner}"
            turned[name] = base64.b64encode(raw).decode()
        else:
            turned[name] = with_base64_ids(inner)
    return turned


def check_no_numbers_of_64_bits(value, name=""):
    """Integers of 64 bits are strings in what is sent, though parsers take numbers too."""
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            check_no_numbers_of_64_bits(inner, inner_name)
    elif isinstance(value, list):
        for inner in value:
            check_no_numbers_of_64_bits(inner, name)
    elif name.endswith("UnixNano") or name in ("intValue", "asInt", "count", "bucketCounts"):
        assert isinstance(value, str), f"{name}: {value!r}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        bodies = [json.loads(text) for text in json.load(file)]
    read = []
    for body in bodies:
        check_no_numbers_of_64_bits(body)
        (kind,) = body
        message = json_format.ParseDict(with_base64_ids(body), REQUESTS[kind]())
        read.append(json_format.MessageToDict(message))
    json.dump(read, sys.stdout)


main()
