"""The buckets."""

from __future__ import annotations

from threading import Thread

import pytest

from tongguan.api import limits
from tongguan.server import buckets as kept
from tongguan.server.buckets import Buckets, Limit


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_the_rate():
    clock = Clock()
    buckets = Buckets(Limit(2, 3), clock)
    assert [buckets.take("a").wait for _ in range(4)] == [0, 0, 0, 1]
    clock.now += 0.5
    assert [buckets.take("a").wait for _ in range(2)] == [0, 1]
    clock.now += 60
    assert [buckets.take("a").wait for _ in range(4)] == [0, 0, 0, 1]


def test_the_wait_is_told_in_whole_seconds():
    clock = Clock()
    buckets = Buckets(Limit(1 / 6, 1), clock)
    assert (buckets.take("a").wait, buckets.take("a").wait) == (0, 6)
    clock.now += 5.5
    assert buckets.take("a").wait == 1
    clock.now += 0.5
    assert buckets.take("a").wait == 0


def test_one_does_not_use_up_the_others_bucket():
    buckets = Buckets(Limit(1, 1), Clock())
    assert [buckets.take(key).wait for key in "aab"] == [0, 1, 0]


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr(kept, "KEPT", 2)
    buckets = Buckets(Limit(1, 1), Clock())
    for key in "abc":
        buckets.take(key)
    assert buckets.take("a").wait == 0 and buckets.take("c").wait == 1


@pytest.fixture
def small(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(limits, "calls", Buckets(Limit(1, 3), clock))
    monkeypatch.setattr(limits, "parties", Buckets(Limit(1, 4), clock))
    return clock


def test_clients_of_one_enterprise_share_its_bucket_and_another_has_its_own(small):
    assert [limits.count("client/a", 1).wait for _ in range(4)] == [0, 0, 0, 1]
    first, second = limits.count("client/b", 1), limits.count("client/b", 1)
    assert (first.wait, second.wait, second.whose) == (0, 1, "party")
    assert limits.count("client/c", 2).wait == 0


def test_who_is_turned_away_by_his_own_bucket_takes_nothing_of_the_others(small):
    for _ in range(10):
        limits.count("client/a", 1)
    assert limits.parties.take("1").left == 0, "three of four were taken, and this one"


def test_the_answer_says_what_is_left_of_the_emptier_bucket(small):
    told = dict(limits.count("client/a", 1).fields)
    assert told == {
        "RateLimit-Policy": '3;w=3;comment="client"', "RateLimit-Limit": "3", "RateLimit-Remaining": "2", "RateLimit-Reset": "1",
    }  # fmt: skip
    limits.count("client/b", 1), limits.count("client/b", 1)
    assert dict(limits.count("client/c", 1).fields)["RateLimit-Policy"] == '4;w=4;comment="party"'


def test_racing_threads_get_no_more_than_there_is():
    buckets, taken = Buckets(Limit(0.001, 50)), []
    threads = [Thread(target=lambda: taken.extend(buckets.take("a").wait for _ in range(20))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(wait == 0 for wait in taken) == 50
