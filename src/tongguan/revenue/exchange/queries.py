"""Asking of exchange rates: those of a month by the dated rule, and which day they are of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.journal.statements import records
from tongguan.kernel.calendar import Uncountable, rate_day
from tongguan.kernel.law import NotConfigured, law

from ..models.exchange import PARITY, SPECIAL, PublishedRate

NAME = "revenue.exchange"


_SERVING = "withdrawn_at IS NULL AND (kind = %s AND day = %s OR kind = %s AND day BETWEEN %s AND %s)"


class Serving(NamedTuple):
    """The rates that serve on a day: the day whose parity is used, and a rate for each currency, by its code."""

    rate_day: date
    rates: Mapping[str, PublishedRate]


def day_for(on: date) -> date:
    """Return the day whose parities serve for declarations of the month; raises NotConfigured, Uncountable."""
    month = on.replace(day=1)
    return rate_day(month, law("revenue.exchange_rate_day", on=month).value)


def serving(on: date) -> Serving:
    """Return what serves on a day, with sources; a special rate of the month goes before the parity. One query.

    Raises NotConfigured when the law has no rule, Uncountable when the calendar does not reach so far.
    """
    of = day_for(on)
    found = records(PublishedRate, _SERVING, PARITY, of, SPECIAL, on.replace(day=1), on)
    rows = sorted(found, key=lambda row: (row.kind == SPECIAL, row.day))
    return Serving(of, {row.currency: row for row in rows})


def rates(on: date) -> dict[str, Decimal]:
    """Return yuan for one unit of each currency on a day, by its code; raises NotConfigured when there is none."""
    found = {currency: row.rate for currency, row in serving(on).rates.items()}
    if not found:
        raise NotConfigured(NAME, on)
    return found


def known(on: date) -> dict[str, Decimal]:
    """Return yuan for one unit of each currency on a day, none where nothing is known: for what only estimates."""
    try:
        return {currency: row.rate for currency, row in serving(on).rates.items()}
    except (NotConfigured, Uncountable):
        return {}


def rate(currency: str, on: date) -> PublishedRate:
    """Return the rate of one currency on a day; raises NotConfigured when it has none."""
    if (found := serving(on).rates.get(currency)) is None:
        raise NotConfigured(f"{NAME}.{currency}", on)
    return found


def latest_days(limit: int = 12) -> list[date]:
    """Return the latest days of which parities are kept."""
    kept = PublishedRate.objects.filter(withdrawn_at=None, kind=PARITY).order_by("-day")
    return list(kept.values_list("day", flat=True).distinct()[:limit])


def latest() -> tuple[date, dict[str, Decimal]] | None:
    """Return the latest day of which parities are kept, with yuan for one unit of each currency; for what only estimates."""
    kept = PublishedRate.objects.filter(withdrawn_at=None, kind=PARITY).order_by("-day")
    if (first := kept.first()) is None:
        return None
    return first.day, {row.currency: row.rate for row in kept.filter(day=first.day)}
