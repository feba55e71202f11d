"""A bill of a declaration (税款缴款书) or of a firm's month (汇总征税): its page, paying it, what the authority does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader.duty_lists import OWING, line, machine_of
from tongguan.desk.trader.guarantees import amount, words_of
from tongguan.desk.trader.references import about
from tongguan.desk.trader.requests import today
from tongguan.desk.written import written
from tongguan.journal.queries import story
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.revenue.deferrals.queries import of_bill as deferrals_of
from tongguan.revenue.deferrals.rules import grounds, longest
from tongguan.revenue.models import DutyBill, MonthBill
from tongguan.revenue.models.payments import LATE_FEE, Payable
from tongguan.revenue.payments import actions, queries
from tongguan.revenue.payments.order import in_order
from tongguan.revenue.payments.refusals import refusal
from tongguan.revenue.payments.states import PAYERS
from tongguan.revenue.refunds.queries import of_bill as refunds_of
from tongguan.revenue.refunds.rules import MOST_WORDS
from tongguan.revenue.refunds.states import OPEN


def seen(request: HttpRequest, number: str) -> Payable:
    """Return a bill, or a month, that the reader's firm pays, or that he oversees; raises Http404 for others."""
    actor = acting(request)
    if actor is None or "\x00" in number:
        raise Http404
    row = queries.month(number, to=actor) if number.startswith("M") else queries.bill(number, to=actor)
    if row is None:
        raise Http404
    return row


def shown(request: HttpRequest, row: Payable) -> dict[str, Any]:
    """Return what the page of a bill and the page that asks to confirm its payment have in common."""
    lang, on, actor = request.lang, today(), acting(request)
    assert actor is not None
    total = queries.so_far(row) if isinstance(row, MonthBill) else row.total
    names = about([row.reference]) if isinstance(row, DutyBill) else {}
    one = line(row, on, lang, names, total)
    verbs = machine_of(row).open_to(row.state, actor.role)
    claims = refunds_of(row.number) if isinstance(row, DutyBill) else []
    return {
        "row": row,
        "line": one,
        "month": f"{row.month:%Y-%m}" if isinstance(row, MonthBill) else "",
        "parts": [(text(f"payable.kind.{kind}", lang), sum_of) for kind, sum_of in in_order(row.amounts, on).items()],
        "cost": one.cost,
        "received": _received(row, on, lang),
        "says": text(f"desk.duties.now.{_now(row)}", lang, day=row.due_on),
        "reason": said.text(lang) if (said := refusal(row)) is not None else "",
        "may_pay": "send" in verbs,
        "refunds": claims,
        **_deferring(row, actor, on, lang),
        "may_claim": isinstance(row, DutyBill)
        and bool(row.refundable)
        and actor.role in PAYERS
        and not any(one.state in OPEN for one in claims),
        "forms": _forms(row, verbs, actor),
        "longest": MOST_WORDS,
    }


def _deferring(row: Payable, actor: Actor, on: date, lang: str) -> dict[str, Any]:
    """Return the applications to pay a bill later, and until when one may be made; None where none may."""
    asked = deferrals_of(row.number)
    may = row.state == "due" and actor.role in PAYERS and not row.amounts.get(LATE_FEE)
    may = may and not any(one.state == "asked" for one in asked)
    first = next((one.due_before for one in reversed(asked) if one.state == "granted"), row.due_on)
    last = longest(first) if may and first is not None and on <= first else None
    return {
        "deferrals": asked,
        "defer_until": last,
        "grounds": [(one, text(f"deferral.ground.{one}", lang)) for one in grounds(on)] if last else [],
    }


def _received(row: Payable, on: date, lang: str) -> list[tuple[date, Decimal, str, str]]:
    """Return what was received in parts: the day, the sum, what it settled, and the document."""
    found = []
    for part in row.parts:
        kinds = in_order({kind: Decimal(amount) for kind, amount in part["kinds"].items()}, on)
        said = [f"{text(f'payable.kind.{kind}', lang)} {amount}" for kind, amount in kinds.items()]
        day = date.fromisoformat(part["day"])
        found.append(
            (day, sum(kinds.values(), Decimal(0)), ("、" if lang == "zh" else ", ").join(said), part["source"])
        )
    return found


def _now(row: Payable) -> str:
    return "overdue_month" if row.state == "overdue" and isinstance(row, MonthBill) else row.state


