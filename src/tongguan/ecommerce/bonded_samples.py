"""Believable parcels from bonded stock, invented: the book of a warehouse in Tianzhu, and what is bought from it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.zones.actions import open_book, receive_stock, record_item
from tongguan.zones.models import Book

from . import samples
from .samples import GOODS, Buyer, Goods, Parcel

WAREHOUSE = samples.Firm(
    "91110113MA0TG0050M", "1113960050", "天竺综保仓储服务有限公司", "Tianzhu Bonded Warehousing", "trader"
)
BOOK = "T0129W000001"
OFFICE = "0129"
KEEPER = Actor("demo", "operator")
OPENED, VALID_UNTIL = date(2026, 1, 1), date(2028, 12, 31)


class Shelf(NamedTuple):
    """Goods that the warehouse has: under which record, and how many came in."""

    record_no: str
    goods: Goods
    quantity: int


SHELVES = (
    Shelf("TZ-0001", GOODS[0], 600),
    Shelf("TZ-0002", GOODS[2], 200),
    Shelf("TZ-0003", GOODS[5], 50),
    Shelf("TZ-0004", GOODS[7], 1000),
    Shelf("TZ-0005", GOODS[4], 3),
)
_RECORDS = {(shelf.goods.gcode, shelf.goods.unit): shelf.record_no for shelf in SHELVES}


def open_demo_books(at: datetime, *, by: Actor = KEEPER) -> Book:
    """Register the warehouse, open its book and bring its goods in; doing it twice changes nothing."""
    register(
        WAREHOUSE.code, WAREHOUSE.customs_registration, name_zh=WAREHOUSE.name, name_en=WAREHOUSE.name_en,
        kinds=[WAREHOUSE.kind], by=by, at=at,
    )  # fmt: skip
    if found := Book.objects.filter(number=BOOK).first():
        return found
    book = open_book(
        BOOK, area_code=WAREHOUSE.code, area_name=WAREHOUSE.name, customs_code=OFFICE, opened=OPENED,
        valid_until=VALID_UNTIL, by=by, at=at,
    )  # fmt: skip
    for record_no, goods, quantity in SHELVES:
        record_item(BOOK, record_no, gcode=goods.gcode, name=goods.name, unit=goods.unit, by=by, at=at)
        receive_stock(BOOK, record_no, quantity, reference="QD012926I000000001", by=by, at=at)
    return book


def parcels(
    count: int, *, seed: int, at: datetime, prefix: str = "BD", buyers: Sequence[Buyer] = ()
) -> Iterator[Parcel]:
    """Invent parcels of one item each from the warehouse's goods; the same seed gives the same."""
    chance = random.Random(f"{seed}/{prefix}")
    for number in range(1, count + 1):
        who = chance.choice(buyers) if buyers else samples.buyer(chance)
        [shelf] = chance.choices(SHELVES, weights=[shelf.quantity for shelf in SHELVES])
        bought = [(shelf.goods, 1)]
        yield bonded(samples.parcel(f"{prefix}{seed:04d}{number:07d}", who, bought, at=at, chance=chance))


def bonded(parcel: Parcel, *, mode: str = "1210", **changed: Any) -> Parcel:
    """Return a parcel as one that is sent from the warehouse's stock; ``changed`` are other fields of its inventory."""
    items = [
        msgspec.structs.replace(item, itemRecordNo=_RECORDS.get((item.gcode, item.unit)))
        for item in parcel.inventory.items
    ]
    zone = {
        "tradeMode": mode, "emsNo": BOOK, "areaCode": WAREHOUSE.code, "areaName": WAREHOUSE.name, "customsCode": OFFICE,
        "portCode": OFFICE, "trafMode": "4", "trafNo": None, "voyageNo": None, "billNo": None, "ieDate": None,
        "country": "142", "items": items,
    }  # fmt: skip
    return parcel.changed("waybill", billNo=None).changed("inventory", **zone | changed)
