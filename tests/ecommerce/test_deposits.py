"""An assurer's deposit: an accepted inventory takes its tax, payment, return and withdrawal give it back, never below nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.asking import GOODS, ask, bought, found, inventory_of, refund, statuses, withdrawal
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all, happened
from tests.ecommerce.test_races_of_limits import WRITERS, parcel, race, stored
from tests.ecommerce.test_races_of_limits import statuses as counted

from tongguan.ecommerce import samples
from tongguan.ecommerce.deposits import queries
from tongguan.ecommerce.deposits.actions import close_deposit, receive_guarantee, withdraw_guarantee
from tongguan.ecommerce.intake import judge
from tongguan.ecommerce.models import Deposit, Inventory, Return, Withdrawal
from tongguan.ecommerce.returns.actions import accept_return, allow_withdrawal, confirm_arrival
from tongguan.ecommerce.taxes import actions as taxes
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.ledgers.models import Account
from tongguan.ledgers.queries import check_all
from tongguan.ledgers.refusals import ReferenceReused
from tongguan.parties.queries import find

D = Decimal
JUNE = AT.replace(month=6, day=3)


def kept(amount: str = "200.00", until: date | None = None, code: str = samples.PLATFORM.code) -> Deposit:
    return receive_guarantee(code, D(amount), reference="BH-1", valid_until=until, by=OFFICER, at=AT)


def left(of: Deposit) -> Decimal:
    return Account.objects.get(pk=of.account_id).balance


def platform() -> Actor:
    return Actor("wang", "platform", find(samples.PLATFORM.code).pk)


def kinds(of: Deposit) -> list[tuple[str, Decimal]]:
    return [(one.kind, one.entry.amount) for one in reversed(queries.changes(of))]


def refused(call, *args, **named) -> list[str]:
    with pytest.raises(Refused) as raised:
        call(*args, **named)
    return [finding.code for finding in raised.value.findings]


@pytest.mark.usefixtures("window", "nobody_drawn")
class TestSecuring:
    def test_an_accepted_inventory_takes_its_tax(self):
        deposit, one = kept(), bought("A1", "1000.00")
        assert statuses(file_all(one)) == ["800"]
        row = inventory_of(one)
        assert row.tax == D("91.00") and left(deposit) == D("109.00")
        [received, taken] = reversed(queries.changes(deposit))
        assert (received.kind, received.number, taken.kind, taken.parcel) == ("received", "BH-1", "taken", row)
        assert taken.number == row.invt_no

    def test_DEPOSIT_SHORT(self):
        """The third does not fit; what is less than left still does."""
        deposit = kept()
        assert statuses(file_all(bought("A1", "1000.00"), bought("A2", "1000.00"))) == ["800", "800"]
        outcome = file_all(bought("A3", "1000.00"))
        assert found(outcome) == [("-621001", "DEPOSIT_SHORT", "assureCode")]
        assert left(deposit) == D("18.00") and inventory_of(bought("A3", "1000.00")).state == "refused"
        assert statuses(file_all(bought("A4", "100.00"))) == ["800"]
        assert left(deposit) == D("8.90") and list(check_all()) == []

    def test_DEPOSIT_EXPIRED(self):
        deposit = kept(until=AT.date())
        assert statuses(file_all(bought("A1", "1000.00"))) == ["800"]
        late = file_all(bought("A2", "1000.00"), at=AT + timedelta(days=1))
        assert found(late) == [("-621001", "DEPOSIT_EXPIRED", "assureCode")]
        assert left(deposit) == D("109.00")

    def test_without_a_deposit_nothing_is_asked_and_nothing_taken(self):
        assert statuses(file_all(bought("A1", "1000.00"))) == ["800"]
        theirs = kept(code=samples.CARRIER.code)
        assert statuses(file_all(bought("A2", "1000.00"))) == ["800"]
        assert left(theirs) == D("200.00")

    def test_both_codes_of_a_firm_are_one_deposit(self):
        deposit = kept(code=samples.PLATFORM.customs_registration)
        assert statuses(file_all(bought("A1", "1000.00"))) == ["800"]
        assert left(deposit) == D("109.00")

    def test_payment_gives_it_back(self, settings):
        settings.BANK = "tongguan.exchange.bank.SimulatedBank"
        early = bought("A0", "1000.00")
        file_all(early)  # before there was a deposit: nothing was taken, nothing comes back
        deposit = kept()
        file_all(bought("A1", "1000.00"))
        [order] = taxes.collect(at=JUNE)
        assert left(deposit) == D("109.00") and order.total == D("182.00")
        assert taxes.pay(order.number, by=platform(), at=JUNE).state == "paid"
        assert left(deposit) == D("200.00")
        assert kinds(deposit)[-1] == ("paid", D("91.00")) and list(check_all()) == []

    def test_a_return_gives_its_share_back_and_payment_the_rest(self, settings):
        settings.BANK = "tongguan.exchange.bank.SimulatedBank"
        deposit, one = kept(), bought("A1", "500.00", qty=2)
        file_all(one)
        before = left(deposit)
        ask(refund(one, 1))
        request = Return.objects.get()
        confirm_arrival(request.pre_no, by=OPERATOR, at=AT + timedelta(days=3))
        accept_return(request.pre_no, by=OFFICER, at=AT + timedelta(days=4))
        request.refresh_from_db()
        assert request.tax and left(deposit) == before + request.tax
        [order] = taxes.collect(at=AT.replace(month=7, day=20))
        taxes.pay(order.number, by=platform(), at=JUNE)
        assert left(deposit) == D("200.00") and [kind for kind, _ in kinds(deposit)][-2:] == ["returned", "paid"]

    def test_the_question_costs_no_way_to_the_server(self, monkeypatch):
        """It goes with the documents of the match, and nothing else asks about deposits."""
        ways: list[int] = []
        real = judge.ask_together
        monkeypatch.setattr(judge, "ask_together", lambda *asked: ways.append(len(asked)) or real(*asked))
        with CaptureQueriesContext(connection) as asked:
            file_all(bought("A1", "1000.00"))
        assert ways == [4]
        assert len([one for one in asked if "deposit" in one["sql"]]) == 1


@pytest.mark.usefixtures("window", "everybody_drawn")
def test_withdrawal_gives_it_back():
    deposit, one = kept(), bought("A1", "1000.00")
    assert statuses(file_all(one)) == ["500"]
    assert left(deposit) == D("109.00")
    ask(withdrawal(one))
    allow_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=AT + timedelta(hours=1))
    assert inventory_of(one).state == "withdrawn" and left(deposit) == D("200.00")
    assert kinds(deposit)[-1] == ("undone", D("91.00")) and list(check_all()) == []


@pytest.mark.usefixtures("window", "nobody_drawn")
class TestKeeping:
    def test_received_once_a_document_and_withdrawn_as_far_as_it_is_free(self):
        deposit = kept()
        assert kept() == deposit and left(deposit) == D("200.00")
        with pytest.raises(ReferenceReused):
            kept("300.00")
        file_all(bought("A1", "1000.00"))
        who = {"by": platform(), "at": AT}
        assert refused(withdraw_guarantee, deposit.pk, D("109.01"), reference="T-1", **who) == ["DEPOSIT_TAKEN"]
        for _ in range(2):
            assert withdraw_guarantee(deposit.pk, D("100.00"), reference="T-1", **who) == D("9.00")
        deposit.refresh_from_db()
        assert (deposit.guaranteed, deposit.secured) == (D("100.00"), D("91.00"))
        assert happened(deposit) == ["deposit.received", "deposit.withdrawn"]

    def test_closed_it_takes_no_more_and_still_gets_back(self, settings):
        settings.BANK = "tongguan.exchange.bank.SimulatedBank"
        deposit = kept("100.00")
        file_all(bought("A1", "1000.00"))
        assert close_deposit(deposit.pk, by=OFFICER, at=AT).state == "closed"
        assert statuses(file_all(bought("A2", "1000.00"))) == ["800"] and left(deposit) == D("9.00")
        with pytest.raises(NotNow):
            close_deposit(deposit.pk, by=OFFICER, at=AT)
        [order] = taxes.collect(at=JUNE)
        taxes.pay(order.number, by=platform(), at=JUNE)
        assert left(deposit) == D("100.00")

    def test_who_may(self):
        deposit, carrier = kept(), Actor("c", "carrier", find(samples.CARRIER.code).pk)
        with pytest.raises(NotYours):
            receive_guarantee(samples.PLATFORM.code, 1, reference="X", by=platform(), at=AT)
        with pytest.raises(NotYours):
            withdraw_guarantee(deposit.pk, 1, reference="X", by=OFFICER, at=AT)
        with pytest.raises(Deposit.DoesNotExist):
            withdraw_guarantee(deposit.pk, 1, reference="X", by=carrier, at=AT)
        with pytest.raises(NotYours):
            close_deposit(deposit.pk, by=platform(), at=AT)
        assert queries.deposits(to=carrier) == [] and queries.deposits(to=platform()) == [deposit]

    @pytest.mark.parametrize(
        "code, changed",
        [
            ("DEPOSIT_OWNER", {"code": "9111"}),
            ("DEPOSIT_REFERENCE", {"reference": ""}),
            ("DEPOSIT_REFERENCE", {"reference": "a/b"}),
            ("DEPOSIT_AMOUNT", {"amount": D("0")}),
            ("DEPOSIT_AMOUNT", {"amount": D("1.001")}),
            ("DEPOSIT_AMOUNT", {"amount": D("NaN")}),
            ("DEPOSIT_UNTIL", {"valid_until": AT.date() - timedelta(days=1)}),
        ],
    )
    def test_what_is_refused(self, code, changed):
        given = {"code": samples.PLATFORM.code, "amount": D(5), "reference": "R"} | changed
        assert refused(receive_guarantee, **given, by=OFFICER, at=AT) == [code]
        assert not Deposit.objects.exists()


@pytest.mark.usefixtures("racing_window", "nobody_drawn")
def test_thirty_two_at_once_never_pass_what_is_left():
    """1,000 yuan secure ten parcels of 91.00; the others are refused, and nobody waits in a circle."""
    deposit = kept("1000.00")
    goods = GOODS._replace(price="1000.00")
    people = [samples.buyer(random.Random(number)) for number in range(WRITERS)]
    parcels = stored([parcel(f"D{n:04d}", people[n], goods) for n in range(WRITERS)])
    outcomes = race(lambda one: file("inventory", one.inventory), parcels)
    assert counted(outcomes) == {"800": 10, "-621001": 22}
    assert left(deposit) == D("90.00") and list(check_all()) == []
    assert Inventory.objects.filter(state="released").count() == 10
