"""What is done on the page of a firm's credit, by its people and by customs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tongguan.credit import actions
from tongguan.credit.models import Fact, Question, Rectification, Repair
from tongguan.credit.rules.grading import DAY, MOST_WORDS, Saying
from tongguan.credit.states import FIRM, OFFICER
from tongguan.desk.audience import only, signed_in
from tongguan.desk.credit.page import page_of, seen
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.written import written
from tongguan.inspections.looks.actions import conclude_look
from tongguan.inspections.models import Look
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused, insist
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.kernel.written import amount, reads

Act = Callable[[HttpRequest, str, dict[str, Any]], Any]
FIELDS = {
    "words": MOST_WORDS, "grade": 20, "basis": 12, "since": 10, "until": 10, "kind": 12, "reference": 60, "on": 10,
    "amount": 22, "role": 8, "name": 100, "reach": 100, "liaison": 100, "digest": 64, "cites": 600,
}  # fmt: skip
LARGEST_DOCUMENT = 2**25


def _said(request: HttpRequest, name: str) -> str:
    return written(request, name, FIELDS[name] + 1)


def _of(model: type[Fact | Rectification | Repair | Question | Look], request: HttpRequest, uscc: str) -> int:
    """Return the number of a record of this firm that a form names; raises Http404."""
    number = written(request, "number", 18)
    if not (number.isascii() and number.isdecimal()) or not model.objects.filter(pk=int(number), uscc=uscc).exists():
        raise Http404
    return int(number)


def _on(model: type[Fact | Rectification | Repair | Question | Look], act: Callable[..., Any]) -> Act:
    return lambda request, uscc, who: act(_of(model, request, uscc), _said(request, "words"), **who)


def _ask_repair(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    ticked = {name: bool(request.POST.get(name)) for name in ("corrected", "unharmed")}
    actions.ask_repair(uscc, _said(request, "words"), **ticked, **who)


def _day(request: HttpRequest, name: str) -> date:
    given = _said(request, name)
    insist(DAY, Saying(given))
    return date.fromisoformat(given)


def _grade(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    actions.set_grade(
        uscc, _said(request, "grade"), since=_day(request, "since"), basis=_said(request, "basis"),
        words=_said(request, "words"), serious=bool(request.POST.get("serious")), **who,
    )  # fmt: skip


def _record(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    given = _said(request, "amount")
    sum_ = (amount(given) if reads(amount, given) else Decimal("NaN")) if given else None
    actions.record(
        uscc, _said(request, "kind"), reference=_said(request, "reference"), on=_day(request, "on"), amount=sum_,
        intentional=not request.POST.get("unintended"), role=_said(request, "role") or "trader",
        words=_said(request, "words"), **who,
    )  # fmt: skip


def _pilot(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    until = _day(request, "until") if _said(request, "until") else None
    actions.set_pilot(uscc, _said(request, "liaison"), since=_day(request, "since"), until=until, **who)


def _anchor(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    digest = digest_of(request) or _said(request, "digest")
    actions.anchor(uscc, _said(request, "kind"), _said(request, "reference"), digest, **who)


def digest_of(request: HttpRequest) -> str:
    """Return the SHA-256 of the document that was sent with a form, empty when there is none or it is too large."""
    file = request.FILES.get("document")
    if file is None or (file.size or 0) > LARGEST_DOCUMENT:
        return ""
    made = hashlib.sha256()
    for chunk in file.chunks():
        made.update(chunk)
    return made.hexdigest()


def _coordinator(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    actions.name_coordinator(uscc, _said(request, "name"), _said(request, "reach"), **who)


def _answer(request: HttpRequest, uscc: str, who: dict[str, Any]) -> None:
    named = _said(request, "cites").replace(",", " ").replace("，", " ").split()
    actions.answer_question(_of(Question, request, uscc), _said(request, "words"), named, **who)


def _look(verb: str) -> Act:
    return lambda request, uscc, who: conclude_look(_of(Look, request, uscc), verb, _said(request, "words"), **who)


OWN: dict[str, Act] = {
    "ask_coordinator": lambda request, uscc, who: actions.ask_coordinator(uscc, _said(request, "words"), **who),
    "withdraw_question": lambda request, uscc, who: actions.withdraw_question(_of(Question, request, uscc), **who),
    "contest": _on(Fact, actions.contest),
    "ask_to_rectify": lambda request, uscc, who: actions.ask_to_rectify(uscc, _said(request, "words"), **who),
    "ask_repair": _ask_repair,
    "begin": lambda request, uscc, who: actions.begin_assessment(uscc, **who),
    "anchor": _anchor,
}
CUSTOMS: dict[str, Act] = {
    "uphold": _on(Fact, actions.uphold),
    "strike": _on(Fact, actions.strike),
    "grant_rectification": _on(Rectification, actions.grant_rectification),
    "refuse_rectification": _on(Rectification, actions.refuse_rectification),
    "succeed_rectification": _on(Rectification, actions.succeed_rectification),
    "fail_rectification": _on(Rectification, actions.fail_rectification),
    "check_repair": lambda request, uscc, who: actions.check_repair(_of(Repair, request, uscc), **who),
    "grant_repair": _on(Repair, actions.grant_repair),
    "refuse_repair": _on(Repair, actions.refuse_repair),
    "grade": _grade,
    "record": _record,
    "coordinator": _coordinator,
    "pilot": _pilot,
    "answer_question": _answer,
    "clear_look": _look("clear"),
    "object_look": _look("object"),
}


@require_POST
@signed_in
def credit_act(request: HttpRequest, uscc: str, verb: str) -> HttpResponse:
    """Do what a form of the page of a firm's credit asks for."""
    if verb not in OWN and verb not in CUSTOMS:
        raise Http404
    actor = only(request, FIRM if verb in OWN else {OFFICER}, machine="credit", verb=verb)
    seen(uscc, actor)
    act = OWN.get(verb) or CUSTOMS[verb]
    try:
        made: list[Any] = []
        waits = alone_or_proposed(
            request, actor, lambda: made.append(act(request, uscc, {"by": actor, "at": timezone.now()})),
            _said(request, "words"), reverse("credit_firm", args=[uscc]),
        )  # fmt: skip
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
    except (NotNow, NotYours, NotConfigured, Uncountable) as refused:
        problems = [refused.text(request.lang)]
    else:
        if waits is not None:
            return waits
        notices.success(request, text(f"desk.credit.done.{verb}", request.lang))
        if verb == "begin":
            return redirect("aeo_review", number=made[0].pk)
        return redirect("credit") if verb in OWN else redirect("credit_firm", uscc=uscc)
    kept = {name: _said(request, name)[:most] for name, most in FIELDS.items()} | {"verb": verb}
    return page_of(request, actor, uscc, status=409, problems=problems, kept=kept)
