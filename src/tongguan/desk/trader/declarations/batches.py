"""Filing declarations together (批量申报): a ZIP of messages is sent, and what became of each is shown, and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.declarations import actions, queries
from tongguan.declarations.actions.filing import MOST, WHOLE
from tongguan.declarations.models import DeclarationBatch
from tongguan.declarations.states import SETTLEMENTS
from tongguan.desk import words
from tongguan.desk.audience import signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.formats import dec
from tongguan.formats.ceb.faults import Unreadable
from tongguan.formats.dec.packed import LIMIT
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text

from .editor import filer
from .entries import Remark, remarks
from .lists import mark_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one: its place, what it was called, its number and page, its mark, and what was found."""

    place: int
    name: str
    number: str
    href: str
    mark: words.Mark
    remarks: list[Remark]


def listing() -> Listing:
    """Return the list of what was filed together."""
    columns = (
        Column("number", "desk.dec.batch.number", lambda one: one.number, "code",
               lambda one: reverse("declaration_batch", args=[one.pk])),
        Column("at", "desk.dec.batch.at", lambda one: one.at, "moment"),
        Column("filed", "desk.dec.batch.filed", lambda one: len(one.answers), "count"),
        Column("accepted", "desk.dec.batch.accepted", lambda one: one.counted["accepted"], "count"),
        Column("rejected", "desk.dec.batch.rejected", lambda one: one.counted["rejected"], "count"),
        Column("refused", "desk.dec.batch.refused", lambda one: one.counted["refused"], "count"),
    )  # fmt: skip
    return Listing("declaration_batches", "desk.dec.batches", columns)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_batches(request: HttpRequest) -> HttpResponseBase:
    """List what the reader's firm filed together, and take in a file of declarations."""
    actor, listed = filer(request, "submit"), listing()
    if request.method == "POST":
        return _filed(request, actor)
    whole = listed.answer(request, lambda most: queries.batches(to=actor, limit=most))
    return whole if whole is not None else _page(request, actor)


def _page(request: HttpRequest, actor: Actor, **more: Any) -> HttpResponse:
    rows = queries.batches(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    following = shown[-1].pk if len(rows) > queries.PAGE else None
    context = {
        "list": listing().shown(request, shown), "rows": shown, "turning": turning(request, "before", following),
        "modes": _choices("mode", WHOLE, request.lang), "settlements": _choices("settlement", SETTLEMENTS, request.lang),
        "given": request.POST, "most": MOST,
    }  # fmt: skip
    return render(request, "desk/declarations/batches.html", context | more, status=422 if more else 200)


def _choices(name: str, values: Iterable[str], lang: str) -> list[dict[str, str]]:
    return [{"value": one, "label": text(f"declarations.{name}.{one}", lang)} for one in values]


def _filed(request: HttpRequest, actor: Actor) -> HttpResponse:
    given, lang = request.FILES.get("file"), request.lang
    if given is None:
        return _page(request, actor, problem=text("desk.dec.import.nothing", lang))
    if given.size is None or given.size > LIMIT:
        return _page(request, actor, problem=text("desk.dec.import.large", lang))
    data = given.read()
    try:
        asked = _asked(request, data, str(given.name))
        number = request.POST.get("number", "").strip() or _number(data, asked, timezone.now())
        batch = actions.file_many(number, asked, by=actor, at=timezone.now())
    except dec.NotPacked as error:
        return _page(request, actor, problem=text(f"desk.dec.batch.{error.key}", lang, most=MOST))
    except Unreadable as error:
        return _page(request, actor, problem=error.text(lang))
    except Refused as refused:
        return _page(request, actor, remarks=remarks(refused.findings, lang))
    except NotYours as refused:
        return _page(request, actor, problem=refused.text(lang))
    notices.success(request, text("desk.dec.batch.done", lang, filed=len(batch.answers), **batch.counted))
    return redirect("declaration_batch", number=batch.pk)


def _asked(request: HttpRequest, data: bytes, name: str) -> list[actions.ToFile]:
    said = {one: request.POST.get(one, "") for one in ("mode", "settlement", "guarantee")}
    how = (said["mode"] or WHOLE[0], said["settlement"] or SETTLEMENTS[0], said["guarantee"])
    return [
        actions.ToFile(one.of, *how, name=one.name, found=one.found) for one in dec.unpack(data, MOST, name=name[-100:])
    ]


def _number(data: bytes, asked: list[actions.ToFile], at: datetime) -> str:
    """Return a number for a file that got none: the same file sent twice on a day has the same."""
    how = repr((asked[0].mode, asked[0].settlement, asked[0].guarantee)) if asked else ""
    return f"{timezone.localdate(at):%Y%m%d}-{hashlib.sha256(data + how.encode()).hexdigest()[:10]}"


@require_safe
@signed_in
def declaration_batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show what became of each declaration that was filed together with others."""
    actor = filer(request, "submit")
    row = queries.batch(number, to=actor)
    if row is None:
        raise Http404
    answers = _answers(row, request.lang)
    context = {"row": row, "counted": row.counted, "answers": answers}
    return render(request, "desk/declarations/batch.html", context)


def _answers(row: DeclarationBatch, lang: str) -> list[Answer]:
    return [
        Answer(
            place, one.get("name", ""), one["number"],
            reverse("declaration", args=[one["id"]]) if one["id"] is not None else "", _mark(one["state"], lang),
            remarks([Finding.from_dict(said) for said in one["findings"]], lang),
        )
        for place, one in enumerate(row.answers, 1)
    ]  # fmt: skip


def _mark(state: str, lang: str) -> words.Mark:
    if state == "refused":
        return words.Mark("needs_you", text("desk.dec.batch.state.refused", lang))
    return mark_of(state, lang)
