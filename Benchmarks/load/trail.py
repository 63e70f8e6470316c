"""Events of AWS CloudTrail in any number, for scripts/bench wide: those of the samples again and again, each time a day later and with ids
of their own.

usage: trail.py FOLDER EVENTS     prints them, one a line
"""
import datetime
import gzip
import itertools
import json
import pathlib
import sys
import uuid

DELIVERED = "*_CloudTrail_*.json.gz", "array-*.json"


def events(folder):
    """The events of what a trail delivers: files of an object that has them, or of an array."""
    for file in sorted(file for pattern in DELIVERED for file in pathlib.Path(folder).glob(pattern)):
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        content = json.loads(text)
        yield from content["Records"] if isinstance(content, dict) else content


def later(event, days):
    """The event so many days later."""
    time = datetime.datetime.strptime(event["eventTime"], "%Y-%m-%dT%H:%M:%SZ") + datetime.timedelta(days)
    return event | {"eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "eventID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{event['eventID']} {days}"))}


def main(folder, count):
    all_events = list(events(folder))
    days = itertools.count()
    written = 0
    while written < count:
        day = next(days)
        for event in all_events[: count - written]:
            print(json.dumps(later(event, day), separators=(",", ":"), ensure_ascii=False))
        written += min(len(all_events), count - written)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
