"""The signature of an envelope itself: verified like that of a message, its outcome kept and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.api.conftest import AT, OPERATOR, make_parcel, xml
from tests.api.test_dxp import XML, enveloped, said
from tests.ecommerce.signed import Signer

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Message
from tongguan.exchange.models import Transmission
from tongguan.formats import dxp
from tongguan.parties import certificates

DAY = timedelta(days=1)


@pytest.fixture
def demo(window, settings):
    """A window that takes certificates for trials."""
    settings.DEMO = True
    return window


def card(**more) -> Signer:
    return Signer(samples.BROKER, **({"since": AT - DAY, "until": AT + DAY} | more))


def envelope(caller, number: str = "T-1") -> bytes:
    return enveloped(xml("order", make_parcel("T0001")), caller.dxp_id, number)


def send(caller, body: bytes, path: str = "/dxp"):
    return caller.post(path, body, XML)


def note(response) -> str:
    return dxp.read_answer(response.content).responses[0].Note or ""


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "rsa-sha1"])
def test_a_good_signature_is_kept_and_told(demo, algorithm):
    signer = card(algorithm=algorithm)
    response = send(demo.broker, signer.sign(envelope(demo.broker)))
    assert said(response)[0] == "0000"
    row = Transmission.objects.get()
    assert (row.signature, row.signed_by) == ("verified", "0cde6f")
    assert "签名有效" in note(response) and "is good (certificate 0cde6f)" in note(response)
    again = send(demo.broker, signer.sign(envelope(demo.broker)))
    assert again.content == response.content and Message.objects.count() == 1


def test_an_envelope_need_not_be_signed(demo):
    response = send(demo.broker, envelope(demo.broker))
    assert said(response)[0] == "0000" and note(response) == ""
    assert Transmission.objects.get().signature == ""


def test_what_was_changed_after_signing_is_refused_and_nothing_kept(demo):
    signed = card().sign(envelope(demo.broker))
    changed = signed.replace(b"2026-05-01T09:00:00", b"2026-05-01T09:00:01")
    assert said(send(demo.broker, changed)) == ("1004", "-900044", "T-1")
    start = signed.index(b"<ds:SignatureValue>") + 19
    other = signed[:start] + (b"A" if signed[start : start + 1] != b"A" else b"B") + signed[start + 1 :]
    assert said(send(demo.broker, other)) == ("1001", "-900042", "T-1")
    assert not Transmission.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize("change", ["expired", "early", "revoked"])
def test_a_certificate_that_has_ended_is_refused(demo, change, monkeypatch):
    signer = card()
    body = signer.sign(envelope(demo.broker))
    if change == "revoked":
        certificates.revoke(signer.row.pk, "lost", by=OPERATOR, at=AT)
    moment = {"expired": AT + 3 * DAY, "early": AT - 3 * DAY, "revoked": AT}[change]
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    response = send(demo.broker, body)
    assert said(response) == ("1002", "-900043", "T-1")
    assert "0cde6f" in dxp.read_answer(response.content).responses[0].Results[0].Note


@pytest.mark.parametrize("mode", ["lenient", "strict"])
@pytest.mark.parametrize("whose", ["nobody", "another", "trial"])
def test_a_strangers_certificate_counts_for_nothing(demo, settings, mode, whose):
    settings.SIGNATURE_MODE = mode
    signer = (
        Signer(samples.PAYER, since=AT - DAY, until=AT + DAY)
        if whose == "another"
        else card(registered=whose == "trial")
    )
    settings.DEMO = whose != "trial"
    response = send(demo.broker, signer.sign(envelope(demo.broker)))
    if mode == "strict":
        assert said(response) == ("1001", "-900045", "T-1") and not Transmission.objects.exists()
    else:
        assert said(response)[0] == "0000" and "counts for nothing" in note(response)
        assert Transmission.objects.get().signature == "strange"


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_a_signature_in_another_form_is_unread(demo, settings, mode):
    settings.SIGNATURE_MODE = mode
    body = card().sign(envelope(demo.broker)).replace(b'URI=""', b'URI="#ID01"')
    response = send(demo.broker, body)
    if mode == "strict":
        assert said(response)[:2] == ("1001", "-900045")
    else:
        assert said(response)[0] == "0000" and Transmission.objects.get().signature == "unread"


def test_a_certificate_that_is_only_named_is_found(demo):
    signed = card().sign(envelope(demo.broker))
    start, end = signed.index(b"<ds:X509Data>"), signed.index(b"</ds:X509Data>") + len(b"</ds:X509Data>")
    assert said(send(demo.broker, signed[:start] + signed[end:]))[0] == "0000"
    assert Transmission.objects.get().signature == "verified"


def test_an_envelope_between_nodes_is_not_the_one_that_was_signed(demo):
    inner = card().sign(envelope(demo.broker)).partition(b"?>\n")[2]
    numbers = (
        b'<dxp:SvNo Ver="1.0"><dxp:MsgId>1</dxp:MsgId><dxp:SendTime>2026-05-01T09:00:00</dxp:SendTime>'
        b"<dxp:EndNode>1</dxp:EndNode><dxp:StaNode>2</dxp:StaNode></dxp:SvNo>"
    )
    body = b'<dxp:DxpMsgSv xmlns:dxp="%b" ver="1.0">%b%b</dxp:DxpMsgSv>' % (dxp.NAMESPACE.encode(), numbers, inner)
    assert said(send(demo.broker, body))[0] == "0000" and Transmission.objects.get().signature == "unread"


def test_the_sender_that_an_operator_or_nobody_known_names_is_whose_certificate_is_asked_for(demo, settings):
    settings.OPEN_INTAKE = True
    signer = card()
    for number, caller in enumerate((demo.operator, demo.nobody)):
        assert (
            said(send(caller, signer.sign(enveloped(b"<x/>", demo.broker.dxp_id, f"N-{number}", ""))))[2]
            == f"N-{number}"
        )
    assert {row.signature for row in Transmission.objects.all()} == {"verified"}
    assert said(send(demo.nobody, signer.sign(enveloped(b"<x/>", "DXPNOBODY", "N-9", ""))))[2] == "N-9"
    assert Transmission.objects.get(number="N-9").signature == "strange"


def test_the_sandbox_says_the_same(demo):
    signer = card()
    good = send(demo.broker, signer.sign(envelope(demo.broker)), "/sandbox/dxp")
    assert said(good)[0] == "0000" and "is good" in note(good)
    changed = signer.sign(envelope(demo.broker)).replace(b"T09:00:00", b"T09:00:01")
    assert said(send(demo.broker, changed, "/sandbox/dxp"))[:2] == ("1004", "-900044")
    assert not Transmission.objects.exists()
