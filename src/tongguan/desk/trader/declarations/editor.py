"""The editor of declarations (报关单录入): a form that works without script, and with it tells findings beside the field.

A button adds, copies or takes away a row and stores nothing; *save* keeps a draft, *submit* declares it. The same form
writes what an accepted declaration shall say after an amendment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.declarations import actions, queries
from tongguan.declarations.actions import save
from tongguan.declarations.beginning import Begun, Sources, begun, origin_of
from tongguan.declarations.days import TWO_STEP
from tongguan.declarations.models import Declaration
from tongguan.declarations.rules.context import Asked
from tongguan.declarations.states import DECLARATION, FILERS, MODES, SETTLEMENTS
from tongguan.desk.audience import only, signed_in
from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.vault import Forgotten
from tongguan.tariff.queries import book

from . import fields
from .asking import asked_by, asked_for
from .begun import begins, known, manner_of, named_sources, sources_in
from .entries import Entries, lists, remarks
from .form import Form, complete, document, empty, of_document, posted
from .offers import Offers, offers, take

MACHINE = "declaration"
_ACT = re.compile(r"(add|drop|copy|open|take)-([a-z]+)(?:-([0-9]{1,18}))?")
MOST_LINES = BLOCKS["item"].at_most or 50
_MOST_ROWS = {"item": MOST_LINES}


@dataclass(slots=True)
class Editing:
    """A form somebody works on: whose draft it is, what it says, and what is wrong with it."""

    actor: Actor
    form: Form
    row: Declaration | None = None
    findings: list[Finding] = field(default_factory=list)
    problem: str = ""
    judged: bool = False
    focus: str = ""
    base: Any = None
    amends: bool = False
    proposes: bool = False
    asked: Sources = Sources()
    begun: Begun | None = None

    def written(self) -> tuple[Any, list[Finding]]:
        """Return the document of the form, with what the form does not ask for as it was."""
        of, wrong = document(self.form)
        if self.base is not None:
            of = msgspec.structs.replace(of, **{name: getattr(self.base, name) for name in fields.GIVEN})
        return of, wrong


def filer(request: HttpRequest, verb: str) -> Actor:
    """Return who declares; raises PermissionDenied for others."""
    return only(request, FILERS, machine=MACHINE, verb=verb)


def own(number: int, actor: Actor) -> Declaration:
    """Return a declaration of the reader's own firm; raises Http404."""
    row = queries.declaration(number, to=actor)
    if row is None or row.agent_id != actor.enterprise:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_new(request: HttpRequest) -> HttpResponse:
    """Show an empty form, or one begun from what is known (``template=``, ``earlier=``, ``bill=``, ``licence=``); keep it.

    Where nothing of what is named can be seen, the form is empty, says so, and is answered with 404.
    """
    actor = filer(request, "save")
    asked = sources_in(request.POST if request.method == "POST" else request.GET)
    made = begun(asked, to=actor, at=timezone.now())
    if request.method == "POST":
        return _done(request, Editing(actor, posted(request.POST), asked=asked, begun=made))
    if not any(asked):
        return page(request, Editing(actor, empty(), focus="IEFlag", begun=made))
    form = of_document(made.document, manner_of(asked, actor)) if made.given else empty()
    if not form.rows["item"]:
        form.add("item")
    first = "IEFlag" if form.head.get("BillNo") or not made.given else "BillNo"  # a consignment has a bill of its own
    return page(request, Editing(actor, form, asked=asked, begun=made, focus=first), status=200 if made.given else 404)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show a draft, or one that was rejected, with what is wrong; keep or declare it."""
    actor = filer(request, "save")
    row = own(number, actor)
    if "save" not in DECLARATION.open_to(row.state, actor.role):
        return redirect("declaration", number=number)
    if row.mode == TWO_STEP:
        return redirect("declaration_summary_edit", number=number)
    base = base_of(row)
    if request.method == "POST":
        return _done(request, Editing(actor, posted(request.POST), row, base=base, begun=origin_of(row)))
    form = form_of(row)
    findings = [Finding.from_dict(one) for one in row.findings]
    shown = Editing(actor, form, row, findings, judged=row.state == "rejected", base=base, begun=origin_of(row))
    if base is None:
        shown.problem = text("desk.dec.forgotten", request.lang)
    return page(request, shown)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_amend(request: HttpRequest, number: int) -> HttpResponse:
    """Show what an accepted declaration says in the form, and ask customs to let it say something else."""
    actor = filer(request, "ask")
    row = own(number, actor)
    base = base_of(row)
    if base is None or "ask" not in DECLARATION.open_to(row.state, actor.role):
        return redirect("declaration", number=number)
    return changing(request, Editing(actor, empty(), row, base=base, amends=True))


def changing(request: HttpRequest, shown: Editing) -> HttpResponse:
    """Show what an accepted declaration says in the form; ask for, or propose, what is written instead."""
    row = shown.row
    assert row is not None
    manner = {"mode": row.mode, "settlement": row.settlement, "guarantee": row.guarantee}
    if request.method != "POST":
        shown.form = of_document(shown.base, manner)
        return page(request, shown)
    shown.form = posted(request.POST)
    shown.form.manner |= manner
    return _done(request, shown)


def form_of(row: Declaration | None) -> Form:
    """Return the form of a draft, or an empty one."""
    base = base_of(row) if row is not None else None
    if row is None or base is None:
        return empty()
    return of_document(base, {"mode": row.mode, "settlement": row.settlement, "guarantee": row.guarantee})


def base_of(row: Declaration) -> Any | None:
    """Return what a declaration says; None where the key of its month was destroyed."""
    try:
        return queries.document(row)
    except Forgotten:
        return None


def _done(request: HttpRequest, shown: Editing) -> HttpResponse:
    """Do what the button says that was pressed."""
    act = request.POST.get("do", "check")
    if (found := _ACT.fullmatch(act)) is not None:
        if found[1] == "take":
            take(shown.form, _offers(shown, request.lang), int(found[3] or 0))
            shown.focus = f"licence-{len(shown.form.rows['licence'])}-LicWrtofQty"
        else:
            _change(shown, found[1], found[2], int(found[3] or 0))
        complete(shown.form, _tariff())
        return page(request, shown)
    complete(shown.form, _tariff())
    of, wrong = shown.written()
    if act == "check" or wrong:
        judge(shown, of, wrong, request.lang)
        return page(request, shown, status=409 if wrong and act != "check" else 200)
    try:
        return _ask(request, shown, of) if shown.amends else _keep(request, shown, of, act)
    except Refused as refused:
        shown.findings, shown.judged = refused.findings, True
    except (NotNow, NotYours, NotConfigured) as refused:
        shown.problem = refused.text(request.lang)
    return page(request, shown, status=409)


def _keep(request: HttpRequest, shown: Editing, of: Any, act: str) -> HttpResponse:
    number = shown.row.pk if shown.row is not None else None
    follows = shown.row.follows_id if shown.row is not None else None
    now = timezone.now()
    begun = shown.begun if number is None else None
    row = save(of, number=number, follows=follows, begun=begun, by=shown.actor, at=now, **_manner(shown.form))
    shown.row = row
    if act != "submit":
        notices.success(request, text("desk.dec.saved", request.lang, number=row.pre_no))
        return redirect("declaration_edit", number=row.pk)
    try:
        row = actions.submit(row.pk, by=shown.actor, at=now)
    except Refused as refused:
        count = sum(one.level == "refuse" for one in refused.findings)
        notices.error(request, text("desk.dec.rejected", request.lang, n=count))
        return redirect("declaration_edit", number=row.pk)
    notices.success(request, text("desk.dec.accepted", request.lang, number=row.number))
    return redirect("declaration", number=row.pk)


def _ask(request: HttpRequest, shown: Editing, of: Any) -> HttpResponse:
    assert shown.row is not None
    grounds, evidence, reason = asked_by(request)
    if shown.proposes:
        made = actions.propose(shown.row.pk, "amend", reason=reason, of=of, by=shown.actor, at=timezone.now())
        notices.success(request, text("desk.dec.proposed", request.lang, day=made.confirm_by))
        return redirect("declaration_decide", number=shown.row.pk)
    actions.ask(
        shown.row.pk, "amend", grounds=grounds, evidence=evidence, reason=reason, of=of, by=shown.actor,
        at=timezone.now(),
    )  # fmt: skip
    notices.success(request, text("desk.dec.asked.amend", request.lang))
    return redirect("declaration", number=shown.row.pk)


def _manner(form: Form) -> dict[str, str]:
    return {
        "mode": form.manner["mode"], "settlement": form.manner["settlement"], "guarantee": form.manner["guarantee"],
    }  # fmt: skip


def _change(shown: Editing, verb: str, block: str, place: int) -> None:
    """Add, copy, open or take away a row; nothing is stored."""
    form, rows = shown.form, shown.form.rows
    if block not in rows:
        return
    if verb == "drop":
        form.drop(block, place)
        form.opened = {n - (n > place) for n in form.opened if n != place} if block == "item" else form.opened
    elif verb == "open":
        form.opened.add(place)
        shown.focus = f"item-{place}-CiqCode"
    elif len(rows[block]) < _MOST_ROWS.get(block, 200):
        if verb == "copy":
            form.twice(place)
        else:
            form.add(block)
        shown.focus = f"{block}-{len(rows[block])}-{fields.columns(block)[0]}"


def judge(shown: Editing, of: Any, wrong: list[Finding], lang: str) -> None:
    """Note everything that would keep what is written from being accepted now."""
    manner = Asked(**_manner(shown.form))
    number = shown.row.pk if shown.row is not None else None
    try:
        found = queries.judged(of, manner, by=shown.actor, at=timezone.now(), own=number)
    except NotConfigured as why:
        shown.problem, found = why.text(lang), []
    unread = {one.pointer for one in wrong}
    shown.findings = [*wrong, *(one for one in found if one.pointer not in unread)]
    shown.judged = True


def _offers(shown: Editing, lang: str) -> Offers:
    return offers(shown.form, shown.actor, lang, on=timezone.localdate(), at=timezone.now())


def _tariff() -> Any | None:
    try:
        return book(timezone.localdate())
    except NotConfigured:
        return None


@require_POST
@signed_in
def declaration_check(request: HttpRequest) -> HttpResponse:
    """Return what is wrong with what is written so far, to be put beside its fields; nothing is stored."""
    actor = filer(request, "save")
    number = request.POST.get("own", "")
    row = queries.declaration(int(number), to=actor) if number.isdecimal() and len(number) < 19 else None
    shown = Editing(actor, posted(request.POST), row if row is None or row.agent_id == actor.enterprise else None)
    shown.begun = (
        origin_of(shown.row) if shown.row is not None else begun(sources_in(request.POST), to=actor, at=timezone.now())
    )
    complete(shown.form, _tariff())
    of, wrong = document(shown.form)
    judge(shown, of, wrong, request.lang)
    found = remarks(shown.findings, request.lang)
    before = request.POST.get("wrong", "").split()[:2000]
    now = [one.id for one in found]
    drawn = Entries(
        shown.form, found, request.lang, _offers(shown, request.lang).rows, known(shown.begun, request.lang)
    )
    context = {
        "form": shown.form, "remarks": found, "wrong": now, "judged": True, "problem": shown.problem,
        "says": drawn.says(dict.fromkeys([*before, *now, *drawn.coded])),
        "offers": drawn.offers(),
    }  # fmt: skip
    return render(request, "desk/declarations/live.html", context)


def _address(shown: Editing) -> str:
    if shown.row is None:
        return reverse("declaration_new")
    if shown.proposes:
        return reverse("declaration_propose", args=[shown.row.pk])
    return reverse("declaration_amend" if shown.amends else "declaration_edit", args=[shown.row.pk])


def page(request: HttpRequest, shown: Editing, status: int = 200) -> HttpResponse:
    """Show the form with what is wrong beside its fields."""
    lang, row = request.lang, shown.row
    found, offered = remarks(shown.findings, lang), _offers(shown, lang)
    context = {
        "offers": offered,
        "row": row, "action": _address(shown), "amends": shown.amends, "proposes": shown.proposes,
        "form": shown.form, "remarks": found, "judged": shown.judged,
        "problem": shown.problem, "wrong": [one.id for one in found], "lists": lists(lang), "focus": shown.focus,
        "entries": Entries(shown.form, found, lang, offered.rows, known(shown.begun, lang)), "most": _MOST_ROWS["item"],
        "refusing": sum(one.refuses for one in found),
        "modes": [(one, text(f"declarations.mode.{one}", lang)) for one in MODES if one != TWO_STEP],
        "settlements": [(one, text(f"declarations.settlement.{one}", lang)) for one in SETTLEMENTS],
        "asking": asked_for(request) if shown.amends else {},
        "begins": begins(shown.asked, shown.begun, lang) if row is None else None,
        "sources": named_sources(shown.begun, lang) if not shown.amends else [],
    }  # fmt: skip
    return render(request, "desk/declarations/edit.html", context, status=status)
