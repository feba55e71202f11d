"""Relieved goods and goods within a quota on the sheet: nothing is levied, and the letter says why; the quota rate goes first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.revenue.test_trade import DAY, FX, JAPAN, LAW, share, tariff

from tongguan.revenue.duties import Origin
from tongguan.revenue.sheet import CONSUMPTION, DUTY, EXEMPT, VAT, Sheet
from tongguan.revenue.trade import Goods, Relief, assess
from tongguan.revenue.valuation import CIF, YUAN, Deal, Unvalued

D = Decimal
LETTER = "Z02012600001"
ALL = (DUTY, CONSUMPTION, VAT)


def judged(*taxes: str, price: str = "200000", within_quota: bool = False, book=None, **kinds):
    book = book or tariff(**{"mfn": share("5"), "consumption": share("15")} | kinds)
    goods = Goods(
        "0000000001", Origin(JAPAN, within_quota=within_quota), relief=Relief(LETTER, taxes) if taxes else None
    )
    return assess(Deal(CIF, [D(price)], [YUAN]), [goods], book=book, day_law=LAW, exchange=FX).sheet


def test_every_tax_a_letter_relieves_of_stands_on_the_sheet_with_nothing():
    sheet = judged(*ALL)
    assert sheet.total() == 0
    assert [(one.kind, one.amount, one.measure) for one in sheet.lines] == [
        (kind, D("0.00"), f"relief:{LETTER}") for kind in ALL
    ]
    assert all(LETTER in one.measure_text(lang) for one in sheet.lines for lang in ("zh", "en"))
    assert all(one.recomputed() == one.amount for one in sheet.lines)
    assert Sheet.from_dict(sheet.as_dict()) == sheet


def test_taxes_a_letter_does_not_relieve_of_are_levied_on_what_is_left():
    sheet = judged(VAT)
    assert (sheet.total(DUTY), sheet.total(CONSUMPTION), sheet.total(VAT)) == (D("10000.00"), D("37058.82"), 0)
    sheet = judged(DUTY)
    # 200,000 / 0.85 x 15 %; VAT on 200,000 and that.
    assert (sheet.total(DUTY), sheet.total(CONSUMPTION), sheet.total(VAT)) == (0, D("35294.12"), D("30588.24"))


def test_an_anti_dumping_duty_is_not_relieved():
    sheet = judged(*ALL, antidumping__116=share("20"))
    assert sheet.totals() == {DUTY: 0, CONSUMPTION: 0, VAT: 0, "antidumping": D("40000.00")}


def test_goods_below_the_exempt_amount_keep_their_letter():
    sheet = judged(DUTY, price="100", consumption=None)
    assert {one.kind: one.measure for one in sheet.lines} == {DUTY: f"relief:{LETTER}", VAT: EXEMPT}


QUOTA = {"mfn": share("65"), "consumption": None, "quota": share("1"), "provisional_quota": None}


@pytest.mark.parametrize(
    ("kinds", "within", "kind", "duty"),
    [
        ({}, False, "mfn", "130000.00"),
        ({}, True, "quota", "2000.00"),
        ({"provisional": share("10")}, True, "quota", "2000.00"),
        ({"provisional_quota": share("0.5")}, True, "provisional_quota", "1000.00"),
        ({"provisional_quota": share("0.5")}, False, "mfn", "130000.00"),
    ],
)
def test_what_comes_within_a_quota_pays_its_rate(kinds, within, kind, duty):
    book = tariff(**QUOTA | kinds)
    goods = Goods("0000000001", Origin(JAPAN, within_quota=within))
    found = assess(Deal(CIF, [D(200000)], [YUAN]), [goods], book=book, day_law=LAW, exchange=FX)
    assert found.duties[0].duty.kind == kind
    assert found.sheet.total(DUTY) == D(duty)
    assert (found.duties[0].ground == "quota") is within


def test_a_quota_of_goods_that_have_none_is_refused():
    with pytest.raises(Unvalued) as refused:
        judged(within_quota=True)
    assert (refused.value.code, refused.value.pointer) == ("NO_QUOTA_RATE", "items/1/gcode")
    assert all("0000000001" in refused.value.text(lang) for lang in ("zh", "en"))


def test_a_provisional_rate_within_the_quota_needs_no_usual_one():
    assert tariff(provisional_quota=share("3")).line("0000000001").rate("provisional_quota").words("en") == "3%"
    assert DAY.year == LAW.day.year
