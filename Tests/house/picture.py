#!/usr/bin/env python3
"""Draws the picture of targets in docs/architecture.md from Package.swift.

Without an option the picture is printed; with --write it takes the place of the one in the document.
"""
import argparse
import pathlib
import re
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "Package.swift"
DOCUMENT = ROOT / "docs/architecture.md"

# A target of Sources/, with the line above it that says what it is for.
TARGET = re.compile(r'^ *// ([^\n]+)\n *\.(?:executableT|t)arget\(\s*name: "([\w-]+)",(.*?)swiftSettings', re.DOTALL | re.MULTILINE)
# Where the picture stands: between the mark and the end of the block behind it.
PLACE = re.compile(r"(<!-- drawn by Tests/house/picture\.py -->\n```text\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
# What reports goes through these, nearly everywhere. They lead to Telemetry, and to nothing else.
INTERFACES = {"CoreMetrics", "Logging", "Tracing"}
WIDTH = 140


def listed(text):
    """The names in a target's list of dependencies. A product is known by its own name, and not by its package's."""
    found = re.search(r"dependencies: \[([^]]*)]", text)
    return re.findall(r'(?<!package: )"([\w-]+)"', found[1]) if found else []


def targets(manifest):
    """What each target of Sources/ is for, and what it stands on, in the manifest's order."""
    return {name: (purpose, [each for each in listed(text) if each not in INTERFACES])
            for purpose, name, text in TARGET.findall(manifest) if "path:" not in text}


def below(name, found):
    """All that a target stands on, through others too."""
    direct = found[name][1] if name in found else []
    return set(direct).union(*(below(each, found) for each in direct))


def height(name, found):
    """How many layers of targets are below one."""
    return max((height(each, found) + 1 for each in found[name][1] if each in found), default=0)


def stands_on(name, found):
    """What a target stands on without what that brings with it, ours before others'."""
    direct = found[name][1]
    brought = set().union(*(below(each, found) for each in direct))
    return sorted((each for each in direct if each not in brought), key=lambda each: (each not in found, each.lower()))


def draw(manifest):
    """The picture: one layer above the other, each target on those of lower layers only."""
    found = targets(manifest)
    first = max(map(len, found)) + 2
    second = first + max(len(purpose) for purpose, _ in found.values()) + 2
    layers = []
    for level in sorted({height(name, found) for name in found}, reverse=True):
        lines = []
        for name in (name for name in found if height(name, found) == level):
            on = textwrap.wrap(", ".join(stands_on(name, found)), WIDTH - second, break_on_hyphens=False) or [""]
            lines.append(f"{name:{first}}{found[name][0]:{second - first}}{on[0]}".rstrip())
            lines += [" " * second + rest for rest in on[1:]]
        layers.append("\n".join(lines))
    return "\n\n".join(layers) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--write", action="store_true", help="put it into docs/architecture.md")
    picture = draw(MANIFEST.read_text())
    if not arguments.parse_args().write:
        print(picture, end="")
        return
    document, count = PLACE.subn(lambda found: found[1] + picture, DOCUMENT.read_text())
    if count != 1:
        raise SystemExit(f"{DOCUMENT} has no place for the picture: a block of text behind <!-- drawn by Tests/house/picture.py -->")
    DOCUMENT.write_text(document)


if __name__ == "__main__":
    main()
