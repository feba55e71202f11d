"""The fee for late declaration is reduced on application, or not charged; and tax underpaid through a breach is recovered."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import (
    OFFICER,
    OPERATOR,
    D,
    again,
    amended,
    broker,
    changed,
    moment,
    passed,
    pay,
    refused,
    submitted,
    trader,
)
from tests.declarations.test_worked import cif, yuan

from tongguan.compliance import actions, queries
from tongguan.compliance.models import FeeReduction
from tongguan.declarations import actions as declarations
from tongguan.declarations import queries as declared
from tongguan.declarations.models import Declaration
from tongguan.kernel.law import law
from tongguan.kernel.rules import check
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties.actions import admit
from tongguan.parties.actions.seconding import alone_or_propose, confirm_act
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.recovery import RECOVERING, Underpaid, breach_surcharge, recovered_until

LATE = moment("2026-03-20")


@pytest.fixture
def late(port):
    row = submitted(at=LATE)
    assert row.late_fee > 0
    return row


def asked(row, grounds: str = "force_majeure", words: str = "台风停航，见气象证明") -> FeeReduction:
    return actions.ask_reduction(row.pk, grounds, words, by=broker(), at=LATE)


class TestReductions:
    def test_the_bill_follows_what_is_left(self, late):
        fee, one = late.late_fee, asked(late)
        assert (one.fee, one.decide_by) == (fee, date(2026, 4, 3))
        done = actions.grant_reduction(one.pk, D(100), "情况属实", by=OFFICER, at=LATE)
        assert (done.state, done.left, again(late).late_fee, late.fee_cut) == ("granted", 100, 100, fee - 100)
        [bill] = bills.bills_of(str(late))
        assert bill.amounts["late_fee"] == 100 and bill.total == late.tax + 100

    def test_it_is_not_charged_and_stays_so_when_the_declaration_is_amended(self, late):
        fee = late.late_fee
        actions.grant_reduction(asked(late, "direct_return").pk, D(0), by=OFFICER, at=LATE)
        assert again(late).late_fee == 0
        goods = changed(declared.document(late).items[0], DeclTotal=D(150000), DeclPrice=D(15000))
        row = amended(late, changed(declared.document(late), items=[goods]), LATE)
        [*_, version] = declared.versions(row)
        assert row.late_fee == D(version.fee["accrued"]) - fee > 0 and row.fee_cut == fee

    def test_a_fee_beside_a_guarantee_goes_and_the_goods_with_it(self, port):
        number = made.guarantee().number
        row = submitted(at=LATE, settlement="guarantee", guarantee=number)
        passed(row, LATE)
        assert again(row).state == "due"
        actions.grant_reduction(asked(row).pk, D(0), by=OFFICER, at=LATE)
        assert again(row).state == "released"

    def test_what_was_paid_is_overpaid(self, late):
        pay(late, LATE)
        fee = late.late_fee
        actions.grant_reduction(asked(late).pk, D(0), by=OFFICER, at=LATE)
        assert bills.bills_of(str(late))[0].refundable == fee

    @pytest.mark.parametrize("grounds, words, codes", [
        ("whim", "x", [("FEE_GROUNDS", "grounds")]), ("policy", " ", [("FEE_WORDS", "words")]),
        ("policy", "x" * 501, [("FEE_WORDS", "words")]),
    ])  # fmt: skip
    def test_bad_input(self, late, grounds, words, codes):
        assert refused(asked, late, grounds, words) == codes

    def test_FEE_NONE_and_FEE_OPEN(self, late):
        asked(late)
        assert refused(asked, late) == [("FEE_OPEN", "declaration")]
        actions.take_back_reduction(FeeReduction.objects.get().pk, by=broker(), at=LATE)
        one = asked(late)
        actions.grant_reduction(one.pk, D(0), by=OFFICER, at=LATE)
        assert refused(asked, again(late)) == [("FEE_NONE", "declaration")]

    @pytest.mark.parametrize("grounds, left", [
        ("policy", "-1"), ("policy", "0.5"), ("policy", "1E+9"), ("secured", "1"), ("policy", "NaN"),
    ])  # fmt: skip
    def test_FEE_LEFT(self, late, grounds, left):
        one = asked(late, grounds)
        assert refused(actions.grant_reduction, one.pk, D(left), by=OFFICER, at=LATE) == [("FEE_LEFT", "left")]

    def test_who_may(self, late):
        stranger = Actor("zhao", "trader", made.find(made.CARRIER).pk)
        with pytest.raises(Declaration.DoesNotExist):
            actions.ask_reduction(late.pk, "policy", "x", by=stranger, at=LATE)
        with pytest.raises(NotYours):
            actions.ask_reduction(late.pk, "policy", "x", by=OFFICER, at=LATE)
        one = asked(late)
        with pytest.raises(NotYours):
            actions.grant_reduction(one.pk, D(0), by=broker(), at=LATE)
        assert refused(actions.refuse_reduction, one.pk, "", by=OFFICER, at=LATE) == [("FEE_WORDS", "words")]
        assert actions.refuse_reduction(one.pk, "证据不足", by=OFFICER, at=LATE).state == "refused"
        with pytest.raises(NotNow):
            actions.grant_reduction(one.pk, D(0), by=OFFICER, at=LATE)
        assert queries.listed(FeeReduction, to=trader(), stage="over") == [again(one)]
        assert queries.listed(FeeReduction, to=stranger) == []
        with pytest.raises(NotYours):
            declarations.reduce_fee(late.pk, D(0), reason="x", by=broker(), at=LATE)
        with pytest.raises(ValueError):
            declarations.reduce_fee(late.pk, D(10**9), reason="x", by=OFFICER, at=LATE)


class TestRecovery:
    def test_the_surcharge_runs_from_payment_to_discovery(self):
        found = breach_surcharge(Underpaid(D(280000), date(2025, 1, 20), date(2025, 8, 20)))
        assert (found.days, found.due) == (212, D("29680.00"))
        assert breach_surcharge(Underpaid(D(280000), date(2025, 1, 20), date(2025, 1, 20))).due == 0

    @pytest.mark.parametrize("discovered, codes", [
        ("2028-01-20", []), ("2028-01-21", [("RECOVERY_OVER", "discovered")]), ("2025-01-19", [("RECOVERY_DAYS", "paid")]),
    ])  # fmt: skip
    def test_the_window_is_three_years(self, discovered, codes):
        of = Underpaid(D(1), date(2025, 1, 20), date.fromisoformat(discovered))
        found = check(RECOVERING, of)
        assert [(one.code, one.pointer) for one in found] == codes
        assert all("{" not in one.text(lang) for one in found for lang in ("zh", "en"))
        assert recovered_until(of.paid) == date(2028, 1, 20)


class TestReductionsByTwo:
    """What is more than one officer may remit needs a second; what is not, does not."""

    def test_a_large_fee_is_reduced_by_two(self, port):
        row = submitted(cif(yuan("30000000")), at=LATE)
        one, most = asked(row), law("compliance.fee_reduction_alone", on=LATE.date()).value
        assert row.late_fee > 3 * most
        first, second = (Actor(name, "officer") for name in ("first", "second"))
        for officer in (first, second):
            admit(officer.name, officer.name, "x", [("officer", None)], by=OPERATOR, at=LATE)

        def grant(left: D) -> None:
            actions.grant_reduction(one.pk, left, "情况属实", by=first, at=LATE)

        left = row.late_fee - most - 1
        assert refused(grant, left) == [("SECOND_NEEDED", "second")]
        proposal = alone_or_propose(lambda: grant(left), "情况属实", "/", by=first, at=LATE)
        assert again(one).state == "asked" and again(row).late_fee == row.late_fee
        confirm_act(proposal.pk, by=second, at=LATE)
        assert (again(one).state, again(one).left, again(row).late_fee) == ("granted", left, left)

    def test_up_to_the_amount_one_is_enough(self, port):
        row = submitted(cif(yuan("30000000")), at=LATE)
        left = row.late_fee - law("compliance.fee_reduction_alone", on=LATE.date()).value
        assert actions.grant_reduction(asked(row).pk, left, "属实", by=OFFICER, at=LATE).state == "granted"

    def test_what_was_taken_back_meanwhile_is_not_granted(self, port):
        row = submitted(cif(yuan("30000000")), at=LATE)
        one = asked(row)
        for name in ("first", "second"):
            admit(name, name, "x", [("officer", None)], by=OPERATOR, at=LATE)
        by = {"by": Actor("first", "officer"), "at": LATE}
        proposal = alone_or_propose(lambda: actions.grant_reduction(one.pk, D(0), "x", **by), "x", "/", **by)
        actions.take_back_reduction(one.pk, by=broker(), at=LATE)
        with pytest.raises(NotNow):
            confirm_act(proposal.pk, by=Actor("second", "officer"), at=LATE)
        assert again(one).state == "taken_back" and again(proposal).state == "open"
