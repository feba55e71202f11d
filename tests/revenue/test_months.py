"""Consolidated collection: a firm's month is filled, summed, due by the working calendar, paid, late, agreed to again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.ecommerce.test_races import at_once
from tests.revenue.firms import AT, IMPORTER, OFFICER, OTHER, SYSTEM, D, accepted, debit, graded, left, refused, trader

from tongguan.journal.models import Event
from tongguan.kernel.states import NotNow, NotYours
from tongguan.revenue.models import MonthBill, MonthEntry
from tongguan.revenue.payments import actions, queries
from tongguan.revenue.payments.months import spreading
from tongguan.revenue.payments.months.actions import change, collect, drop, turn
from tongguan.revenue.payments.terms import closes_on, month_due, month_of

pytestmark = pytest.mark.django_db(transaction=True)
AMOUNTS = ("120000.00", "85500.50", "40000.00")
MARCH, APRIL = date(2026, 3, 10), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def collected(
    reference: str, amount: str, guarantee: str = "G1", on: date = MARCH, payer: str = IMPORTER
) -> MonthEntry:
    trader(payer)
    return collect(reference, payer, guarantee, {"duty": D(amount)}, on=on, by=SYSTEM, at=at(on))


def march() -> tuple[MonthBill, object]:
    """Return the month of three releases, and the guarantee that secures them."""
    of = accepted("300000")
    for number, amount in enumerate(AMOUNTS, 1):
        debit(of, amount, f"D{number}")
        collected(f"D{number}", amount, of.number)
    assert left(of) == D("54499.50")
    return MonthBill.objects.get(), of


def again(row):
    row.refresh_from_db()
    return row


@pytest.mark.measure("M3-8.1", "M0-12.3")
def test_the_handbooks_month():
    """245,500.50 due 2026-04-08; paid on 04-09, one day late: 122.75; the guarantee is whole again."""
    month, of = march()
    assert queries.so_far(month) == D("245500.50") and month.state == "open"
    assert turn(date(2026, 3, 31), at=at(date(2026, 3, 31))) == 0
    assert turn(APRIL, at=at(APRIL)) == 1
    again(month)
    assert (month.state, month.total, month.due_on) == ("due", D("245500.50"), date(2026, 4, 8))
    late = date(2026, 4, 9)
    actions.lapse_due(late, at=at(late))
    assert again(month).state == "overdue" and queries.is_suspended(IMPORTER)
    paid = actions.pay(month.number, by=trader(), at=at(late))
    assert (paid.state, paid.surcharge, left(of)) == ("paid", D("122.75"), D("300000"))
    assert [one.what for one in Event.objects.filter(what__startswith="month_bill.").order_by("id")] == [
        "month_bill.opened", *["month_bill.collected"] * 3, "month_bill.closed", "month_bill.called",
        "month_bill.overdue", "month_bill.sent", "month_bill.paid",
    ]  # fmt: skip


def test_paid_in_time_costs_nothing_more_and_suspends_nothing():
    month, of = march()
    turn(APRIL, at=at(APRIL))
    paid = actions.pay(month.number, by=trader(), at=at(date(2026, 4, 7)))
    assert (paid.surcharge, paid.late, left(of)) == (0, False, D("300000"))
    assert not queries.is_suspended(IMPORTER)


@pytest.mark.parametrize("noted", [True, False])
def test_MONTH_SUSPENDED(noted):
    """After a month paid late nothing is collected by the month until customs agree, noted by the timer or not."""
    month, _ = march()
    turn(APRIL, at=at(APRIL))
    late = date(2026, 4, 9)
    if noted:
        actions.lapse_due(late, at=at(late))
        assert refused(collected, "D8", "1.00", on=APRIL) == ["MONTH_SUSPENDED"]
    actions.pay(month.number, by=trader(), at=at(late))
    assert refused(collected, "D8", "1.00", on=APRIL) == ["MONTH_SUSPENDED"]
    assert [one.pk for one in queries.to_agree(to=OFFICER)] == [month.pk]
    with pytest.raises(NotYours):
        actions.agree(month.number, by=trader(), at=at(late))
    actions.agree(month.number, by=OFFICER, at=at(late))
    assert collected("D8", "1.00", on=APRIL).bill.month == APRIL and queries.to_agree(to=OFFICER) == []
    assert collected("D9", "1.00", payer=OTHER).bill.payer == OTHER


def test_the_same_again_is_once():
    one = collected("D1", "10.00")
    assert collected("D1", "10.00").pk == one.pk and queries.so_far(one.bill) == D(10)


def test_MONTH_OTHER():
    collected("D1", "10.00")
    assert refused(collected, "D1", "11.00") == ["MONTH_OTHER"]


def test_MONTH_LATE_FEE():
    trader()
    kinds = {"late_fee": D(1495), "duty": D(1)}
    assert refused(collect, "D1", IMPORTER, "G1", kinds, on=MARCH, by=SYSTEM, at=at(MARCH)) == ["MONTH_LATE_FEE"]


def test_MONTH_CLOSED():
    one = collected("D1", "10.00")
    turn(APRIL, at=at(APRIL))
    assert refused(collected, "D2", "1.00") == ["MONTH_CLOSED"]
    assert refused(change, "D1", {"duty": D(1)}, by=SYSTEM, at=at(APRIL)) == ["MONTH_CLOSED"]
    assert refused(drop, "D1", by=SYSTEM, at=at(APRIL)) == ["MONTH_CLOSED"] and again(one).dropped_at is None


def test_MONTH_ENTRY_UNKNOWN():
    assert refused(drop, "D1", by=SYSTEM, at=AT) == ["MONTH_ENTRY_UNKNOWN"]
    assert refused(change, "D1", {}, by=SYSTEM, at=AT) == ["MONTH_ENTRY_UNKNOWN"]


def test_amended_and_withdrawn_before_the_month_is_over():
    one = collected("D1", "10.00")
    collected("D2", "5.00")
    change("D1", {"duty": D(12), "vat": D(1)}, by=SYSTEM, at=AT)
    drop("D2", by=SYSTEM, at=AT)
    assert queries.so_far(one.bill) == D(13)
    collected("D2", "6.00")
    turn(APRIL, at=at(APRIL))
    month = MonthBill.objects.get()
    assert month.amounts == {"duty": D(18), "vat": D(1)} and month.total == D(19)


def test_a_month_of_nothing_is_closed_and_not_called():
    collected("D1", "10.00")
    drop("D1", by=SYSTEM, at=AT)
    turn(APRIL, at=at(APRIL))
    month = MonthBill.objects.get()
    assert (month.state, month.total) == ("closed", 0)
    with pytest.raises(NotNow):
        actions.pay(month.number, by=trader(), at=at(APRIL))


def test_december_does_not_cross_the_year():
    """The last working day of December 2025 is Wednesday the 31st: what is released on it is of January."""
    december = date(2025, 12, 1)
    assert closes_on(december) == month_due(december) == date(2025, 12, 31)
    assert month_of(date(2025, 12, 30)) == december and month_of(date(2025, 12, 31)) == date(2026, 1, 1)
    assert month_due(date(2026, 1, 1)) == date(2026, 2, 6)
    collected("D1", "10.00", on=date(2025, 12, 30))
    turn(date(2025, 12, 31), at=at(date(2025, 12, 31)))
    assert MonthBill.objects.get().due_on == date(2025, 12, 31)


def test_an_overdue_month_is_claimed_of_what_secured_it():
    month, of = march()
    turn(APRIL, at=at(APRIL))
    late = date(2026, 4, 9)
    actions.lapse_due(late, at=at(late))
    assert actions.claim(month.number, by=OFFICER, at=at(late)).state == "claim"
    actions.guarantor_paid(month.number, document="BH-1", by=OFFICER, at=at(late + timedelta(days=5)))
    assert again(month).state == "paid" and left(of) == D("300000")


def test_thirty_two_releases_fill_one_month():
    trader()
    of = accepted("3200")

    def release(n: int) -> None:
        debit(of, "100", f"D{n}")
        collect(f"D{n}", IMPORTER, of.number, {"duty": D(100)}, on=MARCH, by=SYSTEM, at=at(MARCH))

    at_once(release, range(32), threads=32)
    month = MonthBill.objects.get()
    assert queries.so_far(month) == D(3200) and month.entries.count() == 32 and left(of) == 0
    turn(APRIL, at=at(APRIL))
    actions.pay(month.number, by=trader(), at=at(APRIL))
    assert left(of) == D(3200)


@pytest.mark.measure("M3-8.1")
def test_who_uses_it_is_counted_and_who_could_is_told():
    trader()
    for number in range(5):
        actions.bill(
            f"declaration/{number}", payer=IMPORTER, kinds={"duty": D(100)}, due=MARCH, by=SYSTEM, at=at(MARCH)
        )
    collected("declaration/9", "40000.00", payer=OTHER)
    assert spreading.used(MARCH) == [spreading.Used(date(2026, 3, 1), 1, 1, D("40000.00"))]
    assert [(one.code, one.bills) for one in spreading.candidates(MARCH)] == [(IMPORTER, 5)]
    assert spreading.could(IMPORTER, MARCH) is not None and spreading.could(OTHER, MARCH) is None
    assert spreading.could(IMPORTER, MARCH + timedelta(days=91)) is None, "its bills are too old"
    graded("dishonest", basis="penalties")
    assert spreading.could(IMPORTER, MARCH) is None and spreading.candidates(MARCH) == []
