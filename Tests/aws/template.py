"""Resolves a CloudFormation template with parameters, as far as ours go."""
import functools
import re

import yaml

ACCOUNT = "123456789012"
ABSENT = object()


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads !Ref and the other short forms as the long ones, and dates such as a policy's version as text."""


def short_form(loader, tag, node):
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if tag == "GetAtt" else value}
    construct = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return {name: construct(node, deep=True)}


Loader.add_multi_constructor("!", short_form)


@functools.cache
def parsed(text):
    return yaml.load(text, Loader)


class Template:
    """A template of a file, or of a text, with its parameters' values."""

    def __init__(self, source, region="eu-west-1", **parameters):
        file, text = ("the template", source) if isinstance(source, str) else (source.name, source.read_text())
        self.document = parsed(text)
        self.values = {"AWS::Region": region, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::NoValue": ABSENT}
        for name, declared in self.document.get("Parameters", {}).items():
            value = parameters.pop(name, declared.get("Default"))
            assert value is not None, f"{file} needs {name}"
            is_list = declared["Type"].startswith(("CommaDelimitedList", "List<"))
            self.values[name] = value.split(",") if is_list else value
        assert not parameters, f"{file} has no {', '.join(parameters)}"

    def properties(self, resource):
        return self.resolved(self.document["Resources"][resource]["Properties"])

    def holds(self, condition):
        return self.resolved(self.document["Conditions"][condition])

    def resolved(self, value):
        if isinstance(value, list):
            return [part for part in map(self.resolved, value) if part is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, content), = value.items()
            if name == "Ref":
                return self.values.get(content, f"<{content}>")
            if name == "Condition" and isinstance(content, str):
                return self.holds(content)
            if name.startswith("Fn::"):
                return getattr(self, name[4:].lower() + "_")(content)
        return {name: part for name, part in ((name, self.resolved(part)) for name, part in value.items()) if part is not ABSENT}

    def sub_(self, content):
        return re.sub(r"\$\{([^}]+)\}", lambda match: str(self.values[match[1]]), content)

    def if_(self, content):
        return self.resolved(content[1] if self.holds(content[0]) else content[2])

    def not_(self, content):
        return not self.resolved(content[0])

    def and_(self, content):
        return all(map(self.resolved, content))

    def equals_(self, content):
        return self.resolved(content[0]) == self.resolved(content[1])

    def join_(self, content):
        return content[0].join(self.resolved(content[1]))

    def getatt_(self, content):
        return f"<{'.'.join(content)}>"
