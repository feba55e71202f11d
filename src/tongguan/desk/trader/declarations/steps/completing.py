"""The complete declaration by page (完整申报录入): what is still missing first, then what the summary said, to be corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration, DeclarationVersion
from tongguan.declarations.sealing import opened
from tongguan.declarations.states import DECLARATION
from tongguan.declarations.two_steps import queries as steps
from tongguan.declarations.two_steps.models import TwoStep
from tongguan.desk.audience import signed_in
from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.vault import Forgotten
from tongguan.revenue.sheet import Sheet

from .. import fields
from ..editor import _tariff, filer
from ..entries import Entries, lists, remarks
from ..form import Form, complete, document, of_document, posted

_HEAD = tuple(name for part in fields.HEAD_PARTS.values() for name in part)
_LONGEST = 4000


@dataclass(slots=True)
class Completing:
    """A complete declaration somebody writes: of which summary, what it says, and which fields stand first."""

    actor: Actor
    kept: DeclarationVersion
    said: Any
    form: Form
    base: Any
    step: TwoStep | None
    first: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    problem: str = ""
    judged: bool = False

    @property
    def row(self) -> Declaration:
        """The summary."""
        return self.kept.declaration


class CompletingEntries(Entries):
    """Draws the fields of a complete declaration: those that are missing first."""

    first: frozenset[str] = frozenset()

    @property
    def missing(self) -> SafeString:
        """The fields of the head that the summary did not say."""
        return self.head(name for name in _HEAD if name in self.first)

    @property
    def said(self) -> SafeString:
        """The fields of the head that the summary said, or that may stay empty."""
        return self.head(name for name in _HEAD if name not in self.first)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of goods: what is missing of each, and what was said."""
        known, made = BLOCKS["item"].fields, []
        for place, row in enumerate(self.form.rows["item"], 1):
            prefix = f"item-{place}-"
            others = [
                name
                for name in known
                if name not in (*fields.ITEM, "GNo") and (row.get(name) or prefix + name in self.wrong)
            ]
            names = [*fields.ITEM, *others]
            split = [[n for n in names if (prefix + n in self.first) is wanted] for wanted in (True, False)]
            first, said = (self._all(known, some, row, prefix) for some in split)
            made.append(
                {"place": place, "name": row.get("GName", ""), "first": first, "said": said, "any": bool(split[0])}
            )
        return made


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_complete(request: HttpRequest, number: int) -> HttpResponse:
    """Show what the complete declaration of a summary lacks; keep it, or lodge it."""
    actor = filer(request, "save")
    kept = _own(number, actor)
    row = kept.declaration
    verb = _verb(row, actor)
    if not verb:
        return redirect("declaration", number=number)
    step = getattr(row, "two_step", None)
    try:
        said = opened(kept.sealed)
        base = steps.written(said, step)
    except Forgotten:
        notices.error(request, text("desk.dec.forgotten", request.lang))
        return redirect("declaration", number=number)
    manner = {"mode": row.mode, "settlement": row.settlement, "guarantee": row.guarantee}
    if request.method == "POST":
        shown = Completing(actor, kept, said, posted(request.POST), base, step, _first(request))
        shown.form.manner |= manner
        return _done(request, shown, verb)
    shown = Completing(actor, kept, said, of_document(steps.prefilled(base, row), manner), base, step)
    complete(shown.form, _tariff())
    of, wrong = _written(shown)
    found = [*wrong, *_found(shown, of, verb, request.lang)]
    shown.first = frozenset(
        one.pointer.replace("/", "-") for one in found if one.level == "refuse" and _is_empty(of, one.pointer)
    )
    shown.findings = [Finding.from_dict(one) for one in step.findings] if step is not None else []
    shown.judged = bool(shown.findings)
    return page(request, shown, verb)


def _own(number: int, actor: Actor) -> DeclarationVersion:
    kept = queries.present(number, to=actor)
    if kept is None or kept.declaration.agent_id != actor.enterprise:
        raise Http404
    return kept


def _verb(row: Declaration, actor: Actor) -> str:
    possible = DECLARATION.open_to(row.state, actor.role)
    return next((one for one in ("complete", "make_whole") if one in possible), "")


def _first(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.get("first", "")[:_LONGEST].split())


def _is_empty(of: Any, pointer: str) -> bool:
    block, _, rest = pointer.partition("/")
    place, _, name = rest.partition("/")
    if not rest:
        return block in BLOCKS["head"].fields and getattr(of, block) in (None, "")
    rows = of.items if block == "item" and place.isdecimal() else []
    return bool(rows) and int(place) <= len(rows) and getattr(rows[int(place) - 1], name, "") in (None, "")


def _written(shown: Completing) -> tuple[Any, list[Finding]]:
    of, wrong = document(shown.form)
    kept = {
        name: getattr(shown.base, name) for name in fields.GIVEN | {"Type", "AgentCode", "AgentName", "AgentCodeScc"}
    }
    unasked = {name: getattr(shown.base, name) for name in fields.further() if getattr(of, name) is None}
    return msgspec.structs.replace(of, **(unasked | kept)), wrong


def _found(shown: Completing, of: Any, verb: str, lang: str) -> list[Finding]:
    try:
        return steps.judged(shown.row, of, shown.said, shown.step, whole=verb == "make_whole", at=timezone.now())
    except NotConfigured as why:
        shown.problem = why.text(lang)
        return []


def _done(request: HttpRequest, shown: Completing, verb: str) -> HttpResponse:
    act, now = request.POST.get("do", "check"), timezone.now()
    complete(shown.form, _tariff())
    of, wrong = _written(shown)
    if act == "check" or wrong:
        shown.findings, shown.judged = [*wrong, *_found(shown, of, verb, request.lang)], True
        return page(request, shown, verb, status=409 if wrong and act != "check" else 200)
    try:
        if act == "save":
            actions.save_complete(shown.row.pk, of, by=shown.actor, at=now)
            notices.success(request, text("desk.two.saved", request.lang))
            return redirect("declaration_complete", number=shown.row.pk)
        row = getattr(actions, verb)(shown.row.pk, of, by=shown.actor, at=now)
    except Refused as refused:
        shown.findings, shown.judged = refused.findings, True
    except (NotNow, NotYours, NotConfigured) as refused:
        shown.problem = refused.text(request.lang)
    else:
        notices.success(request, text(f"desk.two.done.{verb}", request.lang, number=row.number))
        return redirect("declaration", number=row.pk)
    return page(request, shown, verb, status=409)


def page(request: HttpRequest, shown: Completing, verb: str, status: int = 200) -> HttpResponse:
    """Show the form with what is missing first, and what is wrong beside its fields."""
    lang, found = request.lang, remarks(shown.findings, request.lang)
    entries = CompletingEntries(shown.form, found, lang)
    entries.first = shown.first
    context = {
        "row": shown.row, "step": shown.step, "form": shown.form, "remarks": found, "judged": shown.judged,
        "problem": shown.problem, "lists": lists(lang), "entries": entries, "verb": verb,
        "refusing": sum(one.refuses for one in found), "first": " ".join(sorted(shown.first)),
        "taxes": Sheet.from_dict(shown.kept.sheet) if shown.kept.sheet else None,
    }  # fmt: skip
    return render(request, "desk/declarations/complete.html", context, status=status)
