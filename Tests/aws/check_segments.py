"""Checks documents for X-Ray's daemon.

usage: check_segments.py [--refuse] FILE

FILE holds a JSON array of datagrams as text. Each must be as X-Ray's documentation has it
(docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html, whose published schema
xray-segmentdocument-schema-v1.0.0 is laxer than this one); the documents of each trace must be one whole tree; and each
must have what aws-xray-sdk sends for an equal tree. Prints how many there are; with --refuse, how many are not so when
looked at alone.
"""

import json
import sys

import jsonschema
from aws_xray_sdk.core import AWSXRayRecorder
from aws_xray_sdk.core.emitters.udp_emitter import UDPEmitter

# -- X-Ray's format -----------------------------------------------------------------------------------------


def closed(required=(), **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "minProperties": 1,
    }


TEXT = {"type": "string", "maxLength": 250}
FLAG = {"const": True}
COUNT = {"type": "integer", "minimum": 0}
SPAN_ID = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
TRACE_ID = {"type": "string", "pattern": "^1-[0-9a-f]{8}-[0-9a-f]{24}$"}
TIME = {"type": "number", "minimum": 1.0e9, "maximum": 4.0e9}

EXCEPTION = closed(
    ["id"], id=SPAN_ID, message={"type": "string", "maxLength": 1000}, type=TEXT, remote={"type": "boolean"}
)
ANNOTATIONS = {
    "type": "object",
    "patternProperties": {"^[a-zA-Z0-9_]{1,500}$": {"type": ["string", "number", "boolean"], "maxLength": 1000}},
    "additionalProperties": False,
    "maxProperties": 50,
}
REQUEST = closed(method=TEXT, url=TEXT, client_ip=TEXT, user_agent=TEXT)
RESPONSE = closed(status={"type": "integer", "minimum": 100, "maximum": 999}, content_length=COUNT)
COMMON = {
    "id": SPAN_ID,
    "start_time": TIME,
    "end_time": TIME,
    "in_progress": FLAG,
    "error": FLAG,
    "throttle": FLAG,
    "fault": FLAG,
    "http": closed(request=REQUEST, response=RESPONSE),
    "cause": closed(exceptions={"type": "array", "items": EXCEPTION, "minItems": 1}),
    "annotations": ANNOTATIONS,
    "metadata": {"type": "object", "additionalProperties": {"type": "object"}},
    "subsegments": {"type": "array", "items": {"$ref": "#/$defs/inner"}, "minItems": 1},
}
ENDED = {"oneOf": [{"required": ["end_time"]}, {"required": ["in_progress"]}]}
SEGMENT = closed(
    ["name", "id", "start_time", "trace_id"],
    **COMMON,
    # Letters, digits, white space and some symbols; ours are of ASCII.
    name={"type": "string", "pattern": "^[A-Za-z0-9 _.:/%&#=+@-]{1,200}$"},
    trace_id=TRACE_ID,
    parent_id=SPAN_ID,
    service=closed(version=TEXT),
)
SUBSEGMENT = {
    **COMMON,
    "name": {"type": "string", "minLength": 1, "maxLength": 250},
    "namespace": {"enum": ["aws", "remote"]},
    "aws": closed(operation=TEXT, table_name=TEXT, region=TEXT, request_id=TEXT, retries=COUNT),
}
INNER = closed(["name", "id", "start_time"], **SUBSEGMENT)
INDEPENDENT = closed(
    ["name", "id", "start_time", "trace_id", "parent_id", "type"],
    **SUBSEGMENT,
    trace_id=TRACE_ID,
    parent_id=SPAN_ID,
    type={"const": "subsegment"},
)


def validator(schema):
    whole = {**schema, **ENDED, "$defs": {"inner": {**INNER, **ENDED}}}
    jsonschema.Draft202012Validator.check_schema(whole)
    return jsonschema.Draft202012Validator(whole)


