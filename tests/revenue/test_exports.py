"""Export duty: the value is the price on board without the duty, by the terms of the deal; which rate, and what is small."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.revenue.test_trade import FX, LAW, USD, share, tariff

from tongguan.kernel.texts import LANGUAGES
from tongguan.revenue.duties import Origin
from tongguan.revenue.exports import assess_export, export_rate
from tongguan.revenue.sheet import EXPORT_DUTY, Sheet
from tongguan.revenue.trade import Assessment, Goods, Relief
from tongguan.revenue.valuation import CFR, CIF, CNI, EXW, FOB, TOTAL, Charge, Deal, Unvalued

D = Decimal


def judged(
    price: str = "120000", terms: str = FOB, *, quantities=(), relief=None, currency="142", **more: Any
) -> Assessment:
    rates = more.pop("rates", {"export": share("20")})
    deal = Deal(terms, [D(price)], [currency], **more)
    goods = [Goods("0000000001", Origin("304"), quantities, relief)]
    return assess_export(deal, goods, book=tariff(**rates), day_law=LAW, exchange=FX)


def charge(amount: str, currency: str = "142") -> Charge:
    return Charge(TOTAL, D(amount), currency)


def test_the_value_is_the_price_on_board_without_the_duty():
    found = judged()
    assert (str(found.valued.total), str(found.sheet.total())) == ("100000.00", "20000.00")
    assert [(one.name, str(one.amount)) for one in found.valued.steps] == [
        ("price", "120000"), ("export_duty", "-20000.00"),
    ]  # fmt: skip
    (line,) = found.sheet.lines
    assert (line.kind, line.recomputed(), line.value) == (EXPORT_DUTY, line.amount, found.valued.total)
    assert line.title("en") == "Export duty" and line.measure_text("zh") == "一般贸易出口"


@pytest.mark.parametrize(
    "terms, more, value",
    [
        (FOB, {}, "100000.00"),
        (EXW, {"additions": charge("1200")}, "101000.00"),
        (CFR, {"freight": charge("6000")}, "95000.00"),
        (CNI, {"insurance": charge("1200")}, "99000.00"),
        (CIF, {"freight": charge("6000"), "insurance": charge("1200")}, "94000.00"),
    ],
)
def test_what_comes_after_loading_is_left_out(terms, more, value):
    assert str(judged(terms=terms, **more).valued.total) == value


def test_in_dollars():
    found = judged("100000", currency=USD, rates={"export": share("40")})
    assert (str(found.valued.total), str(found.sheet.total())) == ("507142.86", "202857.14")


def test_by_quantity():
    """10 t at 500 yuan: what is left of the price after them is the value."""
    rates = {"export": {"amount": "500", "per": "070", "rate": "0.1"}}
    found = judged("27000", quantities=[("070", D(10))], rates=rates)
    assert (str(found.valued.total), str(found.sheet.total())) == ("20000.00", "7000.00")


def test_a_provisional_rate_goes_first():
    assert str(judged(rates={"export": share("20"), "provisional_export": share("0")}).sheet.total()) == "0.00"
    assert (
        str(judged("105000", rates={"export": share("20"), "provisional_export": share("5")}).sheet.total())
        == "5000.00"
    )


def test_without_a_rate_nothing_is_levied_and_nothing_is_asked():
    found = judged(terms=CIF, rates={})
    assert (str(found.valued.total), found.sheet.lines, found.duties) == ("120000.00", (), (None,))
    assert export_rate(tariff(export=None).line("0000000001")) is None
    assert str(judged(terms=CIF, rates={}, freight=charge("20000")).valued.total) == "100000.00"


@pytest.mark.parametrize("price, tax", [("300.00", "0.00"), ("300.06", "50.01")])
def test_fifty_yuan_are_not_levied(price, tax):
    assert str(judged(price).sheet.total()) == tax


@pytest.mark.parametrize(
    "terms, more, code, pointer",
    [
        (CIF, {"insurance": charge("1")}, "EXPORT_CHARGE_MISSING", "freight"),
        (CFR, {}, "EXPORT_CHARGE_MISSING", "freight"),
        (CNI, {}, "EXPORT_CHARGE_MISSING", "insurance"),
        (FOB, {"freight": charge("1")}, "EXPORT_CHARGE_OUTSIDE", "freight"),
        (CFR, {"freight": charge("120001")}, "VALUE_NEGATIVE", "items/1/price"),
        ("9", {}, "TERMS_UNKNOWN", "transMode"),
    ],
)
def test_what_cannot_be_valued(terms, more, code, pointer):
    with pytest.raises(Unvalued) as raised:
        judged(terms=terms, **more)
    assert (raised.value.code, raised.value.pointer) == (code, pointer)
    assert all(raised.value.text(lang) for lang in LANGUAGES)


def test_a_relief_leaves_nothing_or_a_share():
    whole = judged(relief=Relief("L1", (EXPORT_DUTY,), ground="sample"))
    assert (str(whole.sheet.total()), whole.sheet.lines[0].measure) == ("0.00", "legal:sample:L1")
    part = judged(relief=Relief("L1", (EXPORT_DUTY,), share=D("0.7"), ground="damaged"))
    assert str(part.sheet.total()) == "14000.00" == str(part.sheet.lines[0].recomputed())
    assert Sheet.from_dict(part.sheet.as_dict()) == part.sheet


@settings(max_examples=200, deadline=None)
@given(
    st.decimals("10", "99999999", places=2), st.decimals("0", "0.9", places=4),
    st.decimals("0", "0.05", places=3),
)  # fmt: skip
def test_value_and_duty_are_the_price_again(price, rate, freight):
    """What the owner is paid on board is the value and the duty, to a fen; the sheet explains what is charged."""
    out = (price * freight).quantize(D("0.01"))
    found = judged(str(price), CFR, freight=charge(str(out)), rates={"export": {"rate": str(rate)}})
    assert sum(line.recomputed() for line in found.sheet.lines) == found.sheet.total()
    if found.sheet.total():
        assert abs(found.valued.total + found.sheet.total() - (price - out)) <= D("0.01")
    assert Sheet.from_dict(found.sheet.as_dict()) == found.sheet
