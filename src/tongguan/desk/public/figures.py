"""The live figures of the first page (实时数据): counted once a minute by each process, whoever asks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.utils import timezone

from tongguan.ecommerce.live import Today, today

KEPT_SECONDS = 60
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Live:
    """What was done today, and when that was counted."""

    today: Today
    at: datetime

    @property
    def minutes(self) -> str | None:
        """The median minutes from the declaration of a parcel to its release; None while none was released."""
        seconds = self.today.seconds
        if seconds is None:
            return None
        return "< 1" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f}"


_turn = Lock()
_kept: tuple[float, Live] | None = None


def live() -> Live:
    """Return the figures of today in Beijing, a minute old at most."""
    global _kept
    kept = _kept
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    at = timezone.now()
    found = Live(today(since=timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)), at)
    with _turn:
        _kept = time.monotonic(), found
    return found


def clear() -> None:
    """Forget what was counted."""
    global _kept
    _kept = None
