#!/usr/bin/env bash
# scim2-filter-parser 0.7.0: in a filter, "and" takes precedence over "or" (RFC 7644, 3.4.2.2, order of operations). Both bind alike here, from the
# left: `A or B and C` becomes `(A or B) and C`, and who fits A alone is left out. `B and C or A`, which says the same, finds her.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0
"$work/venv/bin/python" - <<'END'
import sqlite3

from scim2_filter_parser.queries.sql import SQLQuery

database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE users (name, title, city)")
database.executemany("INSERT INTO users VALUES (?, ?, ?)", [("ann", "clerk", "Rome"), ("bea", "clerk", "Oslo"), ("cay", "guard", "Oslo")])
columns = {("userName", None, None): "name", ("title", None, None): "title", ("city", None, None): "city"}


def found(text):
    query = SQLQuery(text, "users", columns)
    print(" ".join(query.sql.split()), query.params)
    return sorted(row[0] for row in database.execute(query.sql.replace("%s", "?"), query.params))


first = found('userName eq "ann" or title eq "clerk" and city eq "Oslo"')
last = found('title eq "clerk" and city eq "Oslo" or userName eq "ann"')
print(first, last)
assert (first, last) == (["bea"], ["ann", "bea"])
END
