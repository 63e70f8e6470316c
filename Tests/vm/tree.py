"""The file tree of a plain Debian 12, made once, with what the package depends on in apt's cache.

So a container without any network can install the package, as a server that reaches a mirror would.
"""
import hashlib
import pathlib
import re
import shutil
import subprocess

# What makes it a system that boots, rather than a chroot.
INCLUDE = "systemd,systemd-sysv,dbus,ca-certificates"
# What documents have an administrator install beside the package.
BESIDES = ["prometheus-node-exporter"]


def run(*command, limit=600):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def plain(cache):
    """The folder of the tree, made where there is none yet."""
    folder = pathlib.Path(cache).absolute() / "debian-12"
    if not (folder.parent / "debian-12.made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        run("debootstrap", "--variant=minbase", f"--include={INCLUDE}", "bookworm", folder)
        (folder.parent / "debian-12.made").touch()
    return folder


def with_downloaded(folder, purpose, wanted, *options):
    """The folder of the tree, with these packages and what they depend on in apt's cache. Once for each purpose, and again when
    another purpose has brought a newer index, which may name newer versions than the cache has."""
    stamp = folder.parent / f"debian-12.{purpose}"
    if not stamp.exists() or stamp.read_text() != digest(folder, wanted):
        names = {re.match(r"[a-z0-9.+-]+", item.strip()).group(0) for item in wanted.replace("\n", ",").split(",") if item.strip()}
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
        run("chroot", folder, "apt-get", "update")
        run("chroot", folder, "apt-get", "install", "--yes", "--download-only", *options, *sorted(names))
        (folder / "etc/resolv.conf").unlink()
        stamp.write_text(digest(folder, wanted))
    return folder


def digest(folder, wanted):
    index = b"".join(file.read_bytes() for file in sorted((folder / "var/lib/apt/lists").glob("*InRelease")))
    return hashlib.sha256(index + wanted.encode()).hexdigest()


def tree(cache, package):
    """The folder of the tree, with the dependencies of this package downloaded."""
    fields = "Depends", "Recommends"
    wanted = ",".join([*(run("dpkg-deb", "--field", package, name) for name in fields), *BESIDES])
    return with_downloaded(plain(cache), "downloaded", wanted)
