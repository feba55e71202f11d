"""Declarations by message: saved or declared as the signature asks, once; the receipts of what customs then decide."""

from __future__ import annotations

import threading
from xml.sax.saxutils import escape

import pytest
from django.db import connection
from tests.declarations import made, stepping
from tests.declarations.made import AT, OFFICER, TRADER, again, broker, document, events, moment

from tongguan.declarations import actions, queries
from tongguan.declarations.messages import answers
from tongguan.declarations.messages import queries as messages
from tongguan.declarations.messages.actions import give_receipts, receive
from tongguan.declarations.models import Declaration, DeclarationMessage, DeclarationReceipt
from tongguan.formats import dec
from tongguan.formats.ceb.faults import Unreadable
from tongguan.journal.actions import sequence
from tongguan.kernel.codes import codes
from tongguan.kernel.law import law
from tongguan.kernel.states import NotYours

pytestmark = pytest.mark.django_db


def message(of=None, operation: str = "A", number: str = "LOCAL-1", **more) -> bytes:
    return dec.write(of or document(), dec.Sign(OperType=operation, ClientSeqNo=number, **more))


def taken(data: bytes, *, at=AT, by=None, **how):
    return receive(data, by=by or broker(), at=at, **how)


def found(answer) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in answer.findings if one.level == "refuse"]


def read(answer) -> dec.Response:
    of, remarks = dec.read_receipt(answer.written())
    assert remarks == []
    return of


def channels(row: Declaration) -> list[str]:
    sequence()
    give_receipts()
    return [one.channel for one in reversed(messages.receipts_of(row))]


@pytest.mark.parametrize("operation", "ABEG")
def test_what_is_uploaded_is_saved_as_a_draft(port, operation):
    answer = taken(message(operation=operation))
    row = Declaration.objects.get()
    assert (row.state, row.number) == ("draft", None)
    assert read(answer) == dec.Response(ResponseCode="0", ClientSeqNo="LOCAL-1", SeqNo=row.pre_no)
    assert events(row) == ["declaration.saved", "declaration.message_taken"]


@pytest.mark.parametrize("operation", "CD")
def test_what_is_declared_is_saved_and_submitted(port, operation):
    answer = taken(message(operation=operation))
    row = Declaration.objects.get()
    assert (row.state, row.number, answer.code, answer.pre_no) == ("due", "020220261000000001", "0", row.pre_no)


def test_the_same_message_again_is_answered_as_before_and_files_nothing_twice(port):
    data = message(operation="C")
    first = taken(data)
    assert taken(data, at=moment("2026-03-17")) == first
    assert Declaration.objects.count() == DeclarationMessage.objects.count() == 1
    wrong = message(document(PackNo=99), "C", "LOCAL-2")
    refused = taken(wrong)
    assert read(taken(wrong)) == read(refused) and refused.code == "2"
    assert Declaration.objects.count() == 2


def test_client_number_reused(port):
    taken(message())
    answer = taken(message(document(NoteS="other")))
    assert found(answer) == [("DEC_CLIENT_NUMBER_REUSED", "sign/ClientSeqNo")] and answer.code == "1"
    assert Declaration.objects.get().pre_no in answer.said("zh") and Declaration.objects.get().pre_no in answer.said(
        "en"
    )
    assert read(answer).SeqNo is None


def test_a_draft_that_is_named_is_written_anew_and_declared(port):
    first = taken(message(document(PackNo=99), "C"))
    row = Declaration.objects.get()
    assert (first.code, row.state) == ("2", "rejected")
    second = taken(message(document(SeqNo=row.pre_no), "C"))
    assert (second.code, again(row).state, Declaration.objects.count()) == ("0", "due", 1)
    assert taken(message(document(PackNo=99), "C")).code == "2", "each message keeps its own answer"
    third = taken(message(document(SeqNo=row.pre_no, NoteS="more"), "C"))
    assert found(third) == [("DEC_NOT_POSSIBLE_NOW", "")] and "报关单" in third.said()


def test_a_draft_of_the_page_keeps_how_it_is_filed(port, bond):
    row = made.draft(mode="ordinary", settlement="guarantee", guarantee=bond.number)
    taken(message(document(SeqNo=row.pre_no), "A"))
    assert (again(row).settlement, row.guarantee) == ("guarantee", bond.number)


