"""Clients that go on whatever happens, and know what they must be given."""
import datetime
import json
import random
import subprocess
import threading
import time
import urllib.parse

from machines import request

#: What a worker is not sure of is told after so long at most: a look each second, and the time in which one is given up.
PATIENCE = 6


class Client(threading.Thread):
    """Does one thing again and again. `fault` says what was wrong, if anything ever was."""

    def __init__(self):
        super().__init__(daemon=True)
        self.fault, self.ended = None, False

    def run(self):
        while not self.ended and self.fault is None:
            try:
                self.step()
            except Exception as error:  # noqa: BLE001: whatever it is ends the journey
                self.fault = f"{type(self).__name__}: {type(error).__name__}: {error}"

    def stop(self):
        self.ended = True
        self.join(60)


class Loader(Client):
    """Loads a few records, and the same again until they are written."""

    def __init__(self, program, config):
        super().__init__()
        self.program, self.config = program, config
        #: When each was known to be written.
        self.committed, self.number, self.times = {}, 0, [time.monotonic()]

    @staticmethod
    def line(audit_id, system, moment=None):
        moment = moment or datetime.datetime.now(datetime.timezone.utc)
        return json.dumps({"auditId": audit_id, "timestamp": moment.isoformat().replace("+00:00", "Z"), "systemId": system, "userId": "alice",
                           "resourceId": "r", "action": "Read"}) + "\n"

    def step(self):
        names = [f"{self.number + index}" for index in range(3)]
        # Anywhere in the last hour: what is new stands between what is old.
        now = datetime.datetime.now(datetime.timezone.utc)
        lines = "".join(self.line(name, "journey", now - datetime.timedelta(seconds=random.uniform(0, 3600))) for name in names)
        while not self.ended:
            try:
                done = subprocess.run([self.program, "load", "--quiet", "-", "--config", self.config], input=lines, capture_output=True, text=True,
                                      timeout=5, check=False)
            except subprocess.TimeoutExpired:
                # A commit that waits for a standby that is gone.
                continue
            if done.returncode == 0:
                break
            assert done.returncode in (69, 75), done
            time.sleep(0.1)
        else:
            return
        at = time.monotonic()
        self.committed |= {name: at for name in names}
        self.times.append(at)
        self.number += len(names)
        time.sleep(0.2)

    def longest_gap(self, since):
        times = [since, *(at for at in self.times if at > since), time.monotonic()]
        return max(later - earlier for earlier, later in zip(times, times[1:]))


class Asking(Client):
    """What asks through the balancer or one host, and counts what it got."""

    def __init__(self, address, context, key):
        super().__init__()
        self.address, self.context, self.key = address, context, key
        self.lock = threading.Lock()
        self.forget()

    def forget(self):
        with self.lock:
            self.events = []

    def note(self, kind, began):
        with self.lock:
            self.events.append((kind, began, time.monotonic()))

    def get(self, path, **parameters):
        """An answer; None where there was none, after a little while."""
        began = time.monotonic()
        try:
            answer = request(self.address, self.context, f"{path}?{urllib.parse.urlencode(parameters)}", self.key)
        except OSError:
            self.note("no answer", began)
            time.sleep(0.1)
            return None
        status = answer.headers.get("cache-status", "")
        kind = str(answer.status) if answer.status != 200 else status.partition("detail=")[2] or "200"
        self.note(kind, began)
        if answer.status == 200:
            return answer
        assert answer.status in (410, 502, 503, 504), f"{answer.status}: {answer.body}"
        if answer.status != 410:
            time.sleep(0.1)
            return None
        return answer

    def seen(self):
        """How many answers of each kind, and for how long there was none in which one that was asked for came."""
        with self.lock:
            events = list(self.events)
        counts = {}
        for kind, _, _ in events:
            counts[kind] = counts.get(kind, 0) + 1
        good = {"200", "standby", "primary-alone"}
        longest, last = 0, None
        for kind, began, ended in events:
            if kind in good:
                if last is not None:
                    longest = max(longest, ended - last)
                last = ended
            elif last is None:
                last = began
        return {"answers": counts, "longest time without one, s": round(longest, 1),
                "slowest, s": round(max((ended - began for _, began, ended in events), default=0), 1)}


class Follower(Asking):
    """Follows what is stored, in order, from the first record."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.token, self.found = "start", set()

    def step(self):
        answer = self.get("/v1/changes", after=self.token, systemId="journey", wait=1, limit=50)
        if answer is None:
            return
        if answer.status == 410:
            # What it had seen last was lost with a primary: it begins again.
            self.token = "start"
            return
        ids = [record["auditId"] for record in answer.json["records"]]
        # What is written again comes again; never twice in one page.
        assert len(set(ids)) == len(ids), ids
        self.found |= set(ids)
        self.token = answer.json["next"]


class Walker(Asking):
    """Reads all pages, from the oldest record to the newest: each once, in order, and all that there were as of the oldest page."""

    def __init__(self, address, context, key, committed):
        super().__init__(address, context, key)
        self.committed, self.walks = committed, 0

    def step(self):
        parameters = {"systemId": "journey", "startDate": self.beginning, "order": "asc", "limit": 40}
        records, known, pages = [], time.monotonic(), []
        while True:
            asked = time.monotonic()
            answer = self.get("/v1/records", **parameters)
            if answer is None:
                return
            assert answer.status == 200, answer.body
            # It has all that was stored so long ago, in whole seconds, rounded down; one that was read without a doubt has what was
            # stored before its host was last sure.
            status = answer.headers["cache-status"]
            is_marked = "detail=" in status and "fwd=stale; detail=" not in status
            known = min(known, asked - int(answer.headers["age"]) - 1 - (0 if is_marked else PATIENCE))
            pages.append((status, answer.headers["age"], round(asked, 2), answer.json["count"]))
            records += answer.json["records"]
            if not answer.json["hasMore"]:
                break
            parameters = {"cursor": answer.json["nextCursor"]}
        keys = [(record["timestamp"], record["auditId"]) for record in records]
        assert keys == sorted(set(keys)), "a walk has a record twice, or not in order"
        found = {audit_id for _, audit_id in keys}
        missing = [name for name, at in list(self.committed.items()) if at < known and name not in found]
        assert not missing, f"{self.address}: a walk lacks {[(name, self.committed[name]) for name in missing]}, known {known}: {pages}"
        self.walks += 1

    @property
    def beginning(self):
        return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:00Z")
