"""Hosts in network namespaces: two with nginx and workers, two with PostgreSQL, and a balancer. Run as root in namespaces of its own, so
that nothing is left of it: `unshare --mount --net --pid --fork --kill-child --mount-proc`."""
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), default=None)
PASSWORD = "a-password-of-a-role-for-tests"
#: Nobody: the server refuses to be root's.
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=60, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def eventually(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.02)
    return found


class Network:
    """A switch, which is where clients are."""

    def __init__(self):
        self.lost = []
        os.makedirs("/run/netns", exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/run/netns")
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "switch", "type", "bridge")
        run("ip", "address", "add", "10.9.0.1/24", "dev", "switch")
        run("ip", "link", "set", "switch", "up")

    def split(self, *groups):
        """From now on hosts of one group reach none of another; clients reach all. Without groups everybody reaches everybody."""
        for name, address in self.lost:
            run("ip", "-n", name, "neighbour", "delete", address, "dev", "eth0")
        # What is sent to a card that nobody has vanishes without a word.
        self.lost = [(one.name, other.address) for left in groups for right in groups if left is not right for one in left for other in right]
        for name, address in self.lost:
            run("ip", "-n", name, "neighbour", "replace", address, "lladdr", "02:00:00:00:00:fe", "dev", "eth0", "nud", "permanent")


