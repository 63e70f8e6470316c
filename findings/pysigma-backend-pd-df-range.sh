#!/usr/bin/env bash
# pysigma-backend-pd-df 0.6.0: |cidr matches the addresses of a range (Sigma specification, "IP Modifiers"). 10.0.0.0/8 becomes
# "contains 10.", so 198.51.10.7 and 210.0.0.1 are in it too: a search for one network's records shows those of many.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pysigma-backend-pd-df==0.6.0 pandas==2.3.3
"$work/venv/bin/python" - <<'END'
import pandas
from sigma.backends.pd_df import PandasDataFramePythonBackend
from sigma.collection import SigmaCollection

rule = {"title": "t", "logsource": {"category": "test"}, "detection": {"s": {"source|cidr": "10.0.0.0/8"}, "condition": "s"}}
(query,) = PandasDataFramePythonBackend().convert(SigmaCollection.from_dicts([rule]))
df = pandas.DataFrame({"source": ["10.1.2.3", "192.0.2.10", "198.51.10.7", "210.0.0.1", "203.0.113.5"]})
found = list(eval(query)["source"])
print(query, found)
assert found == ["10.1.2.3", "198.51.10.7", "210.0.0.1"]
END