def test_another_firms_number_names_nothing(port):
    row = made.draft()
    stranger = made.Actor("li", "trader", made.find(TRADER).pk, "李某")
    answer = taken(message(document(SeqNo=row.pre_no)), by=stranger)
    assert found(answer) == [("DEC_SEQ_NO", "SeqNo")]
    assert taken(message(), by=stranger).code == "0" and taken(message()).code == "0", "numbers are those of a firm"


@pytest.mark.parametrize("operation, number, code", [
    ("X", "1", "DEC_OPER_TYPE"), (None, "1", "DEC_OPER_TYPE"), ("A", None, "DEC_CLIENT_NUMBER"),
    ("A", "1" * 19, "DEC_CLIENT_NUMBER"),
])  # fmt: skip
def test_a_signature_that_says_too_little(port, operation, number, code):
    answer = taken(message(operation=operation, number=number))
    assert [one for one, _ in found(answer)] == [code] and all(answer.said(lang) for lang in ("zh", "en"))
    assert read(answer).ResponseCode == "1" and not Declaration.objects.exists()


def test_what_is_wrong_is_told_with_its_line_as_clients_know_it(port):
    items = [made.item(), made.item(DeclTotal=made.D(1))]
    answer = read(taken(message(document(*items), "C")))
    assert answer.ErrorMessage.startswith("申报失败：商品序号2：,") and "[DEC_TOTAL]" in answer.ErrorMessage
    kept = read(taken(message(document(CustomMaster=None), number="2")))
    assert kept.ErrorMessage.startswith("暂存失败：") and kept.SeqNo is None
    assert taken(message(document(), number="2")).code == "0", "what was not kept does not take up its number"
    number = message(number="3").replace(b"<PackNo>10<", b"<PackNo>many<")
    assert found(taken(number)) == [("DEC_NUMBER", "PackNo")]


def test_very_much_that_is_wrong_still_fits_an_answer(port):
    answer = taken(
        message(document(*[made.item(DeclTotal=made.D(1), CodeTS="1", GUnit="zzz", OriginCountry="??")] * 50), "C")
    )
    assert len(answer.findings) > 100 and len(read(answer).ErrorMessage) == 4000


def test_the_older_wrapper_and_the_encoding_of_old_clients(port):
    inner = message(operation="C").decode().split("?>", 1)[1]
    head = "<SWImpHead><CopMsgId>1</CopMsgId><MsgType>SWDEC001</MsgType></SWImpHead>"
    written = f'<?xml version="1.0" encoding="GBK"?><ImportMessage>{head}<SWImpData>{inner}</SWImpData></ImportMessage>'
    assert taken(written.encode("gbk")).code == "0" and Declaration.objects.get().state == "due"


def test_what_cannot_be_read_and_who_may_not_file(port):
    with pytest.raises(Unreadable):
        taken(b"<DecMessage>")
    with pytest.raises(NotYours):
        taken(message(), by=made.Actor("x", "carrier", made.find(made.CARRIER).pk))
    looking = made.Actor("x", "broker", made.find(made.AGENT).pk, abilities=frozenset({"see"}))
    with pytest.raises(NotYours):
        taken(message(), by=looking)
    assert not Declaration.objects.exists()


def test_a_summary_and_its_complete_declaration(at_sea, bond):
    how = {"settlement": "guarantee", "guarantee": bond.number}
    first = taken(message(stepping.summary(Type="CL5   "), "C"), at=stepping.DAY, **how)
    row = Declaration.objects.get()
    assert (first.code, row.state, row.mode) == ("0", "summary", "two_step")
    whole = message(document(Type="CL6   ", EntryId=row.number), "C", "LOCAL-2")
    early = taken(whole, at=moment("2026-03-01", 12))
    assert found(early) == [("DEC_NOT_POSSIBLE_NOW", "")], "its goods may not leave yet"
    actions.select(row.pk, "pass", by=OFFICER, at=moment("2026-03-01", 12))
    stepping.entered(at_sea, moment("2026-03-02", 8))
    assert again(row).state == "lifted"
    done = taken(whole, at=moment("2026-03-03"))
    assert (done.code, done.pre_no, Declaration.objects.count()) == ("0", row.pre_no, 1)
    assert again(row).completed_at == moment("2026-03-03")
    assert channels(row)[:3] == ["L", "G", "W"] and "L" in channels(row)[3:]


