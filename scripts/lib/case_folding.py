#!/usr/bin/env python3
"""Makes Sources/AuditRecords/Search/CaseFolding+Table.swift of Unicode's CaseFolding.txt (Debian: package unicode-data).

usage: case_folding.py /usr/share/unicode/CaseFolding.txt > Sources/AuditRecords/Search/CaseFolding+Table.swift

The mappings of statuses C and S, simple case folding, as runs: characters at one distance from the next whose mappings
are one difference away. ASCII is not among them: code knows it.
"""

import sys


def mappings(path):
    """The version that the file states, and its simple mappings in order."""
    with open(path, encoding="utf-8") as file:
        version = file.readline().split("-")[1].removesuffix(".txt\n")
        for_each = [line.split("#")[0].split(";") for line in file]
    simple = [(int(parts[0], 16), int(parts[2], 16)) for parts in for_each if len(parts) > 2 and parts[1].strip() in "CS"]
    return version, [(code, folded) for code, folded in simple if code >= 0x80]


def runs(pairs):
    """First and last character, step, and difference, each run as long as it goes."""
    made = []
    for code, folded in pairs:
        if made:
            first, last, step, difference = made[-1]
            distance = code - last
            if folded - code == difference and (distance == step or first == last and distance <= 2):
                made[-1] = (first, code, distance, difference)
                continue
        made.append((code, code, 1, folded - code))
    return made


def main():
    version, pairs = mappings(sys.argv[1])
    print(f"/// Made by scripts/lib/case_folding.py of CaseFolding.txt of Unicode {version}.")
    print("extension CaseFolding {")
    print("    /// Four numbers a run, in order: its first and last character, the step from one to the next, and what is added.")
    print("    // swift-format-ignore")
    print("    static let runs: [Int32] = [")
    line = ""
    for run in runs(pairs):
        text = "0x{:X}, 0x{:X}, {}, {},".format(*run)
        if len(line) + len(text) > 110:
            print("       " + line)
            line = ""
        line += " " + text
    print("       " + line)
    print("    ]\n}")


if __name__ == "__main__":
    main()
