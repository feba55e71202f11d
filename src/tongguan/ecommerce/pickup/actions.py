"""What is done at a shop with a parcel: it is handed over, or who asks for it is turned away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.holds.queries import stopping
from tongguan.journal.actions import record
from tongguan.kernel.rules import Refused, insist
from tongguan.kernel.states import Actor
from tongguan.parties import vault
from tongguan.parties.functions import insist_able
from tongguan.zones.models import Shop
from tongguan.zones.shops.queries import visible as shops_of
from tongguan.zones.shops.states import SHOP

from ..models import Inventory, Order, PickUp, RefusedPickUp, Return
from . import rules
from .queries import tries

_NEVER_CAME = ("saved", "refused", "expired", "deleted")
"""Returns in these states took nothing back."""


def hand_over(shop: int, invt_no: str, identity: str, *, by: Actor, at: datetime) -> PickUp:
    """Hand a released parcel of the shop's merchant over to its buyer, known by his identity number, which is not kept.

    A number that is not the buyer's is refused and recorded as an attempt; after some of them one has to wait. Raises
    NotNow, NotYours, Shop.DoesNotExist, and Refused (PICKUP_TRIES_PARCEL, PICKUP_TRIES_SHOP, PICKUP_UNKNOWN,
    PICKUP_NOT_RELEASED, PICKUP_HELD, PICKUP_COMING_BACK, PICKUP_TWICE, PICKUP_BUYER).
    """
    insist_able(by, "file", machine="shop", verb="hand_over")
    done = _tried(shop, invt_no, identity, by, at)
    if isinstance(done, Refused):
        raise done
    return done


@transaction.atomic
def _tried(shop: int, invt_no: str, identity: str, by: Actor, at: datetime) -> PickUp | Refused:
    """Hand a parcel over, or return the refusal of a wrong identity: its attempt is kept, so nothing is undone."""
    # The attempts of a shop come one by one, or many sent at once would pass the limit.
    place: Shop = shops_of(by).select_for_update(of=("self",), no_key=True).get(pk=shop)
    SHOP.after(place.state, "hand_over", by=by)
    own = Inventory.objects.filter(invt_no=invt_no, ebc_code=place.merchant_code)
    # Of two who hand it over at once the second waits here, and sees what the first has done.
    row = own.select_for_update(of=("self",)).first()
    insist(rules.TRYING, tries(place, row, at))
    try:
        insist(rules.HANDING_OVER, _seen(invt_no, row, identity))
    except Refused as refused:
        wrong = any(one.code == rules.PickUpBuyer.code for one in refused.findings)
        if row is None or not wrong or not identity.strip():
            raise
        RefusedPickUp.objects.create(inventory=row, shop=place, at=at, by=by.name[:100])
        record("inventory.hand_over_refused", row, by=by, at=at, number=row.invt_no, shop=str(place))
        return refused
    assert row is not None
    done = PickUp.objects.create(inventory=row, shop=place, at=at, by=by.name[:100])
    record("inventory.handed_over", row, by=by, at=at, number=row.invt_no, shop=str(place))
    return done


def _seen(number: str, row: Inventory | None, identity: str) -> rules.HandingOver:
    if row is None:
        return rules.HandingOver(number, None)
    order = Order.objects.filter(ebp_code=row.ebp_code, order_no=row.order_no, stands=True).first()
    digest = vault.match("id", identity)
    is_buyer = digest == bytes(row.buyer_match) and order is not None and digest == bytes(order.buyer_match)
    return rules.HandingOver(
        number, row, is_buyer, PickUp.objects.filter(inventory=row).exists(),
        Return.objects.filter(inventory=row).exclude(state__in=_NEVER_CAME).exists(),
        tuple(sorted(reason for _, reason in stopping([row.version_subject], "gate"))),
    )  # fmt: skip
