#!/usr/bin/env bash
# azuma 0.7.3: in a Sigma rule, '' stands for an empty value and null for none (Sigma specification, "Special Field Values"). A rule with ''
# matches no event, not even one whose value is empty; null works. (packaging is
# installed beside it: azuma imports it and does not say so.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check azuma==0.7.3 packaging==26.4
"$work/venv/bin/python" - <<'END'
import azuma

text = """
title: Empty
id: 12345678-1234-1234-1234-123456789012
logsource: { product: any }
detection:
  selection: { actor: VALUE }
  condition: selection
"""
events = [{"actor": ""}, {"actor": None}, {}, {"actor": "bob"}]
for value, expected in (("''", [False] * 4), ("null", [False, True, True, False])):
    rule = azuma.Rule.model_validate_yaml(text.replace("VALUE", value))
    matches = [rule.match(event) for event in events]
    print(value, matches)
    assert matches == expected
END
