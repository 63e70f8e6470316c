#!/usr/bin/env bash
# ocsfkit 0.9.0 and ocsf-mapper 0.4.4: times in OCSF are milliseconds since the epoch (OCSF schema, timestamp_t); Zeek and auditd write seconds
# with a fraction. The operation for seconds cuts the fraction off before it multiplies, so all that happened within a second has one
# time. (Of a time in ISO 8601, both keep the milliseconds.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ocsfkit==0.9.0 ocsf-mapper==0.4.4
"$work/venv/bin/python" - <<'END'
from ocsf_mapper.ops import apply_op
from ocsfkit.transforms import apply_transform

seconds, text = 1706695200.987, "2024-01-31T10:00:00.987Z"
kit = apply_transform("epoch_seconds_to_ms", seconds), apply_transform("parse_timestamp", text)
mapper = tuple(apply_op({"time": "$.ts", "format": form}, {"ts": ts}) for form, ts in (("epoch_s", seconds), ("iso8601", text)))
print(kit, mapper)
assert kit == mapper == (1706695200000, 1706695200987)
END
