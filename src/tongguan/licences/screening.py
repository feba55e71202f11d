"""Screening of dual-use licences (两用物项筛查): end users whom the authority watches, and firms that are barred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from tongguan.parties.normal import name as as_compared

from .models import WatchEntry

REASON = "dual_use_screening"
"""The reason of the hold on a licence."""
END_USER, BARRED = "end_user", "barred"


def standing(kind: str, on: date) -> QuerySet[WatchEntry]:
    """Return whom the authority watches on a day."""
    rows = WatchEntry.objects.filter(kind=kind, removed_at=None, since__lte=on)
    return rows.filter(Q(until=None) | Q(until__gte=on))


def keys_of(end_users: Iterable[str]) -> list[str]:
    """Return names as they are compared, in their order."""
    return list(dict.fromkeys(as_compared(one)[:100] for one in end_users))


def watched(keys: Iterable[str], on: date) -> list[str]:
    """Return which of these end users are watched on a day; one query, none without end users."""
    wanted = list(keys)
    return list(standing(END_USER, on).filter(key__in=wanted).values_list("name", flat=True)) if wanted else []


def why_barred(code: str, on: date) -> str:
    """Return why a firm gets no general licence on a day, empty when it may."""
    row = standing(BARRED, on).filter(key=code).first()
    return row.reason if row else ""
