"""Holds events of OCSF against the schema of each version that is named, as the package ocsf-json-schema makes it of the schema's own
files. Prints what is wrong with the first event that is, or how many are right.

Usage: validate_ocsf.py VERSION... FILE

FILE is a JSON array of the events, as texts.
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


*versions, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    events = [json.loads(text) for text in json.load(file)]
for version in versions:
    if fault := next(faults(version, events), None):
        print(fault)
        break
else:
    print("valid", len(events))
