"""Messages (报文) as they came: the list, one with what became of each document in it, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import receipts, words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.written import written
from tongguan.ecommerce import queries
from tongguan.ecommerce.intake.receive import FILERS
from tongguan.ecommerce.models import Filing, Message, Told
from tongguan.kernel.texts import template, text
from tongguan.parties import access, vault

PERSONAL = ("message/original",)


@dataclass(frozen=True, slots=True)
class Line:
    """A message in a list."""

    number: int
    kind: str
    title: str
    at: datetime
    by: str
    nodes: int
    accepted: int
    refused: int
    problem: str


def listed(rows: list[Message], lang: str) -> list[Line]:
    """Return messages as a list shows them."""
    return [
        Line(
            row.pk, row.kind, words.message(row.kind, lang), row.received_at, row.filed_by, row.nodes, row.accepted,
            row.refused, (row.problem or {}).get(lang, ""),
        )
        for row in rows
    ]  # fmt: skip


def _counted(key: str, number: int, lang: str) -> str:
    return text(f"{key}.one" if number == 1 and lang == "en" and template(f"{key}.one", lang) else key, lang, n=number)


def _outcome(one: Line, lang: str) -> str:
    """Return in words what became of a message; empty while nothing has."""
    if one.problem:
        return text("desk.messages.unreadable", lang)
    counts = (("desk.result.accepted", one.accepted), ("desk.result.refused", one.refused))
    return text("desk.comma", lang).join(_counted(key, number, lang) for key, number in counts if number)


def _chips(one: Line, lang: str) -> str:
    if one.problem:
        return format_html('<span class="chip needs_you">{}</span>', text("desk.messages.unreadable", lang))
    counts = (("done", "desk.result.accepted", one.accepted), ("needs_you", "desk.result.refused", one.refused))
    chips = [
        format_html('<span class="chip {}">{}</span>', tone, _counted(key, number, lang))
        for tone, key, number in counts if number
    ]  # fmt: skip
    return SafeString(" ".join(chips))


def listing(lang: str) -> Listing:
    """Return the list of messages."""
    columns = (
        Column(
            "number", "desk.messages.number", lambda one: one.number, "code",
            lambda one: reverse("message", args=[one.number]),
        ),
        Column("kind", "desk.messages.kind", lambda one: one.title),
        Column("at", "desk.messages.at", lambda one: one.at, "moment"),
        Column("by", "desk.messages.by", lambda one: one.by),
        Column(
            "outcome", "desk.messages.outcome", lambda one: _outcome(one, lang), "beside",
            beside=lambda one: _chips(one, lang),
        ),
        Column("code", "desk.list.kind", lambda one: one.kind, "code", spare=True),
        Column("documents", "desk.list.documents", lambda one: one.nodes, "count", spare=True),
    )  # fmt: skip
    return Listing("messages", "desk.messages.title", columns)


@require_safe
@signed_in
def messages(request: HttpRequest) -> HttpResponseBase:
    """List the messages one may see, newest first, a page at a time."""
    actor, messages_of = acting(request), listing(request.lang)
    whole = messages_of.answer(
        request, lambda most: listed(queries.recent_messages(to=actor, limit=most), request.lang)
    )
    if whole is not None:
        return whole
    rows = queries.recent_messages(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    more = shown[-1].pk if len(rows) > queries.PAGE else None
    lines = messages_of.shown(request, listed(shown, request.lang))
    context = {
        "list": lines,
        "turning": turning(request, "before", more),
        "may_file": actor is not None and actor.role in FILERS,
    }
    return render(request, "desk/messages.html", context)


@dataclass(frozen=True, slots=True)
class Node:
    """One document of a message and what became of it at once."""

    position: int
    number: str
    mark: words.Mark
    status: str
    remarks: list[words.Remark]
    href: str


def _node(filing: Filing, kind: str, lang: str) -> Node:
    found = words.remarks(filing.findings, kind, lang)
    href = f"{reverse('find')}?q={filing.number}" if filing.number and not filing.status.startswith("-") else ""
    return Node(filing.position, filing.number, words.status(filing.status, lang), filing.status, found, href)


def _seen(request: HttpRequest, number: int) -> tuple[Message, list[Filing]]:
    found = queries.message_filings(number, to=acting(request))
    if found is None:
        raise Http404
    return found


@require_safe
@signed_in
def message(request: HttpRequest, number: int) -> HttpResponse:
    """Show one message with its documents, what was found in them, and its files."""
    row, filings = _seen(request, number)
    [line] = listed([row], request.lang)
    context: dict[str, Any] = {
        "line": line,
        "row": row,
        "problem": row.problem,
        "advice": words.advice(row.problem["status"], request.lang) if row.problem else "",
        "nodes": [_node(filing, row.kind, request.lang) for filing in filings],
        "own": acting(request).role not in queries.SEES_ALL,
    }
    return render(request, "desk/message.html", context)


@require_safe
@signed_in
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """Download the receipt of a message: the latest answer to each of its documents, as it is sent to machines."""
    row, _ = _seen(request, number)
    latest: dict[int, Told] = {}
    for one in (told for kept in row.receipts.order_by("id") for told in kept.each()):
        if one.position or one.kind == "CEB900Message":
            latest[one.position] = one
    if not latest:
        raise Http404
    return receipts.attachment(list(latest.values()), f"receipt-{row.pk}.xml", row)


@require_POST
@signed_in
def original(request: HttpRequest, number: int) -> HttpResponse:
    """Download a message as it came; that somebody did is noted, since people are named in it.

    Its own firm has sent it and gives no purpose; everybody else does.
    """
    row, _ = _seen(request, number)
    actor = acting(request)
    own = actor.role not in queries.SEES_ALL
    purpose = "own message" if own else written(request, "purpose", 500)
    if not purpose:
        notices.error(request, text("desk.message.purpose_missing", request.lang))
        return redirect("message", number=number)
    try:
        packed = vault.unseal(Message.objects.values_list("sealed", flat=True).get(pk=row.pk))
    except vault.Forgotten as gone:
        notices.error(request, gone.text(request.lang))
        return redirect("message", number=number)
    access.look(str(row), PERSONAL, purpose, by=actor, at=timezone.now())
    data = zstandard.ZstdDecompressor().decompress(packed)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{row.pk}.xml"'
    return response
