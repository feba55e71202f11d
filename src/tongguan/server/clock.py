"""Whether the kernel holds the clock of this machine to a source of time (时钟同步), as NTP or PTP keep it."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

_UNSYNCHRONISED = 0x40  # STA_UNSYNC of adjtimex(2)
_MICROSECONDS = 1_000_000


class _Timex(ctypes.Structure):
    """The first fields of ``struct timex`` of Linux; the rest is room for what follows them."""

    _fields_ = [
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_byte * 512),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """What the kernel tells of its clock: whether something keeps it, and how far off it may be at most, in seconds."""

    synchronised: bool
    most_off: float

    @property
    def word(self) -> str:
        """Return which it is, as the texts name it."""
        return "kept" if self.synchronised else "free"


def clock() -> Clock | None:
    """Return what the kernel tells; None where it tells nothing, as on another system. Nothing is changed by asking."""
    told = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told))
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    return Clock(not told.status & _UNSYNCHRONISED, told.maxerror / _MICROSECONDS)
