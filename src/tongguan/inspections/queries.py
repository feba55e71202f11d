"""Reading checks and draws."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.inspections.draws import NoKey, key_of
from tongguan.inspections.models import Check, DrawKey, Look
from tongguan.inspections.states import OPEN


class DrawDay(NamedTuple):
    """What is public of a day's draw; the key is empty until it is revealed."""

    day: date
    commitment: str
    key: str


def open_checks(after: int = 0, limit: int = 50) -> list[Check]:
    """Return the checks that wait for an officer, oldest first; ``after`` is the last id of the page before."""
    return list(Check.objects.filter(state__in=OPEN, id__gt=after).order_by("id")[:limit])


def checks_of(subjects: Iterable[str]) -> dict[str, Check]:
    """Return the check of each subject that has one."""
    return {check.subject: check for check in Check.objects.filter(subject__in=list(subjects))}


def looks_at(uscc: str, limit: int = 50) -> list[Look]:
    """Return what was looked into of a firm after the release, the latest drawn first. One query."""
    return list(Look.objects.filter(uscc=uscc).order_by("-id")[:limit])


def draw_days(before: date | None = None, limit: int = 30) -> list[DrawDay]:
    """Return the days of draws, newest first; ``before`` is the last day of the page before."""
    rows = DrawKey.objects.order_by("-day")
    if before is not None:
        rows = rows.filter(day__lt=before)
    return [_public(row) for row in rows[:limit]]


def published(day: date, names: Iterable[str], *, share: Decimal) -> dict[str, Any]:
    """Return the record by which anybody repeats the draw of these names (see ``verification.verify``).

    The names are all or some of those that stood in the draw of the day. Raises NoKey until the key is revealed.
    """
    row = DrawKey.objects.filter(day=day, revealed_at__isnull=False).first()
    if row is None:
        raise NoKey(day)
    listed = sorted(set(names))
    checked = Check.objects.filter(subject__in=listed, day=day).order_by("subject").values_list("subject", flat=True)
    public = _public(row)
    return {
        "day": day.isoformat(),
        "commitment": public.commitment,
        "key": public.key,
        "share": format(share, "f"),
        "names": listed,
        "selected": sorted(checked),
    }


def _public(row: DrawKey) -> DrawDay:
    return DrawDay(row.day, row.commitment, key_of(row).hex() if row.revealed_at else "")
