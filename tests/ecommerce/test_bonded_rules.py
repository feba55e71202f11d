"""Each rule of bonded inventories (1210, 1239): broken by one change, at the field it is about, and by nothing else."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from tests.ecommerce.filing import AT

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import rules, samples
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.context import Context
from tongguan.ecommerce.rules import bonded as rules_of_books
from tongguan.kernel.law import law
from tongguan.kernel.rules import check, template_fields
from tongguan.tariff.book import Book as Tariff
from tongguan.zones.queries import Known, Recorded

D = Decimal
BRUSH, CREAM = samples.GOODS[5], samples.GOODS[2]
A_OFFICE = "0417"


@pytest.fixture(scope="module")
def ctx() -> Context:
    """A day on which every mode is in use."""
    made = Context(AT.date(), tariff=Tariff.from_yaml(on=AT.date()))
    made.trade_modes = ("9610", *rules_of_books.BONDED)
    return made


def parcel(*bought: tuple[samples.Goods, int], **changed) -> samples.Parcel:
    chance = random.Random(3)
    goods = bought or [(BRUSH, 1), (CREAM, 2)]
    return bonded(samples.parcel("B0001", samples.buyer(chance), goods, at=AT, chance=chance), **changed)


def book(**changed) -> Known:
    records = {
        shelf.record_no: Recorded(shelf.record_no, shelf.goods.gcode, shelf.goods.unit, f"stock/{shelf.record_no}")
        for shelf in warehouse.SHELVES
    }
    codes = frozenset({warehouse.WAREHOUSE.code, warehouse.WAREHOUSE.customs_registration})
    said = Known(
        warehouse.BOOK,
        "active",
        codes,
        warehouse.WAREHOUSE.name,
        "0129",
        warehouse.OPENED,
        warehouse.VALID_UNTIL,
        records,
    )
    return said._replace(**changed)


def mine(findings) -> list[tuple[str, str, str, str]]:
    assert all(f.text(lang) and "…" not in f.text(lang) for f in findings for lang in ("zh", "en"))
    return [(f.code, f.alias, f.pointer, f.level) for f in findings]


def by_itself(ctx, document, **changed) -> list[tuple[str, str, str, str]]:
    return mine(check(rules.INVENTORY, msgspec.structs.replace(document, **changed), ctx))


@pytest.mark.parametrize("mode, more", [("1210", {}), ("1239", {"customsCode": A_OFFICE, "licenseNo": "L1"})])
def test_a_right_one_breaks_nothing(ctx, mode, more):
    document = parcel(mode=mode, **more).inventory
    assert by_itself(ctx, document) == []
    assert (
        check(
            rules_of_books.AGAINST_BOOK, rules_of_books.Drawing(document, book(customs_code=document.customsCode)), ctx
        )
        == []
    )


@pytest.mark.parametrize(
    "code, alias, pointer, level, changed",
    [
        ("-621001", "BONDED_FIELDS", "emsNo", "refuse", {"emsNo": None}),
        ("-621001", "BONDED_FIELDS", "areaCode", "refuse", {"areaCode": ""}),
        ("-621001", "BONDED_FIELDS", "areaName", "refuse", {"areaName": None}),
        ("-621001", "BONDED_TRANSPORT", "trafNo", "refuse", {"trafNo": "CA1234"}),
        ("-621001", "BONDED_TRANSPORT", "voyageNo", "refuse", {"voyageNo": "CA1234"}),
        ("-621001", "BONDED_TRANSPORT", "billNo", "refuse", {"billNo": "999-12345675"}),
        ("-621001", "BONDED_COUNTRY", "country", "refuse", {"country": "116"}),
        ("-621001", "BONDED_OFFICE", "tradeMode", "refuse", {"tradeMode": "1239", "licenseNo": "L1"}),
        ("-621001", "FIRST_IMPORT", "licenseNo", "refuse", {"tradeMode": "1239", "customsCode": A_OFFICE}),
    ],
)
def test_rule(ctx, code, alias, pointer, level, changed):
    assert by_itself(ctx, parcel().inventory, **changed) == [(code, alias, pointer, level)]


def test_ZoneFields_of_an_item(ctx):
    inventory = parcel().changed("inventory", item_2_itemRecordNo=None).inventory
    assert by_itself(ctx, inventory) == [("-621001", "BONDED_FIELDS", "item/2/itemRecordNo", "refuse")]


def test_BondedOrigin(ctx):
    inventory = parcel().changed("inventory", item_1_country="142").inventory
    assert by_itself(ctx, inventory) == [("-621001", "BONDED_ORIGIN", "item/1/country", "warn")]


def test_direct_purchase_is_held_to_none_of_them(ctx):
    chance = random.Random(3)
    direct = samples.parcel("D0001", samples.buyer(chance), [(BRUSH, 1)], at=AT, chance=chance).inventory
    assert by_itself(ctx, direct) == []
    missing = by_itself(ctx, direct, trafNo=None, voyageNo=None, billNo=None, country="142")
    assert [alias for _, alias, _, _ in missing] == ["DIRECT_TRANSPORT"] * 3 + ["DIRECT_COUNTRY"]


@pytest.mark.parametrize("day, offices", [(date(2016, 11, 30), ()), (date(2016, 12, 1), ("0411", "0415", "0417"))])
def test_1239_begins_on_a_day(day, offices):
    assert law("ecommerce.bonded_a_offices", on=day).value == offices


def test_1239_is_refused_before_its_day():
    before = Context(date(2016, 11, 30), tariff=Tariff.from_yaml(on=AT.date()))
    document = parcel((BRUSH, 1), mode="1239", customsCode=A_OFFICE).inventory
    aliases = {alias for _, alias, _, _ in by_itself(before, document)}
    assert {"TRADE_MODE", "BONDED_OFFICE"} <= aliases


def test_the_first_import_is_waived_but_under_1239(ctx):
    """09 §1: 1239 has no waiver for a first import. Goods that need no paper go under it as they are."""
    assert by_itself(ctx, parcel((CREAM, 1)).inventory) == []
    needed = parcel((CREAM, 1), mode="1239", customsCode=A_OFFICE).inventory
    assert [alias for _, alias, _, _ in by_itself(ctx, needed)] == ["FIRST_IMPORT"]
    assert by_itself(ctx, parcel((BRUSH, 1), mode="1239", customsCode=A_OFFICE).inventory) == []


@pytest.mark.parametrize(
    "code, alias, pointer, level, changed, said",
    [
        ("-621001", "BOOK_UNKNOWN", "emsNo", "refuse", {}, None),
        ("-621001", "BOOK_NOT_OPEN", "emsNo", "refuse", {}, {"state": "closed"}),
        ("-621001", "BOOK_NOT_OPEN", "emsNo", "refuse", {}, {"valid_until": date(2026, 4, 30)}),
        ("-621001", "BOOK_NOT_OPEN", "emsNo", "refuse", {}, {"opened": date(2026, 5, 2)}),
        ("-621001", "BOOK_AREA", "areaCode", "refuse", {"areaCode": samples.BROKER.code}, {}),
        ("-621001", "BOOK_AREA_NAME", "areaName", "warn", {"areaName": "天竺仓"}, {}),
        ("-621001", "BOOK_DISTRICT", "customsCode", "warn", {"customsCode": "0213"}, {}),
        ("-625007", "", "item/2/itemRecordNo", "refuse", {"item_2_itemRecordNo": "TZ-0009"}, {}),
        ("-625010", "RECORD", "item/1/gcode", "refuse", {"item_1_gcode": "8509809000"}, {}),
        ("-625010", "RECORD", "item/1/unit", "refuse", {"item_1_unit": "007"}, {}),
    ],
)
def test_rule_of_books(ctx, code, alias, pointer, level, changed, said):
    document = parcel().changed("inventory", **changed).inventory
    drawing = rules_of_books.Drawing(document, None if said is None else book(**said))
    assert mine(check(rules_of_books.AGAINST_BOOK, drawing, ctx)) == [(code, alias, pointer, level)]


def test_the_first_and_the_last_day_of_a_book_count(ctx):
    said = book(opened=AT.date(), valid_until=AT.date())
    assert check(rules_of_books.AGAINST_BOOK, rules_of_books.Drawing(parcel().inventory, said), ctx) == []


def test_either_code_of_the_enterprise_in_the_zone_names_it(ctx):
    document = parcel(areaCode=warehouse.WAREHOUSE.customs_registration).inventory
    assert check(rules_of_books.AGAINST_BOOK, rules_of_books.Drawing(document, book()), ctx) == []


@pytest.mark.parametrize(
    "left, short",
    [("3", []), ("2.99999", ["item/2/qty"]), ("0", ["item/1/qty"])],
)
def test_NotEnoughStock(left, short):
    """Items that take from the same stock add up: 1 and 2 of what there are 3."""
    one, two = parcel((BRUSH, 1), (CREAM, 2)).inventory.items
    items = [(one, "stock"), (two, "stock")]
    found = check(rules_of_books.AGAINST_STOCK, rules_of_books.Withdrawing(items, {"stock": D(left)}))
    assert mine(found) == [("-621001", "STOCK", pointer, "refuse") for pointer in short]
    if short == ["item/2/qty"]:
        assert found[0].text("en") == "Item 2: 3 of the record TZ-0002 are taken, and 2.99999 are in stock."


@pytest.mark.parametrize(
    "rule", [*rules_of_books.BY_ITSELF, *rules_of_books.AGAINST_BOOK, *rules_of_books.AGAINST_STOCK],
    ids=lambda r: f"{r.code}/{r.alias}",
)  # fmt: skip
def test_both_texts_name_the_same_values(rule):
    fields = template_fields(rule)
    assert fields["zh"] == fields["en"], fields
