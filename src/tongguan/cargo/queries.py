"""Asking for bills and conveyances: what a declaration needs to know, and what each party may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tongguan.journal.statements import joined, read
from tongguan.kernel.states import Actor
from tongguan.parties.queries import codes_of

from .clocks import SHANGHAI
from .manifest import compact
from .models import UNDECLARED, Bill, Conveyance, Tally

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
    ``pieces`` are packages, ``gross`` kilograms; ``departs`` is when the conveyance sets out.
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
    departs: datetime | None = None


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
    if not keys:
        return {}
    wanted = sorted({Key(*key).tidy() for key in keys})
    rows = read(_KNOWN, *(joined(part) for part in zip(*wanted, strict=True)))
    found = {Key(*row[:3]): _known(*row) for row in rows}
    return {Key(*key): found[tidy] for key in keys if (tidy := Key(*key).tidy()) in found}


_KNOWN = """
SELECT b.direction, b.transport_mode, b.number, b.id, b.pieces, b.gross, b.consignee_code, b.consignee_name, b.state,
  b.delivered_at, v.id, v.vehicle, v.voyage, v.name, v.customs_code, v.received_at, v.entry_declared_at, v.arrived_at,
  v.unloaded_at, v.state, v.departs_at, ARRAY(SELECT c.number FROM cargo_container c WHERE c.bill_id = b.id ORDER BY c.number)
FROM unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31)), string_to_array(%s, chr(31)))
  AS a(direction, mode, number)
JOIN cargo_bill b ON b.direction = a.direction AND b.transport_mode = a.mode AND b.number = a.number AND b.current
JOIN cargo_conveyance v ON v.id = b.conveyance_id
"""


def bill(direction: str, transport_mode: str, number: str) -> Known | None:
    """Return what is known of a bill, or None when no manifest has it."""
    key = Key(direction, transport_mode, number)
    return bills([key]).get(key)


def _known(
    direction: str, mode: str, number: str, pk: int, pieces: int, gross: Decimal, consignee_code: str, consignee: str,
    state: str, delivered: datetime | None, ship: int, vehicle: str, voyage: str, name: str, customs_code: str,
    received: datetime, entry: datetime | None, arrived: datetime | None, unloaded: datetime | None, ship_state: str,
    departs: datetime, boxes: list[str],
) -> Known:  # fmt: skip
    return Known(
        id=pk, subject=f"bill_of_lading/{pk}", number=number, conveyance=ship, vehicle=vehicle, voyage=voyage, name=name,
        customs_code=customs_code, manifest_received=received, entry_declared=entry and entry.astimezone(SHANGHAI).date(),
        arrived=delivered if direction == "E" else arrived, unloaded=unloaded, pieces=pieces, gross=gross,
        consignee_code=consignee_code, consignee_name=consignee, containers=tuple(boxes), state=state,
        conveyance_state=ship_state, departs=departs,
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


def conveyances(
    *, to: Actor, state: str = "", named: str = "", before: int | None = None, limit: int = PAGE
) -> list[Conveyance]:
    """Return the conveyances one may see, the latest first; ``before`` is the last id of the page before.

    ``named`` is the number of a ship or a flight, a voyage, or the number of a bill they carry.
    """
    rows = visible(to).select_related("carrier", "site")
    if state:
        rows = rows.filter(state=state)
    if named:
        wanted = compact("", named)
        carrying = Bill.objects.filter(number__in={compact(mode, named) for mode in ("2", "5")}, current=True)
        rows = rows.filter(
            Q(vehicle=wanted.removeprefix("IMO")) | Q(voyage=wanted) | Q(pk__in=carrying.values("conveyance"))
        )
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


def consignments(
    *,
    to: Actor,
    of: str = "",
    number: str = "",
    entered: date | None = None,
    also: Exists | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Bill]:
    """Return bills, the latest first: a firm those consigned to it, a carrier or a site those it carries, customs all.

    ``of`` is differing or undeclared; ``entered`` leaves of those only what entered by that day. ``number`` is a bill's.
    ``also`` opens bills to the reader that are not his otherwise; each of the two is found by an index of its own.
    """
    sources = [_own_bills(to), *([Bill.objects.filter(also)] if also is not None else [])]
    found = [_consignments(rows, of, number, entered, before)[:limit] for rows in sources]
    if len(found) == 1:
        return list(found[0])
    return sorted({row.pk: row for rows in found for row in rows}.values(), key=lambda row: -row.pk)[:limit]


def _consignments(
    rows: QuerySet[Bill], of: str, number: str, entered: date | None, before: int | None
) -> QuerySet[Bill]:
    rows = rows.select_related("conveyance")
    if of == "differing":
        rows = rows.filter(state="differing")
    if of == "undeclared":
        rows = rows.filter(UNDECLARED, conveyance__entry_declared_at__isnull=False).exclude(_SPLIT)
    if entered is not None:
        rows = rows.filter(conveyance__entry_declared_at__lt=_after(entered))
    if number:
        rows = rows.filter(number__in={compact(mode, number) for mode in ("2", "5")})
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")


_SPLIT = Q(house="") & Exists(
    Bill.objects.filter(conveyance=OuterRef("conveyance"), master=OuterRef("master")).exclude(house="")
)
"""A master bill that is declared by its house bills."""


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _own_bills(to: Actor) -> QuerySet[Bill]:
    if to.role in SEES_ALL:
        return Bill.objects.all()
    if to.role in ("carrier", "site"):
        return Bill.objects.filter(conveyance__in=visible(to))
    if to.role in ("trader", "broker") and (named := [code for code in codes_of(to) if code]):
        return Bill.objects.filter(consignee_code__in=named)
    return Bill.objects.none()


def consignment(number: int) -> Bill | None:
    """Return a bill, whoever asks; ``split`` says whether it is a master bill that is declared by its house bills."""
    rows = Bill.objects.select_related("conveyance__carrier", "conveyance__site").annotate(split=_SPLIT)
    return rows.filter(pk=number).first()


def is_own(row: Bill, to: Actor) -> bool:
    """Say whether a bill is somebody's as its carrier, its site or its consignee; customs' are all."""
    if to.role in SEES_ALL:
        return True
    if to.role in ("carrier", "site"):
        return to.enterprise is not None and getattr(row.conveyance, f"{to.role}_id") == to.enterprise
    return to.role in ("trader", "broker") and bool(row.consignee_code) and row.consignee_code in codes_of(to)
