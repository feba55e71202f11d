"""A summary by page (概要申报录入): one short form; lodged, kept, or turned into a declaration in one step."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tongguan.cargo.queries import Known
from tongguan.declarations import actions, queries
from tongguan.declarations.actions import save
from tongguan.declarations.actions.money import DEFERRED
from tongguan.declarations.days import TWO_STEP
from tongguan.declarations.models import Declaration
from tongguan.declarations.rules.context import Asked
from tongguan.declarations.states import DECLARATION
from tongguan.declarations.two_steps import queries as steps
from tongguan.desk.audience import signed_in
from tongguan.formats.dec.documents import family
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.models import Enterprise
from tongguan.revenue.guarantees.queries import suiting
from tongguan.revenue.models import Guarantee

from ..editor import filer, own
from ..entries import lists, remarks
from ..form import document, of_document
from . import form as forms
from .form import Questions, SummaryEntries

_ACT = re.compile(r"(add|drop)-(item|container|document|qualification)(?:-([0-9]{1,3}))?")
_MOST_LINES = 50


@dataclass(slots=True)
class Summing:
    """A summary somebody writes: whose draft it is, what it says, and what is wrong with it."""

    actor: Actor
    form: Any
    questions: Questions
    row: Declaration | None = None
    bill: Known | None = None
    findings: list[Finding] = field(default_factory=list)
    problem: str = ""
    judged: bool = False
    estimate: Any = None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_summary(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the form of a summary, empty or a draft; keep or lodge what is written into it."""
    actor = filer(request, "save")
    row = own(number, actor) if number is not None else None
    if row is not None and (row.mode != TWO_STEP or "save" not in DECLARATION.open_to(row.state, actor.role)):
        return redirect("declaration", number=number)
    if request.method == "POST":
        questions = Questions.posted(request.POST)
        shown = Summing(actor, forms.read(request.POST, monthly=questions.monthly), questions, row)
        return _done(request, shown)
    if row is None:
        firm = Enterprise.objects.get(pk=actor.enterprise)
        ample = next(iter(_guarantees(actor)), None)
        begun = Questions(guarantee=ample.number if ample is not None else "")
        return page(request, Summing(actor, forms.empty(actor, firm), begun))
    return page(request, _kept(actor, row))


def _guarantees(actor: Actor) -> list[Guarantee]:
    """Return the guarantees of the firm that can secure a summary, the one with the most left first."""
    return suiting(actor.enterprise, DEFERRED, on=timezone.localdate()) if actor.enterprise else []


def _kept(actor: Actor, row: Declaration) -> Summing:
    of, said = queries.document(row), steps.answers(row)
    form = of_document(of)
    for block in forms.BESIDE:
        if not form.rows[block]:
            form.add(block)
    stated = f"{said.stated.normalize():f}" if said.stated is not None else ""
    asked = Questions(said.licensed, said.inspected, said.taxed, stated, row.guarantee, family(of) == "CL")
    findings = [Finding.from_dict(one) for one in row.findings]
    return Summing(actor, form, asked, row, forms.manifest(form, actor), findings, judged=row.state == "rejected")


def _done(request: HttpRequest, shown: Summing) -> HttpResponse:
    """Do what the button says that was pressed."""
    act = request.POST.get("do", "check")
    shown.bill = forms.manifest(shown.form, shown.actor)
    forms.lines_in(shown.form, shown.questions)
    if (found := _ACT.fullmatch(act)) is not None:
        _change(shown, found[1], found[2], int(found[3] or 0))
        return page(request, shown)
    of, wrong = document(shown.form)
    answers = shown.questions.answers()
    if answers is None:
        shown.problem = text("desk.two.stated.wrong", request.lang)
        return page(request, shown, status=409)
    if act == "check" or wrong:
        _judge(shown, of, wrong, answers, request.lang)
        return page(request, shown, status=409 if wrong and act != "check" else 200)
    try:
        return _keep(request, shown, of, answers, act)
    except Refused as refused:
        shown.findings, shown.judged = refused.findings, True
    except (NotNow, NotYours, NotConfigured) as refused:
        shown.problem = refused.text(request.lang)
    return page(request, shown, status=409)


def _change(shown: Summing, verb: str, block: str, place: int) -> None:
    rows = shown.form.rows[block]
    if verb == "drop":
        shown.form.drop(block, place)
        if not rows:
            shown.form.add(block)
    elif len(rows) < _MOST_LINES:
        shown.form.add(block)


def _judge(shown: Summing, of: Any, wrong: list[Finding], answers: Any, lang: str) -> None:
    asked = Asked(TWO_STEP, **shown.questions.manner(), answers=answers)
    number = shown.row.pk if shown.row is not None else None
    try:
        found = queries.judged(of, asked, by=shown.actor, at=timezone.now(), own=number)
        shown.estimate = steps.estimate(of, timezone.now())
    except NotConfigured as why:
        shown.problem, found = why.text(lang), []
    unread = {one.pointer for one in wrong}
    shown.findings, shown.judged = [*wrong, *(one for one in found if one.pointer not in unread)], True


def _keep(request: HttpRequest, shown: Summing, of: Any, answers: Any, act: str) -> HttpResponse:
    now, number = timezone.now(), shown.row.pk if shown.row is not None else None
    row = save(of, number=number, mode=TWO_STEP, answers=answers, by=shown.actor, at=now, **shown.questions.manner())
    shown.row = row
    if act == "whole":
        actions.turn(row.pk, by=shown.actor, at=now)
        return redirect("declaration_edit", number=row.pk)
    if act != "submit":
        notices.success(request, text("desk.dec.saved", request.lang, number=row.pre_no))
        return redirect("declaration_summary_edit", number=row.pk)
    try:
        row = actions.submit(row.pk, by=shown.actor, at=now)
    except Refused as refused:
        count = sum(one.level == "refuse" for one in refused.findings)
        notices.error(request, text("desk.dec.rejected", request.lang, n=count))
        return redirect("declaration_summary_edit", number=row.pk)
    notices.success(request, text("desk.two.accepted", request.lang, number=row.number))
    return redirect("declaration", number=row.pk)


def page(request: HttpRequest, shown: Summing, status: int = 200) -> HttpResponse:
    """Show the form with what is wrong beside its fields."""
    lang, found = request.lang, remarks(shown.findings, request.lang)
    row = shown.row
    action = reverse("declaration_summary_edit", args=[row.pk]) if row is not None else reverse("declaration_summary")
    context = {
        "row": row, "action": action, "form": shown.form, "questions": shown.questions, "bill": shown.bill,
        "remarks": found, "judged": shown.judged, "problem": shown.problem, "lists": lists(lang),
        "entries": SummaryEntries(shown.form, found, lang), "refusing": sum(one.refuses for one in found),
        "guarantees": _guarantees(shown.actor), "wrong": {one.id for one in found}, "estimate": shown.estimate,
    }  # fmt: skip
    return render(request, "desk/declarations/summary.html", context, status=status)
