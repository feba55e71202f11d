"""Asking of declarations in two steps: what one is asked for, its complete declaration while written, and a firm's lateness."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import transaction

from tongguan.formats.dec.documents import COMPLETE, INTEGRATED, SUMMARY
from tongguan.kernel.calendar import add_months, within
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused

from ..days import Days, day_of
from ..models import Declaration
from ..sealing import opened
from ..states import SUMMARIES
from .elements import Answers
from .models import TwoStep

_WHERE = 2  # the third place of the type, counted from nothing
_PLACES = 6


def typed(of: Any, step: str) -> Any:
    """Return a document whose type says the step it is made in.

    >>> from tongguan.formats import dec
    >>> typed(dec.Declaration(Type="CL0   "), SUMMARY).Type, typed(dec.Declaration(), COMPLETE).Type
    ('CL5   ', '  6   ')
    """
    written = (of.Type or "").ljust(_PLACES)
    return msgspec.structs.replace(of, Type=written[:_WHERE] + step + written[_WHERE + 1 :])


def answers(row: Declaration) -> Answers:
    """Return what a firm answered to the three questions."""
    found = TwoStep.objects.filter(declaration=row).first()
    return answered(found) if found is not None else Answers()


def answered(of: TwoStep) -> Answers:
    """Return the answers that are kept."""
    return Answers(of.licensed, of.inspected, of.taxed, of.stated)


def of(row: Declaration) -> TwoStep | None:
    """Return what a declaration has of two steps; None where it is made in one."""
    return TwoStep.objects.filter(declaration=row).first()


def completion(row: Declaration) -> Any:
    """Return the complete declaration as far as it is written, else what the summary says; raises Forgotten."""
    from ..actions.keeping import document

    return written(document(row), of(row))


def written(said: Any, found: TwoStep | None) -> Any:
    """Return the same for who has read what the summary says, and what the declaration has of two steps."""
    return opened(bytes(found.sealed)) if found is not None and found.sealed else typed(said, COMPLETE)


def prefilled(of: Any, row: Declaration) -> Any:
    """Return a complete declaration with what follows from the summary, where it says nothing itself.

    The consignee is the consumer, its names and codes are those it is registered with.
    """
    firm = row.trader
    said: dict[str, Any] = {"OwnerCodeScc": of.TradeCoScc, "PackNo": row.pieces}
    if firm is not None:
        said |= {"TradeName": firm.name("zh")[:100], "TradeCode": firm.customs_registration or firm.code}
        said |= {"OwnerName": firm.name("zh")[:100]}
    lacking = {name: value for name, value in said.items() if value and not getattr(of, name)}
    return msgspec.structs.replace(of, **lacking)


def judged(row: Declaration, of: Any, before: Any, step: TwoStep | None, *, whole: bool, at: datetime) -> list[Finding]:
    """Return everything that would keep a complete declaration from being accepted now; changes nothing.

    ``before`` is what the summary says, ``step`` what the declaration has of two steps; ``whole`` is for a summary that is
    turned into one step. Raises NotConfigured.
    """
    from ..actions.keeping import asked
    from ..filling import filled_as
    from ..judging import context
    from .judging import completing

    manner = asked(row, step)
    if whole:
        manner.mode = "ordinary" if row.entered_on is not None else "advance"
    of = filled_as(typed(of, INTEGRATED if whole else COMPLETE), before)
    with transaction.atomic():  # mandates are asked for in the transaction that is open
        return completing(before, of, context(of, manner, at=at, own=row.pk, is_amendment=not whole))


def estimate(of: Any, at: datetime) -> Any | None:
    """Return what a summary may owe, worked out now, for a form that is filled in; None where it cannot be."""
    from ..assessing import assessed

    day = day_of(at)
    try:
        return assessed(typed(of, SUMMARY), Days(day, day))
    except Refused:
        return None


def due_on(entered: date) -> date:
    """Return the last day of the complete declaration; raises NotConfigured, Uncountable.

    >>> due_on(date(2026, 3, 2)).isoformat()
    '2026-03-16'
    """
    return within(law("declarations.full_declaration_days", on=entered).value, of=entered, calendar="cn")


def defaults(firms: Iterable[int], on: date) -> dict[int, int]:
    """Return how often each firm was late by its own fault with a complete declaration in the months the law counts."""
    wanted = list(firms)
    since = add_months(on, -law("declarations.two_step_default_months", on=on).value)
    rows = TwoStep.objects.filter(
        declaration__trader__in=wanted, defaulted_on__gt=since, defaulted_on__lte=on, excused=""
    ).values_list("declaration__trader", flat=True)
    found = dict.fromkeys(wanted, 0)
    for firm in rows:
        found[firm] += 1
    return found


def waiting(firm: int, *, limit: int) -> list[TwoStep]:
    """Return what a firm has to complete, the earliest last day first."""
    rows = TwoStep.objects.filter(declaration__agent=firm, declaration__group__in=("waiting", "needs_you"))
    rows = rows.filter(declaration__state__in=SUMMARIES, due_on__isnull=False).select_related("declaration")
    return list(rows.order_by("due_on", "pk")[:limit])
