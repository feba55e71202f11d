"""Asking what stands in the way.

Who asks in order to move goods has locked the goods' own record first, in the same transaction, and so does who
places a hold on them because of it; an answer without that lock is for showing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject

from tongguan.holds.models import Hold
from tongguan.journal.statements import ask, joined

_MOMENTS = ("promised", "placed_at")
_TOLD = ("id", "subject", "reason", "owner", "stops", "placed_by", "note", *_MOMENTS)


def standing(subjects: str | Iterable[str]) -> list[Hold]:
    """Return the holds that stand on a subject, or on any of several, by subject and age; one query."""
    wanted = [subjects] if isinstance(subjects, str) else list(subjects)
    return list(Hold.objects.filter(subject__in=wanted, lifted_at=None).order_by("subject", "id"))


def with_standing(rows: QuerySet, noun: str, *columns: str) -> QuerySet:
    """Return records that know the holds on them (``standing_with``), without a query of its own.

    Their subject is the noun and the columns with slashes between, like ``inventory/12/1``.
    """
    parts = [part for column in columns for part in (Value("/"), Cast(OuterRef(column), TextField()))]
    named = Hold.objects.filter(subject=Concat(Value(noun), *parts, output_field=TextField()), lifted_at=None).order_by(
        "id"
    )
    return rows.annotate(standing_holds=ArraySubquery(named.values(told=JSONObject(**{one: one for one in _TOLD}))))


def standing_with(row: Any) -> list[Hold]:
    """Return the holds that stand on a record of ``with_standing``, by age."""
    found = [Hold(**told) for told in row.standing_holds]
    for hold in found:
        for name in _MOMENTS:
            if (written := getattr(hold, name)) is not None:
                setattr(hold, name, datetime.fromisoformat(written))
    return found


def held_for(reason: str, noun: str, limit: int) -> list[str]:
    """Return the subjects that begin with a noun and are held for a reason, those that were held first."""
    rows = Hold.objects.filter(reason=reason, subject__startswith=noun, lifted_at=None).order_by("id")
    return list(rows.values_list("subject", flat=True)[:limit])


def stopping(subjects: Iterable[str], act: str) -> set[tuple[str, str]]:
    """Return the subject and the reason of each hold that stops the act: as ``stopped``, for many at once."""
    return set(ask(_STOPPING, joined(subjects), act))


_STOPPING = (
    "SELECT subject, reason FROM holds_hold"
    " WHERE subject = ANY (string_to_array(%s, chr(31))) AND lifted_at IS NULL AND %s::text = ANY (stops)"
)


def stopped(subjects: str | Iterable[str], act: str) -> list[Hold]:
    """Return the holds that stop the act (see ``models.ACTS``); an empty list means that it may happen."""
    return [hold for hold in standing(subjects) if act in hold.stops]
