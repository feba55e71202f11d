"""Reliefs by the law itself (法定减免税): the claims of a firm, one of them, and claiming one for lines of a declaration."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.declarations import actions
from tongguan.declarations.days import day_of
from tongguan.declarations.models import Declaration
from tongguan.declarations.states import FILERS
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.declarations.editor import filer, own
from tongguan.desk.trader.declarations.page import read
from tongguan.desk.trader.references import about
from tongguan.desk.trader.requests import searched
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.revenue.legal import queries
from tongguan.revenue.legal.grounds import Ground, grounds
from tongguan.revenue.legal.rules import MOST_WORDS
from tongguan.revenue.legal.states import CLAIM, FIRM, SEES_ALL
from tongguan.revenue.models import LegalRelief
from tongguan.revenue.sheet import EXPORT_DUTY

READERS = SEES_ALL | FIRM
LONGEST_EVIDENCE = 80
_SPENT = {"refused", "cancelled"}


def mark_of(row: LegalRelief, lang: str) -> words.Mark:
    """Return the state of a claim as it is shown."""
    tone = "draft" if row.state in _SPENT else CLAIM.group(row.state)
    return words.Mark(tone, text(f"legal_relief.state.{row.state}", lang))


def listing(lang: str) -> Listing:
    """Return the list of claims."""
    own = "desk.legal.number"
    columns = (
        Column("number", own, lambda one: one.number, "code", lambda one: reverse("legal_relief", args=[one.number])),
        Column("ground", "desk.legal.ground", lambda one: text(f"legal.ground.{one.ground}", lang)),
        Column("declared", "desk.legal.declaration", lambda one: one.declared, "code",
               lambda one: reverse("declaration", args=[int(one.reference.partition("/")[2])])),
        Column("holder", "desk.legal.holder", lambda one: one.holder, "code"),
        Column("asked", "desk.legal.asked", lambda one: one.asked_at, "moment"),
        Column("state", "desk.legal.state", lambda one: mark_of(one, lang), "mark"),
        Column("office", "desk.legal.office", lambda one: one.office, "code", spare=True),
    )  # fmt: skip
    return Listing("legal_reliefs", "desk.legal.title", columns, ("state", "q"))


@require_safe
@signed_in
def legal_reliefs(request: HttpRequest) -> HttpResponseBase:
    """List claims, the newest first; of a state, or by their number, that of the declaration, or the firm."""
    actor, lang = only(request, READERS, machine=CLAIM.name, verb="see"), request.lang
    state, number = request.GET.get("state", ""), searched(request)
    state = state if state in CLAIM.states else ""
    asked: dict[str, Any] = {"to": actor, "state": state, "number": number}
    whole = listing(lang).answer(request, lambda most: queries.claims(**asked, limit=most))
    if whole is not None:
        return whole
    found = queries.claims(**asked, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "list": listing(lang).shown(request, page), "number": number,
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "tabs": tabs(request, "state", state, [(one, f"legal_relief.state.{one}") for one in CLAIM.states]),
        "claims": actor.role in FILERS,
    }  # fmt: skip
    return render(request, "desk/legal/list.html", context)


@require_safe
@signed_in
def legal_relief(request: HttpRequest, number: str) -> HttpResponse:
    """Show a claim: what is claimed with which evidence, what customs decided, and what happened to it."""
    actor = only(request, READERS, machine=CLAIM.name, verb="see")
    return page_of(request, actor, seen(number, actor))


def seen(number: str, actor: Actor) -> LegalRelief:
    """Return a claim somebody may see; raises Http404."""
    row = queries.claim(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Http404
    return row


def page_of(
    request: HttpRequest, actor: Actor, row: LegalRelief, problems: list[str] | None = None, **kept: str
) -> HttpResponse:
    """Return the page of a claim, also as the answer to a decision that was refused."""
    lang, of = request.lang, grounds(row.law_day).get(row.ground)
    over = (
        of is not None and row.prior_on is not None and (last := of.last_day(row.prior_on, extended=False)) is not None
    )
    context = {
        "row": row, "mark": mark_of(row, lang), "ground": text(f"legal.ground.{row.ground}", lang), "of": of,
        "taxes": [text(f"revenue.kind.{kind}", lang) for kind in of.taxes if (kind == EXPORT_DUTY) == _leaves(row)] if of else [],
        "evidence": [_evidence(one, lang) for one in row.evidence],
        "cause": text(f"legal.cause.{row.cause}", lang) if row.cause else "",
        "about": about([row.reference])[row.reference], "problems": problems, "kept": kept, "longest": MOST_WORDS,
        "verbs": CLAIM.open_to(row.state, actor.role),
        "last": last if over else None,
        "needs_extension": over and row.law_day > last,
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
    }  # fmt: skip
    return render(request, "desk/legal/one.html", context, status=409 if problems else 200)


def _leaves(row: LegalRelief) -> bool:
    """Say whether the goods leave: the ninth place of the number of a declaration is 1 for imports, 0 for exports."""
    return row.declared[8:9] in ("0", "E")


def _evidence(one: str, lang: str) -> tuple[str, str]:
    kind, _, said = one.partition(":")
    found = codes("relief_evidence").get(kind.strip())
    return (found.text(lang), said.strip()) if found else ("", one)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def legal_claim(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form of a claim for lines of a declaration, and take it."""
    actor = filer(request, "ask")
    row = own(number, actor)
    if row.accepted_at is None:
        raise Http404
    if request.method != "POST":
        return _form(request, row, [])
    given = _given(request)
    try:
        made = actions.claim_relief(row.pk, by=actor, at=timezone.now(), **given)
    except Refused as refused:
        return _form(request, row, refused.findings)
    except (NotNow, NotYours) as refused:
        return _form(request, row, [], refused.text(request.lang))
    notices.success(request, text("desk.legal.done.claim", request.lang, number=made.number))
    return redirect("legal_relief", number=made.number)


