#!/usr/bin/env bash
# pykalt 1.5: a Kubernetes audit log has an event a line (Kubernetes, "Auditing", log backend). kalt reads the first line for its time only, and
# neither counts nor shows it: of every log the oldest event is left out, whatever is asked for, and "100.00% of 2 events" are two of three.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pykalt==1.5
"$work/venv/bin/python" - "$work/audit.log" <<'END'
import json
import sys

with open(sys.argv[1], "w") as log:
    for number, (user, verb) in enumerate((("ann", "delete"), ("bob", "get"), ("cat", "get"))):
        print(json.dumps({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": str(number), "stage": "ResponseComplete",
            "verb": verb, "user": {"username": user, "groups": ["staff"]}, "objectRef": {"resource": "secrets", "name": "key"},
            "stageTimestamp": f"2024-01-31T10:00:0{number}.000000Z"}), file=log)
END
"$work/venv/bin/kalt" "$work/audit.log" | tee "$work/counts"
"$work/venv/bin/kalt" --dump "$work/audit.log" >"$work/events"
grep 'Events count: 2 (100.00% of 2 events)' "$work/counts"
test "$(wc -l <"$work/events")" = 2
if grep --quiet -e '"ann"' -e '"delete"' "$work/events"; then exit 1; fi
if grep --quiet delete "$work/counts"; then exit 1; fi
