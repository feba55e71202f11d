"""Bills of declarations: made, amended, paid by the bank's word alone, overdue, claimed; what is paid gives back its guarantee."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.revenue.firms import (
    AT,
    DAY,
    IMPORTER,
    OFFICER,
    OPERATOR,
    OTHER,
    SYSTEM,
    D,
    accepted,
    debit,
    left,
    refused,
    trader,
)  # fmt: skip

from tongguan.exchange.actions import let_bank
from tongguan.exchange.models import BankOrder
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.revenue.models import DutyBill, Secured
from tongguan.revenue.payments import actions, queries
from tongguan.revenue.payments.order import settled
from tongguan.revenue.payments.terms import due_on
from tongguan.revenue.ports import BankSilent, NoBank, Verdict

DUE = date(2026, 3, 17)
OWED = {"duty": D("59818.92"), "vat": D("104982.20")}


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def billed(reference: str = "D1", kinds=None, payer: str = IMPORTER) -> DutyBill:
    trader(payer)
    return actions.bill(reference, payer=payer, kinds=OWED if kinds is None else kinds, due=DUE, by=SYSTEM, at=AT)


def at(day: date):
    return AT + (day - DAY)


def pay(row: DutyBill, day: date = DAY, **how) -> DutyBill:
    return actions.pay(row.number, **({"by": trader(), "at": at(day)} | how))


def told() -> list[str]:
    return list(Event.objects.filter(what__startswith="duty_bill.").order_by("id").values_list("what", flat=True))


class TestOrder:
    def test_a_payment_settles_in_order(self):
        """Late fee, duty, anti-dumping, consumption tax, VAT, surcharge."""
        owed = {
            "surcharge": D(1),
            "vat": D(2),
            "consumption": D(3),
            "antidumping": D(4),
            "duty": D(5),
            "late_fee": D(60),
        }
        assert list(settled(owed, D(75), DAY).items()) == [
            ("late_fee", D(60)), ("duty", D(5)), ("antidumping", D(4)), ("consumption", D(3)), ("vat", D(2)),
            ("surcharge", D(1)),
        ]  # fmt: skip
        assert settled(owed, D(64), DAY)["duty"] == D(4) and settled(owed, D(64), DAY)["vat"] == 0

    @pytest.mark.measure("M0-12.4")
    def test_what_a_policy_secures_is_paid_within_ten_days(self):
        assert due_on(date(2026, 3, 20)) == date(2026, 4, 7)
        assert due_on(date(2026, 3, 20), secured_by="policy") == date(2026, 3, 30)


@pytest.mark.django_db
class TestBilling:
    def test_a_bill_holds_its_kinds_in_order(self):
        row = billed(kinds={"vat": D(2), "late_fee": D(1495), "duty": D(0)})
        assert (list(row.amounts), row.total, row.taxes) == (["late_fee", "vat"], D(1497), D(2))
        assert queries.state("D1") == "due" and queries.state("D1", on=DUE + timedelta(days=1)) == "overdue"
        assert queries.state("D9") == "none"

    def test_the_same_again_is_once_and_other_amounts_amend(self):
        row = billed()
        assert billed().pk == row.pk and told() == ["duty_bill.made"]
        assert billed(kinds={"duty": D(7)}).total == D(7) and DutyBill.objects.count() == 1
        assert billed(kinds={}) is None and queries.state("D1") == "cancelled"
        assert billed().part == 2 and queries.state("D1") == "due"
        assert billed("D2", kinds={"vat": D(0)}) is None

    def test_BILL_KIND(self):
        assert refused(billed, kinds={"tip": D(1)}) == ["BILL_KIND"]

    @pytest.mark.parametrize("amount", ["-1", "0.001", "NaN"])
    def test_BILL_AMOUNT(self, amount):
        assert refused(billed, kinds={"duty": D(amount)}) == ["BILL_AMOUNT"]

    def test_who_sees_it(self):
        row = billed()
        assert queries.bill(row.number, to=trader()) == row == queries.bill(row.number, to=OFFICER)
        assert queries.bill(row.number, to=trader(OTHER)) is None


@pytest.mark.django_db(transaction=True)
class TestPaying:
    def test_paid_by_the_banks_word(self):
        row = pay(billed())
        assert (row.state, row.told, row.bank_reference) == ("paid", D("164801.12"), f"SIM{row.number}")
        assert queries.state("D1") == "paid" and told()[-1] == "duty_bill.paid"
        assert Event.objects.get(what="duty_bill.paid").details["reference"] == "D1"

    @pytest.mark.measure("M0-15.1")
    def test_paying_gives_back_what_the_guarantee_secured(self):
        of = accepted("200000")
        debit(of, "164801.12", "D1", scope="time_limit")
        pay(billed())
        assert left(of) == D("200000") and Secured.objects.get().state == "restored"

    def test_late_payment_is_paid_with_it(self):
        row = pay(billed(), DUE + timedelta(days=10))
        assert (row.surcharge, BankOrder.objects.get().amount) == (D("824.01"), D("165625.13"))

    def test_no_surcharge_is_charged_on_a_late_fee(self):
        row = billed(kinds={"late_fee": D(1000000), "vat": D(100000)})
        assert pay(row, DUE + timedelta(days=1)).surcharge == D("50.00")

    def test_no_surcharge_is_charged_on_one_that_was_fixed_with_the_bill(self):
        row = billed(kinds={"vat": D(100000), "surcharge": D(36400)})
        assert pay(row, DUE + timedelta(days=1)).surcharge == D("50.00")

    @pytest.mark.parametrize("reason", ["no_funds", "no_agreement", "wrong_amount", "expired"])
    def test_a_refusal_leaves_it_due(self, reason):
        let_bank("refuse", reason=reason, by=OPERATOR, at=AT)
        row = pay(billed())
        assert (row.state, row.reason, row.surcharge) == ("due", reason, 0)
        let_bank("pay", by=OPERATOR, at=AT)
        assert pay(row).state == "paid"

    def test_silence_is_asked_about_and_paid_once(self):
        let_bank("late", by=OPERATOR, at=AT)
        row = pay(billed())
        assert row.state == "paying" and queries.state("D1") == "paying"
        with pytest.raises(NotNow):
            pay(row)
        with pytest.raises(NotNow):
            actions.amend("D1", kinds={"duty": D(1)}, by=SYSTEM, at=AT)
        assert actions.ask_again(at=AT) == 0
        let_bank("pay", by=OPERATOR, at=AT)
        assert actions.ask_again(at=AT) == 1 and actions.ask_again(at=AT) == 0
        assert queries.state("D1") == "paid" and BankOrder.objects.get().told == 1

    def test_what_the_bank_never_heard_of_is_sent_again(self):
        let_bank("lost", by=OPERATOR, at=AT)
        assert pay(billed()).state == "paying" and not BankOrder.objects.exists()
        let_bank("pay", by=OPERATOR, at=AT)
        assert actions.ask_again(at=AT) == 1 and queries.state("D1") == "paid"

    def test_a_duplicate_is_not_paid_again(self):
        row = pay(billed())
        assert refused(pay, row) == ["BILL_PAID"]
        assert BankOrder.objects.get().told == 1

    def test_BILL_VOID(self):
        row = billed()
        actions.cancel("D1", by=SYSTEM, at=AT)
        assert refused(pay, row) == ["BILL_VOID"] and not BankOrder.objects.exists()

    def test_what_customs_ask_for_more_is_paid_within_the_time_from_then_on(self):
        """Paid; a month later the duty is confirmed higher: fifteen days from then, no surcharge before."""
        pay(billed())
        more = actions.bill(
            "D1", payer=IMPORTER, kinds=OWED | {"duty": D("60000")}, due=DUE, by=SYSTEM, at=at(date(2026, 4, 20))
        )
        assert (more.part, more.amounts, more.due_on) == (2, {"duty": D("181.08")}, date(2026, 5, 6))

    def test_another_amount_than_was_told_pays_nothing(self, monkeypatch):
        found = Verdict("paid", D("1.00"), "X")
        monkeypatch.setattr("tongguan.exchange.bank.SimulatedBank.pay", lambda self, instruction, at: found)
        row = pay(billed())
        assert (row.state, row.reason) == ("paying", "wrong_amount") and told()[-1] == "duty_bill.differs"

    def test_a_bank_that_breaks_fails_closed(self, monkeypatch):
        def broken(self, instruction, at):
            raise RuntimeError("boom")

        monkeypatch.setattr("tongguan.exchange.bank.SimulatedBank.pay", broken)
        assert pay(billed()).state == "paying"

    def test_without_a_bank_nothing_is_paid(self, settings):
        settings.BANK = ""
        row = billed()
        with pytest.raises(NoBank):
            pay(row)
        assert queries.state("D1") == "due" and actions.ask_again(at=AT) == 0

    def test_BILL_DIFFERS(self):
        row = billed()
        assert refused(pay, row, believed=D("1.00")) == ["BILL_DIFFERS"]
        assert queries.state("D1") == "due" and pay(row, believed=D("164801.12")).state == "paid"

    def test_who_may(self):
        row = billed()
        with pytest.raises(DutyBill.DoesNotExist):
            pay(row, by=trader(OTHER))
        with pytest.raises(NotYours):
            pay(row, by=OFFICER)
        with pytest.raises(NotYours):
            pay(row, by=Actor("wu", "trader", trader().enterprise, abilities=frozenset({"see", "file"})))

    def test_an_amendment_after_payment_asks_for_what_is_more(self):
        pay(billed(kinds={"duty": D(100), "vat": D(50)}))
        more = actions.amend("D1", kinds={"duty": D(130), "vat": D(40)}, by=SYSTEM, at=AT)
        assert (more.part, more.amounts, more.due_on) == (2, {"duty": D(30)}, due_on(DAY))
        assert queries.state("D1") == "due" and DutyBill.objects.get(part=1).refundable == D(10)
        assert actions.amend("D1", kinds={"duty": D(100), "vat": D(50)}, by=SYSTEM, at=AT) is None
        assert queries.state("D1") == "paid" and DutyBill.objects.get(part=1).refundable == 0

    def test_a_withdrawal_after_payment_notes_what_goes_back(self):
        pay(billed())
        actions.cancel("D1", by=SYSTEM, at=AT)
        assert DutyBill.objects.get().refundable == D("164801.12")


@pytest.mark.django_db(transaction=True)
class TestArrears:
    def test_overdue_is_claimed_of_the_guarantor_and_given_back_when_he_pays(self):
        of = accepted("200000")
        debit(of, "164801.12", "D1", scope="time_limit")
        row, after = billed(), DUE + timedelta(days=1)
        assert actions.lapse_due(DUE, at=at(DUE)) == 0
        assert actions.lapse_due(after, at=at(after)) == 1 and actions.lapse_due(after, at=at(after)) == 0
        assert [one.number for one in queries.arrears(to=trader())] == [row.number]
        assert queries.arrears(to=trader(OTHER)) == []
        assert actions.claim(row.number, by=OFFICER, at=at(after)).state == "claim"
        assert Secured.objects.get().state == "demanded" and queries.state("D1") == "overdue"
        paid = actions.guarantor_paid(row.number, document="BH-1", by=OFFICER, at=at(after))
        assert (paid.state, paid.bank_reference, left(of)) == ("paid", "BH-1", D("200000"))

    def test_a_deposit_pays_by_itself(self):
        of = accepted("200000", "deposit", guarantor="", document="")
        debit(of, "164801.12", "D1", scope="time_limit")
        row, after = billed(), DUE + timedelta(days=1)
        actions.lapse_due(after, at=at(after))
        assert actions.claim(row.number, by=OFFICER, at=at(after)).state == "paid"
        assert left(of) == D("35116.48") and queries.state("D1") == "paid"

    def test_what_is_in_claim_may_still_be_paid(self):
        row, after = billed(), DUE + timedelta(days=1)
        actions.lapse_due(after, at=at(after))
        actions.claim(row.number, by=OFFICER, at=at(after))
        assert pay(row, after).state == "paid"


def test_the_port_is_one_for_all():
    from tongguan.ecommerce import ports as theirs

    assert theirs.BankSilent is BankSilent
