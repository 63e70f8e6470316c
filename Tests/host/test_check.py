"""Somebody is told when `audit-query check` fails, once for each thing that is wrong, and when all is well again."""
import os
import pathlib
import shutil
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Host:
    """A host whose programs say what they are told to, and note what they are asked."""

    def __init__(self, folder):
        self.folder = folder
        self.etc, self.run_folder, self.metrics = folder / "etc", folder / "run", folder / "metrics"
        for path in (self.etc, self.metrics, folder / "bin"):
            path.mkdir()
        self.program("audit-query", f'cat "{folder}/findings"; exit "$(cat "{folder}/status")"')
        self.program("systemctl", "exit 1")
        self.program("sendmail", f'cat >>"{folder}/mails"')
        self.program("page", f'{{ echo "$1"; cat; }} >>"{folder}/pages"')
        self.configure(f"mail=ops@example.com night@example.com\ncommand={folder}/bin/page\n")
        self.finds("ok       store: answers")

    def program(self, name, script):
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def configure(self, text):
        (self.etc / "check.conf").write_text(f"# Who is told\n{text}metrics={self.metrics}\n")

    def finds(self, *lines, status=None):
        (self.folder / "findings").write_text("".join(f"{line}\n" for line in lines))
        wrong = any(line.startswith("wrong") for line in lines)
        (self.folder / "status").write_text(str(int(wrong) if status is None else status))

    def check(self):
        return subprocess.run([ROOT / "systemd/check"], capture_output=True, text=True, timeout=60, check=False, env={
            **os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "AUDIT_QUERY_CHECK_ETC": str(self.etc),
            "AUDIT_QUERY_CHECK_RUN": str(self.run_folder)})

    def told(self, what):
        path = self.folder / what
        text = path.read_text() if path.exists() else ""
        path.unlink(missing_ok=True)
        return text


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


def test_all_is_well_and_nobody_is_told(host):
    done = host.check()
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok       store: answers\n", "")
    assert (host.told("mails"), host.told("pages")) == ("", "")


def test_a_failed_check_is_told_once_and_then_that_it_is_over(host):
    host.finds("ok       store: answers", "wrong    keys: none")
    assert host.check().returncode == 1
    mail = host.told("mails")
    assert "To: ops@example.com, night@example.com\n" in mail and "the check fails" in mail and "wrong    keys: none" in mail
    assert host.told("pages") == "failed\nok       store: answers\nwrong    keys: none\n"
    assert host.check().returncode == 1
    assert host.told("pages") == "", "it is known already"
    host.finds("ok       all")
    assert host.check().returncode == 0
    assert host.told("pages").startswith("well\n") and "all is well again" in host.told("mails")
    assert host.check().returncode == 0
    assert host.told("pages") == ""


def test_another_fault_is_told_and_another_number_in_it_is_not(host):
    host.finds("wrong    certificate: ends in 3 days")
    host.check()
    host.told("pages")
    host.finds("wrong    certificate: ends in 2 days")
    host.check()
    assert host.told("pages") == ""
    host.finds("wrong    certificate: ends in 2 days", "wrong    disk: 1 % left")
    host.check()
    assert "disk" in host.told("pages")


def test_it_is_told_again_after_a_day(host):
    host.finds("wrong    keys: none")
    host.check()
    told = host.run_folder / "told"
    os.utime(told, (time.time() - 86_400,) * 2)
    host.told("pages")
    host.check()
    assert host.told("pages").startswith("failed\n")


def test_a_check_that_cannot_be_made_is_told_like_one_that_fails(host):
    for lines, status in (((), 70), (("audit-query: fault",), 139)):
        shutil.rmtree(host.run_folder, ignore_errors=True)
        host.finds(*lines, status=status)
        assert host.check().returncode == 1
        assert f"wrong    audit-query check ends with status {status}" in host.told("pages")


def test_whoever_could_not_be_told_is_tried_again(host):
    host.program("page", "exit 3")
    host.finds("wrong    keys: none")
    done = host.check()
    assert done.returncode == 74 and "not everybody could be told" in done.stderr
    host.program("page", f'echo "$1" >>"{host.folder}/pages"; cat >/dev/null')
    assert host.check().returncode == 1
    assert host.told("pages") == "failed\n"


def test_an_export_of_the_trail_that_fails_is_found(host):
    host.program("systemctl", "exit 0")
    assert host.check().returncode == 1
    assert "wrong    trail:" in host.told("pages")


def test_findings_and_the_certificates_end_are_metrics(host):
    host.finds("ok       a", "ok       b", "warning  c", "wrong    d")
    subprocess.run([ROOT / "nginx/certificate", host.folder / "tls"], check=True, capture_output=True)
    (host.etc / "pool.conf").write_text(f"workers=2\ncertificate={host.folder}/tls/server.pem\ncertificate-key=x\n")
    host.check()
    file = host.metrics / "audit-query-check.prom"
    text = file.read_text()
    for state, count in (("ok", 2), ("warning", 1), ("wrong", 1)):
        assert f'audit_query_check_findings{{state="{state}"}} {count}\n' in text
    end = int(text.rpartition("audit_query_certificate_expiry_timestamp_seconds ")[2])
    assert time.time() < end < time.time() + 10 * 366 * 86_400
    assert file.stat().st_mode & 0o777 == 0o644
    if promtool := shutil.which("promtool"):
        done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_wrong_line_of_the_configuration_is_named_and_the_rest_counts(host):
    host.configure(f"repeat=often\ncomand=x\ncommand={host.folder}/bin/page\n")
    host.finds("wrong    keys: none")
    done = host.check()
    assert "repeat must be a number of hours, not often" in done.stderr and "there is no comand" in done.stderr
    assert host.told("pages").startswith("failed\n")
