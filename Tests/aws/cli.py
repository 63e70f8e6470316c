"""The AWS CLI, run in this process for scripts that call it: the real one, without the second that each start of it takes.

`Program` puts a program `aws` into a folder. It hands its arguments over a socket to a thread here, which has the CLI run them.
"""
import contextlib
import functools
import io
import json
import os
import pathlib
import socket
import sys
import threading

import awscli
from awscli.clidriver import create_clidriver
from awscli.customizations.cloudformation import deploy

# A template is read once, not at each deployment: that is most of what one costs.
deploy.yaml_parse = functools.cache(deploy.yaml_parse)
driver = functools.cache(create_clidriver)

STUB = """#!{python} -SE
import json, socket, sys
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect({path!r})
    connection.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
    with connection.makefile("rb") as answer:
        status, output, errors = json.loads(answer.read())
sys.stdout.write(output)
sys.stderr.write(errors)
sys.exit(status)
"""


class Program:
    def __init__(self, folder, endpoint, region=""):
        # Said each time: the CLI remembers that of the call before.
        self.region = ["--region", region] if region else []
        self.listener = socket.socket(socket.AF_UNIX)
        path = str(folder / "aws.socket")
        self.listener.bind(path)
        self.listener.listen()
        (folder / "aws").write_text(STUB.format(python=sys.executable, path=path))
        (folder / "aws").chmod(0o755)
        self.variables = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "admin", "AWS_SECRET_ACCESS_KEY": "secret",
                          "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_PAGER": "",
                          "AWS_MAX_ATTEMPTS": "1", "AWS_DATA_PATH": str(pathlib.Path(awscli.__file__).parent / "data")}
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                answer = self.run(json.loads(lines.readline()))
                connection.sendall(json.dumps(answer).encode())

    def run(self, arguments):
        output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                status = driver().main(arguments if "--region" in arguments else arguments + self.region)
            except SystemExit as end:
                status = end.code or 0
        return [status, *(each.buffer.getvalue().decode() for each in (output, errors))]

    @contextlib.contextmanager
    def running(self):
        before = {name: os.environ.get(name) for name in self.variables}
        os.environ |= self.variables
        try:
            yield self
        finally:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.thread.join(10)
