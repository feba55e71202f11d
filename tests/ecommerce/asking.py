"""Asking to withdraw and to return in tests, through the one door."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import Outcome, receive
from tongguan.ecommerce.intake.limiting.allowance import allowance_account
from tongguan.ecommerce.models import Inventory
from tongguan.formats import ceb
from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Account
from tongguan.parties import vault

KINDS = {ceb.Withdrawal: "CEB623Message", ceb.Refund: "CEB625Message"}
GOODS = samples.Goods("2106909090", "营养补充剂", "1瓶", "1000.00", "142", "0.5", "035")


def bought(
    order_no: str, price: str = "1000.00", qty: int = 1, *, who: samples.Buyer | None = None, **more: Any
) -> samples.Parcel:
    """Return a parcel of one item."""
    who = who or samples.buyer(random.Random(1))
    goods = [(GOODS._replace(price=price), qty)]
    return samples.parcel(order_no, who, goods, at=AT, chance=random.Random(order_no), **more)


def inventory_of(parcel: samples.Parcel) -> Inventory:
    """Return the record of a parcel's inventory."""
    return Inventory.objects.get(order_no=parcel.order.orderNo)


def _head(parcel: samples.Parcel, number: str, at: datetime, seed: str) -> dict[str, Any]:
    names = (
        "customsCode", "orderNo", "ebpCode", "ebpName", "ebcCode", "ebcName", "logisticsNo", "logisticsCode",
        "logisticsName", "buyerIdType", "buyerIdNumber", "buyerName", "buyerTelephone", "agentCode", "agentName",
    )  # fmt: skip
    return {
        "guid": samples.guid(random.Random(f"{seed}/{parcel.order.orderNo}")), "appType": "1",
        "appTime": f"{at:%Y%m%d%H%M%S}", "appStatus": "2", "invtNo": number,
        **{name: getattr(parcel.inventory, name) for name in names},
    }  # fmt: skip


def withdrawal(parcel: samples.Parcel, number: str | None = None, *, at: datetime = AT, **changed: Any) -> Any:
    """Return a request to withdraw a parcel's inventory, by its number, or the pre-entry number while it has none."""
    if number is None:
        row = inventory_of(parcel)
        number = row.invt_no or row.pre_no
    head = _head(parcel, number, at, "withdrawal") | {"copNo": "W1", "reason": "买家取消订单"}
    return ceb.Withdrawal(**head | changed)


def refund(
    parcel: samples.Parcel, *quantities: int | str, number: str | None = None, at: datetime = AT, **changed: Any
) -> Any:
    """Return a request to return so much of each item; all of it when no quantity is named."""
    number = number or inventory_of(parcel).invt_no
    items = [
        ceb.RefundItem(gnum=i.gnum, gcode=i.gcode, gname=i.gname, qty=Decimal(q), unit=i.unit)
        for i, q in zip(parcel.inventory.items, quantities or [i.qty for i in parcel.inventory.items], strict=False)
    ]
    head = _head(parcel, number, at, "return") | {"copNo": "R1", "reason": "七天无理由退货", "items": items}
    return ceb.Refund(**head | changed)


def ask(
    *documents: Any, at: datetime = AT, sender: Actor | None = OPERATOR, firm: samples.Firm = samples.BROKER
) -> Outcome:
    """File requests of one kind as one message."""
    transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId=f"DXPTG{firm.code[-9:]}")
    kind = KINDS[type(documents[0])]
    guid = samples.guid(random.Random(f"{kind}/{at}/{documents[0].guid}"))
    return receive(ceb.write(kind, documents, guid, transfer=transfer, unsigned=True), sender=sender, at=at)


def statuses(outcome: Outcome) -> list[str]:
    """Return the latest answer to each node."""
    return [node.status for node in outcome.nodes]


def found(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return code, alias and pointer of what refuses the first node."""
    return [(f.code, f.alias, f.pointer) for f in outcome.nodes[0].findings if f.level == "refuse"]


def used(parcel: samples.Parcel) -> Decimal:
    """Return how much of his year the buyer of a parcel has used."""
    account = allowance_account(vault.match("id", parcel.inventory.buyerIdNumber), AT.year)
    return -Account.objects.get(name=account).balance
