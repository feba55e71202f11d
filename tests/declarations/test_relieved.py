"""Declarations under a letter of relief, and of goods within a quota, from acceptance to release, amendment and withdrawal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.declarations import made
from tests.declarations.made import AT, OFFICER, OPERATOR, TRADER, broker, codes
from tests.revenue import relieved

from tongguan.declarations import actions, queries
from tongguan.formats.dec import documents
from tongguan.kernel.rules import Refused
from tongguan.ledgers.queries import check_all
from tongguan.licences import actions as licences
from tongguan.licences.applications import Application, Issued, LineAsked
from tongguan.revenue.reliefs import queries as reliefs

D = Decimal


@pytest.fixture
def letter(port, monkeypatch):
    relieved.use_tariff(monkeypatch, made.tariff())
    relieved.listed()
    return relieved.letter()


def under(row, *items, **changed):
    items = items or (made.item(DutyMode="3", ContrItem=1),)
    return made.document(*items, ManualNo=row.number, **{"CutMode": "401"} | changed)


@pytest.mark.measure("M0-23.1")
def test_an_exempt_line_owes_nothing_and_its_letter_is_written_off_at_release(letter):
    row = made.submitted(under(letter))
    assert (row.state, row.tax, row.value) == ("accepted", D("0.00"), D("747736.50"))
    sheet = queries.sheet_of(row)
    assert {one.kind: (one.amount, one.measure) for one in sheet.lines} == {
        kind: (D("0.00"), f"relief:{letter.number}") for kind in ("duty", "vat")
    }
    assert queries.recomputed(row).sheet == sheet
    assert (relieved.again(letter).state, relieved.left(letter)) == ("used", 0)
    made.passed(row)
    row = made.again(row)
    if row.state != "released":
        row = actions.release(row.pk, by=OFFICER, at=AT)
    assert row.released_at is not None
    [goods] = reliefs.goods_of(letter)
    assert (goods.state, goods.value, goods.released_on) == ("under_supervision", D("747736.50"), AT.date())
    assert relieved.again(letter).state == "under_supervision" and list(check_all()) == []


def test_lines_that_are_not_exempt_pay_beside_those_that_are(letter):
    row = made.submitted(under(letter, made.item(DutyMode="3", ContrItem=1), made.item(GNo=2)))
    sheet = queries.sheet_of(row)
    assert sum(one.amount for one in sheet.of_item(1)) == 0 < row.tax == sum(one.amount for one in sheet.of_item(2))


@pytest.mark.parametrize(
    ("item", "head", "found"),
    [
        ({}, {"ManualNo": None}, [("RELIEF_UNKNOWN", "ManualNo")]),
        ({}, {"ManualNo": "Z26999999999"}, [("RELIEF_UNKNOWN", "ManualNo")]),
        ({}, {"CustomMaster": "0101"}, [("RELIEF_OFFICE", "CustomMaster")]),
        ({"ContrItem": 7}, {}, [("RELIEF_LINE_UNKNOWN", "item/1/ContrItem")]),
        ({"GQty": D(11), "DeclPrice": D("9090.9091")}, {}, [("RELIEF_QUANTITY_SHORT", "item/1/GQty")]),
        ({"DutyMode": "4"}, {}, [("DEC_DUTY_MODE", "item/1/DutyMode")]),
    ],
)
def test_what_is_wrong_with_the_letter_rejects_the_declaration(letter, item, head, found):
    of = made.changed(under(letter, made.item(**{"DutyMode": "3", "ContrItem": 1} | item)), **head)
    with pytest.raises(Refused) as refused:
        made.submitted(of)
    assert codes(refused.value) == found
    assert relieved.left(letter) == 10


def test_another_nature_of_levy_is_warned_of(letter):
    row = made.submitted(under(letter, CutMode="101"))
    assert row.state == "accepted"
    assert [one["code"] for one in row.findings] == ["RELIEF_NATURE"]


def test_the_letter_of_another_entity_is_refused(letter):
    with pytest.raises(Refused) as refused:
        made.submitted(under(letter, TradeCoScc=made.AGENT, TradeCode="1105981002", TradeName="某报关有限公司"))
    assert ("RELIEF_NOT_HOLDERS", "ManualNo") in codes(refused.value)


def test_a_withdrawal_and_an_amendment_give_the_letter_back(letter):
    row = made.submitted(under(letter))
    asked = actions.ask(
        row.pk, "amend", grounds="clerical", evidence=["proof: 1"], reason="数量误录",
        of=under(letter, made.item(DutyMode="3", ContrItem=1, GQty=D(4), DeclPrice=D(25000))), by=broker(), at=AT,
    )  # fmt: skip
    actions.grant(asked.pk, by=OFFICER, at=AT)
    assert relieved.left(letter) == 6 and relieved.again(letter).state == "used"
    asked = actions.ask(
        row.pk, "withdraw", grounds="clerical", evidence=["proof: 1"], reason="误报", by=broker(), at=AT
    )
    actions.grant(asked.pk, by=OFFICER, at=AT)
    assert relieved.left(letter) == 10 and relieved.again(letter).state == "confirmed"
    assert list(check_all()) == []


def test_goods_within_a_quota_pay_its_rate(window, monkeypatch):
    made.ship(made.BILL, "COSU600102")
    made.use_tariff(monkeypatch, made.tariff(letters="t", mfn=made.share("65"), quota=made.share("1")))
    line = LineAsked(made.GCODE, "货物", D(900), "035")
    licences.receive(
        Application("t", [line], mode="MULTI", holder=TRADER),
        Issued("T-1", date(2026, 1, 5), date(2026, 1, 5), date(2026, 12, 31)),
        by=OPERATOR, at=AT,
    )  # fmt: skip
    usual = made.submitted()
    assert queries.sheet_of(usual).total("duty") == D("486028.73")
    row = documents.ROWS["licence"](
        GoodsNo=1, LicTypeCode="t", LicenceNo="T-1", LicWrtofDetailNo="1", LicWrtofQty="900", LicWrtofQtyUnit="035"
    )
    within = made.submitted(made.document(licences=[row], BillNo="COSU600102"))
    assert queries.sheet_of(within).total("duty") == D("7477.37")


def test_an_amendment_after_release_leaves_the_letter_as_the_declaration_now_is(letter):
    """Ten were released; four were meant. The letter has six left again, supervision and value follow; and back."""
    row = made.submitted(under(letter))
    made.passed(row)
    row = made.again(row)
    if row.state != "released":
        row = actions.release(row.pk, by=OFFICER, at=AT)
    assert relieved.left(letter) == 0
    whole, before = queries.document(row), made.balances()
    fewer = under(letter, made.item(DutyMode="3", ContrItem=1, GQty=D(4), DeclPrice=D(10000), DeclTotal=D(40000)))
    row = made.amended(row, fewer)
    assert (row.state, row.tax, relieved.left(letter)) == ("released", 0, 6)
    held = [one for one in reliefs.goods_of(letter) if one.state != "given_back"]
    assert [(one.state, one.quantity, one.value, one.released_on) for one in held] == [
        ("under_supervision", D(4), row.value, AT.date())
    ]
    assert relieved.again(letter).state == "under_supervision"
    assert queries.recomputed(row).sheet == queries.sheet_of(row)
    row = made.amended(row, whole)
    assert (relieved.left(letter), made.balances()) == (0, before)
    assert str(row.value) == "747736.50"
    taxed = made.amended(row, made.changed(whole, ManualNo=None, CutMode="101", items=[
        made.changed(whole.items[0], DutyMode="1", ContrItem=None)
    ]))  # fmt: skip
    assert (str(taxed.tax), relieved.left(letter)) == ("164801.12", 10)
    assert relieved.again(letter).state == "confirmed" and made.bills.state(str(taxed)) == "due"
