"""Counts of the same records by DuckDB, for scripts/bench count.

usage: duckdb_counts.py load RECORDS DATABASE       a table of what the embedded store has an index of
       duckdb_counts.py count DATABASE QUESTION     seconds on the first line, then the groups as `audit-query count` prints them

The time is that of the query alone, in a process that has the file open already: without the program's start, which the other side has.
"""
import sys
import time

import duckdb

TIME = "strftime(timestamp, '%Y-%m-%d')"
QUESTIONS = {
    "day": f"SELECT {TIME}, count(*) FROM records GROUP BY 1 ORDER BY 1",
    "user": "SELECT userId, count(*) AS n FROM records GROUP BY 1 ORDER BY n DESC, userId LIMIT 1000",
    "year": f"SELECT {TIME}, count(*) FROM records WHERE userId = 'user-1@example.com' GROUP BY 1 ORDER BY 1",
}


def load(records, database):
    with duckdb.connect(database) as connection:
        connection.execute(
            "CREATE TABLE records AS SELECT auditId, timestamp::TIMESTAMP AS timestamp, systemId, userId, resourceId FROM read_json(?, columns={"
            "auditId: 'VARCHAR', timestamp: 'TIMESTAMP', systemId: 'VARCHAR', userId: 'VARCHAR', resourceId: 'VARCHAR'}, format='newline_delimited')",
            [records])


def count(database, question):
    with duckdb.connect(database, read_only=True) as connection:
        connection.execute("SELECT 1").fetchall()
        begun = time.monotonic()
        groups = connection.execute(QUESTIONS[question]).fetchall()
        print(f"{time.monotonic() - begun:.4f}")
    for group, number in groups:
        print(f"{group}\t{number}")


if __name__ == "__main__":
    {"load": load, "count": count}[sys.argv[1]](*sys.argv[2:])
