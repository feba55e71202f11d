"""An old case under the old law and a new one under the new, through the same path (S16): the Tariff Law of 2024-12-01."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, window  # noqa: F401
from tests.declarations.made import OFFICER, D, again, moment, refused, submitted, trader
from tests.declarations.test_legal import claim
from tests.declarations.test_worked import cif, yuan

from tongguan.declarations import actions, queries
from tongguan.kernel.calendar import rate_day
from tongguan.kernel.law import law
from tongguan.revenue import late
from tongguan.revenue.legal.grounds import grounds
from tongguan.revenue.models import DutyBill
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.refunds import actions as refunds

OLD, NEW = "2024-11-29", "2024-12-02"
CHANGED = (
    "revenue.exempt_amount", "revenue.guarantee_claim_months", "revenue.guarantee_conversion_days",
    "revenue.guarantee_months", "revenue.guarantee_release_days", "revenue.guarantee_review_days",
    "revenue.late_payment_least", "revenue.late_payment_share", "revenue.legal_reliefs", "revenue.month_due_working_day",
    "revenue.payment_days", "revenue.refund_answer_days", "revenue.refund_claim_years", "revenue.refund_formality_months",
)  # fmt: skip


@pytest.fixture
def harbour(window):  # noqa: F811
    made.parities("2024-10-16", "2024-11-20")
    made.ship("COSU600101", "COSU600102", entry="2024-11-18", arrived="2024-11-18")


def filed(day: str, bill: str):
    return submitted(cif(yuan("200000"), BillNo=bill), at=moment(day))


@pytest.mark.parametrize("name", CHANGED)
def test_every_parameter_of_the_collection_of_duty_has_an_instrument_on_either_side(name):
    old, new = law(name, on=date(2024, 11, 30)), law(name, on=date(2024, 12, 1))
    assert old.since < new.since == date(2024, 12, 1)
    assert old.reference["title"] != new.reference["title"]


def test_the_exchange_rate_of_a_month_is_found_by_the_rule_of_its_first_day():
    """Spring Festival: in 2018 the fourth Wednesday instead of the third, in 2026 the next day of the exchange market."""
    for month, expected in ((date(2018, 3, 1), date(2018, 2, 28)), (date(2026, 3, 1), date(2026, 2, 24))):
        told = law("revenue.exchange_rate_day", on=month).value
        assert rate_day(month, told) == expected


def test_declared_before_and_after_the_tariff_law(harbour):
    """The same goods: the same tax, each by the instruments of its day, late payment too."""
    old, new = filed(OLD, "COSU600101"), filed(NEW, "COSU600102")
    assert old.tax == new.tax == D("44080.00")
    assert (old.rate_day, new.rate_day) == (date(2024, 11, 29), date(2024, 12, 2))
    for row, since in ((old, date(2005, 3, 1)), (new, date(2024, 12, 1))):
        bill = DutyBill.objects.get(reference=str(row))
        cost = late.surcharge([(bill.due_on, bill.taxes)], date.fromordinal(bill.due_on.toordinal() + 10))
        assert (str(cost.due), cost.days) == ("220.40", 10)
        assert law("revenue.payment_days", on=row.rate_day).since == since
    paid = late.surcharge([(date(2024, 11, 20), D(44080))], date(2024, 11, 30))
    assert {term.since for term in paid.terms} == {date(2005, 3, 1)}, "the delay began before"
    assert queries.recomputed(old).sheet == queries.sheet_of(old)


def test_what_comes_back_after_a_year_is_relieved_by_the_new_law_alone(harbour):
    old, new = filed(OLD, "COSU600101"), filed(NEW, "COSU600102")
    late_by = {"prior_on": date(2023, 11, 1)}
    assert refused(claim, old, "returned", at=moment(OLD), **late_by) == [("LEGAL_TOO_LATE", "prior_on")]
    one = claim(new, "returned", at=moment(NEW), **late_by)
    actions.grant_relief(one.number, extended=True, by=OFFICER, at=moment(NEW))
    assert str(again(new).tax) == "26000.00"
    assert grounds(date(2024, 11, 30))["returned"].extended is None


def test_what_was_paid_too_much_is_claimed_within_one_year_or_three(harbour):
    """Paid on 29 November 2024 and on 2 December 2024, claimed on 1 December 2025."""
    found = []
    for day, bill in ((OLD, "COSU600101"), (NEW, "COSU600102")):
        row = filed(day, bill)
        [one] = DutyBill.objects.filter(reference=str(row))
        payments.pay(one.number, by=trader(), at=moment(day, 15))
        payments.amend(str(row), kinds={"vat": D("26000.00")}, by=made.SYSTEM, at=moment(day, 16))
        try:
            found.append(refunds.claim(one.number, "多缴", by=trader(), at=moment("2025-12-01")).state)
        except made.Refused as why:
            found.append(made.codes(why)[0][0])
    assert found == ["REFUND_LATE", "asked"]
