"""A parcel that has not arrived may be cleared, and may not leave, where the law says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.ecommerce.arriving import acting, arrival, register_site, report
from tests.ecommerce.asking import ask, inventory_of, withdrawal
from tests.ecommerce.filing import AT, OFFICER, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.actions import draw_for_held
from tongguan.ecommerce.arrivals.actions import close_tally, reopen_tally
from tongguan.ecommerce.arrivals.gate import LAW
from tongguan.ecommerce.models import BillTally, Withdrawal
from tongguan.ecommerce.returns.actions import allow_withdrawal
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing, stopped
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.law import Law, law
from tongguan.kernel.states import Actor

pytestmark = pytest.mark.usefixtures("window")
LATER = AT + timedelta(hours=3)


@pytest.fixture
def arrival_first(monkeypatch):
    """The law of a window where direct purchases may not pass the gate before they arrived."""
    register_site()
    ask_law = Law.__call__

    def changed(self, name, *, on):
        found = ask_law(self, name, on=on)
        return type(found)(name, found.since, ("9610",), found.reference) if name == LAW else found

    monkeypatch.setattr(Law, "__call__", changed)


def listed(*parcels: samples.Parcel, at=AT, **changed):
    numbers = [p.waybill.logisticsNo for p in parcels]
    return report(arrival(numbers, at=at, **changed), sender=acting(samples.SITE), at=at)


def holds(parcel: samples.Parcel) -> list[tuple[str, str, list[str]]]:
    return [(h.reason, h.owner, h.stops) for h in standing(inventory_of(parcel).version_subject)]


ARRIVAL = ("arrival", "system", ["gate"])


def test_the_law_as_it_stands_holds_nobody(parcel, nobody_drawn):
    assert law(LAW, on=date(2026, 5, 1)).value == ()
    assert law(LAW, on=date(2026, 5, 1)).reference["standing"] == "design"
    file_all(parcel)
    assert not Hold.objects.exists()


def test_cleared_and_not_arrived_it_may_not_leave(arrival_first, nobody_drawn, parcel):
    assert file_all(parcel).nodes[0].status == "800"
    assert inventory_of(parcel).state == "released" and holds(parcel) == [ARRIVAL]
    assert stopped(inventory_of(parcel).version_subject, "release") == []
    listed(parcel)
    assert holds(parcel) == []
    assert Hold.objects.get().outcome == "arrived"


def test_arrived_before_it_was_declared_it_is_never_held(arrival_first, nobody_drawn, parcel):
    file("waybill", parcel.waybill)
    listed(parcel)
    file_all(parcel.changed("waybill", appType="2"))
    assert inventory_of(parcel).state == "released" and not Hold.objects.exists()


def test_one_that_waited_for_its_order_is_held_when_the_order_comes(arrival_first, nobody_drawn, parcel):
    for noun in ("payment", "waybill", "inventory"):
        file(noun, getattr(parcel, noun))
    assert holds(parcel) == []
    file("order", parcel.order)
    assert holds(parcel) == [ARRIVAL]


def test_one_that_is_drawn_is_held_for_both(arrival_first, everybody_drawn, parcel):
    file_all(parcel)
    assert sorted(reason for reason, _, _ in holds(parcel)) == ["arrival", "inspection"]
    listed(parcel)
    assert [reason for reason, _, _ in holds(parcel)] == ["inspection"]


def test_one_that_was_held_for_selection_is_held_when_chance_lets_it_go(arrival_first, nobody_drawn, parcel):
    tomorrow = AT + timedelta(days=5)
    file_all(parcel, at=tomorrow)
    assert [reason for reason, _, _ in holds(parcel)] == ["selection"]
    ensure_keys(tomorrow.date(), by=Actor("window", "operator"), at=AT)
    assert draw_for_held(at=tomorrow) == 1
    assert holds(parcel) == [ARRIVAL]


def test_taken_out_of_the_list_it_is_held_again(arrival_first, nobody_drawn):
    first, second = samples.parcels(2, seed=4, at=AT)
    file_all(first, second)
    listed(first, second)
    assert holds(first) == holds(second) == []
    listed(second, at=LATER, appType="2")
    assert (holds(first), holds(second)) == ([ARRIVAL], [])


def test_what_is_short_stays_held_and_goes_when_it_came_after_all(arrival_first, nobody_drawn):
    first, second = samples.parcels(2, seed=4, at=AT)
    file_all(first, second)
    listed(first)
    tally = close_tally(BillTally.objects.get().pk, by=acting(samples.SITE), at=LATER)
    assert holds(second) == [ARRIVAL]
    reopen_tally(tally.pk, by=OFFICER, at=LATER)
    listed(second, copNo="L2", at=LATER)
    assert holds(second) == []


def test_a_withdrawn_parcel_is_no_longer_held(arrival_first, everybody_drawn, parcel):
    file_all(parcel)
    ask(withdrawal(parcel))
    allow_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=LATER)
    assert holds(parcel) == []
