"""Lists of what is paid for declarations (税款缴款书) and for a firm's months (汇总征税), and of what is in arrears."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import days_left
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.references import About, about
from tongguan.desk.trader.requests import searched, today
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.revenue.guarantees.queries import claim_days
from tongguan.revenue.late import Surcharge
from tongguan.revenue.models import DutyBill, MonthBill
from tongguan.revenue.models.payments import Payable
from tongguan.revenue.payments import queries
from tongguan.revenue.payments.months import spreading
from tongguan.revenue.payments.states import DUTY_BILL, MONTH

_TOLD = ("paid", "paying")  # the bank was told an amount, which stands
OWING = ("due", "overdue", "claim")


@dataclass(frozen=True, slots=True)
class Line:
    """A bill, or a month, as it is shown: ``left`` is what was not received in parts of ``total``.

    ``surcharge`` is what late payment still costs today, or what the bank was told.
    """

    row: Payable
    mark: words.Mark
    payer: str
    total: Decimal
    left: Decimal
    surcharge: Decimal
    days: int | None
    cost: Surcharge
    about: About
    claim_by: date | None = None

    @property
    def to_pay(self) -> Decimal:
        """What is to be paid today, in yuan."""
        return self.left + self.surcharge


def machine_of(row: Payable) -> Any:
    """Return the machine by which it lives."""
    return MONTH if isinstance(row, MonthBill) else DUTY_BILL


def lines(rows: Sequence[Payable], on: date, lang: str) -> list[Line]:
    """Return bills and months as a list shows them. One query at most."""
    names = about(row.reference for row in rows if isinstance(row, DutyBill))
    return [line(row, on, lang, names) for row in rows]


def line(
    row: Payable, on: date, lang: str, names: Mapping[str, About] | None = None, total: Decimal | None = None
) -> Line:
    """Return a bill, or a month, as it is shown; ``names`` are what references are about."""
    machine = machine_of(row)
    mark = words.Mark(machine.group(row.state), text(f"{machine.name}.state.{row.state}", lang))
    cost = queries.surcharge(row, on)
    firm = row.enterprise.name(lang) if row.enterprise else row.payer
    days = (row.due_on - on).days if row.due_on and row.state in OWING else None
    extra = row.surcharge if row.state in _TOLD else queries.surcharge_left(row, on)
    of = row.reference if isinstance(row, DutyBill) else f"{row.month:%Y-%m}" if isinstance(row, MonthBill) else ""
    named = (names or {}).get(of, About(of))
    left = row.open if total is None else total
    return Line(row, mark, firm, row.total if total is None else total, left, extra, days, cost, named)


def _href(one: Line) -> str:
    return reverse("month_bill" if isinstance(one.row, MonthBill) else "duty_bill", args=[one.row.number])


_CLAIMED = {"arrears": (Column("claim_by", "desk.guarantees.claim_by", lambda one: one.claim_by, "day"),)}


def listing(of: str, lang: str) -> Listing:
    """Return the list of bills, of months, or of both that are in arrears."""
    about_key = "desk.duties.column.month" if of == "month_bills" else "desk.duties.column.reference"
    columns = (
        Column("number", "desk.duties.column.number", lambda one: one.row.number, "code", _href),
        Column("state", "desk.duties.column.state", lambda one: one.mark, "mark"),
        Column("about", about_key, lambda one: one.about.number, "code", lambda one: one.about.href),
        Column("payer", "desk.duties.column.payer", lambda one: one.payer, lang="zh-Hans"),
        Column(
            "due_on", "desk.duties.column.due_on", lambda one: one.row.due_on, "day",
            beside=lambda one: days_left(one.days, lang),
        ),
        Column("total", "desk.duties.column.total", lambda one: one.total, "money"),
        Column("surcharge", "desk.duties.column.surcharge", lambda one: one.surcharge or None, "money"),
        Column("to_pay", "desk.duties.column.to_pay", lambda one: one.to_pay, "money"),
        *_CLAIMED.get(of, ()),
        Column("code", "desk.duties.column.code", lambda one: one.row.payer, "code", spare=True),
    )  # fmt: skip
    return Listing(of, {"month_bills": "desk.duties.months"}.get(of, "desk.duties.bills"), columns, ("state", "q"))


def _listed(request: HttpRequest, of: str, model: type[Payable], rows: Callable[..., list]) -> HttpResponseBase:
    actor, on, number = acting(request), today(), searched(request)
    assert actor is not None
    machine = MONTH if model is MonthBill else DUTY_BILL
    state = request.GET.get("state", "")
    state = state if state in machine.states else ""

    def found(most: int, before: int | None = None) -> list[Line]:
        return lines(rows(to=actor, state=state, number=number, before=before, limit=most), on, request.lang)

    the = listing(of, request.lang)
    if (whole := the.answer(request, found)) is not None:
        return whole
    shown = found(queries.PAGE + 1, place(request, "before"))
    page = shown[: queries.PAGE]
    context = {
        "list": the.shown(request, page),
        "turning": turning(request, "before", page[-1].row.pk if len(shown) > queries.PAGE else None),
        "tabs": tabs(request, "state", state, [(one, f"{machine.name}.state.{one}") for one in machine.states]),
        "number": number,
        "tab": of,
        "months": model is MonthBill,
        "suspended": _suspended(actor) if model is MonthBill else False,
        **(_spread(actor, on) if model is MonthBill else {}),
    }
    return render(request, "desk/revenue/duty_bills.html", context)


def _spread(actor: Actor, on: date) -> dict[str, Any]:
    """Return who uses collection by the month and who could, for the authority; for a firm whether it could."""
    if actor.role in queries.SEES_ALL:
        return {"used": spreading.used(on), "candidates": spreading.candidates(on)}
    return {"could": spreading.could(actor.codes[0], on) if actor.codes else None}


def _suspended(actor: Actor) -> bool:
    return any(queries.is_suspended(code) for code in (actor.codes or ())[:1])


@require_safe
@signed_in
def duty_bills(request: HttpRequest) -> HttpResponseBase:
    """List the bills of declarations, newest first, of one state or found by a number."""
    return _listed(request, "duty_bills", DutyBill, queries.bills)


@require_safe
@signed_in
def month_bills(request: HttpRequest) -> HttpResponseBase:
    """List the months of consolidated collection, newest first."""
    return _listed(request, "month_bills", MonthBill, queries.months)


@require_safe
@signed_in
def arrears(request: HttpRequest) -> HttpResponse:
    """Show what is overdue or in claim, and the months after which customs have not agreed yet."""
    actor, on, lang = acting(request), today(), request.lang
    assert actor is not None
    owing = queries.arrears(to=actor)
    clocks = _claim_days(owing)
    found = [replace(one, claim_by=clocks.get(one.row.number)) for one in lines(owing, on, lang)]
    context = {
        "list": listing("arrears", lang).plain(request, found),
        "agreeing": lines(queries.to_agree(to=actor), on, lang),
        "tab": "arrears",
    }
    return render(request, "desk/revenue/arrears.html", context)


def _claim_days(rows: Sequence[Payable]) -> dict[str, date]:
    """Return by when customs claim each of these of the guarantees that secure it; of what nothing secures, nothing."""
    named = queries.references(rows)
    due = {reference: row.due_on for row in rows if row.due_on for reference in named.get(row.number, ())}
    days = claim_days(due)
    found = {number: [days[one] for one in theirs if one in days] for number, theirs in named.items()}
    return {number: min(some) for number, some in found.items() if some}
