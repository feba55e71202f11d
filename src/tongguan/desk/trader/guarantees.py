"""Guarantees for taxes (税款担保): a firm's own, filing one, and what each secures; customs see and decide all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import days_left
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader.references import About, about
from tongguan.desk.trader.requests import searched, today
from tongguan.desk.written import written
from tongguan.journal.queries import story
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import template, text
from tongguan.revenue.guarantees import actions, queries
from tongguan.revenue.guarantees.rules import KINDS, SCOPES
from tongguan.revenue.guarantees.states import GUARANTEE, HOLDERS, SECURED
from tongguan.revenue.guarantees.terms import claim_by
from tongguan.revenue.models import Guarantee, Secured

LONGEST = {"kind": 12, "total": 20, "guarantor": 60, "document": 40, "valid_from": 10, "valid_to": 10}
_OF_ENTRIES = ("debited", "restored", "adjusted")
REASONED = ("refuse", "suspend")
SECONDED = ("accept",)  # large ones by two, with a reason


@dataclass(slots=True)
class Field:
    """A field of the form: what was written, and what is wrong with it."""

    name: str
    value: str
    longest: int
    wrong: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """How a browser asks for it."""
        return "date" if self.name.startswith("valid_") else "text"


@dataclass(frozen=True, slots=True)
class Line:
    """A guarantee in a list, and at the head of its page."""

    row: Guarantee
    mark: words.Mark
    kind: str
    firm: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Use:
    """What a guarantee secures, as its page shows it, and by when it is to be secured anew or claimed."""

    row: Secured
    mark: words.Mark
    scope: str
    about: About
    by: date | None = None
    days: int | None = None


def line(row: Guarantee, on: date, lang: str) -> Line:
    """Return a guarantee as a list shows it."""
    mark = words.Mark(GUARANTEE.group(row.state), text(f"guarantee.state.{row.state}", lang))
    counted = (row.valid_to - on).days if row.state in ("active", "exhausted") else None
    return Line(row, mark, text(f"guarantee.kind.{row.kind}", lang), row.holder.name(lang), counted)


def uses(rows: Sequence[Secured], lang: str, on: date | None = None) -> list[Use]:
    """Return what is secured as a page shows it, with its clock on a day where guarantees have ended. One query at most."""
    names, made = about(row.reference for row in rows), []
    for row in rows:
        by = _clock(row.guarantee) if on is not None and row.state == "open" else None
        made.append(Use(
            row, words.Mark(SECURED.group(row.state), text(f"secured.state.{row.state}", lang)),
            text(f"guarantee.scope.{row.scope}", lang), names[row.reference], by,
            (by - on).days if by is not None and on is not None else None,
        ))  # fmt: skip
    return made


def _clock(of: Guarantee) -> date | None:
    if of.resecure_by is not None or of.state != "expired":
        return of.resecure_by
    return claim_by(of.kind, of.valid_to, of.valid_to)


def listing(lang: str) -> Listing:
    """Return the list of guarantees."""
    columns = (
        Column(
            "number", "desk.guarantees.column.number", lambda one: one.row.number, "code",
            lambda one: reverse("guarantee", args=[one.row.number]),
        ),
        Column("state", "desk.guarantees.column.state", lambda one: one.mark, "mark"),
        Column("kind", "desk.guarantees.column.kind", lambda one: one.kind),
        Column("holder", "desk.guarantees.column.holder", lambda one: one.firm, lang="zh-Hans"),
        Column("total", "desk.guarantees.column.total", lambda one: one.row.total, "money"),
        Column("used", "desk.guarantees.column.used", lambda one: one.row.used, "money"),
        Column("left", "desk.guarantees.column.left", lambda one: one.row.left, "money"),
        Column(
            "until", "desk.guarantees.column.until", lambda one: one.row.valid_to, "day",
            beside=lambda one: days_left(one.days, lang),
        ),
        Column("decide_by", "desk.guarantees.column.decide_by", lambda one: one.row.decide_by, "day", spare=True),
        Column("code", "desk.guarantees.column.code", lambda one: one.row.holder.code, "code", spare=True),
        Column("document", "desk.guarantees.document", lambda one: one.row.document, "code", spare=True),
    )  # fmt: skip
    return Listing("guarantees", "desk.guarantees.title", columns, ("state", "q"))


@require_safe
@signed_in
def guarantees(request: HttpRequest) -> HttpResponseBase:
    """List guarantees, newest first, of one state or found by a number."""
    actor, on, number = acting(request), today(), searched(request)
    assert actor is not None
    state = request.GET.get("state", "")
    state = state if state in GUARANTEE.states else ""

    def found(most: int, before: int | None = None) -> list[Line]:
        rows = queries.guarantees(to=actor, state=state, number=number, before=before, limit=most)
        return [line(row, on, request.lang) for row in rows]

    of = listing(request.lang)
    if (whole := of.answer(request, found)) is not None:
        return whole
    shown = found(queries.PAGE + 1, place(request, "before"))
    page = shown[: queries.PAGE]
    context = {
        "list": of.shown(request, page),
        "turning": turning(request, "before", page[-1].row.pk if len(shown) > queries.PAGE else None),
        "tabs": tabs(request, "state", state, [(one, f"guarantee.state.{one}") for one in GUARANTEE.states]),
        "number": number,
        "may_file": actor.role in HOLDERS,
        "customs": actor.role in queries.SEES_ALL,
        "anew": uses(_anew(actor), request.lang, on),
    }
    return render(request, "desk/revenue/guarantees.html", context)


def _anew(actor: Actor) -> list[Secured]:
    return [] if actor.role in queries.SEES_ALL else queries.to_secure_anew(to=actor)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_guarantee(request: HttpRequest) -> HttpResponse:
    """Write a guarantee down, as a draft or to be filed with customs at once."""
    actor = only(request, HOLDERS, machine="guarantee", verb="file")
    given = {name: written(request, name, most) for name, most in LONGEST.items()}
    chosen = [one for one in request.POST.getlist("scopes") if one in SCOPES]
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        verb = "file" if request.POST.get("verb") == "file" else "save"
        row, problems = _drafted(actor, given, chosen, verb, request.lang)
        if row is not None:
            notices.success(request, text(f"desk.guarantees.done.{verb}", request.lang))
            return redirect("guarantee", number=row.number)
    context = {
        "fields": [
            Field(name, given[name], most, problems.get(name, [])) for name, most in LONGEST.items() if name != "kind"
        ],
        "kinds": [(one, text(f"guarantee.kind.{one}", request.lang), one == given["kind"]) for one in KINDS],
        "scopes": [(one, text(f"guarantee.scope.{one}", request.lang), one in chosen) for one in SCOPES],
        "problems": [one for each in problems.values() for one in each],
        "wrong": problems,
    }
    return render(request, "desk/revenue/new_guarantee.html", context, status=409 if problems else 200)


def amount(given: str) -> Decimal:
    """Return an amount as somebody wrote it; what is no number is none, and the rules refuse it."""
    try:
        return Decimal(given.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return Decimal("NaN")


def _drafted(
    actor: Actor, given: dict[str, str], scopes: list[str], verb: str, lang: str
) -> tuple[Guarantee | None, dict[str, list[str]]]:
    """Return the guarantee that was made, or what is wrong by field."""
    days, problems = {}, {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = date.fromisoformat(given[name])
        except ValueError:
            problems[name] = [text("desk.guarantees.no_date", lang, found=given[name])]
    if problems:
        return None, problems
    at = timezone.now()
    try:
        row = actions.draft(
            given["kind"], amount(given["total"]), scopes=scopes, guarantor=given["guarantor"],
            document=given["document"], **days, by=actor, at=at,
        )  # fmt: skip
        return (actions.file(row.number, by=actor, at=at) if verb == "file" else row), {}
    except Refused as refused:
        for one in refused.findings:
            if one.pointer == "total":
                one.values["found"] = given["total"]  # as it was written, also where it is no number
            problems.setdefault(one.pointer, []).append(said(one, lang))
        return None, problems


def said(finding: Any, lang: str) -> str:
    """Return a finding in words; uses of guarantees that it names are named in the language too."""
    allowed = finding.values.get("allowed")
    if allowed:
        finding.values["allowed"] = [text(f"guarantee.scope.{one}", lang) for one in allowed]
    if (scope := finding.values.get("scope")) and (name := template(f"guarantee.scope.{scope}", lang)):
        finding.values["scope"] = name
    return finding.text(lang)


@require_safe
@signed_in
def guarantee(request: HttpRequest, number: str) -> HttpResponse:
    """Show a guarantee: what is left, what it secures, every entry of its account, and what can be done with it."""
    return page(request, seen(request, number))


def seen(request: HttpRequest, number: str) -> Guarantee:
    """Return a guarantee that is the reader's firm's, or that he oversees; raises Http404 for others."""
    actor = acting(request)
    row = queries.guarantee(number, to=actor) if actor is not None and "\x00" not in number else None
    if row is None:
        raise Http404
    return row


def page(request: HttpRequest, row: Guarantee, problems: list[str] | None = None) -> HttpResponse:
    """Show the page of a guarantee, with what was wrong when something was tried."""
    actor, lang, posted = acting(request), request.lang, problems is not None
    assert actor is not None
    before = None if posted else place(request, "before")
    found = queries.entries(row, before=before, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    verbs = GUARANTEE.open_to(row.state, actor.role)
    context = {
        "row": row,
        "line": line(row, today(), lang),
        "scopes": [text(f"guarantee.scope.{one}", lang) for one in row.scopes],
        "says": text(f"desk.guarantees.says.{row.state}", lang, day=row.decide_by),
        "uses": uses(shown, lang),
        "decide_days": (row.decide_by - today()).days if row.decide_by else None,
        "release_days": (row.release_by - today()).days if row.release_by and row.state != "released" else None,
        "turning": turning(request, "before", shown[-1].pk if len(found) > queries.PAGE else None),
        "movements": _moved(row),
        "forms": [(verb, verb in REASONED, verb in SECONDED) for verb in verbs if verb not in ("expire", "consume")],
        "onsite": row.kind == "onsite" and row.in_force,
        "supervises": row.kind == "onsite" and actor.role == "officer" and row.in_force and row.state != "released",
        "may_resecure": actor.role in HOLDERS and row.resecure_by is not None,
        "course": [words_of(one, lang) for one in reversed(story(row)) if not one.what.endswith(_OF_ENTRIES)],
        "problems": problems,
    }
    return render(request, "desk/revenue/guarantee.html", context, status=409 if problems else 200)


def _moved(row: Guarantee) -> list[tuple[queries.Movement, About]]:
    found = queries.movements(row) if row.in_force else []
    names = about(one.reference for one in found)
    return [(one, names[one.reference]) for one in found]


def words_of(event: Any, lang: str) -> tuple[Any, str, str]:
    """Return when something happened, what it is called, and who did it."""
    return (
        event.at,
        template(f"event.{event.what}", lang) or event.what,
        template(f"role.{event.role}", lang) or event.role,
    )


@require_POST
@signed_in
def change_guarantee(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """File, take back, decide, suspend or release a guarantee, or let another secure what it does."""
    row, actor = seen(request, number), acting(request)
    assert actor is not None
    reason, at = written(request, "reason", 400), timezone.now()
    done = _verbs(request, row.number, reason, actor, at).get(verb)
    if done is None:
        raise Http404
    if verb in REASONED and not reason:
        return page(request, row, [text("desk.guarantees.no_reason", request.lang)])
    try:
        if (waits := alone_or_proposed(request, actor, done, reason, reverse("guarantee", args=[number]))) is not None:
            return waits
    except Refused as refused:
        return page(request, row, [said(one, request.lang) for one in refused.findings])
    except (NotNow, NotYours) as refused:
        return page(request, row, [refused.text(request.lang)])
    except Guarantee.DoesNotExist:
        raise Http404 from None
    notices.success(request, text(f"desk.guarantees.done.{verb}", request.lang))
    return redirect("guarantee", number=row.number)


def _verbs(request: HttpRequest, number: str, reason: str, actor: Actor, at: Any) -> dict[str, Callable[[], object]]:
    named: dict[str, Any] = {"by": actor, "at": at}
    piece = written(request, "piece", 30)

    def resecure() -> object:
        if actor.role not in HOLDERS:
            raise NotYours(machine="guarantee", verb="file", role=actor.role, roles=sorted(HOLDERS))
        other, reference = written(request, "other", 20), written(request, "reference", 60)
        held = queries.entry(reference)
        if held is None or held.guarantee.number != number:
            raise Guarantee.DoesNotExist
        return actions.resecure(reference, other, **named)

    return {
        "file": lambda: actions.file(number, **named),
        "take_back": lambda: actions.take_back(number, **named),
        "accept": lambda: actions.accept(number, extended="extended" in request.POST, words=reason, **named),
        "refuse": lambda: actions.refuse(number, reason=reason, **named),
        "suspend": lambda: actions.suspend(number, reason=reason, **named),
        "resume": lambda: actions.resume(number, **named),
        "ask_back": lambda: actions.ask_back(number, **named),
        "release": lambda: actions.release(number, reason=reason, **named),
        "resecure": resecure,
        "secure_piece": lambda: actions.secure_piece(number, piece, amount(written(request, "amount", 20)), **named),
        "account_for": lambda: actions.account_for(number, piece, written(request, "document", 100), **named),
        "end_onsite": lambda: actions.end_onsite(number, reason=reason, **named),
    }
