#!/usr/bin/env bash
# klp-logviewer 0.77.0: JSON Lines read and written again come out with other values: null as "None", which the text "None" is too, false as
# "False", numbers as strings, 1.50 as "1.5". So who filters a log with it on the way to another reader mistypes every field but strings.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check klp-logviewer==0.77.0
echo '{"actor": "None", "target": null, "allowed": false, "count": 3, "cost": 1.50}' |
    "$work/venv/bin/klp" --ignore-config -f jsonl -F jsonl | tee "$work/printed.jsonl"
grep -qxF '{"actor": "None", "target": "None", "allowed": "False", "count": "3", "cost": "1.5"}' "$work/printed.jsonl"
