"""Asking for bills and conveyances: what a declaration needs to know, and what each party may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet

from tongguan.kernel.states import Actor

from .clocks import SHANGHAI
from .manifest import compact
from .models import Bill, Container, Conveyance, Tally

PAGE = 50
SEES_ALL = frozenset({"officer", "operator", "auditor"})


class Key(NamedTuple):
    """How a declaration names a bill: direction I or E, mode of transport, number."""

    direction: str
    transport_mode: str
    number: str

    def tidy(self) -> Key:
        """Return the key as bills are kept: capitals, no spaces."""
        return self._replace(number=compact(self.transport_mode, self.number))


class Known(NamedTuple):
    """A bill as a declaration is compared with it; ``subject`` is what holds on it name.

    ``entry_declared`` is a day of Beijing; ``arrived`` is when the conveyance arrived, or export goods came to the site.
    ``pieces`` are packages, ``gross`` kilograms.
    """

    id: int
    subject: str
    number: str
    conveyance: int
    vehicle: str
    voyage: str
    name: str
    customs_code: str
    manifest_received: datetime
    entry_declared: date | None
    arrived: datetime | None
    unloaded: datetime | None
    pieces: int
    gross: Decimal
    consignee_code: str
    consignee_name: str
    containers: tuple[str, ...]
    state: str
    conveyance_state: str


def among(keys: Iterable[Key]) -> QuerySet[Bill]:
    """Return the current bills of these keys."""
    asked: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        wanted = Key(*key).tidy()
        asked.setdefault(wanted[:2], []).append(wanted.number)
    if not asked:
        return Bill.objects.none()
    each = [Q(direction=way, transport_mode=mode, number__in=numbers) for (way, mode), numbers in asked.items()]
    return Bill.objects.filter(reduce(or_, each), current=True)


def bills(keys: Collection[Key]) -> dict[Key, Known]:
    """Return what is known of bills by their keys as they were asked for; one query."""
    boxes = Container.objects.filter(bill=OuterRef("pk")).order_by("number").values("number")
    rows = among(keys).select_related("conveyance").annotate(boxes=ArraySubquery(boxes))
    found = {Key(row.direction, row.transport_mode, row.number): _known(row) for row in rows}
    return {Key(*key): found[tidy] for key in keys if (tidy := Key(*key).tidy()) in found}


def bill(direction: str, transport_mode: str, number: str) -> Known | None:
    """Return what is known of a bill, or None when no manifest has it."""
    key = Key(direction, transport_mode, number)
    return bills([key]).get(key)


def _known(row: Bill) -> Known:
    ship: Conveyance = row.conveyance
    entry = ship.entry_declared_at
    return Known(
        id=row.pk, subject=str(row), number=row.number, conveyance=ship.pk, vehicle=ship.vehicle, voyage=ship.voyage,
        name=ship.name, customs_code=ship.customs_code, manifest_received=ship.received_at,
        entry_declared=entry and entry.astimezone(SHANGHAI).date(),
        arrived=row.delivered_at if row.direction == "E" else ship.arrived_at, unloaded=ship.unloaded_at,
        pieces=row.pieces, gross=row.gross, consignee_code=row.consignee_code, consignee_name=row.consignee_name,
        containers=tuple(row.boxes), state=row.state, conveyance_state=ship.state,
    )  # fmt: skip


def declared_on(conveyance: int) -> list[str]:
    """Return the declarations that rest on bills of a conveyance, for who hears that it arrived."""
    named = Bill.objects.filter(conveyance=conveyance, current=True).values_list("declared_by", flat=True)
    return sorted({one for each in named for one in each})


def visible(to: Actor) -> QuerySet[Conveyance]:
    """Return the conveyances one may see: a carrier its own, a site those it unloads, customs and the window all."""
    if to.role in SEES_ALL:
        return Conveyance.objects.all()
    if to.enterprise is None or to.role not in ("carrier", "site"):
        return Conveyance.objects.none()
    return Conveyance.objects.filter(**{to.role: to.enterprise})


def conveyances(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[Conveyance]:
    """Return the conveyances one may see, the latest first; ``before`` is the last id of the page before."""
    rows = visible(to).select_related("carrier", "site")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def conveyance(number: int, *, to: Actor) -> Conveyance | None:
    """Return a conveyance, or None when there is none that one may see."""
    return visible(to).select_related("carrier", "site").filter(pk=number).first()


def bills_of(row: Conveyance, *, after: int = 0, limit: int = PAGE) -> list[Bill]:
    """Return the bills of a manifest with containers and counts, as filed; ``after`` is the last id of the page before."""
    rows = row.bills.filter(pk__gt=after).prefetch_related(
        "containers", Prefetch("tallies", queryset=Tally.objects.order_by("pk"))
    )
    return list(rows.order_by("pk")[:limit])


def visible_bill(key: Key, *, to: Actor) -> Known | None:
    """Return a bill one may see: who sees its conveyance, and the firm it is consigned to."""
    found = bills([key]).get(Key(*key))
    if found is None or to.role in SEES_ALL:
        return found
    if to.codes and found.consignee_code and found.consignee_code in to.codes:
        return found
    return found if visible(to).filter(pk=found.conveyance).exists() else None
