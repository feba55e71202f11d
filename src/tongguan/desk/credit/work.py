"""The work of customs with credit (信用管理作业): what waits, firms by grade, the board of candidates, and the alarm."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages as notices
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.credit import actions, queries
from tongguan.credit.actions.files import day_of
from tongguan.credit.cultivation import inspection_alarm
from tongguan.credit.models import (
    AeoReview,
    AeoWindow,
    Candidate,
    CreditFile,
    Fact,
    InspectionMonth,
    Question,
    Rectification,
    Repair,
)
from tongguan.credit.rules.serving import MOST_SAID
from tongguan.credit.states import CANDIDATE, CANDIDATE_OPEN, OFFICER, SEES_ALL
from tongguan.desk.audience import only, signed_in
from tongguan.desk.credit.page import READERS, mark_of, own_code, page_of
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.public.credit import windows_of
from tongguan.desk.written import written
from tongguan.inspections.models import Look
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import template, text
from tongguan.parties.queries import find, find_many

OF = ("contested", "rectify", "repair", "judge", "review", "question", "look")
"""What waits: facts that are contested, firms that ask to put right or to be repaired, rules that are met, reviews,
questions to coordinators, and what chance drew to be looked into after the release."""
_LONGEST = 18


def _waiting(of: str, after: int | None, limit: int) -> list[tuple[int, str, Any, str]]:
    """Return what waits, the longest waiting first: its place, the firm, since when, and the key of what it is."""
    past = Q(pk__gt=after or 0)
    if of == "contested":
        rows = Fact.objects.filter(past, state="contested").order_by("pk")[:limit]
        return [(row.pk, row.uscc, row.contested_at, f"credit.fact.{row.kind}") for row in rows]
    if of == "rectify":
        asked = Rectification.objects.filter(past, state__in=("asked", "running")).order_by("pk")[:limit]
        return [(one.pk, one.uscc, one.asked_at, f"rectification.state.{one.state}") for one in asked]
    if of == "repair":
        repairs = Repair.objects.filter(past, state__in=("requested", "checking")).order_by("pk")[:limit]
        return [(one.pk, one.uscc, one.asked_at, f"repair.state.{one.state}") for one in repairs]
    if of == "judge":
        files = CreditFile.objects.filter(past, triggered_on__isnull=False).order_by("pk")[:limit]
        return [(one.pk, one.uscc, one.triggered_on, f"desk.credit.trigger.{one.triggers[0]}") for one in files]
    if of == "question":
        asked_of = Question.objects.filter(past, state="asked").order_by("pk")[:limit]
        return [(one.pk, one.uscc, one.due_on, "credit_question.state.asked") for one in asked_of]
    if of == "look":
        looks = Look.objects.filter(past, state="drawn").order_by("pk")[:limit]
        return [(one.pk, one.uscc, one.drawn_at, f"look.kind.{one.kind}") for one in looks]
    states = ("applied", "accepted", "onsite", "rectifying")
    return [
        (one.pk, one.uscc, one.decide_by or one.applied_at, f"aeo_review.state.{one.state}")
        for one in AeoReview.objects.filter(past, state__in=states).order_by("pk")[:limit]
    ]


def _day(of: Any) -> date:
    return day_of(of) if isinstance(of, datetime) else of


@require_safe
@signed_in
def own_credit(request: HttpRequest) -> HttpResponse:
    """Show a firm its own credit; who sees all gets the work of customs instead."""
    actor = only(request, READERS, machine="credit", verb="see")
    return credit_work(request) if actor.role in SEES_ALL else page_of(request, actor, own_code(actor))


@require_safe
@signed_in
def credit_work(request: HttpRequest) -> HttpResponse:
    """List what waits for customs, find a firm by its code, and show how often the certified were inspected."""
    actor = only(request, SEES_ALL, machine="credit", verb="see")
    return work_of(request, actor.role)


def work_of(request: HttpRequest, role: str, *, problems: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Return the page of the work, also as the answer to what was refused."""
    lang = request.lang
    seek = request.GET.get("q", "").replace("\0", "").strip().upper()[:_LONGEST]
    firm = find(seek) if seek else None
    if firm is not None and firm.uscc:
        return redirect("credit_firm", uscc=firm.uscc)
    of = request.GET.get("of", "")
    of = of if of in OF else OF[0]
    found = _waiting(of, place(request, "after"), queries.PAGE + 1)
    page = found[: queries.PAGE]
    firms = find_many(uscc for _, uscc, _, _ in page)
    rows = [
        (
            uscc, firms[uscc].name(lang) if uscc in firms else uscc, _day(since), template(key, lang) or key,
            reverse("aeo_review", args=[number]) if of == "review" else reverse("credit_firm", args=[uscc]),
        )
        for number, uscc, since, key in page
    ]  # fmt: skip
    context = {
        "rows": rows, "of": of, "seek": seek, "missed": bool(seek), "decides": role == OFFICER, "problems": problems,
        "windows": windows_of(lang),
        "tabs": tabs(request, "of", of, [(one, f"desk.credit.of.{one}") for one in OF])[1:],
        "turning": turning(request, "after", page[-1][0] if len(found) > queries.PAGE else None),
        "months": _months(), "by_year": sorted(queries.certified_by_year().items(), reverse=True)[:5],
    }  # fmt: skip
    return render(request, "desk/credit/work.html", context, status=status)


