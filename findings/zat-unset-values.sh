#!/usr/bin/env bash
# zat 0.4.9: a Zeek log names in its head the text for a value that is not set (#unset_field, "-"; Zeek, LogAscii::unset_field). zat reads
# such a count as 0, a bool as False, an interval as no time, a time as a day after the epoch: what was not seen looks measured.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check zat==0.4.9
cd "$work"
venv/bin/python - <<'END'
import contextlib
import sys

from zat.zeek_log_reader import ZeekLogReader

rows = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn",
        "#fields\tuid\torig_bytes\tlocal_orig\tduration\tlast_seen", "#types\tstring\tcount\tbool\tinterval\ttime",
        "seen\t0\tF\t0.000000\t86400.000000", "unset\t-\t-\t-\t-"]
with open("conn.log", "w") as log:
    log.write("\n".join(rows) + "\n")
with contextlib.redirect_stdout(sys.stderr):
    seen, unset = ZeekLogReader("conn.log").readrows()
print(seen, unset, sep="\n")
assert {**seen, "uid": ""} == {**unset, "uid": ""}
END
