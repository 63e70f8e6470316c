#!/usr/bin/env bash
# apachelogs 0.6.1: sec, msec_frac and usec_frac cannot stand in one %{...}t, so a log has several: "%{sec}t.%{usec_frac}t" (Apache, mod_log_config).
# request_time leaves the fraction out then, though the fields have it: all requests of a second have one time. Beside a date it is kept.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apachelogs==0.6.1
"$work/venv/bin/python" - <<'END'
from apachelogs import LogParser

epoch = LogParser("%{sec}t.%{usec_frac}t %u")
first, second = (epoch.parse(line) for line in ("1706695200.000250 ann", "1706695200.750000 bob"))
dated = LogParser("%{%Y-%m-%d %H:%M:%S}t.%{usec_frac}t %u").parse("2024-01-31 10:00:00.000250 ann")
print(first.request_time, first.request_time_fields, second.request_time, second.request_time_fields, dated.request_time, sep="\n")
assert [entry.request_time_fields["usec_frac"] for entry in (first, second)] == [250, 750000]
assert first.request_time == second.request_time and first.request_time.microsecond == 0
assert dated.request_time.microsecond == 250
END
