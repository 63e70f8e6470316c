#!/usr/bin/env bash
# auditd-python-parser 0.0.9: Linux numbers a command's arguments a0, a1, ... a10, and writes one with a space in it in hexadecimal, without
# quotation marks (kernel/auditsc.c, audit_log_execve_info). The command line is put together in the order of the names as text, a10
# before a1, and the hexadecimal loses its first and last digit as though they were quotation marks.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check auditd-python-parser==0.0.9
"$work/venv/bin/python" - <<'END'
import auditdpythonparser


def event(serial, number, name, record):
    at = f"msg=audit(1706695200.123:{serial}):"
    call = f'arch=c000003e syscall={number} success=yes ppid=10 pid=11 ses=3 exe="/bin/cp" key=(null)\x1dSYSCALL={name} UID="root"'
    kind, fields = record
    return f'type=SYSCALL {at} {call}\ntype={kind} {at} {fields}\ntype=PROCTITLE {at} proctitle="cp"\n'


arguments = ' '.join(f'a{number}="{number}"' for number in range(1, 10))
log = (event(101, 59, "execve", ("EXECVE", f'argc=12 a0="cp" {arguments} a10=74656E2074656E a11="/srv"'))
       + event(102, 42, "connect", ("SOCKADDR", "saddr=02000050\x1dSADDR={ saddr_fam=inet laddr=10.0.0.1 lport=80 }"))
       + event(103, 85, "creat", ("PATH", 'item=0 name="/srv/one" nametype=CREATE'))
       + event(104, 257, "openat", ("PATH", 'item=0 name="/srv/one" nametype=NORMAL')))
line = auditdpythonparser.parsedata(log)["process"]["commandline"][0]
print(line)
assert line == "cp 4656E2074656 /srv 1 2 3 4 5 6 7 8 9"
END
