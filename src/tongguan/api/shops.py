"""Pick-up shops (线下自提店): what one displays and its guarantee, putting goods on display, and handing parcels over."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Router

from tongguan.ecommerce.pickup.actions import hand_over
from tongguan.kernel.states import Actor
from tongguan.zones import models
from tongguan.zones.shops import actions, queries

from . import bodies, views
from .jsons import decoded
from .problems import Problem, both
from .shapes import Shape
from .v1 import JSON, REF, described, who

router = Router()
_NUMBER = Path(description="the number of the shop / 自提店编号", ge=1, le=2**63 - 1)
_FAILS = (400, 403, 404, 409, 413, 415, 422)


class DisplayedGoods(Shape):
    """Goods on display; amounts are in yuan, ``compositeRate`` is a share of the value."""

    ems_no: str
    item_record_no: str
    gcode: str
    quantity: Decimal
    unit: str
    value: Decimal
    composite_rate: Decimal
    tax: Decimal


class PickUpShop(Shape):
    """A shop where bonded goods are collected; ``needed`` is the tax its guarantee must cover, in yuan."""

    number: int
    name: str
    zone: str
    customs_code: str
    ebc_code: str
    state: str
    displayed: list[DisplayedGoods]
    value: Decimal
    needed: Decimal
    guarantee: Decimal


class GoodsToDisplay(Shape):
    """Goods of an account book that go on display; the same ``reference`` again changes nothing."""

    ems_no: Annotated[str, Meta(max_length=30)]
    item_record_no: Annotated[str, Meta(max_length=30)]
    quantity: Decimal
    unit_value: Annotated[Decimal, Meta(description="what one is worth, in yuan")]
    reference: Annotated[str, Meta(max_length=30)]
    legal_each: Annotated[Decimal, Meta(description="how much of the legal unit one is")] = Decimal(1)


class ParcelToHandOver(Shape):
    """A parcel, and who collects it: the number is compared with the buyer's and not kept."""

    invt_no: Annotated[str, Meta(max_length=18)]
    buyer_id_number: Annotated[str, Meta(max_length=30)]


class HandedOver(Shape):
    """A parcel that was handed over."""

    invt_no: str
    shop: int
    at: datetime


_goods = msgspec.json.Decoder(GoodsToDisplay)
_parcel = msgspec.json.Decoder(ParcelToHandOver)


def _body(name: str) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": REF.format(name=name)}}}


@router.get("/shops/{number}", **described("one_shop", "shops", PickUpShop, fails=(400, 404, 422)))
def one_shop(request: HttpRequest, number: int = _NUMBER) -> PickUpShop:
    return _shown(_seen(number, who(request).known))


@router.post(
    "/shops/{number}/display",
    **described("display_goods", "shops", PickUpShop, fails=_FAILS, body=_body("GoodsToDisplay")),
)
def display_goods(request: HttpRequest, number: int = _NUMBER) -> PickUpShop:
    actor = who(request).known
    row, goods = _seen(number, actor), _read(request, _goods)
    actions.display(
        row.pk, goods.ems_no, goods.item_record_no, goods.quantity, unit_value=goods.unit_value,
        legal_each=goods.legal_each, reference=goods.reference, by=actor, at=timezone.now(),
    )  # fmt: skip
    return _shown(_seen(number, actor))


@router.post(
    "/shops/{number}/hand-over",
    **described("hand_parcel_over", "shops", HandedOver, fails=_FAILS, body=_body("ParcelToHandOver")),
)
def hand_parcel_over(request: HttpRequest, number: int = _NUMBER) -> HandedOver:
    actor = who(request).known
    row, wanted = _seen(number, actor), _read(request, _parcel)
    done = hand_over(row.pk, wanted.invt_no, wanted.buyer_id_number, by=actor, at=timezone.now())
    return HandedOver(invt_no=wanted.invt_no, shop=row.pk, at=views.there(done.at))


def _read(request: HttpRequest, decoder: msgspec.json.Decoder) -> Any:
    wrong = Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.described"))
    try:
        found = decoded(bodies.body(request), decoder)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    except msgspec.ValidationError:
        raise wrong from None
    if any("\0" in value for value in msgspec.structs.asdict(found).values() if isinstance(value, str)):
        raise wrong
    return found


def _seen(number: int, actor: Actor) -> models.Shop:
    row = queries.shop(number, to=actor)
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _shown(row: models.Shop) -> PickUpShop:
    cover = queries.cover_of(row, timezone.localdate())
    goods = [
        DisplayedGoods(
            ems_no=one.display.item.book.number, item_record_no=one.display.item.record_no,
            gcode=one.display.item.gcode, quantity=one.quantity, unit=one.display.item.unit, value=one.value,
            composite_rate=one.rate, tax=one.tax,
        )
        for one in cover.lines
    ]  # fmt: skip
    return PickUpShop(
        number=row.pk, name=row.name, zone=row.zone, customs_code=row.customs_code, ebc_code=row.merchant_code,
        state=row.state, displayed=goods, value=cover.value, needed=cover.needed, guarantee=cover.guarantee,
    )  # fmt: skip
