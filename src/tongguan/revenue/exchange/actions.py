"""What is done with exchange rates: published ones are kept with their source, and withdrawn when they were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.roles import only

from ..models.exchange import PublishedRate
from .reading import ReadRate
from .rules import PUBLISHING, Publication, key

KEEPERS = ("operator", "officer")


@transaction.atomic
def publish(
    rows: Sequence[ReadRate], *, title: str, href: str = "", standing: str, by: Actor, at: datetime
) -> list[PublishedRate]:
    """Keep rates that were published, with their source; the same again changes nothing. Returns the new ones.

    Raises NotYours, and Refused (RATES_NONE, RATES_UNREADABLE, RATES_TWICE, RATES_WITHOUT_SOURCE, RATES_DIFFER).
    """
    only(by, *KEEPERS, verb="publish")
    days = {row.day for row in rows if row.day is not None}
    kept = {
        (one.kind, one.day.isoformat(), one.currency): one.rate
        for one in PublishedRate.objects.select_for_update().filter(withdrawn_at=None, day__in=days)
    }
    insist(PUBLISHING, Publication(rows, title, standing, kept))
    made = PublishedRate.objects.bulk_create([
        PublishedRate(
            kind=row.kind, day=row.day, currency=row.currency, yuan=row.yuan, per=row.per, title=title.strip(),
            href=href.strip(), standing=standing, by=by.name, at=at,
        )
        for row in rows if key(row) not in kept
    ])  # fmt: skip
    if made:
        told = [[one.kind, one.day, one.currency, one.yuan, one.per] for one in made]
        days_told = sorted({one.day.isoformat() for one in made})
        record(
            "exchange_rates.published", f"exchange_rates/{days_told[-1]}", by=by, at=at, rates=told,
            title=title.strip(), standing=standing,
        )  # fmt: skip
    return made


@transaction.atomic
def withdraw(number: int, *, reason: str, by: Actor, at: datetime) -> PublishedRate:
    """Withdraw a rate that was wrong; it stays readable, and another may take its place.

    Raises NotYours, PublishedRate.DoesNotExist.
    """
    only(by, *KEEPERS, verb="publish")
    row = PublishedRate.objects.select_for_update().get(pk=number, withdrawn_at=None)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(
        "exchange_rates.withdrawn", str(row), by=by, at=at, day=row.day, currency=row.currency, yuan=row.yuan,
        reason=reason[:200],
    )  # fmt: skip
    return row
