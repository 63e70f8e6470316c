"""The trail of reads is exported whole and each entry once, whatever happens to a run. journalctl is acted: Tests/vm has the real one."""
import gzip
import json
import os
import pathlib
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Answers from a file of entries, oldest first. A cursor that is gone is where the next entry is, as sd_journal_seek_cursor has it.
JOURNALCTL = """#!/usr/bin/env python3
import json, os, sys
options = dict(word.partition("=")[::2] for word in sys.argv[1:])
entries = [json.loads(line) for line in open(os.environ["ENTRIES"])]
assert options["--namespace"] == "audit-query" and "--all" in options
number = lambda cursor: int(cursor.rpartition("=")[2])
if "--cursor" in options:
    entries = [entry for entry in entries if number(entry["__CURSOR"]) >= number(options["--cursor"])]
if "--after-cursor" in options:
    # As journalctl of systemd 252 has it: what is at the cursor's place is left out, whether or not it is the entry of that name.
    entries = [entry for entry in entries if number(entry["__CURSOR"]) >= number(options["--after-cursor"])][1:]
if "--identifier" in options:
    entries = [entry for entry in entries if entry["SYSLOG_IDENTIFIER"] == options["--identifier"]]
for entry in entries[-int(options.get("--lines", len(entries) or 1)):]:
    print(json.dumps(entry, separators=(",", ":")))
sys.stdout.flush()
if os.environ.get("FAILS"):
    sys.exit(1)
"""


class Trail:
    def __init__(self, folder):
        self.folder = folder / "trail"
        self.entries = folder / "entries"
        self.entries.write_text("")
        self.count = 0
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "journalctl").write_text(JOURNALCTL)
        (bin_folder / "journalctl").chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "ENTRIES": str(self.entries)}

    def log(self, identifier="audit-query-reads", **fields):
        self.count += 1
        entry = {"__CURSOR": f"s=1;i={self.count}", "SYSLOG_IDENTIFIER": identifier, "N": self.count, **fields}
        with self.entries.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def drop(self, count):
        """The journal drops its oldest entries."""
        self.entries.write_text("".join(self.entries.read_text().splitlines(keepends=True)[count:]))

    def run(self, *options, **environment):
        return subprocess.run([ROOT / "systemd/trail", "--directory", self.folder, *options], capture_output=True, text=True, timeout=60, check=False,
                              env={**self.environment, **environment})

    def files(self):
        return sorted(self.folder.glob("reads-*.ndjson.gz"))

    def exported(self):
        return [json.loads(line)["N"] for file in self.files() for line in gzip.decompress(file.read_bytes()).decode().splitlines()]


@pytest.fixture
def trail(tmp_path):
    return Trail(tmp_path)


def done(result, status=0):
    assert result.returncode == status, result
    return result


def test_each_entry_is_exported_once_and_others_are_not(trail):
    for _ in range(3):
        for _ in range(5):
            trail.log()
            trail.log(identifier="audit-query-access")
        done(trail.run())
        done(trail.run())
    assert trail.exported() == list(range(1, 31, 2))
    assert len(trail.files()) == 3, "a run without new entries makes no file"
    assert {file.stat().st_mode & 0o777 for file in trail.files()} == {0o600}


def test_nothing_to_export_is_no_error(trail):
    done(trail.run())
    assert trail.exported() == []


def test_a_value_that_looks_like_a_cursor_is_none(trail):
    trail.log(ASKED_USER='"__CURSOR":"s=1;i=999"')
    done(trail.run())
    trail.log()
    done(trail.run())
    assert trail.exported() == [1, 2]


def test_a_run_that_fails_or_is_cut_off_leaves_nothing_and_loses_nothing(trail):
    trail.log()
    done(trail.run())
    trail.log()
    done(trail.run(FAILS="1"), 69)
    assert trail.exported() == [1]
    (trail.folder / ".reads-20260101T000000.0Z.ndjson.gz.new").write_bytes(b"half")
    done(trail.run())
    assert trail.exported() == [1, 2]
    assert not list(trail.folder.glob(".reads-*"))


def test_what_the_journal_dropped_before_it_was_exported_is_told_once(trail):
    for _ in range(3):
        trail.log()
    done(trail.run())
    for _ in range(3):
        trail.log()
    trail.drop(4)
    result = done(trail.run(), 1)
    assert "may be missing" in result.stderr and trail.exported() == [1, 2, 3, 5, 6]
    done(trail.run())


def test_a_long_time_without_reads_is_no_loss(trail):
    trail.log()
    done(trail.run())
    for _ in range(4):
        trail.log(identifier="audit-query")
        done(trail.run())
    # By now the entry that was exported last is long gone.
    trail.drop(4)
    trail.log()
    done(trail.run())
    assert trail.exported() == [1, 6]


def test_old_files_go_and_the_newest_stays(trail):
    for _ in range(3):
        trail.log()
        done(trail.run())
    first, second, third = trail.files()
    for file, days in ((first, 401), (second, 399), (third, 500)):
        os.utime(file, (time.time() - days * 86_400,) * 2)
    done(trail.run())
    assert trail.files() == [second, third]
    done(trail.run("--keep", "0"))
    done(trail.run("--keep", "1"))
    assert trail.files() == [third]
    trail.log()
    done(trail.run())
    assert trail.exported()[-1] == 4 and trail.exported().count(4) == 1


def test_a_damaged_last_file_is_told_and_nothing_is_written_over_it(trail):
    trail.log()
    done(trail.run())
    trail.files()[0].write_bytes(b"")
    trail.log()
    assert "no entry at its end" in done(trail.run(), 69).stderr
    assert len(trail.files()) == 1


@pytest.mark.parametrize("options", [["--keep", "some"], ["--keep"], ["--other"]])
def test_wrong_usage_is_named(trail, options):
    assert options[0].strip("-") in done(trail.run(*options), 64).stderr