def _forms(row: Payable, verbs: list[str], actor: Actor) -> list[tuple[str, bool]]:
    """Return the forms of a page, and of each whether it asks for a document and an amount."""
    forms = [("claim", False)] if "claim" in verbs else []
    if "collect" in verbs and row.state == "claim":
        forms.append(("guarantor_paid", True))
    if "receive" in verbs and row.state in OWING and row.state != "due":
        forms.append(("receive", True))
    if (
        isinstance(row, MonthBill)
        and row.state == "paid"
        and row.late
        and not row.agreed_at
        and actor.role == "officer"
    ):
        forms.append(("agree", False))
    return forms


@require_safe
@signed_in
def duty_bill(request: HttpRequest, number: str) -> HttpResponse:
    """Show a bill: what it comes to in the order in which it is settled, and what became of it."""
    return page(request, seen(request, number))


@require_safe
@signed_in
def month_bill(request: HttpRequest, number: str) -> HttpResponse:
    """Show a month: what it comes to, its declarations, and what became of it."""
    return page(request, seen(request, number))


def page(request: HttpRequest, row: Payable, problems: list[str] | None = None) -> HttpResponse:
    """Show the page of a bill or a month, with what was wrong when something was tried."""
    context = shown(request, row) | {"problems": problems, "course": _course(row, request.lang)}
    if isinstance(row, MonthBill):
        before = None if problems is not None else place(request, "before")
        found = queries.entries(row, before=before, limit=queries.PAGE + 1)
        entries = found[: queries.PAGE]
        more = entries[-1].pk if len(found) > queries.PAGE else None
        names = about(one.reference for one in entries)
        context |= {
            "entries": [(one, names[one.reference]) for one in entries],
            "turning": turning(request, "before", more),
        }
    return render(request, "desk/revenue/duty_bill.html", context, status=409 if problems else 200)


def _course(row: Payable, lang: str) -> list[tuple[Any, str, str]]:
    told = [event for event in story(row) if not event.what.endswith(("collected", "changed", "dropped"))]
    return [words_of(event, lang) for event in reversed(told)]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def duty_bill_pay(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a confirmation of the amount, then tell the bank to pay."""
    actor = only(request, PAYERS, machine="duty_bill", verb="send")
    row = seen(request, number)
    if request.method == "POST":
        try:
            row = actions.pay(number, believed=_believed(request), by=actor, at=timezone.now())
        except Refused as refused:
            return page(request, row, [one.text(request.lang) for one in refused.findings])
        except (NotNow, NotYours) as refused:
            return page(request, row, [refused.text(request.lang)])
        told = notices.success if row.state == "paid" else notices.warning
        told(request, text(f"desk.duties.said.{row.state}", request.lang, number=number))
        return redirect("month_bill" if number.startswith("M") else "duty_bill", number=number)
    if row.state not in OWING:
        machine = machine_of(row)
        open_to = machine.open_to(row.state, actor.role)
        why = NotNow(machine=machine.name, state=row.state, verb="send", open=open_to)
        return page(request, row, [why.text(request.lang)])
    return render(request, "desk/revenue/duty_bill_pay.html", shown(request, row))


def _believed(request: HttpRequest) -> Decimal | None:
    """Return the sum that the page showed when the payer confirmed it; a day later it may be another."""
    given = written(request, "amount", 20)
    return Decimal(given) if given.replace(".", "", 1).isdecimal() and given.isascii() else None


@require_POST
@signed_in
def change_duty_bill(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Claim what is overdue, note that a guarantor has paid, or agree that a firm collects by the month again."""
    row, actor = seen(request, number), acting(request)
    assert actor is not None
    named: dict[str, Any] = {"by": actor, "at": timezone.now()}
    document, part = written(request, "document", 40), amount(written(request, "amount", 20))
    reason, page_of = written(request, "reason", 400), "month_bill" if isinstance(row, MonthBill) else "duty_bill"
    verbs: dict[str, Callable[[], object]] = {
        "claim": lambda: actions.claim(number, reason, **named),
        "guarantor_paid": lambda: actions.guarantor_paid(number, document=document, amount=part, **named),
        "receive": lambda: actions.receive(number, part, document=document, **named),
        "agree": lambda: actions.agree(number, **named),
    }
    if verb not in verbs:
        raise Http404
    try:
        waits = alone_or_proposed(request, actor, verbs[verb], reason, reverse(page_of, args=[number]))
        if waits is not None:
            return waits
    except Refused as refused:
        return page(request, row, [one.text(request.lang) for one in refused.findings])
    except (NotNow, NotYours) as refused:
        return page(request, row, [refused.text(request.lang)])
    except MonthBill.DoesNotExist:
        raise Http404 from None
    notices.success(request, text(f"desk.duties.done.{verb}", request.lang))
    return redirect(page_of, number=number)
