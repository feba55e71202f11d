"""The tax sheet explains itself, in both languages and after having been kept."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tongguan.kernel.law import law
from tongguan.revenue.parcel import WITHIN, assess_parcel
from tongguan.revenue.sheet import CONSUMPTION, DUTY, KINDS, ROUNDING, VAT, Sheet, SheetLine
from tongguan.tariff.book import Book

DAY = date(2026, 5, 1)


def sheet_of(gcode: str, price: str, **measured: str) -> Sheet:
    bought = SimpleNamespace(
        gcode=gcode, totalPrice=Decimal(price), qty=Decimal(1), unit="142",
        qty1=Decimal(measured["qty1"]), unit1=measured["unit1"],
    )  # fmt: skip
    nothing = Decimal(0)
    return assess_parcel(
        [bought], freight=nothing, insurance=nothing, book=Book.from_yaml(on=DAY), day_law=law.on(DAY), plan=WITHIN
    )


@pytest.fixture(scope="module")
def cream() -> Sheet:
    return sheet_of("3304990029", "425", qty1="0.02", unit1="035")


def line(sheet: Sheet, kind: str) -> SheetLine:
    return next(one for one in sheet.lines if one.kind == kind)


def test_every_figure_says_where_it_comes_from(cream: Sheet):
    assert [one.kind for one in cream.lines] == list(KINDS)
    tax = line(cream, CONSUMPTION)
    assert (tax.value, tax.net, tax.base) == (Decimal("425.00"), Decimal("425.00"), Decimal(500))
    assert (tax.share, tax.rate_text("en"), tax.amount, tax.measure) == (
        Decimal("0.70"),
        "15%",
        Decimal("52.50"),
        WITHIN,
    )
    assert tax.since == date(2016, 10, 1)
    assert tax.reference["href"].startswith("http://caidao8.com/")
    assert tax.rounding == ROUNDING
    assert line(cream, VAT).reference["title"] == "中华人民共和国增值税法"
    assert line(cream, DUTY).reference["title"] == "财关税〔2018〕49号"
    assert [term["name"] for term in cream.terms] == ["ecommerce.tax_share", "ecommerce.duty_within_limits"]


def test_the_formula_in_words(cream: Sheet):
    tax = line(cream, CONSUMPTION)
    composed = "500.00 is 425.00 ÷ (1 − 15%), the price with the consumption tax in it"
    assert tax.formula("en") == f"(500.00 × 15%) × 70% = 52.50 yuan; {composed}"
    assert tax.formula("zh") == "（500.00×15%）×70%=52.50元；其中500.00=425.00÷(1−15%)，为组成计税价格"
    assert line(cream, DUTY).formula("en") == "425.00 × 0% = 0.00 yuan"
    assert line(cream, DUTY).title("zh") == "关税"


def test_the_formula_of_amounts_by_quantity():
    spirits = line(sheet_of("2208300000", "800", qty1="0.7", unit1="095"), CONSUMPTION)
    assert spirits.formula("en").startswith("(1000.80 × 20% + 0.6384 × 1) × 70% = 140.56 yuan")
    beer = line(sheet_of("2203000000", "60", qty1="6", unit1="095"), CONSUMPTION)
    assert beer.formula("zh") == "（0.006073×250）×70%=1.06元"


def test_a_sheet_comes_back_from_json_as_it_was(cream: Sheet):
    kept = json.loads(json.dumps(cream.as_dict()))
    assert Sheet.from_dict(kept) == cream
    assert kept["total"] == "98.00"
    assert len(kept["references"]) == 3


def test_a_kept_sheet_that_was_changed_is_refused(cream: Sheet):
    kept = json.loads(json.dumps(cream.as_dict()))
    kept["lines"][1]["amount"] = "52.40"
    with pytest.raises(ValueError, match="do not hold"):
        Sheet.from_dict(kept)
    kept["total"] = "97.90"
    with pytest.raises(ValueError, match="do not hold"):
        Sheet.from_dict(kept)


def test_totals(cream: Sheet):
    assert cream.totals() == {DUTY: Decimal(0), CONSUMPTION: Decimal("52.50"), VAT: Decimal("45.50")}
    assert cream.total() == Decimal("98.00")
    assert cream.total(VAT) == Decimal("45.50")
    assert cream.of_item(1) == cream.lines
    assert cream.of_item(2) == ()
