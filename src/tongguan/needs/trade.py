"""What general trade needs (一般贸易待办): declarations sent back or to be confirmed, what is to be paid, and what ends soon."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear, LPad

from tongguan.declarations.models import Declaration, DeclarationRequest
from tongguan.declarations.states import FILERS
from tongguan.declarations.two_steps.models import TwoStep
from tongguan.kernel.states import Actor
from tongguan.revenue.guarantees.states import IN_FORCE
from tongguan.revenue.models import DutyBill, Guarantee, MonthBill, ReliefLetter
from tongguan.revenue.payments.states import PAYERS

from .matters import MOST

PATHS = {
    "sent_back_declaration": "/declarations/{}",
    "proposed_change": "/declarations/{}",
    "completion_due": "/declarations/{}/complete",
    "unpaid_duty": "/duty-bills/{}",
    "unpaid_month": "/duty-bills/months/{}",
    "ending_guarantee": "/guarantees/{}",
    "ending_relief": "/reliefs/{}",
}
_OWED = ("due", "overdue")


def _kind(rows: QuerySet, kind: str, key: str, called: Any, begun: str, day: str = "") -> QuerySet:
    nothing = Value(None)
    return rows.order_by(day or "pk").values_list(
        Value(kind, output_field=CharField()),
        Cast(key, CharField()),
        Cast(called, CharField()),
        Cast(begun, DateTimeField()),
        Cast(day or nothing, DateField()),
        Cast(nothing, DateTimeField()),
    )[: MOST + 1]


def _number(of: str = "") -> Coalesce:
    """Return the number of a declaration, that of its pre-entry while it has none (``Declaration.pre_no``)."""
    year = Cast(ExtractYear(f"{of}created_at"), CharField())
    serial = LPad(Cast(f"{of}id", CharField()), 13, Value("0"))
    return Coalesce(f"{of}number", Concat(f"{of}direction", year, serial), output_field=CharField())


def trade(to: Actor, codes: list[str], first: date, end: date) -> list[QuerySet]:
    """Return what a firm's declarations, bills, guarantees and letters need, to be joined with what else it keeps.

    ``first`` and ``end`` are the days between which what ends is told.
    """
    rows: list[QuerySet] = []
    if to.role in FILERS:
        back = Declaration.objects.filter(agent=to.enterprise, group="needs_you", state="rejected")
        asked = DeclarationRequest.objects.filter(declaration__agent=to.enterprise, state__in=("proposed", "lapsed"))
        steps = TwoStep.objects.filter(declaration__agent=to.enterprise, declaration__state="lifted")
        rows += [
            _kind(
                steps, "completion_due", "declaration_id", _number("declaration__"), "declaration__lifted_at", "due_on"
            ),
            _kind(back, "sent_back_declaration", "pk", _number(), "changed_at"),
            _kind(asked, "proposed_change", "declaration_id", _number("declaration__"), "asked_at", "confirm_by"),
        ]
    if to.role in PAYERS:
        for model, kind in ((DutyBill, "unpaid_duty"), (MonthBill, "unpaid_month")):
            owed = model.objects.filter(enterprise=to.enterprise, state__in=_OWED)
            rows.append(_kind(owed, kind, "number", "number", "made_at", "due_on"))
    ends = {"valid_to__gte": first, "valid_to__lt": end}
    kept = Guarantee.objects.filter(holder=to.enterprise, state__in=IN_FORCE, **ends)
    rows.append(_kind(kept, "ending_guarantee", "number", "number", "made_at", "valid_to"))
    if codes:
        letters = ReliefLetter.objects.filter(holder__in=codes, state="confirmed", **ends)
        rows.append(_kind(letters, "ending_relief", "pk", "number", "applied_at", "valid_to"))
    return rows
