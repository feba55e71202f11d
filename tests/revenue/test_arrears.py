"""Arrears: a claim takes the surcharge too and settles in order; parts are received, and the surcharge runs on the rest."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from tests.revenue.firms import AT, DAY, IMPORTER, OFFICER, SYSTEM, D, accepted, debit, left, refused, trader
from tests.seconded import shown_by_two

from tongguan.exchange.models import BankOrder
from tongguan.kernel.law import law
from tongguan.kernel.states import NotNow, NotYours
from tongguan.revenue.models import DutyBill, Secured
from tongguan.revenue.payments import actions, queries

DUE, TEN_LATE = date(2026, 3, 17), date(2026, 3, 27)
OWED = {"duty": D("59818.92"), "vat": D("104982.20")}
LETTER = {"guarantor": "", "document": ""}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def at(day: date):
    return AT + (day - DAY)


def overdue(secured_by=None) -> DutyBill:
    trader()
    row = actions.bill("D1", payer=IMPORTER, kinds=OWED, due=DUE, by=SYSTEM, at=AT)
    if secured_by is not None:
        debit(secured_by, "164801.12", "D1", scope="time_limit")
    assert actions.lapse_due(date(2026, 3, 18), at=at(date(2026, 3, 18))) == 1
    return row


def claim(row: DutyBill, on: date = TEN_LATE) -> DutyBill:
    return actions.claim(row.number, by=OFFICER, at=at(on))


def receive(row: DutyBill, amount: str, on: date = TEN_LATE, **how) -> DutyBill:
    return actions.receive(row.number, D(amount), **{"document": "SJ-1", "by": OFFICER, "at": at(on)} | how)


class TestClaims:
    def test_a_deposit_pays_tax_and_surcharge(self):
        """164,801.12 ten days late: 824.01 beside it, taken from the same deposit."""
        of = accepted("200000", "deposit", **LETTER)
        row = claim(overdue(of))
        assert (row.state, row.surcharge) == ("paid", D("824.01"))
        assert left(of) == D("200000") - D("165625.13") and Secured.objects.get().amount == D("165625.13")

    def test_a_large_claim_is_made_by_two(self):
        of, late = accepted("3000000", "deposit", **LETTER), at(date(2026, 3, 18))
        large = law("revenue.guarantee_claim_alone", on=DAY).value + 1
        row = actions.bill("D2", payer=IMPORTER, kinds={"duty": large}, due=DUE, by=SYSTEM, at=AT)
        debit(of, str(large), "D2", scope="time_limit")
        actions.lapse_due(late.date(), at=late)
        by_both = partial(actions.claim, row.number, "逾期未缴", at=at(TEN_LATE))
        shown_by_two(by_both, lambda: (DutyBill.objects.get().state, left(of)), at(TEN_LATE))
        assert DutyBill.objects.get().state == "paid"

    def test_what_a_deposit_cannot_cover_stays_in_arrears(self):
        of = accepted("165000", "deposit", **LETTER)
        row = claim(overdue(of))
        assert (row.state, row.open, left(of)) == ("claim", 0, 0)
        assert row.received == {"duty": D("59818.92"), "vat": D("104982.20"), "surcharge": D("198.88")}
        assert {k: v for k, v in queries.owed(row, TEN_LATE).items() if v} == {"surcharge": D("625.13")}
        later = date(2026, 4, 30)
        assert queries.surcharge_left(row, later) == D("625.13")  # no tax is unpaid any more
        assert [one.number for one in queries.arrears(to=trader())] == [row.number]
        assert receive(row, "625.13", later).state == "paid"

    def test_a_guarantor_is_asked_for_the_surcharge_of_the_day_and_owes_no_more(self):
        of = accepted("165000")
        row = claim(overdue(of))
        assert (row.state, Secured.objects.get().amount) == ("claim", D("165000.00"))
        paid = actions.guarantor_paid(row.number, document="BH-1", amount=D(165000), by=OFFICER, at=at(TEN_LATE))
        assert (paid.state, left(of), Secured.objects.get().state) == ("claim", D(165000), "restored")
        assert queries.surcharge_left(paid, TEN_LATE) == D("625.13")

    def test_who_secures_nothing_is_claimed_for_nothing(self):
        row = claim(overdue())
        assert (row.state, row.parts) == ("claim", [])


class TestParts:
    def test_the_surcharge_runs_on_the_rest(self):
        """100,000 after four days: 200.00; the rest after ten: 324.01."""
        row = receive(overdue(), "100000", date(2026, 3, 21))
        assert (row.state, row.received) == ("overdue", {"duty": D("59818.92"), "vat": D("40181.08")})
        assert queries.surcharge(row, TEN_LATE).due == D("524.01")
        paid = actions.pay(row.number, by=trader(), at=at(TEN_LATE))
        assert (paid.state, BankOrder.objects.get().amount) == ("paid", D("65325.13"))

    def test_a_firm_pays_what_is_left_in_one_sum(self):
        row = receive(overdue(), "100000", date(2026, 3, 21))
        told = {"believed": D("64801.12"), "by": trader(), "at": at(TEN_LATE)}
        assert refused(actions.pay, row.number, **told) == ["BILL_DIFFERS"]

    def test_BILL_ONE_SUM(self):
        trader()
        row = actions.bill("D1", payer=IMPORTER, kinds=OWED, due=DUE, by=SYSTEM, at=AT)
        assert refused(receive, row, "1", DAY) == ["BILL_ONE_SUM"]

    @pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "165625.14"])
    def test_BILL_PART_AMOUNT(self, amount):
        assert refused(receive, overdue(), amount) == ["BILL_PART_AMOUNT"]

    def test_BILL_PART_SHOWN(self):
        assert refused(receive, overdue(), "1", document=" ") == ["BILL_PART_SHOWN"]

    def test_BILL_PART_RECEIVED(self):
        receive(overdue(), "100000")
        named = {"by": SYSTEM, "at": at(TEN_LATE)}
        assert refused(actions.amend, "D1", kinds={"duty": D(1)}, **named) == ["BILL_PART_RECEIVED"]
        assert refused(actions.cancel, "D1", **named) == ["BILL_PART_RECEIVED"]

    def test_who_may(self):
        row = overdue()
        with pytest.raises(NotYours):
            receive(row, "1", by=trader())
        receive(row, "165625.13")
        with pytest.raises(NotNow):
            receive(row, "1")


def test_no_surcharge_is_charged_on_a_surcharge():
    """What a disclosure bills holds a surcharge of its own: only the tax bears another."""
    trader()
    kinds = {"duty": D(100000), "surcharge": D(29680)}
    row = actions.bill("D1", payer=IMPORTER, kinds=kinds, due=DUE, by=SYSTEM, at=AT)
    assert (row.taxes, queries.surcharge(row, TEN_LATE).due) == (D(100000), D("500.00"))
    actions.lapse_due(TEN_LATE, at=at(TEN_LATE))
    assert receive(row, "129680").received == kinds
    assert queries.owed(DutyBill.objects.get(), TEN_LATE)["surcharge"] == D("500.00")
