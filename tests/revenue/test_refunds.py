"""What was paid too much: claimed, answered, completed, paid back once; times, bad input, and what an amendment then owes."""

from __future__ import annotations

from datetime import date

import pytest
from tests.revenue.firms import AT, DAY, OFFICER, OPERATOR, OTHER, SYSTEM, D, refused, trader
from tests.revenue.test_payments import _bank, at, billed, pay  # noqa: F401

from tongguan.exchange.actions import let_bank
from tongguan.exchange.models import BankOrder
from tongguan.journal.models import Event
from tongguan.kernel.states import NotNow, NotYours
from tongguan.revenue.models import DutyBill, Refund
from tongguan.revenue.payments import actions as bills
from tongguan.revenue.refunds import actions, queries
from tongguan.revenue.refunds.terms import answer_by, claim_until, complete_by

pytestmark = pytest.mark.django_db


def over(duty: str = "50000.00") -> DutyBill:
    """Return a bill that was paid, on which 9,818.92 yuan are too much."""
    row = pay(billed())
    bills.amend("D1", kinds={"duty": D(duty), "vat": D("104982.20")}, by=SYSTEM, at=AT)
    row.refresh_from_db()
    return row


def claimed(row: DutyBill, day: date = DAY, words: str = "税率更正") -> Refund:
    return actions.claim(row.number, words, by=trader(), at=at(day))


def granted(row: DutyBill) -> Refund:
    return actions.grant(claimed(row).number, by=OFFICER, at=AT)


def test_it_is_claimed_granted_and_paid_back():
    row = over()
    assert (row.refundable, row.over) == (D("9818.92"), {"duty": "9818.92"})
    one = claimed(row)
    assert (one.state, one.amount, one.kinds, one.answer_by) == (
        "asked",
        D("9818.92"),
        {"duty": "9818.92"},
        date(2026, 4, 1),
    )
    one = actions.grant(one.number, answer="同意", by=OFFICER, at=at(date(2026, 3, 10)))
    assert (one.state, one.complete_by) == ("granted", date(2026, 6, 10))
    one = actions.complete(one.number, by=trader(), at=at(date(2026, 3, 11)))
    assert (one.state, one.bank_reference) == ("paid", f"SIM{one.number}")
    row.refresh_from_db()
    assert (row.refundable, row.over, queries.given_back("D1")) == (0, {}, {"duty": D("9818.92")})
    assert list(Event.objects.filter(subject=str(one)).order_by("id").values_list("what", flat=True)) == [
        "refund.asked", "refund.granted", "refund.sent", "refund.paid",
    ]  # fmt: skip
    assert refused(claimed, row) == ["REFUND_NOTHING"]


def test_what_was_given_back_is_owed_again_when_the_taxes_rise():
    row = over()
    actions.complete(granted(row).number, by=trader(), at=AT)
    more = bills.amend("D1", kinds={"duty": D("59818.92"), "vat": D("104982.20")}, by=SYSTEM, at=AT)
    assert more.amounts == {"duty": D("9818.92")} and more.part == 2
    pay(more)
    bills.cancel("D1", by=SYSTEM, at=AT)
    assert [one.refundable for one in DutyBill.objects.order_by("part")] == [0, D("164801.12")]


def test_times():
    assert claim_until(date(2024, 11, 30)) == date(2025, 11, 30), "one year before the Tariff Law"
    assert claim_until(date(2024, 12, 1)) == date(2027, 12, 1)
    assert answer_by(date(2026, 3, 5)) == date(2026, 4, 7), "4 April is a holiday"
    assert complete_by(date(2026, 11, 30)) == date(2027, 2, 28)
    row = over()
    assert refused(claimed, row, date(2029, 3, 3)) == ["REFUND_LATE"]
    assert claimed(row, date(2026, 12, 31)).state == "asked"


def test_an_old_payment_is_claimed_within_a_year():
    """Both from the same path: paid on 29 November 2024, and on 1 December 2024."""
    row = over()
    for paid, day, found in (
        (date(2024, 11, 29), date(2025, 11, 30), ["REFUND_LATE"]), (date(2024, 12, 1), date(2025, 12, 2), []),
    ):  # fmt: skip
        DutyBill.objects.filter(pk=row.pk).update(paid_at=at(paid))
        if found:
            assert refused(claimed, row, day) == found
        else:
            assert claimed(row, day).state == "asked"


def test_what_is_wrong_with_a_claim():
    row = over()
    assert refused(claimed, row, words=" ") == ["REFUND_WORDS"]
    assert refused(claimed, row, words="x" * 501) == ["REFUND_WORDS"]
    one = claimed(row)
    assert refused(claimed, row) == ["REFUND_OPEN"]
    assert refused(actions.refuse, one.number, answer="", by=OFFICER, at=AT) == ["REFUND_WORDS"]
    assert refused(claimed, billed("D2")) == ["REFUND_NOTHING"]
    with pytest.raises(NotYours):
        actions.claim(row.number, "x", by=OFFICER, at=AT)
    with pytest.raises(DutyBill.DoesNotExist):
        actions.claim(row.number, "x", by=trader(OTHER), at=AT)
    with pytest.raises(NotYours):
        actions.grant(one.number, by=trader(), at=AT)
    assert queries.refund(one.number, to=trader(OTHER)) is None


def test_a_claim_that_the_taxes_overtook_is_made_anew():
    row = over()
    one = claimed(row)
    bills.amend("D1", kinds={"duty": D("55000.00"), "vat": D("104982.20")}, by=SYSTEM, at=AT)
    assert refused(actions.grant, one.number, by=OFFICER, at=AT) == ["REFUND_CHANGED"]
    actions.cancel(one.number, by=trader(), at=AT)
    one = actions.grant(claimed(row).number, by=OFFICER, at=AT)
    assert one.amount == D("4818.92")
    bills.amend("D1", kinds={"duty": D("59818.92"), "vat": D("104982.20")}, by=SYSTEM, at=AT)
    assert refused(actions.complete, one.number, by=trader(), at=AT) == ["REFUND_CHANGED"]


def test_formalities_that_are_not_completed_lapse():
    one = granted(over())
    assert refused(actions.complete, one.number, by=trader(), at=at(date(2026, 6, 3))) == ["REFUND_FORMALITIES"]
    assert actions.lapse_due(date(2026, 6, 2), at=AT) == 0
    assert actions.lapse_due(date(2026, 6, 3), at=AT) == 1
    one.refresh_from_db()
    assert one.state == "lapsed"
    with pytest.raises(NotNow):
        actions.complete(one.number, by=trader(), at=AT)


def test_the_banks_word_alone_makes_it_paid_back():
    row = over()
    one = granted(row)
    let_bank("refuse", reason="no_agreement", by=OPERATOR, at=AT)
    one = actions.complete(one.number, by=trader(), at=AT)
    row.refresh_from_db()
    assert (one.state, one.reason, row.refundable) == ("granted", "no_agreement", D("9818.92"))
    let_bank("late", by=OPERATOR, at=AT)
    one = actions.complete(one.number, by=trader(), at=AT)
    row.refresh_from_db()
    assert (one.state, row.refundable) == ("paying", 0)
    with pytest.raises(NotNow):
        actions.complete(one.number, by=trader(), at=AT)
    assert actions.ask_again(at=AT) == 0
    let_bank("pay", by=OPERATOR, at=AT)
    assert actions.ask_again(at=AT) == 1
    one.refresh_from_db()
    assert one.state == "paid" and BankOrder.objects.filter(number=one.number).count() == 1
