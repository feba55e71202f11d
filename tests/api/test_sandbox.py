"""The sandbox for machines: the addresses of the window once more, decided by magic values, kept for their sender."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from tests.api.conftest import AT, make_parcel, records, xml

from tongguan.api import limits
from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Message
from tongguan.formats import ceb, signing
from tongguan.sandbox.models import Exchange

XML = "application/xml"


def envelope(data: bytes) -> dict:
    return {"Message": {"MessageBody": {"data": base64.b64encode(data).decode()}}}


def signed(caller, data: bytes, algorithm: str = "rsa-sha1") -> bytes:
    """Return a message signed by a trial certificate that the sandbox issues to the caller."""
    made = caller.post("/api/v1/sandbox/certificates", {"algorithm": algorithm}).json()
    der = signing.read_certificate(made["certificate"].encode()).der
    return signing.sign(data, signing.load_key(made["key"].encode()), der)


def inventory(caller, number: str) -> bytes:
    made = make_parcel(number).changed("inventory", copNo=number[-20:])
    return signed(caller, xml("inventory", made))


def poll(caller, kind: str, **more: str):
    return caller.get(f"/sandbox/ceb{kind}msg", {"dxpid": caller.dxp_id, "qryid": "20260501000000", **more})


def later(monkeypatch, **by) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(**by))


def test_xml_is_answered_by_its_receipt(window):
    response = window.broker.post("/sandbox/cebcmsg", inventory(window.broker, "S1"), XML)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    said = ceb.read(response.content)
    assert (said.kind, said.nodes[0].document.returnStatus) == ("CEB622Message", "800")
    assert not Message.objects.exists()


def test_the_json_envelope_is_answered_by_ok(window):
    response = window.broker.post("/sandbox/cebcmsg", envelope(xml("order", make_parcel("S1"))))
    assert response.content == b"OK"
    row = Exchange.objects.get()
    assert (row.form, row.kind, row.nodes[0]["status"]) == ("json", "CEB311Message", "120")


def test_silence_is_answered_by_ok(window):
    assert window.broker.post("/sandbox/cebcmsg", inventory(window.broker, "S1-TIMEOUT"), XML).content == b"OK"


def test_receipts_are_polled_as_at_the_window(racing_window, monkeypatch):
    broker = racing_window.broker
    broker.post("/sandbox/cebcmsg", inventory(broker, "S1-LATE-800-60"), XML)
    found = poll(broker, "622").json()
    assert [one["returnstatus"] for one in found] == ["2", "120", "399"]
    assert found[0]["re_elist_guid"] == found[0]["re_order_guid"] and found[0]["trans_dxpid"] == broker.dxp_id
    later(monkeypatch, seconds=61)
    assert [one["returnstatus"] for one in poll(broker, "622").json()] == ["2", "120", "399", "800"]
    assert poll(broker, "622", dxpid="OTHER").json() == [] == poll(broker, "312").json()
    assert poll(racing_window.platform, "622", dxpid=broker.dxp_id).json() == []
    assert broker.get("/ceb622msg", {"dxpid": broker.dxp_id, "qryid": "20260501000000"}).json() == []


def test_a_duplicate_is_the_same_receipt_twice(racing_window):
    broker = racing_window.broker
    broker.post("/sandbox/cebcmsg", inventory(broker, "S1-DUPLICATE"), XML)
    last, again = poll(broker, "622").json()[-2:]
    assert last == again and last["returnstatus"] == "800"


def test_a_long_poll_goes_on(racing_window, monkeypatch):
    monkeypatch.setattr("tongguan.api.sandbox.transport.PAGE", 3)
    broker = racing_window.broker
    for number in ("L1", "L2"):
        broker.post("/sandbox/cebcmsg", inventory(broker, number), XML)
    seen, path = [], f"/sandbox/ceb622msg?dxpid={broker.dxp_id}"
    while path:
        page = broker.get(path)
        seen += [one["re_order_guid"] for one in page.json()]
        path = page["Link"].partition(">")[0][1:] if "Link" in page else ""
    assert len(seen) == 8 == len(set(seen))


def test_receipts_are_read_on_by_the_cursor(racing_window):
    broker = racing_window.broker
    broker.post("/sandbox/cebcmsg", inventory(broker, "S1-TAX"), XML)
    first = broker.get("/api/v1/sandbox/receipts", {"limit": 2}).json()
    second = broker.get("/api/v1/sandbox/receipts", {"after": first["next"]}).json()
    assert [one["status"] for one in first["receipts"] + second["receipts"]] == ["2", "120", "399", "800", "1"]
    assert broker.get("/api/v1/sandbox/receipts", {"after": second["next"]}).json()["receipts"] == []
    assert (
        second["receipts"]
        == broker.get("/api/v1/sandbox/receipts", {"after": first["receipts"][-1]["cursor"]}).json()["receipts"]
    )


def test_json_is_answered_by_what_became_of_each_record(window):
    good, bad = make_parcel("M1"), make_parcel("M2-301010")
    outcome = window.broker.post("/api/v1/sandbox/messages", xml("order", good, bad), XML).json()
    assert {name: outcome[name] for name in ("kind", "accepted", "refused")} == {
        "kind": "CEB311Message", "accepted": 1, "refused": 1,
    }  # fmt: skip
    assert [node["status"] for node in outcome["nodes"]] == ["120", "-301010"]
    again = window.broker.post("/api/v1/sandbox/messages/CEB311Message", records("order", good)).json()
    assert again["accepted"] == 1
    listed = window.broker.get("/api/v1/sandbox/messages").json()["messages"]
    assert [one["id"] for one in listed] == [again["message"], outcome["message"]]
    one = window.broker.get(f"/api/v1/sandbox/messages/{outcome['message']}").json()
    assert [filing["status"] for filing in one["filings"]] == ["120", "-301010"]


@pytest.mark.parametrize(
    "path, body, status, code",
    [
        ("/sandbox/cebcmsg", b"{", 400, "MALFORMED_JSON"),
        ("/sandbox/cebcmsg", b'{"Message":{"MessageBody":{"data":"%%"}}}', 400, "BAD_BASE64"),
        ("/api/v1/sandbox/messages", b"<a", 422, "UNREADABLE_MESSAGE"),
        ("/api/v1/sandbox/messages/CEB311Message", b'[{"orderNo": 7}]', 422, "DOCUMENT_INVALID"),
        ("/api/v1/sandbox/messages/CEB312Message", b"[]", 404, "NOT_FOUND"),
        ("/api/v1/sandbox/certificates", b'{"algorithm": "dsa"}', 400, "BAD_PARAMETER"),
        ("/api/v1/sandbox/certificates", b'{"x": 1}', 400, "BAD_PARAMETER"),
        ("/api/v1/sandbox/certificates", b"x", 400, "MALFORMED_JSON"),
    ],
)
def test_bad_input_is_a_problem_and_kept_where_it_was_sent_for_trial(window, path, body, status, code):
    response = window.broker.post(path, body, "text/plain")
    assert (response.status_code, response.json()["code"]) == (status, code)
    kept = [row.problem["code"] for row in Exchange.objects.all()]
    assert kept == ([] if status == 404 or "certificates" in path else [kept and kept[0]])
    assert not Message.objects.exists()


def test_a_body_that_is_too_large_is_refused_and_its_beginning_kept(window, monkeypatch):
    monkeypatch.setattr("tongguan.api.bodies.LIMIT", 2000)
    data = xml("order", make_parcel("S1"))
    response = window.broker.post("/sandbox/cebcmsg", data + b" " * 3000, XML)
    assert response.status_code == 413 and ceb.read(response.content).kind == "CEB900Message"
    assert window.broker.post("/sandbox/cebcmsg", b"{" + b" " * 3000).json()["code"] == "TOO_LARGE"
    assert [row.problem["code"] for row in Exchange.objects.all()] == ["TOO_LARGE"] * 2


def test_unreadable_xml_is_answered_by_a_900(racing_window):
    for body in (b" ", b"<broken", b"{}", b"<!DOCTYPE a><a/>", b"<a/>"):
        response = racing_window.broker.post("/sandbox/cebcmsg", body, XML)
        assert response.status_code == 200 and ceb.read(response.content).kind == "CEB900Message"
    assert len(racing_window.broker.get("/sandbox/ceb900msg").json()) == 5


@pytest.mark.parametrize(
    "query", [{"dxpid": ""}, {"qryid": "x"}, {"after": "x"}, {"after": f"{2**63}-1"}, {"after": "1-2-3"}]
)
def test_a_poll_with_wrong_parameters_is_a_problem(window, query):
    response = window.broker.get("/sandbox/ceb312msg", query)
    assert (response.status_code, response.json()["code"]) == (400, "BAD_PARAMETER")


def test_nobody_unknown_is_let_in(open_window):
    for path in (
        "/sandbox/ceb312msg",
        "/api/v1/sandbox/exchanges",
        "/api/v1/sandbox/receipts",
        "/api/v1/sandbox/magic",
    ):
        assert open_window.nobody.get(path).status_code == 401, path
    for path in ("/sandbox/cebcmsg", "/sandbox/dxp", "/api/v1/sandbox/messages", "/api/v1/sandbox/certificates"):
        assert open_window.nobody.post(path, b"<a/>", XML).status_code == 401, path
    assert not Exchange.objects.exists()


def test_calls_are_limited_as_at_the_window(window, monkeypatch):
    monkeypatch.setattr(limits, "calls", limits.Buckets(limits.Limit(1, 2)))
    said = [window.broker.post("/sandbox/cebcmsg", b"<a", XML).status_code for _ in range(4)]
    assert said == [200, 200, 429, 429] and Exchange.objects.count() == 2


def test_exchanges_are_shown_to_their_sender_only(window):
    order = make_parcel("S1-301010").order
    window.broker.post("/sandbox/cebcmsg", xml("order", make_parcel("S1-301010")), XML, **{"User-Agent": "shop/1"})
    [row] = window.broker.get("/api/v1/sandbox/exchanges").json()["exchanges"]
    assert (row["form"], row["refused"], row["headers"]["User-Agent"]) == ("xml", 1, "shop/1")
    path = f"/api/v1/sandbox/exchanges/{row['number']}"
    one = window.broker.get(path).json()
    assert (one["nodes"][0]["magic"], one["receipts"][0]["status"]) == ("301010", "-301010")
    assert "CEB312Message" in one["answer"] and "<ceb:orderNo>S1-301010</ceb:orderNo>" in one["request"]
    everything = json.dumps(one, ensure_ascii=False)
    assert window.broker.token not in everything
    for secret in (order.buyerName, order.buyerIdNumber, order.buyerTelephone, order.consigneeAddress):
        assert secret not in everything
    for other in (window.platform, window.operator):
        for address in (path, f"{path}/bundle", f"/api/v1/sandbox/messages/{row['number']}"):
            assert other.get(address).status_code == 404
        assert other.get("/api/v1/sandbox/exchanges").json()["exchanges"] == []
    for strange in ("0", "x", "9" * 30, "１"):
        assert window.broker.get(f"/api/v1/sandbox/exchanges/{strange}").status_code == 404


def test_filters_of_exchanges(window):
    window.broker.post("/sandbox/cebcmsg", xml("order", make_parcel("S1-301010")), XML)
    window.broker.post("/sandbox/cebcmsg", envelope(xml("order", make_parcel("S1"))))

    def forms(**query) -> list[str]:
        return [one["form"] for one in window.broker.get("/api/v1/sandbox/exchanges", query).json()["exchanges"]]

    assert forms() == ["json", "xml"] and forms(refused="true") == ["xml"] and forms(form="json") == ["json"]
    assert forms(kind="CEB411Message") == [] and len(forms(kind="CEB311Message")) == 2
    for query in ({"form": "smoke"}, {"kind": "a\0"}, {"before": "x"}):
        assert window.broker.get("/api/v1/sandbox/exchanges", query).status_code == 400


def test_a_bundle_is_a_zip_without_secrets(window):
    window.broker.post("/sandbox/cebcmsg", xml("order", make_parcel("S1")), XML)
    number = Exchange.objects.get().pk
    response = window.broker.get(f"/api/v1/sandbox/exchanges/{number}/bundle")
    assert response["Content-Type"] == "application/zip" and "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        written = b"".join(file.read(name) for name in file.namelist())
        assert set(file.namelist()) == {"exchange.json", "findings.json", "receipts.json", "request.xml", "answer.xml"}
    order = make_parcel("S1").order
    for secret in (window.broker.token, order.buyerName, order.buyerIdNumber):
        assert secret.encode() not in written


def test_a_poll_that_brings_nothing_is_not_kept(racing_window):
    broker = racing_window.broker
    poll(broker, "312")
    assert not Exchange.objects.exists()
    broker.post("/sandbox/cebcmsg", xml("order", make_parcel("S1")), XML)
    poll(broker, "312")
    row = Exchange.objects.order_by("-id").first()
    assert (row.form, row.kind) == ("poll", "CEB312Message") and "dxpid" in row.address


def test_certificates_are_the_callers_own(window):
    made = window.broker.post("/api/v1/sandbox/certificates", b"", XML)
    assert made.json()["algorithm"] == "sm2-sm3" and "no-store" in made["Cache-Control"]
    [listed] = window.broker.get("/api/v1/sandbox/certificates").json()["certificates"]
    assert listed["serial"] == made.json()["serial"] and "key" not in listed
    assert window.platform.get("/api/v1/sandbox/certificates").json()["certificates"] == []
    assert window.operator.post("/api/v1/sandbox/certificates", {}).status_code == 404
    given = window.operator.post("/api/v1/sandbox/certificates", {"enterprise": samples.PLATFORM.code})
    assert given.status_code == 200 and window.platform.get("/api/v1/sandbox/certificates").json()["certificates"]
    theirs = {"enterprise": samples.PLATFORM.code}
    mine = window.broker.post("/api/v1/sandbox/certificates", theirs).json()["certificate"]
    assert signing.read_certificate(mine.encode()).code == samples.BROKER.code


def test_the_magic_values_are_listed(window):
    found = {one["kind"]: one for one in window.broker.get("/api/v1/sandbox/magic").json()["messages"]}
    assert found["CEB621Message"]["elements"] == ["copNo", "orderNo"]
    values = {one["value"]: one["code"] for one in found["CEB621Message"]["values"]}
    assert values["-621018"] == "-621018" and values["-500"] == "500" and "-TIMEOUT" in values and "-TAX" in values


def test_no_answer_is_given_that_was_not_kept(window, monkeypatch):
    monkeypatch.setattr("tongguan.sandbox.actions.keep", lambda *a, **k: 1 / 0)
    response = window.broker.post("/sandbox/cebcmsg", xml("order", make_parcel("S1")), XML)
    assert (response.status_code, response.json()["code"]) == (500, "INTERNAL")


@pytest.mark.parametrize("path", ["/sandbox/cebfoo", "/sandbox/dxp/x", "/api/v1/sandbox/nothing"])
def test_an_unknown_address_is_a_problem(window, path):
    assert window.broker.get(path).json()["code"] == "NOT_FOUND"


def test_deep_and_strange_bytes_are_answered(window):
    for body in (b'{"a":' * 5000, b"\xff\xfe<", b"<a>" * 9000, msgspec.json.encode({"Message": [1]}), b"\0" * 500):
        for path in ("/sandbox/cebcmsg", "/sandbox/dxp", "/api/v1/sandbox/messages"):
            assert window.broker.post(path, body, "").status_code < 500
    assert connection.in_atomic_block
