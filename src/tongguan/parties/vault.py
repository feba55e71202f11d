"""Personal data at rest (个人信息保护): sealed under the key of a month, found by a fingerprint.

A sealed value is a version byte, its month in two bytes, and the kernel's seal, bound to both. The key of a month lies
in the database sealed under the master key; ``forget`` destroys it, and whatever was sealed in that month is lost to
everybody while hashes over the ciphertext still verify. A backup made before holds the sealed key too: to forget is
also to let such backups go.

Keys stay in a process for a few seconds; another process may therefore open a forgotten month that much longer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel import seals
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.parties import keys, normal
from tongguan.parties.models import MonthKey
from tongguan.parties.roles import only

_VERSION = 1
_HEADER = 3
_SECONDS = 10.0
_kept: dict[int, tuple[float, bytes]] = {}


class Forgotten(Refused):
    """The key of the month was destroyed, and with it what was sealed under it."""

    code = "FORGOTTEN"

    def __init__(self, month: date):
        self.month = month
        super().__init__([Finding(self.code, values={"month": f"{month:%Y-%m}"})])


class MonthNotOver(Refused):
    """A month is forgotten after its end, since data of the running month still arrive."""

    code = "MONTH_NOT_OVER"

    def __init__(self, month: date):
        super().__init__([Finding(self.code, values={"month": f"{month:%Y-%m}"})])


def sealer(*, on: date) -> Callable[[bytes], bytes]:
    """Return the function that seals under the key of the day's month; for a batch, which asks for the key once.

    Raises Forgotten.
    """
    number = _number(on)
    header, key = _header(number), _key(number, create=True)
    return lambda plain: header + seals.seal(plain, key, header)


def seal(plain: bytes, *, on: date) -> bytes:
    """Return the bytes sealed under the key of the day's month, made now if there is none; raises Forgotten."""
    return sealer(on=on)(plain)


def unseal(blob: bytes) -> bytes:
    """Return what was sealed; raises Forgotten, or Unsealable when it is damaged."""
    blob = bytes(blob)
    header = blob[:_HEADER]
    if len(header) < _HEADER or header[0] != _VERSION:
        raise seals.Unsealable("this is not a seal of a known version")
    return seals.unseal(blob[_HEADER:], _key(int.from_bytes(header[1:], "big"), create=False), header)


def match(kind: str, value: str) -> bytes:
    """Return the 16-byte fingerprint by which a name, id, phone or address is found again (see ``normal.KINDS``).

    Raises KeyError for another kind.
    """
    return seals.mac(f"{kind}\n{normal.KINDS[kind](value)}", keys.matching())


def forget(month: date, *, by: Actor, at: datetime) -> None:
    """Destroy the key of a month: nothing sealed in it can be opened again, by anybody.

    Raises MonthNotOver, NotYours for anybody but the operator. Forgetting twice is once.
    """
    only(by, "operator", verb="forget")
    number = _number(month)
    if number >= _number(timezone.localdate(at, timezone.get_default_timezone())):
        raise MonthNotOver(_first(number))
    with transaction.atomic():
        # A month without a key is closed too, so that nothing is sealed in it later.
        key, closed = MonthKey.objects.get_or_create(month=_first(number), defaults={"destroyed_at": at})
        kept = MonthKey.objects.filter(id=key.id, wrapped__isnull=False)
        if kept.update(wrapped=None, destroyed_at=at) or closed:
            record("personal_data.forgotten", f"month/{key}", by=by, at=at)
        transaction.on_commit(lambda: _kept.pop(number, None))


def due_to_be_forgotten(on: date) -> list[date]:
    """Return the months, oldest first, whose data need not be kept any longer; raises NotConfigured."""
    months = law("parties.personal_data_months", on=on).value
    last = add_months(on.replace(day=1), -months)
    kept = MonthKey.objects.filter(wrapped__isnull=False, month__lt=last)
    return list(kept.order_by("month").values_list("month", flat=True))


def clear_cache() -> None:
    """Drop the keys this process keeps."""
    _kept.clear()


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _header(number: int) -> bytes:
    return bytes([_VERSION]) + number.to_bytes(2, "big")


def _key(number: int, *, create: bool) -> bytes:
    until, key = _kept.get(number, (0.0, b""))
    asked = time.monotonic()
    if asked < until:
        return key
    wrapped = _stored(_first(number), create=create)
    if wrapped is None:
        raise Forgotten(_first(number))
    key = seals.unseal(bytes(wrapped), keys.master(), _header(number))
    # Only once it is committed: a key made in a transaction that fails must never seal anything else.
    transaction.on_commit(lambda: _kept.__setitem__(number, (asked + _SECONDS, key)))
    return key


def _stored(month: date, *, create: bool) -> bytes | None:
    find = MonthKey.objects.filter(month=month).values_list("wrapped", flat=True)
    if found := list(find):
        return found[0]
    if not create:
        raise seals.Unsealable(f"there has never been a key of {month:%Y-%m}")
    wrapped = seals.seal(os.urandom(32), keys.master(), _header(_number(month)))
    # Of several that find no key, one makes it and the others wait for it here.
    MonthKey.objects.bulk_create([MonthKey(month=month, wrapped=wrapped)], ignore_conflicts=True)
    return find.get()
