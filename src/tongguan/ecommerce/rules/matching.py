"""The three documents match (三单对碰): an inventory agrees with its order, its payment and its waybill.

Names, numbers and addresses are compared by keyed digests of their normal form (NFKC, one middle dot, no spaces). A
mismatch sends the inventory back (100 海关退单). Where the specification asks for equality only in prose, a difference is
noted and does not refuse.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from tongguan.kernel.money import fen
from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text

from ..models import Order, Payment, Waybill


class Ordered(msgspec.Struct):
    """An item of an order as it is kept there, as far as it is compared."""

    gnum: int
    unit: str
    qty: Decimal
    price: Decimal
    totalPrice: Decimal
    itemName: str


@dataclass(slots=True)
class Dossier:
    """An inventory's document with what it must agree with; digests are of the inventory's own people and address."""

    inventory: Any
    order: Order
    payments: list[Payment]
    waybill: Waybill
    buyer: bytes
    buyer_name: bytes
    address: bytes

    @property
    def payment(self) -> Payment:
        """The voucher the inventory is compared with; that there is only one is a rule of its own."""
        return self.payments[0]


class PaymentMismatch(Rule, abstract=True):
    """The payment does not match the order."""

    code = family = "PAY_MISMATCH"


class OnePayment(PaymentMismatch):
    """The order {order} has {count} payment vouchers; one must stand."""

    alias = "ONE_PAYMENT"

    def broken_by(self, doc, ctx):
        if len(doc.payments) > 1:
            yield Break("payment/orderNo", order=doc.order.order_no, count=len(doc.payments))


class AmountPaid(PaymentMismatch):
    """The voucher says that {found} was paid, the order says {wanted}."""

    alias = "AMOUNT"

    def broken_by(self, doc, ctx):
        if doc.payment.amount_paid != doc.order.actural_paid:
            found, wanted = readable(doc.payment.amount_paid), readable(doc.order.actural_paid)
            yield Break("payment/amountPaid", found=found, wanted=wanted)


class PayerIsBuyer(PaymentMismatch):
    """The payer is not the buyer: name or identity number differs between payment and order."""

    alias = "PAYER"

    def broken_by(self, doc, ctx):
        if bytes(doc.payment.payer_match) != bytes(doc.order.buyer_match):
            yield Break("payment/payerIdNumber")
        if bytes(doc.payment.payer_name_match) != bytes(doc.order.buyer_name_match):
            yield Break("payment/payerName")


class SameTransaction(PaymentMismatch):
    """The order names the payment {wanted}, the voucher is {found}."""

    alias = "TRANSACTION"

    def broken_by(self, doc, ctx):
        wanted = doc.order.pay_transaction_id
        if wanted and wanted != doc.payment.pay_transaction_id:
            yield Break("payment/payTransactionId", wanted=wanted, found=doc.payment.pay_transaction_id)


class WaybillMismatch(Rule, abstract=True):
    """The waybill does not match the order."""

    code = family = "LOGI_MISMATCH"


class Consignee(WaybillMismatch):
    """The consignee's name, telephone or address on the waybill is not the order's."""

    alias = "CONSIGNEE"

    def broken_by(self, doc, ctx):
        order, waybill = doc.order, doc.waybill
        for field, ours, theirs in (
            ("consignee", order.consignee_match, waybill.consignee_match),
            ("consigneeTelephone", order.telephone_match, waybill.telephone_match),
            ("consigneeAddress", order.address_match, waybill.address_match),
        ):
            if bytes(ours) != bytes(theirs):
                yield Break(at("waybill", field))


class WaybillOrder(WaybillMismatch):
    """The waybill is for the order {found}, not {wanted}."""

    alias = "ORDER_NO"

    def broken_by(self, doc, ctx):
        if doc.waybill.order_no != doc.inventory.orderNo:
            yield Break("waybill/orderNo", found=doc.waybill.order_no, wanted=doc.inventory.orderNo)


class WaybillBill(WaybillMismatch):
    """The bill number on the waybill is {found}, on the inventory {wanted}."""

    alias = "BILL_NO"
    level = "warn"

    def broken_by(self, doc, ctx):
        if doc.waybill.bill_no and doc.waybill.bill_no != doc.inventory.billNo:
            yield Break("waybill/billNo", found=doc.waybill.bill_no, wanted=doc.inventory.billNo or "-")


class FreightDiffers(WaybillMismatch):
    """Freight {freight} and insurance {insurance} of the inventory are not the waybill's."""

    alias = "FREIGHT"
    level = "warn"

    def broken_by(self, doc, ctx):
        declared = (doc.inventory.freight, doc.inventory.insuredFee)
        if (doc.waybill.freight or Decimal(0), doc.waybill.insured_fee or Decimal(0)) != declared:
            yield Break("freight", freight=declared[0], insurance=declared[1])


