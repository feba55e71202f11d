"""The blacklist of buyers (订购人黑名单): who is on it, putting a person on it, the parcels of one, taking one off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import Turning, place, turning
from tongguan.desk.written import written
from tongguan.ecommerce.blacklist import actions, queries
from tongguan.ecommerce.blacklist.states import LISTED_BUYER
from tongguan.ecommerce.models import ListedBuyer
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

LONGEST_REASON = 500
LONGEST_NUMBER = 30
_OFFICER = frozenset({"officer"})


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the pages show it; one past its last day says so."""

    row: ListedBuyer
    mark: words.Mark
    span: str


def _line(row: ListedBuyer, lang: str) -> Line:
    state, group = row.state, LISTED_BUYER.group(row.state)
    if state == "standing" and row.last_day < timezone.localdate():
        state, group = "expired", "done"
    mark = words.Mark(group, text(f"listed_buyer.state.{state}", lang))
    return Line(row, mark, text("desk.risk.span", lang, first=row.first_day, last=row.last_day))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listed_buyers(request: HttpRequest) -> HttpResponse:
    """List the entries, newest first; an officer puts a person on the list."""
    actor = only(request, SEES_ALL, machine="listed_buyer", verb="put")
    if request.method != "POST":
        return _list(request, actor)
    actor = only(request, _OFFICER, machine="listed_buyer", verb="put")
    reason = written(request, "reason", LONGEST_REASON)
    last, number = written(request, "last_day", LONGEST_NUMBER), written(request, "number", LONGEST_NUMBER)
    try:
        row = actions.put_on_list(number, reason=reason, last_day=_day(last), by=actor, at=timezone.now())
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
        # The number is not written back: it would stand in the clear in a page that is kept.
        return _list(request, actor, status=409, problems=problems, reason=reason, last_day=last)
    notices.success(request, text("desk.blacklist.done", request.lang, number=row.masked))
    return redirect("listed_buyers")


@require_safe
@signed_in
def listed_buyer(request: HttpRequest, number: int) -> HttpResponse:
    """Show an entry with the parcels of the buyer, newest first."""
    actor = only(request, SEES_ALL, machine="listed_buyer", verb="put")
    return _page(request, actor, _seen(number, actor))


@require_POST
@signed_in
def remove_listed(request: HttpRequest, number: int) -> HttpResponse:
    """Take an entry off the list, with a reason."""
    actor = only(request, _OFFICER, machine="listed_buyer", verb="remove")
    row, reason = _seen(number, actor), written(request, "reason", LONGEST_REASON)
    try:
        actions.take_off_list(row.pk, reason=reason, by=actor, at=timezone.now())
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
    except (NotNow, NotYours) as refused:
        problems = [refused.text(request.lang)]
    else:
        notices.success(request, text("desk.blacklist.removed", request.lang, number=row.masked))
        return redirect("listed_buyer", number=row.pk)
    return _page(request, actor, _seen(number, actor), status=409, problems=problems, reason=reason)


def _list(request: HttpRequest, actor: Actor, *, status: int = 200, **more: Any) -> HttpResponse:
    found = queries.listed(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    today = timezone.localdate()
    context = {
        "lines": [_line(row, request.lang) for row in page],
        "turning": _turned(request, page[-1].pk if len(found) > queries.PAGE else None),
        "officer": actor.role in _OFFICER,
        "longest": LONGEST_REASON,
        "longest_number": LONGEST_NUMBER,
        "today": today.isoformat(),
        "most": (today + timedelta(days=law("ecommerce.blacklist_days", on=today).value)).isoformat(),
    }
    return render(request, "desk/blacklist.html", context | more, status=status)


def _page(request: HttpRequest, actor: Actor, row: ListedBuyer, *, status: int = 200, **more: Any) -> HttpResponse:
    found = queries.parcels_of(row, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "line": _line(row, request.lang),
        "row": row,
        "parcels": [(one, words.state("inventory", one.state, request.lang)) for one in page],
        "turning": _turned(request, page[-1].pk if len(found) > queries.PAGE else None),
        "verbs": LISTED_BUYER.open_to(row.state, actor.role),
        "longest": LONGEST_REASON,
    }
    return render(request, "desk/blacklist_entry.html", context | more, status=status)


def _turned(request: HttpRequest, more: int | None) -> Turning:
    # What answers a form cannot be turned.
    return turning(request, "before", more) if request.method in ("GET", "HEAD") else Turning("", "")


def _seen(number: int, actor: Actor) -> ListedBuyer:
    row = queries.one(number, to=actor)
    if row is None:
        raise Http404
    return row


def _day(written_day: str) -> date | None:
    try:
        return date.fromisoformat(written_day)
    except ValueError:
        return None
