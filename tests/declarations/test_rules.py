"""Every rule of what is submitted: a sound declaration breaks none, each is broken by one change, at its own address."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from tests.declarations import made
from tests.declarations.made import AGENT, AT, TRADER, D, changed, document, item

from tongguan.cargo.queries import Known
from tongguan.declarations import judging
from tongguan.declarations.filling import filled
from tongguan.declarations.rules import SAVING, SUBMITTING
from tongguan.declarations.rules.context import Asked, Context
from tongguan.formats.dec import documents
from tongguan.kernel.law import law
from tongguan.kernel.rules import check, template_fields
from tongguan.licences.needed import needed
from tongguan.parties.models import Enterprise
from tongguan.zones.queries import Known as Book

DAY = AT.date()
ROWS = documents.ROWS
AGENT_FIRM = Enterprise(
    pk=1, uscc=AGENT, customs_registration="1105981002", name_zh="某报关有限公司", standing="registered"
)
TRADER_FIRM = Enterprise(pk=2, uscc=TRADER, customs_registration="1105961001", name_zh="某公司", standing="registered")
FIRMS = {AGENT: AGENT_FIRM, "1105981002": AGENT_FIRM, TRADER: TRADER_FIRM, "1105961001": TRADER_FIRM}
ARRIVED = made.moment("2026-03-02", 9)
ON_MANIFEST = Known(
    id=1, subject="bill_of_lading/1", number=made.BILL, conveyance=1, vehicle="9074729", voyage="012E", name="TONG GUAN 1",
    customs_code="0202", manifest_received=ARRIVED, entry_declared=date(2026, 3, 2), arrived=ARRIVED, unloaded=None, pieces=10,
    gross=D(1000), consignee_code=TRADER, consignee_name="", containers=(), state="expected", conveyance_state="arrived",
)  # fmt: skip


def context(of: Any = None, *, letters: str = "", unit2: str = "", asked: Asked | None = None, **more: Any) -> Context:
    tariff = made.tariff(letters=letters, unit2=unit2)(DAY)
    codes = [one.CodeTS for one in (of or document()).items if one.CodeTS]
    needs = needed(codes, direction=(of and of.IEFlag) or "I", mode="0110", book=tariff, on=DAY)
    given = {"firms": FIRMS, "bill": ON_MANIFEST, "needs": needs}
    return Context(DAY, law.on(DAY), tariff, asked or Asked(enterprise=1), **given | more)


def complete(of: Any) -> Any:
    return filled(of, by=made.Actor("wang", "broker", 1, "王某"), firm=AGENT_FIRM)


def broken(of: Any, ctx: Context | None = None) -> list[tuple[str, str]]:
    findings = SUBMITTING.check(complete(of), ctx or context(of))
    assert all(one.text(lang) and "…" not in one.text(lang) for one in findings for lang in ("zh", "en"))
    return [(one.code, one.pointer) for one in findings]


def test_a_sound_declaration_breaks_no_rule():
    assert broken(document()) == []
    assert check(SAVING, complete(document()), None) == []


HEAD = [
    ({"TransMode": "9"}, "DEC_CODE", "TransMode"),
    ({"WrapType": "77"}, "DEC_CODE", "WrapType"),
    ({"TradeCountry": "XXX"}, "DEC_CODE", "TradeCountry"),
    ({"FeeMark": "4"}, "DEC_CODE", "FeeMark"),
    ({"IEFlag": "X", "TrafMode": "4"}, "DEC_DIRECTION", "IEFlag"),
    ({"CustomMaster": "02A2"}, "DEC_OFFICE", "CustomMaster"),
    ({"IEPort": "202"}, "DEC_OFFICE", "IEPort"),
    ({"Type": "  5   "}, "DEC_STEP", "Type"),
    ({"NetWt": D(1000), "GrossWet": D(900)}, "DEC_NET_OVER_GROSS", "NetWt"),
    ({"PackNo": 0}, "DEC_WEIGHT", "PackNo"),
    ({"NetWt": D(-1)}, "DEC_WEIGHT", "NetWt"),
    ({"FeeRate": None}, "DEC_CHARGE", "FeeRate"),
    ({"InsurRate": D(5)}, "DEC_CHARGE", "InsurRate"),
    ({"FeeCurr": None}, "DEC_CURRENCY_MISSING", "FeeCurr"),
    ({"PromiseItmes": "123"}, "DEC_PROMISES", "PromiseItmes"),
    ({"DespDate": "20260305", "IEDate": "20260302"}, "DEC_DAYS_ORDER", "IEDate"),
    ({"IEDate": "20260305", "CmplDschrgDt": "20260302"}, "DEC_DAYS_ORDER", "CmplDschrgDt"),
    ({"TradeMode": "0615"}, "DEC_BOOK_MISSING", "ManualNo"),
    ({"ManualNo": "C02021234567"}, "DEC_BOOK_NOT_FOR_MODE", "TradeMode"),
    ({"Type": "CL0   "}, "DEC_COLLECTION_UNSECURED", "Type"),
    ({"GoodsPlace": None}, "DEC_REQUIRED_TO_DECLARE", "GoodsPlace"),
    ({"TradeAreaCode": None}, "DEC_REQUIRED_TO_SAVE", "TradeAreaCode"),
    ({"TradeCoScc": "91110105MA01ABCD5G"}, "DEC_USCC", "TradeCoScc"),
    ({"OwnerCodeScc": "1"}, "DEC_USCC", "OwnerCodeScc"),
    ({"TradeCoScc": "9111010570000001X6", "TradeCode": "1105970009"}, "DEC_NOT_REGISTERED", "TradeCoScc"),
    ({"TradeCode": "1105981002"}, "DEC_TWO_FIRMS", "TradeCode"),
    ({"AgentCodeScc": TRADER, "AgentCode": "1105961001"}, "DEC_NOT_ENTITLED", "AgentCodeScc"),
    ({"BillNo": None}, "DEC_BILL_MISSING", "BillNo"),
    ({"PackNo": 11}, "DEC_OVER_MANIFEST", "PackNo"),
    ({"GrossWet": D(1001)}, "DEC_OVER_MANIFEST", "GrossWet"),
]  # fmt: skip
LINES = [
    ({"GNo": 2}, "DEC_LINE_NUMBER", "item/1/GNo"),
    ({"GUnit": "999"}, "DEC_ITEM_CODE", "item/1/GUnit"),
    ({"OriginCountry": "XXX"}, "DEC_ITEM_CODE", "item/1/OriginCountry"),
    ({"CodeTS": "84798999"}, "DEC_HS_DIGITS", "item/1/CodeTS"),
    ({"CodeTS": "0101010101"}, "DEC_HS_UNKNOWN", "item/1/CodeTS"),
    ({"FirstQty": D(0)}, "DEC_QUANTITY", "item/1/FirstQty"),
    ({"GQty": D(-10), "DeclPrice": D(-10000)}, "DEC_QUANTITY", "item/1/GQty"),
    ({"DeclTotal": D(99000)}, "DEC_TOTAL", "item/1/DeclTotal"),
    ({"FirstUnit": "007"}, "DEC_LEGAL_UNIT", "item/1/FirstUnit"),
    ({"SecondUnit": "007", "SecondQty": D(1)}, "DEC_LEGAL_UNIT", "item/1/SecondUnit"),
    ({"SecondQty": D(3)}, "DEC_SECOND_QUANTITY", "item/1/SecondQty"),
    ({"RcepOrigPlaceCode": "JPN"}, "DEC_CLAIM_UNPROVEN", "item/1/RcepOrigPlaceCode"),
    ({"DutyMode": "4"}, "DEC_DUTY_MODE", "item/1/DutyMode"),
    ({"TradeCurr": None}, "DEC_CURRENCY_MISSING", "item/1/TradeCurr"),
    ({"GName": None}, "DEC_REQUIRED_TO_DECLARE", "item/1/GName"),
]


def box(number: str, lines: str) -> dict[str, Any]:
    return {"containers": [ROWS["container"](ContainerId=number, ContainerMd="L", GoodsNo=lines)]}


def drawn(line: int = 1, quantity: str | None = None, unit: str | None = None) -> dict[str, Any]:
    row = ROWS["licence"](GoodsNo=line, LicTypeCode="7", LicenceNo="L", LicWrtofQty=quantity, LicWrtofQtyUnit=unit)
    return {"licences": [row]}


PARTS = [
    (box("CSQU3054384", "1"), "DEC_CONTAINER", "container/1/ContainerId"),
    (box("CSQU3054383", "1,2"), "DEC_CONTAINER_LINES", "container/1/GoodsNo"),
    (drawn(2, "5", "035"), "DEC_LICENCE_LINE", "licence/1/GoodsNo"),
    (drawn(1, "x", "035"), "DEC_LICENCE_QUANTITY", "licence/1/LicWrtofQty"),
    (drawn(1, "5", "kg"), "DEC_LICENCE_UNIT", "licence/1/LicWrtofQtyUnit"),
]


@pytest.mark.parametrize("fields, code, pointer", [*HEAD, *PARTS], ids=lambda one: one if isinstance(one, str) else "")
def test_one_change_breaks_one_rule(fields, code, pointer):
    found = broken(document(**fields))
    assert (code, pointer) in found
    assert {one for one, _ in found} <= {code, "DEC_NET_OVER_GROSS", "DEC_TWO_FIRMS", "DEC_NOT_REGISTERED", "DEC_CODE"}


@pytest.mark.parametrize("fields, code, pointer", LINES, ids=lambda one: one if isinstance(one, str) else "")
def test_one_change_of_a_line_breaks_one_rule(fields, code, pointer):
    found = broken(document(item(**fields)))
    assert (code, pointer) in found
    assert {one for one, _ in found} <= {code, "DEC_TOTAL", "DEC_LEGAL_UNIT"}


def test_a_declaration_has_lines():
    assert ("DEC_NO_LINES", "item") in broken(changed(document(), items=[]))


@pytest.mark.measure("M2-I-5.1")
def test_codes_that_contradict_each_other_are_refused():
    """The unified code is checked by its last character and names the firm of the customs registration beside it."""
    assert broken(document(TradeCoScc="91110105MA01ABCD5A"))[0][0] == "DEC_USCC"
    assert broken(document(TradeCode="1105981002")) == [("DEC_TWO_FIRMS", "TradeCode")]
    assert broken(document(TradeCode=TRADER)) == [], "the unified code stands in for the other"


def test_the_second_unit_asks_for_its_quantity():
    of = document(item(SecondUnit="007"))
    assert broken(of, context(of, unit2="007")) == [("DEC_SECOND_QUANTITY", "item/1/SecondQty")]
    assert broken(document(), context(unit2="007")) == [("DEC_LEGAL_UNIT", "item/1/SecondUnit")]


def test_a_licence_the_code_needs_is_missing():
    assert ("DEC_LICENCE_MISSING", "item/1/CodeTS") in broken(document(), context(letters="7"))
    named = document(documents=[ROWS["document"](DocuCode="7", CertCode="7-1")])
    assert broken(named, context(named, letters="7")) == []
    of = document(**drawn(1, "5", "035"))
    assert broken(of, context(of, letters="7")) == []


def test_what_is_banned_is_not_declared():
    assert ("DEC_BANNED", "item/1/CodeTS") in broken(document(), context(letters="9"))


def test_the_bill_of_lading_is_in_no_manifest():
    assert broken(document(), context(bill=None)) == [("DEC_BILL_NOT_IN_MANIFEST", "BillNo")]
    by_road = document(TrafMode="4")
    assert broken(by_road, context(by_road, bill=None)) == []


def test_a_bill_is_not_declared_twice():
    assert broken(document(), context(declared=5)) == [("DEC_DUPLICATE", "BillNo")]
    assert broken(document(PackNo=5), context(declared=5)) == []


def test_the_mode_fits_the_time():
    at_sea = ON_MANIFEST._replace(entry_declared=None, arrived=None)
    assert broken(document(), context(bill=at_sea)) == [("DEC_NOT_ENTERED", "BillNo")]
    advance = Asked(mode="advance", enterprise=1)
    assert broken(document(), context(bill=at_sea, asked=advance)) == []
    assert broken(document(), context(asked=advance)) == [("DEC_ADVANCE_ARRIVED", "BillNo")]
    assert broken(document(), context(asked=advance, is_amendment=True)) == []


LEAVING = {"IEFlag": "E", "FeeMark": None, "FeeRate": None, "FeeCurr": None}


def test_goods_that_leave_are_declared_at_the_site_a_day_before_they_are_loaded():
    of = document(**LEAVING)
    departs = made.moment("2026-03-17", 10)
    at_site, abroad = ON_MANIFEST._replace(departs=departs), ON_MANIFEST._replace(arrived=None, departs=departs)
    day_before = made.moment("2026-03-16", 10)
    assert broken(of, context(of, bill=at_site, at=day_before)) == []
    assert broken(of, context(of, bill=abroad, at=day_before)) == [("DEC_NOT_AT_SITE", "BillNo")]
    advance = Asked(mode="advance", enterprise=1)
    assert broken(of, context(of, bill=abroad, asked=advance, at=day_before)) == []
    late = context(of, bill=at_site, at=made.moment("2026-03-16", 11))
    assert broken(of, late) == [("DEC_LOADING_NEAR", "BillNo")]
    assert [one.level for one in judging.findings(complete(of), late)] == ["warn"]


def test_a_guarantee_is_named_where_it_settles():
    assert broken(document(), context(asked=Asked(settlement="guarantee", enterprise=1))) == [
        ("DEC_GUARANTEE_UNNAMED", "guarantee")
    ]


def test_a_book_that_has_ended():
    book = Book("T0129W000009", "active", frozenset(), "", "0129", date(2020, 1, 1), date(2026, 1, 1), {})
    of = document(TradeMode="5034", ManualNo=book.number)
    assert broken(of, context(of, books={book.number: book})) == [("DEC_BOOK_ENDED", "ManualNo")]


def test_who_declares_for_another_has_his_mandate(settings):
    ctx = context(lacking={(AGENT, TRADER)})
    assert broken(document(), ctx) == [("DEC_NO_MANDATE", "TradeCoScc")]
    assert [one.level for one in judging.findings(complete(document()), ctx)] == ["warn"]
    settings.MANDATES = "required"
    assert [one.level for one in judging.findings(complete(document()), ctx)] == ["refuse"]


def test_amounts_and_currencies_may_be_written_in_letters_or_figures():
    assert broken(document(item(TradeCurr="502", OriginCountry="116"), FeeCurr="502", TradeCountry="116")) == []


def test_every_rule_names_the_same_values_in_both_languages():
    from tongguan.declarations.actions import drafts, selecting
    from tongguan.declarations.assessing import NotAssessed
    from tongguan.declarations.rules import ASKING, CHANGING, RELEASE

    more = [drafts.UnknownManner, drafts.WrongPredecessor, selecting.UnknownDecision, NotAssessed]
    for rule in (*SUBMITTING, *ASKING, *CHANGING, *RELEASE, *more):
        named = template_fields(rule)
        assert named["zh"] == named["en"], rule.code


def test_what_keys_in_is_filled_in_and_what_was_said_stays():
    of = complete(document(AgentName="另名", CopCode=None))
    assert (of.AgentName, of.CopCode, of.InputerName, of.items[0].GNo) == ("另名", AGENT[8:17], "王某", 1)
    assert msgspec.structs.asdict(of)["DeclTrnRel"] == "0"