class Host:
    """A machine with an address: what runs on it dies with it."""

    def __init__(self, name, number, folder):
        self.name, self.address = name, f"10.9.0.{number}"
        self.folder = folder / name
        self.folder.mkdir()
        self.folder.chmod(0o755)
        run("ip", "netns", "add", name)
        run("ip", "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", f"to-{name}", "master", "switch", "up")
        for command in (["address", "add", f"{self.address}/24", "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "lo", "up"]):
            run("ip", "-n", name, *command)

    def start(self, *command, log, **options):
        with open(self.folder / f"{log}.log", "ab") as output:
            return subprocess.Popen(["ip", "netns", "exec", self.name, *map(str, command)], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=output, start_new_session=True, **options)

    def run(self, *command):
        return run("ip", "netns", "exec", self.name, *command)

    def die(self):
        """As by its power supply: nobody is told."""
        run("ip", "link", "set", f"to-{self.name}", "down")
        for process in run("ip", "netns", "pids", self.name).split():
            os.kill(int(process), signal.SIGKILL)

    def revive(self):
        run("ip", "link", "set", f"to-{self.name}", "up")


class Database(Host):
    """A PostgreSQL, which each transaction has to be on as well before it is committed, while another one follows."""

    def make(self):
        self.data = self.folder / "data"
        shutil.chown(self.folder, 65534, 65534)
        self.run(*NOBODY, PROGRAMS / "initdb", f"--pgdata={self.data}", "--username=owner", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust",
                 "--no-sync")
        (self.data / "pg_hba.conf").write_text(
            "local all owner trust\nhost replication replicator 10.9.0.0/24 scram-sha-256\nhost all all 10.9.0.0/24 scram-sha-256\n")

    def follow(self, primary):
        self.data = self.folder / "data"
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.chown(self.folder, 65534, 65534)
        self.run(*NOBODY, "env", f"PGPASSWORD={PASSWORD}", PROGRAMS / "pg_basebackup", f"--pgdata={self.data}", f"--host={primary.address}",
                 "--username=replicator", "--write-recovery-conf", "--checkpoint=fast", "--no-sync")

    def begin(self):
        self.start(*NOBODY, PROGRAMS / "postgres", "-D", self.data, "-c", f"listen_addresses={self.address}", "-c",
                   f"unix_socket_directories={self.folder}", "-c", "fsync=off", "-c", "wal_receiver_timeout=5s", "-c", "wal_sender_timeout=5s",
                   "-c", "tcp_keepalives_idle=2", log="postgres")
        eventually(f"PostgreSQL of {self.name}", lambda: subprocess.run(
            [PROGRAMS / "pg_isready", "-q", "-h", self.folder, "-d", "postgres", "-U", "owner"], check=False).returncode == 0)

    @property
    def psql(self):
        return [PROGRAMS / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--host", self.folder,
                "--username", "owner"]

    def ask(self, *statements):
        return run(*self.psql, "--dbname", "postgres", *(word for statement in statements for word in ("--command", statement))).strip()

    def settle(self, standbys):
        """Which standbys a commit waits for: * or nobody."""
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'", "SELECT pg_reload_conf()")

    def promote(self):
        """As an operator does: nobody follows it yet."""
        self.settle("")
        assert self.ask("SELECT pg_promote()") == "t"


class Web(Host):
    """nginx and two workers."""

    def make(self, program, shared, databases):
        self.program = program
        self.config = self.folder / "audit-query.yaml"
        self.config.write_text(configuration(shared, databases, "audit_worker"))
        self.sockets = [self.folder / f"{number}.sock" for number in (1, 2)]
        run(ROOT / "nginx/render", "--output", self.folder / "nginx", "--listen", f"{self.address}:443", "--certificate", shared / "tls/server.pem",
            "--certificate-key", shared / "tls/server-key.pem", *(word for path in self.sockets for word in ("--socket", path)))

    def begin(self):
        for path in self.sockets:
            path.unlink(missing_ok=True)
            self.start(self.program, "serve", "--config", self.config, "--socket", path, log="worker")
        for path in self.sockets:
            eventually(f"a worker of {self.name}", path.exists)
        self.start("nginx", "-e", "stderr", "-p", self.folder / "nginx", "-c", self.folder / "nginx/nginx.conf", log="nginx")


def configuration(shared, databases, role, ttl=2):
    hosts = ",".join(database.address for database in databases)
    several = len(databases) > 1 and role == "audit_worker"
    return json.dumps({
        "store": {"kind": "postgresql", "postgresql": {
            "connection": f"host={hosts} dbname=audit user={role}", "password-file": str(shared / "password"),
            "connections": 4, "standby-reads": several}},
        "keys": {"file": str(shared / "keys.json")}, "cursor": {"secret-file": str(shared / "cursor.secret")}, "cache": {"ttl-seconds": ttl},
    })


class Balancer:
    """Gives each connection to the next host that answers /healthz, and knows nothing of what goes through."""

    def __init__(self, hosts, context):
        self.hosts, self.context = hosts, context
        self.healthy, self.turn = set(hosts), 0
        self.carried = {host: [] for host in hosts}
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = self.listener.getsockname()
        for target in [self.accept, *(lambda host=host: self.watch(host) for host in hosts)]:
            threading.Thread(target=target, daemon=True).start()

    def watch(self, host):
        while True:
            try:
                is_well = request((host.address, 443), self.context, "/healthz", timeout=1).status == 200
            except OSError:
                is_well = False
            (self.healthy.add if is_well else self.healthy.discard)(host)
            # Who waits for one that is gone need not wait any longer.
            for connection in [] if is_well else list(self.carried[host]):
                shut(connection)
            time.sleep(0.5)

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        hosts = [host for host in self.hosts if host in self.healthy] or self.hosts
        self.turn += 1
        host = hosts[self.turn % len(hosts)]
        self.carried[host].append(client)
        try:
            with client, socket.create_connection((host.address, 443), timeout=1) as server:
                client.settimeout(15)
                server.settimeout(15)
                other = threading.Thread(target=pump, args=(client, server), daemon=True)
                other.start()
                pump(server, client)
                other.join(15)
        except OSError:
            pass
        finally:
            self.carried[host].remove(client)


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        shut(source)
        shut(target)


def shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Answer:
    def __init__(self, head, body):
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


def request(address, context, path, key=None, timeout=12):
    """One request on a connection of its own: what it was answered, or an OSError."""
    with socket.create_connection(address, timeout=timeout) as plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as stream:
        secret = f"X-Api-Key: {key}\r\n" if key else ""
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: audit\r\n{secret}Connection: close\r\n\r\n".encode())
        data = b""
        while part := stream.recv(65536):
            data += part
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        raise OSError("no answer")
    answer = Answer(head, body)
    if int(answer.headers.get("content-length", len(body))) != len(body):
        raise OSError("half an answer")
    return answer


def trust(folder):
    return ssl.create_default_context(cafile=folder / "tls/ca.pem")
