"""Filing by the JSON API and looking at what was filed."""

from __future__ import annotations

import hashlib

import pytest
from tests.api.conftest import make_parcel, records, xml

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Filing, Message, Order

XML = "application/xml"


def test_xml_is_answered_by_what_became_of_each_record(window):
    good, bad = make_parcel("M1"), make_parcel("M2").changed("order", acturalPaid=1)
    outcome = window.broker.post("/api/v1/messages", xml("order", good, bad), XML).json()
    assert {name: outcome[name] for name in ("kind", "accepted", "refused")} == {
        "kind": "CEB311Message", "accepted": 1, "refused": 1,
    }  # fmt: skip
    first, second = outcome["nodes"]
    assert (first["position"], first["number"], first["status"], first["findings"]) == (1, "M1", "120", [])
    assert first["subject"] == str(Order.objects.get(order_no="M1"))
    assert (second["status"], second["subject"]) == ("-301008", "")
    [finding] = second["findings"]
    assert set(finding) == {"code", "alias", "pointer", "level", "message"}
    assert (finding["code"], finding["alias"], finding["pointer"], finding["level"]) == (
        "-301008", "ORDER_SUM", "acturalPaid", "refuse",
    )  # fmt: skip
    assert "实付" in finding["message"]["zh"] or finding["message"]["zh"] != finding["message"]["en"]


def test_a_parcel_clears_by_json(window, parcel):
    for noun, kind in samples.KINDS.items():
        response = window.broker.post(f"/api/v1/messages/{kind}", records(noun, parcel))
        assert response.status_code == 200, response.content
    outcome = response.json()
    assert (outcome["kind"], outcome["accepted"], outcome["nodes"][0]["status"]) == ("CEB621Message", 1, "800")
    assert Message.objects.first().enterprise.uscc == samples.BROKER.code
    assert Message.objects.first().dxp_id == window.broker.dxp_id


def test_json_goes_through_the_same_door(window, parcel):
    path = "/api/v1/messages/CEB311Message"
    assert window.broker.post(path, records("order", parcel)).json()["accepted"] == 1
    again = window.broker.post(path, records("order", parcel)).json()
    assert (again["refused"], again["nodes"][0]["status"]) == (1, "-301010")


@pytest.mark.parametrize("kind, noun", [("CEB311Message", "order"), ("CEB621Message", "inventory")])
@pytest.mark.parametrize("gnum", [0, -1])
def test_a_line_numbered_zero_is_refused(window, parcel, kind, noun, gnum):
    [record] = records(noun, parcel)
    record["items"][0]["gnum"] = gnum
    response = window.broker.post(f"/api/v1/messages/{kind}", record)
    assert (response.status_code, response.json()["refused"]) == (200, 1)


def test_records_that_do_not_follow_the_table_keep_nothing(window, parcel):
    [order] = records("order", parcel)
    response = window.broker.post("/api/v1/messages/CEB311Message", [order, order | {"qty": 1, "orderNo": None}])
    assert response.status_code == 422
    problem = response.json()
    assert problem["code"] == "DOCUMENT_INVALID"
    assert [e["pointer"] for e in problem["errors"]] == ["Order/2", "Order/2/orderNo"]
    assert not Message.objects.exists()


def test_the_operator_says_for_whom_he_files(window, parcel):
    path, documents = "/api/v1/messages/CEB311Message", records("order", parcel)
    assert window.operator.post(path, documents).json()["errors"][0]["code"] == "CEB-TRANSFER"
    transfer = {"copCode": samples.BROKER.code, "copName": "津门", "dxpMode": "DXP", "dxpId": "D"}
    response = window.operator.post(path, {"documents": documents, "baseTransfer": transfer})
    assert response.json()["accepted"] == 1
    assert Message.objects.get().enterprise.uscc == samples.BROKER.code


def test_records_at_the_open_door_need_a_base_transfer(open_window, parcel):
    path, documents = "/api/v1/messages/CEB311Message", records("order", parcel)
    assert open_window.nobody.post(path, documents).status_code == 422
    transfer = {"copCode": samples.BROKER.code, "copName": "津门", "dxpMode": "DXP", "dxpId": "D"}
    assert open_window.nobody.post(path, {"documents": documents, "baseTransfer": transfer}).json()["accepted"] == 1


@pytest.mark.parametrize("kind", ["CEB312Message", "CEB622Message", "CEB999Message", "311", "ceb311message", "1"])
def test_only_kinds_that_can_be_filed_are_there(window, kind):
    assert window.broker.post(f"/api/v1/messages/{kind}", []).status_code == 404


@pytest.mark.parametrize("body, code", [(b"<broken", "-900004"), (b"{}", "-900004"), (b" ", "-900001")])
def test_an_unreadable_message_is_a_problem_and_kept(window, body, code):
    response = window.broker.post("/api/v1/messages", body, XML)
    problem = response.json()
    assert (response.status_code, problem["code"], problem["errors"][0]["code"]) == (422, "UNREADABLE_MESSAGE", code)
    kept = window.broker.get(f"/api/v1/messages/{problem['message']}").json()["message"]
    assert kept["problem"]["status"] == code and set(kept["problem"]["message"]) == {"zh", "en"}


def test_a_message_shows_what_was_received(window, parcel):
    data = xml("order", parcel)
    number = window.broker.post("/api/v1/messages", data, XML).json()["message"]
    shown = window.broker.get(f"/api/v1/messages/{number}").json()
    assert (shown["message"]["size"], shown["message"]["digest"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert shown["message"]["receivedAt"] == "2026-05-01T09:00:00+08:00"
    assert shown["filings"] == [{"position": 1, "number": "T0001", "appType": "1", "status": "120", "findings": []}]
    assert Filing.objects.get().message_id == number


def test_somebody_elses_message_is_not_there(window, parcel):
    number = window.broker.post("/api/v1/messages", xml("order", parcel), XML).json()["message"]
    for caller in (window.platform, window.payer, window.carrier):
        assert caller.get(f"/api/v1/messages/{number}").status_code == 404
        assert caller.get("/api/v1/messages").json() == {"messages": [], "next": None}
    assert window.operator.get(f"/api/v1/messages/{number}").status_code == 200


@pytest.mark.parametrize("name", ["0", "999999", "9" * 18, "9" * 30, "x", "1e3", "-1", "١"])
def test_a_message_that_does_not_exist_is_not_there(window, name):
    assert window.broker.get(f"/api/v1/messages/{name}").status_code == 404


def test_messages_are_paged_from_the_latest(window, parcel, monkeypatch):
    monkeypatch.setattr("tongguan.api.messages.PAGE", 2)
    filed = [
        window.broker.post("/api/v1/messages", xml("order", parcel, seed=n), XML).json()["message"] for n in range(5)
    ]
    seen, query = [], {}
    while True:
        page = window.broker.get("/api/v1/messages", query).json()
        seen += [one["id"] for one in page["messages"]]
        if page["next"] is None:
            break
        query = {"before": page["next"]}
    assert seen == filed[::-1]


@pytest.mark.parametrize("before", ["0", "-1", "x", "1.5", str(2**63), "٣x"])
def test_a_wrong_page_is_a_problem(window, before):
    response = window.broker.get("/api/v1/messages", {"before": before})
    assert response.status_code == 400 and response.json()["errors"][0]["pointer"] == "before"