VALIDATORS = {"segment": validator(SEGMENT), "subsegment": validator(INDEPENDENT)}


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def refuse_twice(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name comes twice: {names}")
    return dict(pairs)


def parse(datagram):
    size = len(datagram.encode())
    if size > 64_000:
        raise ValueError(f"a datagram of {size} bytes")
    header, document = datagram.split("\n")
    if json.loads(header) != {"format": "json", "version": 1}:
        raise ValueError(f"the header is {header}")
    document = json.loads(document, object_pairs_hook=refuse_twice, parse_constant=refuse_constant)
    VALIDATORS[document.get("type", "segment")].validate(document)
    return document


# -- Trees --------------------------------------------------------------------------------------------------


def spans(document):
    yield document
    for inner in document.get("subsegments", []):
        yield from spans(inner)


def check_traces(documents):
    """Each trace is one tree: one segment, and each other document below something that is there."""
    traces = {}
    for document in documents:
        traces.setdefault(document["trace_id"], []).append(document)
    for trace, parts in traces.items():
        all_spans = [span for part in parts for span in spans(part)]
        complete = [span["id"] for span in all_spans if "end_time" in span]
        begun = {span["id"] for span in all_spans}
        if len(set(complete)) != len(complete) or set(complete) != begun:
            raise ValueError(f"{trace}: a span is not complete, or twice")
        if len([part for part in parts if "type" not in part]) != 1:
            raise ValueError(f"{trace}: not one segment")
        for part in parts:
            if "type" in part and part["parent_id"] not in begun:
                raise ValueError(f"{trace}: nothing is there that {part['name']} is below")
            for span in spans(part):
                if span.get("end_time", span["start_time"]) < span["start_time"]:
                    raise ValueError(f"{trace}: {span['name']} ends before it begins")
    return len(traces)


# -- The SDK ------------------------------------------------------------------------------------------------

# What the SDK adds of itself, and may be left out by the documentation.
OF_THE_SDK = {
    "segment": {"in_progress", "aws"},
    "subsegment": {"in_progress", "namespace", "trace_id", "parent_id", "type"},
    "service": {"runtime", "runtime_version"},
    "cause": {"working_directory"},
    "exception": {"stack"},
}
# Values that differ with each run.
CHANGING = {"id", "parent_id", "trace_id", "start_time", "end_time"}


class Recipient(UDPEmitter):
    """Keeps the datagrams, which may be larger than a socket takes."""

    def __init__(self):
        super().__init__()
        self.datagrams = []

    def _send_data(self, data):
        self.datagrams.append(data)


class Sdk:
    """aws-xray-sdk, with us as its daemon."""

    def __init__(self):
        self.emitter = Recipient()
        self.recorder = AWSXRayRecorder()
        self.recorder.configure(
            service="x", sampling=False, plugins=(), emitter=self.emitter, streaming_threshold=100_000
        )

    def replay(self, document):
        """What the SDK sends when it is told what the document tells. A subsegment is put below a segment."""
        if "type" in document:
            self.recorder.begin_segment("parent", traceid=document["trace_id"])
            self.replay_inner(document)
        else:
            segment = self.recorder.begin_segment(
                document["name"], traceid=document["trace_id"], parent_id=document.get("parent_id")
            )
            segment.service.update(document.get("service", {}))
            self.fill(segment, document)
            for inner in document.get("subsegments", []):
                self.replay_inner(inner)
        self.recorder.end_segment()
        header, sent = self.emitter.datagrams.pop().split("\n", 1)
        sent = json.loads(sent)
        return sent["subsegments"][0] if "type" in document else sent

    def replay_inner(self, document):
        # "local" is what the SDK calls what has no namespace.
        subsegment = self.recorder.begin_subsegment(document["name"], namespace=document.get("namespace", "local"))
        self.fill(subsegment, document)
        if "aws" in document:
            subsegment.set_aws(document["aws"])
        for inner in document.get("subsegments", []):
            self.replay_inner(inner)
        self.recorder.end_subsegment()

    @staticmethod
    def fill(entity, document):
        for part in document.get("http", {}).values():
            for name, value in part.items():
                entity.put_http_meta(name, value)
        for name, value in document.get("annotations", {}).items():
            entity.put_annotation(name, value)
        for namespace, values in document.get("metadata", {}).items():
            for name, value in values.items():
                entity.put_metadata(name, value, namespace)
        if "throttle" in document:
            entity.add_throttle_flag()
        for exception in document.get("cause", {}).get("exceptions", []):
            kind = type(exception["type"], (Exception,), {})
            entity.add_exception(kind(exception["message"]), [], remote=exception["remote"])


def kind_of(value):
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def check_equal(ours, theirs, place, kind):
    # An exception is a fault to the SDK, whatever its status. X-Ray's documentation has fault for 5xx.
    may_lack = OF_THE_SDK.get(kind, set()) | ({"fault"} if "error" in ours and "cause" in ours else set())
    extra, missing = set(ours) - set(theirs), set(theirs) - set(ours) - may_lack
    if "in_progress" in ours:
        missing -= {"end_time"}
    if extra or missing:
        raise ValueError(f"{place}: only ours: {sorted(extra)}, only the SDK's: {sorted(missing)}")
    for name, value in ours.items():
        other = theirs[name]
        if kind_of(value) != kind_of(other):
            raise ValueError(f"{place}.{name}: {kind_of(value)} is {kind_of(other)} in the SDK's")
        if isinstance(value, dict):
            check_equal(value, other, f"{place}.{name}", name)
        elif isinstance(value, list):
            if len(value) != len(other):
                raise ValueError(f"{place}.{name}: {len(value)} and {len(other)}")
            for index, (mine, its) in enumerate(zip(value, other)):
                check_equal(mine, its, f"{place}.{name}[{index}]", name.removesuffix("s"))
        elif name not in CHANGING and name != "in_progress" and value != other:
            raise ValueError(f"{place}.{name}: {value!r} is {other!r} in the SDK's")


def check(datagrams):
    documents = [parse(datagram) for datagram in datagrams]
    traces = check_traces(documents)
    sdk = Sdk()
    for document in documents:
        check_equal(document, sdk.replay(document), document["name"], document.get("type", "segment"))
    return f"{len(documents)} documents of {traces} traces"


def is_refused(datagram):
    try:
        check([datagram])
    except (ValueError, jsonschema.ValidationError):
        return True
    return False


def main(arguments):
    with open(arguments[-1], encoding="utf-8") as file:
        datagrams = json.load(file)
    if arguments[0] == "--refuse":
        print(f"{sum(map(is_refused, datagrams))} refused")
    else:
        print(check(datagrams))


if __name__ == "__main__":
    main(sys.argv[1:])
