"""A plain Debian 12 in namespaces of its own: loopback its only network, and nothing in it but what is installed there.

Its files are an overlay in memory over the tree that Tests/vm keeps. Packages come from apt's cache in that tree, which holds
what the scripts and the pages name, and so what is named nowhere is not there."""
import pathlib
import re
import shutil
import subprocess
import sys

from conftest import ROOT

sys.path.append(str(ROOT / "Tests/vm"))
import tree  # noqa: E402

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SIZE = "2G"
# The tree has them for systemd to boot with; here the scripts have to bring them.
NOT_PLAIN = ["ca-certificates", "openssl"]
# One file by which a toolchain is called, wherever it is outside: beside it there may be all that this machine has.
SWIFT = """#!/bin/sh
exec /opt/swift/usr/bin/swift "$@"
"""

# A new network has loopback down.
LOOPBACK_UP = """
import fcntl, socket, struct
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up, running
"""

# The first process of the namespaces: makes the root of what it is told, goes there, and holds all of it.
HOLDER = LOOPBACK_UP + """
import os, pathlib, subprocess, sys, time
tree, layer, root, size, *shared = sys.argv[1:]

def mount(*words):
    subprocess.run(["mount", *words], check=True)

def share(path, place, *options):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir() if os.path.isdir(path) else place.touch()
    mount("--bind", path, place)
    for option in options:
        mount("-o", "remount,bind," + option, place)

mount("-t", "tmpfs", "-o", "mode=755,size=" + size, "audit-query-first-day", layer)
for name in ("upper", "work"):
    os.mkdir(os.path.join(layer, name))
mount("-t", "overlay", "-o", f"lowerdir={tree},upperdir={layer}/upper,workdir={layer}/work", "audit-query-first-day", root)
for kind, place in (("proc", "proc"), ("tmpfs", "run"), ("tmpfs", "dev/shm"), ("tmpfs", "tmp")):
    os.makedirs(os.path.join(root, place), exist_ok=True)
    mount("-t", kind, kind, os.path.join(root, place))
os.chmod(os.path.join(root, "tmp"), 0o1777)
for line in shared:
    path, place, *options = line.split(",")
    share(path, pathlib.Path(root + place), *options)
socket.sethostname("newcomer")
os.chroot(root)
os.chdir("/")
print("ready", flush=True)
while True:
    time.sleep(1000)
"""


def packages_of_scripts():
    """What scripts/run installs, by its own lists."""
    text = 'source scripts/lib/packages.sh && printf "%s\\n" "${build_packages[@]}" "${serve_packages[@]}"'
    return subprocess.run(["bash", "-c", text], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


class Container:
    """Called with a folder, it says what stands before a command so that it runs there."""

    def __init__(self, cache, folder, shared, program, pages):
        """shared is a folder that both sides see at one path; pages are searched for packages that a reader is told to install."""
        named = [name for page in pages for name in told_to_install((ROOT / page).read_text())]
        packages = sorted({*packages_of_scripts(), *NOT_PLAIN, *named})
        files = tree.with_downloaded(tree.plain(cache), "first-day", ",".join(packages), "--no-install-recommends", "--reinstall")
        toolchain = pathlib.Path(shutil.which("swift")).resolve().parents[1]
        layer, root = folder / "layer", folder / "root"
        layer.mkdir()
        root.mkdir()
        mounts = [f"{shared},{shared}", f"{program},{program},ro", f"{toolchain},/opt/swift/usr,ro"]
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--propagation", "private", "--pid", "--uts", "--ipc", "--fork", "--kill-child", sys.executable, "-c", HOLDER,
             files, layer, root, SIZE, *mounts], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            assert self.holder.stdout.readline() == "ready\n", self.holder.stderr.read()
            children = pathlib.Path(f"/proc/{self.holder.pid}/task/{self.holder.pid}/children").read_text().split()
            self.leader = children[0]
            self.run("dpkg", "--purge", *NOT_PLAIN)
            self.run("sh", "-c", 'printf %s "$1" >/usr/local/bin/swift && chmod 755 /usr/local/bin/swift', "sh", SWIFT)
        except BaseException:
            self.close()
            raise

    def __call__(self, folder):
        return ["nsenter", f"--target={self.leader}", "--mount", "--net", "--pid", "--uts", "--ipc", "--root", "--",
                "env", f"--chdir={folder}", f"PATH={PATH}"]

    def run(self, *command):
        done = subprocess.run([*self("/"), "DEBIAN_FRONTEND=noninteractive", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
        assert done.returncode == 0, f"{command}: exit status {done.returncode}\n{done.stdout}"

    def install(self, packages):
        """What a page tells its reader to install."""
        self.run("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *packages)

    def close(self):
        self.holder.kill()
        self.holder.communicate()


def told_to_install(text):
    """The packages of each `apt install …` in the sentences of a page; those of a block are for a server."""
    return [name for names in re.findall(r"`apt install ([a-z0-9.+ -]+)`", text) for name in names.split()]
