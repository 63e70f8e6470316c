#!/usr/bin/env bash
# journalparse 0.1.1: a field of a journal entry may have several values, and the export format then has a line for each (systemd,
# "Journal Export Formats"; systemd.journal-fields(7)). The last one is kept, the others are gone without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check journalparse==0.1.1
"$work/venv/bin/python" - <<'END'
import io

from journalparse import journalparse

export = b"__REALTIME_TIMESTAMP=1706695200000000\nMESSAGE=read\nRESOURCE=first\nRESOURCE=second\n\n"
entries = list(journalparse(io.BytesIO(export)))
print(entries)
assert entries == [{"__REALTIME_TIMESTAMP": "1706695200000000", "MESSAGE": "read", "RESOURCE": "second"}]
END
