"""Manifests (舱单) for carriers and sites: file and change them, report what happened, count bills; look a bill up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.cargo import actions, models, queries
from tongguan.cargo.manifest import BillFiled, ManifestFiled
from tongguan.cargo.queries import Key
from tongguan.declarations.undeclared import Waiting, undeclared

from . import bodies, views
from .estimates import shape
from .jsons import decoded
from .problems import Problem, both
from .repeats import once
from .shapes import Shape
from .v1 import described, plain, who, wrong

router = Router()
_MOST = 2**63 - 1
_FAILS = (400, 403, 404, 409, 413, 415, 422, 503)
_NUMBER = Path(description="the number of the manifest with us / 舱单编号", ge=1, le=_MOST)
_STEPS: dict[str, Callable[..., models.Conveyance]] = {
    "entry": actions.declare_entry, "arrival": actions.arrive, "unloading": actions.unload, "unloaded": actions.finish,
}  # fmt: skip


class ManifestLine(Shape):
    """A conveyance by its manifest; ``state`` is manifested, entered, arrived, unloading, unloaded, tallied or cancelled."""

    number: int
    direction: str
    transport_mode: str
    vehicle: str
    voyage: str
    name: str
    customs_code: str
    state: str
    expected_at: datetime
    received_at: datetime
    late: Annotated[bool, Meta(description="whether the main data came after their time")]
    entry_declared_at: datetime | None
    arrived_at: datetime | None
    unloading_at: datetime | None
    unloaded_at: datetime | None


class Manifests(Shape):
    """A page of manifests, the latest first; ``next`` is the parameter *before* of the page that follows."""

    manifests: list[ManifestLine]
    next: int | None


class BillCounted(Shape):
    """What a site counted of a bill; ``differences`` are short, over, weight, damaged."""

    at: datetime
    pieces: int
    gross: Decimal
    damaged: int
    differences: list[str]
    late: bool


class BillLine(Shape):
    """A bill of a manifest; ``state`` is expected, agreed, differing or settled; ``gross`` is in kilograms."""

    number: str
    pieces: int
    gross: Decimal
    goods: str
    consignee_code: str
    containers: list[str]
    state: str
    delivered_at: datetime | None
    tallies: list[BillCounted]


class ManifestWhole(Shape):
    """A manifest with a page of its bills; ``next`` is the parameter *after* of the page that follows."""

    manifest: ManifestLine
    bills: list[BillLine]
    next: int | None


class ManifestToFile(ManifestFiled, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The main data of a manifest: ``direction`` I or E, ``transportMode`` 2 for sea or 5 for air.

    ``vehicle`` is the IMO number of the ship or the number of the flight, ``voyage`` the voyage or the day of the flight
    (YYYYMMDD). A carrier that files for itself leaves ``carrierCode`` out.
    """


class ManifestChange(Shape, forbid_unknown_fields=True):
    """Bills to add or to say anew, numbers of bills to take off, and why."""

    reason: Annotated[str, Meta(max_length=200)]
    bills: list[BillFiled] = []
    removed: list[Annotated[str, Meta(max_length=64)]] = []


class ManifestCalledOff(Shape, forbid_unknown_fields=True):
    """Why a manifest is called off."""

    reason: Annotated[str, Meta(max_length=200)]


class StepReported(Shape, forbid_unknown_fields=True):
    """When something happened, with an offset."""

    moment: Annotated[datetime, Meta(tz=True)]


class TallyFiled(Shape, forbid_unknown_fields=True):
    """What was counted of a bill: pieces, kilograms, how many pieces are damaged; a second count says why."""

    bill: Annotated[str, Meta(max_length=64)]
    pieces: int
    gross: Decimal
    damaged: int = 0
    note: Annotated[str, Meta(max_length=200)] = ""


class GoodsDelivered(Shape, forbid_unknown_fields=True):
    """Export goods of a bill that came to the site, and when."""

    transport_mode: Annotated[str, Meta(max_length=1)]
    bill: Annotated[str, Meta(max_length=64)]
    moment: Annotated[datetime, Meta(tz=True)]


class BillSeen(Shape):
    """A bill as a declaration is compared with it; ``arrived`` is that of the conveyance, or of export goods at the site."""

    number: str
    vehicle: str
    voyage: str
    customs_code: str
    manifest_received: datetime
    entry_declared: date | None
    arrived: datetime | None
    unloaded: datetime | None
    pieces: int
    gross: Decimal
    containers: list[str]
    state: str
    conveyance_state: str


