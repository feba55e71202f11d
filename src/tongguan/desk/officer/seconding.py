"""What waits for a second pair of eyes (双人复核): acts that one officer proposed and another confirms or refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import late
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties import seconding
from tongguan.parties.actions import seconding as actions
from tongguan.parties.models import TwoPersonAct
from tongguan.parties.seconding import SEES_ALL, STAGES
from tongguan.parties.states import TWO_PERSON_ACT

LONGEST = 500
_VERBS: dict[str, Callable[..., TwoPersonAct]] = {
    "confirm": actions.confirm_act, "refuse": actions.refuse_act,
    "withdraw": lambda number, words, **who: actions.withdraw_act(number, **who),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list: what would be done, its state, and whether its time is over."""

    row: TwoPersonAct
    act: str
    mark: words.Mark
    over: bool


def line(row: TwoPersonAct, lang: str) -> Line:
    """Return a proposal as it is shown."""
    over = row.state == "open" and row.until <= timezone.now()
    tone = "draft" if row.state in ("withdrawn", "expired") else TWO_PERSON_ACT.group(row.state)
    mark = words.Mark(tone, text(f"two_person_act.state.{row.state}", lang))
    return Line(row, text(f"two_person_act.act.{row.act}", lang, **row.given), mark, over)


def listing(lang: str) -> Listing:
    """Return the list of proposals."""
    columns = (
        Column("number", "desk.seconds.number", lambda one: f"{one.row.pk}", "text",
               lambda one: reverse("second", args=[one.row.pk])),
        Column("act", "desk.seconds.act", lambda one: one.act),
        Column("proposer", "desk.seconds.proposer", lambda one: str(one.row.proposer), lang="zh-Hans"),
        Column("proposed", "desk.seconds.proposed", lambda one: one.row.proposed, "moment"),
        Column("until", "desk.seconds.until", lambda one: one.row.until, "moment",
               beside=lambda one: late(one.over, lang)),
        Column("state", "desk.seconds.state", lambda one: one.mark, "mark"),
        Column("second", "desk.seconds.second", lambda one: str(one.row.second or ""), lang="zh-Hans"),
        Column("subject", "desk.seconds.subject", lambda one: one.row.subject, "code", spare=True),
    )  # fmt: skip
    return Listing("seconds", "desk.seconds.title", columns, ("stage",))


@require_safe
@signed_in
def seconds(request: HttpRequest) -> HttpResponseBase:
    """List what was proposed, what waits first unless another part is asked for; the authority and the operator see it."""
    actor, lang = only(request, SEES_ALL, machine=TWO_PERSON_ACT.name, verb="see"), request.lang
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else ""
    list_ = listing(lang)
    whole = list_.answer(
        request, lambda most: [line(row, lang) for row in seconding.proposals(stage, to=actor, limit=most)]
    )
    if whole is not None:
        return whole
    found = seconding.proposals(stage, to=actor, before=place(request, "before"), limit=seconding.PAGE + 1)
    page = found[: seconding.PAGE]
    context = {
        "list": list_.shown(request, [line(row, lang) for row in page]),
        "tabs": tabs(request, "stage", stage, [(one, f"desk.seconds.stage.{one}") for one in STAGES]),
        "turning": turning(request, "before", page[-1].pk if len(found) > seconding.PAGE else None),
    }
    return render(request, "desk/seconds.html", context)


@require_safe
@signed_in
def second(request: HttpRequest, number: int) -> HttpResponse:
    """Show a proposal: what would be done, why, and what the second officer said."""
    actor = only(request, SEES_ALL, machine=TWO_PERSON_ACT.name, verb="see")
    return _page(request, _seen(number, actor), actor)


def _seen(number: int, actor: Actor) -> TwoPersonAct:
    row = seconding.proposal(number, to=actor)
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest, row: TwoPersonAct, actor: Actor, problems: list[str] | None = None, said: str = ""
) -> HttpResponse:
    own = row.proposer.username == actor.name
    verbs = TWO_PERSON_ACT.open_to(row.state, actor.role)
    context: dict[str, Any] = {
        "row": row, "line": line(row, request.lang), "problems": problems, "said": said, "longest": LONGEST,
        "decides": bool(verbs) and not own, "own": bool(verbs) and own,
        "course": [(one, called(one.what, request.lang)) for _, one in told_of({str(row)}, set())],
    }  # fmt: skip
    return render(request, "desk/second.html", context, status=409 if problems else 200)


@require_POST
@signed_in
def answer_second(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Confirm, refuse or take back a proposal."""
    if verb not in _VERBS:
        raise Http404
    actor = only(request, {"officer"}, machine=TWO_PERSON_ACT.name, verb=verb)
    row, said = _seen(number, actor), written(request, "words", LONGEST)
    try:
        _VERBS[verb](row.pk, said, by=actor, at=timezone.now())
    except Refused as refused:
        return _page(request, _seen(number, actor), actor, [one.text(request.lang) for one in refused.findings], said)
    except (NotNow, NotYours, NotConfigured, Uncountable) as refused:
        return _page(request, _seen(number, actor), actor, [refused.text(request.lang)], said)
    notices.success(request, text(f"desk.seconds.done.{verb}", request.lang))
    return redirect("second", number=number)


def alone_or_proposed(
    request: HttpRequest, actor: Actor, act: Callable[[], object], reason: str, path: str
) -> HttpResponse | None:
    """Do an officer's act, None; where it needs two, propose it and lead to the proposal. Raises what the act raises."""
    row = actions.alone_or_propose(act, reason, path, by=actor, at=timezone.now())
    if row is None:
        return None
    notices.success(request, text("desk.seconds.done.propose", request.lang))
    return redirect("second", number=row.pk)
