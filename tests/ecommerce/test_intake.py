"""A parcel through the intake: filed, matched, limited, taxed, drawn, released, and everything that goes wrong on the way."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.ecommerce.filing import AT, OPERATOR, file, file_all, happened, told

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.intake.limiting.allowance import allowance_account
from tongguan.ecommerce.models import Filing, Inventory, Message, Order, Receipt
from tongguan.formats import ceb
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import debit
from tongguan.ledgers.models import Account

D = Decimal
pytestmark = pytest.mark.usefixtures("window", "nobody_drawn")
PLAIN = samples.Goods("2106909090", "营养补充剂", "1瓶", "1000.00", "142", "0.5", "035")
CREAM = samples.Goods("3304990029", "护肤霜", "20克/瓶", "425.00", "142", "0.02", "035", "011", "133")


def bought(
    order_no: str, price: str, *, qty: int = 1, who: samples.Buyer | None = None, goods=PLAIN, **more
) -> samples.Parcel:
    chance = random.Random(order_no)
    who = who or samples.buyer(random.Random(1))
    return samples.parcel(order_no, who, [(goods._replace(price=price), qty)], at=AT, chance=chance, **more)


def used(parcel: samples.Parcel) -> Decimal:
    row = Inventory.objects.get(order_no=parcel.order.orderNo)
    return -Account.objects.get(name=allowance_account(row.buyer_match, 2026)).balance


def statuses(outcome) -> list[str]:
    return [node.status for node in outcome.nodes]


def refusing(outcome) -> list:
    """What refuses the first node; the positive list notes something of the supplement beside it."""
    return [finding for finding in outcome.nodes[0].findings if finding.level == "refuse"]


@pytest.mark.measure("M2-I-5.1")
def test_a_parcel_clears(parcel):
    outcome = file_all(parcel)
    assert statuses(outcome) == ["800"]
    row = Inventory.objects.get()
    assert (row.state, row.status, row.plan) == ("released", "800", "within")
    assert len(row.invt_no) == 18 and row.invt_no[:9] == "01012026I"
    assert len(row.pre_no) == 18 and row.pre_no[:9] == "B20260501"
    assert [one.status for one in told(subject=str(row))] == ["2", "120", "399", "800"]
    assert set(Order.objects.values_list("state", flat=True)) == {"filed"}
    returned = ceb.read(outcome.receipt)
    assert returned.kind == "CEB622Message" and returned.nodes[0].document.invtNo == row.invt_no
    assert happened(row) == ["inventory.released"]


def test_1000_and_freight_20_is_taxed_92_82_and_paid_1062_82():
    """Goods 1,000 + freight 20 → base 1,020, tax 92.82, voucher 50 → paid 1,062.82; 1,062.81 → refused (09 §2)."""
    good = bought("A1", "1000.00", freight=D(20), tax=D("92.82"), discount=D(50))
    assert good.order.acturalPaid == D("1062.82")
    assert statuses(file_all(good)) == ["800"]
    row = Inventory.objects.get()
    assert (row.customs_value, row.tax) == (D("1020.00"), D("92.82"))
    short = bought("A2", "1000.00", freight=D(20), tax=D("92.82"), discount=D(50))
    outcome = file_all(short.changed("payment", amountPaid=D("1062.81")))
    assert statuses(outcome) == ["100"]
    assert [(f.code, f.pointer) for f in refusing(outcome)] == [("PAY_MISMATCH", "payment/amountPaid")]


@pytest.mark.parametrize(
    "goods, price, before, tax, annual",
    [
        (PLAIN, "1000.00", "0", ("0.00", "0.00", "91.00"), "1000"),
        (CREAM, "425.00", "0", ("0.00", "52.50", "45.50"), "425"),
    ],
    ids=["1,000 at 13 % is 91.00", "a cream at 21.25 a gram is 98.00"],
)
def test_tax_within_the_limits(goods, price, before, tax, annual):
    """The worked examples of 02 §5 through the whole intake."""
    one = bought("B1", price, goods=goods)
    assert statuses(file_all(one)) == ["800"]
    row = Inventory.objects.get()
    assert (row.duty, row.consumption_tax, row.vat) == tuple(D(t) for t in tax)
    assert used(one) == D(annual)


def test_one_article_of_6800_is_taxed_in_full_and_counts_to_the_year():
    """Over the single limit, one article: full duty and taxes; the year goes from 10,000 to 16,800 (02 §5)."""
    cream = CREAM._replace(model="200克/瓶", weight="0.2")  # 34 yuan a gram: consumption tax 15 %, duty 1 % in 2026
    one = bought("C1", "6800.00", goods=cream)
    already(one, "10000")
    assert statuses(file_all(one)) == ["800"]
    row = Inventory.objects.get()
    duty = D("68.00")
    consumption = ((6800 + duty) / D("0.85") * D("0.15")).quantize(D("0.01"))
    vat = ((6800 + duty + consumption) * D("0.13")).quantize(D("0.01"))
    assert (row.plan, row.duty, row.consumption_tax, row.vat) == ("over_single", duty, consumption, vat)
    assert used(one) == D("16800")


@pytest.mark.parametrize(("office", "port"), [("0101", "0202"), ("0202", "0101")])
def test_goods_may_enter_by_the_port_of_another_district(office, port):
    """Firms of Beijing may ship by Tianjin, firms of Tianjin by the airports of Beijing (09 §1)."""
    one = bought("P1", "100.00").changed("inventory", customsCode=office, portCode=port)
    assert statuses(file_all(one)) == ["800"]
    assert Inventory.objects.get().customs_code == office


def test_two_items_of_6800_are_refused():
    """6,800 made of two items → SINGLE_LIMIT (02 §5)."""
    outcome = file_all(bought("C2", "3400.00", qty=2))
    assert statuses(outcome) == ["-621005"]
    assert refusing(outcome)[0].alias == "SINGLE_LIMIT"
    assert not Account.objects.exclude(balance=0).exists()


def already(parcel: samples.Parcel, value: str) -> None:
    """Let the buyer have used part of his year."""
    from tongguan.parties import vault

    account = allowance_account(vault.match("id", parcel.inventory.buyerIdNumber), 2026)
    debit(account, D(value), reference="earlier", floor=D(-26000), by=OPERATOR, at=AT)


def test_year_total_24800_and_1500_more_is_refused():
    """Year total 24,800, order 1,500 → ANNUAL_LIMIT, room 1,200 (02 §5)."""
    one = bought("D1", "1500.00")
    already(one, "24800")
    outcome = file_all(one)
    assert statuses(outcome) == ["-621018"]
    finding = refusing(outcome)[0]
    assert (finding.alias, finding.pointer, finding.values["room"]) == ("ANNUAL_LIMIT", "buyerIdNumber", D(1200))
    assert "1200" in finding.text("zh") and "1200" in outcome.nodes[0].info


def test_two_parcels_of_one_buyer_in_one_message_share_the_year():
    one, two = bought("E1", "1000.00"), bought("E2", "500.00")
    already(one, "24800")
    assert statuses(file_all(one, two)) == ["800", "-621018"]


@pytest.mark.parametrize("last", ["order", "payment", "waybill"])
def test_an_inventory_waits_for_what_is_missing_and_goes_on_by_itself(last, parcel):
    for noun in ("inventory", "order", "payment", "waybill"):
        if noun != last:
            outcome = file(noun, getattr(parcel, noun))
        if noun == "inventory":
            assert statuses(outcome) == ["2"]
    assert Inventory.objects.get().state == "waiting"
    file(last, getattr(parcel, last))
    row = Inventory.objects.get()
    assert row.state == "released"
    assert [one.status for one in told(subject=str(row))] == ["2", "120", "399", "800"]


def test_a_mismatch_found_later_sends_the_waiting_inventory_back(parcel):
    file("inventory", parcel.inventory)
    file("order", parcel.order)
    file("waybill", parcel.waybill)
    file("payment", parcel.changed("payment", amountPaid=D(1)).payment)
    row = Inventory.objects.get()
    assert (row.state, row.status) == ("refused", "100")
    assert [f["pointer"] for f in row.findings if f["level"] == "refuse"] == ["payment/amountPaid"]


REPEATED = {"order": "-301010", "payment": "-401007", "waybill": "-504015", "inventory": "-621004"}
UNKNOWN = {"order": "-301009", "payment": "-401006", "waybill": "-504014", "inventory": "-621011"}
USED = {"order": "-301011", "payment": "-401008", "waybill": "-504016", "inventory": "-621012"}
OLD = {"order": "-301014", "payment": "-401012", "waybill": "-505016", "inventory": "-621003"}


@pytest.mark.parametrize("noun", REPEATED)
def test_filed_twice(noun, parcel):
    file(noun, getattr(parcel, noun))
    again = file(noun, getattr(parcel, noun))
    assert statuses(again) == [REPEATED[noun]]
    assert "重复" in again.nodes[0].info and again.nodes[0].findings[0].text("en")


@pytest.mark.parametrize("noun", REPEATED)
def test_twice_in_one_message(noun, parcel):
    assert statuses(file(noun, getattr(parcel, noun), getattr(parcel, noun)))[1] == REPEATED[noun]


@pytest.mark.parametrize("noun", UNKNOWN)
@pytest.mark.parametrize("app_type", ["2", "3"])
def test_change_or_delete_of_what_is_not_there(noun, app_type, parcel):
    assert statuses(file(noun, getattr(parcel.changed(noun, appType=app_type), noun))) == [UNKNOWN[noun]]


@pytest.mark.parametrize("noun", USED)
@pytest.mark.parametrize("app_type", ["2", "3"])
def test_change_or_delete_after_release(noun, app_type, parcel):
    file_all(parcel)
    assert statuses(file(noun, getattr(parcel.changed(noun, appType=app_type), noun))) == [USED[noun]]


@pytest.mark.parametrize("noun", OLD)
def test_an_older_message_changes_nothing(noun, parcel):
    file(noun, getattr(parcel, noun))
    old = parcel.changed(noun, appType="2", appTime="20260430090000")
    assert statuses(file(noun, getattr(old, noun))) == [OLD[noun]]


def test_a_change_makes_a_new_version_and_the_match_follows_it(parcel):
    file("order", parcel.order)
    file("order", parcel.changed("order", appType="2", discount=D(10), acturalPaid=parcel.order.acturalPaid - 10).order)
    row = Order.objects.get()
    assert (row.version, row.discount) == (2, D(10))
    assert Filing.objects.count() == 2
    cheaper = parcel.changed("payment", amountPaid=parcel.payment.amountPaid - 10)
    assert statuses(file_all_but("order", cheaper)) == ["800"]


def file_all_but(noun: str, parcel: samples.Parcel):
    for each in ("payment", "waybill", "inventory"):
        if each != noun:
            outcome = file(each, getattr(parcel, each))
    return outcome


def test_deleted_and_filed_anew(parcel):
    file("order", parcel.order)
    assert statuses(file("order", parcel.changed("order", appType="3").order)) == ["120"]
    assert statuses(file("order", parcel.order)) == ["120"]
    assert sorted(Order.objects.values_list("state", flat=True)) == ["deleted", "filed"]


def test_saved_is_not_declared(parcel):
    saved = parcel.changed("inventory", appStatus="1")
    assert statuses(file_all(saved)) == ["1"]
    assert Inventory.objects.get().state == "saved"
    assert statuses(file("inventory", parcel.inventory)) == ["800"]
    assert Inventory.objects.get().version == 2


def test_a_refused_inventory_is_mended_by_a_change(parcel):
    wrong = parcel.changed("inventory", item_1_qty=D(2), item_1_totalPrice=D(436))
    assert statuses(file_all(wrong)) == ["100"]
    assert statuses(file("inventory", parcel.changed("inventory", appType="2").inventory)) == ["800"]


def test_each_node_stands_for_itself(parcel):
    """A bad node is refused at its field; its neighbours go on."""
    bad = bought("F1", "100.00").changed("inventory", buyerIdNumber="110101199001010000")
    good = bought("F2", "100.00")
    outcome = file_all(bad, good, parcel)
    assert statuses(outcome) == ["-621001", "800", "800"]
    assert [(f.alias, f.pointer) for f in refusing(outcome)] == [("ID_INVALID", "buyerIdNumber")]
    assert (outcome.accepted, outcome.refused) == (2, 1)
    message = Message.objects.get(pk=outcome.message)
    assert (message.nodes, message.accepted, message.refused) == (3, 2, 1)
    assert Filing.objects.filter(message=message).count() == 3


def test_a_structural_fault_points_and_the_rest_goes_on(parcel):
    data = samples.message("inventory", [parcel.inventory, bought("G1", "100.00").inventory])
    data = data.replace(b"<ceb:buyerName>", b"<ceb:buyerNam>", 1).replace(b"</ceb:buyerName>", b"</ceb:buyerNam>", 1)
    outcome = receive(data, sender=OPERATOR, at=AT)
    assert statuses(outcome) == ["-621001", "2"]
    assert "buyerName" in [f.pointer for f in outcome.nodes[0].findings if f.level == "refuse"]


def test_a_node_without_its_number_is_answered_by_a_900(parcel):
    data = samples.message("order", [parcel.order])
    data = data.replace(f"<ceb:orderNo>{parcel.order.orderNo}</ceb:orderNo>".encode(), b"", 1)
    outcome = receive(data, sender=OPERATOR, at=AT)
    assert outcome.refused == 1
    assert Receipt.objects.get().kind == "CEB900Message"
    assert ceb.read(outcome.receipt).kind == "CEB900Message"


@pytest.mark.parametrize(
    "data", [b"", b"no xml", b"<a/>", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\xff" * 100]
)
def test_what_cannot_be_read_is_kept_and_answered_by_a_900(data):
    outcome = receive(data, sender=OPERATOR, at=AT)
    assert outcome.problem is not None and outcome.problem.status.startswith("-")
    assert ceb.read(outcome.receipt).kind == "CEB900Message"
    kept = Message.objects.get()
    assert kept.problem["code"] and kept.problem["zh"] and kept.problem["en"]


def test_a_receipt_is_not_taken_as_a_declaration(parcel):
    receipt = file("order", parcel.order).receipt
    assert receive(receipt, sender=OPERATOR, at=AT).problem is not None


def test_only_the_firm_itself_files_in_its_name(parcel):
    from tongguan.parties.queries import find

    payer = find(samples.PAYER.code)
    outcome = file("order", parcel.order, sender=Actor("p", "payer", payer.pk))
    assert statuses(outcome) == ["-10102"] and not Order.objects.exists()
    outcome = file("inventory", parcel.inventory, sender=Actor("p", "payer", payer.pk))
    assert statuses(outcome) == ["-621016"] and not Inventory.objects.exists()
    broker = find(samples.BROKER.code)
    assert statuses(file("order", parcel.order, sender=Actor("b", "broker", broker.pk))) == ["120"]


def test_an_officer_does_not_file(parcel):
    with pytest.raises(NotYours):
        file("order", parcel.order, sender=Actor("o", "officer"))


def test_nobody_changes_the_document_of_another(parcel):
    from tongguan.parties.queries import find

    file("order", parcel.order)  # by the broker's message, through the operator
    payer = find(samples.PAYER.code)
    changed = samples.message("order", [parcel.changed("order", appType="3").order], sender=samples.PAYER)
    assert statuses(receive(changed, sender=Actor("p", "payer", payer.pk), at=AT)) == ["-301009"]


def test_an_unknown_sender_is_refused_where_the_intake_is_closed_and_met_where_it_is_open(parcel, settings):
    assert statuses(file("order", parcel.order, sender=None)) == ["-10102"]
    settings.OPEN_INTAKE = True
    assert statuses(file("order", parcel.order, sender=None)) == ["120"]


def test_a_waybill_number_may_be_used_again_after_six_months(parcel):
    file_all(parcel)
    again = parcel.changed("waybill", orderNo="OTHER")
    assert statuses(file("waybill", again.waybill, at=AT + timedelta(days=100))) == ["-504015"]
    assert statuses(file("waybill", again.waybill, at=AT + timedelta(days=190))) == ["120"]


def test_the_law_of_the_day_decides(parcel):
    """5,000 at once is within the limit of 2019 and later; 2,000 was the limit before (财关税〔2016〕18号)."""
    from datetime import date

    from tongguan.ecommerce.rules.limits import LIMITS, Purchase
    from tongguan.kernel.law import law
    from tongguan.kernel.rules import check

    class Day:
        def __init__(self, day):
            self.single_limit = law("ecommerce.single_limit", on=day).value
            self.annual_limit = law("ecommerce.annual_limit", on=day).value

    purchase = Purchase("B", D(3000), D(0), one_article=False)
    assert [f.alias for f in check(LIMITS, purchase, Day(date(2018, 12, 31)))] == ["SINGLE_LIMIT"]
    assert check(LIMITS, purchase, Day(date(2019, 1, 1))) == []


def test_a_full_message(window):
    """A hundred parcels in four messages: all clear, in few statements."""
    parcels = list(samples.parcels(100, seed=3, at=AT))
    outcome = file_all(*parcels)
    assert statuses(outcome) == ["800"] * 100
    assert len({n.reply.keys["invtNo"] for n in outcome.nodes}) == 100


def test_statements_do_not_grow_with_the_nodes(django_assert_max_num_queries):
    for count, seed in ((2, 11), (60, 12)):
        parcels = list(samples.parcels(count, seed=seed, at=AT))
        for noun in ("order", "payment", "waybill"):
            file(noun, *(getattr(p, noun) for p in parcels))
        with django_assert_max_num_queries(34):
            file("inventory", *(p.inventory for p in parcels))


def test_no_name_or_number_of_a_person_stands_in_clear(parcel):
    """Personal fields are sealed and matched by keyed digests; neither tables nor events show them."""
    from django.db import connection

    file_all(parcel)
    secrets = [
        parcel.order.buyerIdNumber,
        parcel.order.buyerName,
        parcel.order.consigneeTelephone,
        parcel.order.consigneeAddress,
    ]
    with connection.cursor() as cursor:
        tables = [
            t for t in connection.introspection.table_names() if t.startswith(("ecommerce_", "journal_", "ledgers_"))
        ]
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = "\n".join(row[0] for row in cursor.fetchall())
            for value in secrets:
                assert value not in rows and value.encode().hex() not in rows, (table, value)


def test_documents_come_back_as_they_were_said(parcel):
    from tongguan.ecommerce.intake.opening import opened

    file_all(parcel)
    number = Inventory.objects.get().filing_id
    assert opened([number]) == {number: parcel.inventory}
    assert msgspec.json.encode(opened([number])[number])
