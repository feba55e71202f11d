"""The documents of a simulated parcel: order, payment, waybill and inventory, agreeing unless its fate says otherwise."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from tongguan.ecommerce.samples import Buyer
from tongguan.formats import ceb

from .firms import WAREHOUSE, Lane
from .goods import BONDED, DIRECT, Article
from .people import person
from .stock import OFFICE as ZONE

YUAN, CARD, OFFICE = "142", "1", "0101"
_NONE = Decimal(0)
_BOX = Decimal("0.2")


def guid(*parts: object) -> str:
    """Return a message number that follows from what it is for: 36 characters, upper case."""
    made = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=made, version=4)).upper()


@dataclass
class Trade:
    """A parcel as the shop knows it: who bought what from whom, and what will go wrong with it.

    ``book`` is the account book it is sent from, empty for what is bought abroad, which alone has a master bill.
    """

    number: str
    own_no: str
    lane: Lane
    who: Buyer
    bought: list[tuple[Article, int]]
    fate: str
    freight: Decimal
    bill_no: str = ""
    voyage: str = "SIM001"
    book: str = ""

    @property
    def waybill_no(self) -> str:
        """The number of its waybill."""
        return f"W{self.number}"

    @cached_property
    def total(self) -> Decimal:
        """What its goods cost, in yuan."""
        return sum((article.price * pieces for article, pieces in self.bought), _NONE)

    @property
    def paid(self) -> Decimal:
        """What the buyer paid."""
        return self.total + self.freight

    @property
    def net(self) -> Decimal:
        """What its goods weigh, in kg."""
        return sum((article.weight * pieces for article, pieces in self.bought), _NONE)

    def head(self, noun: str, at: datetime) -> dict[str, Any]:
        """Return what every document begins with."""
        own = {"guid": guid(self.number, noun), "appType": "1", "appTime": f"{at:%Y%m%d%H%M%S}", "appStatus": "2"}
        return own | {"orderNo": self.number}

    @property
    def platform(self) -> dict[str, str]:
        """The platform, as documents name it."""
        return {"ebpCode": self.lane.platform.code, "ebpName": self.lane.platform.name}

    @property
    def merchant(self) -> dict[str, str]:
        """The merchant, who is the platform itself."""
        return {"ebcCode": self.lane.platform.code, "ebcName": self.lane.platform.name}

    @property
    def carrier(self) -> dict[str, str]:
        """The carrier and its waybill."""
        carrier = self.lane.carrier
        return {"logisticsCode": carrier.code, "logisticsName": carrier.name, "logisticsNo": self.waybill_no}

    @property
    def buyer(self) -> dict[str, str]:
        """The buyer; his number has a wrong check digit where that is the parcel's fate."""
        who, number = self.who, self.who.number
        if self.fate == "invalid_id":
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        return {
            "buyerIdType": CARD, "buyerIdNumber": number, "buyerName": who.name, "buyerTelephone": who.telephone,
        }  # fmt: skip

    @property
    def way(self) -> dict[str, Any]:
        """How it comes: with a flight under a master bill, or from the account book of a zone."""
        if self.book:
            return {
                "tradeMode": BONDED, "customsCode": ZONE, "portCode": ZONE, "trafMode": "4", "country": YUAN,
                "emsNo": self.book, "areaCode": WAREHOUSE.code, "areaName": WAREHOUSE.name,
            }  # fmt: skip
        return {
            "tradeMode": DIRECT, "customsCode": OFFICE, "portCode": OFFICE, "trafMode": "5", "country": "116",
            "trafNo": self.voyage, "voyageNo": self.voyage, "billNo": self.bill_no,
        }  # fmt: skip

    @property
    def receiver(self) -> dict[str, str]:
        """Who receives it."""
        who = self.who
        return {
            "consignee": who.name, "consigneeTelephone": who.telephone, "consigneeAddress": who.address,
        }  # fmt: skip


def order(trade: Trade, at: datetime) -> Any:
    """Return the order (311)."""
    payer = trade.lane.payer
    return ceb.Order(
        **trade.head("order", at), orderType="I", **trade.platform, **trade.merchant, **trade.buyer, **trade.receiver,
        goodsValue=trade.total, freight=trade.freight, discount=_NONE, taxTotal=_NONE, acturalPaid=trade.paid,
        currency=YUAN, buyerRegNo=f"U{trade.who.telephone[-8:]}", payCode=payer.code, payName=payer.name,
        payTransactionId=f"P{trade.number}",
        items=[
            ceb.OrderItem(
                gnum=gnum, itemNo=article.gcode, itemName=article.name, gmodel=article.model, unit=article.unit,
                qty=Decimal(pieces), price=article.price, totalPrice=article.price * pieces, currency=YUAN,
                country=article.country,
            )
            for gnum, (article, pieces) in enumerate(trade.bought, 1)
        ],
    )  # fmt: skip


def payment(trade: Trade, at: datetime) -> Any:
    """Return the payment voucher (411): of another amount, or another payer, where that is the parcel's fate."""
    payer, buyer = trade.lane.payer, trade.buyer
    amount = trade.paid + 1 if trade.fate == "price_mismatch" else trade.paid
    name, number = buyer["buyerName"], buyer["buyerIdNumber"]
    if trade.fate == "wrong_name":
        name, number = f"{name}某", person(0, sum(map(ord, trade.number))).number
    return ceb.Payment(
        **trade.head("payment", at), **trade.platform, payCode=payer.code, payName=payer.name,
        payTransactionId=f"P{trade.number}", payerIdType=CARD, payerIdNumber=number, payerName=name,
        telephone=trade.who.telephone, amountPaid=amount, currency=YUAN, payTime=f"{at:%Y%m%d%H%M%S}",
    )  # fmt: skip


def waybill(trade: Trade, at: datetime) -> Any:
    """Return the waybill (511)."""
    return ceb.Waybill(
        **trade.head("waybill", at), **trade.carrier, **trade.receiver, billNo=trade.bill_no or None, freight=trade.freight,
        insuredFee=_NONE, currency=YUAN, weight=trade.net + _BOX, packNo=1, goodsInfo=trade.bought[0][0].name,
    )  # fmt: skip


def inventory(trade: Trade, at: datetime) -> Any:
    """Return the inventory (621)."""
    lane, day = trade.lane, f"{at:%Y%m%d}"
    return ceb.Inventory(
        **trade.head("inventory", at), **trade.platform, **trade.merchant, **trade.carrier, **trade.buyer,
        copNo=trade.own_no, assureCode=lane.platform.code, ieFlag="I", declTime=day, **trade.way,
        ieDate=None if trade.book else day, consigneeAddress=trade.who.address, agentCode=lane.broker.code,
        agentName=lane.broker.name, freight=trade.freight, insuredFee=_NONE, currency=YUAN,
        wrapType="2", packNo=1, grossWeight=trade.net + _BOX,
        netWeight=trade.net, items=[article.line(n, pieces) for n, (article, pieces) in enumerate(trade.bought, 1)],
    )  # fmt: skip


MESSAGES = {
    "order": ("CEB311Message", order),
    "payment": ("CEB411Message", payment),
    "waybill": ("CEB511Message", waybill),
    "inventory": ("CEB621Message", inventory),
}
"""Each of the four documents: its message, and what writes it."""
