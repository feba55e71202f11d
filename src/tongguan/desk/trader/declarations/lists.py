"""The list of declarations: by group, by any number, a page at a time, and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongguan.declarations import queries
from tongguan.declarations.models import Declaration
from tongguan.declarations.states import DECLARATION, FILERS
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.kernel.codes import codes
from tongguan.kernel.states import GROUPS, Actor
from tongguan.kernel.texts import text

SEES = FILERS | queries.SEES_ALL
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Line:
    """A declaration in a list."""

    number: str
    href: str
    mark: words.Mark
    direction: str
    trader: str
    agent: str
    bill: str
    goods: str
    lines: int
    office: str
    trade_mode: str
    value: Decimal | None
    tax: Decimal | None
    at: datetime


def mark_of(state: str, lang: str) -> words.Mark:
    """Return the mark of the state of a declaration; what was withdrawn is not marked as a success."""
    tone = "draft" if state == "withdrawn" else DECLARATION.group(state)
    return words.Mark(tone, text(f"declaration.state.{state}", lang))


def line(row: Declaration, lang: str) -> Line:
    """Return a declaration as a list shows it."""
    office = codes("customs_districts").get(row.customs)
    return Line(
        row.number or row.pre_no, reverse("declaration", args=[row.pk]), mark_of(row.state, lang),
        text(f"declarations.direction.{row.direction}", lang), row.trader_name, row.agent_name, row.bill_no, row.goods,
        row.lines, office.text(lang) if office else row.customs, row.trade_mode, row.value, row.tax,
        row.accepted_at or row.changed_at,
    )  # fmt: skip


def columns() -> tuple[Column, ...]:
    """Return the columns of a list of declarations."""
    return (
        Column("number", "desk.dec.number", lambda one: one.number, "code", lambda one: one.href),
        Column("state", "desk.dec.state", lambda one: one.mark, "mark"),
        Column("direction", "desk.dec.direction", lambda one: one.direction, spare=True),
        Column("trader", "desk.dec.trader", lambda one: one.trader, lang="zh"),
        Column("bill", "desk.dec.bill", lambda one: one.bill, "code"),
        Column("goods", "desk.dec.goods", lambda one: one.goods, lang="zh"),
        Column("value", "desk.dec.value", lambda one: one.value, "money"),
        Column("tax", "desk.dec.tax", lambda one: one.tax, "money"),
        Column("at", "desk.dec.at", lambda one: one.at, "moment"),
        Column("agent", "desk.dec.agent", lambda one: one.agent, lang="zh", spare=True),
        Column("lines", "desk.dec.lines", lambda one: one.lines, "count", spare=True),
        Column("office", "desk.dec.office", lambda one: one.office, spare=True),
        Column("trade_mode", "desk.dec.trade_mode", lambda one: one.trade_mode, "code", spare=True),
    )


def listing() -> Listing:
    """Return the list of declarations."""
    return Listing("declarations", "desk.dec.title", columns(), ("group", "number"))


@require_safe
@signed_in
def declarations(request: HttpRequest) -> HttpResponseBase:
    """List the declarations the reader may see, newest first: of a group, or with a number."""
    actor = only(request, SEES, machine="declaration", verb="see")
    group = request.GET.get("group", "")
    group = group if group in GROUPS else ""
    number = request.GET.get("number", "").replace("\x00", "").strip()[:LONGEST]
    listed, lang = listing(), request.lang

    def found(limit: int, before: int | None = None) -> list[Declaration]:
        return queries.declarations(to=actor, group=group, number=number, before=before, limit=limit)

    if (whole := listed.answer(request, lambda most: (line(row, lang) for row in found(most)))) is not None:
        return whole
    rows = found(queries.PAGE + 1, place(request, "before"))
    shown = rows[: queries.PAGE]
    more = shown[-1].pk if len(rows) > queries.PAGE else None
    groups = [one for one in GROUPS if one != "draft" or actor.role in FILERS]
    context = {
        "list": listed.shown(request, [line(row, lang) for row in shown]),
        "turning": turning(request, "before", more),
        "tabs": tabs(request, "group", group, [(one, _called(one, actor)) for one in groups]),
        "number": number,
        "group": group,
        "may_file": actor.role in FILERS,
        "may_decide": actor.role in queries.SEES_ALL,
    }
    return render(request, "desk/declarations/list.html", context)


def _called(group: str, actor: Actor) -> str:
    return "desk.group.theirs" if group == "needs_you" and actor.role not in FILERS else f"desk.group.{group}"
