"""Deciding applications for relief, early disposal, and the lists the authority keeps (减免税审核、补税、名单)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import Turning, place, turning
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader.relief_form import day_of
from tongguan.desk.trader.reliefs import UNKNOWN, page_of, seen
from tongguan.desk.written import written
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import template, text
from tongguan.revenue.models import ListEntry
from tongguan.revenue.reliefs import actions, queries
from tongguan.revenue.reliefs.rules.applying import MOST_WORDS
from tongguan.revenue.reliefs.rules.listing import lists
from tongguan.revenue.reliefs.states import FIRM, OFFICER, SEES_ALL

_FIELDS = {"list": 20, "batch": 40, "key": 100, "name": 150, "since": 10, "until": 10, "source": 200}


@require_POST
@signed_in
def decide_relief(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Confirm or refuse an application, or ask for papers; its firm answers, or takes it back."""
    if verb not in ("confirm", "refuse", "ask", "answer", "take_back"):
        raise Http404
    actor = only(request, FIRM if verb in ("answer", "take_back") else {OFFICER}, machine="relief_letter", verb=verb)
    row, said = seen(number, actor), written(request, "words", MOST_WORDS)
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    try:
        if verb == "confirm":
            path = reverse("relief", args=[row.pk])
            waits = alone_or_proposed(request, actor, lambda: actions.confirm_letter(row.pk, said, **who), said, path)
            if waits is not None:
                return waits
        elif verb != "take_back":
            {"refuse": actions.refuse, "ask": actions.ask_for_papers, "answer": actions.answer}[verb](
                row.pk, said, **who
            )
        else:
            actions.take_back(row.pk, **who)
    except (Refused, NotNow, NotYours, *UNKNOWN) as refused:
        return _again(request, actor, number, refused, {"words": said})
    notices.success(request, text(f"desk.reliefs.done.{verb}", request.lang))
    return redirect("relief", number=row.pk)


@require_POST
@signed_in
def dispose_relieved(request: HttpRequest, number: int) -> HttpResponse:
    """Let goods be disposed of before the end of supervision, with the tax on what is left of their value."""
    actor = only(request, {OFFICER}, machine="relieved_goods", verb="dispose")
    goods = queries.goods(number, to=actor)
    if goods is None:
        raise Http404
    letter, reason = goods.line.letter_id, written(request, "reason", 200)
    try:
        done = actions.dispose(goods.pk, reason=reason, by=actor, at=timezone.now())
    except (Refused, NotNow, *UNKNOWN) as refused:
        return _again(request, actor, letter, refused, {"reason": reason})
    notices.success(request, text("desk.reliefs.done.dispose", request.lang, tax=done.tax or 0))
    return redirect("relief", number=letter)


def _again(request: HttpRequest, actor: Actor, number: int, refused: Any, kept: dict[str, str]) -> HttpResponse:
    found = refused.findings if isinstance(refused, Refused) else [refused]
    problems = [one.text(request.lang) for one in found]
    return page_of(request, actor, seen(number, actor), status=409, problems=problems, kept=kept)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def relief_lists(request: HttpRequest) -> HttpResponse:
    """Show the lists the authority keeps; an officer enters somebody or something."""
    actor = only(request, SEES_ALL, machine="list_entry", verb="see")
    kept: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST":
        only(request, {OFFICER}, machine="list_entry", verb="enter")
        kept = {name: written(request, name, most) for name, most in _FIELDS.items()}
        try:
            _enter(kept, actor)
        except Refused as refused:
            problems = [one.text(request.lang) for one in refused.findings]
        else:
            notices.success(request, text("desk.reliefs.done.enter", request.lang, entry=kept["key"]))
            return redirect("relief_lists")
    return _lists_page(request, actor, kept, problems)


def _lists_page(request: HttpRequest, actor: Actor, kept: dict[str, str], problems: list[str]) -> HttpResponse:
    lang, on = request.lang, timezone.localdate()
    names = [(one, named(one, lang)) for one in lists(on)]
    chosen, q = request.GET.get("list", "")[:20], request.GET.get("q", "").replace("\0", "").strip()[:100]
    chosen = chosen if chosen in dict(names) else ""
    before = place(request, "before") if request.method != "POST" else None
    found = queries.entries(chosen, q, before, queries.PAGE + 1)
    page, more = found[: queries.PAGE], found[queries.PAGE - 1].pk if len(found) > queries.PAGE else None
    context = {
        "rows": [(one, named(one.list, lang)) for one in page],
        "names": names,
        "chosen": chosen,
        "q": q,
        "kept": kept,
        "problems": problems,
        "today": on,
        "decides": actor.role == OFFICER,
        "turning": turning(request, "before", more) if request.method != "POST" else Turning("", ""),
    }
    return render(request, "desk/relief_lists.html", context, status=409 if problems else 200)


def named(list_: str, lang: str) -> str:
    """Return what a list is called."""
    return template(f"relief.scheme.{list_}", lang) or template(f"relief.list.{list_}", lang) or list_


def _enter(kept: dict[str, str], actor: Actor) -> None:
    since: date = day_of(kept["since"]) or timezone.localdate()
    actions.enter(
        kept["list"], kept["key"], batch=kept["batch"], name=kept["name"], since=since, until=day_of(kept["until"]),
        source=kept["source"], by=actor, at=timezone.now(),
    )  # fmt: skip


@require_POST
@signed_in
def end_listed(request: HttpRequest, number: int) -> HttpResponse:
    """Let an entry of a list end with today."""
    actor = only(request, {OFFICER}, machine="list_entry", verb="end")
    try:
        row = actions.end_entry(number, timezone.localdate(), by=actor, at=timezone.now())
    except ListEntry.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _lists_page(request, actor, {}, [one.text(request.lang) for one in refused.findings])
    notices.success(request, text("desk.reliefs.done.end", request.lang, entry=row.key))
    return redirect("relief_lists")
