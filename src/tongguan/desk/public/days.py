"""The day a public page is asked about: ``?on=2026-05-01``, today in Beijing without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Day:
    """A day; ``written`` is what the reader wrote, ``wrong`` whether that is no day, so that today is shown."""

    on: date
    written: str
    wrong: bool = False

    @property
    def today(self) -> bool:
        """Whether the page is about today."""
        return self.on == timezone.localdate()


def day_of(request: HttpRequest) -> Day:
    """Return the day a page is asked about."""
    written = request.GET.get("on", "").strip()[:10]
    today = timezone.localdate()
    if not written:
        return Day(today, today.isoformat())
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return Day(today, written, wrong=True)
    return Day(found, written) if found.isoformat() == written else Day(today, written, wrong=True)
