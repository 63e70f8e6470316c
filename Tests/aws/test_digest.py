"""A digest is of what DynamoDB says are the same values, in whatever order, and of nothing else."""
import random

import pytest
from audit_recovery.digest import DayDigest, day_of, encoded, is_before, is_record, number
from audit_recovery.instant import instant
from records import record, records


def digest(items):
    day = DayDigest()
    for item in items:
        day.add(item)
    return day.described()


@pytest.mark.parametrize("seed", range(20))
def test_order_and_segments_do_not_matter(seed):
    chance = random.Random(seed)
    items = records(chance.randrange(1, 60))
    shuffled = chance.sample(items, len(items))
    cut = chance.randrange(len(items) + 1)
    merged = DayDigest()
    for part in (shuffled[:cut], shuffled[cut:]):
        segment = DayDigest()
        for item in part:
            segment.add({name: item[name] for name in chance.sample(list(item), len(item))})
        merged.merge(segment)
    assert merged.described() == digest(items)


@pytest.mark.parametrize("seed", range(20))
def test_any_change_matters(seed):
    chance = random.Random(seed)
    items = records(20)
    victim = chance.randrange(20)
    name = chance.choice([name for name in items[victim]])
    changed = [item if place != victim else {**item, name: {"S": "changed"}} for place, item in enumerate(items)]
    assert digest(changed) != digest(items)
    assert digest(items[:victim] + items[victim + 1:]) != digest(items)
    assert digest(items + [items[victim]]) != digest(items)


@pytest.mark.parametrize(("one", "other"), [
    ("1", "1.0"), ("1", "10E-1"), ("0", "-0.00"), ("1E+3", "1000"), ("-1.50", "-1.5"), ("1E-130", "0.1E-129"), ("9" * 38, "9" * 38 + ".0")])
def test_equal_numbers_are_one(one, other):
    assert number(one) == number(other)


def test_different_numbers_are_two():
    texts = ["1", "-1", "10", "0", "0.1", "9" * 38, "9" * 37 + "8", "1E125", "1E-130", "2E-130"]
    assert len({number(text) for text in texts}) == len(texts)


def test_no_value_looks_like_another():
    values = [{"S": "1"}, {"N": "1"}, {"B": b"1"}, {"SS": ["1"]}, {"NS": ["1"]}, {"BS": [b"1"]}, {"L": [{"S": "1"}]}, {"L": [{"SS": ["1"]}]},
              {"M": {"S": {"S": "1"}}}, {"M": {"1": {"S": "S"}}}, {"BOOL": True}, {"NULL": True}, {"BOOL": False}, {"S": '1"],["S","'},
              {"SS": ["1", "2"]}, {"SS": ["12"]}, {"L": []}, {"M": {}}, {"S": ""}]
    assert len({encoded({"a": value}) for value in values}) == len(values)


def test_sets_are_sets_and_lists_are_lists():
    assert encoded({"a": {"NS": ["2", "1.0"]}}) == encoded({"a": {"NS": ["1", "2.00"]}})
    assert encoded({"a": {"BS": [b"b", b"a"]}}) == encoded({"a": {"BS": [b"a", b"b"]}})
    assert encoded({"a": {"SS": ["b", "a"]}}) == encoded({"a": {"SS": ["a", "b"]}})
    assert encoded({"a": {"L": [{"N": "1"}, {"N": "2"}]}}) != encoded({"a": {"L": [{"N": "2"}, {"N": "1"}]}})


def test_the_day_is_at_the_end_of_the_key():
    assert day_of({"PK": {"S": "a#2025-01-01#b#2026-01-31"}}) == "2026-01-31"
    assert day_of({"PK": {"S": "a#2025-01-01#2026-01-31#15"}}) == "2026-01-31"
    assert day_of({"PK": {"S": "a#2026-01-31#0"}}) == "2026-01-31"
    assert day_of({"PK": {"S": "nothing"}}) == "no day"


def test_the_list_of_systems_and_the_plan_of_shards_are_no_records():
    assert not is_record({"PK": {"S": "audit-query:shards"}, "SK": {"S": "plan"}})
    assert not is_record({"PK": {"S": "audit-query:systems"}, "SK": {"S": "billing"}})
    assert is_record({"PK": {"S": "audit-query:systems#2026-01-31"}}) and is_record({"PK": {"S": "META"}})


def test_instants_are_compared_to_the_nanosecond():
    def at(text):
        return {**record(1), "SK": {"S": f"{text}#a#b"}}
    until = instant("2026-01-31T01:00:00.000000001+01:00")
    assert is_before(at("2026-01-31T00:00:00Z"), until)
    assert not is_before(at("2026-01-31T00:00:00.000000001Z"), until)
    assert not is_before(at("2026-01-31T00:00:00.5Z"), until)
    assert is_before(at("no time"), until)
