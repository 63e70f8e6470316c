"""A Debian 12 that is booted in a container of its own: systemd is its first process, loopback its only network.

Its root is an overlay over the tree, in memory and of bounded size, so each starts anew and leaves nothing. The
whole run is in namespaces that end with it (see `run`), so nothing stays mounted or running however it ends.
"""
import os
import pathlib
import re
import subprocess
import time

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    def __init__(self, tree, folder, size="1500M"):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "root"
        self.log = self.folder / "console.log"
        layer = self.folder / "layer"
        for path in (self.root, layer):
            path.mkdir(parents=True, exist_ok=True)
        call("mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "audit-query-vm", layer)
        for name in ("upper", "work"):
            (layer / name).mkdir()
        options = f"lowerdir={tree},upperdir={layer}/upper,workdir={layer}/work"
        call("mount", "-t", "overlay", "-o", options, "audit-query-vm", self.root)
        self.nspawn = None
        self.leader = None

    # -- Its life --------------------------------------------------------------------------------------------

    def boot(self):
        """Boots it, and returns after how many seconds everything was started."""
        began = time.monotonic()
        log = open(self.log, "ab")
        # All capabilities and system calls, as a virtual machine's systemd has them: the units take them away.
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--boot", "--register=no", "--keep-unit", "--private-network", "--quiet", "--capability=all",
             f"--directory={self.root}", "--machine=audit-query-vm", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, "SYSTEMD_SECCOMP": "0"})
        wait(lambda: self._find_leader(), "the container has a first process")
        wait(lambda: self.try_run("systemctl is-system-running").stdout.strip() in ("running", "degraded"), "it has booted", 60)
        took = time.monotonic() - began
        self._allow_memory_limits()
        return took

    def _allow_memory_limits(self):
        """Where the host has the old control groups, they are read-only in a container, and a limit would be none."""
        if self.path("/sys/fs/cgroup/memory").exists():
            call("nsenter", f"--target={self.leader}", "--mount", "mount", "-o", "remount,rw,bind", "/sys/fs/cgroup/memory")
            self.run("systemctl daemon-reexec")

    def _find_leader(self):
        assert self.nspawn.poll() is None, f"systemd-nspawn ended: {self.log.read_text()[-2000:]}"
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        for child in children:
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                self.leader = int(child)
                return True
        return False

    def reboot(self):
        """Reboots it as an administrator does; returns the seconds of the way down and of the way up."""
        began = time.monotonic()
        self.try_run("systemctl reboot --no-block")
        self.nspawn.wait(timeout=90)
        return time.monotonic() - began, self.boot()

    def stop(self):
        if self.nspawn and self.nspawn.poll() is None:
            self.nspawn.kill()
            self.nspawn.wait(timeout=20)

    # -- Inside ----------------------------------------------------------------------------------------------

    def command(self, text, namespaces=("--all",)):
        """A shell command line, inside."""
        enter = ["nsenter", f"--target={self.leader}", *namespaces]
        return [*enter, "env", "-i", f"PATH={PATH}", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
                "bash", "-c", f"cd /root && {text}"]

    def try_run(self, text, limit=120):
        return subprocess.run(self.command(text), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False)

    def run(self, text, limit=120):
        """Its standard output; a command that fails is an error with all that it said."""
        done = self.try_run(text, limit)
        assert done.returncode == 0, f"{text}: exit status {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def beside(self, command, **options):
        """Starts a program of the host's on the container's loopback."""
        return subprocess.Popen(["nsenter", f"--target={self.leader}", "--net", "--", *map(str, command)], **options)

    def path(self, inside):
        """A file inside, as this process reaches it: also what is mounted inside only."""
        root = pathlib.Path(f"/proc/{self.leader}/root") if self.leader else self.root
        return root / str(inside).lstrip("/")

    def property(self, unit, name):
        return self.run(f"systemctl show --property={name} --value {unit}").strip()

    def workers(self):
        """The running workers' process numbers (inside) by their number in the pool."""
        found = {}
        for line in self.run("systemctl show --property=Id,MainPID 'audit-query@*.service'").split("\n\n"):
            fields = dict(item.split("=", 1) for item in line.split())
            number = re.search(r"@(\d+)\.", fields.get("Id", ""))
            # 0 is the one beside the pool.
            if number and fields["MainPID"] != "0" and number.group(1) != "0":
                found[int(number.group(1))] = int(fields["MainPID"])
        return found


def call(*command):
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=60)


def wait(condition, what, limit=30):
    """Until something is so; never longer than the limit."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {limit} s: {what}")
