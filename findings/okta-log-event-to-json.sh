#!/usr/bin/env bash
# okta 3.4.6: to_json() of an event of the System Log, which is what one would keep, leaves out what the API's description calls read-only. That
# says what a client may not send (OpenAPI 3.0, Schema Object: readOnly), and is here nearly everything: who, what, when, the uuid.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check okta==3.4.6
"$work/venv/bin/python" - <<'END'
import json

from okta.models.log_event import LogEvent

sent = {"uuid": "dc9fd3c0-598c-11ef-8478-2b7584bf8d5a", "published": "2024-01-31T10:00:00.000Z", "eventType": "user.session.start",
        "severity": "INFO", "actor": {"id": "00u1", "type": "User", "alternateId": "bob@example.com"}, "outcome": {"result": "SUCCESS"}}
event = LogEvent.from_json(json.dumps(sent))
print(event.uuid, event.event_type, event.actor.alternate_id)
print(event.to_json())
assert event.uuid == sent["uuid"] and json.loads(event.to_json()) == {"actor": {}, "outcome": {}, "severity": "INFO"}
END
