"""Disclosures: recomputed, filed, judged by the law of their day, decided, billed and paid."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import (
    AGENT,
    AT,
    OFFICER,
    TRADER,
    D,
    again,
    amended,
    broker,
    changed,
    events,
    moment,
    passed,
    pay,
    refused,
    submitted,
    trader,
)

from tongguan.compliance import actions, queries
from tongguan.compliance.models import Disclosure, ErrorRecord
from tongguan.compliance.recomputing import recomputed
from tongguan.compliance.statements import Correction, Statement
from tongguan.credit.models import Fact
from tongguan.declarations import queries as declared
from tongguan.journal.actions import sequence
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.revenue.models import DutyBill
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills

PRICE = Correction("item/1/DeclTotal", "110000")
LATER = moment("2026-06-01")


@pytest.fixture
def released(port):
    row = submitted()
    pay(row)
    return again(passed(row))


def told(**changes) -> Statement:
    about = {
        "kind": "tax", "breach": date(2025, 1, 10), "words": "运费漏报", "nature": "price",
        "kinds": {"duty": D(80000), "vat": D(200000)}, "due": D(1000000), "paid_on": date(2025, 1, 20),
    }  # fmt: skip
    return Statement(**about | changes)


def of(row, *corrections: Correction, **changes) -> Statement:
    about = {"kinds": {}, "due": D(0), "paid_on": None, "breach": date(2026, 3, 16), "declaration": row.number}
    return told(**about | {"corrections": list(corrections or (PRICE,))} | changes)


def filed(statement: Statement | None = None, at=LATER, by=None) -> Disclosure:
    by = by or trader()
    return actions.file(actions.save(statement or told(), by=by, at=at).pk, by=by, at=at)


class TestRecomputing:
    def test_what_was_underpaid_is_the_difference_of_two_sheets(self, released):
        found = recomputed(released, [PRICE])
        before, extra = declared.sheet_of(released), found.sheet
        assert found.due == extra.total() and found.underpaid == extra.total() - before.total() > 0
        assert found.kinds.keys() == {"duty", "vat"}
        assert recomputed(released, [PRICE, Correction("FeeRate", "6000")]).underpaid > found.underpaid

    @pytest.mark.parametrize("pointer, value, code, at", [
        ("item/9/CodeTS", "8479899990", "DISC_FIELD", "corrections/1/pointer"),
        ("item/1/GName", "x", "DISC_FIELD", "corrections/1/pointer"),
        ("item/x/CodeTS", "x", "DISC_FIELD", "corrections/1/pointer"),
        ("IEFlag", "E", "DISC_FIELD", "corrections/1/pointer"),
        ("item/1/DeclTotal", "a lot", "DISC_VALUE", "corrections/1/value"),
        ("item/1/DeclTotal", "-1", "DISC_VALUE", "corrections/1/value"),
        ("item/1/DeclTotal", "NaN", "DISC_VALUE", "corrections/1/value"),
        ("item/1/CodeTS", "", "DISC_VALUE", "corrections/1/value"),
        ("item/1/DeclTotal", "90000", "DISC_NOTHING", "corrections"),
        ("item/1/CodeTS", "0101210010", "DEC_NOT_ASSESSED", "item/1/CodeTS"),
    ])  # fmt: skip
    def test_bad_corrections(self, released, pointer, value, code, at):
        assert (code, at) in refused(recomputed, released, [Correction(pointer, value)])


class TestFiling:
    def test_a_firm_drafts_and_files(self, released):
        row = actions.save(of(released), by=trader(), at=LATER)
        assert (row.state, row.disclosed_on, row.paid_on) == ("draft", None, date(2026, 3, 16))
        assert queries.one(Disclosure, row.pk, to=OFFICER) is None
        row = actions.save(of(released, PRICE, words="单价错误"), number=row.pk, by=trader(), at=LATER)
        row = actions.file(row.pk, by=trader(), at=LATER)
        assert (row.state, row.outcome, row.disclosed_on) == ("filed", "exempt", LATER.date())
        assert "194" in row.version and row.underpaid == recomputed(released, [PRICE]).underpaid
        assert row.grade == "regular" and row.decide_by == date(2026, 6, 15)
        assert [one.pk for one in queries.waiting(Disclosure)] == [row.pk]
        with pytest.raises(NotNow):
            actions.file(row.pk, by=trader(), at=LATER)

    def test_a_broker_files_for_the_firm_whose_tax_it_is(self, released):
        row = filed(of(released), by=broker())
        assert (row.enterprise.code, row.agent.code) == (TRADER, AGENT)
        assert queries.one(Disclosure, row.pk, to=trader()) == row

    @pytest.mark.parametrize("changes, code, pointer", [
        ({"words": " "}, "DISC_WORDS", "words"),
        ({"nature": "whim"}, "DISC_NATURE", "nature"),
        ({"declaration": "010120260000000001"}, "DISC_DECLARATION", "declaration"),
        ({"corrections": [PRICE]}, "DISC_CORRECTIONS", "corrections"),
        ({"kinds": {"late_fee": D(1)}}, "DISC_TAX", "kinds/late_fee"),
        ({"kinds": {"duty": D("0.001")}}, "DISC_TAX_AMOUNT", "kinds/duty"),
        ({"kinds": {"duty": D("NaN")}}, "DISC_TAX_AMOUNT", "kinds/duty"),
        ({"paid_on": None}, "DISC_PAID", "paidOn"),
        ({"paid_on": date(2027, 1, 1)}, "DISC_PAID", "paidOn"),
        ({"royalty": True}, "DISC_GOODS", "goods"),
        ({"goods": ["1"]}, "DISC_GOODS", "goods"),
        ({"kind": "theft"}, "DISC_KIND", "kind"),
        ({"breach": date(2026, 6, 2)}, "DISC_DAYS", "breach"),
        ({"due": D(1)}, "DISC_AMOUNT", "underpaid"),
        ({"kinds": {}}, "DISC_AMOUNT_MISSING", "underpaid"),
    ])  # fmt: skip
    def test_bad_input(self, port, changes, code, pointer):
        assert (code, pointer) in refused(actions.save, told(**changes), by=trader(), at=LATER)

    def test_DISC_AMEND_INSTEAD_before_it_is_paid(self, port):
        row = submitted()
        assert ("DISC_AMEND_INSTEAD", "declaration") in refused(actions.save, of(row), by=trader(), at=LATER)

    def test_DISC_NO_LAW_is_clear(self, port):
        row = actions.save(told(), by=trader(), at=moment("2026-12-30"))
        Disclosure.objects.update(breach_on=date(2027, 1, 1))
        assert refused(actions.file, row.pk, by=trader(), at=moment("2027-07-01")) == [("DISC_NO_LAW", "disclosed")]

    def test_who_may(self, port):
        row = actions.save(told(), by=trader(), at=LATER)
        stranger = Actor("zhao", "trader", made.find(made.CARRIER).pk)
        for who, error in ((stranger, Disclosure.DoesNotExist), (OFFICER, NotYours)):
            with pytest.raises(error):
                actions.file(row.pk, by=who, at=LATER)
        with pytest.raises(NotYours):
            actions.save(told(), by=Actor("x", "carrier", made.find(made.CARRIER).pk), at=LATER)
        assert actions.take_back(row.pk, by=trader(), at=LATER).state == "taken_back"
        assert queries.listed(Disclosure, to=trader(), stage="over") == [again(row)]


class TestDeciding:
    def test_it_is_accepted_billed_and_paid(self, released):
        row = filed(of(released))
        done = actions.accept(row.pk, by=OFFICER, at=LATER)
        [bill] = bills.bills_of(str(row))
        days = (date(2026, 6, 1) - date(2026, 3, 16)).days
        assert done.state == "accepted" and done.surcharge == (row.underpaid * days * D("0.0005")).quantize(D("0.01"))
        assert bill.payer == TRADER and bill.total == row.underpaid + done.surcharge
        assert bill.amounts["surcharge"] == done.surcharge
        payments.pay(bill.number, by=trader(), at=LATER)
        sequence()
        actions.hear(at=LATER)
        assert again(row).state == "settled"
        assert events(row)[-1] == "disclosure.settled"
        fact = Fact.objects.get(kind="disclosure")
        assert (fact.reference, fact.counted, fact.amount) == (str(row), False, row.underpaid)

    def test_the_surcharge_is_waived_on_application(self, released):
        row = filed(of(released, asks_waiver=True))
        done = actions.accept(row.pk, waives=True, by=OFFICER, at=LATER)
        assert (done.waived, done.surcharge) == (True, 0) and DutyBill.objects.get(
            reference=str(row)
        ).total == row.underpaid

    def test_errors_of_the_declaration_count_no_more(self, released):
        amended(released, changed(declared.document(released), NoteS="x"))
        sequence()
        actions.hear(at=AT)
        assert ErrorRecord.objects.get().counted
        row = filed(of(released))
        actions.accept(row.pk, by=OFFICER, at=LATER)
        error = ErrorRecord.objects.get()
        assert (error.disclosed, error.counted) == (True, False) and Fact.objects.get(
            kind="error"
        ).until == LATER.date()

    def test_customs_refuse_what_they_knew(self, port):
        row = filed()
        assert refused(actions.refuse, row.pk, "", against=["lead"], by=OFFICER, at=LATER) == [("DISC_ANSWER", "words")]
        wrong = refused(actions.refuse, row.pk, "x", against=["mood"], by=OFFICER, at=LATER)
        assert wrong == [("DISC_AGAINST", "against")]
        done = actions.refuse(row.pk, "已送达稽查通知书", against=["notice"], by=OFFICER, at=LATER)
        assert (done.state, done.outcome, done.against) == ("refused", "not_disclosure", ["notice"])
        assert done.findings[0]["code"] == "DISC_NOTICE" and bills.bills_of(str(row)) == []

    def test_DISC_EXCLUDED_for_a_second_one_within_twelve_months(self, port):
        actions.accept(filed().pk, by=OFFICER, at=LATER)
        again_ = filed(at=moment("2026-09-01"))
        assert again_.outcome == "not_disclosure" and again_.findings[0]["code"] == "DISC_REPEAT"
        assert refused(actions.accept, again_.pk, by=OFFICER, at=LATER) == [("DISC_EXCLUDED", "against")]
        other = filed(told(nature="origin"), at=moment("2026-09-01"))
        assert other.outcome == "exempt"

    @pytest.mark.parametrize("breach, how, codes", [
        (date(2026, 1, 10), {"penalty": "fine", "fine": D(5)}, [("DISC_PENALTY", "penalty")]),
        (date(2024, 1, 10), {"penalty": "fine", "fine": D(0)}, [("DISC_PENALTY", "penalty")]),
        (date(2024, 1, 10), {"penalty": "jail"}, [("DISC_PENALTY", "penalty")]),
        (date(2024, 1, 10), {"penalty": "warning", "fine": D(5)}, [("DISC_PENALTY", "penalty")]),
        (date(2026, 1, 10), {"waives": True}, [("DISC_WAIVER", "waives")]),
    ])  # fmt: skip
    def test_bad_decisions(self, port, breach, how, codes):
        row = filed(told(breach=breach))
        assert refused(actions.accept, row.pk, by=OFFICER, at=LATER, **how) == codes

    @pytest.mark.parametrize("at, fine, counted", [
        (moment("2026-06-01"), D("999999.99"), False), (moment("2026-06-01"), D(1000000), True),
        (moment("2025-10-10"), D(1), True),
    ])  # fmt: skip
    def test_a_small_fine_does_not_count_in_the_grade_from_2025_on(self, port, at, fine, counted):
        row = filed(told(breach=date(2023, 1, 10)), at=at)
        assert row.outcome == "not_exempt"
        assert actions.accept(row.pk, penalty="fine", fine=fine, by=OFFICER, at=at).counted is counted

    def test_what_is_older_than_three_years_is_not_billed(self, port):
        row = filed(told(breach=date(2022, 1, 10), paid_on=date(2022, 1, 20)))
        assert actions.accept(row.pk, by=OFFICER, at=LATER).state == "settled" and bills.bills_of(str(row)) == []

    def test_only_customs_decide(self, port):
        row = filed()
        for act in (
            lambda: actions.accept(row.pk, by=trader(), at=LATER),
            lambda: actions.refuse(row.pk, "x", by=broker(), at=LATER),
        ):
            with pytest.raises(NotYours):
                act()
