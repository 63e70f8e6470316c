#!/usr/bin/env bash
# otlp-json 1.0.1 with opentelemetry-sdk 1.45.2 and opentelemetry-proto 1.45.2: in OTLP/JSON a map is a list of entries with "key" and "value", and a
# receiver ignores fields it does not know (OpenTelemetry protocol, "JSON Protobuf Encoding"). The encoder names the field after the key: the
# map arrives as one empty entry. A span's links, which are among its README's features, it leaves out.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    otlp-json==1.0.1 opentelemetry-sdk==1.45.2 opentelemetry-proto==1.45.2 protobuf==7.36.2
"$work/venv/bin/python" - <<'END'
import json

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link
from otlp_json import encode_spans

memory = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(memory))
tracer = provider.get_tracer("audit")
with tracer.start_as_current_span("login") as cause:
    pass
with tracer.start_as_current_span("read", links=[Link(cause.get_span_context())], attributes={"actor": {"name": "ann"}}):
    pass
sent = json.loads(encode_spans(memory.get_finished_spans()))
request = ParseDict(sent, ExportTraceServiceRequest(), ignore_unknown_fields=True)
(read,) = (span for span in request.resource_spans[0].scope_spans[0].spans if span.name == "read")
(actor,) = read.attributes
print(memory.get_finished_spans()[1].to_json(indent=None), read, sep="\n")
(entry,) = actor.value.kvlist_value.values
assert actor.key == "actor" and entry.key == "" and not entry.HasField("value")
assert len(memory.get_finished_spans()[1].links) == 1 and len(read.links) == 0
END
