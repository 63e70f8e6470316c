#!/usr/bin/env bash
# zeek-to-sqlite 1.0.0: Zeek closes a log every so often and goes on in a new file with the same #path (Zeek, "Logging Framework", Rotation). Of
# a folder of such files only one is in the database at the end: each empties the table before it is added, and "Inserted rows" counts all.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check zeek-to-sqlite==1.0.0
cd "$work"
mkdir logs
for hour in 09 10 11; do
    printf '#separator \\x09\n#path\tconn\n#fields\tts\tuid\n#types\ttime\tstring\n1706695200.0\tC%s\n' "$hour" \
        >"logs/conn-2024-01-31-$hour-00-00.log"
done
venv/bin/zeek_to_sqlite --path logs --result out --name zeek.db | grep 'Inserted rows'
venv/bin/python - <<'END'
import sqlite3

rows = sqlite3.connect("out/zeek.db").execute("SELECT uid FROM conn").fetchall()
print("of three files:", rows)
assert len(rows) == 1
END
