"""What was paid too much (多缴税款退还): the claims of a firm, one of them, claiming, answering, and completing the formalities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader import duties
from tongguan.desk.trader.applications import by_state
from tongguan.desk.trader.references import about
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.revenue.models import DutyBill, Refund
from tongguan.revenue.payments.order import in_order
from tongguan.revenue.payments.refusals import refusal
from tongguan.revenue.payments.states import OFFICER, PAYERS
from tongguan.revenue.refunds import actions, queries
from tongguan.revenue.refunds.rules import MOST_WORDS
from tongguan.revenue.refunds.states import REFUND

READERS = queries.SEES_ALL | PAYERS
_SPENT = {"refused", "cancelled", "lapsed"}


def mark_of(row: Refund, lang: str) -> words.Mark:
    """Return the state of a claim as it is shown."""
    tone = "draft" if row.state in _SPENT else REFUND.group(row.state)
    return words.Mark(tone, text(f"refund.state.{row.state}", lang))


def listing(lang: str) -> Listing:
    """Return the list of claims."""
    columns = (
        Column("number", "desk.refunds.number", lambda one: one.number, "code", lambda one: reverse("refund", args=[one.number])),
        Column("state", "desk.refunds.state", lambda one: mark_of(one, lang), "mark"),
        Column("bill", "desk.refunds.bill", lambda one: one.bill.number, "code",
               lambda one: reverse("duty_bill", args=[one.bill.number])),
        Column("payer", "desk.refunds.payer", lambda one: one.enterprise.name(lang) if one.enterprise else one.payer,
               lang="zh-Hans"),
        Column("amount", "desk.refunds.amount", lambda one: one.amount, "money"),
        Column("asked", "desk.refunds.asked", lambda one: one.asked_at, "moment"),
        Column("answer_by", "desk.refunds.answer_by", lambda one: one.answer_by, "day"),
        Column("complete_by", "desk.refunds.complete_by", lambda one: one.complete_by, "day", spare=True),
    )  # fmt: skip
    return Listing("refunds", "desk.refunds.title", columns, ("state", "q"))


@require_safe
@signed_in
def refunds(request: HttpRequest) -> HttpResponseBase:
    """List claims of what was paid too much, the newest first; of a state, or found by a number."""
    actor = only(request, READERS, machine=REFUND.name, verb="see")
    return by_state(request, listing(request.lang), REFUND, queries.refunds, "desk/revenue/refunds.html", to=actor)


def _seen(request: HttpRequest, number: str) -> Refund:
    actor = only(request, READERS, machine=REFUND.name, verb="see")
    row = queries.refund(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Http404
    return row


@require_safe
@signed_in
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Show a claim: what is claimed, what customs answered, and what became of it."""
    return _page(request, _seen(request, number))


def _page(request: HttpRequest, row: Refund, problems: list[str] | None = None, answer: str = "") -> HttpResponse:
    lang, actor = request.lang, acting(request)
    assert actor is not None
    parts = in_order(row.amounts, timezone.localdate(row.asked_at))
    context = {
        "row": row, "mark": mark_of(row, lang), "about": about([row.bill.reference])[row.bill.reference],
        "kinds": [(text(f"payable.kind.{kind}", lang), amount) for kind, amount in parts.items()],
        "firm": row.enterprise.name(lang) if row.enterprise else row.payer,
        "says": text(f"desk.refunds.now.{row.state}", lang),
        "reason": said.text(lang) if (said := refusal(row)) is not None else "",
        "verbs": REFUND.open_to(row.state, actor.role), "problems": problems, "answer": answer, "longest": MOST_WORDS,
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
    }  # fmt: skip
    return render(request, "desk/revenue/refund.html", context, status=409 if problems else 200)


@require_POST
@signed_in
def claim_refund(request: HttpRequest, number: str) -> HttpResponse:
    """Claim what was paid too much on a bill."""
    actor = only(request, PAYERS, machine=REFUND.name, verb="claim")
    row = duties.seen(request, number)
    if not isinstance(row, DutyBill):
        raise Http404
    try:
        made = actions.claim(number, written(request, "words", MOST_WORDS), by=actor, at=timezone.now())
    except Refused as refused:
        return duties.page(request, row, [one.text(request.lang) for one in refused.findings])
    except NotYours as refused:
        return duties.page(request, row, [refused.text(request.lang)])
    notices.success(request, text("desk.refunds.done.claim", request.lang, number=made.number))
    return redirect("refund", number=made.number)


@require_POST
@signed_in
def change_refund(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Grant or refuse a claim; its firm completes the formalities, or takes it back."""
    answer, at = written(request, "answer", MOST_WORDS), timezone.now()
    verbs: dict[str, Callable[[Any], object]] = {
        "grant": lambda actor: actions.grant(number, answer=answer, by=actor, at=at),
        "refuse": lambda actor: actions.refuse(number, answer=answer, by=actor, at=at),
        "complete": lambda actor: actions.complete(number, by=actor, at=at),
        "cancel": lambda actor: actions.cancel(number, by=actor, at=at),
    }
    if verb not in verbs:
        raise Http404
    actor = only(request, {OFFICER} if verb in ("grant", "refuse") else PAYERS, machine=REFUND.name, verb=verb)
    row = _seen(request, number)
    try:
        path = reverse("refund", args=[number])
        if (waits := alone_or_proposed(request, actor, lambda: verbs[verb](actor), answer, path)) is not None:
            return waits
    except Refused as refused:
        return _page(request, row, [one.text(request.lang) for one in refused.findings], answer)
    except (NotNow, NotYours) as refused:
        return _page(request, row, [refused.text(request.lang)], answer)
    notices.success(request, text(f"desk.refunds.done.{verb}", request.lang, number=number))
    return redirect("refund", number=number)
