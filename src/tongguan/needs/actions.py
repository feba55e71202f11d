"""Asking for a digest, confirming its address, ending it; and sending what is due."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.journal.actions import record
from tongguan.kernel import seals
from tongguan.kernel.calendar import Uncountable, calendar
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties import keys
from tongguan.parties.models import Person

from . import telling, writing
from .models import Digest, Dispatch
from .ports import mail
from .rules import DIGEST, DigestCase

_AT_ONCE = 100
_log = logging.getLogger("tongguan.needs")


def _about(person: int) -> bytes:
    return f"digest/{person}".encode()


def address_of(row: Digest) -> str:
    """Return the address of a digest."""
    return seals.unseal(bytes(row.sealed), keys.master(), _about(row.person_id)).decode()


def ask_for_digest(person: Person, address: str, days: str, site: str, *, by: Actor, at: datetime) -> Digest:
    """Ask for a digest to an address, and send the link that confirms it there. Raises Refused.

    What was wanted before ends at once. The link is sent after all is kept; one that was not taken is asked for again.
    """
    with transaction.atomic():
        before = Digest.objects.select_for_update().filter(person=person).first()
        wait = timedelta(minutes=law("needs.digest_wait_minutes", on=at.astimezone(SHANGHAI).date()).value)
        asked = before and before.asked
        old = address_of(before) if before and before.confirmed and not before.ended else ""
        insist(DIGEST, DigestCase(address.strip(), days, at, asked, wait, mail() is not None))
        sealed = seals.seal(address.strip().encode(), keys.master(), _about(person.pk))
        kept = {"sealed": sealed, "days": days, "site": site, "asked": at, "confirmed": None, "ended": None}
        row, _ = Digest.objects.update_or_create(person=person, defaults=kept)
        record("digest.asked", row, by=by, at=at, days=days)
    if old and old != address.strip():  # whoever took the account over cannot silence it unseen
        telling.carry(old, telling.letter(person, "address", at, site))
    _carry(row, writing.confirmation(row, person.language))
    return row


@transaction.atomic
def confirm_digest(given: str, *, at: datetime) -> Digest | None:
    """Confirm the address that a link was sent to; None for a link that is not good (any more). Twice changes nothing."""
    row = _named(given)
    if row is None or row.ended is not None:
        return None
    days = law("needs.digest_link_days", on=row.asked.astimezone(SHANGHAI).date()).value
    if row.confirmed is None and at >= row.asked + timedelta(days=days):
        return None
    if row.confirmed is None:
        row.confirmed = at
        row.save(update_fields=["confirmed"])
        record("digest.confirmed", row, by=_self(row.person), at=at)
    return row


@transaction.atomic
def stop_digest(given: str | Person, *, at: datetime) -> Digest | None:
    """End a digest by the link of a mail, or as the person himself; None where there is none. Twice changes nothing."""
    own = Digest.objects.select_for_update(of=("self",)).select_related("person")
    row = _named(given) if isinstance(given, str) else own.filter(person=given).first()
    if row is not None and row.ended is None:
        row.ended = at
        row.save(update_fields=["ended"])
        record("digest.ended", row, by=_self(row.person), at=at)
    return row


def _named(given: str) -> Digest | None:
    if (known := writing.named(given)) is None:
        return None
    number, stamp = known
    row = Digest.objects.select_for_update(of=("self",)).select_related("person").filter(pk=number).first()
    return row if row is not None and writing.stamp(row) == stamp else None


def _self(person: Person) -> Actor:
    return Actor(person.username, "person", label=str(person))


def send_due(*, at: datetime, limit: int = _AT_ONCE) -> int:
    """Send the digests of the day that are due and were not begun; returns how many were looked at, at most ``limit``.

    Before the hour, on a day of rest for those who want working days, and on a day the calendar does not know, nothing
    is sent. One that fails stops no other, and is not tried again that day.
    """
    there = at.astimezone(SHANGHAI)
    if there.hour < law("needs.digest_hour", on=there.date()).value or mail() is None:
        return 0
    days = ["every", "working"] if _works(there.date()) else ["every"]
    rows = Digest.objects.filter(confirmed__isnull=False, ended=None, days__in=days, person__is_active=True)
    begun = Dispatch.objects.filter(day=there.date()).values("digest")
    due = list(rows.exclude(pk__in=begun).select_related("person").order_by("pk")[:limit])
    for row in due:
        _dispatch(row, at)
    return len(due)


def forget_sent(*, at: datetime) -> int:
    """Forget what was sent on days longer ago than that is kept; returns how many mails."""
    day = at.astimezone(SHANGHAI).date()
    kept = timedelta(days=law("needs.digest_log_days", on=day).value)
    return Dispatch.objects.filter(day__lt=day - kept).delete()[0]


def _works(day) -> bool:
    try:
        return calendar("cn").is_working(day)
    except Uncountable:
        return False


def _dispatch(row: Digest, at: datetime) -> None:
    day = at.astimezone(SHANGHAI).date()
    kept, first = Dispatch.objects.get_or_create(digest=row, day=day, defaults={"at": at})
    if not first:
        return
    try:
        with transaction.atomic():
            letter = writing.digest(row, at=at)
    except Exception:
        _log.exception("digest.not_written", extra={"digest": row.pk})
        outcome = "failed"
    else:
        outcome = "nothing" if letter is None else "sent" if _carry(row, letter) else "failed"
    Dispatch.objects.filter(pk=kept.pk).update(outcome=outcome)


def _carry(row: Digest, letter: writing.Letter) -> bool:
    """Hand a mail over, whatever becomes of it; returns whether it was taken."""
    carrier = mail()
    try:
        if carrier is None:
            return False
        carrier.send(address_of(row), *letter, {"List-Unsubscribe": f"<{writing.stop_link(row)}>"})
    except Exception as problem:
        _log.warning("digest.not_sent", extra={"digest": row.pk, "problem": type(problem).__name__})
        return False
    return True