def _months() -> list[tuple[InspectionMonth, str]]:
    """Return the last months with the rate of the certified against its ceiling."""
    found = []
    for one in InspectionMonth.objects.order_by("-month", "kind")[:36]:
        regular = queries.rate(one.checks, one.documents)
        alarm = inspection_alarm(one.trusted_checks, one.trusted_documents, regular, one.month, one.kind)
        found.append((one, f"{alarm.rate:.2%} / {alarm.ceiling:.2%}"))
    return found


@require_POST
@signed_in
def window_act(request: HttpRequest, verb: str) -> HttpResponse:
    """Open a window for certified firms, or close one."""
    if verb not in ("open", "close"):
        raise Http404
    actor = only(request, {OFFICER}, machine="credit", verb="window")
    who = {"by": actor, "at": timezone.now()}
    try:
        if verb == "open":
            said = [written(request, name, MOST_SAID + 1) for name in ("customs", "place", "hours", "reach")]
            actions.open_window(*said, **who)
        else:
            number = written(request, "number", _LONGEST)
            actions.close_window(int(number) if number.isascii() and number.isdecimal() else 0, **who)
    except AeoWindow.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return work_of(request, actor.role, problems=[one.text(request.lang) for one in refused.findings], status=409)
    notices.success(request, text(f"desk.credit.done.{verb}_window", request.lang))
    return redirect("credit_work")


@require_safe
@signed_in
def candidates(request: HttpRequest) -> HttpResponse:
    """Show the board of firms that are helped towards certification: how each scored, what it lacks, who helps it."""
    actor = only(request, SEES_ALL, machine="candidate", verb="see")
    return board(request, actor.role)


def board(request: HttpRequest, role: str, *, problems: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Return the board, also as the answer to what was refused."""
    lang, on = request.lang, timezone.localdate()
    state = request.GET.get("state", "")
    states = [state] if state in CANDIDATE.states else list(CANDIDATE_OPEN)
    rows = Candidate.objects.filter(state__in=states).order_by("-pk")
    before = place(request, "before")
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: queries.PAGE // 2 + 1])
    page = found[: queries.PAGE // 2]
    firms, lacks = find_many(one.uscc for one in page), queries.gaps_of([one.uscc for one in page], on)
    lines = [
        (
            one, firms[one.uscc].name(lang) if one.uscc in firms else one.uscc, mark_of(CANDIDATE, one.state, lang),
            [(gap.item.text(lang), gap.points) for gap in lacks[one.uscc]], CANDIDATE.open_to(one.state, role),
        )
        for one in page
    ]  # fmt: skip
    context = {
        "lines": lines, "problems": problems,
        "tabs": tabs(request, "state", state, [(one, f"candidate.state.{one}") for one in CANDIDATE.states]),
        "turning": turning(request, "before", page[-1].pk if len(found) > len(page) else None),
        "by_year": sorted(queries.certified_by_year().items(), reverse=True)[:5],
    }  # fmt: skip
    return render(request, "desk/credit/candidates.html", context, status=status)


@require_POST
@signed_in
def candidate_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Name the mentor of a candidate, or help it no more."""
    if verb not in ("mentor", "leave"):
        raise Http404
    actor = only(request, {OFFICER}, machine="candidate", verb=verb)
    note, who = written(request, "note", 500), {"by": actor, "at": timezone.now()}
    try:
        if verb == "mentor":
            actions.mentor(number, written(request, "name", 101), note, **who)
        else:
            actions.leave(number, note, **who)
    except Candidate.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return board(request, actor.role, problems=[one.text(request.lang) for one in refused.findings], status=409)
    except (NotNow, NotYours) as refused:
        return board(request, actor.role, problems=[refused.text(request.lang)], status=409)
    notices.success(request, text(f"desk.credit.done.{verb}", request.lang))
    return redirect("candidates")
