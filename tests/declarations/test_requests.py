"""Amending and withdrawing: grounds and evidence, money and ledgers that follow, and goods that wait for the answer."""

from __future__ import annotations

import pytest
from tests.declarations import made
from tests.declarations.made import (
    AT,
    OFFICER,
    D,
    again,
    amended,
    ask,
    balances,
    broker,
    changed,
    document,
    guarantee,
    licence,
    licensed,
    moment,
    passed,
    pay,
    refused,
    submitted,
)

from tongguan.cargo.models import Bill
from tongguan.declarations import actions, queries
from tongguan.holds.queries import standing
from tongguan.kernel.states import NotNow
from tongguan.revenue.models import DutyBill


class TestRequests:
    @pytest.mark.parametrize(
        "changes, code, pointer",
        [
            ({"grounds": "whim"}, "DEC_GROUNDS", "grounds"),
            ({"evidence": []}, "DEC_EVIDENCE", "evidence"),
            ({"evidence": ["proof"]}, "DEC_EVIDENCE", "evidence"),
            ({"reason": " "}, "DEC_REASON", "reason"),
        ],
    )
    def test_a_request_has_grounds_evidence_and_a_reason(self, port, changes, code, pointer):
        assert (code, pointer) in refused(ask, submitted(), of=document(NoteS="x"), **changes)

    def test_DEC_UNCHANGED_and_DEC_FIXED(self, port):
        row = submitted()
        said = queries.document(row)
        assert refused(ask, row, of=said) == [("DEC_UNCHANGED", "")]
        assert refused(ask, row, of=changed(said, IEFlag="E")) == [("DEC_FIXED", "IEFlag")]

    def test_DEC_REQUEST_OPEN_and_goods_wait_for_the_answer(self, port):
        row = submitted()
        pay(row)
        asked = ask(row, of=changed(queries.document(row), NoteS="x"))
        assert refused(ask, row, "withdraw") == [("DEC_REQUEST_OPEN", "")]
        passed(row)
        assert again(row).state == "due" or row.state == "accepted"
        actions.refuse(asked.pk, answer="证据不足", by=OFFICER, at=AT)
        assert again(row).state == "released" and again(asked).answer == "证据不足"

    def test_an_amended_document_is_judged_too(self, port):
        row = submitted()
        assert refused(ask, row, of=changed(queries.document(row), PackNo=99)) == [("DEC_OVER_MANIFEST", "PackNo")]

    def test_a_request_is_taken_back(self, port):
        row = submitted()
        actions.cancel(ask(row, "withdraw").pk, by=broker(), at=AT)
        assert [one.reason for one in standing(str(row))] == ["selection"]

    def test_an_amendment_keeps_number_and_days_and_changes_the_money(self, port):
        row = submitted()
        before = (row.number, row.rate_day, row.accepted_at)
        goods = changed(queries.document(row).items[0], DeclTotal=D(110000), DeclPrice=D(11000))
        row = amended(row, changed(queries.document(row), items=[goods]), moment("2026-03-17"))
        assert (row.number, row.rate_day, row.accepted_at, row.version) == (*before, 2)
        assert DutyBill.objects.get().total == row.tax > D("164801.12")
        assert queries.versions(row)[1].grounds == "clerical"
        assert queries.document(row, 1).items[0].DeclTotal == 100000

    @pytest.mark.parametrize("settlement", ["payment", "guarantee"])
    def test_amend_and_amend_back_is_as_if_nothing_had_been(self, port, monkeypatch, settlement):
        made.use_tariff(monkeypatch, made.tariff(letters="7"))
        licence()
        number = guarantee().number if settlement == "guarantee" else ""
        row = submitted(licensed(), at=moment("2026-03-20"), settlement=settlement, guarantee=number)
        said, sheet, fee, was = queries.document(row), queries.sheet_of(row), row.late_fee, balances()
        goods = changed(said.items[0], DeclTotal=D(150000), DeclPrice=D(15000))
        more = changed(said.licences[0], LicWrtofQty="1200")
        row = amended(row, changed(said, items=[goods], licences=[more]), moment("2026-03-21"))
        assert balances() != was and row.late_fee > fee
        row = amended(row, said, moment("2026-03-22"))
        assert (queries.sheet_of(row), row.late_fee, balances()) == (sheet, fee, was)
        assert queries.recomputed(row).sheet == sheet

    def test_a_withdrawal_gives_everything_back(self, port, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff(letters="7"))
        licence()
        of = guarantee()
        was = balances()
        row = submitted(licensed(), settlement="guarantee", guarantee=of.number)
        assert balances() != was
        actions.grant(ask(row, "withdraw").pk, by=OFFICER, at=AT)
        assert (again(row).state, balances()) == ("withdrawn", was)
        assert Bill.objects.get(number=made.BILL).declared_by == []
        assert [one.state for one in DutyBill.objects.all()] == ["cancelled"]
        assert standing(str(row)) == []

    def test_what_was_released_is_not_withdrawn(self, port):
        row = submitted()
        pay(row)
        passed(row)
        with pytest.raises(NotNow):
            ask(row, "withdraw")

    def test_an_amendment_after_release_asks_for_what_is_more(self, port):
        row = submitted()
        pay(row)
        passed(row)
        goods = changed(queries.document(row).items[0], DeclTotal=D(110000), DeclPrice=D(11000))
        row = amended(row, changed(queries.document(row), items=[goods]))
        assert row.state == "released" and DutyBill.objects.count() == 2