class BillUndeclared(Shape):
    """A bill of import that nobody declared; after ``limit`` a fee runs, from ``sale`` on customs may sell the goods.

    ``code`` is CUSTOMS_MAY_SELL once they may, else empty.
    """

    id: int
    number: str
    vehicle: str
    voyage: str
    entered: date
    limit: date
    sale: date
    consignee_code: str
    pieces: int
    gross: Decimal
    code: str


class BillsUndeclared(Shape):
    """A page of bills that nobody declared, the latest first; ``next`` is the parameter *before* of the page that follows."""

    bills: list[BillUndeclared]
    next: int | None


_decoders = {
    kind: msgspec.json.Decoder(kind)
    for kind in (ManifestToFile, ManifestChange, ManifestCalledOff, StepReported, TallyFiled, GoodsDelivered)
}


@router.get("/manifests", **described("list_manifests", "cargo", Manifests, fails=(400,)))
def list_manifests(request: HttpRequest, before: int | None = Query(None, ge=1, le=_MOST)) -> Manifests:
    rows = queries.conveyances(to=who(request).known, before=before)
    more = rows[-1].pk if len(rows) == queries.PAGE else None
    return Manifests(manifests=[_line(row) for row in rows], next=more)


@router.post(
    "/manifests",
    **described("file_manifest", "cargo", ManifestWhole, fails=_FAILS, body=shape("ManifestToFile"), keyed=True),
)
@once
def file_manifest(request: HttpRequest) -> ManifestWhole:
    actor, filed = who(request).known, _read(request, ManifestToFile)
    return _whole(request, actions.receive(filed, by=actor, at=timezone.now()).pk)


@router.get("/manifests/{number}", **described("one_manifest", "cargo", ManifestWhole, fails=(400, 404)))
def one_manifest(request: HttpRequest, number: int = _NUMBER, after: int = Query(0, ge=0, le=_MOST)) -> ManifestWhole:
    return _whole(request, number, after)


@router.post(
    "/manifests/{number}/changes",
    **described("change_manifest", "cargo", ManifestWhole, fails=_FAILS, body=shape("ManifestChange")),
)
def change_manifest(request: HttpRequest, number: int = _NUMBER) -> ManifestWhole:
    actor, told = who(request).known, _read(request, ManifestChange)
    _there(actions.amend, number, told.bills, removed=told.removed, reason=told.reason, by=actor, at=timezone.now())
    return _whole(request, number)


@router.post(
    "/manifests/{number}/cancel",
    **described("cancel_manifest", "cargo", ManifestWhole, fails=_FAILS, body=shape("ManifestCalledOff")),
)
def cancel_manifest(request: HttpRequest, number: int = _NUMBER) -> ManifestWhole:
    actor, told = who(request).known, _read(request, ManifestCalledOff)
    _there(actions.cancel, number, reason=told.reason, by=actor, at=timezone.now())
    return _whole(request, number)


@router.post(
    "/manifests/{number}/steps/{step}",
    **described("report_step", "cargo", ManifestWhole, fails=_FAILS, body=shape("StepReported")),
)
def report_step(
    request: HttpRequest, number: int = _NUMBER, step: str = Path(description=f"one of {', '.join(_STEPS)} / 环节")
) -> ManifestWhole:
    if step not in _STEPS:
        raise wrong("step", "kind", kinds=list(_STEPS))
    actor, told = who(request).known, _read(request, StepReported)
    _there(_STEPS[step], number, told.moment, by=actor, at=timezone.now())
    return _whole(request, number)


@router.post(
    "/manifests/{number}/tallies",
    **described("tally_bill", "cargo", ManifestWhole, fails=_FAILS, body=shape("TallyFiled")),
)
def tally_bill(request: HttpRequest, number: int = _NUMBER) -> ManifestWhole:
    actor, told = who(request).known, _read(request, TallyFiled)
    _there(
        actions.tally, number, told.bill, pieces=told.pieces, gross=told.gross, damaged=told.damaged, note=told.note,
        by=actor, at=timezone.now(),
    )  # fmt: skip
    return _whole(request, number)


@router.post(
    "/bills/delivered", **described("deliver_goods", "cargo", BillSeen, fails=_FAILS, body=shape("GoodsDelivered"))
)
def deliver_goods(request: HttpRequest) -> BillSeen:
    actor, told = who(request).known, _read(request, GoodsDelivered)
    _there(actions.deliver, told.transport_mode, told.bill, told.moment, by=actor, at=timezone.now())
    return _seen(queries.bill("E", told.transport_mode, told.bill))


