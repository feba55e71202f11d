"""Finding a parcel by any of its numbers, seeing it whole, and who may."""

from __future__ import annotations

import pytest
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all

from tongguan.ecommerce import queries, samples
from tongguan.ecommerce.models import Inventory
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.queries import find

pytestmark = pytest.mark.usefixtures("window", "nobody_drawn")


def firm(of: samples.Firm, role: str = "platform") -> Actor:
    return Actor(role, role, find(of.code).pk)


@pytest.fixture
def cleared(parcel) -> samples.Parcel:
    file_all(parcel)
    return parcel


@pytest.mark.parametrize("name", ["order_no", "logistics_no", "invt_no", "pre_no", "cop_no", "bill_no"])
def test_found_by_any_number(name, cleared):
    number = getattr(Inventory.objects.get(), name)
    [hit] = queries.find(f" {number} ", to=OFFICER)
    assert (hit.noun, hit.order_no) == ("inventory", cleared.order.orderNo)


def test_found_by_payment_number_and_by_the_buyers_number_for_an_officer_only(cleared):
    assert queries.find(cleared.payment.payTransactionId, to=OFFICER)
    assert queries.find(cleared.order.buyerIdNumber, to=OFFICER)
    assert queries.find(cleared.order.buyerIdNumber, to=firm(samples.PLATFORM)) == []


def test_found_while_only_one_document_is_there(parcel):
    file("waybill", parcel.waybill)
    assert [hit.noun for hit in queries.find(parcel.waybill.logisticsNo, to=OFFICER)] == ["waybill"]
    file("order", parcel.order)
    assert [hit.noun for hit in queries.find(parcel.order.orderNo, to=OFFICER)] == ["order"]


@pytest.mark.parametrize("number", ["", "   ", "nothing", "x" * 300, "'; drop table"])
def test_nothing_is_found_by_nothing(number, cleared):
    assert queries.find(number, to=OFFICER) == []


@pytest.mark.parametrize("of", samples.FIRMS, ids=lambda f: f.kind)
def test_every_firm_of_the_parcel_sees_it(of, cleared):
    assert queries.find(cleared.order.orderNo, to=firm(of, of.kind))


def test_nobody_else_sees_it(cleared):
    other = samples._firm("110105", "MA0TG9990", "1105969999", "无关企业", "Unrelated", "platform")
    register(other.code, other.customs_registration, name_zh=other.name, kinds=[other.kind], by=OPERATOR, at=AT)
    stranger = firm(other)
    assert queries.find(cleared.order.orderNo, to=stranger) == []
    assert queries.parcel(cleared.order.orderNo, to=stranger) is None
    assert queries.recent_messages(to=stranger) == [] and queries.receipts(to=stranger) == []
    assert queries.inventories(to=stranger) == []
    assert queries.parcel(cleared.order.orderNo, to=Actor("x", "platform")) is None


def test_a_parcel_whole(cleared, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):  # eight for the records, four for the key of personal data
        found = queries.parcel(cleared.order.orderNo, to=OFFICER)
    assert found.documents == {
        "inventory": cleared.inventory, "order": cleared.order, "payment": cleared.payment, "waybill": cleared.waybill,
    }  # fmt: skip
    assert [r.status for r in found.receipts if r.kind == "CEB622Message"] == ["2", "120", "399", "800"]
    assert found.holds == []


def test_the_sheet_worked_out_again_is_what_was_charged(cleared):
    found = queries.parcel(cleared.order.orderNo, to=OFFICER)
    sheet = queries.sheet(found)
    assert sheet.value == found.inventory.customs_value
    assert (
        sheet.total()
        == found.inventory.tax
        == sum(i.duty + i.consumption_tax + i.vat for i in found.inventory.items.all())
    )


def test_pages_of_messages_and_inventories(parcel):
    for seed in (1, 2, 3):
        file_all(*samples.parcels(2, seed=seed, at=AT))
    page = queries.recent_messages(to=OFFICER, limit=5)
    after = queries.recent_messages(to=OFFICER, before=page[-1].pk, limit=50)
    assert len(page) == 5 and len(after) == 7 and not {m.pk for m in page} & {m.pk for m in after}
    assert len(queries.inventories(to=OFFICER, state="released")) == 6
    assert queries.inventories(to=OFFICER, state="waiting") == []
