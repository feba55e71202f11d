"""The journal (日志): what happened, by subject, kind and day; one event with its parts and proofs; the signed heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.templatetags.desk import SHANGHAI
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.journal import proofs, proving, queries
from tongguan.journal.kinds import called, kinds
from tongguan.journal.leaves import canonical
from tongguan.journal.models import Event, LogKey
from tongguan.journal.queries import Telling
from tongguan.journal.refusals import NotSealedYet
from tongguan.kernel.states import Actor

AT_ONCE = 500
LONGEST = 200  # letters of a subject or a kind


def _reader(request: HttpRequest) -> Actor:
    return only(request, SEES_ALL, machine="journal", verb="read")


def listing(lang: str) -> Listing:
    """Return the list of events."""
    columns = (
        Column(
            "number", "desk.journal.number", lambda row: row.seq, "code",
            lambda row: reverse("journal_event", args=[row.seq]),
        ),
        Column("at", "desk.journal.at", lambda row: row.at, "exact"),
        Column("what", "desk.journal.what", lambda row: called(row.what, lang), beside=lambda row: _code(row.what, lang)),
        Column("subject", "desk.journal.subject", lambda row: row.subject, "code", lang="zxx"),
        Column("by", "desk.journal.by", lambda row: row.by, lang="zxx"),
        Column("parts", "desk.journal.parts", lambda row: len(row.parts or ()) or None, "count"),
        Column("code", "desk.list.event", lambda row: row.what, "code", lang="zxx", spare=True),
    )  # fmt: skip
    return Listing("journal", "desk.journal.title", columns, ("subject", "what", "day"))


def _code(what: str, lang: str) -> str:
    return format_html('<code class="soft small" lang="zxx">{}</code>', what) if called(what, lang) != what else ""


@require_safe
@signed_in
def journal(request: HttpRequest) -> HttpResponseBase:
    """List numbered events, newest first."""
    _reader(request)
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in ("subject", "what", "day")}
    since = _midnight(asked["day"])
    numbered = partial(
        queries.numbered, subject=asked["subject"], what=asked["what"], since=since,
        until=since and since + timedelta(days=1),
    )  # fmt: skip
    events_of = listing(request.lang)
    if (whole := events_of.answer(request, lambda most: islice(_every(numbered), most))) is not None:
        return whole
    found = numbered(before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "list": events_of.shown(request, page),
        "sought": asked | {"day": f"{since:%Y-%m-%d}" if since else ""},
        "kinds": _kinds(asked["what"], request.lang),
        "longest": LONGEST,
        "turning": turning(request, "before", page[-1].seq if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/journal.html", context)


def _every(numbered: Callable[..., list[Event]]) -> Iterator[Event]:
    """Yield event after event, some at a time: one may have thousands of parts."""
    before = None
    while found := numbered(before=before, limit=AT_ONCE):
        yield from found
        before = found[-1].seq


def _kinds(asked: str, lang: str) -> list[tuple[str, str]]:
    """Return the kinds of events to choose from, and the one that was asked for, whatever it is."""
    codes = kinds() if not asked or asked in kinds() else (asked, *kinds())
    return sorted(((code, called(code, lang)) for code in codes), key=lambda one: one[0].partition(".")[0])


def _midnight(written: str) -> datetime | None:
    """Return when a day begins in Beijing; None for what is no day, and for the last there is."""
    with suppress(ValueError):
        day = date.fromisoformat(written)
        return datetime.combine(day, time(), SHANGHAI) if date.min < day < date.max else None
    return None


class Line(NamedTuple):
    """A part of an event, with its number and its details."""

    number: str
    part: queries.Part
    details: list[tuple[str, str]]


@require_safe
@signed_in
def event(request: HttpRequest, number: int) -> HttpResponse:
    """Show one event, its parts a page at a time, and which signed head covers it."""
    _reader(request)
    row = queries.numbered_as(number)
    if row is None:
        raise Http404
    parts, after = queries.parts_of(row), place(request, "after") or 0
    shown = [Line(f"{row.seq}.{one.place + 1}", one, details(one.details)) for one in parts[after:][: queries.PAGE]]
    more = after + queries.PAGE if len(parts) > after + queries.PAGE else None
    context = {
        "row": row,
        "leaf": bytes(row.leaf).hex(),
        "details": details(row.details),
        "parts": shown,
        "count": len(parts),
        "turning": turning(request, "after", more),
        "head": _head(row),
    }
    return render(request, "desk/journal_event.html", context)


def _head(row: Event) -> Any:
    try:
        return proving.head_over(row)
    except NotSealedYet:
        return None


def details(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the details of an event as names and values to be read."""
    return [(name, value if isinstance(value, str) else canonical(value)) for name, value in told.items()]


@require_safe
@signed_in
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """Download the proof of an event or a part."""
    _reader(request)
    return attachment(request, queries.numbered_telling(number))


def attachment(request: HttpRequest, telling: Telling | None) -> HttpResponse:
    """Return a proof as a file, as JSON or, asked by ``form=text``, in the text form; it may not be provable yet."""
    if telling is None:
        raise Http404
    try:
        made = proving.prove(telling.event, telling.place)
    except NotSealedYet as refused:
        said = "；".join(one.text(request.lang) for one in refused.findings)
        return render(request, "desk/not_sealed.html", {"says": said}, status=409)
    in_text = request.GET.get("form") == "text"
    content = proofs.as_text(made) if in_text else proofs.as_json(made)
    response = HttpResponse(content, content_type="text/plain; charset=utf-8" if in_text else "application/json")
    name = f"proof-{telling.number}.{'tlog-proof' if in_text else 'json'}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@signed_in
def checkpoints(request: HttpRequest) -> HttpResponse:
    """List the signed heads with their witnesses, and the keys to check them by."""
    _reader(request)
    found = queries.checkpoints(before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "heads": [(one, bytes(one.root).hex(), _lines(proving.noted(one))) for one in page],
        "key": str(proving.log_key()) if LogKey.objects.exists() else "",
        "past": [str(one) for one in proving.past_keys()],
        "witnesses": queries.witnesses(),
        "turning": turning(request, "before", page[-1].size if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/checkpoints.html", context)


def _lines(note: str) -> Iterable[str]:
    return note.split("\n")
