"""Envelopes of the exchange in the sandbox: answered as the window does, and its receipts fetched in envelopes."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.api.conftest import make_parcel, xml
from tests.api.test_dxp import CUSTOMS, XML, enveloped, fetched, said
from tests.api.test_sandbox import inventory, later

from tongguan.ecommerce.models import Message, Receipt
from tongguan.exchange.models import Transmission
from tongguan.formats import ceb, dxp
from tongguan.sandbox.models import Exchange

PATH = "/sandbox/dxp"


def send(caller, body: bytes, number: str = "T-1", kind: str = ""):
    return caller.post(PATH, enveloped(body, caller.dxp_id, number, kind), XML)


def test_an_envelope_is_answered_as_at_the_window(window):
    broker = window.broker
    response = send(broker, xml("order", make_parcel("S1-100"), make_parcel("S2")), kind="CEB311Message")
    assert said(response) == ("0000", "0000", "T-1")
    [one] = dxp.read_answer(response.content).responses
    assert (one.OriHead.SenderId, one.Results[0].RecId) == (broker.dxp_id, CUSTOMS)
    row = Exchange.objects.get()
    assert one.Results[0].Info == f"已接收，报文编号{row.pk}：接收单证1份，退回1份，详见回执。（联调沙箱）"
    assert one.Results[0].Note.endswith("the receipts say more. (sandbox)")
    assert (row.form, [node["status"] for node in row.nodes]) == ("dxp", ["100", "120"])
    assert not Message.objects.exists() and not Transmission.objects.exists()


@pytest.mark.parametrize(
    "change, wanted",
    [
        (lambda body: b"", ("0001", "-900001", "Unknown")),
        (lambda body: b"<a/>", ("0002", "-900011", "Unknown")),
        (lambda body: body.replace(b"<dxp:Data>", b"<dxp:Data>%%%"), ("0001", "-900013", "T-1")),
        (lambda body: body.replace(CUSTOMS.encode(), b"DXPNOBODY0000009"), ("2001", "-900033", "T-1")),
        (lambda body: body.replace(b">CEB311Message<", b">CEB621Message<"), ("0999", "-900035", "T-1")),
        (lambda body: re.sub(b"(SenderId>)[^<]*", rb"\1DXPNOBODY0000009", body, count=1), ("1999", "-900031", "T-1")),
    ],
    ids=["empty", "other", "base64", "receiver", "type", "sender"],
)
def test_what_the_window_refuses_the_sandbox_refuses_by_the_same_codes_and_keeps(window, change, wanted):
    body = enveloped(xml("order", make_parcel("S1")), window.broker.dxp_id)
    assert (
        said(window.broker.post(PATH, change(body), XML))
        == wanted
        == said(window.broker.post("/dxp", change(body), XML))
    )
    [row] = Exchange.objects.all()
    assert row.problem["zh"] and row.problem["en"] and row.nodes == []


def test_a_message_that_cannot_be_read_and_one_too_large(window, monkeypatch):
    assert said(send(window.broker, b"<broken")) == ("0001", "-900004", "T-1")
    monkeypatch.setattr("tongguan.api.bodies.LIMIT", 1000)
    assert said(send(window.broker, b"x" * 4000), 413) == ("0999", "-900037", "T-1")
    assert [bool(row.problem) for row in Exchange.objects.order_by("id")] == [True, True]


def test_what_fails_in_the_service_has_its_code(window, monkeypatch):
    def fails(*args, **more):
        raise ZeroDivisionError

    monkeypatch.setattr("tongguan.api.sandbox.recording.judge", fails)
    assert said(send(window.broker, xml("order", make_parcel("S1"))), 500)[:2] == ("3999", "-900040")


def test_receipts_are_fetched_in_envelopes_in_order_and_once(racing_window):
    broker = racing_window.broker
    assert broker.get(PATH).status_code == 204
    send(broker, xml("order", make_parcel("S1"), make_parcel("S2-301010")))
    send(broker, inventory(broker, "S3"), "T-2")
    told = [(one.heading.MsgType[3:6], [doc.returnStatus for doc in ceb.read(one.data).documents])
            for one in fetched(broker, PATH)]  # fmt: skip
    assert told == [("312", ["2", "120", "-301010"]), ("622", ["2", "120", "399", "800"])]
    assert not Receipt.objects.exists() and broker.get("/dxp").status_code == 204
    first = dxp.read(broker.get(PATH).content)
    assert (first.heading.SenderId, first.heading.ReceiverIds) == (CUSTOMS, [broker.dxp_id])
    message = ceb.read(first.data)
    assert first.additions.FileName == f"CEB312Message_{message.guid}.xml" and message.warnings == []
    assert first.data == dxp.read(broker.get(PATH).content).data, "asked again from the same place, the same comes"


def test_the_key_in_an_envelope_is_where_to_read_on_also_for_what_comes_later(racing_window, monkeypatch):
    broker = racing_window.broker
    broker.post("/sandbox/cebcmsg", inventory(broker, "S1-LATE-800-60"), XML)
    first = dxp.read(broker.get(PATH).content)
    after = first.additions.BizKey[0].value
    assert broker.get(PATH, {"after": after}).status_code == 204
    later(monkeypatch, seconds=61)
    [late] = ceb.read(dxp.read(broker.get(PATH, {"after": after}).content).data).documents
    assert late.returnStatus == "800"
    again = dxp.read(broker.get(PATH).content)
    assert again.data == first.data, "a message is not another one because more has come since"


def test_a_receipt_sent_twice_is_an_envelope_sent_twice(racing_window):
    broker = racing_window.broker
    broker.post("/sandbox/cebcmsg", inventory(broker, "S1-DUPLICATE"), XML)
    whole, again = fetched(broker, PATH)
    assert ceb.read(whole.data).documents[-1] == ceb.read(again.data).documents[0]


def test_tax_bills_come_with_their_lines(racing_window, monkeypatch):
    broker = racing_window.broker
    broker.post("/sandbox/cebcmsg", inventory(broker, "S1-TAX-COLLECTED"), XML)
    later(monkeypatch, days=3)
    found = {one.heading.MsgType[3:6]: ceb.read(one.data).documents[0] for one in fetched(broker, PATH)}
    assert sorted(found) == ["622", "816", "818"]
    bill = found["816"]
    assert [item.gnum for item in bill.items] == [1, 2]
    for name in ("customsTax", "valueAddedTax", "consumptionTax"):
        assert sum((getattr(item, name) for item in bill.items), Decimal(0)) == getattr(bill, name), name
    assert found["818"].status == "2" and found["818"].taxNo == bill.taxNo


def test_a_message_that_could_not_be_read_has_its_900(racing_window):
    broker = racing_window.broker
    send(broker, b"<broken")
    [one] = [ceb.read(one.data) for one in fetched(broker, PATH)]
    assert (one.kind, one.documents[0].returnStatus) == ("CEB900Message", "-900004")


def test_only_fetching_that_brings_something_is_kept(racing_window):
    broker = racing_window.broker
    broker.get(PATH)
    send(broker, xml("order", make_parcel("S1")))
    assert Exchange.objects.count() == 1
    fetched(broker, PATH)
    assert list(Exchange.objects.order_by("id").values_list("form", "kind")) == [
        ("dxp", "CEB311Message"), ("poll", "CEB312Message"),
    ]  # fmt: skip


def test_nobody_reads_the_receipts_of_others(racing_window):
    window = racing_window
    send(window.broker, xml("order", make_parcel("S1")))
    for other in (window.payer, window.operator):
        assert other.get(PATH, {"dxpid": window.broker.dxp_id}).status_code == 204
    assert window.nobody.get(PATH).status_code == 401


@pytest.mark.parametrize("query, name", [({"dxpid": "x" * 17}, "dxpid"), ({"after": "x"}, "after")])
def test_wrong_parameters_are_a_problem(window, query, name):
    response = window.broker.get(PATH, query)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, name)
