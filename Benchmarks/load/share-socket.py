#!/usr/bin/env python3
"""Starts several processes of one command on one listening unix socket, which each gets as from systemd (sd_listen_fds(3)).

usage: share-socket.py SOCKET COUNT COMMAND...
"""

import os
import socket
import sys

if len(sys.argv) < 4:
    sys.exit(__doc__)
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
listening.listen(4096)
for _ in range(int(sys.argv[2])):
    if os.fork() == 0:
        # It may be 3 already, and is closed in a new program unless told otherwise.
        os.dup2(listening.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        os.execv(sys.argv[3], sys.argv[3:])
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
