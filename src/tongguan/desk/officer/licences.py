"""Deciding applications for licences, and whom the authority watches (许可证件审核、关注名单)."""

from __future__ import annotations

from collections.abc import Callable
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
from tongguan.desk.trader.licences import OFFICER_VERBS, page_of, seen
from tongguan.desk.written import written
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.licences import actions, queries
from tongguan.licences.applications import Issued
from tongguan.licences.models import WatchEntry
from tongguan.licences.rules.deciding import MOST_WORDS
from tongguan.licences.screening import BARRED, END_USER
from tongguan.licences.states import OFFICER, SEES_ALL

_LONGEST = 100
FIELDS = {"words": MOST_WORDS, "number": 40, "issued_on": 10, "valid_from": 10, "valid_to": 10}


@require_POST
@signed_in
def decide_licence(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Approve, ask, refuse, issue, revoke or clear a licence."""
    actor = only(request, {OFFICER}, machine="licence", verb=verb)
    if verb not in (*OFFICER_VERBS, "clear"):
        raise Http404
    row = seen(number, actor)
    kept = {name: written(request, name, most) for name, most in FIELDS.items()}
    try:
        path = reverse("licence", args=[row.pk])
        waits = alone_or_proposed(request, actor, lambda: _decided(row.pk, verb, kept, actor), kept["words"], path)
        if waits is not None:
            return waits
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
    except (NotNow, NotYours, NotConfigured) as refused:
        problems = [refused.text(request.lang)]
    else:
        notices.success(request, text(f"desk.licences.done.{verb}", request.lang))
        return redirect("licence", number=row.pk)
    return page_of(request, actor, seen(number, actor), status=409, problems=problems, kept=kept | {"verb": verb})


def _decided(number: int, verb: str, kept: dict[str, str], actor: Actor) -> None:
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    if verb == "approve":
        actions.approve(number, **who)
    elif verb == "issue":
        today = timezone.localdate()
        days = [queries.day_or_none(kept[name]) for name in ("issued_on", "valid_from", "valid_to")]
        issued_on = days[0] or today
        actions.issue(number, Issued(kept["number"], issued_on, days[1] or issued_on, days[2]), **who)
    else:
        told: dict[str, Callable[..., Any]] = {
            "ask": actions.ask, "refuse": actions.refuse, "revoke": actions.revoke, "clear": actions.clear,
        }  # fmt: skip
        told[verb](number, kept["words"], **who)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def watched(request: HttpRequest) -> HttpResponse:
    """List whom the authority watches; an officer adds somebody."""
    actor = only(request, SEES_ALL, machine="licence", verb="watch")
    kept: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST":
        kept = {"name": written(request, "name", _LONGEST), "reason": written(request, "reason", 2 * _LONGEST)}
        kind = written(request, "kind", 10)
        kept["kind"] = kind if kind in (END_USER, BARRED) else END_USER
        kept["for_good"] = written(request, "for_good", 3)
        try:
            _watch(kept, actor)
        except Refused as refused:
            problems = [one.text(request.lang) for one in refused.findings]
        except (NotYours, NotConfigured) as refused:
            problems = [refused.text(request.lang)]
        else:
            notices.success(request, text("desk.watched.done.added", request.lang, name=kept["name"]))
            return redirect("watched")
    found = queries.watched(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    page, more = found[: queries.PAGE], found[queries.PAGE - 1].pk if len(found) > queries.PAGE else None
    context = {
        "rows": page,
        "turning": turning(request, "before", more) if request.method != "POST" else Turning("", ""),
        "kept": kept,
        "problems": problems,
        "kinds": [(one, text(f"desk.watched.kind.{one}", request.lang)) for one in (END_USER, BARRED)],
        "decides": actor.role == OFFICER,
    }
    return render(request, "desk/licence_watched.html", context, status=409 if problems else 200)


def _watch(kept: dict[str, str], actor: Actor) -> None:
    for_good = kept["kind"] == END_USER or bool(kept["for_good"])
    actions.watch(
        kept["kind"], kept["name"], kept["reason"], since=timezone.localdate(), for_good=for_good, by=actor,
        at=timezone.now(),
    )  # fmt: skip


@require_POST
@signed_in
def unwatch(request: HttpRequest, number: int) -> HttpResponse:
    """Take somebody from the list."""
    actor = only(request, {OFFICER}, machine="licence", verb="unwatch")
    try:
        row = actions.unwatch(number, by=actor, at=timezone.now())
    except WatchEntry.DoesNotExist:
        raise Http404 from None
    notices.success(request, text("desk.watched.done.removed", request.lang, name=row.name))
    return redirect("watched")
