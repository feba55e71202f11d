"""POST /cebcmsg in both forms, and receipts by polling."""

from __future__ import annotations

import base64

import msgspec
import pytest
from tests.api.conftest import AT, make_parcel, xml
from tests.ecommerce.filing import told

from tongguan.api.transport import RECEIPTS
from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory, Message, Order, Receipt
from tongguan.ecommerce.taxes.actions import tell_new
from tongguan.formats import ceb

XML = "application/xml"


def envelope(data: bytes, *, lower: bool = False) -> dict:
    """Return the envelope as the clients of the HTTP access write it."""
    head = {
        "MessageId": "",
        "MessageType": "CEB311Message.xml",
        "SenderID": "SHOP",
        "ReceiverID": "PORT",
        "Version": "1.0",
    }
    body = {"data": base64.b64encode(data).decode()}
    if lower:
        return {"message": {"messageHead": {k[0].lower() + k[1:]: v for k, v in head.items()}, "messageBody": body}}
    return {"Message": {"MessageHead": head, "MessageBody": body}}


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("declared", [False, True])
def test_an_envelope_is_answered_by_ok(window, parcel, lower, declared):
    data = xml("order", parcel)
    if not declared:
        data = data.partition(b"?>")[2].strip()
    response = window.broker.post("/cebcmsg", envelope(data, lower=lower))
    assert (response.status_code, response.content) == (200, b"OK")
    assert response["Content-Type"].startswith("text/plain")
    assert Order.objects.get().order_no == "T0001"


def test_an_envelope_after_a_byte_order_mark_and_with_broken_lines(window, parcel):
    body = envelope(xml("order", parcel))
    inner = body["Message"]["MessageBody"]
    inner["data"] = "\r\n".join(inner["data"][at : at + 76] for at in range(0, len(inner["data"]), 76))
    assert window.broker.post("/cebcmsg", b"\xef\xbb\xbf" + msgspec.json.encode(body)).content == b"OK"


def test_an_envelope_with_an_unreadable_message_is_taken_in_too(window):
    assert window.broker.post("/cebcmsg", envelope(b"<broken")).content == b"OK"
    assert Message.objects.get().problem["status"] == "-900004"
    assert Receipt.objects.get().kind == "CEB900Message"


@pytest.mark.parametrize(
    "body, code, pointer",
    [
        (b"", "MALFORMED_JSON", ""),
        (b"{", "MALFORMED_JSON", ""),
        (b"\xff", "MALFORMED_JSON", ""),
        (b'{"a":' * 5000, "MALFORMED_JSON", ""),
        (b"[]", "WRONG_SHAPE", "JSON"),
        (b'"x"', "WRONG_SHAPE", "JSON"),
        (b"{}", "MEMBER_MISSING", "Message"),
        (b'{"Message":[]}', "WRONG_SHAPE", "Message"),
        (b'{"Message":{}}', "MEMBER_MISSING", "Message/MessageBody"),
        (b'{"Message":{"MessageBody":{}}}', "MEMBER_MISSING", "Message/MessageBody/data"),
        (b'{"Message":{"MessageBody":{"data":3}}}', "WRONG_SHAPE", "Message/MessageBody/data"),
        (b'{"Message":{"MessageBody":{"data":"%%%%"}}}', "BAD_BASE64", "Message/MessageBody/data"),
        (b'{"Message":{"MessageBody":{"data":"PGE"}}}', "BAD_BASE64", "Message/MessageBody/data"),
        ('{"Message":{"MessageBody":{"data":"报文"}}}'.encode(), "BAD_BASE64", "Message/MessageBody/data"),
    ],
)
def test_a_broken_envelope_is_a_problem(window, body, code, pointer):
    response = window.broker.post("/cebcmsg", body)
    assert response.status_code == 400
    problem = response.json()
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["application/xml", "text/xml; charset=utf-8", "application/json", "text/plain"]
)
def test_xml_is_answered_by_its_receipt(window, parcel, content_type):
    response = window.broker.post("/cebcmsg", xml("order", parcel), content_type)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    said = ceb.read(response.content)
    assert (said.kind, said.nodes[0].document.returnStatus) == ("CEB312Message", "120")


def test_xml_of_another_encoding_is_taken(window, parcel):
    text = xml("order", parcel).decode().partition("?>")[2]
    utf16 = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
    response = window.broker.post("/cebcmsg", utf16, "application/json")
    assert ceb.read(response.content).nodes[0].document.orderNo == "T0001"


def test_a_refused_record_is_answered_by_its_receipt(window, parcel):
    window.broker.post("/cebcmsg", xml("order", parcel), XML)
    said = ceb.read(window.broker.post("/cebcmsg", xml("order", parcel), XML).content)
    assert said.nodes[0].document.returnStatus == "-301010"


