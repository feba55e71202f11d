"""Parcels by the JSON API: found, shown whole, and nothing personal in clear."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.conftest import AT, make_parcel, xml

from tongguan.api.masking import PERSONAL, masked
from tongguan.ecommerce import queries, samples
from tongguan.ecommerce.chronicle import chronicle
from tongguan.ecommerce.models import Inventory, Waybill, WaybillStatus
from tongguan.formats import ceb
from tongguan.journal.actions import sequence
from tongguan.kernel.states import Actor

XML = "application/xml"


@pytest.fixture
def cleared(window, parcel) -> samples.Parcel:
    for noun in samples.KINDS:
        window.broker.post("/api/v1/messages", xml(noun, parcel), XML)
    return parcel


def path(parcel: samples.Parcel) -> str:
    return f"/api/v1/parcels/{parcel.order.ebpCode}/{parcel.order.orderNo}"


def test_a_parcel_is_found_by_any_of_its_numbers(window, cleared):
    row = Inventory.objects.get()
    for number in ("T0001", "TZT0001", "PT0001", "CT0001", row.pre_no, row.invt_no, " T0001 "):
        [hit] = window.broker.get("/api/v1/parcels", {"number": number}).json()["parcels"]
        assert (hit["orderNo"], hit["href"]) == ("T0001", path(cleared)), number
    assert window.broker.get(hit["href"]).status_code == 200
    assert window.broker.get("/api/v1/parcels", {"number": "nothing"}).json() == {"parcels": []}


@pytest.mark.parametrize("query", [{}, {"number": ""}, {"number": "x" * 61}, {"number": "a\0"}])
def test_a_number_is_needed_to_find_a_parcel(window, query):
    response = window.broker.get("/api/v1/parcels", query)
    assert response.status_code == 400 and response.json()["errors"][0]["pointer"] == "number"


def test_a_cleared_parcel_is_shown_whole(window, cleared):
    shown = window.broker.get(path(cleared)).json()
    inventory = shown["inventory"]
    assert (inventory["state"], inventory["status"], inventory["plan"]) == ("released", "800", "within")
    assert inventory["customsValue"] == shown["sheet"]["value"] == "774.00"
    assert inventory["tax"] == shown["sheet"]["total"] and inventory["releasedAt"] == "2026-05-01T09:00:00+08:00"
    assert [one["status"] for one in shown["receipts"]] == ["120", "120", "120", "2", "120", "399", "800"]
    assert shown["order"]["state"] == shown["payments"][0]["state"] == shown["waybill"]["state"] == "filed"
    assert shown["order"]["document"]["items"][1]["totalPrice"] == "536.00"
    assert shown["holds"] == shown["refused"] == []


def test_what_happened_is_told_in_the_words_of_the_journal(window, cleared):
    told = window.broker.get(path(cleared)).json()["milestones"]
    happened = [one["what"] for one in told]
    assert happened == ["order.filed", "payment.filed", "waybill.filed", "inventory.released"]
    assert told[-1]["text"] == {"zh": "清单放行", "en": "Inventory released"}
    assert {one["source"] for one in told} == {"journal"} and told[0]["at"] == "2026-05-01T09:00:00+08:00"
    assert {one["number"] for one in told} == {None}, "numbers are given within a minute"
    sequence()
    numbered = window.broker.get(path(cleared)).json()["milestones"][-1]
    proven = window.broker.get("/api/v1/proofs", {"order_no": "T0001"}).json()["events"]
    assert (numbered["number"], numbered["subject"], numbered["what"]) in {
        (one["number"], one["subject"], one["what"]) for one in proven
    }


def test_what_the_carrier_and_the_site_tell_are_milestones_too(window, cleared):
    WaybillStatus.objects.create(
        pk=1, waybill=Waybill.objects.get(), status="R", verb="deleted", happened_at=AT, filed_at=AT
    )  # fmt: skip
    [carried] = [one for one in window.broker.get(path(cleared)).json()["milestones"] if one["source"] == "waybill"]
    assert (carried["what"], carried["subject"], carried["number"]) == ("R", "", None)
    assert carried["text"]["en"] == "taken back: arrived"


def test_milestones_cost_one_query(window, cleared):
    found = queries.parcel("T0001", to=Actor("window", "operator"))
    with CaptureQueriesContext(connection) as asked:
        assert len(chronicle(found)) == 4
    assert len(asked) == 1


def test_personal_values_are_masked(window, cleared):
    order = cleared.order
    body = window.broker.get(path(cleared)).content.decode()
    for secret in (
        order.buyerName,
        order.buyerIdNumber,
        order.buyerTelephone,
        order.consigneeAddress,
        order.buyerRegNo,
    ):
        assert secret not in body
    shown = window.broker.get(path(cleared)).json()["order"]["document"]
    assert shown["buyerIdNumber"] == f"{order.buyerIdNumber[:6]}********{order.buyerIdNumber[-4:]}"
    assert shown["buyerName"] == f"{order.buyerName[0]}**"


def test_every_element_about_a_person_is_masked():
    """What the tables call a name, a telephone, an address, an account or an identity number of a person is hidden."""
    about = ("姓名", "电话", "地址", "证件号码", "注册号", "备注")
    for kind in samples.KINDS.values():
        table = ceb.TABLES[kind]
        named = {f.name for f in table.head.fields.values() if any(word in f.zh for word in about)}
        assert named <= set(PERSONAL), kind


def test_a_note_is_hidden(parcel):
    assert masked(parcel.changed("order", note="call 13800138000").order)["note"] == "***"


def test_a_parcel_without_its_inventory_shows_what_there_is(window, parcel):
    window.broker.post("/api/v1/messages", xml("waybill", parcel), XML)
    [hit] = window.broker.get("/api/v1/parcels", {"number": "T0001"}).json()["parcels"]
    assert (hit["noun"], hit["ebpCode"], hit["href"]) == ("waybill", "", "/api/v1/parcels/-/T0001")
    shown = window.broker.get(hit["href"]).json()
    assert shown["inventory"] is shown["order"] is shown["sheet"] is None and shown["waybill"]["state"] == "filed"


def test_an_order_number_may_hold_any_character(window):
    odd = make_parcel("A/B C?订单#1")
    window.broker.post("/api/v1/messages", xml("order", odd), XML)
    [hit] = window.broker.get("/api/v1/parcels", {"number": odd.order.orderNo}).json()["parcels"]
    assert window.broker.get(hit["href"]).json()["orderNo"] == odd.order.orderNo


def test_somebody_elses_parcel_is_not_there(window, cleared):
    stranger = samples.PLATFORM.code.replace("9", "8", 1)
    assert window.payer.get(f"/api/v1/parcels/{stranger}/T0001").status_code == 404
    for number in ("T0001", Inventory.objects.get().invt_no):
        assert window.payer.get("/api/v1/parcels", {"number": number}).status_code == 200
    assert window.broker.get("/api/v1/parcels/-/NOTHING").status_code == 404
    assert window.broker.get("/api/v1/parcels/-/a%00b").status_code == 404


def test_a_firm_that_no_document_names_sees_nothing(window, cleared, monkeypatch):
    from tongguan.kernel.states import Actor

    monkeypatch.setattr("tongguan.api.callers.actor_of_client", lambda client: Actor("other", "trader", 0))
    assert window.broker.get(path(cleared)).status_code == 404
    assert window.broker.get("/api/v1/parcels", {"number": "T0001"}).json() == {"parcels": []}
