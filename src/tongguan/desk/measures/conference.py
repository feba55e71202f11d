"""The joint conference (联席会议): the measures it follows with lead, last day and evidence, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk.audience import acting, signed_in
from tongguan.desk.words import Mark
from tongguan.governance import actions, indicators, queries
from tongguan.governance.models import Issue, Measure
from tongguan.governance.register import Both, Unit, register
from tongguan.governance.seats import body_of, for_conference, for_issue, for_measure
from tongguan.governance.states import CONFERENCE, ISSUE, LEAD, MEASURE
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

from . import tables
from .forms import LONGEST_TITLE, attempt, day, reader, typed
from .titles import named, title_of


@dataclass(frozen=True, slots=True)
class Line:
    """A measure in a list: what the register calls it, its bodies by name, and its state."""

    row: Measure
    title: Both
    lead: str
    units: list[str]
    mark: Mark
    late: bool


@dataclass(frozen=True, slots=True)
class IssueLine:
    """An issue in a list: whose it is and who owns it, by name, and its state."""

    row: Issue
    whose: str
    owner: str
    mark: Mark


def line(row: Measure, lang: str) -> Line:
    """Return a measure as a list shows it."""
    mark = Mark(MEASURE.group(row.state), text(f"measure.state.{row.state}", lang))
    late = row.due is not None and row.done_on is None and row.due < timezone.localdate()
    units = [named(one, lang) for one in row.units]
    return Line(row, title_of(row.seed), named(row.lead, lang), units, mark, late)


def issue_line(row: Issue, lang: str) -> IssueLine:
    """Return an issue as a list shows it."""
    whose = row.enterprise.name(lang) if row.enterprise else named(row.body, lang)
    return IssueLine(
        row, whose, named(row.owner, lang), Mark(ISSUE.group(row.state), text(f"issue.state.{row.state}", lang))
    )


def verbs_of(row: Measure, actor: Actor) -> list[str]:
    """Return what a reader can do with a measure now."""
    body, on = body_of(actor), timezone.localdate()
    return MEASURE.open_to(row.state, for_measure(actor, body, row, on).role) if body else []


def issue_verbs(row: Issue, actor: Actor) -> list[str]:
    """Return what a reader can do with an issue now."""
    body, on = body_of(actor), timezone.localdate()
    return ISSUE.open_to(row.state, for_issue(actor, body, row, on).role) if body else []


def leads(actor: Actor) -> bool:
    """Say whether the reader's body leads the conference."""
    body = body_of(actor)
    return bool(body) and for_conference(actor, body, timezone.localdate()).role == CONFERENCE


@require_safe
@signed_in
def conference(request: HttpRequest) -> HttpResponse:
    """List the measures that are followed, those of a state or a body when asked, with what is overdue above."""
    actor, lang = reader(request), request.lang
    state, body = _chosen(request)
    late = queries.overdue(timezone.localdate())
    context = {
        "lines": [line(row, lang) for row in queries.followed(state=state, body=body)],
        "late": [line(row, lang) for row in late.measures],
        "unowned": [issue_line(row, lang) for row in late.unowned],
        "unfollowed": [issue_line(row, lang) for row in late.unfollowed],
        "state": state,
        "states": MEASURE.states,
        "body": body,
        "bodies": bodies(lang),
        "own": named(body_of(actor), lang),
        "query": urlencode({name: one for name, one in (("state", state), ("body", body)) if one}),
        "leads": leads(actor),
        "seeds": _seeds(lang) if leads(actor) else [],
    }
    return render(request, "desk/measures/conference.html", context)


def _chosen(request: HttpRequest) -> tuple[str, str]:
    """Return the state and the body that were chosen; what cannot be chosen is nothing chosen."""
    state, body = request.GET.get("state", ""), request.GET.get("body", "")
    return state if state in MEASURE.states else "", body if body in register().departments else ""


