"""The samples of the program's condition: one a minute, by which the last hour is drawn and *since when* is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tongguan.desk.models import Sample

MINUTE = timedelta(minutes=1)
GAP = timedelta(minutes=3)  # without a sample for so long, nobody knows how it was


def latest() -> Sample | None:
    """Return the newest sample."""
    return Sample.objects.order_by("-at").first()


def totals() -> dict[str, Any]:
    """Return the newest control totals of the ledgers; empty before they were first counted."""
    row = Sample.objects.filter(figures__has_key="ledger_balance").order_by("-at").first()
    return {name: value for name, value in row.figures.items() if name.startswith("ledger_")} if row else {}


def hour(*, at: datetime) -> list[Sample]:
    """Return the samples of the last hour, the oldest first."""
    return list(Sample.objects.filter(at__gt=at - timedelta(hours=1)).order_by("at"))


class Standing(NamedTuple):
    """Whether it works, and since when it does or does not, as far as the samples go back; None where nobody knows."""

    works: bool
    since: datetime | None


def standing(*, at: datetime) -> Standing:
    """Return whether the program works by its samples, and since when.

    What is late still works. When no sample was taken for three minutes the work process does not, and so it does not.
    ``server.condition`` says which matters stop the window.
    """
    last = latest()
    if last is None:
        return Standing(True, None)
    if at - last.at > GAP:
        return Standing(False, last.at + MINUTE)
    works = last.figures.get("works", True)
    before = Sample.objects.filter(figures__works=not works).order_by("-at").first()
    first = Sample.objects.filter(at__gt=before.at) if before else Sample.objects.all()
    return Standing(works, first.order_by("at").values_list("at", flat=True).first())
