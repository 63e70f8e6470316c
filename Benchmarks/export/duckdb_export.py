"""An export of the same records by DuckDB, for scripts/bench export.

usage: duckdb_export.py load RECORDS DATABASE       a table of all that the records say
       duckdb_export.py export DATABASE FILE        prints the seconds of its COPY alone, in a process that has the file open already
"""
import sys
import time

import duckdb


def load(records, database):
    with duckdb.connect(database) as connection:
        connection.execute(
            "CREATE TABLE records AS SELECT * FROM read_json_auto(?, format='newline_delimited', timestampformat='%Y-%m-%dT%H:%M:%S.%gZ')", [records])


def export(database, file):
    with duckdb.connect(database, read_only=True) as connection:
        connection.execute("SELECT 1").fetchall()
        begun = time.monotonic()
        connection.execute(f"COPY records TO '{file}' (FORMAT json)")
        print(f"{time.monotonic() - begun:.3f}")


if __name__ == "__main__":
    {"load": load, "export": export}[sys.argv[1]](*sys.argv[2:])
