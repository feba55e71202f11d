"""What a declaration is judged against is gathered here, in a handful of queries, and its findings are told.

The same for a form that is being filled in and for one that is submitted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from tongguan.cargo.queries import Key
from tongguan.cargo.queries import bill as bill_of
from tongguan.formats.dec import checking, family
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, check
from tongguan.licences.needed import needed
from tongguan.licences.uses import Use
from tongguan.parties.mandates import without_mandate
from tongguan.parties.queries import find_many
from tongguan.revenue.payments.queries import is_suspended
from tongguan.tariff.queries import book
from tongguan.zones.queries import known

from . import relieving, rules, used
from .days import day_of
from .models import IMPORT, Declaration
from .reading import COLLECTED, figures
from .rules.context import Asked, Context
from .rules.goods import written_off
from .rules.manifest import CARRIED
from .rules.parties import PAIRS, mandates_refuse

MESSAGE = "DecMessage"
"""The kind of message that mandates name."""

_ZERO = Decimal(0)


def key_of(of: Any) -> Key | None:
    """Return the bill a declaration rests on, as manifests name it; None where it rests on none."""
    if of.TrafMode not in CARRIED or not of.BillNo:
        return None
    return Key(of.IEFlag, of.TrafMode, of.BillNo)


def context(of: Any, asked: Asked, *, at: datetime, own: int | None = None, is_amendment: bool = False) -> Context:
    """Return what a declaration is judged against at a moment; ``own`` is its id, where it is kept already.

    Raises NotConfigured where no tariff was loaded.
    """
    from django.conf import settings

    day = day_of(at)
    tariff = book(day)
    firms = find_many(written for pair in PAIRS for name in pair if (written := getattr(of, name)))
    key = key_of(of)
    bill = bill_of(*key) if key is not None else None
    codes = {one.CodeTS for one in of.items if one.CodeTS and len(one.CodeTS) == 10}
    pairs = {(of.AgentCodeScc, of.TradeCoScc)} if of.AgentCodeScc and of.TradeCoScc else set()
    asks = settings.MANDATES != "off"
    lacking = without_mandate({pair for pair in pairs if pair[0] != pair[1]}, kind=MESSAGE, at=at) if asks else ()
    return Context(
        day, law.on(day), tariff, asked, firms, bill,
        declared=_declared(bill.number, of, own) if bill is not None else 0,
        needs=needed(codes, direction=of.IEFlag or IMPORT, mode=of.TradeMode or "", book=tariff, on=day) if codes else {},
        lacking=lacking, books=known([of.ManualNo], []) if of.ManualNo else {}, is_amendment=is_amendment,
        is_suspended=family(of) in COLLECTED and is_suspended(of.TradeCoScc or ""),
        reference=f"declaration/{own}" if own is not None else "",
    )  # fmt: skip


def _declared(number: str, of: Any, own: int | None) -> int:
    """Return how many packages other declarations declare of a bill."""
    rows = Declaration.objects.filter(bill_no=number, direction=of.IEFlag, transport_mode=of.TrafMode)
    rows = rows.exclude(state__in=("draft", "rejected", "deleted", "withdrawn")).exclude(pk=own)
    return rows.aggregate(sum=Sum("pieces"))["sum"] or 0


def findings(of: Any, ctx: Context) -> list[Finding]:
    """Return everything that is wrong with a declaration that would be submitted."""
    found = rules.judged(of, ctx)
    if not any(one.code == checking.WrongNumber.code for one in found):
        found += relieving.findings(of, ctx) + used.findings(of, ctx)
    if mandates_refuse():
        return [replace(one, level="refuse") if one.code == "DEC_NO_MANDATE" else one for one in found]
    return found


def saving(of: Any) -> list[Finding]:
    """Return what keeps a draft from being saved."""
    return check(rules.SAVING, of, None)


def uses(of: Any) -> list[Use]:
    """Return what a declaration draws on licences, as its lines say (许可证核销)."""
    return list(_uses(of))


def _uses(of: Any) -> Iterable[Use]:
    for place, row in enumerate(of.licences, 1):
        item = of.items[row.GoodsNo - 1]
        # The field of the origin holds the country of destination of an export.
        yield Use(
            row.LicTypeCode or "", row.LicenceNo or "", row.LicWrtofDetailNo or "", written_off(row) or _ZERO,
            row.LicWrtofQtyUnit or "", item.CodeTS or "", figures("countries", item.OriginCountry), f"licence/{place}",
        )  # fmt: skip


__all__ = ["MESSAGE", "context", "findings", "key_of", "saving", "uses"]
