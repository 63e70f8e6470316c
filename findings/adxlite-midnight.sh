#!/usr/bin/env bash
# adxlite 0.2.3: datetime(2024-01-31) is midnight (Microsoft, "The datetime data type"). adxlite compares text, "2024-01-31T00:00:00" with
# "2024-01-31": what happened at midnight is not found by == or <=, and is found by >. adxpandas 0.2.3, which it is built on, compares times.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check adxlite==0.2.3 adxpandas==0.2.3
"$work/venv/bin/python" - <<'END'
import pandas
from adxlite import AdxLiteClient
from adxpandas import AdxPandasClient

times = pandas.to_datetime(["2024-01-30T23:59:59", "2024-01-31T00:00:00", "2024-01-31T00:00:01"])
records = pandas.DataFrame({"id": [1, 2, 3], "time": times})
lite = AdxLiteClient()
lite.ingest("records", records)
for operator, right, seen in (("==", [2], []), ("<=", [1, 2], [1]), (">", [3], [2, 3])):
    query = f"records | where time {operator} datetime(2024-01-31)"
    found = [client.query(query)["id"].tolist() for client in (AdxPandasClient({"records": records}), lite)]
    print(query, *found)
    assert found == [right, seen]
END
