#!/usr/bin/env bash
# pgtoolkit 0.33.0: %m in PostgreSQL's log_line_prefix is the time with milliseconds, and %n the same as a Unix epoch (PostgreSQL, "Error
# Reporting and Logging"). The three digits are read as microseconds: two records 500 ms apart are 500 microseconds apart.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pgtoolkit==0.33.0
"$work/venv/bin/python" - <<'END'
import pgtoolkit.log

lines = ["2024-01-31 10:00:00.250 UTC [1]: LOG:  first\n", "2024-01-31 10:00:00.750 UTC [1]: LOG:  second\n"]
first, second = (record.timestamp for record in pgtoolkit.log.parse(lines, prefix_fmt="%m [%p]: "))
print(first, second, second - first, sep="\n")
assert first.microsecond == 250 and (second - first).total_seconds() == 0.0005
(epoch,) = (record.epoch for record in pgtoolkit.log.parse(["1706695200.250 [1]: LOG:  first\n"], prefix_fmt="%n [%p]: "))
print(epoch)
assert epoch.microsecond == 250
END
