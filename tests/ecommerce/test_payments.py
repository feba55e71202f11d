"""A payment order goes to the bank: paid, refused, unheard of, silent, told twice; never paid but by the bank's word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.asking import ask, bought, refund, statuses
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all, happened

from tongguan.ecommerce import samples, tasks
from tongguan.ecommerce.models import PaymentOrder, Receipt, Return
from tongguan.ecommerce.ports import BankSilent, NoBank, Verdict
from tongguan.ecommerce.taxes import actions, queries
from tongguan.ecommerce.taxes.owing import account
from tongguan.exchange.actions import let_bank
from tongguan.exchange.models import BankOrder
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.ledgers.models import Entry
from tongguan.ledgers.queries import balance
from tongguan.parties.queries import find
from tongguan.revenue import ports

D = Decimal
JUNE = AT.replace(month=6, day=3)
OWED = account(samples.PLATFORM.code)


@pytest.fixture(autouse=True)
def _simulated(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def made() -> PaymentOrder:
    """Release a parcel and gather its bill."""
    assert statuses(file_all(bought("PAY1", "1000.00"))) == ["800"]
    [order] = actions.collect(at=JUNE)
    return order


@pytest.fixture
def order(window, nobody_drawn) -> PaymentOrder:
    """An order of 91.00 that the platform has to pay."""
    return made()


@pytest.fixture
def platform(window) -> Actor:
    """Somebody of the firm that has to pay."""
    return Actor("wang", "platform", find(samples.PLATFORM.code).pk)


def bank_does(mode: str, **more) -> None:
    let_bank(mode, by=OPERATOR, at=JUNE, **more)


@pytest.mark.measure("M4-21.1")
def test_paid(order, platform):
    assert balance(OWED) == D("91.00")
    paid = actions.pay(order.number, by=platform, at=JUNE)
    assert (paid.state, paid.bank_reference, paid.attempts) == ("paid", f"SIM{order.number}", 1)
    assert balance(OWED) == 0
    told = happened(order)
    assert told == ["payment_order.made", "payment_order.sent", "payment_order.paid"]
    assert queries.overdue(to=OFFICER, on=JUNE.date() + timedelta(days=90)) == []


def test_refused_and_paid_later(order, platform):
    bank_does("refuse", payer=samples.PLATFORM.code, reason="no_agreement")
    refused = actions.pay(order.number, by=platform, at=JUNE)
    assert (refused.state, refused.reason, balance(OWED)) == ("refused", "no_agreement", D("91.00"))
    bank_does("pay", payer=samples.PLATFORM.code)
    paid = actions.pay(order.number, by=platform, at=JUNE)
    assert (paid.state, paid.attempts, paid.reason, balance(OWED)) == ("paid", 2, "", 0)


@pytest.mark.parametrize("mode, known", [("late", True), ("lost", False)])
def test_silence_is_never_paid(mode, known, order, platform):
    """After a time-out nobody knows; the timer asks, and sends again what the bank has never heard of."""
    bank_does(mode)
    silent = actions.pay(order.number, by=platform, at=JUNE)
    assert (silent.state, silent.paid_at, balance(OWED)) == ("unknown", None, D("91.00"))
    assert BankOrder.objects.exists() == known
    assert actions.ask_again(at=JUNE) == 0
    assert PaymentOrder.objects.get().state == "unknown"
    with pytest.raises(NotNow):
        actions.pay(order.number, by=platform, at=JUNE)
    bank_does("pay")
    assert actions.ask_again(at=JUNE + timedelta(minutes=5)) == 1
    assert (PaymentOrder.objects.get().state, balance(OWED)) == ("paid", 0)
    assert BankOrder.objects.get().told == 1
    assert actions.ask_again(at=JUNE) == 0


def test_told_twice_the_bank_pays_once(order, platform):
    """The answer was lost, and so was ours: the order is sent once more, and is paid once."""
    bank_does("late")
    actions.pay(order.number, by=platform, at=JUNE)
    bank_does("pay")
    PaymentOrder.objects.update(state="made")
    paid = actions.pay(order.number, by=platform, at=JUNE)
    assert paid.state == "paid"
    assert (BankOrder.objects.count(), BankOrder.objects.get().told) == (1, 2)
    assert Event.objects.get(what="payment_order.paid").details["repeated"] is True
    assert balance(OWED) == 0


class Strange:
    """A bank whose answers are what a test wants."""

    def __init__(self, answer):
        self.answer = answer

    def pay(self, instruction, *, at):
        return self.answer(instruction)

    def ask(self, number, *, at):
        return self.answer(None)


def broken(_):
    raise ValueError("<html>502</html>")


@pytest.mark.parametrize(
    "answer, reason",
    [
        (broken, ""),
        (lambda _: None, ""),
        (lambda _: Verdict("pending", D("91.00")), ""),
        (lambda _: Verdict("paid", D("90.99")), "wrong_amount"),
    ],
    ids=["broken", "nothing", "pending", "another amount"],
)
def test_what_cannot_be_trusted_leaves_it_unknown(answer, reason, order, platform, monkeypatch):
    monkeypatch.setattr(ports, "_made", lambda path: Strange(answer))
    said = actions.pay(order.number, by=platform, at=JUNE)
    assert (said.state, said.reason, balance(OWED)) == ("unknown", reason, D("91.00"))
    assert actions.ask_again(at=JUNE) == 0
    assert PaymentOrder.objects.get().state == "unknown"


def test_a_reason_nobody_knows_is_another(order, platform, monkeypatch):
    monkeypatch.setattr(ports, "_made", lambda path: Strange(lambda _: Verdict("refused", D(0), "", "9999")))
    assert actions.pay(order.number, by=platform, at=JUNE).reason == "other"


def test_without_a_bank_nothing_changes(order, platform, settings):
    settings.BANK = ""
    with pytest.raises(NoBank) as refused:
        actions.pay(order.number, by=platform, at=JUNE)
    assert all(refused.value.text(lang) for lang in ("zh", "en"))
    assert (PaymentOrder.objects.get().state, PaymentOrder.objects.get().attempts) == ("made", 0)
    PaymentOrder.objects.update(state="unknown")
    assert actions.ask_again(at=JUNE) == 0


def test_a_bank_that_falls_over_in_our_own_code_is_silence(order, platform, monkeypatch):
    def dead(_):
        raise BankSilent

    monkeypatch.setattr(ports, "_made", lambda path: Strange(dead))
    assert actions.pay(order.number, by=platform, at=JUNE).state == "unknown"


def test_only_the_assurer_pays(order, platform):
    with pytest.raises(PaymentOrder.DoesNotExist):
        actions.pay(order.number, by=Actor("b", "broker", find(samples.BROKER.code).pk), at=JUNE)
    with pytest.raises(NotYours):
        actions.pay(order.number, by=OFFICER, at=JUNE)
    assert actions.pay(order.number, by=OPERATOR, at=JUNE).state == "paid"
    with pytest.raises(NotNow):
        actions.pay(order.number, by=platform, at=JUNE)


def test_who_sees_orders(order, platform):
    assert queries.orders(to=platform) == queries.orders(to=OFFICER, state="made") == [order]
    assert queries.orders(to=platform, state="paid") == []
    assert queries.order(order.number, to=platform) == order
    stranger = Actor("b", "broker", find(samples.BROKER.code).pk)
    assert queries.orders(to=stranger) == [] and queries.order(order.number, to=stranger) is None
    assert queries.orders(to=Actor("x", "platform")) == []
    assert queries.orders(to=platform, before=order.pk) == []


def test_the_timers(window, nobody_drawn, platform):
    """Told in the minute after, gathered on day 31, paid by hand, asked about when the bank was silent."""
    file_all(bought("TIM1"), bought("TIM2"))
    asked_back = refund(bought("TIM2"), copNo="R1")
    assert statuses(ask(asked_back)) == ["120"]
    tasks.tell_bills(int(AT.timestamp()))
    assert Receipt.objects.filter(kind="CEB816Message").count() == 2
    tasks.collect_tax(int(JUNE.timestamp()))
    order = PaymentOrder.objects.get()
    bank_does("lost")
    assert actions.pay(order.number, by=platform, at=JUNE).state == "unknown"
    bank_does("pay")
    tasks.ask_bank(int(JUNE.timestamp()))
    assert PaymentOrder.objects.get().state == "paid"
    tasks.expire(int(AT.replace(month=6, day=16).timestamp()))
    assert Return.objects.get().state == "expired"


@pytest.mark.parametrize("reason", ports.REASONS)
def test_every_reason_has_its_words(reason):
    assert all(text(f"payment_order.reason.{reason}", lang) for lang in LANGUAGES)


class TestRaces:
    """Paid once, however many press the button."""

    def test_eight_pay_one_order(self, racing_window, nobody_drawn):
        order = made()

        def press(_):
            try:
                return actions.pay(order.number, by=OPERATOR, at=JUNE).state
            except NotNow:
                return "late"
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(press, range(8)))
        assert sorted(said) == ["late"] * 7 + ["paid"]
        assert (BankOrder.objects.get().told, balance(OWED)) == (1, 0)
        assert Entry.objects.filter(account__name=OWED, kind="debit").count() == 1

    def test_the_timer_and_the_answer_settle_once(self, racing_window, nobody_drawn):
        order = made()
        bank_does("late")
        actions.pay(order.number, by=OPERATOR, at=JUNE)
        bank_does("pay")

        def asks(_):
            try:
                return actions.ask_again(at=JUNE)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(asks, range(6)))
        assert (PaymentOrder.objects.get().state, balance(OWED)) == ("paid", 0)
        assert Event.objects.filter(what="payment_order.paid").count() == 1

    def test_collected_by_six_at_once_every_bill_is_in_one_order(self, racing_window, nobody_drawn):
        file_all(*samples.parcels(30, seed=61, at=AT))

        def gather(_):
            try:
                return [order.number for order in actions.collect(at=JUNE)]
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(gather, range(6)))
        assert sum(order.bills_count for order in PaymentOrder.objects.all()) == 30
        assert sum(order.total for order in PaymentOrder.objects.all()) == balance(OWED)
