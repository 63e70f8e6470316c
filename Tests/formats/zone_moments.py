#!/usr/bin/env python3
"""What local times are in Python's zoneinfo: the model of ZoneRules.

    zone_moments.py SEED TRANSITIONS [ZONE...]

Prints `ZONE LOCAL_SECONDS OFFSET:ABBREVIATION…` for local times around so many transitions of each zone, chosen with the
seed; around all of them where TRANSITIONS is 0. The first line is the directory of the zone files.
"""
import datetime
import os
import random
import struct
import sys
import zoneinfo

EPOCH = datetime.datetime(1970, 1, 1)
UTC = datetime.timezone.utc


def transitions(path):
    """The instants of a TZif file's second block at which something changes."""
    data = open(path, "rb").read()
    counts = struct.unpack(">6l", data[20:44])
    isut, isstd, leap, time, kind, char = counts
    start = 44 + time * 5 + kind * 6 + char + leap * 8 + isstd + isut
    time = struct.unpack(">6l", data[start + 20:start + 44])[3]
    return struct.unpack(f">{time}q", data[start + 44:start + 44 + 8 * time])


def changes(zone, years):
    """The instants of some years at which the offset changes: of what the footer says."""
    for year in years:
        at = lambda s: datetime.datetime.fromtimestamp(s, UTC).astimezone(zone).utcoffset()
        first = int(datetime.datetime(year, 1, 1, tzinfo=UTC).timestamp())
        for day in range(first, first + 366 * 86400, 86400):
            low, high = day, day + 86400
            if at(low) == at(high):
                continue
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if at(middle) != at(low) else (middle, high)
            yield high


def moments(zone, local):
    """The reference's rule: what the two folds of a local time are, if they are there at all."""
    try:
        moment = EPOCH + datetime.timedelta(seconds=local)
        found = {}
        for fold in (0, 1):
            there = moment.replace(tzinfo=zone, fold=fold)
            if there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment:
                found.setdefault(int(there.utcoffset().total_seconds()), there.tzname())
        return found
    except OverflowError:
        return None


def main():
    chance, count = random.Random(int(sys.argv[1])), int(sys.argv[2])
    root = next(p for p in zoneinfo.TZPATH if os.path.isdir(p))
    print(root)
    for name in sys.argv[3:] or sorted(zoneinfo.available_timezones()):
        zone = zoneinfo.ZoneInfo(name)
        instants = [t for t in transitions(os.path.join(root, name)) if t > -5_000_000_000]
        instants += changes(zone, [chance.randrange(2038, 2200)] if count else (2038, 2040, 2099, 2199))
        if count:
            instants = chance.sample(instants, min(count, len(instants)))
        for instant in instants + [chance.randrange(-4 * 10**9, 8 * 10**9)]:
            for side in (-1, 0):
                offset = datetime.datetime.fromtimestamp(instant + side, UTC).astimezone(zone).utcoffset()
                for step in (-3601, -1800, -1, 0, 1, 1800, 3600):
                    local = instant + int(offset.total_seconds()) + step
                    found = moments(zone, local)
                    if found is not None:
                        print(name, local, *(f"{o}:{a}" for o, a in found.items()))


main()
