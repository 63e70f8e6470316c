"""Holds events of OCSF, a line each on standard input, against the schema of each version that is named: as the package
ocsf-json-schema makes it of the schema's own files. Prints what is wrong with the first event that is; nothing where none is.
"""
import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema


def faults(version, events):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    validators = {}
    for number, event in enumerate(events, 1):
        uid = event["class_uid"]
        if uid not in validators:
            name = schema.lookup_class_name_from_uid(class_uid=uid)
            validators[uid] = Draft202012Validator(schema.get_class_schema(class_name=name, profiles=[]))
        for error in validators[uid].iter_errors(event):
            yield f"{version}: event {number}, at {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"


events = [json.loads(line) for line in sys.stdin.buffer.read().split(b"\n") if line]
for version in sys.argv[1:]:
    if fault := next(faults(version, events), None):
        print(fault)
        break
else:
    print("valid", len(events))
