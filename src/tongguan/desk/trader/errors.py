"""Errors in declarations (报关差错): those of a firm with its rate, one with its review; customs find and decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.compliance import actions, queries
from tongguan.compliance.models import ErrorRecord
from tongguan.compliance.rules.errors import MOST_WORDS
from tongguan.compliance.states import ERROR, FIRM, OFFICER, SEES_ALL, STAGES
from tongguan.declarations.queries import declaration as find_declaration
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

READERS = SEES_ALL | FIRM
FAILS = (Refused, NotNow, NotYours, NotConfigured, Uncountable)


@dataclass(frozen=True, slots=True)
class Line:
    """An error in a list: what kind it is, whether it counts and why not, and its state."""

    row: ErrorRecord
    kind: str
    counts: str
    mark: words.Mark
    lang: str

    @property
    def agent(self) -> str:
        """The firm that declared."""
        return self.row.agent.name(self.lang)


def lines_of(rows: list[ErrorRecord], lang: str) -> list[Line]:
    """Return errors as a list shows them."""
    return [
        Line(
            row, text(f"compliance.error.{row.kind}", lang), why(row, lang),
            words.Mark("needs_you" if row.counted else ERROR.group(row.state), text(f"error_record.state.{row.state}", lang)),
            lang,
        )
        for row in rows
    ]  # fmt: skip


def why(row: ErrorRecord, lang: str) -> str:
    """Return whether an error counts, and if not why."""
    if row.counted:
        return text("desk.errors.counts", lang)
    if row.exempt:
        return text(f"compliance.exempt.{row.exempt}", lang)
    return text("desk.errors.disclosed" if row.disclosed else "desk.errors.corrected", lang)


LISTING = Listing(
    "errors", "desk.errors.title",
    (
        Column("id", "desk.errors.number", lambda one: f"{one.row.pk}", "text", lambda one: reverse("error", args=[one.row.pk])),
        Column("declaration", "desk.errors.declaration", lambda one: one.row.number, "text",
               lambda one: reverse("declaration", args=[one.row.declaration_id])),
        Column("kind", "desk.errors.kind", lambda one: one.kind),
        Column("agent", "desk.errors.agent", lambda one: one.agent, lang="zh-Hans"),
        Column("recorded", "desk.errors.recorded", lambda one: one.row.recorded_on, "day"),
        Column("counts", "desk.errors.whether", lambda one: one.counts),
        Column("until", "desk.errors.until", lambda one: one.row.review_until, "day"),
        Column("state", "desk.errors.state", lambda one: one.mark, "mark"),
    ),
    ("stage", "q"),
)  # fmt: skip


def reader(request: HttpRequest) -> Actor:
    """Return who looks at errors; raises PermissionDenied."""
    return only(request, READERS, machine="error_record", verb="see")


@require_safe
@signed_in
def errors(request: HttpRequest) -> HttpResponseBase:
    """List errors, the newest first: of a stage, or of a declaration; with the rate of this year."""
    actor, lang = reader(request), request.lang
    stage = request.GET.get("stage", "")
    q = request.GET.get("q", "").replace("\0", "").strip()[:18]
    asked = {"stage": stage if stage in STAGES["errors"] else "", "q": q}

    def rows(most: int) -> list[Line]:
        return lines_of(queries.listed(ErrorRecord, to=actor, limit=most, **asked), lang)

    whole = LISTING.answer(request, rows)
    return whole if whole is not None else list_page(request, actor, asked)


def list_page(
    request: HttpRequest, actor: Actor, asked: dict[str, str], *, problems: list[str] | None = None,
    kept: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Return the page of the list, also as the answer to a record that was refused."""
    lang, on = request.lang, timezone.localdate()
    since = date(on.year, 1, 1)
    found = queries.listed(ErrorRecord, to=actor, before=place(request, "before"), limit=queries.PAGE + 1, **asked)
    page = found[: queries.PAGE]
    kinds = queries.kinds(actor, since, on)
    context = {
        "list": LISTING.shown(request, lines_of(page, lang)),
        "tabs": tabs(request, "stage", asked["stage"], [(one, f"desk.errors.stage.{one}") for one in STAGES["errors"]]),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "wanted": asked,
        "rate": queries.rate(actor.enterprise, since, on) if actor.enterprise is not None else None,
        "kinds": [(text(f"compliance.error.{kind}", lang), *counts) for kind, counts in sorted(kinds.items())],
        "year": on.year,
        "records": actor.role == OFFICER,
        "problems": problems,
        "kept": kept or {},
        "longest": MOST_WORDS,
    }
    return render(request, "desk/errors.html", context, status=status)


