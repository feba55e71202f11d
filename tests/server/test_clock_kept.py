"""Whether the machine's clock is synchronised is asked of the kernel, and told to the operator."""

from __future__ import annotations

import ctypes
import time

import pytest

from tongguan.desk.operator.status import of_clock
from tongguan.server import clock as of
from tongguan.server.clock import Clock, clock


class Kernel:
    """A kernel that tells what a test wants."""

    def __init__(self, state: int, status: int = 0, most: int = 0):
        self.state, self.status, self.most = state, status, most

    def adjtimex(self, told) -> int:
        assert told._obj.modes == 0, "asking changes nothing"
        told._obj.status, told._obj.maxerror = self.status, self.most
        return self.state


@pytest.mark.parametrize(
    ("kernel", "found", "words"),
    [
        (Kernel(0, 0x2001, 2500), Clock(True, 0.0025), "synchronised, 0.003 s"),
        (Kernel(5, 0x40, 16_000_000), Clock(False, 16.0), "not synchronised"),
        (Kernel(-1), None, "does not tell"),
    ],
)
def test_what_the_kernel_tells_is_told(monkeypatch, kernel, found, words):
    monkeypatch.setattr(of.ctypes, "CDLL", lambda *_, **__: kernel)
    assert clock() == found and words in of_clock(found, "en") and of_clock(found, "zh") != of_clock(found, "en")


def test_a_system_without_it_tells_nothing(monkeypatch):
    monkeypatch.setattr(of.ctypes, "CDLL", lambda *_, **__: object())
    assert clock() is None


def test_this_kernel_is_asked_and_left_as_it_is():
    before, found = time.time(), clock()
    assert abs(time.time() - before) < 5
    assert found is None or (found.most_off >= 0 and found.word in ("kept", "free"))
    assert ctypes.sizeof(of._Timex) > 208, "the kernel writes 208 bytes"