def _given(request: HttpRequest) -> dict[str, Any]:
    """Return what was written into the form."""
    pieces = [
        (one.code, written(request, f"evidence-{one.code}", LONGEST_EVIDENCE)) for one in codes("relief_evidence")
    ]
    ticked = [one[:4] for one in request.POST.getlist("line")]
    return {
        "ground": written(request, "ground", 20), "lines": [int(one) for one in ticked if one.isascii() and one.isdecimal()],
        "evidence": [f"{code}: {said}" for code, said in pieces if said], "words": written(request, "words", MOST_WORDS),
        "prior": written(request, "prior", 18), "prior_on": _day(request, "prior_on"),
        "cause": written(request, "cause", 20), "claims_until": _day(request, "claims_until"),
    }  # fmt: skip


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(written(request, name, 10))
    except ValueError:
        return None


def _form(request: HttpRequest, row: Declaration, found: list[Finding], problem: str = "") -> HttpResponse:
    lang, of = request.lang, read(row)
    given = _given(request) if request.method == "POST" else None
    chosen = given["ground"] if given else ""
    assert row.accepted_at is not None
    known = [one for one in grounds(day_of(row.accepted_at)).values() if row.direction in one.directions]
    context = {
        "row": row, "problem": problem, "longest": MOST_WORDS,
        "lines": [(n, one.CodeTS or "", one.GName or "", given is not None and n in given["lines"])
                  for n, one in enumerate(of.items if of is not None else [], 1)],
        "grounds": [(one.name, text(f"legal.ground.{one.name}", lang), _wanted(one, lang), one.name == chosen) for one in known],
        "evidence": [(one.code, one.text(lang), written(request, f"evidence-{one.code}", LONGEST_EVIDENCE))
                     for one in codes("relief_evidence")],
        "causes": [(one, text(f"legal.cause.{one}", lang), given is not None and one == given["cause"])
                   for one in dict.fromkeys(cause for ground in known for cause in ground.causes)],
        "kept": {name: written(request, name, MOST_WORDS) for name in ("prior", "prior_on", "claims_until", "words")},
        "remarks": [(one.text(lang), _id_of(one.pointer)) for one in found],
    }  # fmt: skip
    return render(request, "desk/legal/new.html", context, status=409 if found or problem else 200)


def _wanted(one: Ground, lang: str) -> str:
    named = [kind.text(lang) for each in one.evidence if (kind := codes("relief_evidence").get(each))]
    return ("、" if lang == "zh" else ", ").join(named)


def _id_of(pointer: str) -> str:
    first = pointer.partition("/")[0]
    return {"lines": "lines", "evidence": "evidence", "ground": "grounds"}.get(first, first)
