"""The draw of a stream (随机抽取): its keys, made ahead, and revealed the day after."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tongguan.inspections.models import DrawKey
from tongguan.journal.actions import record
from tongguan.journal.statements import read
from tongguan.kernel import seals
from tongguan.kernel.draw import commitment, stream_selected
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.parties import keys

_KEY_BYTES = 32


class NoKey(Refused):
    """The day has no key, or one that is public already: nothing can be drawn, and nothing may pass undrawn."""

    code = "NO_DRAW_KEY"

    def __init__(self, day: date):
        self.day = day
        super().__init__([Finding(self.code, values={"day": day})])


class DayNotOver(Refused):
    """The key of a day is revealed when nothing more can be drawn with it."""

    code = "DAY_NOT_OVER"

    def __init__(self, day: date):
        super().__init__([Finding(self.code, values={"day": day})])


def selected(names: Iterable[str], *, day: date, share: Decimal) -> set[str]:
    """Return the names chance selects on the day, about ``share`` of them (0 to 1).

    Names are numbers that we assigned, so that nobody can choose a lucky one. Raises NoKey, on which the caller places
    the hold *selection* instead of letting anything pass.
    """
    return chosen(names, secret(day), share)


def chosen(names: Iterable[str], key: bytes, share: Decimal) -> set[str]:
    """Return the names that the key of a day selects; as ``selected``, for who has asked for the key already."""
    return {name for name in names if stream_selected(name, key, share)}


_SECRET = "SELECT sealed FROM inspections_drawkey WHERE day = %s AND revealed_at IS NULL"


def secret(day: date) -> bytes:
    """Return the key of a day while nobody else knows it; raises NoKey, Unsealable under another master key."""
    for (sealed,) in read(_SECRET, day):
        return seals.unseal(sealed, keys.master(), _about(day))
    raise NoKey(day)


@transaction.atomic
def ensure_keys(on: date, *, by: Actor, at: datetime) -> list[date]:
    """Make the keys of the day and of the next where there are none, and put their commitments into the journal.

    Returns the days whose keys were made. On the very first day the commitment is no older than the key's first use;
    the journal shows when it was made.
    """
    return [day for day in (on, on + timedelta(days=1)) if _ensure_key(day, by, at)]


def _ensure_key(day: date, by: Actor, at: datetime) -> bool:
    key = os.urandom(_KEY_BYTES)
    made = {"sealed": seals.seal(key, keys.master(), _about(day)), "commitment": commitment(key)}
    row, is_new = DrawKey.objects.get_or_create(day=day, defaults=made)
    if is_new:
        record("draw.committed", row, by=by, at=at, commitment=row.commitment)
    return is_new


@transaction.atomic
def reveal(day: date, *, by: Actor, at: datetime) -> bytes:
    """Publish the key of a day that is over, in the journal, and return it; again returns it again.

    Raises NoKey for a day without one, DayNotOver.
    """
    if timezone.localdate(at, timezone.get_default_timezone()) <= day:
        raise DayNotOver(day)
    row = DrawKey.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise NoKey(day)
    key = key_of(row)
    if row.revealed_at is None:
        row.revealed_at = at
        row.save(update_fields=["revealed_at"])
        record("draw.revealed", row, by=by, at=at, key=key)
    return key


def reveal_past(on: date, *, by: Actor, at: datetime) -> list[date]:
    """Publish the keys of every day before ``on`` that are not public yet, and return the days; raises DayNotOver."""
    days = list(DrawKey.objects.filter(day__lt=on, revealed_at=None).order_by("day").values_list("day", flat=True))
    for day in days:
        reveal(day, by=by, at=at)
    return days


def key_of(row: DrawKey) -> bytes:
    """Return the key itself; raises Unsealable under another master key."""
    return seals.unseal(bytes(row.sealed), keys.master(), _about(row.day))


def _about(day: date) -> bytes:
    return f"draw {day.isoformat()}".encode()
