"""Paying later: asked for a ground of the law, secured by a guarantee, no surcharge until the new day, arrears after it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.conftest import port, window  # noqa: F401
from tests.revenue.firms import AT, DAY, IMPORTER, OFFICER, OTHER, SYSTEM, D, accepted, debit, left, refused, trader

from tongguan.declarations import actions as declarations
from tongguan.declarations.actions import hear
from tongguan.journal.actions import sequence
from tongguan.kernel.states import NotNow, NotYours
from tongguan.revenue.deferrals import actions, queries
from tongguan.revenue.guarantees import actions as guarantees
from tongguan.revenue.models import Deferral, DutyBill, MonthBill, Secured
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.payments.months.actions import collect, turn

DUE, LATER = date(2026, 4, 7), date(2026, 9, 30)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def at(day: date):
    return AT + (day - DAY)


def letter(total: str = "200000", **terms):
    """Return a letter that customs let run to the end of October."""
    row = guarantees.draft(
        "bank_letter", D(total), scopes=["consolidated", "time_limit"], valid_from=date(2026, 1, 1),
        valid_to=date(2026, 10, 31), guarantor="某银行", document="BH-9", by=trader(), at=AT, **terms,
    )  # fmt: skip
    guarantees.file(row.number, by=trader(), at=AT)
    return guarantees.accept(row.number, extended=True, by=OFFICER, at=AT)


def bill(**kinds: str) -> DutyBill:
    trader()
    owed = {kind: D(amount) for kind, amount in (kinds or {"duty": "59818.92", "vat": "104982.20"}).items()}
    return payments.bill("D1", payer=IMPORTER, kinds=owed, due=DUE, by=SYSTEM, at=AT)


def ask(of, guarantee: str = "", until: date = LATER, ground: str = "force_majeure", on: date = DAY, **how) -> Deferral:
    said = {"words": "洪水停产", "document": "应急管理局证明", "by": trader(), "at": at(on)} | how
    return actions.ask(of.number, until, ground, guarantee=guarantee, **said)


def grant(row: Deferral, on: date = DAY) -> Deferral:
    return actions.grant(row.number, by=OFFICER, at=at(on))


class TestGranted:
    def test_no_surcharge_until_the_new_day_and_arrears_after_it(self):
        of, row = letter(), bill()
        one = grant(ask(row, of.number))
        row.refresh_from_db()
        assert (one.state, one.due_before, row.due_on, row.state) == ("granted", DUE, LATER, "due")
        assert left(of) == D("35198.88") and Secured.objects.get().reference == "D1"
        assert payments.lapse_due(LATER, at=at(LATER)) == 0 and bills.surcharge(row, LATER).due == 0
        late = date(2026, 10, 10)
        assert payments.lapse_due(late, at=at(late)) == 1
        row.refresh_from_db()
        assert (row.state, bills.surcharge(row, late).due) == ("overdue", D("824.01"))
        assert payments.claim(row.number, by=OFFICER, at=at(late)).state == "claim"
        assert Secured.objects.get().amount == D("165625.13")

    def test_paid_before_it_ends_the_guarantee_is_whole_again(self):
        of, row = letter(), bill()
        grant(ask(row, of.number))
        paid = payments.pay(row.number, by=trader(), at=at(date(2026, 8, 1)))
        assert (paid.state, paid.surcharge, left(of)) == ("paid", 0, D("200000"))

    def test_what_is_secured_already_stays_so(self):
        of, row = letter(), bill()
        debit(of, "164801.12", "D1", scope="time_limit")
        grant(ask(row))
        assert left(of) == D("35198.88") and Secured.objects.count() == 1

    def test_asked_in_time_and_granted_late_nothing_is_charged(self):
        of, row = letter(), bill()
        one = ask(row, of.number, on=DUE)
        payments.lapse_due(date(2026, 4, 8), at=at(date(2026, 4, 8)))
        grant(one, date(2026, 4, 10))
        row.refresh_from_db()
        assert (row.state, row.due_on, bills.surcharge(row, date(2026, 4, 10)).due) == ("due", LATER, 0)

    def test_a_month_is_deferred_and_nothing_is_suspended(self):
        of = letter()
        debit(of, "1000", "D1")
        collect("D1", IMPORTER, of.number, {"duty": D(1000)}, on=DAY, by=SYSTEM, at=AT)
        turn(date(2026, 4, 1), at=at(date(2026, 4, 1)))
        month = MonthBill.objects.get()
        one = ask(month, on=date(2026, 4, 8), ground="policy_change")
        payments.lapse_due(date(2026, 4, 9), at=at(date(2026, 4, 9)))
        assert bills.is_suspended(IMPORTER)
        grant(one, date(2026, 4, 9))
        month.refresh_from_db()
        assert (month.state, month.due_on, bills.is_suspended(IMPORTER)) == ("due", LATER, False)

    def test_goods_are_released_when_their_taxes_are_deferred(self, port):  # noqa: F811
        row = made.submitted()
        made.passed(row)
        of = made.guarantee("200000", valid_to=date(2026, 6, 30))
        [its] = bills.bills_of(str(row))
        one = actions.ask(
            its.number, date(2026, 6, 30), "force_majeure", words="洪水", document="证明", guarantee=of.number,
            by=made.trader(), at=made.AT,
        )  # fmt: skip
        assert made.again(row).state == "due"
        actions.grant(one.number, by=OFFICER, at=made.AT)
        sequence()
        hear(at=made.AT)
        assert made.again(row).state == "released" and queries.is_deferred(str(row))

    def test_an_amendment_and_a_withdrawal_reach_the_guarantee(self, port):  # noqa: F811
        row, of = made.submitted(), made.guarantee("200000", valid_to=date(2026, 6, 30))
        [its] = bills.bills_of(str(row))
        one = actions.ask(
            its.number, date(2026, 6, 30), "force_majeure", words="洪水", document="证明", guarantee=of.number,
            by=made.trader(), at=made.AT,
        )  # fmt: skip
        actions.grant(one.number, by=OFFICER, at=made.AT)
        made.amended(row, made.document(FeeRate=D(6000)))
        assert Secured.objects.get().amount == made.again(row).tax > D("164801.12")
        declarations.grant(made.ask(row, "withdraw").pk, by=OFFICER, at=made.AT)
        assert Secured.objects.get().state == "restored" and left(of) == D(200000)


class TestRefused:
    def test_DEFERRAL_GROUND(self):
        assert refused(ask, bill(), letter().number, ground="holiday") == ["DEFERRAL_GROUND"]

    def test_DEFERRAL_LATE(self):
        assert refused(ask, bill(), letter().number, on=date(2026, 4, 8)) == ["DEFERRAL_LATE"]

    @pytest.mark.parametrize("until", [DUE, date(2026, 10, 8)])
    def test_DEFERRAL_UNTIL(self, until):
        assert refused(ask, bill(), letter().number, until) == ["DEFERRAL_UNTIL"]

    def test_six_months_count_from_the_first_last_day(self):
        of, row = letter(), bill()
        grant(ask(row, of.number, date(2026, 6, 1)))
        row.refresh_from_db()
        assert refused(ask, row, "", date(2026, 10, 8)) == ["DEFERRAL_UNTIL"]
        assert grant(ask(row, "", date(2026, 10, 7))).until == date(2026, 10, 7)

    @pytest.mark.parametrize("name", ["words", "document"])
    def test_DEFERRAL_SHOWN(self, name):
        assert refused(ask, bill(), letter().number, **{name: " "}) == ["DEFERRAL_SHOWN"]

    def test_DEFERRAL_FEE(self):
        assert refused(ask, bill(duty="100", late_fee="60"), letter().number) == ["DEFERRAL_FEE"]

    def test_DEFERRAL_OPEN(self):
        of, row = letter(), bill()
        ask(row, of.number)
        assert refused(ask, row, of.number) == ["DEFERRAL_OPEN"]

    def test_DEFERRAL_UNSECURED(self):
        assert refused(ask, bill()) == ["DEFERRAL_UNSECURED"]
        trader(OTHER)
        assert refused(ask, DutyBill.objects.get(), accepted(code=OTHER).number) == ["DEFERRAL_UNSECURED"]

    def test_DEFERRAL_OUTLASTS(self):
        assert refused(ask, bill(), accepted().number) == ["DEFERRAL_OUTLASTS"]

    def test_a_guarantee_that_is_short(self):
        one = ask(bill(), letter("1000").number)
        assert refused(grant, one) == ["GUARANTEE_SHORT"]
        assert DutyBill.objects.get().due_on == DUE and Deferral.objects.get().state == "asked"

    def test_DEFERRAL_ANSWER(self):
        one = ask(bill(), letter().number)
        assert refused(actions.refuse, one.number, answer="", by=OFFICER, at=AT) == ["DEFERRAL_ANSWER"]
        assert actions.refuse(one.number, answer="不属于不可抗力", by=OFFICER, at=AT).state == "refused"
        with pytest.raises(NotNow):
            grant(one)

    def test_who_may(self):
        one = ask(bill(), letter().number)
        with pytest.raises(NotYours):
            actions.grant(one.number, by=trader(), at=AT)
        with pytest.raises(DutyBill.DoesNotExist):
            ask(DutyBill.objects.get(), by=trader(OTHER))
        with pytest.raises(Deferral.DoesNotExist):
            actions.cancel(one.number, by=trader(OTHER), at=AT)
        assert queries.deferral(one.number, to=trader(OTHER)) is None
        assert actions.cancel(one.number, by=trader(), at=AT).state == "cancelled"
