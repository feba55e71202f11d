"""The positive list by the law of the day: on it or not, for which modes, and what its notes ask of people."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.ecommerce.filing import AT, OPERATOR, file, file_all, told

from tongguan.ecommerce import samples
from tongguan.ecommerce.context import Context
from tongguan.ecommerce.models import Inventory
from tongguan.ecommerce.rules import listing
from tongguan.ecommerce.rules.listing import LISTED, listing_of
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.rules import check
from tongguan.tariff.book import Book
from tongguan.tariff.listings import Listing

D = Decimal
SKIS = samples.Goods("9506110000", "滑雪板", "1副", "900.00", "011", "3", "035", "011")
CHEESE = samples.Goods("0406100000", "鲜奶酪", "200克/盒", "40.00", "140", "0.2", "035")
SOUP = samples.Goods("2104100000", "汤料", "100克/袋", "20.00", "136", "0.1", "035")
FORMULA = samples.GOODS[0]
SOYA = samples.Goods("1201901100", "黄大豆", "1千克/袋", "20.00", "136", "1", "035")


def declared(*goods: samples.Goods, mode: str = "9610"):
    chance = random.Random(1)
    parcel = samples.parcel("L1", samples.buyer(chance), [(one, 1) for one in goods], at=AT, chance=chance)
    return parcel.changed("inventory", tradeMode=mode).inventory


def on(day: date) -> Context:
    """The rules of another day: the tariff of that day, the law of one that has every value."""
    made = Context(AT.date(), tariff=Book.from_yaml(on=day))
    made.day = day
    return made


def found(doc, ctx) -> list[tuple[str, str, str]]:
    return [(f.alias, f.level, f.pointer) for f in check(LISTED, doc, ctx)]


def test_goods_on_the_list_without_a_note_break_nothing(ctx):
    assert found(declared(SOUP), ctx) == []


def test_NOT_LISTED(ctx):
    assert found(declared(SOUP, SOYA), ctx) == [("NOT_LISTED", "refuse", "item/2/gcode")]
    [told] = check(LISTED, declared(SOYA), ctx)
    assert told.text("en") == (
        "1201901100 is not on the list of goods that may be imported by retail e-commerce on 2026-05-01."
    )
    assert told.text("zh") == "商品编码1201901100在2026-05-01不在跨境电子商务零售进口商品清单内"


@pytest.mark.parametrize(("day", "listed"), [(date(2022, 2, 28), False), (date(2022, 3, 1), True)])
def test_the_day_decides_what_is_listed(day, listed):
    assert (found(declared(SKIS), on(day)) == []) is listed


def test_a_code_the_tariff_does_not_know_is_not_told_twice(ctx):
    assert found(declared(SOUP._replace(gcode="9999999999")), ctx) == []


@pytest.mark.parametrize("mode", ["1210", "1239"])
def test_goods_listed_for_bonded_stock_pass_in_its_modes(mode, ctx):
    assert found(declared(CHEESE, mode=mode), ctx) == []


def test_LISTED_MODE(ctx):
    assert found(declared(SOUP, CHEESE), ctx) == [("LISTED_MODE", "refuse", "item/2/gcode")]
    [told] = check(LISTED, declared(CHEESE), ctx)
    assert "1210 bonded e-commerce, 1239 bonded e-commerce A only, not under 9610" in told.text("en")
    assert told.text("en").endswith("Only for goods bought online from bonded stock")
    assert "仅限监管方式1210 保税电商、1239 保税电商A" in told.text("zh") and told.text("zh").endswith(
        "仅限网购保税商品"
    )


def test_LIST_NOTE(ctx):
    """A condition that no program can judge is shown and refuses nothing."""
    assert found(declared(FORMULA), ctx) == [("LIST_NOTE", "warn", "item/1/gcode")]
    [told] = check(LISTED, declared(FORMULA), ctx)
    assert told.text("en").endswith("Infant formula must have its recipe registered as the law requires")
    assert told.text("zh").endswith("依法须经注册的婴幼儿配方乳粉，应当已取得产品配方注册")


@pytest.mark.parametrize(
    ("conditions", "judged"),
    [
        ({}, False),
        ({"trade_modes": ["1210"]}, True),
        ({"person_cap": "1006"}, True),
        ({"person_cap": "1006", "and_more": True}, False),
    ],
)
def test_a_note_is_judged_when_its_conditions_say_it_all(conditions, judged):
    note = {"zh": "备注", "en": "a note"}
    written = {"since": "2019-01-01", "note": note, "conditions": conditions, "reference": {"title": "清单"}}
    listing = Listing.read(written)
    assert listing.is_judged is judged and Listing.read(listing.as_dict()) == listing
    assert Listing.read({"since": "2019-01-01", "reference": {"title": "清单"}}).is_judged


def test_and_more_says_yes_or_is_not_there():
    with pytest.raises(ValueError, match="and_more"):
        Listing.read({"since": "2019-01-01", "conditions": {"and_more": "perhaps"}, "reference": {"title": "清单"}})


def test_a_code_is_looked_up_once():
    book = Book.from_yaml(on=AT.date())
    assert listing_of(book, CHEESE.gcode) is listing_of(book, CHEESE.gcode) is not None
    assert listing_of(book, "9999999999") is None


def test_a_parcel_with_a_note_is_released_and_keeps_the_warning(window, nobody_drawn):
    chance = random.Random(3)
    parcel = samples.parcel("L-NOTE", samples.buyer(chance), [(FORMULA, 1)], at=AT, chance=chance)
    [node] = file_all(parcel).nodes
    assert node.status == "800"
    assert [(f.alias, f.level) for f in node.findings] == [("LIST_NOTE", "warn")]


def test_a_parcel_that_waited_keeps_its_warning(window, nobody_drawn):
    chance = random.Random(3)
    parcel = samples.parcel("L-WAIT", samples.buyer(chance), [(FORMULA, 1)], at=AT, chance=chance)
    for noun in ("inventory", "order", "waybill"):
        file(noun, getattr(parcel, noun))
    row = Inventory.objects.get()
    assert (row.state, [f["alias"] for f in row.findings]) == ("waiting", ["LIST_NOTE"])
    file("payment", parcel.payment)
    row.refresh_from_db()
    assert (row.state, [f["alias"] for f in row.findings]) == ("released", ["LIST_NOTE"])


def test_the_list_of_the_day_on_which_the_documents_are_complete_decides(window, nobody_drawn, monkeypatch):
    """Decision 0014: what was on the list when it was filed may have left it when the payment comes."""
    chance = random.Random(3)
    parcel = samples.parcel("L-LAST", samples.buyer(chance), [(SOUP, 1)], at=AT, chance=chance)
    monkeypatch.setattr(
        listing, "listing_of", lambda book, gcode: listing_of(book, gcode) if book.day == AT.date() else None
    )
    for noun in ("inventory", "order", "waybill"):
        file(noun, getattr(parcel, noun))
    assert [one.status for one in told(kind="CEB622Message")] == ["2"]
    ensure_keys(AT.date() + timedelta(days=1), by=OPERATOR, at=AT)
    file("payment", parcel.payment, at=AT + timedelta(days=1))
    row = Inventory.objects.get()
    assert (row.state, row.status, row.findings[0]["alias"]) == ("refused", "-621001", "NOT_LISTED")
    assert [one.status for one in told(kind="CEB622Message")] == ["2", "-621001"]


def test_a_parcel_of_the_day_before_the_listing_ends_passes_and_that_of_the_day_after_does_not():
    swords = samples.Goods("9307009090", "木剑", "1把", "200.00", "011", "1", "035", "011")
    assert found(declared(swords), on(date(2022, 2, 28))) == []
    assert found(declared(swords), on(date(2022, 3, 1))) == [("NOT_LISTED", "refuse", "item/1/gcode")]


def test_the_day_is_that_of_beijing():
    """Half past midnight in Beijing is still the day before in Greenwich."""
    at = datetime(2022, 2, 28, 16, 30, tzinfo=ZoneInfo("UTC"))
    day = at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert day == date(2022, 3, 1) and found(declared(SKIS), on(day)) == []
