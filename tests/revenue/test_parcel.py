"""The tax of a parcel: the worked examples of the rules, every form of rate, and what must always hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongguan.kernel.law import NotConfigured, law
from tongguan.revenue.parcel import (
    OVER_SINGLE,
    WITHIN,
    UnknownCommodity,
    assess_parcel,
    customs_values,
    is_one_item,
)
from tongguan.revenue.sheet import CONSUMPTION, DUTY, VAT, Sheet
from tongguan.tariff.book import Book, entry

DAY = date(2026, 5, 1)
TOY, CREAM, LIPSTICK, WHISKY, BEER, WINE, BOOK = (
    "9503006000", "3304990029", "3304100091", "2208300000", "2203000000", "2204210000", "4901990000"
)  # fmt: skip


@dataclass
class Item:
    gcode: str
    totalPrice: Decimal
    qty1: Decimal = Decimal(1)
    unit1: str = "035"
    qty: Decimal = Decimal(1)
    unit: str = "011"
    qty2: Decimal | None = None
    unit2: str | None = None
    gnum: int = 1


def item(gcode: str, price: str, kg: str = "1", **more) -> Item:
    return Item(gcode, Decimal(price), Decimal(kg), **more)


@pytest.fixture(scope="module")
def tariff() -> Book:
    return Book.from_yaml(on=DAY)


def assess(tariff: Book, *items: Item, freight: str = "0", plan: str = WITHIN, **more) -> Sheet:
    more = {"insurance": Decimal(0), "day_law": law.on(tariff.day), **more}
    return assess_parcel(items, freight=Decimal(freight), book=tariff, plan=plan, **more)


def amounts(sheet: Sheet) -> dict[str, str]:
    return {kind: str(amount) for kind, amount in sheet.totals().items()}


def test_a_thousand_yuan_of_ordinary_goods(tariff: Book):
    sheet = assess(tariff, item(TOY, "1000"))
    assert amounts(sheet) == {DUTY: "0.00", CONSUMPTION: "0.00", VAT: "91.00"}
    assert sheet.total() == Decimal("91.00")


def test_freight_is_part_of_the_base(tariff: Book):
    sheet = assess(tariff, item(TOY, "1000"), freight="20")
    assert (sheet.value, sheet.total()) == (Decimal("1020.00"), Decimal("92.82"))


def test_insurance_is_part_of_the_base(tariff: Book):
    assert assess(tariff, item(TOY, "1000"), freight="15", insurance=Decimal(5)).total() == Decimal("92.82")


def test_a_premium_cream(tariff: Book):
    sheet = assess(tariff, item(CREAM, "425", kg="0.02"))
    assert amounts(sheet) == {DUTY: "0.00", CONSUMPTION: "52.50", VAT: "45.50"}
    assert sheet.total() == Decimal("98.00")


def test_a_cream_below_the_threshold_bears_no_consumption_tax(tariff: Book):
    sheet = assess(tariff, item(CREAM, "199.99", kg="0.02"))
    assert [line.kind for line in sheet.lines] == [DUTY, VAT]
    assert assess(tariff, item(CREAM, "200", kg="0.02")).total(CONSUMPTION) > 0


def test_freight_can_lift_a_cream_over_the_threshold(tariff: Book):
    assert assess(tariff, item(CREAM, "195", kg="0.02"), freight="5").total(CONSUMPTION) > 0


def test_one_item_over_the_single_limit_is_taxed_in_full(tariff: Book):
    sheet = assess(tariff, item(LIPSTICK, "6800", kg="0.1"), plan=OVER_SINGLE)
    assert amounts(sheet) == {DUTY: "340.00", CONSUMPTION: "1260.00", VAT: "1092.00"}
    assert sheet.total() == Decimal("2692.00")


def test_two_items_are_never_taxed_as_one(tariff: Book):
    two = item(LIPSTICK, "6800", kg="0.1", qty=Decimal(2))
    pair = [item(LIPSTICK, "3400", kg="0.05"), item(LIPSTICK, "3400", kg="0.05", gnum=2)]
    assert is_one_item([item(LIPSTICK, "6800")])
    for goods in ([two], pair):
        assert not is_one_item(goods)
        with pytest.raises(ValueError, match="one indivisible item"):
            assess(tariff, *goods, plan=OVER_SINGLE)


def test_an_unknown_plan_is_an_error(tariff: Book):
    with pytest.raises(ValueError, match="postal"):
        assess(tariff, item(TOY, "10"), plan="postal")


def test_books_bear_nine_per_cent(tariff: Book):
    assert assess(tariff, item(BOOK, "100")).total() == Decimal("6.30")


def test_wine_bears_both_taxes(tariff: Book):
    sheet = assess(tariff, item(WINE, "900", unit1="095", kg="0.75"))
    assert amounts(sheet) == {DUTY: "0.00", CONSUMPTION: "70.00", VAT: "91.00"}


def test_spirits_bear_a_share_and_an_amount_by_weight(tariff: Book):
    bottle = item(WHISKY, "800", kg="0.7", unit1="095", qty2=Decimal("0.64"), unit2="035")
    sheet = assess(tariff, bottle)
    # (800 + 0.64) / 0.8 = 1000.80; CT = 0.7 x (1000.80 x 20 % + 0.64); VAT = 0.7 x 1000.80 x 13 %
    assert amounts(sheet) == {DUTY: "0.00", CONSUMPTION: "140.56", VAT: "91.07"}
    by_litres = assess(tariff, item(WHISKY, "800", kg="0.7", unit1="095"))
    assert [line.quantity for line in by_litres.lines if line.kind == CONSUMPTION] == [Decimal("0.6384")]


def test_beer_bears_an_amount_by_weight(tariff: Book):
    crate = item(BEER, "6000", kg="988", unit1="095")  # a tonne; 370 dollars are 2,627 yuan
    sheet = assess(tariff, crate)
    assert amounts(sheet) == {DUTY: "0.00", CONSUMPTION: "175.00", VAT: "568.75"}
    cheap = item(BEER, "2600", kg="988", unit1="095")
    assert assess(tariff, cheap).total(CONSUMPTION) == Decimal("154.00")
    strong_yuan = {"502": Decimal("7.00")}
    assert assess(tariff, cheap, exchange=strong_yuan).total(CONSUMPTION) == Decimal("175.00")
    with pytest.raises(NotConfigured, match="502"):
        assess(tariff, cheap, exchange={})


def test_a_seller_discount_lowers_the_base(tariff: Book):
    sheet = assess(tariff, item(TOY, "1000"), freight="20", seller_discount=Decimal(50))
    assert sheet.value == Decimal("970.00")
    with pytest.raises(ValueError, match="discount"):
        assess(tariff, item(TOY, "40"), seller_discount=Decimal(50))


def test_each_tax_is_rounded_for_each_line_and_then_summed(tariff: Book):
    three = [item(TOY, "0.55", gnum=n) for n in (1, 2, 3)]  # 0.05005 each
    assert assess(tariff, *three).total() == Decimal("0.15")
    assert assess(tariff, item(TOY, "1.65")).total() == Decimal("0.15")
    four = [item(TOY, "0.50", gnum=n) for n in (1, 2, 3, 4)]  # 0.0455 each
    assert assess(tariff, *four).total() == Decimal("0.20")
    assert assess(tariff, item(TOY, "2.00")).total() == Decimal("0.18")


def test_half_a_fen_goes_up_even_where_a_division_does_not_end():
    # 70 % of 0.25 / 0.7 x 30 % is exactly 0.075, though 0.25 / 0.7 does not end.
    reference = {"title": "t", "href": "", "standing": "design"}
    rate = {"since": date(2020, 1, 1), "until": None, "reference": reference}
    rates = [
        {"kind": "vat", "formula": {"rate": "0"}, **rate},
        {"kind": "consumption", "formula": {"rate": "0.30"}, **rate},
    ]
    line = {"code": "1234567890", "zh": "某物", "en": "A thing", "unit1": "035", "since": date(2020, 1, 1)}
    tariff = Book(DAY, [entry({**line, "listed_since": None}, rates)])
    assert assess(tariff, item("1234567890", "0.25")).total(CONSUMPTION) == Decimal("0.08")


def _one_line_tariff(duty: dict, consumption: dict) -> Book:
    reference = {"title": "t", "href": "", "standing": "design"}
    rate = {"since": date(2020, 1, 1), "until": None, "reference": reference}
    rates = [
        {"kind": "mfn", "formula": duty, **rate},
        {"kind": "provisional", "formula": None, **rate},
        {"kind": "vat", "formula": {"rate": "0.13"}, **rate},
        {"kind": "consumption", "formula": consumption, **rate},
    ]
    line = {"code": "1234567890", "zh": "某物", "en": "A thing", "unit1": "035", "since": date(2020, 1, 1)}
    return Book(DAY, [entry({**line, "listed_since": None}, rates)])


@pytest.mark.parametrize(
    ("duty", "consumption", "value", "quantity", "expected"),
    [
        ({"rate": "0.05"}, {"rate": "0.15"}, "200000", "1", ("10000.00", "37058.82", "32117.65")),
        (
            {"rate": "0.10"},
            {"rate": "0.20", "amount": "1.00", "currency": "142", "per": "035"},
            "100000",
            "500",
            ("10000.00", "28125.00", "17956.25"),
        ),
        (
            {"rate": "0.03", "amount": "2.00", "currency": "142", "per": "035"},
            {"rate": "0"},
            "50000",
            "1000",
            ("3500.00", "0.00", "6955.00"),
        ),
    ],
    ids=["ad valorem", "compound consumption tax", "compound duty"],
)
def test_the_full_formulas_are_those_of_general_trade(duty, consumption, value, quantity, expected):
    tariff = _one_line_tariff(duty, consumption)
    sheet = assess(tariff, item("1234567890", value, kg=quantity), plan=OVER_SINGLE)
    assert amounts(sheet) == dict(zip((DUTY, CONSUMPTION, VAT), expected, strict=True))
    assert all(line.recomputed() == line.amount for line in sheet.lines)


def test_a_code_the_tariff_does_not_know_is_named(tariff: Book):
    with pytest.raises(UnknownCommodity) as unknown:
        assess(tariff, item("0000000000", "10"))
    assert unknown.value.text("en") == "The tariff has no commodity code 0000000000."


def test_a_day_without_law_or_rates_is_refused():
    with pytest.raises(NotConfigured):
        assess(Book.from_yaml(on=date(2016, 4, 7)), item(TOY, "10"))
    with pytest.raises(NotConfigured):
        assess(Book.from_yaml(on=date(2019, 3, 31)), item(TOY, "10"))
    assert assess(Book.from_yaml(on=date(2019, 4, 1)), item(TOY, "1000")).total() == Decimal("91.00")


def test_law_and_tariff_must_be_of_one_day(tariff: Book):
    with pytest.raises(ValueError, match="different days"):
        assess(tariff, item(TOY, "10"), day_law=law.on(date(2026, 5, 2)))


def test_a_book_keeps_few_assessors():
    tariff = Book.from_yaml(on=DAY)
    for _ in range(50):
        assess(tariff, item(TOY, "10"))
    assert len(tariff.memo["assessors"]) <= 4


def test_freight_is_shared_by_price_and_gifts_bear_none(tariff: Book):
    goods = [item(TOY, "300"), item(TOY, "100", gnum=2), item(BOOK, "0", gnum=3)]
    assert customs_values(goods, Decimal("10.01")) == [Decimal("307.51"), Decimal("102.50"), Decimal("0.00")]
    assert [line.amount for line in assess(tariff, *goods).of_item(3)] == [Decimal("0.00")] * 2


def test_goods_that_are_all_free_share_the_freight_alike():
    goods = [item(TOY, "0"), item(TOY, "0", gnum=2)]
    assert customs_values(goods, Decimal("10.01")) == [Decimal("5.01"), Decimal("5.00")]


def test_a_parcel_without_goods_has_no_value():
    with pytest.raises(ValueError, match="without goods"):
        customs_values([], Decimal(10))


money = st.decimals(min_value=0, max_value=Decimal("99999.99"), places=2)
codes = st.sampled_from([TOY, CREAM, LIPSTICK, WHISKY, BEER, WINE, BOOK, "9102210090", "7116200000", "2206001000"])
goods_items = st.builds(
    Item,
    gcode=codes,
    totalPrice=st.decimals(min_value=0, max_value=Decimal("99999.99999"), places=5),
    qty1=st.decimals(min_value=Decimal("0.001"), max_value=100, places=3),
    unit1=st.just("035"),
    unit=st.just("008"),
    qty2=st.just(Decimal(2)),
    unit2=st.just("011"),
)

_TARIFF = Book.from_yaml(on=DAY)


@settings(max_examples=150, deadline=None)
@given(st.lists(goods_items, min_size=1, max_size=6), money, money)
def test_what_is_explained_is_what_is_charged(goods, freight, insurance):
    sheet = assess_parcel(goods, freight=freight, insurance=insurance, book=_TARIFF, day_law=law.on(DAY), plan=WITHIN)
    assert sum((line.amount for line in sheet.lines), Decimal(0)) == sheet.total()
    assert all(line.amount == line.recomputed() >= 0 for line in sheet.lines)
    assert Sheet.from_dict(sheet.as_dict()) == sheet


@settings(max_examples=150, deadline=None)
@given(st.lists(goods_items, min_size=1, max_size=6), money, money)
def test_shares_of_the_freight_add_up_exactly(goods, freight, insurance):
    values = customs_values(goods, freight, insurance)
    prices = [value.quantize(Decimal("0.01"), "ROUND_HALF_UP") for value in (g.totalPrice for g in goods)]
    assert sum(values) == sum(prices) + freight + insurance


@settings(max_examples=150, deadline=None)
@given(goods_items, money, money, st.sampled_from([WITHIN, OVER_SINGLE]))
def test_a_higher_price_never_lowers_the_tax(one, freight, more, plan):
    dearer = Item(**{**vars(one), "totalPrice": one.totalPrice + more})
    cheap, dear = (
        assess_parcel([g], freight=freight, insurance=Decimal(0), book=_TARIFF, day_law=law.on(DAY), plan=plan).total()
        for g in (one, dearer)
    )
    assert cheap <= dear


def test_items_may_be_any_object_with_the_official_names(tariff: Book):
    bare = SimpleNamespace(
        gcode=TOY, totalPrice=Decimal(1000), qty=Decimal(1), unit="011", qty1=Decimal(1), unit1="006"
    )
    assert assess(tariff, bare).total() == Decimal("91.00")
