"""What the demo shows of pick-up shops: one in Tianzhu with goods on display, a parcel collected and one to be collected."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find
from tongguan.zones.models import Shop
from tongguan.zones.shops import actions

from . import samples
from .bonded_samples import BOOK, OFFICE, WAREHOUSE, bonded
from .intake import receive
from .models import Inventory
from .pickup.actions import hand_over
from .trial import sign_unsigned

SEED = 20261124
PREFIX = "DEMO-PICKUP"
PARCELS = 4
OPERATOR, OFFICER = Actor("window", "operator"), Actor("officer", "officer")
CREAM = samples.GOODS[2]


def open_shop(at: datetime) -> None:
    """Open a shop of the warehouse as it stands at a moment; doing it twice changes nothing."""
    if Shop.objects.exists() or Inventory.objects.filter(order_no__startswith=PREFIX).exists():
        return
    keeper, asked = _keeper(), at - timedelta(days=12)
    parcels = [_parcel(number, at - timedelta(days=1)) for number in range(1, PARCELS + 1)]
    shop = actions.register_shop(
        "天竺跨境保税体验店", address="北京市顺义区天竺综合保税区竺园路12号", zone="天竺综合保税区", customs_code=OFFICE,
        merchant_code=parcels[0].order.ebcCode, by=keeper, at=asked,
    )  # fmt: skip
    then = asked + timedelta(days=1)
    actions.admit_shop(shop.pk, by=OFFICER, at=then)
    actions.deposit(shop.pk, 50000, reference="BH-2026-0117", by=OFFICER, at=then)
    for record_no, count, value, legal, document in (
        ("TZ-0002", 12, 460, "0.05", "ZS-2026-001"),
        ("TZ-0003", 6, 1380, "1", "ZS-2026-002"),
    ):
        actions.display(
            shop.pk, BOOK, record_no, count, unit_value=Decimal(value), legal_each=Decimal(legal),
            reference=document, by=keeper, at=then + timedelta(hours=2),
        )  # fmt: skip
    _file(parcels, at - timedelta(days=1))
    _collect(shop, parcels, keeper, at)


def _keeper() -> Actor:
    firm = find(WAREHOUSE.code)
    return Actor("warehouse", "trader", firm and firm.pk)


def _parcel(number: int, at: datetime) -> samples.Parcel:
    chance = random.Random(f"{SEED}/{number}")
    return bonded(samples.parcel(f"{PREFIX}-{number}", _buyer(number), [(CREAM, 1)], at=at, chance=chance))


def _buyer(number: int) -> samples.Buyer:
    return samples.buyer(random.Random(f"{SEED}/buyer/{number}"))


def _file(parcels: list[samples.Parcel], at: datetime) -> None:
    day = at.astimezone(SHANGHAI).replace(hour=9, minute=40)
    ensure_keys(day.date(), by=OPERATOR, at=day)
    for noun in samples.KINDS:
        data = samples.message(noun, [getattr(parcel, noun) for parcel in parcels])
        receive(sign_unsigned(data, by=OPERATOR, at=day), sender=OPERATOR, at=day)


def _collect(shop: Shop, parcels: list[samples.Parcel], keeper: Actor, at: datetime) -> None:
    """Let the first buyer collect his parcel, after somebody else asked for it; the other parcels wait for theirs."""
    released = Inventory.objects.filter(order_no__startswith=PREFIX, state="released").order_by("pk").first()
    if released is None:
        return  # chance drew them all: they wait to be checked
    place = next(n for n, one in enumerate(parcels, 1) if one.order.orderNo == released.order_no)
    then = at - timedelta(hours=1)
    with suppress(Refused):  # it is somebody else's number, and the attempt stays to be seen
        hand_over(shop.pk, released.invt_no or "", _buyer(place + PARCELS).number, by=keeper, at=then)
    hand_over(shop.pk, released.invt_no or "", _buyer(place).number, by=keeper, at=then + timedelta(minutes=4))
