"""Asking what stands in the way.

Who asks in order to move goods has locked the goods' own record first, in the same transaction, and so does who
places a hold on them because of it; an answer without that lock is for showing.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongguan.holds.models import Hold
from tongguan.journal.statements import ask, joined


def standing(subjects: str | Iterable[str]) -> list[Hold]:
    """Return the holds that stand on a subject, or on any of several, by subject and age; one query."""
    wanted = [subjects] if isinstance(subjects, str) else list(subjects)
    return list(Hold.objects.filter(subject__in=wanted, lifted_at=None).order_by("subject", "id"))


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
