"""Personal data at rest (个人信息保护): sealed under the key of a month, found by a fingerprint.

A sealed value is a version byte, its month in two bytes, and the kernel's seal, bound to both. The key of a month lies
in the database sealed under the master key and a secret of the month, which lies outside (``vault_tree``). ``forget``
destroys both: whatever was sealed in that month is lost to everybody while hashes over the ciphertext still verify. A
backup holds the sealed key of an earlier day; without the secret of the month it opens nothing.

Keys stay in a process for a few seconds; another process may therefore open a forgotten month that much longer.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel import seals
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.parties import keys, normal, vault_ledger, vault_tree
from tongguan.parties.models import MonthKey
from tongguan.parties.roles import only

_VERSION = 1
_HEADER = 3
_SECONDS = 10.0
_AHEAD = timedelta(days=3)
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


def month_of(blob: bytes) -> date:
    """Return the month under whose key something is sealed; raises Unsealable for what is no seal of ours."""
    header = bytes(blob)[:_HEADER]
    if len(header) < _HEADER or header[0] != _VERSION:
        raise seals.Unsealable("this is not a seal of a known version")
    return _first(int.from_bytes(header[1:], "big"))


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
    insist_over(month, at=at)
    number = _number(month)
    _destroy(_first(number), by=by, at=at)


def insist_over(month: date, *, at: datetime) -> None:
    """Raise MonthNotOver for a month whose data still arrive."""
    number = _number(month)
    if number >= _number(timezone.localdate(at, timezone.get_default_timezone())):
        raise MonthNotOver(_first(number))


def make_ahead(*, at: datetime) -> None:
    """Make the key of the running month and, in its last days, that of the next, so that no filing has to.

    A filing that finds no key makes it in its own transaction, and all others of the month wait until that is over.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    for number in sorted({_number(today), _number(today + _AHEAD)}):
        _stored(_first(number), create=True)


def wipe() -> None:
    """Write the table of keys anew, so that the database's files do not hold those that were destroyed."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL) parties_monthkey")


def forget_again(*, by: Actor, at: datetime) -> list[date]:
    """Destroy again what was forgotten before, in a database that came from a backup; returns those months.

    What this database knows to be forgotten is noted in the ledger and given up in the tree, where that was done on
    another machine. Raises LedgerDamaged, TreeUnreadable.
    """
    noted = {line.month for line in vault_ledger.read(settings.FORGOTTEN)}
    gone = MonthKey.objects.filter(wrapped__isnull=True)
    for key in gone.exclude(month__in=noted).order_by("month"):
        vault_ledger.add(settings.FORGOTTEN, vault_ledger.Line(key.month, key.destroyed_at, by.name))
    known = set(gone.values_list("month", flat=True))
    again = sorted(noted - known)
    for month in again:
        _destroy(month, by=by, at=at)
    for month in sorted(known):
        vault_tree.give_up(settings.MONTH_SECRETS, _number(month))
    return again


def rewrap() -> int:
    """Put the keys of months that are sealed under the master key alone under the secrets of their months, too.

    Those made before there were such secrets; returns how many there were.
    """
    count = 0
    for key in MonthKey.objects.filter(wrapped__isnull=False):
        header = _header(number := _number(key.month))
        try:
            plain = seals.unseal(bytes(key.wrapped), keys.master(), header)
        except seals.Unsealable:
            continue
        count += MonthKey.objects.filter(pk=key.pk, wrapped=key.wrapped).update(
            wrapped=seals.seal(plain, _wrapping(number), header)
        )
    return count


def _destroy(month: date, *, by: Actor, at: datetime) -> None:
    number = _number(month)
    with transaction.atomic():
        # A month without a key is closed too, so that nothing is sealed in it later.
        key, closed = MonthKey.objects.get_or_create(month=month, defaults={"destroyed_at": at})
        kept = MonthKey.objects.filter(id=key.id, wrapped__isnull=False)
        if kept.update(wrapped=None, destroyed_at=at) or closed:
            record("personal_data.forgotten", f"month/{key}", by=by, at=at)
            # Before the commit: should it fail, the next start forgets what the ledger says. Never the other way round.
            if month not in {line.month for line in vault_ledger.read(settings.FORGOTTEN)}:
                vault_ledger.add(settings.FORGOTTEN, vault_ledger.Line(month, at, by.name))
        vault_tree.give_up(settings.MONTH_SECRETS, number)
        transaction.on_commit(lambda: _kept.pop(number, None))


def due_to_be_forgotten(on: date) -> list[date]:
    """Return the months, oldest first, whose data need not be kept any longer; raises NotConfigured."""
    months = law("parties.personal_data_months", on=on).value
    last = add_months(on.replace(day=1), -months)
    kept = MonthKey.objects.filter(wrapped__isnull=False, month__lt=last)
    return list(kept.order_by("month").values_list("month", flat=True))


def due_on(month: date, *, on: date) -> date:
    """Return the day from which the data of a month need not be kept, by the law of a day; raises NotConfigured."""
    return add_months(month.replace(day=1), law("parties.personal_data_months", on=on).value + 1)


def months() -> list[MonthKey]:
    """Return the months that have a key, or were closed, oldest first."""
    return list(MonthKey.objects.order_by("month"))


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
    key = _unwrapped(bytes(wrapped), number)
    # Only once it is committed: a key made in a transaction that fails must never seal anything else.
    transaction.on_commit(lambda: _kept.__setitem__(number, (asked + _SECONDS, key)))
    return key


def _stored(month: date, *, create: bool) -> bytes | None:
    find = MonthKey.objects.filter(month=month).values_list("wrapped", flat=True)
    if found := list(find):
        return found[0]
    if not create:
        raise seals.Unsealable(f"there has never been a key of {month:%Y-%m}")
    number = _number(month)
    wrapped = seals.seal(os.urandom(32), _wrapping(number), _header(number))
    # Of several that find no key, one makes it and the others wait for it here.
    MonthKey.objects.bulk_create([MonthKey(month=month, wrapped=wrapped)], ignore_conflicts=True)
    return find.get()


def _wrapping(number: int) -> bytes:
    """Return what the key of a month is sealed under; raises Forgotten when the secret of the month was given up."""
    secret = vault_tree.secret(vault_tree.read(settings.MONTH_SECRETS), number)
    if secret is None:
        raise Forgotten(_first(number))
    return hmac.digest(keys.master(), b"month" + secret, hashlib.sha256)


def _unwrapped(wrapped: bytes, number: int) -> bytes:
    header, wrapping = _header(number), _wrapping(number)
    try:
        return seals.unseal(wrapped, wrapping, header)
    except seals.Unsealable:
        return seals.unseal(wrapped, keys.master(), header)  # of before there were secrets of months: see rewrap
