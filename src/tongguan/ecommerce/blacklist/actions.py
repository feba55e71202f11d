"""What can be done about the blacklist of buyers: put a person on it, and take an entry off."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.numbers import resident_id
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties import vault
from tongguan.parties.roles import only

from ..intake.answers import SHANGHAI
from ..intake.batch import lock
from ..models.blacklist import ListedBuyer
from . import queries, rules
from .states import LISTED_BUYER, OFFICER


@transaction.atomic
def put_on_list(number: str, *, reason: str, last_day: date | None, by: Actor, at: datetime) -> ListedBuyer:
    """Put the person with an identity number on the blacklist, from today to ``last_day``; only officers do.

    Raises NotYours, NotConfigured, and Refused (LISTED_NUMBER, LISTED_REASON, LISTED_DAYS, LISTED_ALREADY).
    """
    only(by, OFFICER, verb="list_buyer")
    day, number = at.astimezone(SHANGHAI).date(), resident_id.compact(number)
    digest = vault.match("id", number)
    lock({("listed_buyer", digest.hex())})
    standing = queries.in_force(digest, day)
    most = law("ecommerce.blacklist_days", on=day).value
    insist(rules.LISTING, rules.Listing(number, reason, day, last_day, most, standing and standing.last_day))
    assert last_day is not None
    row = ListedBuyer.objects.create(
        digest=digest, masked=resident_id.masked(number), reason=reason.strip()[:500], first_day=day, last_day=last_day,
        listed_at=at, listed_by=by.name[:100],
    )  # fmt: skip
    record("buyer.listed", str(row), by=by, at=at, reason=row.reason, last_day=last_day)
    return row


@transaction.atomic
def take_off_list(entry: int, *, reason: str, by: Actor, at: datetime) -> ListedBuyer:
    """Take an entry off the blacklist; what was drawn because of it stays drawn.

    Raises NotNow, NotYours, Refused (LISTED_REASON), ListedBuyer.DoesNotExist.
    """
    row = ListedBuyer.objects.select_for_update().get(pk=entry)
    row.state = LISTED_BUYER.after(row.state, "remove", by=by)
    insist(rules.REMOVAL, rules.Removal(reason))
    row.removed_because, row.removed_by, row.removed_at = reason.strip()[:500], by.name[:100], at
    row.save(update_fields=["state", "removed_because", "removed_by", "removed_at"])
    record("buyer.unlisted", str(row), by=by, at=at, reason=row.removed_because)
    return row