_ID = {lang: text("buyer.id", lang) for lang in LANGUAGES}
_NAME = {lang: text("buyer.name", lang) for lang in LANGUAGES}


class BuyerMismatch(Rule):
    """The buyer's {what} on the inventory is not the order's."""

    code = "BUYER_MISMATCH"

    def broken_by(self, doc, ctx):
        for field, what, ours, theirs in (
            ("buyerIdNumber", _ID, doc.buyer, doc.order.buyer_match),
            ("buyerName", _NAME, doc.buyer_name, doc.order.buyer_name_match),
        ):
            if ours != bytes(theirs):
                yield Break(field, what=what)


class AddressDiffers(Rule):
    """The address on the inventory is not written as on the order."""

    code = "ADDRESS_DIFFERS"
    level = "warn"

    def broken_by(self, doc, ctx):
        if doc.address != bytes(doc.order.address_match):
            yield Break("consigneeAddress")


class Merchant(Rule):
    """The order was filed for the merchant {wanted}, the inventory for {found}."""

    code = "MERCHANT_MISMATCH"

    def broken_by(self, doc, ctx):
        if doc.inventory.ebcCode != doc.order.ebc_code:
            yield Break("ebcCode", wanted=doc.order.ebc_code, found=doc.inventory.ebcCode)


class ItemsMismatch(Rule, abstract=True):
    """The inventory's items are not the order's."""

    code = family = "1322"  # seen in real receipts as [Code:1322;Desc:...]


class ItemCount(ItemsMismatch):
    """The inventory has {found} items, the order {wanted}."""

    alias = "ITEM_COUNT"

    def broken_by(self, doc, ctx):
        if len(doc.inventory.items) != len(doc.order.items):
            yield Break("item", found=len(doc.inventory.items), wanted=len(doc.order.items))


class ItemValues(ItemsMismatch):
    """Item {gnum}: {found} is not what the order says, {wanted}."""

    alias = "ITEMS_MISMATCH"

    def broken_by(self, doc, ctx):
        ordered = {item.gnum: item for item in doc.order.items}
        for place, item in enumerate(doc.inventory.items, 1):
            if (wanted := ordered.get(item.gnum)) is None:
                yield Break(at("item", place, "gnum"), gnum=item.gnum, found=item.gnum, wanted="-")
                continue
            for field in ("qty", "price", "totalPrice"):
                found, asked = getattr(item, field), getattr(wanted, field)
                if found != asked:
                    yield Break(at("item", place, field), gnum=item.gnum, found=found, wanted=asked)
            if item.unit != wanted.unit:
                yield Break(at("item", place, "unit"), gnum=item.gnum, found=item.unit, wanted=wanted.unit)


class ItemNames(ItemsMismatch):
    """Item {gnum} is called {found}; the order calls it {wanted}."""

    alias = "ITEM_NAME"
    level = "warn"

    def broken_by(self, doc, ctx):
        ordered = {item.gnum: item for item in doc.order.items}
        for place, item in enumerate(doc.inventory.items, 1):
            wanted = ordered.get(item.gnum)
            if wanted and item.gname != wanted.itemName and _plain(item.gname) != _plain(wanted.itemName):
                yield Break(at("item", place, "gname"), gnum=item.gnum, found=item.gname, wanted=wanted.itemName)


def readable(amount: Decimal) -> Decimal:
    """Return an amount as people write it: the database keeps five decimals, of which two are usually enough."""
    return fen(amount) if amount == fen(amount) else amount.normalize()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


MATCH = [
    OnePayment(), AmountPaid(), PayerIsBuyer(), SameTransaction(), Consignee(), WaybillOrder(), WaybillBill(),
    FreightDiffers(), BuyerMismatch(), AddressDiffers(), Merchant(), ItemCount(), ItemValues(), ItemNames(),
]  # fmt: skip
