"""Instants as texts of one width in UTC, so that they compare as texts, to the nanosecond."""
import argparse
import datetime
import re

RECORD = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def instant(text):
    """Reads RFC 3339, as an option's value, with any offset."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", text)
    try:
        local = datetime.datetime.fromisoformat(match[1].upper() + match[3].upper().replace("Z", "+00:00"))
        utc = local.astimezone(datetime.timezone.utc)
    except (TypeError, ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text} is no time such as 2026-01-31T09:55:00Z") from None
    return comparable(utc.strftime("%Y-%m-%dT%H:%M:%S"), match[2])


def recorded_instant(sort_key):
    """A record's instant, from <timestamp>#<auditId>; nothing if it is not of that form."""
    match = RECORD.fullmatch(sort_key.partition("#")[0])
    return match and comparable(match[1], match[2])


def comparable(seconds, fraction):
    return f"{seconds}.{(fraction or '').ljust(9, '0')}Z"


def moment(text):
    """An instant as AWS takes it: whole seconds, the rest being cut off."""
    return datetime.datetime.fromisoformat(text[:19] + "+00:00")
