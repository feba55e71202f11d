"""Envelopes of the exchange at /dxp: taken in once and answered by the official codes; receipts fetched in envelopes."""

from __future__ import annotations

import base64
import re
import threading

import pytest
from tests.api.conftest import AT, make_parcel, xml

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Message, Order
from tongguan.ecommerce.taxes.actions import tell_new
from tongguan.exchange.models import Transmission
from tongguan.formats import ceb, dxp
from tongguan.kernel.states import NotYours

CUSTOMS = "DXPEDCCEB0000002"
XML = "application/xml"


def enveloped(data: bytes, sender: str, number: str = "T-1", kind: str = "CEB311Message", to: str = CUSTOMS) -> bytes:
    heading = dxp.Heading(
        CopMsgId=number, SenderId=sender, ReceiverIds=[to], CreatTime="2026-05-01T09:00:00", MsgType=kind
    )
    return dxp.write(heading, data)


def send(caller, body: bytes, **headers: str):
    return caller.post("/dxp", body, XML, **headers)


def said(response, status: int = 200) -> tuple[str, str, str]:
    """Return code, our own status and the number that a DxpRep repeats."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/xml; charset=utf-8")
    [one] = dxp.read_answer(response.content).responses
    return one.ResponseCode, one.Results[0].Code, one.OriHead.CopMsgId


def test_an_envelope_is_filed_and_answered(window, parcel):
    broker = window.broker
    response = send(broker, enveloped(xml("order", parcel), broker.dxp_id))
    answer = dxp.read_answer(response.content)
    [one] = answer.responses
    assert (answer.receiver, one.ResponseCode, one.NoticeTime) == (broker.dxp_id, "0000", "2026-05-01")
    assert (one.OriHead.CopMsgId, one.OriHead.MsgType, one.Results[0].RecId) == ("T-1", "CEB311Message", CUSTOMS)
    assert "接收单证1份" in one.Results[0].Info and "1 records taken in" in one.Results[0].Note
    assert Order.objects.get().order_no == "T0001"
    assert Message.objects.get().dxp_id == broker.dxp_id


def test_the_answer_is_valid_by_our_own_reader_for_an_odd_time_too(window, parcel):
    body = enveloped(xml("order", parcel), window.broker.dxp_id).replace(b"2026-05-01T09:00:00", b"2026/05/01 09:00")
    assert said(send(window.broker, body)) == ("0000", "0000", "T-1")


def test_an_envelope_between_nodes_is_opened_too(window, parcel):
    inner = enveloped(xml("order", parcel), window.broker.dxp_id).partition(b"?>\n")[2]
    numbers = (
        b'<dxp:SvNo Ver="1.0"><dxp:MsgId>1</dxp:MsgId><dxp:SendTime>2026-05-01T09:00:00</dxp:SendTime>'
        b"<dxp:EndNode>1</dxp:EndNode><dxp:StaNode>2</dxp:StaNode></dxp:SvNo>"
    )
    body = b'<dxp:DxpMsgSv xmlns:dxp="%b" ver="1.0">%b%b</dxp:DxpMsgSv>' % (dxp.NAMESPACE.encode(), numbers, inner)
    assert said(send(window.broker, body)) == ("0000", "0000", "T-1")


def test_a_message_that_cannot_be_read_is_kept_and_told_with_its_code(racing_window):
    broker = racing_window.broker
    assert said(send(broker, enveloped(b"<broken", broker.dxp_id, kind=""))) == ("0001", "-900004", "T-1")
    told = ceb.read(dxp.read(broker.get("/dxp").content).data)
    assert (told.kind, told.documents[0].returnStatus) == ("CEB900Message", "-900004")
    assert told.documents[0].oriCopMsgId == "T-1"


def test_refused_records_are_no_fault_of_the_envelope(window, parcel):
    broker = window.broker
    send(broker, enveloped(xml("order", parcel), broker.dxp_id, "T-1"))
    response = send(broker, enveloped(xml("order", parcel), broker.dxp_id, "T-2"))
    assert said(response) == ("0000", "0000", "T-2")
    assert "退回1份" in dxp.read_answer(response.content).responses[0].Results[0].Info


def broken(change, code: str, status: str, number: str = "T-1"):
    return pytest.param(change, (code, status, number), id=status + code)


@pytest.mark.parametrize(
    "change, wanted",
    [
        broken(lambda body: b"", "0001", "-900001", "Unknown"),
        broken(lambda body: body[:-20], "0001", "-900004", "Unknown"),
        broken(lambda body: b"<!DOCTYPE a>" + body.partition(b"?>")[2], "0999", "-900005", "Unknown"),
        broken(lambda body: body.replace(b"DxpMsg", b"DxpRep"), "0002", "-900011", "Unknown"),
        broken(lambda body: re.sub(b"<dxp:SenderId>.*?</dxp:SenderId>", b"", body), "0002", "-900012", "Unknown"),
        broken(lambda body: body.replace(b"<dxp:Data>", b"<dxp:Data>%%%"), "0001", "-900013"),
        broken(lambda body: body.replace(CUSTOMS.encode(), b"DXPNOBODY0000009"), "2001", "-900033"),
        broken(lambda body: body.replace(b">CEB311Message<", b">CEB621Message<"), "0999", "-900035"),
        broken(lambda body: re.sub(b"(SenderId>)[^<]*", rb"\1DXPNOBODY0000009", body, count=1), "1999", "-900031"),
    ],
)
def test_a_wrong_envelope_has_its_code_and_nothing_is_kept(window, parcel, change, wanted):
    body = enveloped(xml("order", parcel), window.broker.dxp_id)
    response = send(window.broker, change(body))
    assert said(response) == wanted
    result = dxp.read_answer(response.content).responses[0].Results[0]
    assert re.search(r"[\u4e00-\u9fff]", result.Info) and not re.search(r"[\u4e00-\u9fff]", result.Note)
    assert not Message.objects.exists() and not Transmission.objects.exists()


def test_the_type_may_be_written_as_a_file_or_left_out(window, parcel):
    for number, kind in enumerate(("CEB311Message.xml", "ceb311message", "")):
        body = enveloped(xml("order", parcel), window.broker.dxp_id, f"T-{number}", kind)
        assert said(send(window.broker, body))[0] == "0000"


def test_another_known_party_is_another_receiver_and_another_sender(window, parcel):
    order, broker, payer = xml("order", parcel), window.broker, window.payer
    assert said(send(broker, enveloped(order, broker.dxp_id, to=payer.dxp_id)))[:2] == ("2002", "-900034")
    assert said(send(broker, enveloped(order, payer.dxp_id)))[:2] == ("1999", "-900032")
    assert said(send(window.operator, enveloped(order, payer.dxp_id)))[0] == "0000"


def test_one_of_several_receivers_is_enough(window, parcel):
    body = enveloped(xml("order", parcel), window.broker.dxp_id)
    both = b"<dxp:ReceiverId>DXPOTHER</dxp:ReceiverId><dxp:ReceiverId>"
    assert said(send(window.broker, body.replace(b"<dxp:ReceiverId>", both)))[0] == "0000"


def test_too_large_an_envelope_is_answered_from_its_beginning(window, parcel, monkeypatch):
    monkeypatch.setattr("tongguan.api.bodies.LIMIT", 1000)
    body = enveloped(b"x" * 4000, window.broker.dxp_id)
    assert said(send(window.broker, body), 413) == ("0999", "-900037", "T-1")


def test_the_same_transmission_again_is_answered_the_same_and_filed_once(window, parcel):
    broker = window.broker
    body = enveloped(xml("order", parcel), broker.dxp_id)
    first, again = send(broker, body), send(broker, body)
    assert first.content == again.content and Message.objects.count() == 1
    unread = enveloped(b"<broken", broker.dxp_id, "T-2", "")
    assert send(broker, unread).content == send(broker, unread).content
    assert Message.objects.count() == 2


def test_a_number_stands_for_one_content_of_one_sender(window, parcel):
    send(window.broker, enveloped(xml("order", parcel), window.broker.dxp_id))
    other = enveloped(xml("order", make_parcel("T0002")), window.broker.dxp_id)
    assert said(send(window.broker, other))[:2] == ("2999", "-900036")
    payment = xml("payment", parcel, sender=samples.PAYER)
    assert said(send(window.payer, enveloped(payment, window.payer.dxp_id, kind="CEB411Message")))[0] == "0000"


def test_the_same_transmission_sent_at_once_is_filed_once(racing_window, parcel):
    broker, answers = racing_window.broker, []
    body = enveloped(xml("order", parcel), broker.dxp_id)

    def sends():
        from django.db import connection

        answers.append(send(broker, body).content)
        connection.close()

    threads = [threading.Thread(target=sends) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6 and len(set(answers)) == 1
    assert Message.objects.count() == Transmission.objects.count() == Order.objects.count() == 1


def test_who_calls_is_asked_as_everywhere(window, open_window, parcel, settings):
    body = enveloped(xml("order", parcel), "DXPANYBODY")
    assert said(send(open_window.nobody, body))[0] == "0000"
    settings.OPEN_INTAKE = False
    response = send(window.nobody, body)
    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHENTICATED")
    assert window.nobody.get("/dxp").status_code == 401


def test_a_role_that_files_nothing_is_refused_in_an_envelope_too(window, parcel, monkeypatch):
    def refuses(*args, **more):
        raise NotYours(machine="filing", verb="file", role="auditor", roles=["operator"])

    monkeypatch.setattr("tongguan.ecommerce.intake.receive", refuses)
    body = enveloped(xml("order", parcel), window.broker.dxp_id)
    assert said(send(window.broker, body), 403)[:2] == ("1999", "-900038")
    assert not Transmission.objects.exists()


def test_what_fails_in_the_service_has_its_code(window, parcel, monkeypatch):
    from django.db import OperationalError

    body = enveloped(xml("order", parcel), window.broker.dxp_id)
    for error, status, wanted, again in (
        (OperationalError("away"), 503, ("3001", "-900039"), "5"),
        (ZeroDivisionError(), 500, ("3999", "-900040"), None),
    ):

        def fails(*args, _error=error, **more):
            raise _error

        monkeypatch.setattr("tongguan.ecommerce.intake.receive", fails)
        response = send(window.broker, body)
        assert said(response, status)[:2] == wanted and response.get("Retry-After") == again


def test_another_method_is_a_problem(window):
    from django.test import Client

    response = Client().delete("/dxp")
    assert response.status_code == 405 and response["Allow"] == "GET, POST"


def cleared(caller, *parcels) -> None:
    for number, (noun, kind) in enumerate(samples.KINDS.items()):
        body = enveloped(xml(noun, *parcels, seed=len(parcels)), caller.dxp_id, f"C-{number}", kind)
        assert said(send(caller, body))[0] == "0000"


def fetched(caller, path: str = "/dxp") -> list[dxp.Envelope]:
    """Return what a client reads that follows each answer to the next."""
    found = []
    while (response := caller.get(path)).status_code == 200:
        found.append(dxp.read(response.content))
        path = response["Link"].partition(">")[0][1:]
    assert response.status_code == 204
    return found


def test_receipts_are_fetched_in_envelopes_in_order_and_once(racing_window, parcel):
    broker = racing_window.broker
    cleared(broker, parcel)
    envelopes = fetched(broker)
    heading = envelopes[0].heading
    assert (heading.SenderId, heading.ReceiverIds) == (CUSTOMS, [broker.dxp_id])
    messages = [ceb.read(one.data) for one in envelopes]
    told = [(one.kind[3:6], [doc.returnStatus for doc in one.documents]) for one in messages]
    assert told == [("312", ["120"]), ("412", ["120"]), ("512", ["120"]), ("622", ["2", "120", "399", "800"])]
    assert [one.heading.MsgType for one in envelopes] == [one.kind for one in messages]
    assert envelopes[0].additions.FileName == f"CEB312Message_{messages[0].guid}.xml"
    assert envelopes[0].additions.BizKey[0].name == "after"
    assert len({one.heading.CopMsgId for one in envelopes}) == len(envelopes)
    assert messages[0].warnings == [] == envelopes[0].warnings


def test_the_key_in_an_envelope_is_where_to_read_on(racing_window, parcel):
    broker = racing_window.broker
    cleared(broker, parcel)
    first = broker.get("/dxp", {"dxpid": broker.dxp_id})
    assert first.content == broker.get("/dxp").content, "asked again from the same place, the same comes"
    place = dxp.read(first.content).additions.BizKey[0].value
    assert ceb.read(dxp.read(broker.get("/dxp", {"after": place}).content).data).kind == "CEB412Message"


def test_the_last_word_of_a_message_of_receipts_is_the_state_of_the_document(racing_window):
    broker, parcels = racing_window.broker, [make_parcel(f"M{n}", n) for n in range(3)]
    cleared(broker, *parcels)
    seen, last = [], {}
    for one in fetched(broker):
        message = ceb.read(one.data)
        seen += [doc.guid for doc in message.documents]
        last |= {doc.copNo: doc.returnStatus for doc in message.documents if message.kind == "CEB622Message"}
    assert list(last.values()) == ["800"] * 3
    assert len(set(seen)) == len(seen) == 3 * 7


def test_tax_bills_go_to_whoever_guarantees_the_tax(racing_window, parcel):
    cleared(racing_window.broker, parcel)
    assert tell_new(at=AT) == 1
    [bill] = [ceb.read(one.data) for one in fetched(racing_window.platform)]
    assert bill.kind == "CEB816Message" and bill.documents[0].items


def test_nobody_reads_the_receipts_of_others(racing_window, parcel, settings):
    cleared(racing_window.broker, parcel)
    assert racing_window.payer.get("/dxp", {"dxpid": racing_window.broker.dxp_id}).status_code == 204
    assert racing_window.operator.get("/dxp", {"dxpid": racing_window.broker.dxp_id}).status_code == 200
    settings.OPEN_INTAKE = True
    assert racing_window.nobody.get("/dxp", {"dxpid": racing_window.broker.dxp_id}).status_code == 200


@pytest.mark.parametrize(
    "query, name", [({"dxpid": "x" * 17}, "dxpid"), ({"after": "x"}, "after"), ({"dxpid": "\0"}, "dxpid")]
)
def test_wrong_parameters_are_a_problem(window, query, name):
    response = window.broker.get("/dxp", query)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, name)


def test_somebody_without_a_number_names_one(window):
    assert window.operator.get("/dxp").status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"dxp:", b"").replace(b"xmlns:dxp", b"xmlns"),
        lambda body: body.replace(b"dxp:", b"ns2:").replace(b"xmlns:dxp", b"xmlns:ns2"),
        lambda body: body.replace(b'"1.0"', b"'1.0'"),
        lambda body: body.replace(b"09:00:00<", b"09:00:00Z<"),
        lambda body: body.replace(b"><", b">\r\n  <"),
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.replace(b' ver="1.0"', b' ver="1.0" Id="ID01"'),
        lambda body: body.replace(
            b"</dxp:Data>",
            b'</dxp:Data><dxp:AddInfo><dxp:FileName></dxp:FileName><dxp:IcCard></dxp:IcCard><dxp:BizKey><dxp:Key name="a">'
            b"1</dxp:Key></dxp:BizKey></dxp:AddInfo>",
        ),
    ],
)
def test_envelopes_as_other_clients_write_them(window, parcel, change):
    assert said(send(window.broker, change(enveloped(xml("order", parcel), window.broker.dxp_id))))[0] == "0000"


def test_data_with_line_breaks_are_read(window, parcel):
    body = enveloped(xml("order", parcel), window.broker.dxp_id)
    plain = re.search(rb"<dxp:Data>(.*)</dxp:Data>", body)[1]
    broken_up = base64.encodebytes(base64.b64decode(plain)).replace(b"\n", b"\r\n")
    assert said(send(window.broker, body.replace(plain, broken_up)))[0] == "0000"
