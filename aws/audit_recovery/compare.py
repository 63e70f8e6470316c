"""Compares two tables day by day. Memory is that of one page a scan and one digest a day."""
import collections
import concurrent.futures
import threading
import time

from .console import Failure
from .digest import DayDigest, day_of, is_before, is_record
from .service import answered, connect


@answered
def compare(options, console):
    client = connect(connections=2 * options.segments)
    check(client, options)
    source, copy = read_both(client, options, console)
    days = [one_day(day, source.get(day), copy.get(day)) for day in sorted(source.keys() | copy.keys())]
    different = [day for day in days if not day["equal"]]
    totals = [sum(digest.count for digest in table.values()) for table in (source, copy)]
    lines = [f"{day['day']}  differs: {shown(day['table'])} in {options.table}, {shown(day['new_table'])} in {options.new_table}"
             for day in different]
    lines.append(f"{options.table}: {totals[0]:,} records; {options.new_table}: {totals[1]:,} records; "
                 f"{len(days) - len(different)} days alike, {len(different)} different")
    console.result(lines, {"table": options.table, "new_table": options.new_table, "until": options.until,
                           "records": totals, "equal": not different, "days": days})
    return 1 if different else 0


def check(client, options):
    if options.table == options.new_table:
        raise Failure("a table is not to be compared with itself", 64)
    for table in (options.table, options.new_table):
        keys = [key["AttributeName"] for key in client.describe_table(TableName=table)["Table"]["KeySchema"]]
        if sorted(keys) != ["PK", "SK"]:
            raise Failure(f"{table} is no table of audit records: its keys are {', '.join(keys)}", 64)


def one_day(day, source, copy):
    source, copy = (digest.described() if digest else None for digest in (source, copy))
    return {"day": day, "equal": source == copy, "table": source, "new_table": copy}


def shown(described):
    return f"{described['records']:,} records (SHA-256 {described['sha256'][:12]}…)" if described else "none"


def read_both(client, options, console):
    """The days of both tables, by day; the segments of both are read at the same time."""
    pace = Pace(options.read_units)
    stop = threading.Event()
    jobs = [(table, segment) for segment in range(options.segments) for table in (options.table, options.new_table)]
    seen = dict.fromkeys(jobs, 0)
    pool = concurrent.futures.ThreadPoolExecutor(len(jobs))
    running = {pool.submit(read_segment, client, *job, options, pace, seen, stop): job for job in jobs}
    days = {options.table: {}, options.new_table: {}}
    try:
        while waiting := [job for job in running if not job.done()]:
            finished = concurrent.futures.wait(waiting, 0.5, concurrent.futures.FIRST_EXCEPTION).done
            console.progress(f"Comparing: {sum(seen.values()):,} records read")
            if any(job.exception() for job in finished):
                break
        for job, (table, _) in running.items():
            for day, digest in job.result().items() if job.done() else ():
                days[table].setdefault(day, DayDigest()).merge(digest)
    finally:
        stop.set()
        # Not waiting: a scan may hang, and nobody needs its page now.
        pool.shutdown(wait=False, cancel_futures=True)
    return days[options.table], days[options.new_table]


def read_segment(client, table, segment, options, pace, seen, stop):
    days = collections.defaultdict(DayDigest)
    request = {"TableName": table, "Segment": segment, "TotalSegments": options.segments,
               "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    while not stop.is_set():
        page = client.scan(**request)
        for item in page["Items"]:
            if is_record(item) and is_before(item, options.until):
                days[day_of(item)].add(item)
        seen[table, segment] += len(page["Items"])
        if "LastEvaluatedKey" not in page:
            break
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        stop.wait(pace.delay(page.get("ConsumedCapacity", {}).get("CapacityUnits", 0)))
    return days


class Pace:
    """Spreads read units over time, for all scans together."""

    def __init__(self, units_a_second):
        self.units_a_second = units_a_second
        self.free_at = time.monotonic()
        self.lock = threading.Lock()

    def delay(self, units):
        """How many seconds to wait after having used so many units."""
        if not self.units_a_second:
            return 0
        with self.lock:
            self.free_at = max(self.free_at, time.monotonic()) + units / self.units_a_second
            return self.free_at - time.monotonic()
