"""Runs a program, for scripts/bench export and seal: prints its wall time and processor time in seconds, its peak memory in KiB, and after how
many milliseconds a file of its had its first byte (0 where none is to be watched).

usage: measured.py FILE|- PROGRAM [ARGUMENT...]
"""
import os
import resource
import subprocess
import sys
import time


def main(watched, *command):
    begun = time.monotonic()
    first = 0.0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while watched != "-" and not first and process.poll() is None:
        try:
            first = time.monotonic() - begun if os.stat(watched).st_size else 0.0
        except FileNotFoundError:
            pass
        time.sleep(0.001)
    status = process.wait()
    wall = time.monotonic() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{wall:.3f} {used.ru_utime + used.ru_stime:.3f} {used.ru_maxrss} {first * 1000:.1f}")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