def test_unreadable_xml_is_answered_by_a_900(window):
    for body in (b" ", b"<broken", b"{}", b"<!DOCTYPE a><a/>", b"<a/>"):
        response = window.broker.post("/cebcmsg", body, XML)
        assert response.status_code == 200 and ceb.read(response.content).kind == "CEB900Message"


def test_a_message_for_another_enterprise_is_refused(window, parcel):
    said = ceb.read(window.platform.post("/cebcmsg", xml("order", parcel), XML).content)
    assert said.nodes[0].document.returnStatus == "-10102" and not Order.objects.exists()


@pytest.mark.parametrize("path, method", [("/cebcmsg", "GET"), ("/ceb312msg", "POST"), ("/api/v1/receipts", "POST")])
def test_a_wrong_method_is_a_problem(window, path, method):
    response = getattr(window.broker, method.lower())(path, *([b""] if method == "POST" else []))
    assert response.status_code == 405 and response.json()["code"] == "METHOD_NOT_ALLOWED"
    assert response["Allow"] == {"GET": "POST", "POST": "GET"}[method]


def cleared(caller, *parcels: samples.Parcel) -> None:
    for noun in samples.KINDS:
        assert caller.post("/cebcmsg", xml(noun, *parcels, seed=len(parcels)), XML).status_code == 200


def poll(caller, kind: str, dxp_id: str, since: str = "20260501000000", **more: str):
    return caller.get(f"/ceb{kind}msg", {"dxpid": dxp_id, "qryid": since, **more})


def test_receipts_are_polled_by_kind(racing_window, parcel):
    broker = racing_window.broker
    cleared(broker, parcel)
    [order] = poll(broker, "312", broker.dxp_id).json()
    [row] = told(kind="CEB312Message")
    sent = Message.objects.get(pk=row.message_id)
    moment = int(AT.timestamp() * 1000)
    assert order == {
        "org_id": row.enterprise_id, "instm": moment, "guid": row.guid, "re_order_guid": sent.guid, "returnstatus": "120",
        "ebpcode": parcel.order.ebpCode, "ebccode": parcel.order.ebcCode, "orderno": "T0001", "trans_dxpid": broker.dxp_id,
        "returninfo": f"新增申报成功，海关入库[{parcel.order.guid}]", "returntime": moment, "returntime2": "20260501090000",
    }  # fmt: skip
    [payment] = poll(broker, "412", broker.dxp_id).json()
    assert payment["paytransactionid"] == "PT0001"
    [waybill] = poll(broker, "512", broker.dxp_id).json()
    assert waybill["logisticsno"] == "TZT0001"
    inventory = poll(broker, "622", broker.dxp_id).json()
    assert [one["returnstatus"] for one in inventory] == ["2", "120", "399", "800"]
    assert inventory[-1]["invtno"] == Inventory.objects.get().invt_no
    assert (
        inventory[-1]["re_elist_guid"]
        == inventory[0]["re_order_guid"]
        == Message.objects.get(kind="CEB621Message").guid
    )
    assert (
        inventory[-1]["re_elist_guid_cus"] == inventory[-1]["guid"] and inventory[-1]["createtime"] == "20260501090000"
    )
    assert poll(broker, "900", broker.dxp_id).json() == []


def test_tax_bills_are_polled_by_whoever_guarantees_the_tax(racing_window, parcel):
    """The broker files, the platform guarantees: the 816 goes to the platform."""
    cleared(racing_window.broker, parcel)
    assert tell_new(at=AT) == 1
    row, platform = Inventory.objects.get(), racing_window.platform
    [bill] = poll(platform, "816", platform.dxp_id).json()
    assert (bill["returnstatus"], bill["taxno"], bill["invtno"]) == ("1", f"T{row.invt_no}", row.invt_no)
    assert bill["valueaddedtax"] == str(row.vat) and bill["org_id"] != row.enterprise_id
    assert poll(racing_window.broker, "816", racing_window.broker.dxp_id).json() == []
    assert poll(platform, "818", platform.dxp_id).json() == []


def test_a_poll_begins_at_its_moment(racing_window, parcel):
    broker = racing_window.broker
    cleared(broker, parcel)
    assert len(poll(broker, "622", broker.dxp_id, "20260501090000").json()) == 4
    assert poll(broker, "622", broker.dxp_id, "20260501090001").json() == []


def test_a_poll_shows_nobody_elses_receipts(racing_window, parcel):
    cleared(racing_window.broker, parcel)
    assert poll(racing_window.platform, "312", racing_window.broker.dxp_id).json() == []
    assert len(poll(racing_window.operator, "312", racing_window.broker.dxp_id).json()) == 1


