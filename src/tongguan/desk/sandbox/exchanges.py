"""Exchanges with the sandbox (沙箱往来): the list, one with its findings at their elements, and its bundle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.words import Mark, Remark
from tongguan.formats import ceb
from tongguan.kernel.codes import packaged
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties.vault import Forgotten
from tongguan.sandbox import bundles, masking, queries
from tongguan.sandbox.access import SENDERS
from tongguan.sandbox.kinds import CODES, STATUSES, kinds
from tongguan.sandbox.models import FORMS, Exchange, Receipt

MOST_LINES = 1500
"""Lines of a message that a page shows; a message of a hundred documents is read in its bundle."""

MOST_CHARACTERS = 20_000
"""Characters of what is no message."""

_AROUND = 0
_TONES = {"399": "done", "899": "done", "120": "done"}


def sender(request: HttpRequest) -> Actor:
    """Return who acts; raises PermissionDenied for who may not use the sandbox."""
    return only(request, set(SENDERS), machine="filing", verb="file")


def mark(status: str, lang: str) -> Mark:
    """Return a status of a receipt as it is shown, by the lists of statuses and codes; silence for none."""
    if not status:
        return Mark("waiting", text("desk.sandbox.silent", lang))
    found = packaged(CODES if status.startswith("-") else STATUSES).get(status)
    named = found.text(lang) if found else words.status(status, lang).text
    return Mark(_TONES.get(status, words.status(status, lang).tone), named)


@dataclass(frozen=True, slots=True)
class Summary:
    """An exchange in a list."""

    row: Exchange
    title: str
    form: str
    problem: str
    accepted: int
    milliseconds: float


def summary(row: Exchange, lang: str) -> Summary:
    """Return an exchange as a list shows it."""
    title = words.message(row.kind, lang) if row.kind else ""
    form = text(f"desk.sandbox.form.{row.form}", lang)
    problem = (row.problem or {}).get(lang, "")
    return Summary(row, title, form, problem, len(row.nodes) - row.refused, round(row.microseconds / 1000, 1))


@require_safe
@signed_in
def exchanges(request: HttpRequest) -> HttpResponse:
    """List what was sent and answered, newest first, of one message, form or fate when asked."""
    actor = sender(request)
    chosen = {"kind": request.GET.get("kind", ""), "form": request.GET.get("form", "")}
    chosen = {name: value for name, value in chosen.items() if value in (*kinds(), *FORMS)}
    refused = request.GET.get("refused") == "1"
    rows = queries.exchanges(
        to=actor, refused=refused, before=place(request, "before"), limit=queries.PAGE + 1, **chosen
    )
    shown = rows[: queries.PAGE]
    more = shown[-1].pk if len(rows) > queries.PAGE else None
    context: dict[str, Any] = {
        "lines": [summary(row, request.lang) for row in shown], "turning": turning(request, "before", more),
        "chosen": chosen, "refused": refused, "filtered": bool(chosen or refused),
        "kinds": [(kind, words.message(kind, request.lang)) for kind in kinds()],
        "forms": [(form, text(f"desk.sandbox.form.{form}", request.lang)) for form in FORMS],
    }  # fmt: skip
    return render(request, "desk/sandbox/exchanges.html", context)


@dataclass(slots=True)
class Shown:
    """A line of a message with what was found at it; ``anchor`` is where a finding leads, empty where none does."""

    line: masking.Line
    anchor: str = ""
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of an exchange: its number, what became of it, and each finding with the line it leads to."""

    position: int
    number: str
    mark: Mark
    status: str
    magic: str
    remarks: list[tuple[Remark, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt of an exchange, and whether it is seen already."""

    row: Receipt
    mark: Mark
    seen: bool


def _anchored(lines: Iterable[masking.Line], nodes: list[dict[str, Any]], kind: str, lang: str) -> list[Shown]:
    """Return lines with the findings that point at them; each place is led to once."""
    found: dict[tuple[int, str], list[Remark]] = {}
    for node in nodes:
        for one in node["findings"]:
            found.setdefault((node["position"], one["pointer"]), []).append(words.remark(one, kind, lang))
    shown = []
    for line in lines:
        here = found.pop((line.node, line.pointer), []) if line.node != _AROUND else []
        shown.append(Shown(line, anchor(line.node, line.pointer) if here else "", here))
    return shown


def anchor(node: int, pointer: str) -> str:
    """Return the name of the place on the page that a finding leads to."""
    return f"n{node}-{pointer.replace('/', '-') or 'document'}"


def _documents(row: Exchange, shown: list[Shown], lang: str) -> list[Document]:
    places = {one.anchor for one in shown if one.anchor}
    made = []
    for node in row.nodes:
        remarks = []
        for one in node["findings"]:
            lead = anchor(node["position"], one["pointer"])
            remarks.append((words.remark(one, row.kind, lang), lead if lead in places else ""))
        state = mark(node["status"], lang)
        made.append(Document(node["position"], node["number"], state, node["status"], node["magic"], remarks))
    return made


@require_safe
@signed_in
def exchange(request: HttpRequest, number: int) -> HttpResponse:
    """Show one exchange: the request beside the answer, findings at their elements, receipts with their moments."""
    row = _own(request, number)
    now: datetime = timezone.now()
    shown: list[Shown] = []
    context: dict[str, Any] = {"gone": ""}
    try:
        opened = queries.opened(row)
        lines = masking.lines(opened.message)
        shown = _anchored(lines[:MOST_LINES], row.nodes, row.kind, request.lang)
        answer = masking.lines(opened.answer)
        context |= {
            "cut": len(lines) > MOST_LINES, "outline": "" if shown else _text(opened.message), "answer": answer[:MOST_LINES],
            "answer_text": "" if answer else _text(opened.answer),
        }  # fmt: skip
    except Forgotten as gone:
        context["gone"] = gone.text(request.lang)
    receipts = [Told(one, mark(one.status, request.lang), one.at <= now) for one in queries.receipts_of(row)]
    context |= {
        "summary": summary(row, request.lang), "row": row, "shown": shown, "receipts": receipts,
        "documents": _documents(row, shown, request.lang), "known": row.kind in ceb.TABLES,
    }  # fmt: skip
    return render(request, "desk/sandbox/exchange.html", context)


def _text(data: bytes) -> str:
    return masking.masked(data).decode()[:MOST_CHARACTERS]


@require_safe
@signed_in
def bundle(request: HttpRequest, number: int) -> HttpResponse:
    """Download one exchange as a support bundle."""
    row = _own(request, number)
    try:
        data = bundles.bundle(row, at=timezone.now())
    except Forgotten as gone:
        notices.error(request, gone.text(request.lang))
        return redirect("sandbox_exchange", number=number)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="sandbox-{row.pk}.zip"'
    return response


def _own(request: HttpRequest, number: int) -> Exchange:
    row = queries.exchange(number, to=sender(request)) if number < 2**63 else None
    if row is None:
        raise Http404
    return row
