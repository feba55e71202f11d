"""What a purchase would be taxed: the worked examples of the rules, what refuses it, and that it is what is charged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from tests.revenue.test_parcel import BEER, CREAM, LIPSTICK, TOY, WHISKY

from tongguan.ecommerce.context import Context
from tongguan.ecommerce.estimates import Estimate, Written, WrittenGoods, estimate
from tongguan.kernel.texts import LANGUAGES
from tongguan.tariff.book import Book

DAY = date(2026, 5, 1)
RICE = "1006302090"


@pytest.fixture(scope="module")
def ctx() -> Context:
    return Context(DAY, tariff=Book.from_yaml(on=DAY))


def goods(gcode: str, price: str, qty: str = "1", **more: str) -> WrittenGoods:
    return WrittenGoods(gcode, qty, totalPrice=price, **more)


def bought(ctx: Context, *items: WrittenGoods, mode: str = "9610", **more: str) -> Estimate:
    return estimate(Written(items, mode, **more), ctx)


def codes(of: Estimate) -> set[tuple[str, str]]:
    return {(one.alias or one.code, one.pointer) for one in of.findings}


def test_a_thousand_yuan_of_ordinary_goods(ctx):
    found = bought(ctx, goods(TOY, "1000"))
    assert (found.sheet.total(), found.value, found.left, found.refused) == (D("91.00"), D(1000), D(25000), False)


def test_freight_and_insurance_are_part_of_the_base(ctx):
    assert bought(ctx, goods(TOY, "1000"), freight="15", insuredFee="5.00").sheet.total() == D("92.82")


def test_a_premium_cream_by_its_weight(ctx):
    found = bought(ctx, goods(CREAM, "425", qty1="0.02", unit1="035"))
    assert (found.sheet.total("consumption"), found.sheet.total("vat")) == (D("52.50"), D("45.50"))
    assert bought(ctx, goods(CREAM, "425", qty1="20", unit1="036")).sheet.total() == D("98.00")  # in grams


def test_one_item_over_the_single_limit_is_taxed_in_full_and_counts_to_the_year(ctx):
    found = bought(ctx, goods(LIPSTICK, "6800", qty1="0.1", unit1="035"), used="10000")
    assert {kind: str(sum_) for kind, sum_ in found.sheet.totals().items()} == {
        "duty": "340.00", "consumption": "1260.00", "vat": "1092.00"
    }  # fmt: skip
    assert (found.over_single, found.one_item, found.left) == (True, True, D(26000) - D(16800))


def test_two_items_over_the_single_limit_are_refused(ctx):
    for items in ([goods(LIPSTICK, "6800", "2")], [goods(LIPSTICK, "3400"), goods(LIPSTICK, "3400")]):
        found = bought(ctx, *items)
        assert codes(found) == {("SINGLE_LIMIT", "item")} and found.sheet is None and not found.one_item


def test_the_year_has_room_for_less(ctx):
    found = bought(ctx, goods(TOY, "1500"), used="24800")
    assert codes(found) == {("ANNUAL_LIMIT", "used")} and found.findings[0].values["room"] == D(1200)
    assert found.left == D(1200)


def test_what_the_list_does_not_have_or_not_in_this_mode(ctx):
    [listed] = [line for line in ctx.book if line.listing() and not line.listing().allows("9610")][:1] or [None]
    assert listed is not None
    assert ("LISTED_MODE", "item/2/gcode") in codes(bought(ctx, goods(TOY, "10"), goods(listed.code, "10")))
    unlisted = next(line.code for line in ctx.book if line.listing() is None)
    assert ("NOT_LISTED", "item/1/gcode") in codes(bought(ctx, goods(unlisted, "10")))
    assert codes(bought(ctx, goods(TOY, "10"), mode="1039")) == {("TRADE_MODE", "tradeMode")}


def test_more_rice_than_a_person_may_buy(ctx):
    assert ("PERSON_CAP", "item/1/qty1") in codes(bought(ctx, goods(RICE, "300", qty1="21", unit1="035")))
    assert bought(ctx, goods(RICE, "300", qty1="20", unit1="035")).sheet


def test_a_tax_by_quantity_needs_the_quantity(ctx):
    [found] = bought(ctx, goods(BEER, "100")).findings
    assert (found.alias, found.level) == ("NOT_ASSESSED", "refuse")
    assert "needs a quantity in" in found.text("en")
    assert bought(ctx, goods(WHISKY, "800", qty1="0.64", unit1="035")).sheet.total("consumption") > 0


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (goods(TOY, "ten"), ("ESTIMATE_AMOUNT", "item/1/totalPrice")),
        (goods(TOY, "-1"), ("ESTIMATE_AMOUNT", "item/1/totalPrice")),
        (goods(TOY, "1.999"), ("ESTIMATE_AMOUNT", "item/1/totalPrice")),
        (goods(TOY, "１０"), ("ESTIMATE_AMOUNT", "item/1/totalPrice")),
        (goods(TOY, ""), ("ESTIMATE_AMOUNT", "item/1/totalPrice")),
        (goods(TOY, "NaN"), ("ESTIMATE_AMOUNT", "item/1/totalPrice")),
        (goods(TOY, "10", "0"), ("ESTIMATE_QUANTITY", "item/1/qty")),
        (goods(TOY, "10", "1e3"), ("ESTIMATE_QUANTITY", "item/1/qty")),
        (goods(TOY, "10", qty1="x", unit1="035"), ("ESTIMATE_QUANTITY", "item/1/qty1")),
        (goods(TOY, "10", unit="zzz"), ("ESTIMATE_UNIT", "item/1/unit")),
        (goods(TOY, "10", qty1="1"), ("ESTIMATE_UNIT", "item/1/unit1")),
        (goods("9999999999", "10"), ("TARIFF_CODE", "item/1/gcode")),
        (goods("", "10"), ("TARIFF_CODE", "item/1/gcode")),
    ],
)
def test_what_is_written_wrongly_is_found_at_its_field(ctx, written, wanted):
    found = bought(ctx, written)
    assert codes(found) == {wanted} and found.sheet is None
    assert all("{" not in one.text(lang) for one in found.findings for lang in LANGUAGES)


def test_amounts_of_the_parcel_and_the_number_of_lines(ctx):
    assert codes(bought(ctx, goods(TOY, "1"), freight="x", used="-5")) == {
        ("ESTIMATE_AMOUNT", "freight"), ("ESTIMATE_AMOUNT", "used")
    }  # fmt: skip
    assert codes(bought(ctx)) == codes(bought(ctx, *[goods(TOY, "1")] * 21)) == {("ESTIMATE_LINES", "item")}


def test_every_finding_is_said_in_both_languages_without_a_number_of_its_own(ctx):
    for found in (bought(ctx, goods(TOY, "6800", "2")), bought(ctx, goods(TOY, "1500"), used="26000")):
        assert found.findings
        assert all("试算" in one.text("zh") and "estimate" in one.text("en") for one in found.findings)