def test_the_open_door_shows_the_receipts_of_the_exchange_number_asked_for(racing_window, parcel, settings):
    settings.OPEN_INTAKE = True
    cleared(racing_window.nobody, parcel)
    assert len(poll(racing_window.nobody, "622", racing_window.broker.dxp_id).json()) == 4
    assert poll(racing_window.nobody, "622", racing_window.platform.dxp_id).json() == []


def test_a_long_poll_goes_on_after_its_last_receipt(racing_window, monkeypatch):
    monkeypatch.setattr("tongguan.api.transport.PAGE", 3)
    broker = racing_window.broker
    cleared(broker, make_parcel("L1"), make_parcel("L2"))
    seen, path = [], f"/ceb622msg?dxpid={broker.dxp_id}&qryid=20260501000000"
    while path:
        page = broker.get(path)
        seen += [one["guid"] for one in page.json()]
        path = page["Link"].partition(">")[0][1:] if "Link" in page else ""
    assert len(seen) == 8 == len(set(seen))


@pytest.mark.parametrize(
    "query, name",
    [
        ({"dxpid": ""}, "dxpid"), ({"dxpid": "x" * 31, "qryid": "20260501000000"}, "dxpid"),
        ({"dxpid": "a\0", "qryid": "1"}, "dxpid"),
        ({"dxpid": "D", "qryid": ""}, "qryid"), ({"dxpid": "D", "qryid": "2026-05-01"}, "qryid"),
        ({"dxpid": "D", "qryid": "20260231000000"}, "qryid"),
        ({"dxpid": "D", "qryid": "２０２６０５０１００００００"}, "qryid"),
        ({"dxpid": "D", "qryid": "20260501000000", "after": "x"}, "after"),
        ({"dxpid": "D", "qryid": "20260501000000", "after": f"{2**63}-1"}, "after"),
    ],
)  # fmt: skip
def test_a_poll_with_wrong_parameters_is_a_problem(window, query, name):
    response = window.broker.get("/ceb312msg", query)
    assert (response.status_code, response.json()["code"]) == (400, "BAD_PARAMETER")
    assert response.json()["errors"][0]["pointer"] == name


def test_a_poll_may_leave_out_the_number_or_the_moment(racing_window, parcel):
    broker = racing_window.broker
    cleared(broker, parcel)
    for query in (
        {},
        {"qryid": "20260501000000"},
        {"dxpid": broker.dxp_id},
        {"dxpId": broker.dxp_id, "qryId": "20260501000000"},
    ):
        assert len(broker.get("/ceb622msg", query).json()) == 4, query
    assert broker.get("/ceb622msg", {"qryid": "20260501090001"}).json() == []


def test_somebody_unknown_names_the_number(open_window):
    assert open_window.nobody.get("/ceb622msg", {"qryid": "20260501000000"}).status_code == 400


def test_every_kind_of_receipt_has_its_address(window):
    kinds = ("312", "412", "512", "514", "622", "624", "626", "712", "816", "818", "900")
    for kind in kinds:
        assert poll(window.broker, kind, window.broker.dxp_id).json() == []
    assert sorted(RECEIPTS) == [f"CEB{kind}Message" for kind in kinds]


@pytest.mark.parametrize("lower", [False, True])
def test_a_client_of_the_http_access_clears_a_parcel(racing_window, parcel, lower):
    """As the Java client does it: each message in its envelope, then each kind polled from the moment it began."""
    client, since = racing_window.broker, f"{AT:%Y%m%d%H%M%S}"
    for noun in samples.KINDS:
        sent = client.post("/cebcmsg", envelope(xml(noun, parcel), lower=lower), "application/json;charset=UTF-8")
        assert (sent.status_code, sent.content) == (200, b"OK")
    [order] = client.get(f"/ceb312msg?dxpid={client.dxp_id}&qryid={since}").json()
    assert {name: order[name] for name in ("returnstatus", "ebpcode", "ebccode", "orderno", "trans_dxpid")} == {
        "returnstatus": "120", "ebpcode": parcel.order.ebpCode, "ebccode": parcel.order.ebcCode,
        "orderno": parcel.order.orderNo, "trans_dxpid": client.dxp_id,
    }  # fmt: skip
    assert {"org_id", "instm", "re_order_guid", "returninfo", "returntime"} <= set(order)
    inventory = client.get(f"/ceb622msg?dxpid={client.dxp_id}&qryid={since}").json()
    assert inventory[-1]["returnstatus"] == "800" and inventory[-1]["copno"] == parcel.inventory.copNo
