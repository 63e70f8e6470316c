#!/usr/bin/env bash
# rfc5424-logging-handler 1.4.3: the number after an element's name says whose name it is (RFC 5424, 6.3.2). The handler adds its own to names
# that have none; once an element brings another's number, that one is added to the elements after it: ours look like theirs.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check rfc5424-logging-handler==1.4.3
"$work/venv/bin/python" - <<'END'
import io
import logging
import re

from rfc5424logging import Rfc5424SysLogHandler

sent = io.BytesIO()
log = logging.getLogger("app")
log.addHandler(Rfc5424SysLogHandler(address=None, stream=sent, enterprise_id="32473.1"))
ours, theirs = ("audit", {"who": "ann"}), ("zone@32473.2", {"name": "eu"})
log.warning("read", extra={"structured_data": dict([ours, theirs])})
log.warning("read", extra={"structured_data": dict([theirs, ours])})
names = [re.findall(r"\[(\S+)", line) for line in sent.getvalue().decode().splitlines()]
print(names)
assert names == [["audit@32473.1", "zone@32473.2"], ["zone@32473.2", "audit@32473.2"]]
END
