from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.money import Money, apportion, fen, yuan_floor

amounts = st.decimals(min_value=-(10**14), max_value=10**14, places=5, allow_nan=False)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.0049999", "0.00"),
        ("2.675", "2.68"),
        ("1.115", "1.12"),
        ("-0.005", "-0.01"),
        ("7", "7.00"),
    ],
)
def test_fen_rounds_half_up(exact, rounded):
    assert str(fen(Decimal(exact))) == rounded


def test_fen_loses_no_digit_of_a_large_amount():
    assert fen(Decimal("99999999999999999999999999999999.995")) == Decimal("100000000000000000000000000000000.00")


@pytest.mark.parametrize("wrong", [0.1, True])
def test_a_float_is_no_money(wrong):
    with pytest.raises(TypeError):
        fen(wrong)


def test_no_money_is_infinite():
    with pytest.raises(ValueError):
        fen(Decimal("NaN"))


@pytest.mark.parametrize(("exact", "floored"), [("49.99", "49"), ("50.00", "50"), ("0.5", "0"), ("-0.5", "-1")])
def test_the_late_declaration_fee_is_floored_to_whole_yuan(exact, floored):
    assert yuan_floor(Decimal(exact)) == Decimal(floored)


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False),
    st.lists(st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False), min_size=1, max_size=30),
)
def test_shares_add_up_and_are_never_a_cent_away_from_exact(total, weights):
    if not sum(weights):
        with pytest.raises(ValueError):
            apportion(total, weights)
        return
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < Decimal("0.0101")
        assert not (weight == 0 and share != 0)


def test_the_largest_remainder_gets_the_cent_and_the_earlier_among_equals():
    assert apportion(Decimal("0.05"), [1, 1, 1]) == [Decimal("0.02"), Decimal("0.02"), Decimal("0.01")]
    assert apportion(Decimal("10.00"), ["1", "2"]) == [Decimal("3.33"), Decimal("6.67")]
    assert apportion(Decimal("-0.05"), [1, 1]) == [Decimal("-0.03"), Decimal("-0.02")]
    assert apportion(7, [1, 1], places=0) == [Decimal(4), Decimal(3)]


def test_what_cannot_be_apportioned_is_refused():
    for total, weights in (("1.001", [1]), ("1", [-1, 2]), ("1", [])):
        with pytest.raises(ValueError):
            apportion(total, weights)


def test_money_of_two_currencies_does_not_mix():
    yuan, dollar = Money(Decimal(3), "CNY"), Money(Decimal(2), "USD")
    for mixed in (lambda: yuan + dollar, lambda: yuan - dollar, lambda: yuan < dollar, lambda: yuan <= dollar):
        with pytest.raises(ValueError, match="one currency"):
            mixed()
    assert yuan != Money(Decimal(3), "USD")


def test_money_counts():
    yuan = Money(Decimal("3.005"), "CNY")
    assert yuan.to_fen() == Money(Decimal("3.01"), "CNY") and str(-yuan) == "-3.005 CNY"
    assert yuan * 2 - yuan == yuan and yuan < yuan * 2 and yuan <= yuan
    with pytest.raises(TypeError):
        Money(3, "CNY")
    with pytest.raises(ValueError):
        Money(Decimal(3), "142")


@given(amounts)
def test_fen_is_settled_after_once(amount):
    assert fen(fen(amount)) == fen(amount)
    assert abs(fen(amount) - amount) <= Decimal("0.005")
