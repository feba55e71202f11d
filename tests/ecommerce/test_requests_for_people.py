"""Requests as people see and write them: lists, what is possible before asking, and drafts that the intake takes."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.ecommerce.asking import ask, bought, inventory_of, refund, statuses, withdrawal
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.actions import pass_check
from tongguan.ecommerce.chronicle import chronicle, of_requests
from tongguan.ecommerce.models import Return, Withdrawal
from tongguan.ecommerce.proofs import of_parcel
from tongguan.ecommerce.queries import parcel
from tongguan.ecommerce.returns import drafts, lists
from tongguan.ecommerce.returns.actions import accept_return, allow_withdrawal, confirm_arrival, refuse_return
from tongguan.ecommerce.returns.deadlines import deadlines
from tongguan.ecommerce.returns.possible import offices, to_return, to_withdraw
from tongguan.ecommerce.taxes.actions import collect
from tongguan.ecommerce.told import receipts_of
from tongguan.journal.actions import sequence
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find

D = Decimal


def firm(role: str, of: samples.Firm) -> Actor:
    return Actor(role, role, find(of.code).pk)


@pytest.fixture
def released(window, nobody_drawn) -> samples.Parcel:
    """A parcel of four things at 250, released on 1 May 2026."""
    parcel = bought("ASK1", "250.00", 4)
    file_all(parcel)
    return parcel


def codes(found) -> list[tuple[str, str]]:
    return [(f.code, f.alias) for f in found.findings]


class TestPossible:
    """The rules of the intake say why not, before anybody asks."""

    def test_released_goods_may_come_back(self, released):
        found = to_return(inventory_of(released), released.inventory, by=OPERATOR, at=AT.date())
        assert found.findings == []
        assert [(one.gnum, one.bought, one.taken, one.left) for one in found.lines] == [(1, 4, 0, 4)]
        assert found.days == (date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 15))

    def test_what_others_have_taken_is_not_left(self, released):
        first, second = refund(released, 1), refund(released, 2, copNo="R2")
        assert statuses(ask(first)) == statuses(ask(second)) == ["120"]
        confirm_arrival(Return.objects.get(number="R2").pre_no, by=OPERATOR, at=AT, counted={1: D(1)})
        [line] = to_return(inventory_of(released), released.inventory, by=OPERATOR, at=AT.date()).lines
        assert (line.taken, line.left) == (2, 2)
        refuse_return(Return.objects.get(number="R1").pre_no, by=OFFICER, at=AT, reason="非原状")
        [line] = to_return(inventory_of(released), released.inventory, by=OPERATOR, at=AT.date()).lines
        assert line.left == 3

    def test_too_late_to_ask(self, released):
        row = inventory_of(released)
        assert codes(to_return(row, released.inventory, by=OPERATOR, at=date(2026, 5, 31))) == []
        assert codes(to_return(row, released.inventory, by=OPERATOR, at=date(2026, 6, 1))) == [("-625004", "ASK_TIME")]

    def test_the_tax_is_in_an_order(self, released):
        collect(at=AT.replace(month=6, day=1))
        found = to_return(inventory_of(released), released.inventory, by=OPERATOR, at=date(2026, 5, 30))
        assert codes(found) == [("-625004", "TAX_COLLECTED")]

    def test_released_goods_are_not_withdrawn(self, released):
        assert codes(to_withdraw(inventory_of(released), by=OPERATOR, at=AT.date())) == [("-623005", "")]

    def test_what_waits_is_withdrawn_at_once_and_not_returned(self, window, parcel):
        file("inventory", parcel.inventory)
        row = inventory_of(parcel)
        assert deadlines(row) is None
        found = to_withdraw(row, by=firm("platform", samples.PLATFORM), at=AT.date())
        assert (found.findings, found.decided) == ([], False)
        assert codes(to_return(row, parcel.inventory, by=OPERATOR, at=AT.date())) == [("-625004", "STATE")]

    def test_what_is_checked_is_decided_by_an_officer(self, window, everybody_drawn, parcel):
        file_all(parcel)
        found = to_withdraw(inventory_of(parcel), by=OPERATOR, at=AT.date())
        assert (found.findings, found.decided) == ([], True)
        assert statuses(ask(withdrawal(parcel))) == ["120"]
        assert codes(to_withdraw(inventory_of(parcel), by=OPERATOR, at=AT.date())) == [("-623009", "")]

    @pytest.mark.parametrize("role, of", [("payer", samples.PAYER), ("carrier", samples.CARRIER), ("officer", None)])
    def test_who_may_not_ask_is_told_so(self, released, role, of):
        by = firm(role, of) if of else OFFICER
        row = inventory_of(released)
        assert codes(to_return(row, released.inventory, by=by, at=AT.date())) == [("-625021", "")]
        assert codes(to_withdraw(row, by=by, at=AT.date())) == [("-623026", "")]

    def test_forgotten_goods_have_no_lines(self, released):
        assert to_return(inventory_of(released), None, by=OPERATOR, at=AT.date()).lines == []

    def test_another_district_where_the_law_names_any(self, released):
        row = inventory_of(released)
        assert not offices(row, AT.date())
        row.trade_mode = "1210"
        assert offices(row, AT.date()) and not offices(row, date(2024, 7, 4))


class TestDrafts:
    """What people write goes through the same door as what programs send."""

    def test_a_return_of_three_of_four(self, released):
        row = inventory_of(released)
        document = drafts.refund(released.inventory, row.invt_no, {1: D(3)}, own="D1", reason="不合适", at=AT)
        sent = {**vars_of(document), "guid": "", "copNo": ""}
        assert sent == {**vars_of(refund(released, 3, reason="不合适")), "guid": "", "copNo": ""}
        assert statuses(ask(document)) == ["120"]
        assert Return.objects.get().items.get().qty == 3

    def test_a_withdrawal(self, window, parcel):
        file("inventory", parcel.inventory)
        document = drafts.withdrawal(parcel.inventory, inventory_of(parcel).pre_no, own="D2", reason="重复", at=AT)
        assert statuses(ask(document)) == ["399"]

    def test_to_another_office(self, released):
        document = drafts.refund(released.inventory, "1", {1: D(1)}, own="D3", reason="x", at=AT, office="0202")
        assert document.customsCode == "0202"


def vars_of(document) -> dict:
    import msgspec

    return msgspec.structs.asdict(document)


@pytest.fixture
def several(window, nobody_drawn) -> dict[str, str]:
    """Requests of every fate; returns their pre-entry numbers."""
    parcels = [bought(f"LI{n}", who=samples.buyer(random.Random(n))) for n in range(4)]
    file_all(*parcels[:3])
    file("inventory", parcels[3].inventory)
    for n in range(3):
        assert statuses(ask(refund(parcels[n], copNo=f"R{n}"))) == ["120"]
    assert statuses(ask(withdrawal(parcels[3]))) == ["399"]
    made = {row.number: row.pre_no for row in Return.objects.all()}
    confirm_arrival(made["R1"], by=OPERATOR, at=AT)
    confirm_arrival(made["R2"], by=OPERATOR, at=AT)
    accept_return(made["R2"], by=OFFICER, at=AT)
    return made | {"W1": Withdrawal.objects.get().pre_no}


class TestLists:
    """Withdrawals and returns in one list."""

    def numbers(self, **asked) -> list[str]:
        return [one.number for one in lists.requests(to=OFFICER, **asked)[0]]

    def test_newest_first_and_page_by_page(self, several):
        assert self.numbers() == ["W1", "R2", "R1", "R0"]
        first, place = lists.requests(to=OFFICER, limit=3)
        rest, end = lists.requests(to=OFFICER, limit=3, before=place)
        assert [one.number for one in (*first, *rest)] == ["W1", "R2", "R1", "R0"] and end is None

    def test_by_what_became_of_them(self, several):
        assert self.numbers(part="waiting") == ["R1", "R0"]
        assert self.numbers(part="accepted") == ["W1", "R2"]
        assert self.numbers(part="accepted", noun="return") == ["R2"]
        assert self.numbers(part="ended") == self.numbers(part="saved") == []

    def test_by_any_number(self, several):
        row = Return.objects.select_related("inventory").get(number="R1")
        inventory = row.inventory
        for number in (
            row.pre_no,
            "R1",
            inventory.invt_no,
            inventory.order_no,
            inventory.logistics_no,
            inventory.pre_no,
        ):
            assert self.numbers(number=number) == ["R1"], number

    def test_a_stranger_sees_nothing(self, several, window):
        payer = firm("payer", samples.PAYER)
        assert lists.requests(to=payer) == ([], None)
        assert lists.request(several["R1"], to=payer) is None
        assert lists.request(several["R1"], to=firm("platform", samples.PLATFORM)).number == "R1"
        assert lists.request(several["W1"], to=OFFICER).number == "W1"
        assert lists.request("B0", to=OFFICER) is None

    def test_what_the_authority_has_to_do(self, several, everybody_drawn, parcel):
        file_all(parcel)
        assert statuses(ask(withdrawal(parcel, copNo="W2"))) == ["120"]
        assert [one.number for one in lists.work("decide")[0]] == ["R1", "W2"]
        assert [one.number for one in lists.work("expected")[0]] == ["R0"]
        [first], place = lists.work("decide", limit=1)
        assert [one.number for one in lists.work("decide", after=place, limit=1)[0]] == ["W2"]
        pass_check(inventory_of(parcel).invt_no, by=OFFICER, at=AT)
        assert [one.number for one in lists.work("decide")[0]] == ["R1"]

    def test_what_was_told_of_a_request(self, several):
        row = Return.objects.get(number="R2")
        assert [one.status for one in receipts_of(row)] == ["2", "120", "399"]


class TestChronicle:
    """What became of requests stands among what happened to the parcel, in the order of time."""

    def test_a_withdrawal(self, window, everybody_drawn):
        held = bought("ASK2")
        file_all(held)
        ask(withdrawal(held), at=AT + timedelta(hours=1))
        allow_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=AT + timedelta(hours=2))
        happened = [one.what for one in chronicle(parcel("ASK2", to=OPERATOR))]
        wanted = ["inventory.drawn", "withdrawal.asked", "check.refused", "inventory.withdrawn", "withdrawal.accepted"]
        assert [what for what in happened if what in wanted] == wanted

    def test_a_return(self, released):
        ask(refund(released, 3), at=AT + timedelta(days=1))
        ask(refund(released, 2, appType="2", guid=samples.guid(random.Random(2))), at=AT + timedelta(days=2))
        number = Return.objects.get().pre_no
        confirm_arrival(number, by=OPERATOR, at=AT + timedelta(days=3))
        accept_return(number, by=OFFICER, at=AT + timedelta(days=4))
        found = parcel("ASK1", to=OPERATOR)
        happened = [one for one in chronicle(found) if one.subject.startswith("return/")]
        assert [one.what for one in happened] == [
            "return.filed", "return.changed", "return.arrived", "return.accepted",
        ]  # fmt: skip
        assert happened == of_requests(found)
        sequence()
        proven = {one.telling.number for one in of_parcel("ASK1", to=OPERATOR) or []}
        assert {one.number for one in of_requests(parcel("ASK1", to=OPERATOR))} <= proven

    def test_one_that_was_deleted(self, released):
        ask(refund(released, 1), at=AT + timedelta(days=1))
        ask(refund(released, 1, appType="3", guid=samples.guid(random.Random(3))), at=AT + timedelta(days=2))
        happened = of_requests(parcel("ASK1", to=OPERATOR))
        assert [one.what for one in happened] == ["return.filed", "return.deleted"]
