#!/usr/bin/env bash
# pysigma-backend-duckdb 0.1.4: a Sigma value has two wildcards, * and ? (Sigma specification, "String Wildcard"). It becomes the pattern
# of an ILIKE as it is, where _ and % are wildcards too: a rule about get_secret also finds getXsecret, and "50%" finds 500.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pysigma==1.5.1 pysigma-backend-duckdb==0.1.4 duckdb==1.4.1
"$work/venv/bin/python" - <<'END'
import duckdb
from sigma.collection import SigmaCollection
from sigma_backend_duckdb import DuckDBBackend


def found(value, *actions):
    rule = {"title": "t", "logsource": {"category": "test"}, "detection": {"s": {"action|startswith": value}, "condition": "s"}}
    (query,) = DuckDBBackend().convert(SigmaCollection.from_dicts([rule]))
    database = duckdb.connect()
    database.execute("CREATE TABLE logs (action VARCHAR)")
    database.executemany("INSERT INTO logs VALUES (?)", [[action] for action in actions])
    print(query)
    return [row[0] for row in database.execute(query).fetchall()]


named = found("get_secret", "get_secret.v1", "getXsecret.v1", "put_secret.v1")
percent = found("50%", "50% done", "500 done")
print(named, percent)
assert named == ["get_secret.v1", "getXsecret.v1"] and percent == ["50% done", "500 done"]
END
