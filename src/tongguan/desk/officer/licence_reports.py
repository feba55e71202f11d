"""What the body that issues licences was told of written-off quantities (核销反馈), and what it refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.licences import Used, unit, used
from tongguan.desk.trader.licences import figure as quantity
from tongguan.desk.written import written
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.licences import actions, queries
from tongguan.licences.models import LicenceReport
from tongguan.licences.rules.deciding import MOST_WORDS
from tongguan.licences.states import OFFICER, REPORT, REPORT_STAGES, SEES_ALL

_VERBS: dict[str, Callable[..., LicenceReport]] = {"retry": actions.retry_report, "settle": actions.settle_report}


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the list: its kind, its state, how much, and the use it tells of."""

    row: LicenceReport
    kind: str
    mark: words.Mark
    quantity: str
    use: Used


def lines_of(rows: list[LicenceReport], actor: Actor, lang: str) -> list[Line]:
    """Return reports as they are shown; one query for their declarations."""
    return [
        Line(
            row, text(f"licence_report.kind.{row.kind}", lang),
            words.Mark(REPORT.group(row.state), text(f"licence_report.state.{row.state}", lang)),
            f"{quantity(row.use.quantity)} {unit(row.use.line.unit, lang)}", use,
        )
        for row, use in zip(rows, used([row.use for row in rows], actor, lang, reports=False), strict=True)
    ]  # fmt: skip


LISTING = Listing(
    "licence_reports", "desk.licence_reports.title",
    (
        Column("number", "desk.licence_reports.number", lambda one: f"{one.row.pk}", "text",
               lambda one: reverse("licence_report", args=[one.row.pk])),
        Column("made", "desk.licence_reports.made", lambda one: one.row.made_at, "moment"),
        Column("licence", "desk.licences.number", lambda one: one.row.use.line.licence.number or "", "text",
               lambda one: reverse("licence", args=[one.row.use.line.licence_id])),
        Column("declaration", "desk.licences.declaration", lambda one: one.use.number, "code"),
        Column("kind", "desk.licence_reports.kind", lambda one: one.kind),
        Column("quantity", "desk.licences.field.quantity", lambda one: one.quantity),
        Column("state", "desk.licences.state", lambda one: one.mark, "mark"),
        Column("words", "desk.licence_reports.words", lambda one: one.row.words, lang="zxx"),
        Column("told", "desk.licence_reports.told", lambda one: one.row.told_at, "moment", spare=True),
        Column("note", "desk.licence_reports.note", lambda one: one.row.note, spare=True, lang="zxx"),
        Column("holder", "desk.licences.holder_code", lambda one: one.row.use.line.licence.holder, "code", spare=True),
    ),
    ("stage",),
)  # fmt: skip


@require_safe
@signed_in
def licence_reports(request: HttpRequest) -> HttpResponseBase:
    """List what the issuing body is told, the latest first, what it refused before all else; the authority sees it."""
    actor, lang = only(request, SEES_ALL, machine=REPORT.name, verb="see"), request.lang
    stage = request.GET.get("stage", "")
    stage = stage if stage in REPORT_STAGES else ""
    whole = LISTING.answer(request, lambda most: lines_of(queries.reports(stage, to=actor, limit=most), actor, lang))
    if whole is not None:
        return whole
    found = queries.reports(stage, to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "list": LISTING.shown(request, lines_of(page, actor, lang)),
        "tabs": tabs(request, "stage", stage, [(one, f"desk.licence_reports.stage.{one}") for one in REPORT_STAGES]),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/licence_reports.html", context)


@require_safe
@signed_in
def licence_report(request: HttpRequest, number: int) -> HttpResponse:
    """Show one report: what was told, what the body said, and what an officer can do about it."""
    actor = only(request, SEES_ALL, machine=REPORT.name, verb="see")
    return _page(request, _seen(number), actor)


def _seen(number: int) -> LicenceReport:
    row = LicenceReport.objects.select_related("use__line__licence").filter(pk=number).first()
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest, row: LicenceReport, actor: Actor, problems: list[str] | None = None, note: str = ""
) -> HttpResponse:
    context = {
        "line": lines_of([row], actor, request.lang)[0], "row": row, "licence": row.use.line.licence,
        "verbs": REPORT.open_to(row.state, actor.role), "problems": problems, "note": note, "longest": MOST_WORDS,
    }  # fmt: skip
    return render(request, "desk/licence_report.html", context, status=409 if problems else 200)


@require_POST
@signed_in
def change_licence_report(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Have the body told again, or close a report that was settled with it."""
    if verb not in _VERBS:
        raise Http404
    actor = only(request, {OFFICER}, machine=REPORT.name, verb=verb)
    row, note = _seen(number), written(request, "note", MOST_WORDS + 1)
    try:
        _VERBS[verb](row.pk, note, by=actor, at=timezone.now())
    except Refused as refused:
        return _page(request, row, actor, [one.text(request.lang) for one in refused.findings], note)
    except (NotNow, NotYours) as refused:
        return _page(request, _seen(number), actor, [refused.text(request.lang)], note)
    notices.success(request, text(f"desk.licence_reports.done.{verb}", request.lang))
    return redirect("licence_report", number=number)
