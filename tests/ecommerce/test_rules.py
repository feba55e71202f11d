"""Each rule of e-commerce: broken by one change to a parcel that agrees, at the field it is about, and by nothing else."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain

import msgspec
import pytest

from tongguan.ecommerce import rules
from tongguan.ecommerce.intake.vouchers import VOUCHERS
from tongguan.ecommerce.models import Order, Payment, Waybill
from tongguan.ecommerce.rules.bonded import BY_ITSELF
from tongguan.ecommerce.rules.limits import LIMITS, Purchase
from tongguan.ecommerce.rules.matching import MATCH, Dossier, Ordered
from tongguan.kernel.rules import check, template_fields
from tongguan.parties import vault

D = Decimal
ALONE = {"order": rules.ORDER, "payment": rules.PAYMENT, "waybill": rules.WAYBILL, "inventory": rules.INVENTORY}

# code, alias, document, change, field
BROKEN = [
    ("-301008", "APP_TYPE", "order", {"appType": "9"}, "appType"),
    ("-301008", "APP_STATUS", "order", {"appStatus": "3"}, "appStatus"),
    ("-301008", "TIME", "order", {"appTime": "20260231000000"}, "appTime"),
    ("-301008", "ORDER_TYPE", "order", {"orderType": "E"}, "orderType"),
    ("-301008", "PLATFORM_CODE", "order", {"ebpCode": "91110113MA0TG00189"}, "ebpCode"),
    ("-301008", "PARTY_CODE", "order", {"ebcCode": "123"}, "ebcCode"),
    ("-301008", "ORDER_SUM", "order", {"acturalPaid": D("774.01")}, "acturalPaid"),
    ("-301008", "ORDER_GOODS", "order", {"goodsValue": D("755"), "acturalPaid": D("775")}, "goodsValue"),
    ("-301008", "CURRENCY", "order", {"item_2_currency": "502"}, "item/2/currency"),
    ("-301008", "ID_TYPE", "order", {"buyerIdType": "2"}, "buyerIdType"),
    ("-301008", "ID_INVALID", "order", {"buyerIdNumber": "110101199001010000"}, "buyerIdNumber"),
    ("-301002", "ITEM_REPEATED", "order", {"item_2_gnum": 1}, "item/2/gnum"),
    ("-301008", "ITEM_NUMBERS", "order", {"item_2_gnum": 0}, "item/2/gnum"),
    ("-301008", "ITEM_TOTAL", "order", {"item_2_price": D("268.01")}, "item/2/totalPrice"),
    ("-301008", "POSITIVE", "order", {"item_1_qty": D(0), "item_1_totalPrice": D(0)}, "item/1/qty"),
    ("-301008", "NOT_NEGATIVE", "order", {"discount": D(-1), "acturalPaid": D("775")}, "discount"),
    ("-301008", "CODE", "order", {"item_1_country": "000"}, "item/1/country"),
    ("-401009", "APP_TYPE", "payment", {"appType": ""}, "appType"),
    ("-401009", "APP_STATUS", "payment", {"appStatus": "0"}, "appStatus"),
    ("-401009", "TIME", "payment", {"payTime": "yesterday"}, "payTime"),
    ("-401009", "PLATFORM_CODE", "payment", {"ebpCode": "91110113MA0TG00189"}, "ebpCode"),
    ("-401009", "PARTY_CODE", "payment", {"payCode": "91110108MA0TG002X0"}, "payCode"),
    ("-401009", "CURRENCY", "payment", {"currency": "502"}, "currency"),
    ("-401009", "ID_TYPE", "payment", {"payerIdType": "2"}, "payerIdType"),
    ("-401009", "ID_INVALID", "payment", {"payerIdNumber": "1"}, "payerIdNumber"),
    ("-401009", "POSITIVE", "payment", {"amountPaid": D(0)}, "amountPaid"),
    ("-504011", "APP_TYPE", "waybill", {"appType": "4"}, "appType"),
    ("-504011", "APP_STATUS", "waybill", {"appStatus": "x"}, "appStatus"),
    ("-504011", "TIME", "waybill", {"appTime": "2026050109000"}, "appTime"),
    ("-504011", "PARTY_CODE", "waybill", {"logisticsCode": "91"}, "logisticsCode"),
    ("-504011", "CURRENCY", "waybill", {"currency": "110"}, "currency"),
    ("-504011", "PACK_NO", "waybill", {"packNo": 2}, "packNo"),
    ("-504011", "POSITIVE", "waybill", {"weight": D(0)}, "weight"),
    ("-504011", "NOT_NEGATIVE", "waybill", {"insuredFee": D(-1)}, "insuredFee"),
    ("-621001", "APP_TYPE", "inventory", {"appType": "0"}, "appType"),
    ("-621001", "APP_STATUS", "inventory", {"appStatus": "9"}, "appStatus"),
    ("-621001", "TIME", "inventory", {"appTime": "20261301000000"}, "appTime"),
    ("-621001", "IE_FLAG", "inventory", {"ieFlag": "E"}, "ieFlag"),
    ("-621001", "TRADE_MODE", "inventory", {"tradeMode": "0110"}, "tradeMode"),
    ("-621001", "DIRECT_TRANSPORT", "inventory", {"voyageNo": None}, "voyageNo"),
    ("-621001", "DIRECT_COUNTRY", "inventory", {"country": "142"}, "country"),
    ("-621001", "PACK_NO", "inventory", {"packNo": 6000}, "packNo"),
    ("-621001", "NET_OVER_GROSS", "inventory", {"netWeight": D(9)}, "netWeight"),
    ("-621001", "ASSURE_CODE", "inventory", {"assureCode": "ass201603081155"}, "assureCode"),
    ("-621001", "DAY", "inventory", {"ieDate": "20260230"}, "ieDate"),
    ("-625008", "", "inventory", {"preNo": "B20260501000000001"}, "preNo"),
    ("-621001", "PLATFORM_CODE", "inventory", {"ebpCode": "91110113MA0TG00189"}, "ebpCode"),
    ("-621001", "PARTY_CODE", "inventory", {"agentCode": "agent"}, "agentCode"),
    ("-621001", "CURRENCY", "inventory", {"currency": "300"}, "currency"),
    ("-621001", "ID_TYPE", "inventory", {"buyerIdType": "2"}, "buyerIdType"),
    ("-621001", "ID_INVALID", "inventory", {"buyerIdNumber": "130681136250023332"}, "buyerIdNumber"),
    ("-621027", "ITEM_REPEATED", "inventory", {"item_2_gnum": 1}, "item/2/gnum"),
    ("-621001", "ITEM_NUMBERS", "inventory", {"item_1_gnum": -5}, "item/1/gnum"),
    ("-621001", "ITEM_TOTAL", "inventory", {"item_1_totalPrice": D("218.02")}, "item/1/totalPrice"),
    ("-621001", "POSITIVE", "inventory", {"item_1_qty1": D(-1)}, "item/1/qty1"),
    ("-621001", "NOT_NEGATIVE", "inventory", {"freight": D("-0.01")}, "freight"),
    ("-625009", "", "inventory", {"item_2_qty2": D(0)}, "item/2/qty2"),
    ("-621001", "CODE", "inventory", {"item_1_unit": "000"}, "item/1/unit"),
    ("-621001", "TARIFF_CODE", "inventory", {"item_1_gcode": "9999999999"}, "item/1/gcode"),
    ("-621001", "LEGAL_UNIT", "inventory", {"item_1_unit1": "007"}, "item/1/unit1"),
    ("-621001", "NOT_LISTED", "inventory", {"item_1_gcode": "1201901100"}, "item/1/gcode"),
    ("-621001", "LISTED_MODE", "inventory", {"item_2_gcode": "0406100000"}, "item/2/gcode"),
    ("-621001", "LIST_NOTE", "inventory", {"item_2_gcode": "2106909090"}, "item/2/gcode"),
]  # fmt: skip


@pytest.mark.parametrize("noun", ALONE)
def test_a_good_document_breaks_no_rule(noun, parcel, ctx):
    found = check(ALONE[noun], getattr(parcel, noun), ctx)
    assert [f.alias for f in found] == (["LIST_NOTE"] if noun == "inventory" else [])  # of the infant formula


@pytest.mark.parametrize("code, alias, noun, change, pointer", BROKEN, ids=[f"{c}/{a}" for c, a, *_ in BROKEN])
def test_rule(code, alias, noun, change, pointer, parcel, ctx):
    found = check(ALONE[noun], getattr(parcel.changed(noun, **change), noun), ctx)
    assert (code, alias, pointer) in [(f.code, f.alias, f.pointer) for f in found]
    mine = next(f for f in found if f.code == code and f.alias == alias)
    assert all(mine.text(lang) and "…" not in mine.text(lang) for lang in ("zh", "en"))


def test_NOT_ASSESSED(ctx):
    """A tax that cannot be worked out refuses the inventory it belongs to, and says why."""
    from tongguan.kernel.law import NotConfigured

    def assess(plan):
        raise NotConfigured("tariff.9999999999.vat", ctx.day)

    [found] = check(LIMITS, Purchase("B", D(10), D(0), one_article=True, assess=assess), ctx)
    assert (found.code, found.alias) == ("-621001", "NOT_ASSESSED")
    assert "tariff.9999999999.vat" in found.text("en") and "tariff.9999999999.vat" in found.text("zh")


def test_every_rule_has_its_case():
    """Those of bonded inventories have theirs in ``test_bonded_rules``."""
    cases = {(code, alias) for code, alias, *_ in BROKEN} | {(r.code, r.alias) for r in BY_ITSELF}
    assert {(r.code, r.alias) for each in ALONE.values() for r in each} == cases


def dossier(parcel) -> Dossier:
    kept = {noun: v.kept for noun, v in ((v.noun, v) for v in VOUCHERS.values())}
    models = {"order": Order, "payment": Payment, "waybill": Waybill}
    rows = {noun: models[noun](id=1, **kept[noun](getattr(parcel, noun))) for noun in models}
    rows["order"].items = msgspec.convert(rows["order"].items, list[Ordered])
    doc = parcel.inventory
    return Dossier(
        doc, rows["order"], [rows["payment"]], rows["waybill"], vault.match("id", doc.buyerIdNumber),
        vault.match("name", doc.buyerName), vault.match("address", doc.consigneeAddress),
    )  # fmt: skip


MISMATCHED = [
    ("PAY_MISMATCH", "AMOUNT", "payment", {"amountPaid": D("773.99")}, "payment/amountPaid"),
    ("PAY_MISMATCH", "PAYER", "payment", {"payerName": "别人"}, "payment/payerName"),
    ("PAY_MISMATCH", "PAYER", "payment", {"payerIdNumber": "110101199001011237"}, "payment/payerIdNumber"),
    ("PAY_MISMATCH", "TRANSACTION", "payment", {"payTransactionId": "P2"}, "payment/payTransactionId"),
    ("LOGI_MISMATCH", "CONSIGNEE", "waybill", {"consignee": "别人"}, "waybill/consignee"),
    ("LOGI_MISMATCH", "CONSIGNEE", "waybill", {"consigneeTelephone": "13900000000"}, "waybill/consigneeTelephone"),
    ("LOGI_MISMATCH", "CONSIGNEE", "waybill", {"consigneeAddress": "天津市"}, "waybill/consigneeAddress"),
    ("LOGI_MISMATCH", "ORDER_NO", "waybill", {"orderNo": "T0002"}, "waybill/orderNo"),
    ("LOGI_MISMATCH", "BILL_NO", "waybill", {"billNo": "999-00000000"}, "waybill/billNo"),
    ("LOGI_MISMATCH", "FREIGHT", "waybill", {"freight": D(21)}, "freight"),
    ("BUYER_MISMATCH", "", "inventory", {"buyerName": "别人"}, "buyerName"),
    ("BUYER_MISMATCH", "", "inventory", {"buyerIdNumber": "110101199001011237"}, "buyerIdNumber"),
    ("ADDRESS_DIFFERS", "", "inventory", {"consigneeAddress": "天津市"}, "consigneeAddress"),
    ("MERCHANT_MISMATCH", "", "inventory", {"ebcCode": "1105930001"}, "ebcCode"),
    ("1322", "ITEMS_MISMATCH", "inventory", {"item_1_qty": D(2), "item_1_totalPrice": D(436)}, "item/1/qty"),
    ("1322", "ITEMS_MISMATCH", "inventory", {"item_1_unit": "007"}, "item/1/unit"),
    ("1322", "ITEM_NAME", "inventory", {"item_1_gname": "牛奶"}, "item/1/gname"),
]  # fmt: skip


@pytest.mark.parametrize(
    "code, alias, noun, change, pointer", MISMATCHED, ids=[f"{c}/{a}/{p}" for c, a, _, _, p in MISMATCHED]
)
def test_match(code, alias, noun, change, pointer, parcel, ctx):
    found = check(MATCH, dossier(parcel.changed(noun, **change)), ctx)
    assert (code, alias, pointer) in [(f.code, f.alias, f.pointer) for f in found]
    assert all("…" not in f.text(lang) for f in found for lang in ("zh", "en"))


def test_match_item_count(parcel, ctx):
    found = check(MATCH, dossier(parcel.changed("order", items=parcel.order.items[:1])), ctx)
    assert ("1322", "ITEM_COUNT") in [(f.code, f.alias) for f in found]


def test_match_one_payment(parcel, ctx):
    two = dossier(parcel)
    two.payments = two.payments * 2
    assert [f.alias for f in check(MATCH, two, ctx)] == ["ONE_PAYMENT"]


def test_documents_that_agree_match(parcel, ctx):
    assert check(MATCH, dossier(parcel), ctx) == []


def test_names_match_after_nfkc_with_any_middle_dot(parcel, ctx):
    """Names of people match after NFKC with the middle dot and rare characters (GB 18030)."""
    written = parcel.changed("order", buyerName="阿依古丽·买买提", consignee="ＡＢ𠮷")
    written = written.changed("payment", payerName="阿依古丽•买买提").changed(
        "inventory", buyerName="阿依古丽 ・ 买买提"
    )
    written = written.changed("waybill", consignee="ab𠮷")
    assert check(MATCH, dossier(written), ctx) == []


def test_every_match_rule_has_its_case():
    cases = {(code, alias) for code, alias, *_ in MISMATCHED} | {
        ("1322", "ITEM_COUNT"),
        ("PAY_MISMATCH", "ONE_PAYMENT"),
    }
    assert {(r.code, r.alias) for r in MATCH} == cases


def test_SINGLE_LIMIT(ctx):
    """6,800 made of two items is refused; as one item it may pass (handbook 02 §5)."""
    assert [f.alias for f in check(LIMITS, Purchase("B", D(6800), D(0), one_article=False), ctx)] == ["SINGLE_LIMIT"]
    assert check(LIMITS, Purchase("B", D(6800), D(10000), one_article=True), ctx) == []
    assert check(LIMITS, Purchase("B", D(5000), D(0), one_article=False), ctx) == []


def test_ANNUAL_LIMIT(ctx):
    """24,800 used, 1,500 more: refused, with room for 1,200 (handbook 02 §5)."""
    [found] = check(LIMITS, Purchase("B", D(1500), D(24800), one_article=True), ctx)
    assert (found.code, found.alias, found.values["room"]) == ("-621018", "ANNUAL_LIMIT", D(1200))
    assert check(LIMITS, Purchase("B", D(1200), D(24800), one_article=True), ctx) == []


@pytest.mark.parametrize("rule", [*chain(*ALONE.values()), *MATCH, *LIMITS], ids=lambda r: f"{r.code}/{r.alias}")
def test_both_texts_name_the_same_values(rule):
    fields = template_fields(rule)
    assert fields["zh"] == fields["en"], fields