@router.get("/bills/undeclared", **described("list_undeclared", "cargo", BillsUndeclared, fails=(400, 422, 503)))
def list_undeclared(
    request: HttpRequest,
    sellable: bool = Query(False, description="only what customs may sell / 仅可提取变卖的"),
    before: int | None = Query(None, ge=1, le=_MOST),
) -> BillsUndeclared:
    rows = undeclared(
        to=who(request).known, on=timezone.localdate(), only_sellable=sellable, before=before, limit=queries.PAGE + 1
    )
    page = rows[: queries.PAGE]
    more = page[-1].bill.pk if len(rows) > queries.PAGE else None
    return BillsUndeclared(bills=[_undeclared(one) for one in page], next=more)


def _undeclared(one: Waiting) -> BillUndeclared:
    row, ship = one.bill, one.bill.conveyance
    return BillUndeclared(
        id=row.pk, number=row.number, vehicle=ship.vehicle, voyage=ship.voyage, entered=one.entered, limit=one.limit,
        sale=one.sale, consignee_code=row.consignee_code, pieces=row.pieces, gross=row.gross,
        code=one.findings[0].code if one.findings else "",
    )  # fmt: skip


@router.get("/bills", **described("find_bill", "cargo", BillSeen, fails=(400, 404)))
def find_bill(
    request: HttpRequest,
    number: str = Query(
        description="of the bill; a house bill after its master, with * at sea and _ in the air / 提运单号"
    ),
    mode: str = Query(description="2 sea, 5 air / 运输方式", max_length=1),
    direction: str = Query("I", description="I or E / 进出境", max_length=1),
) -> BillSeen:
    key = Key(direction, mode, plain("number", number, 64))
    return _seen(queries.visible_bill(key, to=who(request).known))


def _read(request: HttpRequest, kind: type) -> Any:
    unfit = Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.described"))
    try:
        body = bodies.body(request)
        found = decoded(body, _decoders[kind])
    except bodies.TooLarge:
        raise bodies.too_large() from None
    except msgspec.ValidationError:
        raise unfit from None
    if b"\\u0000" in body or b"\0" in body:
        raise unfit
    return found


def _there(act: Callable[..., Any], *of: Any, **told: Any) -> None:
    try:
        act(*of, **told)
    except ObjectDoesNotExist:
        raise Problem("NOT_FOUND") from None


def _whole(request: HttpRequest, number: int, after: int = 0) -> ManifestWhole:
    row = queries.conveyance(number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    bills = queries.bills_of(row, after=after)
    more = bills[-1].pk if len(bills) == queries.PAGE else None
    return ManifestWhole(manifest=_line(row), bills=[_bill(one) for one in bills], next=more)


def _line(row: models.Conveyance) -> ManifestLine:
    return ManifestLine(
        number=row.pk, direction=row.direction, transport_mode=row.transport_mode, vehicle=row.vehicle,
        voyage=row.voyage, name=row.name, customs_code=row.customs_code, state=row.state, late=row.late,
        expected_at=views.there(row.expected_at), received_at=views.there(row.received_at),
        entry_declared_at=views.moment(row.entry_declared_at), arrived_at=views.moment(row.arrived_at),
        unloading_at=views.moment(row.unloading_at), unloaded_at=views.moment(row.unloaded_at),
    )  # fmt: skip


def _bill(row: models.Bill) -> BillLine:
    return BillLine(
        number=row.number, pieces=row.pieces, gross=row.gross, goods=row.goods, consignee_code=row.consignee_code,
        containers=[one.number for one in row.containers.all()], state=row.state,
        delivered_at=views.moment(row.delivered_at),
        tallies=[
            BillCounted(
                at=views.there(one.at), pieces=one.pieces, gross=one.gross, damaged=one.damaged,
                differences=one.differences, late=one.late,
            )
            for one in row.tallies.all()
        ],
    )  # fmt: skip


def _seen(found: queries.Known | None) -> BillSeen:
    if found is None:
        raise Problem("NOT_FOUND")
    return BillSeen(
        number=found.number, vehicle=found.vehicle, voyage=found.voyage, customs_code=found.customs_code,
        manifest_received=views.there(found.manifest_received), entry_declared=found.entry_declared,
        arrived=views.moment(found.arrived), unloaded=views.moment(found.unloaded), pieces=found.pieces,
        gross=found.gross, containers=list(found.containers), state=found.state,
        conveyance_state=found.conveyance_state,
    )  # fmt: skip
