"""A message that declares is signed by a card of the firm that files it, over the message as it stands; else nothing is kept."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from tests.declarations import made
from tests.declarations.made import AGENT, AT, TRADER, document
from tests.declarations.test_messages import found, message, taken

from tongguan.declarations.models import Declaration, DeclarationMessage
from tongguan.formats import dec, signing
from tongguan.formats.signing import sm2
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor
from tongguan.parties import certificates
from tongguan.parties.queries import find

pytestmark = pytest.mark.django_db
OPERATOR = Actor("operator", "operator")


@pytest.fixture(autouse=True)
def required(settings):
    settings.SIGNATURES, settings.DEMO = "required", True


def card(code: str = AGENT, algorithm: str = "sm2-sm3", at=AT):
    return certificates.make_trial(find(code), algorithm=algorithm, by=OPERATOR, at=at)


def signed(by, data: bytes | None = None) -> bytes:
    return dec.sign(data or message(operation="C"), by.key, by.certificate)


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "rsa-sha1"])
def test_a_signed_message_declares_and_its_card_is_in_the_journal(port, algorithm):
    mine = card(algorithm=algorithm)
    answer = taken(signed(mine))
    assert (answer.code, Declaration.objects.get().state) == ("0", "due")
    serial = signing.read_certificate(mine.certificate).serial
    assert Event.objects.get(what="declaration.message_taken").details["card"] == serial


def test_what_declares_unsigned_is_refused_and_nothing_is_kept(port):
    answer = taken(message(operation="C"))
    assert (answer.code, found(answer)) == (
        "1", [("DEC_SIGN_MISSING", "sign/Sign"), ("DEC_SIGN_MISSING", "sign/Certificate")],
    )  # fmt: skip
    assert not Declaration.objects.exists() and not DeclarationMessage.objects.exists()
    assert "DEC_SIGN_MISSING" in answer.said() and answer.said("en")
    assert taken(message()).code == "0", "a draft needs none"


def test_optional_signatures_are_warned_where_they_lack_and_verified_where_they_are(port, settings):
    settings.SIGNATURES = "optional"
    answer = taken(message(operation="C"))
    assert answer.code == "0" and {one.level for one in answer.findings if one.code == "DEC_SIGN_MISSING"} == {"warn"}
    wrong = signed(card(), message(document(NoteS="x"), "C", "2")).replace(b"<NoteS>x<", b"<NoteS>y<")
    assert found(taken(wrong)) == [("DEC_SIGN_WRONG", "sign/Sign")]


def test_what_was_changed_after_signing_is_refused(port):
    data = signed(card())
    for old, new in ((b"<PackNo>10<", b"<PackNo>11<"), (b">C</OperType>", b">D</OperType>"), (b"LOCAL-1", b"LOCAL-2")):
        assert old in data
        assert found(taken(data.replace(old, new))) == [("DEC_SIGN_WRONG", "sign/Sign")]
    assert not Declaration.objects.exists()
    assert taken(data).code == "0"


def test_what_writes_the_same_otherwise_is_still_signed(port):
    """The canonical form is signed: quotes, the encoding, the wrapper and the blanks before the root say nothing."""
    data = signed(card(), message(document(NoteS="备注"), "C"))
    inner = data.decode().split("?>", 1)[1].replace('Version="4.8"', "Version='4.8'")
    other = f'<?xml version="1.0" encoding="GBK"?>\n<ImportMessage><SWImpData>{inner}</SWImpData></ImportMessage>'
    assert taken(other.encode("gbk")).code == "0"


def test_the_card_is_one_that_the_firm_which_files_has_registered(port):
    other = card(TRADER)
    assert found(taken(signed(other))) == [("DEC_SIGN_CARD", "sign/Certificate")]
    stranger = Actor("li", "trader", find(TRADER).pk, "李某")
    answer = taken(signed(other), by=stranger)
    assert ("DEC_NOT_ENTITLED", "AgentCodeScc") in found(answer), "the card is its own, and another firm declares"


@pytest.mark.parametrize(
    "how, why", [("revoked", "撤销"), ("expired", "有效期"), ("not_yet", "生效"), ("trial", "测试")]
)
def test_a_card_that_has_ended_signs_nothing(port, settings, how, why):
    mine, at = card(), AT
    if how == "revoked":
        known = certificates.known(find(AGENT).pk, mine.certificate)
        certificates.revoke(known.pk, "丢失", by=OPERATOR, at=AT)
    settings.DEMO = how != "trial"
    settings.OPEN_INTAKE = settings.OPEN_INTAKE and how != "trial"
    at = {"expired": AT + timedelta(days=100), "not_yet": AT - timedelta(days=2)}.get(how, AT)
    answer = taken(signed(mine), at=at)
    assert [one.code for one in answer.findings] == ["DEC_SIGN_NOT_NOW"] and why in answer.said()
    assert not Declaration.objects.exists()


def test_a_draft_with_a_wrong_signature_is_saved_and_warned(port):
    answer = taken(message(operation="A", Sign="c2ln", Certificate="0"))
    assert answer.code == "0" and [(one.code, one.level) for one in answer.findings] == [("DEC_SIGN_CARD", "warn")]


def test_the_mandate_of_the_agent_is_asked(port, settings):
    settings.MANDATES = "required"
    answer = taken(signed(card()))
    assert answer.code == "2" and ("DEC_NO_MANDATE", "TradeCoScc") in found(answer)


def test_a_value_of_sm2_may_be_written_in_der(port):
    mine = card()
    data = signed(mine)
    value = data.split(b"<Sign>")[1].split(b"<")[0]
    der = base64.b64encode(sm2.in_der(base64.b64decode(value)))
    assert taken(data.replace(value, der)).code == "0"


@pytest.fixture(scope="module")
def cards():
    return signing.make_test_certificate(
        AGENT, "某报关有限公司", serial=12345, since=AT - timedelta(days=1), until=AT + timedelta(days=1)
    )


@trying(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), byte=st.integers(32, 126), junk=st.text(max_size=40))
def test_no_change_of_a_byte_is_taken_for_signed(cards, place, byte, junk):
    """Whatever is changed in a signed message, it is unreadable, means the same, or its signature is wrong."""
    key, certificate = cards
    mine = signing.read_certificate(certificate)
    data = dec.sign(dec.write(made.document(), dec.Sign(OperType="C", ClientSeqNo="1")), key, certificate)
    assert dec.verifies(data, mine)
    at = place % len(data)
    other = data[:at] + bytes([byte]) + data[at + 1 :]
    try:
        good = dec.verifies(other, mine)
        same = good and dec.read_message(other)
    except dec.reading.Unreadable:
        return
    if good:
        assert same.of == dec.read_message(data).of and same.sign.OperType == "C"
    value = data.split(b"<Sign>")[1].split(b"<")[0]
    written = "".join(one for one in junk if one.isprintable() and one not in "<&>").encode()
    if "".join(junk.split()).encode() != value:
        assert not dec.verifies(data.replace(value, written), mine)
