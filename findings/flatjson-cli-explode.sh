#!/usr/bin/env bash
# flatjson-cli 0.1.0: `--array-mode explode` is to give a row for each item of an array (its README). An array one object deeper, as CloudTrail's
# requestParameters has it, gives its first item only: of three instances that were stopped two are in no row.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check flatjson-cli==0.1.0
cd "$work"
echo '{"id": 1, "user": "ann", "instances": ["i-1", "i-2", "i-3"]}' >flat.jsonl
echo '{"id": 1, "user": "ann", "requestParameters": {"instances": ["i-1", "i-2", "i-3"]}}' >deep.jsonl
for name in flat deep; do
    venv/bin/flatjson --quiet --force --array-mode explode --output "$name.csv" "$name.jsonl"
    cat "$name.csv"
done
test "$(grep -c '^1,ann,i-[123]' flat.csv)" = 3
test "$(tail -n +2 deep.csv | tr -d '\r')" = 1,ann,i-1
