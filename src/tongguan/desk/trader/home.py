"""The first page of somebody who is signed in: what needs him, what waits, what came in last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tongguan.declarations import queries as declarations
from tongguan.declarations.models import Declaration
from tongguan.declarations.states import DECLARATION
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.officer.checks import listing as checks_listing
from tongguan.desk.officer.checks import open_checks
from tongguan.desk.trader.messages import listed
from tongguan.desk.trader.messages import listing as messages_listing
from tongguan.desk.trader.needs import board, waiting
from tongguan.ecommerce import queries
from tongguan.ecommerce.arrivals import queries as arrivals
from tongguan.ecommerce.intake.receive import FILERS
from tongguan.ecommerce.models import Document, Inventory, Payment, Waybill
from tongguan.ecommerce.states import DOCUMENT, INVENTORY, SITE, TALLY
from tongguan.kernel.states import GROUPS, Actor, Machine
from tongguan.kernel.texts import text
from tongguan.needs.queries import needs
from tongguan.needs.queues import queues

OVERSEERS = ("officer", "auditor")  # who sees everybody's parcels and files none
COUNTED = 1000  # beyond it nobody cares for the exact number, and counting on would cost
LATEST = 20_000  # records among which what is done is counted
RECENT = 6
CHECKS = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of the reader are in a group; ``many`` when there are more than were counted."""

    group: str
    number: int
    many: bool


def shown_to(actor: Actor) -> tuple[type[Document], Machine, str]:
    """Return what a role follows: payment firms their payments, carriers their waybills, everybody else inventories."""
    if actor.role == "payer":
        return Payment, DOCUMENT, "payment"
    if actor.role == "carrier":
        return Waybill, DOCUMENT, "waybill"
    return Inventory, INVENTORY, "inventory"


def states_of(machine: Machine, group: str) -> list[str]:
    """Return the states of a group that people still care for; what was deleted is not shown."""
    return [state for state, of in machine.groups.items() if of == group and state != "deleted"]


def tallies(rows: QuerySet, machine: Machine) -> list[Tally]:
    """Count the records of each group, each bounded; one query.

    What is done is counted among the latest records only: what a firm has done long ago may lie behind many of others.
    """
    latest = rows.model.objects.order_by("-pk").values("pk")[LATEST : LATEST + 1]
    older, values = latest.query.sql_with_params()
    parts, given = ["(SELECT count(*) FROM older)"], [*values]
    groups = [group for group in GROUPS if states_of(machine, group)]
    for group in groups:
        of_group = rows.filter(state__in=states_of(machine, group))
        if rows.model is Declaration:
            of_group = of_group.filter(group=group)  # as its indexes have it
        if group == "done":
            of_group = of_group.filter(pk__gte=RawSQL("COALESCE((SELECT pk FROM older), 0)", []))
        sql, values = of_group.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) counted)")
        given += values
    with connection.cursor() as cursor:
        cursor.execute(f"WITH older AS MATERIALIZED ({older}) SELECT {', '.join(parts)}", given)
        more, *found = cursor.fetchone()
    return [
        Tally(group, min(number, COUNTED), number > COUNTED or (group == "done" and bool(more)))
        for group, number in zip(groups, found, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Tile:
    """A group in a tile: how many, of what, and where they are listed."""

    tone: str
    number: int
    many: bool
    title: str
    of: str
    href: str


def tiles(actor: Actor, lang: str) -> list[Tile]:
    """Return what a role follows, counted by group, and where each group is listed; a site follows its tallies of bills,
    a trader what is declared for it.
    """
    if actor.role == SITE:
        noun, found = "tally", tallies(arrivals.visible(actor), TALLY)
        lists = {TALLY.groups[state]: f"{reverse('tallies')}?state={state}" for state in TALLY.states}
    elif actor.role == "trader":
        noun, found = "declaration", tallies(declarations.visible(actor), DECLARATION)
        lists = {group: f"{reverse('declarations')}?group={group}" for group in GROUPS}
    else:
        model, machine, noun = shown_to(actor)
        found = tallies(queries.visible(model, actor), machine)
        lists = {group: f"{reverse('parcels')}?group={group}" for group in GROUPS}
    of, theirs = text(f"desk.home.of.{noun}", lang), actor.role in OVERSEERS
    return [
        Tile(
            one.group, one.number, one.many,
            text("desk.group.theirs" if theirs and one.group == "needs_you" else f"desk.group.{one.group}", lang), of,
            lists[one.group],
        )
        for one in found
    ]  # fmt: skip


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs the reader, or what waits for him to decide, with its last days."""
    actor = acting(request)
    assert actor is not None
    if actor.role == "member":  # of the joint conference: he has no parcels
        return redirect("conference")
    at = timezone.now()
    context: dict[str, Any] = {
        "messages_seen": messages_listing(request.lang).plain(
            request, listed(queries.recent_messages(to=actor, limit=RECENT), request.lang)
        ),
        "tiles": tiles(actor, request.lang),
        "may_file": actor.role in FILERS,
        "needs": board(needs(to=actor, at=at), request.lang, at) if actor.enterprise else None,
        "queues": waiting(queues(to=actor, at=at), request.lang, at),
    }
    if actor.role == "officer":
        found, context["more_checks"] = open_checks(actor, request.lang, limit=CHECKS)
        context["checks"] = checks_listing(request.lang).plain(request, found)
    return render(request, "desk/home.html", context)
