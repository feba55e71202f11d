"""Late declaration and late payment, to the numbers of the handbook."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import check
from tongguan.revenue.late import CustomsMaySell, Undeclared, late_fee, payment_due, sale_day, surcharge

D = Decimal
ENTRY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("entry", "accepted", "value", "limit", "start", "days", "due"),
    [
        (ENTRY, date(2026, 3, 20), "1234567.89", date(2026, 3, 16), date(2026, 3, 17), 4, "2469"),
        (ENTRY, date(2026, 3, 20), "20000", date(2026, 3, 16), date(2026, 3, 17), 4, "0"),
        (ENTRY, date(2026, 3, 20), "25000", date(2026, 3, 16), date(2026, 3, 17), 4, "50"),
        (ENTRY, date(2026, 3, 20), "747736.50", date(2026, 3, 16), date(2026, 3, 17), 4, "1495"),
        (ENTRY, date(2026, 3, 16), "1234567.89", date(2026, 3, 16), date(2026, 3, 17), 0, "0"),
        (date(2026, 3, 6), date(2026, 3, 22), "1000000", date(2026, 3, 20), date(2026, 3, 23), 0, "0"),
        (date(2026, 3, 6), date(2026, 3, 23), "1000000", date(2026, 3, 20), date(2026, 3, 23), 1, "500"),
        (date(2026, 3, 7), date(2026, 3, 22), "1000000", date(2026, 3, 22), date(2026, 3, 23), 0, "0"),
        (date(2026, 3, 8), date(2026, 3, 23), "1000000", date(2026, 3, 22), date(2026, 3, 23), 1, "500"),
    ],
)
def test_the_fee(entry, accepted, value, limit, start, days, due):
    fee = late_fee(entry, accepted, D(value))
    assert (fee.limit, fee.start, fee.days, fee.due) == (limit, start, days, D(due))
    assert [term.name for term in fee.terms] == [f"revenue.late_declaration_{n}" for n in ("days", "share", "least")]


def test_a_fee_that_is_worked_out_and_waived_says_so():
    fee = late_fee(ENTRY, date(2026, 3, 20), D(20000))
    assert (fee.accrued, fee.due) == (D(40), D(0))


@pytest.mark.parametrize(("value", "more"), [("1255000", "0"), ("1260000", "51")])
def test_a_supplement_below_the_least_amount_is_waived(value, more):
    assert late_fee(ENTRY, date(2026, 3, 20), D(value), charged=D(2469)).due == D(more)


def test_a_day_without_law_is_refused():
    with pytest.raises(NotConfigured):
        late_fee(date(2004, 1, 5), date(2004, 3, 1), D(100000))


def test_customs_may_sell_what_nobody_declares_for_three_months():
    assert sale_day(ENTRY) == date(2026, 6, 2)
    assert check([CustomsMaySell()], Undeclared(ENTRY, date(2026, 6, 1))) == []
    [found] = check([CustomsMaySell()], Undeclared(ENTRY, date(2026, 6, 2)))
    assert (found.code, found.level, found.pointer) == ("CUSTOMS_MAY_SELL", "warn", "entry_declared")


def test_the_last_day_of_payment_moves_off_a_holiday():
    assert payment_due(date(2026, 3, 20)) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("tax", "due_on", "paid", "owed"),
    [
        ("655000", date(2026, 4, 7), date(2026, 4, 8), "327.50"),
        ("164801.12", date(2026, 4, 7), date(2026, 4, 17), "824.01"),
        ("245500.50", date(2026, 4, 8), date(2026, 4, 9), "122.75"),
        ("245500.50", date(2026, 4, 8), date(2026, 4, 8), "0.00"),
        ("99999.99", date(2026, 4, 8), date(2026, 4, 9), "50.00"),
        ("99000.00", date(2026, 4, 8), date(2026, 4, 9), "0.00"),
    ],
)
def test_the_surcharge(tax, due_on, paid, owed):
    assert surcharge([(due_on, D(tax))], paid).due == D(owed)


@given(st.decimals("0", "9999999.99", places=2), st.integers(0, 400))
def test_a_surcharge_never_falls_as_days_pass(tax, days):
    due_on = date(2026, 4, 8)
    one, next_day = (surcharge([(due_on, tax)], due_on + timedelta(days=n)).accrued for n in (days, days + 1))
    assert D(0) <= one <= next_day


def test_every_value_names_its_source():
    for name in law.names():
        if name.startswith("revenue.late_"):
            assert law(name, on=date(2026, 3, 1)).reference["title"], name
