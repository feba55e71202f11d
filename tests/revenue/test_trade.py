"""The taxes of general trade: every worked example, which rate goes first, the value, and what must always hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongguan.kernel.law import DayLaw, NotConfigured, law
from tongguan.revenue.duties import Origin
from tongguan.revenue.parcel import UnknownCommodity
from tongguan.revenue.sheet import CONSUMPTION, DUTY, VAT, Sheet
from tongguan.revenue.trade import Assessment, Goods, assess
from tongguan.revenue.valuation import (
    CFR,
    CIF,
    EXW,
    FOB,
    RATE,
    TOTAL,
    UNIT,
    Charge,
    Deal,
    Unvalued,
    taxed_quantity,
    valued,
)
from tongguan.tariff.book import Book, entry

DAY = date(2026, 5, 1)


class _WithLDC(DayLaw):
    """The law of the day, with a special preference that it does not name itself."""

    def __call__(self, name: str) -> Any:
        found = super().__call__(name)
        return {**found, "LDC": [LAOS]} if name == "revenue.preference_origins" else found


LAW = _WithLDC(law, DAY)
JAPAN, LAOS, GERMANY, USD = "116", "119", "304", "502"
REFERENCE = {"title": "test", "href": "", "standing": "design"}
FX = {USD: Decimal("7.1000")}


def share(rate: str) -> dict[str, str]:
    return {"rate": str(Decimal(rate) / 100)}


def tariff(**kinds: dict[str, str] | None) -> Book:
    """Return a tariff of one line; a name like ``antidumping__116`` is a rate against an origin."""
    standing = {
        "mfn": share("10"),
        "general": share("40"),
        "provisional": None,
        "vat": share("13"),
        "consumption": None,
    }
    rates = [
        {
            "kind": kind.replace("__", ":"),
            "since": date(2020, 1, 1),
            "until": None,
            "formula": formula,
            "reference": REFERENCE,
        }
        for kind, formula in {**standing, **kinds}.items()
    ]
    line = {"code": "0000000001", "zh": "货物", "en": "goods", "unit1": "035", "since": date(2020, 1, 1)}
    return Book(DAY, [entry(line, rates)])


def judged(
    price: str, book: Book, origin: Origin | None = None, *, quantities=(), terms: str = CIF, **deal: Any
) -> Assessment:
    given_ = Deal(terms, [Decimal(price)], [deal.pop("currency", "142")], **deal)
    goods = [Goods("0000000001", origin or Origin(GERMANY), quantities)]
    return assess(given_, goods, book=book, day_law=LAW, exchange=FX)


def amounts(of: Assessment) -> dict[str, str]:
    return {kind: str(amount) for kind, amount in of.sheet.totals().items() if amount}


def test_a_freight_and_insurance_that_is_not_known():
    freight = Charge(TOTAL, Decimal(5000), USD)
    found = judged("100000", tariff(mfn=share("8")), terms=FOB, currency=USD, freight=freight)
    assert found.sheet.value == Decimal("747736.50")
    assert amounts(found) == {DUTY: "59818.92", VAT: "104982.20"}
    assert found.sheet.total() == Decimal("164801.12")
    assert [(step.name, step.amount) for step in found.valued.steps][-1] == ("insurance_unknown", Decimal("2236.500"))


def test_b_consumption_tax_is_part_of_its_own_base():
    found = judged("200000", tariff(mfn=share("5"), consumption=share("15")))
    assert amounts(found) == {DUTY: "10000.00", CONSUMPTION: "37058.82", VAT: "32117.65"}


def test_c_a_compound_duty():
    compound = {"rate": "0.03", "amount": "2.00", "currency": "142", "per": "035"}
    found = judged("50000", tariff(mfn=compound), quantities=[("035", Decimal(1000))])
    assert amounts(found)[DUTY] == "3500.00"


def test_d_anti_dumping_comes_on_top_and_into_the_vat():
    found = judged("300000", tariff(mfn=share("6"), antidumping__304=share("20")))
    assert amounts(found) == {DUTY: "18000.00", "antidumping": "60000.00", VAT: "49140.00"}


def test_e_a_compound_consumption_tax():
    compound = {"rate": "0.20", "amount": "1.00", "currency": "142", "per": "011"}
    found = judged("100000", tariff(consumption=compound), quantities=[("011", Decimal(500))])
    assert amounts(found) == {DUTY: "10000.00", CONSUMPTION: "28125.00", VAT: "17956.25"}


def test_f_each_tax_is_tested_by_itself_against_the_exempt_amount():
    found = judged("999.80", tariff(mfn=share("5")))
    duty, vat = found.sheet.lines
    assert (duty.measure, duty.amount, duty.recomputed()) == ("exempt", 0, 0)
    assert fen_of(duty) == Decimal("49.99")
    assert vat.amount == Decimal("129.97") and vat.net == Decimal("999.80")


def fen_of(line) -> Decimal:
    return (line.net * line.rate.rate).quantize(Decimal("0.01"))


@pytest.mark.parametrize(("price", "owed"), [("500.00", "0"), ("500.10", "50.01")])
def test_the_exempt_amount_itself_is_exempt(price, owed):
    assert judged(price, tariff()).sheet.total(DUTY) == Decimal(owed)


def test_an_origin_that_cannot_be_shown_pays_the_highest_measure_or_the_general_rate():
    book = tariff(mfn=share("6"), antidumping__116=share("45"), antidumping__304=share("12"))
    found = judged("100000", book, Origin(JAPAN, shown=False))
    assert sum(Decimal(amount) for kind, amount in amounts(found).items() if kind != VAT) == Decimal(51_000)
    high = judged(
        "100000", tariff(mfn=share("6"), general=share("60"), antidumping__116=share("45")), Origin("", shown=False)
    )
    assert amounts(high)[DUTY] == "60000.00" and high.duties[0].ground == "unshown"


@pytest.mark.parametrize(
    ("kinds", "origin", "rate", "ground"),
    [
        ({}, Origin(GERMANY), "10", "mfn"),
        ({"provisional": share("4")}, Origin(GERMANY), "4", "mfn"),
        ({"provisional": share("4")}, Origin(""), "40", "general"),
        ({"provisional": share("4")}, Origin("701"), "40", "general"),
        ({"agreement__RCEP": share("6")}, Origin(JAPAN, agreement="RCEP", proof="C1"), "6", "agreement"),
        ({"agreement__RCEP": share("12")}, Origin(JAPAN, agreement="RCEP", proof="C1"), "10", "agreement"),
        ({"agreement__RCEP": share("6"), "provisional": share("5")}, Origin(JAPAN, agreement="RCEP", proof="C1"), "5", "agreement"),
        ({"agreement__RCEP": share("6"), "provisional": share("7")}, Origin(JAPAN, agreement="RCEP", proof="C1"), "6", "agreement"),
        ({"special__LDC": share("0")}, Origin(LAOS, special="LDC", proof="C1"), "0", "special"),
        ({"special__LDC": share("11")}, Origin(LAOS, special="LDC", proof="C1"), "11", "special"),
    ],
)  # fmt: skip
def test_which_duty_rate_goes_first(kinds, origin, rate, ground):
    found = judged("100000", tariff(**kinds), origin)
    assert found.sheet.total(DUTY) == Decimal(rate) * 1000
    assert found.duties[0].ground == ground


def test_a_producers_own_measure_goes_before_that_of_the_origin_and_one_against_all_is_the_last():
    kinds = {"antidumping__116": share("45"), "antidumping__116/Good": share("5"), "safeguard__*": share("2")}
    assert amounts(judged("100000", tariff(**kinds), Origin(JAPAN)))["antidumping"] == "45000.00"
    own = amounts(judged("100000", tariff(**kinds), Origin(JAPAN, producer="Good")))
    assert (own["antidumping"], own["safeguard"]) == ("5000.00", "2000.00")
    assert set(amounts(judged("100000", tariff(**kinds), Origin(GERMANY)))) == {DUTY, "safeguard", VAT}


@pytest.mark.parametrize(
    ("deal", "code", "pointer"),
    [
        ({"terms": "9"}, "TERMS_UNKNOWN", "transMode"),
        ({"currency": "303"}, "NO_EXCHANGE_RATE", "items/1/currency"),
        ({"terms": FOB}, "FREIGHT_MISSING", "freight"),
        ({"terms": CIF, "freight": Charge(TOTAL, Decimal(1))}, "CHARGE_INSIDE", "freight"),
        ({"terms": CFR, "freight": Charge(TOTAL, Decimal(1))}, "CHARGE_INSIDE", "freight"),
        ({"terms": FOB, "freight": Charge(UNIT, Decimal(1))}, "WEIGHT_MISSING", "grossWet"),
        ({"terms": FOB, "freight": Charge("4", Decimal(1))}, "MARK_UNKNOWN", "freight/mark"),
        ({"terms": FOB, "freight": Charge(TOTAL, Decimal(-1))}, "CHARGE_NEGATIVE", "freight"),
        ({"exclusions": Charge(TOTAL, Decimal(100_000))}, "VALUE_NEGATIVE", "exclusions"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_refused_under_its_own_code(deal, code, pointer):
    with pytest.raises(Unvalued) as refused:
        judged("100000", tariff(), **deal)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert refused.value.text("zh") != refused.value.text("en")


def test_a_preference_needs_its_proof_and_a_rate():
    with pytest.raises(Unvalued) as refused:
        judged("1000", tariff(agreement__RCEP=share("5")), Origin(JAPAN, agreement="RCEP"))
    assert (refused.value.code, refused.value.pointer) == ("CLAIM_WITHOUT_PROOF", "items/1/agreement")
    with pytest.raises(Unvalued) as refused:
        judged("1000", tariff(), Origin(JAPAN, agreement="RCEP", proof="C1"))
    assert refused.value.code == "NO_PREFERENCE"


def test_a_preference_is_for_the_goods_of_its_members_only():
    for origin in (Origin(GERMANY, agreement="RCEP", proof="C1"), Origin("", agreement="RCEP", proof="C1")):
        with pytest.raises(Unvalued) as refused:
            judged("1000", tariff(agreement__RCEP=share("5")), origin)
        assert (refused.value.code, refused.value.pointer) == ("NO_ORIGIN_OF_PREFERENCE", "items/1/origin")
    with pytest.raises(Unvalued) as refused:
        judged("1000", tariff(agreement__MOON=share("5")), Origin(JAPAN, agreement="MOON", proof="C1"))
    assert refused.value.code == "NO_ORIGIN_OF_PREFERENCE"


def test_a_code_or_a_rate_that_is_not_there_is_refused():
    with pytest.raises(NotConfigured):
        judged("1000", tariff(mfn=None), Origin(GERMANY))
    with pytest.raises(UnknownCommodity):
        assess(
            Deal(CIF, [Decimal(1)], ["142"]),
            [Goods("9999999999", Origin(GERMANY))],
            book=tariff(),
            day_law=LAW,
            exchange=FX,
        )


def test_charges_by_rate_and_by_the_tonne():
    by_tonne, by_share = Charge(UNIT, Decimal(20)), Charge(RATE, Decimal("0.3"))
    deal = Deal(EXW, [Decimal(1000)], ["142"], freight=by_tonne, insurance=by_share, weight=Decimal(2500))
    assert valued(deal, exchange=FX, day_law=LAW).total == Decimal("1053.00")


@pytest.mark.parametrize(("arrived", "taxed"), [("980", "1000"), ("1030", "1000"), ("1030.001", "1030.001")])
def test_bulk_goods_are_taxed_on_the_contract_within_the_tolerance(arrived, taxed):
    assert taxed_quantity(Decimal(1000), Decimal(arrived), day_law=LAW) == Decimal(taxed)


money = st.decimals("0.01", "9999999.99", places=2)
rates = st.decimals("0", "60", places=1)


@settings(max_examples=200)
@given(st.lists(money, min_size=1, max_size=20), rates, rates, st.decimals("0", "45", places=0))
def test_the_sheet_adds_up_and_can_be_worked_out_again(prices, duty, measure, consumption):
    book = tariff(mfn=share(duty), antidumping__304=share(measure), consumption=share(consumption))
    deal = Deal(FOB, prices, ["142"] * len(prices), freight=Charge(TOTAL, Decimal("123.45")))
    sheet = assess(
        deal, [Goods("0000000001", Origin(GERMANY))] * len(prices), book=book, day_law=LAW, exchange=FX
    ).sheet
    assert sheet.total() == sum(sheet.totals().values()) == sum(line.amount for line in sheet.lines)
    assert all(line.recomputed() == line.amount for line in sheet.lines)
    assert Sheet.from_dict(sheet.as_dict()) == sheet
