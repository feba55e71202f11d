"""The simulated bank pays an order at most once, in whatever mode, and does what it is told by the operator alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from tongguan.ecommerce.ports import BankSilent, Instruction
from tongguan.exchange.actions import let_bank
from tongguan.exchange.bank import SimulatedBank
from tongguan.exchange.models import MODES, BankOrder
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotYours

AT = datetime(2026, 6, 3, tzinfo=UTC)
OPERATOR = Actor("window", "operator")
bank = SimulatedBank()


def order(number: str = "J1", payer: str = "P1") -> Instruction:
    return Instruction(number, payer, Decimal("91.00"), date(2026, 6, 15), 1)


def told(mode: str, **more) -> None:
    let_bank(mode, by=OPERATOR, at=AT, **more)


def test_it_pays_and_knows_what_it_paid(db):
    assert bank.ask("J1", at=AT) is None
    paid = bank.pay(order(), at=AT)
    assert (paid.state, paid.amount, paid.reference, paid.repeated) == ("paid", Decimal("91.00"), "SIMJ1", False)
    assert bank.ask("J1", at=AT) == paid


def test_told_again_it_pays_no_second_time(db):
    bank.pay(order(), at=AT)
    told("refuse")
    again = bank.pay(order()._replace(amount=Decimal(1)), at=AT)
    assert (again.state, again.amount, again.repeated) == ("paid", Decimal("91.00"), True)
    assert BankOrder.objects.get().told == 2


def test_what_it_refused_it_may_pay_later(db):
    told("refuse", reason="no_agreement")
    assert bank.pay(order(), at=AT)[:1] + bank.pay(order(), at=AT)[3:4] == ("refused", "no_agreement")
    told("pay")
    assert bank.pay(order(), at=AT).state == "paid"


def test_late_it_has_paid_and_says_nothing(db):
    told("late")
    for question in (lambda: bank.pay(order(), at=AT), lambda: bank.ask("J1", at=AT)):
        with pytest.raises(BankSilent):
            question()
    told("pay")
    assert bank.ask("J1", at=AT).state == "paid"


def test_lost_it_has_never_heard_of_it(db):
    told("lost")
    with pytest.raises(BankSilent):
        bank.pay(order(), at=AT)
    told("pay")
    assert bank.ask("J1", at=AT) is None


def test_a_payer_may_have_a_mode_of_his_own(db):
    told("refuse")
    told("pay", payer="P1")
    assert (bank.pay(order(), at=AT).state, bank.pay(order("J2", "P2"), at=AT).state) == ("paid", "refused")


def test_who_may_drive_it(db):
    with pytest.raises(NotYours):
        let_bank("refuse", by=Actor("p", "platform"), at=AT)
    with pytest.raises(ValueError, match=", ".join(MODES)):
        told("rob")
    told("lost")
    assert Event.objects.get().what == "bank.told"


def test_told_by_eight_at_once_it_pays_once(transactional_db):
    def pay(_):
        try:
            return bank.pay(order(), at=AT).repeated
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(pay, range(8))) == [False] + [True] * 7
