"""The judgement: reader, rules and signature are the window's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.ecommerce.filing import AT, OFFICER, OPERATOR
from tests.sandbox.conftest import parcel
from tests.sandbox.sending import KINDS, statuses, written

from tongguan.ecommerce import samples
from tongguan.formats import signing
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.queries import find
from tongguan.sandbox import actions, answering
from tongguan.sandbox.judging import judge

INVENTORY = KINDS["inventory"]


@pytest.mark.parametrize(
    "noun, course", [("order", ["2", "120"]), ("payment", ["2", "120"]), ("waybill", ["2", "120"])]
)
def test_vouchers_need_no_signature(broker, noun, course):
    made = judge(written(KINDS[noun], getattr(parcel("S1"), noun)), sender=broker, at=AT)
    told = answering.told(made)
    assert statuses(told) == course and {one.kind for one in told} == {f"CEB{int(KINDS[noun][3:6]) + 1}Message"}


def test_a_signed_inventory_is_released(trial):
    told = trial.send(INVENTORY, parcel("S1").inventory)
    assert statuses(told) == ["2", "120", "399", "800"]
    assert "invtNo" not in told[0].keys and told[-1].keys["invtNo"].startswith("01012026I")
    assert told[0].keys["preNo"] == told[-1].keys["preNo"] and len(told[0].keys["preNo"]) == 18
    assert told[-1].info.endswith("（联调沙箱）")


def test_the_same_document_is_given_the_same_numbers(trial):
    doc = parcel("S1").inventory
    assert trial.send(INVENTORY, doc)[-1].keys == trial.send(INVENTORY, doc)[-1].keys


def test_an_unsigned_inventory_is_refused(trial):
    judged = trial.judge(written(INVENTORY, parcel("S1").inventory))
    assert statuses(answering.told(judged)) == ["-621026"]


def test_an_inventory_that_is_only_saved_needs_no_signature(trial):
    doc = parcel("S1-100").changed("inventory", appStatus="1").inventory
    assert statuses(answering.told(trial.judge(written(INVENTORY, doc)))) == ["1"]


def test_what_was_changed_after_it_was_signed_is_refused(trial):
    data = trial.signed(written(INVENTORY, parcel("S1").inventory)).replace(b"<ceb:packNo>1<", b"<ceb:packNo> 1<")
    assert statuses(answering.told(trial.judge(data))) == ["-621028"]


def test_a_certificate_of_another_authority_is_refused(trial):
    key, der = signing.make_test_certificate(
        samples.BROKER.code, "x", serial=9, since=AT, until=AT + timedelta(days=9), algorithm="rsa-sha1"
    )
    data = signing.sign(written(INVENTORY, parcel("S1").inventory), key, der)
    judged = trial.judge(data)
    assert statuses(answering.told(judged)) == ["-621015"]
    assert judged.nodes[0].findings[-1].alias == "UNREGISTERED"


def test_a_certificate_of_another_firm_is_refused(trial, window):
    platform = find(samples.PLATFORM.code)
    other = actions.issue(platform, algorithm="rsa-sha1", by=OPERATOR, at=AT)
    trial.issued = other
    judged = trial.judge(trial.signed(written(INVENTORY, parcel("S1").inventory)))
    assert judged.nodes[0].findings[-1].alias == "OF_ANOTHER"


def test_a_certificate_that_is_over_is_refused(trial):
    data = trial.signed(written(INVENTORY, parcel("S1").inventory))
    judged = trial.judge(data, AT + timedelta(days=91))
    assert judged.nodes[0].findings[-1].alias == "EXPIRED"


def test_an_order_may_be_signed_and_then_the_signature_counts(trial):
    key, der = signing.make_test_certificate(
        samples.BROKER.code, "x", serial=9, since=AT, until=AT + timedelta(days=9), algorithm="rsa-sha1"
    )
    data = written(KINDS["order"], parcel("S1").order)
    assert statuses(answering.told(trial.judge(trial.signed(data)))) == ["2", "120"]
    assert statuses(answering.told(trial.judge(signing.sign(data, key, der)))) == ["-301008"]


def test_sm2_is_taken_too(broker):
    issued = actions.issue(find(samples.BROKER.code), algorithm="sm2-sm3", by=broker, at=AT)
    data = written(INVENTORY, parcel("S1").inventory)
    signed = signing.sign(data, signing.load_key(issued.key), bytes(issued.certificate.certificate))
    assert statuses(answering.told(judge(signed, sender=broker, at=AT)))[-1] == "800"


def test_tolerated(trial):
    """What a strict reader refuses is taken, and said."""
    data = trial.signed(written(INVENTORY, parcel("S1").inventory))
    data = data.replace(b"<ds:Signature ", b'<ds:Signature Id="s" ')
    found = trial.judge(data).nodes[0].findings
    assert (found[-1].code, found[-1].level) == ("SANDBOX-TOLERATED", "warn")
    assert "Id" in found[-1].text("en") and "Id" in found[-1].text("zh")


def test_the_rules_of_the_window_refuse_before_any_magic(trial):
    doc = parcel("S1-500").changed("inventory", packNo=2).inventory
    judged = trial.judge(trial.signed(written(INVENTORY, doc)))
    assert statuses(answering.told(judged)) == ["-621001"]
    assert [one.alias for one in judged.nodes[0].findings if one.level == "refuse"] == ["PACK_NO"]


def test_each_node_is_judged_for_itself(trial):
    good, bad = parcel("S1").inventory, parcel("S2").changed("inventory", packNo=3).inventory
    judged = trial.judge(trial.signed(written(INVENTORY, good, bad)))
    assert [node.course.at_once.status for node in judged.nodes] == ["800", "-621001"]


def test_a_message_of_another_enterprise_is_refused(broker):
    data = written(KINDS["order"], parcel("S1").order, firm=samples.PLATFORM)
    assert statuses(answering.told(judge(data, sender=broker, at=AT))) == ["-10102"]
    assert statuses(answering.told(judge(data, sender=OPERATOR, at=AT))) == ["2", "120"]


@pytest.mark.parametrize("data", [b"", b"<a", b"<a/>", b"{}", b"\xff\xfe", b"<!DOCTYPE a><a/>"])
def test_what_cannot_be_read_is_answered_by_a_900(broker, data):
    [one] = answering.told(judge(data, sender=broker, at=AT))
    assert one.kind == "CEB900Message" and one.status.startswith("-9")


def test_a_receipt_is_no_message_to_send(broker, trial):
    data = answering.xml(
        judged := trial.judge(written(KINDS["order"], parcel("S1").order)), answering.told(judged), b""
    )
    assert judge(data, sender=broker, at=AT).problem.status == "-900008"


def test_a_node_whose_number_cannot_be_read_is_answered_by_a_900(broker):
    data = written(KINDS["order"], parcel("S1").order).replace(b"<ceb:orderNo>S1</ceb:orderNo>", b"")
    judged = judge(data, sender=broker, at=AT)
    [one] = answering.told(judged)
    assert (one.kind, one.status) == ("CEB900Message", "-301008")
    assert b"CEB900Message" in answering.xml(judged, [one], data)


@pytest.mark.parametrize("who", [OFFICER, Actor("a", "auditor"), Actor("x", "anonymous")])
def test_only_who_files_may_send(window, who):
    with pytest.raises(NotYours):
        judge(b"", sender=who, at=AT)
