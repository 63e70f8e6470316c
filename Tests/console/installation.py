"""A whole installation for the page: real nginx, a pool of workers, an embedded store, and keys."""
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A busy machine takes its time. What waits ends as soon as it may.
PATIENCE = 60


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: it did not come to pass"
        time.sleep(0.02)
    return found


class Installation:
    """What scripts/run makes, without building: see start."""

    def __init__(self, folder, program, settings=None, workers=2):
        self.folder, self.program, self.workers = pathlib.Path(folder), pathlib.Path(program), workers
        self.processes, self.keys = [], {}
        self.configuration = self.folder / "audit-query.yaml"
        (self.folder / "cursor.secret").write_text("0" * 64)
        self.configuration.write_text(json.dumps({
            "environment": "dev", "store": {"kind": "sqlite", "sqlite": {"path": str(self.store)}}, "keys": {"file": str(self.folder / "keys.json")},
            "cursor": {"secret-file": str(self.folder / "cursor.secret")}} | (settings or {})))

    @property
    def store(self):
        return self.folder / "audit.db"

    def command(self, *arguments, **options):
        """What the program prints."""
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, timeout=PATIENCE * 3, check=False, **options)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def load(self, lines):
        self.command("load", "--config", self.configuration, "-", input=lines)

    def load_demo(self, count, until):
        self.load(self.command("demo-data", "--records", count, "--until", until))

    def key(self, name, *options):
        """A key, and its id as `keys revoke` takes it."""
        made = json.loads(self.command("keys", "create", "--config", self.configuration, "--name", name, "--json", *options))
        self.keys[made["key"]] = made["id"]
        if self.processes:
            eventually(lambda: self.knows(made["key"]), f"every worker knows the key {name}")
        return made["key"]

    def knows(self, key):
        """Whether the workers know a key: each question is one worker's, and so many are not all of the same one's."""
        paths = (f"/v1/records?userId=nobody-{number}&limit=1" for number in range(16))
        return all(self.request("GET", path, {"X-Api-Key": key})[0] == 200 for path in paths)

    def revoke(self, key):
        self.command("keys", "revoke", "--config", self.configuration, self.keys[key])

    def begin(self, *command):
        log = open(self.folder / "log", "ab")
        # What this process started ends with it, however it ends.
        words = ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)]
        self.processes.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True))
        log.close()

    def start(self):
        sockets = [self.folder / f"worker-{number}.sock" for number in range(1, self.workers + 1)]
        for each in sockets:
            self.begin(self.program, "serve", "--config", self.configuration, "--socket", each)
        subprocess.run([ROOT / "nginx/certificate", self.folder / "tls"], check=True, timeout=PATIENCE)
        eventually(lambda: all(each.is_socket() for each in sockets), "the workers listen")
        # As late as can be: whoever asks another installation takes a free port too.
        self.port = free_port()
        self.address = f"https://127.0.0.1:{self.port}/"
        subprocess.run([
            ROOT / "nginx/render", "--output", self.folder / "nginx", "--listen", f"127.0.0.1:{self.port}", "--certificate",
            self.folder / "tls/server.pem", "--certificate-key", self.folder / "tls/server-key.pem",
            *(word for each in sockets for word in ("--socket", each))], check=True, timeout=PATIENCE)
        self.begin("nginx", "-e", "stderr", "-p", self.folder / "nginx", "-c", self.folder / "nginx/nginx.conf")
        eventually(self.is_ready, "the service is ready")
        return self

    def post(self, path, body, key):
        """Status and body of a question."""
        status, _, answer = self.request("POST", path, {"X-Api-Key": key, "Content-Type": "application/json"}, json.dumps(body))
        return status, answer

    def request(self, method, path, headers=None, body=None):
        """Status, headers and body of one request."""
        trusted = ssl.create_default_context(cafile=self.folder / "tls/ca.pem")
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=trusted)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def is_ready(self):
        try:
            return self.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def reload(self):
        self.processes[-1].send_signal(signal.SIGHUP)

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)