def test_a_complete_declaration_that_names_its_summary_by_the_pre_entry_number_is_kept(at_sea, bond):
    row = stepping.lifted(at_sea, bond)
    answer = taken(message(document(Type="CL6   ", SeqNo=row.pre_no), "A"), at=moment("2026-03-03"))
    assert (answer.code, answer.pre_no, again(row).state) == ("0", row.pre_no, "lifted")
    wrong = taken(message(document(Type="CL6   "), "A", "2"), at=moment("2026-03-03"))
    assert found(wrong) == [("DEC_STEP_NO_SUMMARY", "EntryId")]


@pytest.mark.django_db(transaction=True)
def test_the_same_message_twice_at_once_is_filed_once(port):
    data, by, got = message(operation="C"), broker(), []

    def send() -> None:
        got.append(receive(data, by=by, at=AT))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    [one.start() for one in threads]
    [one.join(60) for one in threads]
    assert len(set(got)) == 1 and len(got) == 4 and Declaration.objects.count() == 1


def test_receipts_follow_what_happens(port):
    row = made.submitted()
    made.passed(row)
    made.pay(row)
    sequence()
    actions.hear(at=AT)
    actions.close(row.pk, by=OFFICER, at=AT)
    assert again(row).state == "closed"
    assert channels(row) == ["L", "T", "G", "P", "R"]
    assert channels(row) == ["L", "T", "G", "P", "R"], "each event gives one receipt"
    first = messages.receipts_of(row)[-1]
    of, remarks = dec.read_receipt(answers.status(first))
    assert remarks == [] and of == dec.Result(
        CUS_CIQ_NO=row.pre_no, ENTRY_ID=row.number, NOTICE_DATE="2026-03-16T10:00:00", CHANNEL="L", NOTE="报关单接受申报",
        CUSTOM_MASTER="0202", I_E_DATE="20260302", D_DATE="20260316",
    )  # fmt: skip


def test_a_rejection_says_what_is_wrong(port):
    taken(message(document(PackNo=99), "C"))
    row = Declaration.objects.get()
    assert channels(row) == ["E"]
    assert "[DEC_OVER_MANIFEST]" in messages.receipts_of(row)[0].note


def test_a_rejection_told_late_names_no_number(port):
    taken(message(document(PackNo=99), "C"))
    row = Declaration.objects.get()
    taken(message(document(SeqNo=row.pre_no), "C"))
    assert channels(row) == ["E", "L", "T"]
    first = messages.receipts_of(row)[-1]
    assert (first.number, first.declared_on, first.note) == ("", None, "报关单退单")


def test_a_summary_that_is_refused_is_kept_and_its_answer_too(at_sea):
    data = message(stepping.summary(Type="CL5   "), "C")
    answer = taken(data, at=stepping.DAY)
    row = Declaration.objects.get()
    assert (answer.code, answer.pre_no, row.state) == ("2", row.pre_no, "rejected")
    assert answer.said().startswith("申报失败：") and read(taken(data, at=stepping.DAY)) == read(answer)


def test_receipts_are_read_on_by_the_firm_that_declares_and_no_other(port):
    row = made.submitted()
    channels(row)
    mine = messages.receipts(to=broker())
    assert [one.channel for one in mine] == ["L", "T"]
    assert messages.receipts(to=broker(), after=mine[0].pk) == mine[1:]
    assert messages.receipts(to=broker(), limit=1) == mine[:1]
    assert messages.receipts(to=made.trader()) == [] and messages.receipts(to=made.Actor("x", "carrier")) == []
    assert messages.receipts(to=OFFICER) == mine
    assert queries.declaration(row.pk, to=made.trader()) is not None


def test_every_event_of_the_law_value_has_a_known_code_and_a_name():
    from tongguan.journal.kinds import kinds

    given = law("declarations.receipt_channels", on=AT.date()).value
    assert {event.partition("/")[0] for event in given} <= set(kinds())
    assert set(given.values()) <= {one.code for one in codes("declaration_channels")}
    assert {answers.DONE, answers.NOT_SAVED, answers.NOT_DECLARED} == {one.code for one in codes("declaration_answers")}


def test_a_note_of_a_receipt_never_breaks_its_xml(port):
    row = made.submitted()
    channels(row)
    one = messages.receipts_of(row)[0]
    one.note = "<&>" * 400
    assert escape(one.note[:900]).encode() in answers.status(one)
    assert DeclarationReceipt.objects.count() == 2
