"""Paying later (延期缴纳税款): the applications of a firm, one of them, asking, and deciding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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
from tongguan.desk.trader import duties
from tongguan.desk.trader.applications import by_state
from tongguan.desk.trader.references import about
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.revenue.deferrals import actions, queries
from tongguan.revenue.deferrals.rules import MOST_DOCUMENT, MOST_WORDS
from tongguan.revenue.deferrals.states import DEFERRAL
from tongguan.revenue.models import Deferral
from tongguan.revenue.payments.states import OFFICER, PAYERS

READERS = queries.SEES_ALL | PAYERS


def mark_of(row: Deferral, lang: str) -> words.Mark:
    """Return the state of an application as it is shown."""
    tone = "draft" if row.state in ("refused", "cancelled") else DEFERRAL.group(row.state)
    return words.Mark(tone, text(f"deferral.state.{row.state}", lang))


def _bill_href(one: Deferral) -> str:
    return reverse("month_bill" if one.bill.startswith("M") else "duty_bill", args=[one.bill])


def listing(lang: str) -> Listing:
    """Return the list of applications."""
    columns = (
        Column("number", "desk.deferrals.number", lambda one: one.number, "code",
               lambda one: reverse("deferral", args=[one.number])),
        Column("state", "desk.deferrals.state", lambda one: mark_of(one, lang), "mark"),
        Column("bill", "desk.deferrals.bill", lambda one: one.bill, "code", _bill_href),
        Column("payer", "desk.deferrals.payer", lambda one: one.enterprise.name(lang) if one.enterprise else one.payer,
               lang="zh-Hans"),
        Column("ground", "desk.deferrals.ground", lambda one: text(f"deferral.ground.{one.ground}", lang)),
        Column("due_before", "desk.deferrals.due_before", lambda one: one.due_before, "day"),
        Column("until", "desk.deferrals.until", lambda one: one.until, "day"),
        Column("asked", "desk.deferrals.asked", lambda one: one.asked_at, "moment", spare=True),
    )  # fmt: skip
    return Listing("deferrals", "desk.deferrals.title", columns, ("state", "q"))


@require_safe
@signed_in
def deferrals(request: HttpRequest) -> HttpResponseBase:
    """List applications to pay later, the newest first; of a state, or found by a number."""
    actor = only(request, READERS, machine=DEFERRAL.name, verb="see")
    return by_state(
        request, listing(request.lang), DEFERRAL, queries.deferrals, "desk/revenue/deferrals.html", to=actor
    )


def _seen(request: HttpRequest, number: str) -> Deferral:
    actor = only(request, READERS, machine=DEFERRAL.name, verb="see")
    row = queries.deferral(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Http404
    return row


@require_safe
@signed_in
def deferral(request: HttpRequest, number: str) -> HttpResponse:
    """Show an application: what is asked, why, what secures it, and what customs answered."""
    return _page(request, _seen(request, number))


def _page(request: HttpRequest, row: Deferral, problems: list[str] | None = None, answer: str = "") -> HttpResponse:
    lang, actor = request.lang, acting(request)
    assert actor is not None
    context = {
        "row": row, "mark": mark_of(row, lang), "bill_href": _bill_href(row),
        "about": about([row.reference])[row.reference] if row.reference else None,
        "ground": text(f"deferral.ground.{row.ground}", lang),
        "firm": row.enterprise.name(lang) if row.enterprise else row.payer,
        "says": text(f"desk.deferrals.now.{row.state}", lang, day=row.until),
        "verbs": DEFERRAL.open_to(row.state, actor.role), "problems": problems, "answer": answer, "longest": MOST_WORDS,
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
    }  # fmt: skip
    return render(request, "desk/revenue/deferral.html", context, status=409 if problems else 200)


@require_POST
@signed_in
def ask_deferral(request: HttpRequest, number: str) -> HttpResponse:
    """Ask to pay a bill or a month later."""
    actor, lang = only(request, PAYERS, machine=DEFERRAL.name, verb="ask"), request.lang
    row, given = duties.seen(request, number), written(request, "until", 10)
    try:
        until = date.fromisoformat(given)
    except ValueError:
        return duties.page(request, row, [text("desk.deferrals.no_date", lang, found=given)])
    try:
        made = actions.ask(
            number, until, written(request, "ground", 20), words=written(request, "words", MOST_WORDS),
            document=written(request, "document", MOST_DOCUMENT), guarantee=written(request, "guarantee", 20), by=actor,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return duties.page(request, row, [one.text(lang) for one in refused.findings])
    except NotYours as refused:
        return duties.page(request, row, [refused.text(lang)])
    notices.success(request, text("desk.deferrals.done.ask", lang, number=made.number))
    return redirect("deferral", number=made.number)


@require_POST
@signed_in
def change_deferral(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Grant or refuse an application; its firm takes it back."""
    answer, at = written(request, "answer", MOST_WORDS), timezone.now()
    verbs: dict[str, Callable[[Any], object]] = {
        "grant": lambda actor: actions.grant(number, answer=answer, by=actor, at=at),
        "refuse": lambda actor: actions.refuse(number, answer=answer, by=actor, at=at),
        "cancel": lambda actor: actions.cancel(number, by=actor, at=at),
    }
    if verb not in verbs:
        raise Http404
    actor = only(request, PAYERS if verb == "cancel" else {OFFICER}, machine=DEFERRAL.name, verb=verb)
    row = _seen(request, number)
    try:
        verbs[verb](actor)
    except Refused as refused:
        return _page(request, row, [one.text(request.lang) for one in refused.findings], answer)
    except (NotNow, NotYours) as refused:
        return _page(request, row, [refused.text(request.lang)], answer)
    notices.success(request, text(f"desk.deferrals.done.{verb}", request.lang, number=number))
    return redirect("deferral", number=number)
