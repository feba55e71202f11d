"""The buckets."""

from __future__ import annotations

from tongguan.api import limits
from tongguan.api.limits import Buckets, Limit


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_the_rate():
    clock = Clock()
    buckets = Buckets(Limit(2, 3), clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 1]
    clock.now += 0.5
    assert [buckets.take("a") for _ in range(2)] == [0, 1]
    clock.now += 60
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 1]


def test_the_wait_is_told_in_whole_seconds():
    clock = Clock()
    buckets = Buckets(Limit(1 / 6, 1), clock)
    assert (buckets.take("a"), buckets.take("a")) == (0, 6)
    clock.now += 5.5
    assert buckets.take("a") == 1
    clock.now += 0.5
    assert buckets.take("a") == 0


def test_one_does_not_use_up_the_others_bucket():
    buckets = Buckets(Limit(1, 1), Clock())
    assert (buckets.take("a"), buckets.take("a"), buckets.take("b")) == (0, 1, 0)


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr(limits, "KEPT", 2)
    buckets = Buckets(Limit(1, 1), Clock())
    for key in "abc":
        buckets.take(key)
    assert buckets.take("a") == 0 and buckets.take("c") == 1
