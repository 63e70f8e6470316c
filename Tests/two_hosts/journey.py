"""The journey of an installation of two hosts: one host dies, the network splits while the standby is promoted, the primary dies. Prints its
figures as JSON. What is wrong ends it with an error."""
import argparse
import json
import pathlib
import subprocess
import tempfile
import time

from clients import Follower, Loader, Walker
from machines import PASSWORD, ROOT, Balancer, Database, Network, Web, configuration, eventually, request, run, trust

#: A cached answer is fresh for so many seconds.
TTL = 2


class Journey:
    def __init__(self, program, folder):
        self.program, self.folder, self.shared = program, folder, folder / "shared"
        self.network = Network()
        self.web1, self.web2 = (Web(f"web{number}", 10 + number, folder) for number in (1, 2))
        self.db1, self.db2 = (Database(f"db{number}", 20 + number, folder) for number in (1, 2))
        self.figures = {}

    def command(self, *words, config, **options):
        return subprocess.run([self.program, *words, "--config", config], capture_output=True, text=True, check=False, timeout=60, **options)

    def share(self):
        """What is the same on each host: brought there as files."""
        self.shared.mkdir()
        self.shared.chmod(0o755)
        run(ROOT / "nginx/certificate", self.shared / "tls")
        (self.shared / "cursor.secret").write_text(run("openssl", "rand", "-hex", "32"))
        (self.shared / "password").write_text(PASSWORD + "\n")
        self.loading = self.shared / "loader.yaml"
        self.loading.write_text(configuration(self.shared, [self.db1, self.db2], "audit_loader", TTL))
        made = self.command("keys", "create", "--name", "journey", config=self.loading)
        assert made.returncode == 0, made
        self.key = made.stdout.strip()

    def build(self):
        self.share()
        self.db1.make()
        self.db1.begin()
        self.db1.ask(f"CREATE ROLE replicator REPLICATION LOGIN PASSWORD '{PASSWORD}'", "CREATE DATABASE audit ENCODING 'UTF8' TEMPLATE template0")
        schema = self.folder / "schema.sql"
        schema.write_text(run(self.program, "table", "create", "--sql"))
        schema.chmod(0o644)
        run(*self.db1.psql, "--dbname", "audit", "--file", schema)
        for role, group in (("worker", "reader"), ("loader", "writer")):
            self.db1.ask(f"CREATE ROLE audit_{role} LOGIN PASSWORD '{PASSWORD}' IN ROLE audit_query_{group}")
        self.rebuild(self.db2, self.db1)
        for web in (self.web1, self.web2):
            web.make(self.program, self.shared, [self.db1, self.db2])
            web.begin()
        self.context = trust(self.shared)
        self.balancer = Balancer([self.web1, self.web2], self.context)
        eventually("both hosts are ready", lambda: all(self.ask(web, "/readyz") == 200 for web in (self.web1, self.web2)))
        self.loader = Loader(self.program, self.loading)
        self.loader.start()
        eventually("the first record", lambda: self.loader.committed)
        self.follower = Follower(self.balancer.address, self.context, self.key)
        self.walkers = [Walker(address, self.context, self.key, self.loader.committed)
                        for address in (self.balancer.address, (self.web1.address, 443), (self.web2.address, 443))]
        for client in (self.follower, *self.walkers):
            client.start()

    def ask(self, web, path):
        try:
            return request((web.address, 443), self.context, path, timeout=3).status
        except OSError:
            return None

    def rebuild(self, standby, primary):
        standby.follow(primary)
        standby.begin()
        eventually("the standby follows", lambda: primary.ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1")
        primary.settle("*")

    def phase(self, name, act, seconds):
        """Does something, and lets clients go on for a while: what they saw meanwhile."""
        clients = {"follower": self.follower, "balanced": self.walkers[0], "web1": self.walkers[1], "web2": self.walkers[2]}
        for client in clients.values():
            client.forget()
        began, wrote = time.monotonic(), len(self.loader.committed)
        more = act() or {}
        while time.monotonic() < began + seconds:
            time.sleep(0.1)
            self.check()
        self.figures[name] = more | {who: client.seen() for who, client in clients.items()} | {
            "longest time without a write, s": round(self.loader.longest_gap(began), 1), "records": len(self.loader.committed) - wrote}

    def check(self):
        for client in (self.loader, self.follower, *self.walkers):
            assert client.fault is None, client.fault

    # -- What happens -----------------------------------------------------------------------------------------

    def one_host_dies(self):
        self.web2.die()

    def one_host_returns(self):
        self.web2.revive()
        self.web2.begin()

    def network_splits(self):
        """The left half keeps the primary; an operator promotes the standby in the right one, where the loader is."""
        self.network.split([self.web1, self.db1], [self.web2, self.db2])
        time.sleep(2)
        self.db2.promote()
        written = len(self.loader.committed)
        eventually("a load finds the new primary", lambda: len(self.loader.committed) > written)
        # On the wrong side somebody lets the old primary commit alone, and loads: these records are lost with it.
        self.db1.settle("")
        alone = self.shared / "alone.yaml"
        alone.write_text(configuration(self.shared, [self.db1], "audit_loader", TTL))
        lost = "".join(Loader.line(f"lost-{number}", "lost") for number in range(500))
        loaded = self.command("load", "--quiet", "-", config=alone, input=lost)
        assert loaded.returncode == 0, loaded
        answer = request((self.web1.address, 443), self.context, "/v1/changes?after=start&systemId=lost&limit=1000", self.key)
        assert answer.status == 200 and answer.json["count"] == 500, answer.body
        self.lost_token = answer.json["next"]

    def network_heals(self):
        self.network.split()
        began = time.monotonic()

        def both_know():
            answers = [self.try_lost(web) for web in (self.web1, self.web2)]
            return all(answer == 410 for answer in answers)

        eventually("a token of what was lost is 410 on both", both_know)
        known = time.monotonic() - began
        self.db1.die()
        self.db1.revive()
        self.rebuild(self.db1, self.db2)
        return {"until both hosts refuse what was lost, s": round(known, 1)}

    def try_lost(self, web):
        try:
            answer = request((web.address, 443), self.context, f"/v1/changes?after={self.lost_token}&systemId=lost", self.key, timeout=5)
        except OSError:
            return None
        # One who has not noticed yet may give what it has; nobody who has gives anything else than 410.
        assert answer.status in (200, 410, 503), answer.body
        return answer.status

    def primary_dies(self):
        self.db2.die()
        time.sleep(10)
        self.db1.promote()
        return {"promoted after, s": 10}

    def primary_returns(self):
        self.db2.revive()
        self.rebuild(self.db2, self.db1)

    def go(self):
        self.build()
        self.phase("nothing happens", lambda: None, 5)
        self.phase("a host dies", self.one_host_dies, 6)
        self.phase("it returns", self.one_host_returns, 4)
        self.phase("the network splits, and the standby is promoted", self.network_splits, 14)
        self.phase("it heals", self.network_heals, 5)
        self.phase("the primary dies, and the standby is promoted", self.primary_dies, 17)
        self.phase("it returns as a standby", self.primary_returns, 5)
        self.loader.stop()
        self.check()
        # Whoever followed through all of it has every record that was committed, once or more often, in their order.
        eventually(lambda: f"the follower has everything, and not all but {set(self.loader.committed) - self.follower.found}",
                   lambda: set(self.loader.committed) <= self.follower.found, 20)
        for walker in self.walkers:
            walker.stop()
        self.follower.stop()
        self.check()
        self.figures["records"] = len(self.loader.committed)
        self.figures["walks"] = [walker.walks for walker in self.walkers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory(prefix="audit-query-hosts-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        journey = Journey(program, folder)
        try:
            journey.go()
        except BaseException:
            for log in sorted(folder.glob("*/*.log")):
                print(f"== {log}\n{log.read_text()[-3000:]}")
            print(json.dumps(journey.figures, indent=1))
            raise
        print(json.dumps(journey.figures))


if __name__ == "__main__":
    main()
