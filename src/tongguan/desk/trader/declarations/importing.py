"""Lines of goods from a spreadsheet (表体导入), and whole declarations from a message; each wrong cell is pointed at.

Lines go into the form, where they are seen before they are kept; nothing is stored here but a draft from a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration
from tongguan.desk.audience import signed_in
from tongguan.desk.spreadsheets import as_file
from tongguan.formats.ceb.faults import Unreadable
from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

from . import fields
from .editor import MOST_LINES, Editing, filer, form_of, judge, own, page
from .entries import remarks
from .form import LONGEST, Row, complete, document
from .sheets import LIMIT, NoTable, column, table

_MOST_ROWS = 1000
_KNOWN = BLOCKS["item"].fields
_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is wrong: where it stands in the file and in the declaration, what is written there, and why."""

    cell: str
    pointer: str
    where: str
    written: str
    text: str
    code: str


@dataclass(slots=True)
class Lines:
    """The lines of a spreadsheet: the field of each column, the rows, and the row of the file each stands in."""

    columns: dict[str, int]
    rows: list[Row]
    places: list[int]


def headings() -> dict[str, str]:
    """Return the field that a heading names: the official element, or its label in either language."""
    found = {}
    for name, of in _KNOWN.items():
        for said in (name, of.zh, of.en, f"{of.zh} {name}", f"{of.en} {name}"):
            found.setdefault(_folded(said), name)
    return found


def _folded(said: str) -> str:
    return "".join(said.split()).casefold()


def lines(data: bytes) -> Lines:
    """Return the lines of a file whose first row names the columns; raises NoTable."""
    rows = table(data, _MOST_ROWS)
    known = headings()
    named = {known.get(_folded(cell), ""): place for place, cell in enumerate(rows[0])} if rows else {}
    columns = {name: place for name, place in named.items() if name and name != "GNo"}
    if "CodeTS" not in columns:
        raise NoTable
    found, places = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = {name: row[place][:LONGEST] for name, place in columns.items() if place < len(row) and row[place]}
        if cells:
            found.append({name: fields.code_of(name, cell) for name, cell in cells.items()})
            places.append(number)
    return Lines(columns, found, places)


def wrong_cells(of: Lines, shown: Editing, lang: str) -> list[Cell]:
    """Return every cell that would keep its line from being declared."""
    written, unread = document(shown.form)
    judge(shown, written, unread, lang)
    made: dict[str, Cell] = {}
    for one in shown.findings:
        parts = one.pointer.split("/")
        if one.level != "refuse" or parts[0] != "item" or len(parts) != 3 or int(parts[1]) > len(of.rows):
            continue
        row, name = int(parts[1]) - 1, parts[2]
        cell = f"{column(of.columns[name] + 1)}{of.places[row]}" if name in of.columns else f"{of.places[row]}"
        made.setdefault(one.pointer, Cell(
            cell, one.pointer, fields.where(one.pointer, lang), of.rows[row].get(name, "")[:60], one.text(lang), one.code,
        ))  # fmt: skip
    return list(made.values())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_import(request: HttpRequest) -> HttpResponseBase:
    """Give the empty table (``as=xlsx`` or ``csv``); read one that is filled in, or a message."""
    actor = filer(request, "save")
    if request.GET.get("as") in ("xlsx", "csv"):
        titles = [f"{_KNOWN[name].label(request.lang)} {name}" for name in fields.ITEM]
        return as_file(request.GET["as"], "declaration-lines", titles, [])
    if request.method != "POST":
        return _form(request, actor)
    for name, read in (("lines", _read_lines), ("message", _read_message)):
        given = request.FILES.get(name)
        if given is not None and given.size and given.size > LIMIT:
            return _form(request, actor, problem=text("desk.dec.import.large", request.lang))
        if given is not None:
            return read(request, actor, given.read())
    return _form(request, actor, problem=text("desk.dec.import.nothing", request.lang))


def _read_lines(request: HttpRequest, actor: Actor, data: bytes) -> HttpResponse:
    lang = request.lang
    try:
        found = lines(data)
    except NoTable:
        return _form(request, actor, problem=text("desk.dec.import.no_table", lang))
    if not found.rows or len(found.rows) > MOST_LINES:
        return _form(request, actor, problem=text("desk.dec.import.count", lang, n=len(found.rows), most=MOST_LINES))
    given = request.POST.get("into", "")
    row = own(int(given), actor) if given.isdecimal() and len(given) < 19 else None
    form = form_of(row)
    form.rows["item"] = [dict(one) for one in found.rows]
    complete(form, None)
    shown = Editing(actor, form, row)
    if cells := wrong_cells(found, shown, lang):
        return _form(request, actor, cells=cells, into=row)
    notices.success(request, text("desk.dec.import.read_in", lang, n=len(found.rows)))
    return page(request, Editing(actor, form, row, focus="item-1-CodeTS"))


def _read_message(request: HttpRequest, actor: Actor, data: bytes) -> HttpResponse:
    try:
        row = actions.import_draft(data, by=actor, at=timezone.now())
    except Unreadable as error:
        return _form(request, actor, problem=error.info_zh if request.lang == "zh" else error.info_en)
    except Refused as refused:
        return _form(request, actor, findings=refused.findings)
    notices.success(request, text("desk.dec.saved", request.lang, number=row.pre_no))
    return redirect("declaration_edit", number=row.pk)


def _form(
    request: HttpRequest,
    actor: Actor,
    *,
    problem: str = "",
    findings: list[Finding] | None = None,
    cells: list[Cell] | None = None,
    into: Declaration | None = None,
) -> HttpResponse:
    drafts = [
        row for row in queries.declarations(to=actor, group="draft", limit=_DRAFTS) if row.agent_id == actor.enterprise
    ]
    context: dict[str, Any] = {
        "problem": problem, "remarks": remarks(findings or [], request.lang), "cells": cells or [], "judged": False,
        "drafts": drafts, "into": into.pk if into is not None else None,
    }  # fmt: skip
    status = 422 if problem or findings or cells else 200
    return render(request, "desk/declarations/import.html", context, status=status)
