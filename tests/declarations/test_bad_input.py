"""Every bad input that the handbook names for declarations (00 §6, 01 §2, 02 §3, 03 §2 and §6, 06 §1 to §3) is refused.

Each has a code and an address of its own, and a text in both languages that says what is wrong. A declaration is filed as
a broker files it; where it is settled by a bill, the bill is paid as its payer pays it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.declarations import made
from tests.declarations.made import (
    AGENT,
    GCODE,
    LICENCE,
    TRADER,
    D,
    document,
    item,
    moment,
    submitted,
    trader,
)
from tests.declarations.test_licence_examples import exported, issued
from tests.seconded import by_two

from tongguan.declarations import actions
from tongguan.kernel.rules import Refused
from tongguan.licences.actions import apply, watch
from tongguan.licences.applications import Application, LineAsked
from tongguan.revenue.models import DutyBill
from tongguan.revenue.payments import actions as payments

TODAY = moment("2026-03-16")
EXPORT = {"IEFlag": "E", "TrafMode": "4", "TransMode": "1"}
Change = Callable[[Any], Any]


def of(**fields: Any) -> Change:
    return lambda _: submitted(document(**fields))


def line(**fields: Any) -> Change:
    return lambda _: submitted(document(item(**fields)))


def drawn(number: str = "7-1", quantity: str = "900", unit: str = "035", detail: str = "", type: str = "7") -> Any:
    return LICENCE(
        GoodsNo=1, LicTypeCode=type, LicenceNo=number, LicWrtofQty=quantity, LicWrtofQtyUnit=unit, LicWrtofDetailNo=detail
    )  # fmt: skip


def licensed(*, goods: dict[str, Any] | None = None, held: dict[str, Any] | None = None, **row: Any) -> Change:
    """File with a licence of 5,000 kg of the goods, which is as ``held`` says, and drawn on as ``row`` says."""

    def file(_: Any) -> Any:
        told = {"first": "2026-01-05", "gcode": GCODE, "bulk": False, "unit": "035", "last": "2026-06-30"} | (
            held or {}
        )
        issued(told.pop("type", "7"), "7-1", told.pop("quantity", "5000"), **told)
        return submitted(document(item(**goods or {}), licences=[drawn(**row)]))

    return file


def spent(_: Any) -> Any:
    made.enter(
        made.ship("COSU600201", "COSU600202", entry=None, arrived=None, voyage="013E"), "2026-03-02", "2026-03-02"
    )
    issued(
        "7", "7-1", "5000", first="2026-01-05", gcode=GCODE, bulk=False, unit="035", mode="ONE_BATCH", last="2026-06-30"
    )
    submitted(document(BillNo="COSU600201", licences=[drawn()]))
    return submitted(document(BillNo="COSU600202", licences=[drawn()]))


def revoked(_: Any) -> Any:
    from tongguan.licences.actions import revoke

    row = issued("7", "7-1", "5000", first="2026-01-05", gcode=GCODE, bulk=False, unit="035", last="2026-06-30")
    by_two(partial(revoke, row.pk, "合同取消", at=TODAY), TODAY)
    return submitted(document(licences=[drawn()]))


def dual_use(*, watched: bool) -> Change:
    def file(tariff: Any) -> Any:
        tariff(letters="3")
        issued(
            "3", "3-1", "100", first="2026-02-01", gcode=GCODE, bulk=False, form="pilot", control="2B350",
            end_users=["Acme GmbH"], end_use="水泥",
        )  # fmt: skip
        if watched:
            watch("end_user", "Acme GmbH", "测试", since=date(2026, 3, 1), by=made.OFFICER, at=TODAY)
        return exported(
            "3-1", "2026-03-16", gcode=GCODE, OverseasConsigneeEname="Acme GmbH" if watched else "Other Ltd"
        )

    return file


def with_letters(letters: str) -> Change:
    def file(tariff: Any) -> Any:
        tariff(letters=letters)
        return submitted(document())

    return file


def without_rate(tariff: Any) -> Any:
    tariff(mfn=[(date(2026, 4, 1), made.share("8"))])
    return submitted(document())


def waste(_: Any) -> Any:
    asked = Application("P", [LineAsked("7404000090", "铜废碎料", D(1), "070")], mode="ONE_BATCH")
    return apply(asked, by=trader(), at=moment("2021-01-01"))


def secured(total: str = "5000000", **terms: Any) -> Change:
    def file(_: Any) -> Any:
        row = made.guarantee(total, **terms)
        return submitted(document(), settlement="guarantee", guarantee=row.number)

    return file


def others(_: Any) -> Any:
    row = made.guarantee("5000000")
    of = document(TradeCoScc=AGENT, TradeCode="1105981002", TradeName="某报关有限公司")
    return submitted(of, settlement="guarantee", guarantee=row.number)


def paid(**told: Any) -> Change:
    def pay(_: Any) -> Any:
        submitted()
        number = DutyBill.objects.get().number
        if "believed" not in told:
            payments.pay(number, by=trader(), at=TODAY)
        return payments.pay(number, by=trader(), at=TODAY, **told)

    return pay


def voided(_: Any) -> Any:
    row = submitted()
    number = DutyBill.objects.get().number
    asked = made.ask(row, "withdraw")
    actions.grant(asked.pk, by=made.OFFICER, at=TODAY)
    return payments.pay(number, by=trader(), at=TODAY)


def declared_twice(_: Any) -> Any:
    submitted()
    return submitted()


def of_another(_: Any) -> Any:
    return submitted(document(AgentCodeScc=TRADER, AgentCode="1105961001"))


ROWS: dict[str, tuple[Change, str, str]] = {
    # 00 §6, common to all
    "00 unknown code-list value": (of(TransMode="9"), "DEC_CODE", "TransMode"),
    "00 quantity of zero": (line(FirstQty=D(0)), "DEC_QUANTITY", "item/1/FirstQty"),
    "00 net over gross": (of(NetWt=D(1000), GrossWet=D(900)), "DEC_NET_OVER_GROSS", "NetWt"),
    "00 currency missing": (line(TradeCurr=None), "DEC_CURRENCY_MISSING", "item/1/TradeCurr"),
    "00 days in the wrong order": (of(DespDate="20260305", IEDate="20260302"), "DEC_DAYS_ORDER", "IEDate"),
    "00 check character of the USCC": (of(TradeCoScc="91110105MA01ABCD5G"), "DEC_USCC", "TradeCoScc"),
    "00 actor not entitled": (of_another, "DEC_NOT_ENTITLED", "AgentCodeScc"),
    "00 duplicate business number": (declared_twice, "DEC_DUPLICATE", "BillNo"),
    "00 document older than its validity": (
        licensed(held={"last": "2026-03-15"}), "LICENCE_NOT_VALID", "licence/1/LicenceNo",
    ),
    # 01 §2
    "01 bill absent from the manifest": (of(BillNo="COSU999999"), "DEC_BILL_NOT_IN_MANIFEST", "BillNo"),
    "01 quantity by price is not the total": (line(DeclTotal=D(99000)), "DEC_TOTAL", "item/1/DeclTotal"),
    "01 USCC not registered": (
        of(TradeCoScc="91350000158142711F", TradeCode="1105970009"), "DEC_NOT_REGISTERED", "TradeCoScc",
    ),
    "01 licence required and missing": (with_letters("7"), "DEC_LICENCE_MISSING", "item/1/CodeTS"),
    "01 mode does not go with the book": (of(ManualNo="C02021234567"), "DEC_BOOK_NOT_FOR_MODE", "TradeMode"),
    # 02 §3
    "02 no rate on the day": (without_rate, "DEC_NO_RATE", "item/1/CodeTS"),
    "02 no exchange rate": (line(TradeCurr="EUR"), "DEC_NO_EXCHANGE_RATE", "item/1/TradeCurr"),
    "02 preference without proof": (
        line(RcepOrigPlaceCode="JPN"), "DEC_CLAIM_UNPROVEN", "item/1/RcepOrigPlaceCode",
    ),
    "02 negative result": (
        of(**EXPORT, FeeMark="3", FeeRate=D(200000), FeeCurr="USD", InsurMark="3", InsurRate=D(1), InsurCurr="USD"),
        "DEC_VALUE_NEGATIVE", "item/1/DeclTotal",
    ),
    # 03 §2 and §6
    "03 guarantee expired": (secured(valid_to=date(2026, 3, 15)), "GUARANTEE_EXPIRED", "guarantee"),
    "03 guarantee short": (secured("1000"), "GUARANTEE_SHORT", "guarantee"),
    "03 guarantee of another": (others, "GUARANTEE_NOT_HOLDERS", "guarantee"),
    "03 paid twice": (paid(), "BILL_PAID", "number"),
    "03 wrong amount": (paid(believed=D("1.00")), "BILL_DIFFERS", "amount"),
    "03 bill that holds no more": (voided, "BILL_VOID", "number"),
    # 06 §1 to §3
    "06 no such licence": (licensed(number="7-9"), "LICENCE_UNKNOWN", "licence/1/LicenceNo"),
    "06 holder is not the consignee": (licensed(held={"holder": AGENT}), "LICENCE_HOLDER", "licence/1/LicenceNo"),
    "06 no such line of goods": (
        of(licences=[drawn(), made.changed(drawn(), GoodsNo=5)]), "DEC_LICENCE_LINE", "licence/2/GoodsNo",
    ),
    "06 quantity that is no number": (licensed(quantity="ten"), "DEC_LICENCE_QUANTITY", "licence/1/LicWrtofQty"),
    "06 unit of no list": (licensed(unit="ton"), "DEC_LICENCE_UNIT", "licence/1/LicWrtofQtyUnit"),
    "06 other goods": (licensed(held={"gcode": "8479899910"}), "LICENCE_GOODS", "licence/1/LicenceNo"),
    "06 other country": (licensed(goods={"OriginCountry": "USA"}), "LICENCE_COUNTRY", "licence/1/LicenceNo"),
    "06 port not allowed": (licensed(held={"ports": ["0100"]}), "LICENCE_PORT", "licence/1/LicenceNo"),
    "06 no such line": (licensed(detail="9"), "LICENCE_LINE_UNKNOWN", "licence/1/LicWrtofDetailNo"),
    "06 uses spent": (spent, "LICENCE_USES_SPENT", "licence/1/LicenceNo"),
    "06 quantity short": (licensed(quantity="5001"), "LICENCE_QUANTITY_SHORT", "licence/1/LicWrtofQty"),
    "06 unit without conversion": (licensed(unit="007"), "LICENCE_UNIT", "licence/1/LicWrtofQtyUnit"),
    "06 revoked": (revoked, "LICENCE_NOT_IN_FORCE", "licence/1/LicenceNo"),
    "06 solid waste applied for": (waste, "LICENCE_TYPE_ABOLISHED", "type"),
    "06 solid waste declared": (with_letters("9"), "DEC_BANNED", "item/1/CodeTS"),
    "06 end user not on the licence": (dual_use(watched=False), "LICENCE_END_USER", "OverseasConsigneeEname"),
    "06 screening failed": (dual_use(watched=True), "LICENCE_HELD", "licence/1/LicenceNo"),
}  # fmt: skip


@pytest.fixture
def tariff(port, monkeypatch) -> Change:
    """Return what puts another tariff in the place of the usual one."""
    return lambda **told: made.use_tariff(monkeypatch, made.tariff(**told))


def found(change: Change, tariff: Any) -> list[Any]:
    with pytest.raises(Refused) as refused:
        change(tariff)
    return refused.value.findings


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_input_has_its_code_its_pointer_and_two_texts(tariff, name):
    change, code, pointer = ROWS[name]
    refusals = [one for one in found(change, tariff) if one.level == "refuse"]
    assert [(one.code, one.pointer) for one in refusals] == [(code, pointer)]
    zh, en = refusals[0].text("zh"), refusals[0].text("en")
    assert zh and en and zh != en and "{" not in zh + en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh), "said in Chinese"
    assert " " in en.strip(), "said in a sentence"


def test_no_two_bad_inputs_share_a_code():
    codes = [code for _, code, _ in ROWS.values()]
    assert len(codes) == len(set(codes))
