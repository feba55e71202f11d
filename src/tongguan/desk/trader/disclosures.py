"""Disclosures (主动披露): those of a firm, one with what it would come to, writing one down; customs decide on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.compliance import actions, queries
from tongguan.compliance.actions import save
from tongguan.compliance.actions.disclosing import case_of
from tongguan.compliance.advice import Advice, advised
from tongguan.compliance.cases import OFFICERS
from tongguan.compliance.models import Disclosure
from tongguan.compliance.rules.filing import MOST_WORDS
from tongguan.compliance.states import DISCLOSURE, FIRM, OFFICER, PENALTIES, SEES_ALL, STAGES
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.public.disclosure import TONES
from tongguan.desk.public.disclosure import told as shown_advice
from tongguan.desk.trader import disclosure_form
from tongguan.desk.trader.errors import FAILS, told
from tongguan.desk.trader.licence_form import number as amount_of
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.revenue.payments.order import in_order
from tongguan.revenue.payments.queries import bills_of

READERS = SEES_ALL | FIRM
_SPENT = {"refused", "taken_back"}


@dataclass(frozen=True, slots=True)
class Line:
    """A disclosure in a list: its kind, firm, outcome and state."""

    row: Disclosure
    kind: str
    firm: str
    outcome: words.Mark | None
    mark: words.Mark


def lines_of(rows: list[Disclosure], lang: str) -> list[Line]:
    """Return disclosures as a list shows them."""
    return [
        Line(
            row,
            text(f"compliance.kind.{row.kind}", lang),
            row.enterprise.name(lang),
            outcome_of(row, lang),
            mark(row, lang),
        )
        for row in rows
    ]


def mark(row: Disclosure, lang: str) -> words.Mark:
    """Return the state of a disclosure as it is shown."""
    tone = "draft" if row.state in _SPENT else DISCLOSURE.group(row.state)
    return words.Mark(tone, text(f"disclosure.state.{row.state}", lang))


def outcome_of(row: Disclosure, lang: str) -> words.Mark | None:
    """Return what became of a disclosure by the law of its day; None before it was filed."""
    if not row.outcome:
        return None
    return words.Mark(TONES.get(row.outcome, "needs_you"), text(f"compliance.outcome.{row.outcome}", lang))


LISTING = Listing(
    "disclosures", "desk.disclosure.title",
    (
        Column("id", "desk.disclosure.number", lambda one: f"{one.row.pk}", "text",
               lambda one: reverse("disclosure", args=[one.row.pk])),
        Column("kind", "desk.disclosure.field.kind", lambda one: one.kind),
        Column("firm", "desk.disclosure.firm", lambda one: one.firm, lang="zh-Hans"),
        Column("breach", "desk.disclosure.field.breach", lambda one: one.row.breach_on, "day"),
        Column("disclosed", "desk.disclosure.disclosed_on", lambda one: one.row.disclosed_on, "day"),
        Column("underpaid", "desk.disclosure.underpaid", lambda one: one.row.underpaid, "money"),
        Column("outcome", "desk.disclosure.outcome", lambda one: one.outcome.text if one.outcome else ""),
        Column("state", "desk.disclosure.state", lambda one: one.mark, "mark"),
        Column("decide_by", "desk.disclosure.decide_by", lambda one: one.row.decide_by, "day", spare=True),
    ),
    ("stage", "q"),
)  # fmt: skip


def reader(request: HttpRequest) -> Actor:
    """Return who looks at disclosures; raises PermissionDenied."""
    return only(request, READERS, machine="disclosure", verb="see")


@require_safe
@signed_in
def disclosures(request: HttpRequest) -> HttpResponseBase:
    """List disclosures, the newest first: of a stage, or of a declaration."""
    actor, lang = reader(request), request.lang
    stage = request.GET.get("stage", "")
    q = request.GET.get("q", "").replace("\0", "").strip()[:18]
    asked = {"stage": stage if stage in STAGES["disclosures"] else "", "q": q}
    whole = LISTING.answer(
        request, lambda most: lines_of(queries.listed(Disclosure, to=actor, limit=most, **asked), lang)
    )
    if whole is not None:
        return whole
    found = queries.listed(Disclosure, to=actor, before=place(request, "before"), limit=queries.PAGE + 1, **asked)
    page = found[: queries.PAGE]
    stages = [
        (one, f"desk.disclosure.stage.{one}") for one in STAGES["disclosures"] if one != "draft" or actor.role in FIRM
    ]
    context = {
        "list": LISTING.shown(request, lines_of(page, lang)),
        "tabs": tabs(request, "stage", asked["stage"], stages),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "wanted": asked,
        "files": actor.role in FIRM,
    }
    return render(request, "desk/disclosures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def disclosure_form_page(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the form of a disclosure, a new one or a draft, and keep what is written in it."""
    actor, lang = only(request, FIRM, machine="disclosure", verb="save"), request.lang
    on, row = timezone.localdate(), seen(number, actor) if number is not None else None
    if row is not None and "save" not in DISCLOSURE.open_to(row.state, actor.role):
        raise Http404
    if request.method != "POST":
        given = (
            disclosure_form.kept_in(row)
            if row is not None
            else {"declaration": [request.GET.get("declaration", "")[:18]]}
        )
        return _form_page(request, disclosure_form.form(given, on, lang))
    given, more = disclosure_form.written_in(request), "more" in request.POST
    form = disclosure_form.form(given, on, lang, more=more)
    if more:
        return _form_page(request, form)
    try:
        done = save(disclosure_form.statement(given), number=row and row.pk, by=actor, at=timezone.now())
    except Refused as refused:
        form.point(refused.findings, lang)
    except FAILS as refused:
        form.problems += told(refused, lang)
    else:
        notices.success(request, text("desk.disclosure.done.save", lang))
        return redirect("disclosure", number=done.pk)
    return _form_page(request, form, status=409)


