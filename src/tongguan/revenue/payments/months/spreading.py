"""Spreading consolidated collection (推广汇总征税): who uses it and for how much, and whom it could serve.

Figures are of the latest cases only, so that none of them grows with the tables. Source: Joint Announcement, clause 8.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from tongguan.credit.queries import barred, barred_many
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law

from ...models import DutyBill, MonthBill, MonthEntry

LATEST = 20_000
_TERMS = "revenue.month_suggest"
_OF_DECLARATION = "declaration/"


class Used(NamedTuple):
    """What was released under consolidated collection in a month: firms, declarations, and their taxes in yuan."""

    month: date
    firms: int
    declarations: int
    taxes: Decimal


class Could(NamedTuple):
    """A firm that pays declaration by declaration: its code and name, and how many bills within ``days``."""

    code: str
    name: str
    bills: int
    days: int


def used(on: date, months: int = 12) -> list[Used]:
    """Return how consolidated collection was used in each of the last months, the latest first. One query."""
    since = add_months(on.replace(day=1), 1 - months)
    rows = MonthEntry.objects.filter(bill__month__gte=since, dropped_at=None).values(of=TruncMonth("day"))
    rows = rows.annotate(firms=Count("bill__payer", distinct=True), count=Count("id"), taxes=Sum("total"))
    return [Used(row["of"], row["firms"], row["count"], row["taxes"]) for row in rows.order_by("-of")]


def could(payer: str, on: date) -> Could | None:
    """Return what speaks for consolidated collection at a firm; None for one that uses it, may not, or pays few bills.

    Two queries, a third where it pays enough. The latest bills decide, so that a firm with many costs as much as another.
    """
    terms = law(_TERMS, on=on).value
    since, least = on - timedelta(days=terms["days"]), int(terms["bills"])
    if MonthBill.objects.filter(payer=payer, month__gte=since.replace(day=1)).exists():
        return None
    rows = DutyBill.objects.filter(enterprise__uscc=payer, reference__startswith=_OF_DECLARATION).order_by("-pk")
    found = list(rows.values_list("made_at__date", "enterprise__name_zh")[:least])
    if len(found) < least or found[-1][0] < since or barred(payer, "consolidated", on):
        return None
    return Could(payer, found[0][1], least, terms["days"])


def candidates(on: date, limit: int = 50) -> list[Could]:
    """Return the firms that could use it and do not, those with the most bills first. Five queries."""
    terms = law(_TERMS, on=on).value
    since = on - timedelta(days=terms["days"])
    latest = DutyBill.objects.order_by("-pk").values("pk")[:LATEST]
    rows = DutyBill.objects.filter(pk__in=latest, made_at__date__gte=since, reference__startswith=_OF_DECLARATION)
    rows = rows.exclude(Q(payer__in=MonthBill.objects.filter(month__gte=since.replace(day=1)).values("payer")))
    grouped = rows.values("payer", "enterprise__name_zh").annotate(count=Count("id")).filter(count__gte=terms["bills"])
    found = [(row["payer"], row["enterprise__name_zh"], row["count"]) for row in grouped.order_by("-count")[:limit]]
    kept_out = barred_many([code for code, _, _ in found], "consolidated", on)
    return [Could(code, name or code, count, terms["days"]) for code, name, count in found if code not in kept_out]
