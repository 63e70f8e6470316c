#!/usr/bin/env bash
# logfmt 0.4: its parser does not read back what its formatter writes. A backslash in a value is lost, and the next quotation mark, which ends
# the value, counts as part of it: the name after it is swallowed, and who did it becomes a name without a value. (The formatter escapes
# quotation marks only; a line with the backslash doubled, as go-logfmt writes it, is read in the same way.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check logfmt==0.4
"$work/venv/bin/python" - <<'END'
import io

import logfmt

(line,) = logfmt.format({"path": "C:\\My Files", "user": "ann"})
(read,) = logfmt.parse(io.StringIO(line))
print(line, read, sep="\n")
assert line == r'path="C:\My Files" user="ann"'
assert read == {"path": 'C:My Files" user=', "ann": True}
(escaped,) = logfmt.parse(io.StringIO(r'path="C:\\My Files" user="ann"'))
assert escaped == read
END