@require_safe
@signed_in
def error(request: HttpRequest, number: int) -> HttpResponse:
    """Show an error: what it is, whether it counts, and its review."""
    actor = reader(request)
    return page_of(request, actor, seen(number, actor))


def seen(number: int, actor: Actor) -> ErrorRecord:
    """Return an error somebody may see; raises Http404."""
    row = queries.one(ErrorRecord, number, to=actor)
    if row is None:
        raise Http404
    return row


def page_of(
    request: HttpRequest, actor: Actor, row: ErrorRecord, *, problems: list[str] | None = None, kept: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Return the page of an error, also as the answer to a form that was refused."""
    lang, [line] = request.lang, lines_of([row], request.lang)
    context = {
        "line": line,
        "row": row,
        "grounds": row.grounds,
        "verbs": ERROR.open_to(row.state, actor.role),
        "may_ask": timezone.localdate() <= row.review_until,
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
        "problems": problems,
        "kept": kept,
        "longest": MOST_WORDS,
    }
    return render(request, "desk/error.html", context, status=status)


@require_POST
@signed_in
def change_error(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Ask for a review, for a firm; correct or keep the record, for customs."""
    if verb not in ("ask", "correct", "keep"):
        raise Http404
    actor = only(request, FIRM if verb == "ask" else {OFFICER}, machine="error_record", verb=verb)
    row, said = seen(number, actor), written(request, "words", MOST_WORDS)
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    try:
        if verb == "ask":
            actions.ask_review(row.pk, said, **who)
        else:
            actions.decide_review(row.pk, verb, said, **who)
    except FAILS as refused:
        return page_of(request, actor, seen(number, actor), problems=told(refused, request.lang), kept=said, status=409)
    notices.success(request, text(f"desk.errors.done.{verb}", request.lang))
    return redirect("error", number=row.pk)


@require_POST
@signed_in
def record_error(request: HttpRequest) -> HttpResponse:
    """Record an error that customs found in a declaration."""
    actor = only(request, {OFFICER}, machine="error_record", verb="record_error")
    kept = {"declaration": written(request, "declaration", 18), "words": written(request, "words", MOST_WORDS)}
    fields = [one for one in written(request, "fields", 300).replace("，", ",").replace(",", " ").split() if one][:20]
    of = find_declaration(kept["declaration"], to=actor)
    try:
        if of is None:
            problems = [text("desk.errors.no_declaration", request.lang, number=kept["declaration"] or "–")]
            return list_page(request, actor, {"stage": "", "q": ""}, problems=problems, kept=kept, status=409)
        made = actions.found(of.pk, kept["words"], fields, by=actor, at=timezone.now())
    except FAILS as refused:
        problems = told(refused, request.lang)
        return list_page(request, actor, {"stage": "", "q": ""}, problems=problems, kept=kept, status=409)
    notices.success(request, text("desk.errors.done.record", request.lang, number=made.pk))
    return redirect("error", number=made.pk)


def told(refused: Any, lang: str) -> list[str]:
    """Return what is wrong, line by line."""
    found = refused.findings if isinstance(refused, Refused) else [refused]
    return [one.text(lang) for one in found]
