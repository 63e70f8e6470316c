#!/usr/bin/env python3
"""What hosts of many cores do, and a fleet of them, from what was measured on a small one: the tables of docs/sizing.md.

usage: simulate.py connections|limits|fleet

connections  how often an nginx process opens a connection to a worker, by its own rule (`keepalive`: the least recently used of all idle ones
             goes), in a simulation of its requests
limits       at how many requests a second a host reaches what, and the same for its threads and memory
fleet        hit rate and load of hosts that clients choose by DNS, and what the loss of one does

Everything is in the standard library, and the same each time: the random numbers have a seed.
"""

import collections
import heapq
import random
import sys

# Measured: docs/sizing.md and docs/performance.md; microseconds of a core's time for a hit, nginx's with TLS.
NGINX, WORKER = 60, 30
# What a connection to a worker that is not kept adds, in nginx and the worker together: 1.1 times what a hit without TLS takes.
CONNECTION = 45
# Of limit_req and limit_conn, whose counters nginx's processes share: an estimate, as it was too little to be told from nothing.
COUNTERS = 2
# What is configured: nginx/audit-query.conf.template, docs/operations.md, systemd/audit-query@.service.
KEEPALIVE, THREADS, STORE_LIMIT, DATABASE_CONNECTIONS, TTL = 256, 384, 320, 8, 300
WORKER_MEMORY = 221
CORES = (8, 32, 128)


def opened(workers, kept, rate, share_of_misses=0.2, store=0.050, requests=20_000):
    """The share of an nginx process's requests that open a connection. Each goes to a worker by its question's hash, and holds a connection
    until it is answered."""
    draw = random.Random(19)
    idle = collections.OrderedDict()  # The least recently used connection first: its number, and its worker.
    idle_of = collections.defaultdict(list)
    busy, now, number, count, seen = [], 0.0, 0, 0, 0
    while seen < requests:
        now += draw.expovariate(rate)
        while busy and busy[0][0] <= now:
            _, connection, worker = heapq.heappop(busy)
            if len(idle) == kept:
                oldest, owner = idle.popitem(last=False)
                idle_of[owner].remove(oldest)
            idle[connection] = worker
            idle_of[worker].append(connection)
        worker = draw.randrange(workers)
        seen += 1
        if idle_of[worker]:
            connection = idle_of[worker].pop()
            del idle[connection]
        else:
            number += 1
            connection = number
            count += 1
        miss = draw.random() < share_of_misses
        heapq.heappush(busy, (now + (draw.expovariate(1 / store) if miss else 200e-6), connection, worker))
    return count / requests


def connections():
    print("cores = workers   requests/s of a process   keepalive 32   64   128   256: opened for each 100 requests")
    for cores in CORES:
        rate = 0.5 * 1e6 / (NGINX + WORKER)
        shares = [opened(cores, kept, rate) for kept in (32, 64, 128, 256)]
        print(f"{cores:15} {rate:25.0f} " + " ".join(f"{100 * share:12.0f}" for share in shares))


def limits():
    print(" " * 50 + "".join(f"{cores:>12}" for cores in CORES) + "  cores")
    hit = NGINX + WORKER

    def line(name, values):
        print(f"{name:50}" + "".join(f"{value:>12,.0f}" for value in values))

    line("hits/s, all cores in use", [cores * 1e6 / hit for cores in CORES])
    line("  each on a new connection to its worker", [cores * 1e6 / (hit + CONNECTION) for cores in CORES])
    line("hits/s that nginx's counters let through", [1e6 / COUNTERS for _ in CORES])
    line("hits/s of one question, one worker's one thread", [1e6 / WORKER for _ in CORES])
    line("requests/s, 80 % hits, of one DynamoDB partition", [3000 / 6.5 / 0.2 for _ in CORES])
    line("reads of a store at once, by worker.store-limit", [cores * STORE_LIMIT for cores in CORES])
    line("connections to PostgreSQL", [cores * DATABASE_CONNECTIONS for cores in CORES])
    line("threads, 384 a worker", [cores * THREADS for cores in CORES])
    line("  the kernel's pid_max", [max(32_768, 1024 * cores) for cores in CORES])
    line("connections that nginx keeps to one worker at most", [cores * KEEPALIVE for cores in CORES])
    line("MB of workers, without large answers", [cores * WORKER_MEMORY for cores in CORES])


def hit_rate(questions, rate, hosts):
    """Of questions by Zipf's law, each answer kept for its time from when it was made, on each host for itself."""
    weights = [1 / number for number in range(1, questions + 1)]
    whole = sum(weights)
    asked = ((weight / whole, weight / whole * rate / hosts * TTL) for weight in weights)
    return sum(share * times / (1 + times) for share, times in asked)


def imbalance(hosts, resolvers, rounds=400):
    """How much more than its part the busiest host gets, where each resolver sends all of its clients to one, which it draws anew."""
    draw = random.Random(20)
    most = sorted(
        max(collections.Counter(draw.randrange(hosts) for _ in range(resolvers)).values()) * hosts / resolvers for _ in range(rounds))
    return most[rounds // 2]


def fleet():
    print("hosts   hit rate   store reads   busiest host, of its part: 10 resolvers   100   1000   clients that lose theirs")
    alone = 1 - hit_rate(100_000, 5000, 1)
    for hosts in (1, 2, 4, 8):
        rate = hit_rate(100_000, 5000, hosts)
        shares = "".join(f"{imbalance(hosts, resolvers):8.2f}" for resolvers in (10, 100, 1000))
        print(f"{hosts:5} {rate:10.1%} {(1 - rate) / alone:13.2f} {shares:>52} {1 / hosts:12.0%}")


if len(sys.argv) != 2 or sys.argv[1] not in ("connections", "limits", "fleet"):
    sys.exit(__doc__)
{"connections": connections, "limits": limits, "fleet": fleet}[sys.argv[1]]()
