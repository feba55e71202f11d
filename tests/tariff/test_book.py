"""The tariff of a day: dated rates, refusals, and how a rate is levied."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tongguan.kernel.law import NotConfigured
from tongguan.tariff import formulas
from tongguan.tariff.book import KINDS, Book
from tongguan.tariff.measures import QuantityMissing, quantity_in

MAY_2026 = date(2026, 5, 1)
# Cigarettes bear a share by the class of their price, which depends on the tax itself; how was not found.
UNKNOWN = {("2402200000", "consumption")}


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.from_yaml(on=MAY_2026)


def test_every_line_answers_every_kind_on_a_day_of_2026(book: Book):
    for line in book:
        for kind in KINDS:
            if (line.code, kind) in UNKNOWN:
                with pytest.raises(NotConfigured):
                    line.rate(kind)
                continue
            rate = line.rate(kind)
            assert rate is None or rate.since <= MAY_2026, line
        assert line.rate("mfn") is not None
        assert line.rate("vat") is not None
        assert line.import_duty().kind in ("mfn", "provisional")


@pytest.mark.parametrize(
    ("day", "duty"),
    [(date(2026, 2, 1), Decimal("0.10")), (date(2026, 2, 2), Decimal("0.05")), (date(2026, 12, 31), Decimal("0.05"))],
)
def test_whisky_has_a_provisional_rate_from_its_day(day: date, duty: Decimal):
    whisky = Book.from_yaml(on=day).line("2208300000")
    assert whisky.import_duty().formula.rate == duty
    assert whisky.rate("mfn").formula.rate == Decimal("0.10")


def test_provisional_rates_before_the_plan_of_2026_are_not_guessed():
    whisky = Book.from_yaml(on=date(2023, 5, 1)).line("2208300000")
    assert whisky.rate("vat").formula.rate == Decimal("0.13")
    with pytest.raises(NotConfigured, match="provisional"):
        whisky.import_duty()


def test_a_rate_that_changed_between_two_tables_is_unknown_in_between():
    def mfn(day: date):
        return Book.from_yaml(on=day).line("8504401400").rate("mfn").formula.rate

    assert mfn(date(2020, 12, 31)) == Decimal("0.023")
    assert mfn(date(2026, 1, 1)) == 0
    with pytest.raises(NotConfigured):
        mfn(date(2021, 1, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_before_the_first_rate_is_refused(kind: str):
    with pytest.raises(NotConfigured) as refused:
        Book.from_yaml(on=date(2016, 9, 30)).line("3304990029").rate(kind)
    assert refused.value.code == "RULE_NOT_CONFIGURED"


def test_vat_of_books_and_food_staples_is_nine_per_cent(book: Book):
    for code in ("4901990000", "4903000000", "0409000000", "1006302090", "0902309000", "2309101000", "1509200000"):
        assert book.line(code).rate("vat").formula.rate == Decimal("0.09"), code
    assert book.line("9503006000").rate("vat").formula.rate == Decimal("0.13")


def test_a_line_that_ended_is_gone():
    assert Book.from_yaml(on=date(2021, 12, 31)).line("8541401000").unit1 == "007"
    assert Book.from_yaml(on=date(2022, 1, 1)).line("8541401000") is None


def test_the_positive_list_has_a_first_day_and_is_not_confirmed(book: Book):
    line = book.line("3304990029")
    assert line.listed
    assert line.listed_reference["standing"] == "unverified"
    assert not Book.from_yaml(on=date(2018, 12, 31)).line("3304990029").listed
    assert not book.line("1201901900").listed


def test_lithium_batteries_after_their_exemption_are_not_guessed():
    assert Book.from_yaml(on=date(2026, 8, 31)).line("8507600090").rate("consumption") is None
    with pytest.raises(NotConfigured):
        Book.from_yaml(on=date(2026, 9, 1)).line("8507600090").rate("consumption")


def test_an_unknown_kind_is_an_error_and_no_refusal(book: Book):
    with pytest.raises(ValueError, match="excise"):
        book.line("3304990029").rate("excise")


def test_names_and_rates_in_both_languages(book: Book):
    beer = book.line("2203000000")
    assert (beer.text("en"), beer.text("zh")) == ("Beer made from malt", "麦芽酿造的啤酒")
    assert beer.rate("consumption").words("zh") == "每吨370美元及以上的每吨250元，其余每吨220元"
    expected = "250 yuan per tonne from 370 US dollar per tonne, otherwise 220 yuan per tonne"
    assert beer.rate("consumption").words("en") == expected
    assert beer.rate("consumption").title("zh") == "进口环节消费税"


@pytest.mark.parametrize(
    ("code", "price", "stated", "rate"),
    [
        ("3304990029", "199.99", [("035", "0.02")], "0"),  # 9.9995 yuan a gram
        ("3304990029", "200", [("035", "0.02")], "0.15"),  # 10 yuan a gram: the figure itself is included
        ("3304990039", "300", [("096", "30"), ("035", "0.05")], "0.15"),  # marked by volume: 10 yuan a millilitre
        ("3304990039", "299.99", [("096", "30"), ("035", "0.02")], "0"),
        ("3304990049", "74.99", [("011", "1"), ("020", "5"), ("035", "0.125")], "0"),
        ("3304990049", "75", [("011", "1"), ("020", "5"), ("035", "0.125")], "0.15"),  # 15 yuan a sheet
        ("9102210090", "9999.99", [("008", "1")], "0"),
        ("9102210090", "10000", [("008", "1")], "0.20"),
    ],
)
def test_a_rate_by_cases_includes_its_threshold(book: Book, code: str, price: str, stated: list, rate: str):
    pairs = [(unit, Decimal(quantity)) for unit, quantity in stated]
    formula = book.line(code).rate("consumption").formula
    assert formula.settled(Decimal(price), pairs).rate == Decimal(rate)


def test_the_class_of_beer_depends_on_the_exchange_rate(book: Book):
    def amount(price: str, rate: str):
        formula = book.line("2203000000").rate("consumption").formula
        return formula.settled(Decimal(price), [("035", Decimal(1000))], lambda code: Decimal(rate)).amount

    assert amount("2627", "7.10") == 250  # 370 dollars a tonne
    assert amount("2626.99", "7.10") == 220
    assert amount("2627", "7.20") == 220


def test_a_missing_quantity_is_named(book: Book):
    formula = book.line("3304990029").rate("consumption").formula
    with pytest.raises(QuantityMissing) as missing:
        formula.settled(Decimal(100), [("011", Decimal(1))])
    assert missing.value.text("en").startswith("The rate of this commodity needs a quantity in gram or millilitre")
    assert "克或毫升" in missing.value.text("zh")


def test_litres_become_weight_as_the_rate_says():
    spirits = Book.from_yaml(on=MAY_2026).line("2208300000").rate("consumption").formula
    assert spirits.quantity([("095", Decimal(1))]) == Decimal("0.912")
    assert spirits.quantity([("095", Decimal(1)), ("035", Decimal("0.95"))]) == Decimal("0.95")
    assert quantity_in("096", [("095", Decimal("0.7"))]) == 700
    assert quantity_in("035", [("076", Decimal(1))]) == Decimal("0.45359237")
    assert quantity_in("007", [("054", Decimal(2))]) == 2000
    assert quantity_in("035", [("007", Decimal(2))]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "1"},
        {"per": "035"},
        {"rate": "-0.1"},
        {"amount": "1", "per": "xxx"},
        {"amount": "1", "per": "035", "currency": "000"},
        {"rate": "0.1", "colour": "red"},
        {"cases": []},
        {"cases": [{"when": {"at_least": "1", "currency": "142", "per": ["035"]}, "rate": "0.1"}]},
        {"cases": [{"rate": "0.1"}, {"rate": "0.2"}]},
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(wrong: dict):
    with pytest.raises((ValueError, KeyError)):
        formulas.read(wrong)


def test_every_rate_survives_being_kept(book: Book):
    for line in book:
        for kind in KINDS:
            if (line.code, kind) not in UNKNOWN and (rate := line.rate(kind)) is not None:
                assert formulas.read(rate.formula.as_dict()) == rate.formula
