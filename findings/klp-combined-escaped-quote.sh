#!/usr/bin/env bash
# klp-logviewer 0.77.0: Apache writes a quotation mark of a request or a header with a backslash before it (mod_log_config, Format Notes). Of a
# log in the combined format, a line with one in its request is left out, and a browser's name ends at it: nothing on stderr, exit status 0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check klp-logviewer==0.77.0
cd "$work"
cat >access.log <<'LOG'
192.0.2.1 - ann [31/Jan/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8.5"
192.0.2.2 - ann [31/Jan/2024:10:00:01 +0000] "GET /b?q=\"c\" HTTP/1.1" 200 12 "-" "curl/8.5"
192.0.2.3 - ann [31/Jan/2024:10:00:02 +0000] "GET /d HTTP/1.1" 200 12 "-" "tool \"x\""
LOG
venv/bin/klp --ignore-config -f combined -F jsonl access.log >printed.jsonl 2>errors
cat printed.jsonl
[[ $(grep -o '"host": "[^"]*"' printed.jsonl) == $'"host": "192.0.2.1"\n"host": "192.0.2.3"' && ! -s errors ]]
grep -qF '"agent": "tool \\"}' printed.jsonl