def _form_page(request: HttpRequest, form: disclosure_form.Form, status: int = 200) -> HttpResponse:
    return render(
        request,
        "desk/disclosure_form.html",
        {"form": form, "many": len(form.rows) < disclosure_form.MOST_LINES},
        status=status,
    )


@require_safe
@signed_in
def disclosure(request: HttpRequest, number: int) -> HttpResponse:
    """Show a disclosure: what it says, what it comes to by the law of its day, and what happened to it."""
    actor = reader(request)
    return page_of(request, actor, seen(number, actor))


def seen(number: int, actor: Actor) -> Disclosure:
    """Return a disclosure somebody may see; raises Http404."""
    row = queries.one(Disclosure, number, to=actor)
    if row is None:
        raise Http404
    return row


def advice_of(row: Disclosure, on: date) -> Advice:
    """Return what would become of a draft today, or became of what was filed; raises Refused, NotConfigured."""
    of = case_of(row, row.disclosed_on or on, row.against)
    return advised(of, paid_on=row.paid_on)


def page_of(
    request: HttpRequest, actor: Actor, row: Disclosure, *, problems: list[str] | None = None,
    kept: dict[str, Any] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Return the page of a disclosure, also as the answer to a form that was refused."""
    lang, [line] = request.lang, lines_of([row], request.lang)
    advice, why = None, []
    try:
        advice = shown_advice(advice_of(row, timezone.localdate()), lang)
    except (Refused, NotConfigured) as refused:
        why = told(refused, lang)
    context = {
        "line": line,
        "row": row,
        "advice": advice,
        "why": why,
        "nature": text(f"compliance.nature.{row.nature}", lang) if row.nature else "",
        "kinds": [
            (text(f"revenue.kind.{kind}", lang), amount)
            for kind, amount in in_order(row.amounts, timezone.localdate(row.made_at)).items()
        ],
        "conditions": [text(f"compliance.condition.{one}", lang) for one in row.conditions],
        "penalty": text(f"compliance.penalty.{row.penalty}", lang) if row.penalty else "",
        "findings": [Finding.from_dict(one).text(lang) for one in row.findings],
        "bills": bills_of(str(row)) if row.state in ("accepted", "settled") else [],
        "verbs": DISCLOSURE.open_to(row.state, actor.role),
        "against": [(one, text(f"compliance.against.{one}", lang)) for one in OFFICERS],
        "penalties": [(one, text(f"compliance.penalty.{one}", lang)) for one in PENALTIES],
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
        "problems": problems,
        "kept": kept or {},
        "longest": MOST_WORDS,
    }
    return render(request, "desk/disclosure.html", context, status=status)


def _kinds(row: Disclosure, lang: str) -> list[tuple[str, Decimal]]:
    """Return the tax that was underpaid, by the name of its kind, in the order in which it is settled."""
    amounts = in_order(row.amounts, timezone.localdate(row.made_at))
    return [(text(f"revenue.kind.{kind}", lang), amount) for kind, amount in amounts.items()]


@require_POST
@signed_in
def change_disclosure(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """File a draft or take it back, for a firm; accept or refuse what was filed, for customs."""
    if verb not in ("file", "take_back", "accept", "refuse"):
        raise Http404
    actor = only(request, FIRM if verb in ("file", "take_back") else {OFFICER}, machine="disclosure", verb=verb)
    row = seen(number, actor)
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    kept = {name: written(request, name, MOST_WORDS) for name in ("words", "penalty", "fine")}
    try:
        if verb == "accept":
            fine = amount_of(kept["fine"]) if kept["fine"] else Decimal(0)
            waives = bool(request.POST.get("waives"))
            actions.accept(
                row.pk, penalty=kept["penalty"] or "none", fine=fine, waives=waives, words=kept["words"], **who
            )
        elif verb == "refuse":
            actions.refuse(row.pk, kept["words"], against=request.POST.getlist("against")[: len(OFFICERS)], **who)
        else:
            (actions.file if verb == "file" else actions.take_back)(row.pk, **who)
    except FAILS as refused:
        problems = told(refused, request.lang)
        return page_of(request, actor, seen(number, actor), problems=problems, kept=kept, status=409)
    notices.success(request, text(f"desk.disclosure.done.{verb}", request.lang))
    return redirect("disclosure", number=row.pk)
