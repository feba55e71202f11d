"""Letters of relief: applied for, confirmed, refused; drawn on once, supervised, disposed of early, reported each year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from tests.revenue import relieved
from tests.revenue.relieved import AT, OFFICER, OTHER, SYSTEM, TRADER, goods, importer, moment, share, tariff
from tests.seconded import shown_by_two

from tongguan.journal.models import Event
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.ledgers.queries import check_all
from tongguan.revenue.models import DutyBill, RelievedGoods
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.reliefs import actions, queries, terms
from tongguan.revenue.reliefs.disposal import quoted

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _firms(db, monkeypatch):
    relieved.use_tariff(monkeypatch)
    relieved.firms()


@pytest.fixture
def listed():
    return relieved.listed()


def refused(call, *args, **named) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        call(*args, **named)
    return relieved.codes(raised.value)


@pytest.mark.measure("M0-23.1")
def test_a_listed_entity_is_confirmed_within_ten_working_days_for_six_months(listed):
    row = relieved.applied()
    assert (row.state, row.batch, row.decide_by, row.number) == ("applied", "2026-1", date(2026, 3, 16), None)
    row = actions.confirm_letter(row.pk, by=OFFICER, at=AT)
    assert (row.state, row.valid_from, row.valid_to) == ("confirmed", date(2026, 3, 2), date(2026, 9, 1))
    assert row.number is not None and len(row.number) == 12 and row.number.startswith("Z26")
    assert relieved.left(row) == 10
    assert [one.what for one in Event.objects.filter(subject=str(row)).order_by("id")] == [
        "relief.applied", "relief.confirmed",
    ]  # fmt: skip
    assert queries.relief_of(row.number).taxes == ("duty", "consumption", "vat")


@pytest.mark.parametrize(
    ("more", "lines", "found"),
    [
        ({"scheme": "other"}, [], [("RELIEF_SCHEME", "scheme")]),
        ({"holder": "91110105MA01ABCD5X"}, [], [("RELIEF_APPLICANT", "holder")]),
        ({"scheme": "publications"}, [], [("RELIEF_NOT_LISTED", "holder")]),
        ({"project": " "}, [], [("RELIEF_PROJECT", "project")]),
        ({"office": "02"}, [], [("RELIEF_AT_OFFICE", "office")]),
        ({}, [goods()] * 51, [("RELIEF_LINES", "lines")]),
        ({}, [goods(gcode="8479")], [("RELIEF_GCODE", "lines/1/gcode")]),
        ({}, [goods(gcode="0000000000")], [("RELIEF_GCODE", "lines/1/gcode")]),
        ({}, [goods(name="")], [("RELIEF_NAME", "lines/1/name")]),
        ({}, [goods("0")], [("RELIEF_QUANTITY", "lines/1/quantity")]),
        ({}, [goods(unit="999")], [("RELIEF_QUANTITY", "lines/1/unit")]),
        ({}, [goods(value=D(-1), currency="502")], [("RELIEF_VALUE", "lines/1/value")]),
        ({}, [goods(value=D(1), currency="?")], [("RELIEF_VALUE", "lines/1/currency")]),
        ({}, [goods(goods="car")], [("RELIEF_CLASS", "lines/1/goods")]),
        ({}, [goods(purpose="production")], [("RELIEF_PURPOSE", "lines/1/purpose")]),
        ({}, [goods(purpose="pilot_plant")], [("RELIEF_PURPOSE", "lines/1/purpose")]),
        ({}, [goods(years="?")], [("RELIEF_SORT", "lines/1/years")]),
        ({}, [goods(goods="part")], [("RELIEF_PART", "lines/1/sinceParent")]),
        ({}, [goods(goods="part", since_parent=date(2016, 3, 1))], [("RELIEF_PART", "lines/1/sinceParent")]),
        ({}, [goods("2", goods="medical_analyser")], [("RELIEF_ANALYSER", "lines/1/goods")]),
    ],
)
def test_what_is_wrong_with_an_application_is_told_with_its_place(listed, more, lines, found):
    assert refused(relieved.applied, *lines, **more) == found


def test_spare_parts_are_relieved_ten_years_from_the_release_of_their_instrument(listed):
    assert relieved.applied(goods(goods="part", since_parent=date(2016, 3, 2))).state == "applied"


def test_a_hospital_has_one_analyser_in_three_years(listed):
    relieved.letter(goods("1", goods="medical_analyser"))
    assert refused(relieved.applied, goods("1", goods="medical_analyser"), at=moment("2029-02-28")) == [
        ("RELIEF_ANALYSER", "lines/1/goods")
    ]
    assert relieved.letter(goods("1", goods="instrument")).state == "confirmed"


@pytest.mark.measure("M0-23.1")
def test_schemes_and_lists_hold_from_day_to_day(listed):
    assert refused(relieved.applied, at=moment("2025-12-31")) == [("RELIEF_NOT_LISTED", "holder")]
    actions.end_entry(listed.pk, date(2026, 3, 31), by=OFFICER, at=AT)
    assert relieved.applied(at=moment("2026-03-31")).state == "applied"
    assert refused(relieved.applied, at=moment("2026-04-01")) == [("RELIEF_NOT_LISTED", "holder")]
    assert terms.schemes(date(2020, 12, 31)) == {} == terms.schemes(date(2031, 1, 1))
    assert "science" in terms.schemes(date(2025, 12, 31)) and "science" in terms.schemes(date(2030, 12, 31))


def test_an_agent_needs_a_mandate(listed, settings):
    settings.MANDATES = "required"
    from tongguan.kernel.states import Actor
    from tongguan.parties.queries import find

    agent = Actor("wang", "broker", find(OTHER).pk)
    assert refused(actions.apply, relieved.asked(holder=TRADER), by=agent, at=AT) == [("RELIEF_MANDATE", "holder")]


def test_only_customs_decide_and_only_once(listed):
    row = relieved.applied()
    for actor in (importer(), SYSTEM):
        if actor is not SYSTEM:
            with pytest.raises(NotYours):
                actions.confirm_letter(row.pk, by=actor, at=AT)
    assert refused(actions.refuse, row.pk, " ", by=OFFICER, at=AT) == [("RELIEF_WORDS", "words")]
    assert actions.refuse(row.pk, "国内可以生产", by=OFFICER, at=AT).words == "国内可以生产"
    with pytest.raises(NotNow):
        actions.confirm_letter(row.pk, by=OFFICER, at=AT)
    assert actions.take_back(relieved.applied().pk, by=importer(), at=AT).state == "taken_back"


def test_a_declaration_reserves_writes_off_and_gives_back(listed):
    row = relieved.letter()
    relieved.draw(row, relieved.drawn("4"))
    relieved.draw(row, relieved.drawn("4"))
    assert (relieved.again(row).state, row.uses, relieved.left(row)) == ("used", 1, D(6))
    actions.confirm("declaration/1", {1: D(500)}, by=SYSTEM, at=AT)
    [one] = queries.goods_of(row)
    assert (relieved.again(row).state, one.value, one.released_on) == ("under_supervision", D(500), AT.date())
    assert one.supervised_to == date(2029, 3, 1)
    actions.confirm("declaration/1", {1: D(600)}, by=SYSTEM, at=moment("2026-04-01"))
    [one] = queries.goods_of(row)
    assert (one.value, one.released_on) == (D(600), AT.date())
    actions.give_back("declaration/1", by=SYSTEM, at=AT)
    assert (relieved.again(row).state, row.uses, relieved.left(row)) == ("confirmed", 0, D(10))
    relieved.draw(row)
    assert relieved.left(row) == 0 and list(check_all()) == []


@pytest.mark.parametrize(
    ("what", "how", "found"),
    [
        ([], {"holder": OTHER}, [("RELIEF_NOT_HOLDERS", "ManualNo")]),
        ([], {"on": date(2026, 9, 2)}, [("RELIEF_NOT_IN_FORCE", "ManualNo")]),
        ([], {"on": date(2026, 3, 1)}, [("RELIEF_NOT_IN_FORCE", "ManualNo")]),
        ([], {"customs": "0101"}, [("RELIEF_OFFICE", "CustomMaster")]),
        ([relieved.drawn(place=2)], {}, [("RELIEF_LINE_UNKNOWN", "item/1/ContrItem")]),
        ([relieved.drawn(place=None, item=3)], {}, [("RELIEF_LINE_UNKNOWN", "item/3/ContrItem")]),
        ([relieved.drawn(gcode="0000000000")], {}, [("RELIEF_GOODS", "item/1/CodeTS")]),
        ([relieved.drawn(unit="035")], {}, [("RELIEF_UNIT", "item/1/GUnit")]),
        ([relieved.drawn("11")], {}, [("RELIEF_QUANTITY_SHORT", "item/1/GQty")]),
        ([relieved.drawn("6"), relieved.drawn("5", item=2)], {}, [("RELIEF_QUANTITY_SHORT", "item/1/GQty")]),
    ],
)
def test_what_is_wrong_with_a_draw_is_told_with_its_place(listed, what, how, found):
    row = relieved.letter()
    assert refused(relieved.draw, row, *what, **how) == found
    assert relieved.left(row) == 10 and not RelievedGoods.objects.exists()


def test_a_letter_serves_one_batch_and_only_once_it_is_confirmed(listed):
    row = relieved.letter()
    relieved.draw(row, relieved.drawn("1"))
    assert refused(relieved.draw, row, relieved.drawn("1"), reference="declaration/2") == [("RELIEF_SPENT", "ManualNo")]
    row.number = "Z99999999999"
    assert refused(relieved.draw, row) == [("RELIEF_UNKNOWN", "ManualNo")]


def test_a_letter_nobody_used_lapses(listed):
    row = relieved.letter()
    assert actions.lapse_due(date(2026, 9, 1), at=moment("2026-09-01")) == 0
    assert actions.lapse_due(date(2026, 9, 2), at=moment("2026-09-02")) == 1
    assert relieved.again(row).state == "lapsed"
    assert refused(relieved.draw, row) == [("RELIEF_NOT_IN_FORCE", "ManualNo")]


@pytest.mark.parametrize(
    ("sort", "last"),
    [("ship_aircraft", date(2034, 3, 1)), ("vehicle", date(2032, 3, 1)), ("other", date(2029, 3, 1))],
)
def test_supervision_ends_after_its_years(listed, sort, last):
    row = relieved.letter(goods(years=sort))
    relieved.released(row)
    assert queries.goods_of(row)[0].supervised_to == last
    assert actions.release_due(last, at=AT) == 0
    assert actions.release_due(date.fromordinal(last.toordinal() + 1), at=AT) == 1
    assert relieved.again(row).state == "released_from_supervision"


@pytest.mark.measure("M0-23.1")
def test_early_disposal_pays_the_tax_of_the_day_on_what_is_left(listed, monkeypatch):
    steps = [(date(2004, 1, 1), share("8")), (date(2027, 1, 1), share("5"))]
    relieved.use_tariff(monkeypatch, tariff(mfn=steps))
    row = relieved.letter()
    relieved.released(row)
    [one] = queries.goods_of(row)
    # 14 months and 16 days count as 15: 1,200,000 x (1 - 15/36) = 700,000; 5 % of it, then 13 % of 735,000.
    later = moment("2027-05-18")
    assert quoted(one, date(2027, 5, 17)).months == 14
    assert refused(actions.dispose, one.pk, reason=" ", by=OFFICER, at=later) == [("RELIEF_DISPOSAL", "reason")]
    with pytest.raises(NotYours):
        actions.dispose(one.pk, reason="转让", by=importer(), at=later)
    one = actions.dispose(one.pk, reason="转让", by=OFFICER, at=later)
    assert (one.months, one.base, one.tax, one.state) == (15, D("700000.00"), D("130550.00"), "disposed")
    [bill] = bills.bills_of(str(one))
    assert bill.amounts == {"duty": D("35000.00"), "vat": D("95550.00")} and bill.payer == TRADER
    assert relieved.again(row).state == "disposed"
    assert refused(actions.give_back, "declaration/1", by=SYSTEM, at=later) == [("RELIEF_DISPOSED_ALREADY", "ManualNo")]
    with pytest.raises(NotNow):
        actions.dispose(one.pk, reason="转让", by=OFFICER, at=later)
    assert DutyBill.objects.count() == 1


def test_only_the_relieved_taxes_are_made_up(monkeypatch):
    relieved.listed("circuits")
    row = relieved.letter(goods(goods="equipment"), scheme="circuits")
    relieved.released(row, "360000")
    [one] = queries.goods_of(row)
    found = quoted(one, date(2027, 3, 2))
    assert (found.months, found.base, found.kinds) == (12, D("240000.00"), {"duty": D("19200.00")})
    assert quoted(one, date(2030, 1, 1)).kinds == {}


@pytest.mark.measure("M0-23.1")
def test_the_use_of_a_year_is_reported_by_30_june_and_what_is_missing_is_seen(listed):
    row = relieved.letter()
    relieved.released(row)
    assert queries.reports(TRADER, date(2026, 12, 31)) == []
    [one] = queries.reports(TRADER, date(2027, 6, 30))
    assert (one.year, one.due, one.filed, one.is_missing) == (2026, date(2027, 6, 30), None, False)
    assert queries.missing(TRADER, date(2027, 7, 1)) == [2026]
    late = moment("2027-07-02")
    assert refused(actions.report, 2025, "在用", by=importer(), at=late) == [("RELIEF_NO_REPORT", "year")]
    assert refused(actions.report, 2026, "", by=importer(), at=late) == [("RELIEF_WORDS", "words")]
    actions.report(2026, "在用", by=importer(), at=late)
    assert queries.missing(TRADER, date(2027, 7, 3)) == []
    assert queries.missing(TRADER, date(2029, 7, 1)) == [2028, 2027]
    actions.release_due(date(2029, 3, 2), at=moment("2029-03-02"))
    assert [one.year for one in queries.reports(TRADER, date(2031, 1, 1))] == [2029, 2028, 2027, 2026]


def test_customs_ask_for_papers_and_the_firm_answers():
    """The time of customs begins anew with the answer; what is asked and answered stays with the application."""
    relieved.listed()
    row = relieved.applied()
    first = row.decide_by
    assert refused(actions.ask_for_papers, row.pk, " ", by=OFFICER, at=AT) == [("RELIEF_WORDS", "words")]
    row = actions.ask_for_papers(row.pk, "请补充设备用途说明", by=OFFICER, at=AT)
    assert (row.state, row.words) == ("supplement", "请补充设备用途说明")
    with pytest.raises(NotNow):
        actions.confirm_letter(row.pk, by=OFFICER, at=AT)
    with pytest.raises(NotYours):
        actions.answer(row.pk, "x", by=OFFICER, at=AT)
    assert refused(actions.answer, row.pk, "", by=importer(), at=AT) == [("RELIEF_WORDS", "words")]
    row = actions.answer(row.pk, "用途说明见附件1", by=importer(), at=moment("2026-03-23"))
    assert (row.state, row.papers) == ("applied", "用途说明见附件1") and row.decide_by > first
    assert actions.confirm_letter(row.pk, by=OFFICER, at=moment("2026-03-24")).number
    other = actions.ask_for_papers(relieved.applied().pk, "请补充", by=OFFICER, at=AT)
    assert actions.refuse(other.pk, "逾期未补充", by=OFFICER, at=AT).state == "refused"


def test_goods_of_great_or_unknown_value_are_relieved_by_two(listed):
    most = law("revenue.relief_letter_alone", on=AT.date()).value
    half = relieved.goods(value=most / 2)
    assert actions.confirm_letter(relieved.applied(half, half).pk, by=OFFICER, at=AT).number
    for more in ({"value": most + 1}, {"value": None, "currency": ""}, {"value": D(1), "currency": "502"}):
        row = relieved.applied(relieved.goods(**more))
        confirm = partial(actions.confirm_letter, row.pk, "用途属实", at=AT)
        shown_by_two(confirm, lambda row=row: (relieved.again(row).state, relieved.again(row).number), AT)
        assert relieved.again(row).state == "confirmed" and relieved.left(row) == 10