@require_safe
@signed_in
def conference_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the measures that are followed as a file for a spreadsheet (csv, xlsx)."""
    reader(request)
    state, body = _chosen(request)
    rows = tables.tracker_rows(queries.followed(state=state, body=body), timezone.localdate(), request.lang)
    return tables.response(form, "conference", tables.TRACKER, rows, request.lang)


def bodies(lang: str) -> list[tuple[str, str]]:
    """Return every body with its name."""
    return [(code, name[lang]) for code, name in register().departments.items()]


def _seeds(lang: str) -> list[tuple[str, str]]:
    return [(unit.id, unit.title[lang]) for unit in register().units()]


@require_POST
@signed_in
def plan(request: HttpRequest) -> HttpResponse:
    """Follow a clause or an item."""
    actor, seed = reader(request), typed(request, "seed", LONGEST_TITLE)
    units = request.POST.getlist("units")[:LONGEST_TITLE]

    def act() -> Measure:
        return actions.plan(
            seed, lead=typed(request, "lead"), units=units, due=day(request, "due"), by=actor, at=timezone.now()
        )

    made = attempt(request, act, "desk.conference.planned", seed=seed)
    return redirect("followed", seed=made.seed) if made else redirect("conference")


def seen(request: HttpRequest, seed: str) -> tuple[Actor, Measure]:
    """Return who reads and the measure; raises Http404 for one that is not followed."""
    actor, row = reader(request), queries.measure(seed)
    if row is None:
        raise Http404
    return actor, row


@require_safe
@signed_in
def followed(request: HttpRequest, seed: str) -> HttpResponse:
    """Show a measure that is followed: its bodies, its days, its evidence, its issues and its indicators."""
    actor, row = seen(request, seed)
    lang, unit = request.lang, _unit(seed)
    body, on = body_of(actor), timezone.localdate()
    context = {
        "line": line(row, lang),
        "row": row,
        "does": unit.does if unit else {"zh": "", "en": ""},
        "clause": register().clause(seed),
        "verbs": verbs_of(row, actor),
        "evidence": [(one, named(one.body, lang), bytes(one.digest).hex()) for one in queries.evidence_of(row)],
        "may_attach": bool(body) and for_measure(actor, body, row, on).role in (LEAD, CONFERENCE),
        "issues": [issue_line(one, lang) for one in row.issues.select_related("enterprise").order_by("-pk")],
        "indicators": indicators.compared({seed, seed.split(".")[0]}, at=timezone.now()),
    }
    return render(request, "desk/measures/followed.html", context)


def _unit(seed: str) -> Unit | None:
    return next((one for one in register().units() if one.id == seed), None)


@require_POST
@signed_in
def move(request: HttpRequest, seed: str, verb: str) -> HttpResponse:
    """Start, finish, block, resume or replicate a measure."""
    actor, row = seen(request, seed)
    if verb not in {move.verb for move in MEASURE.moves}:
        raise Http404

    def act() -> Measure:
        return actions.move(row.pk, verb, by=actor, at=timezone.now(), reason=typed(request, "reason"))

    attempt(request, act, f"desk.conference.moved.{verb}", seed=seed)
    return redirect("followed", seed=seed)


@require_POST
@signed_in
def attach(request: HttpRequest, seed: str) -> HttpResponse:
    """Keep a file as evidence."""
    actor, row = seen(request, seed)
    given = request.FILES.get("file")

    def act() -> Any:
        return actions.attach(
            row.pk, title=typed(request, "title", LONGEST_TITLE), name=(given.name or "")[:LONGEST_TITLE] if given else "",
            content=given.read() if given else b"", dated=day(request, "dated") or timezone.localdate(),
            by=actor, at=timezone.now(),
        )  # fmt: skip

    attempt(request, act, "desk.conference.attached", seed=seed)
    return redirect("followed", seed=seed)


@require_safe
@signed_in
def evidence(request: HttpRequest, seed: str, number: int) -> HttpResponse:
    """Download a file of evidence, as it was given; never shown inside a page of ours."""
    _, row = seen(request, seed)
    found = queries.evidence(number, row)
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{row.seed}-{found.pk}"'
    return response


def acting_for_a_firm(request: HttpRequest) -> Actor:
    """Return who acts for an enterprise; raises Http404 for others."""
    actor = acting(request)
    if actor is None or actor.enterprise is None:
        raise Http404
    return actor
