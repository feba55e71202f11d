"""A review for certification (高级认证) on one page: its items with both sides' points, its days, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.credit import actions, aeo, queries
from tongguan.credit.models import AeoReview
from tongguan.credit.rules.grading import MOST_WORDS
from tongguan.credit.states import AEO, FIRM, OFFICER
from tongguan.desk.audience import only, signed_in
from tongguan.desk.credit.page import READERS, mark_of
from tongguan.desk.written import written
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.queries import find

NOT_APPLYING = "na"
OWN = {"assess": actions.assess, "apply": actions.apply_aeo, "withdraw": actions.withdraw_aeo}
PLAIN = {"accept": actions.accept_aeo, "visit": actions.visit_aeo}
SAYING: dict[str, Callable[..., Any]] = {
    "extend": actions.extend_aeo, "rectify": actions.rectify_aeo, "certify": actions.certify, "refuse": actions.refuse_aeo,
}  # fmt: skip


def seen(number: int, actor: Actor) -> AeoReview:
    """Return a review that one may see; customs see those that were applied for. Raises Http404."""
    row = AeoReview.objects.filter(pk=number).first()
    if row is None or not queries.may_see(row.uscc, actor) or (actor.role not in FIRM and row.state == "assessing"):
        raise Http404
    return row


@require_safe
@signed_in
def aeo_review(request: HttpRequest, number: int) -> HttpResponse:
    """Show a review to the firm and to customs."""
    actor = only(request, READERS, machine="aeo_review", verb="see")
    return page_of(request, actor, seen(number, actor))


def page_of(
    request: HttpRequest, actor: Actor, row: AeoReview, *, status: int = 200, problems: list[str] | None = None
) -> HttpResponse:
    """Return the page of a review, also as the answer to what was refused."""
    lang, on = request.lang, timezone.localdate()
    edits = actor.role in FIRM and row.state == "assessing"
    finds = actor.role == OFFICER and row.state in ("onsite", "rectifying")
    known = queries.measured(row.uscc, on)
    given = row.found if finds or (not edits and row.found) else row.own
    lines: dict[str, list[tuple[Any, ...]]] = {}
    for item in aeo.items(on):
        said = known.get(item.code)
        why = text(said.why, lang, **said.values) if said else ""
        chosen = _chosen(request, given, item.code, problems)
        lines.setdefault(item.group, []).append(
            (item.code, item.text(lang), _point(row.own, item.code), _point(row.found, item.code), chosen, why,
             said.points if said else None)
        )  # fmt: skip
    firm = find(row.uscc)
    context = {
        "row": row, "name": firm.name(lang) if firm else row.uscc, "mark": mark_of(AEO, row.state, lang),
        "groups": [(text(f"credit.group.{group}", lang), rows) for group, rows in lines.items()],
        "edits": edits, "finds": finds, "points": [str(one) for one in aeo.points(on)],
        "own": aeo.outcome(row.own, on), "found": aeo.outcome(row.found, on, row.bonus) if row.found else None,
        "most_bonus": law("credit.aeo_bonus", on=on).value, "reference": law("credit.aeo_threshold", on=on).reference,
        "verbs": AEO.open_to(row.state, actor.role), "extends": actor.role == OFFICER and not row.extended
        and row.state in ("accepted", "onsite"), "longest": MOST_WORDS, "problems": problems,
        "is_firm": actor.role in FIRM,
    }  # fmt: skip
    return render(request, "desk/credit/review.html", context, status=status)


def _chosen(request: HttpRequest, given: dict[str, Any], code: str, problems: list[str] | None) -> str:
    return request.POST.get(f"item-{code}", "") if problems else _point(given, code)


def _point(scores: dict[str, Any], code: str) -> str:
    """Return the points of an item as a form has them; empty where nobody gave any."""
    if code not in scores:
        return ""
    return NOT_APPLYING if scores[code] is None else str(scores[code])


def _scores(request: HttpRequest) -> dict[str, int | None]:
    """Return the points a form gives; what is no number of points is told by the rule."""
    scores: dict[str, int | None] = {}
    for item in aeo.items(timezone.localdate()):
        given = written(request, f"item-{item.code}", 4)
        if given == NOT_APPLYING:
            scores[item.code] = None
        elif given:
            digits = given.removeprefix("-")
            scores[item.code] = int(given) if digits.isascii() and digits.isdecimal() else 1
    return scores


@require_POST
@signed_in
def aeo_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do what a form of the page of a review asks for."""
    if verb not in OWN and verb not in PLAIN and verb not in SAYING and verb != "find":
        raise Http404
    actor = only(request, FIRM if verb in OWN else {OFFICER}, machine="aeo_review", verb=verb)
    row = seen(number, actor)
    try:
        _act(request, row.pk, verb, {"by": actor, "at": timezone.now()})
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
    except (NotNow, NotYours, NotConfigured) as refused:
        problems = [refused.text(request.lang)]
    else:
        notices.success(request, text(f"desk.aeo.done.{verb}", request.lang))
        return redirect("aeo_review", number=row.pk)
    return page_of(request, actor, seen(number, actor), status=409, problems=problems)


def _act(request: HttpRequest, number: int, verb: str, who: dict[str, Any]) -> None:
    words = written(request, "words", MOST_WORDS + 1)
    if verb == "assess":
        actions.assess(number, _scores(request), words=words, **who)
    elif verb == "find":
        bonus = written(request, "bonus", 2)
        actions.find_aeo(
            number, _scores(request), bonus=int(bonus) if bonus.isascii() and bonus.isdecimal() else 0, **who
        )
    elif verb in SAYING:
        SAYING[verb](number, words, **who)
    else:
        (OWN.get(verb) or PLAIN[verb])(number, **who)
