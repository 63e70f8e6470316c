#!/usr/bin/env bash
# ausearch of audit 3.0.9 (Debian 12; PyPI has no such package): in CSV, a field with a comma in it stands in quotation marks (RFC 4180, 2.6).
# `--format csv` writes the object as it is: a command `cat a,b` gives the record one column more than the head, and what follows moves.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq auditd=1:3.0.9-1 libauparse0=1:3.0.9-1 libaudit1=1:3.0.9-1
for package in *.deb; do dpkg -x "$package" root; done
cat >audit.log <<'LOG'
type=USER_CMD msg=audit(1706695200.123:101): pid=12 uid=0 auid=0 ses=3 msg='cwd="/root" cmd=63617420612C62 exe="/usr/bin/sudo" res=success'
LOG
libraries=$(dirname "$(find "$work/root" -name 'libauparse.so.0' -print -quit)")
TZ=UTC LC_ALL=C LD_LIBRARY_PATH=$libraries root/sbin/ausearch --input audit.log --format csv >printed.csv
cat printed.csv
python3 - <<'END_OF_PYTHON'
import csv

head, record = csv.reader(open("printed.csv"))
print(len(head), "columns in the head,", len(record), "in the record")
assert len(record) == len(head) + 1
place = head.index("OBJ_PRIME")
assert record[place:place + 2] == ["cat a", "b"]
END_OF_PYTHON
