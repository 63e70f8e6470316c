#!/usr/bin/env bash
# splunk-hec-handler 1.2.0: a record's message is its text merged with its arguments (Python, "logging": LogRecord.getMessage). The handler sends
# the text alone: who and what stay "%s", and the arguments are in no other field. A text that looks like Python becomes what Python takes it for.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check splunk-hec-handler==1.2.0
"$work/venv/bin/python" - <<'END'
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from splunk_hec_handler import SplunkHecHandler

received = []


class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        received.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


collector = HTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=collector.serve_forever, daemon=True).start()
logger = logging.getLogger("audit")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(SplunkHecHandler("127.0.0.1", "none", port=collector.server_port, proto="http"))
logger.info("%s deleted %s", "ann", "report 7")
logger.info("0x1F")
print(*received, sep="\n")
assert [json.loads(event)["event"]["message"] for event in received] == ["%s deleted %s", 31]
assert not any("ann" in event or "report 7" in event for event in received)
END
