"""Reads a request of OTLP logs, as JSON on standard input, by OpenTelemetry's own definitions, and prints its records: a line each."""
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

request = json_format.Parse(sys.stdin.buffer.read(), ExportLogsServiceRequest())
for resource in request.resource_logs:
    for scope in resource.scope_logs:
        for record in scope.log_records:
            attributes = " ".join(f"{attribute.key}={attribute.value.string_value}" for attribute in record.attributes)
            print(record.time_unix_nano, record.severity_number, attributes, record.body.string_value)
