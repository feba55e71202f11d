"""Declaring in two steps: the stories S1 and S2 whole, with the figures of the handbook."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import OFFICER, D, again, broker, moment, refused, trader
from tests.declarations.stepping import (
    DAY,
    TAXED,
    carrier,
    entered,
    judged,
    lifted,
    lodged,
    of_item,
    summary,
    whole,
)

from tongguan.cargo import actions as cargo
from tongguan.declarations import actions, queries
from tongguan.declarations.days import Days
from tongguan.declarations.two_steps import queries as steps
from tongguan.declarations.two_steps.elements import Answers
from tongguan.declarations.two_steps.estimating import estimated
from tongguan.formats import dec
from tongguan.kernel.rules import Refused
from tongguan.ledgers.queries import check_all
from tongguan.revenue.models import MonthBill
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments.months.actions import turn


@pytest.mark.measure("M0-12.1")
@pytest.mark.measure("M3-3.2")
@pytest.mark.measure("M0-12.3")
@pytest.mark.measure("M3-8.1")
def test_s1_two_steps_consolidated_and_picked_up_directly(at_sea, bond):
    row = lodged(number=bond.number)
    assert (row.state, row.group, row.number[:9]) == ("summary", "waiting", "020220261")
    step = steps.of(row)
    assert (step.estimate, again(bond).left) == (D("164801.12"), D("5000000") - D("164801.12"))
    assert (row.entered_on, step.due_on, row.late_fee) == (None, None, 0)

    actions.select(row.pk, "pass", by=OFFICER, at=moment("2026-03-01", 12))
    assert again(row).state == "summary", "the ship has not declared entry"
    entered(at_sea, moment("2026-03-02", 8))
    row, step = again(row), again(step)
    assert (row.state, row.group, row.lifted_at) == ("lifted", "needs_you", moment("2026-03-02", 8))
    assert (row.entered_on, step.due_on) == (date(2026, 3, 2), date(2026, 3, 16))

    number = row.number
    cargo.arrive(at_sea, moment("2026-03-02", 9), by=carrier(), at=moment("2026-03-02", 9))
    row = actions.complete(row.pk, whole(), by=broker(), at=moment("2026-03-16", 15))
    assert (row.state, row.number, row.version, row.late_fee) == ("released", number, 2, 0)
    assert (row.rate_day, row.exchange_day) == (date(2026, 3, 2), date(2026, 3, 1))
    assert (str(row.value), str(row.tax)) == ("747736.50", "164801.12")
    assert {kind: str(amount) for kind, amount in queries.sheet_of(row).totals().items() if amount} == {
        "duty": "59818.92", "vat": "104982.20",
    }  # fmt: skip
    assert steps.of(row).defaulted_on is None

    turn(date(2026, 4, 1), at=moment("2026-04-01"))
    month = MonthBill.objects.get()
    assert (month.total, month.due_on) == (D("164801.12"), date(2026, 4, 8))
    payments.pay(month.number, by=trader(), at=moment("2026-04-07"))
    assert (again(month).state, again(month).surcharge, again(bond).left) == ("paid", 0, D("5000000"))
    assert list(check_all()) == []


@pytest.mark.measure("M0-12.1")
def test_s2_four_days_late_costs_1495_and_counts(at_sea, bond):
    row = lifted(at_sea, bond)
    cargo.arrive(at_sea, moment("2026-03-02", 9), by=carrier(), at=moment("2026-03-02", 9))
    row = actions.complete(row.pk, whole(), by=broker(), at=moment("2026-03-20"))
    assert (row.state, row.late_fee) == ("due", 1495)
    with pytest.raises(Refused) as raised:
        actions.release(row.pk, by=OFFICER, at=moment("2026-03-20", 12))
    assert made.codes(raised.value) == [("DEC_NOT_PAID", "release")]
    made.pay(row, moment("2026-03-20", 13))
    assert actions.settle(row.pk, at=moment("2026-03-20", 14)).state == "released"
    assert steps.defaults([row.trader_id], date(2026, 3, 20)) == {row.trader_id: 1}
    assert steps.of(row).defaulted_on == date(2026, 3, 17)


def test_a_summary_asks_for_what_the_answers_ask_for(at_sea, bond):
    """Nine and two; two more with a licence, five with an inspection; a container number only where there are containers."""
    bare = dec.Declaration(IEFlag="I", CustomMaster="0202", Type="CL5   ", items=[dec.Item(GName="机器")])
    asked = {pointer for code, pointer in judged(bare, number=bond.number) if code == "DEC_STEP_MISSING"}
    nine = {"TradeCoScc", "TrafMode", "TrafName", "BillNo", "TradeMode", "GrossWet", "item/1/CodeTS", "item/1/GQty",
            "item/1/GUnit", "item/1/DeclTotal", "item/1/TradeCurr", "item/1/OriginCountry"}  # fmt: skip
    assert asked == nine
    both = Answers(licensed=True, inspected=True, taxed=True)
    more = {
        pointer for code, pointer in judged(summary(), answers=both, number=bond.number) if code == "DEC_STEP_MISSING"
    }
    assert more == {
        "document/1/DocuCode", "document/1/CertCode", "container/1/GoodsNo", "qualification/1/EntQualifTypeCode",
        "item/1/GoodsAttr", "item/1/Purpose",
    }  # fmt: skip
    assert ("DEC_STEP_HS", "item/1/CodeTS") in judged(summary(), answers=both, number=bond.number)


@pytest.mark.parametrize("of, answers, expected", [
    (lambda: summary(IEFlag="E"), TAXED, ("DEC_STEP_IMPORT", "IEFlag")),
    (lambda: of_item(CodeTS="8479"), TAXED, ("DEC_STEP_HS", "item/1/CodeTS")),
    (lambda: of_item(CodeTS="010101"), TAXED, ("DEC_STEP_HS_UNKNOWN", "item/1/CodeTS")),
    (summary, Answers(taxed=False), ("DEC_STEP_TAXED", "taxed")),
    (summary, Answers(stated=D(-1)), ("DEC_STEP_STATED", "stated")),
    (lambda: of_item(OriginCountry="XXX"), TAXED, ("DEC_ITEM_CODE", "item/1/OriginCountry")),
    (lambda: of_item(TradeCurr="300"), TAXED, ("DEC_STEP_NO_ESTIMATE", "item/1/TradeCurr")),
    (lambda: summary(BillNo="COSU1"), TAXED, ("DEC_BILL_NOT_IN_MANIFEST", "BillNo")),
])  # fmt: skip
def test_what_is_wrong_with_a_summary_is_told_where_it_is(at_sea, bond, of, answers, expected):
    assert expected in judged(of(), answers=answers, number=bond.number)


def test_tax_is_secured_by_a_guarantee_that_lives_and_has_enough(at_sea, bond):
    assert ("DEC_STEP_GUARANTEE", "guarantee") in judged(settlement="payment")
    assert judged(number="NONE") == [("GUARANTEE_UNKNOWN", "guarantee")]
    small = made.guarantee("100000")
    assert judged(number=small.number) == [("GUARANTEE_SHORT", "guarantee")]
    assert again(small).left == D(100000)
    row = lodged(number=bond.number, answers=Answers(stated=D(200000)))
    assert steps.of(row).estimate == 200000, "what the firm expects goes before, where it is more"
    assert again(bond).left == D("4800000.00")


def test_a_licence_cannot_be_denied(at_sea, bond, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff(letters="7"))
    whole_code = of_item(CodeTS=made.GCODE)
    assert ("DEC_STEP_LICENSED", "item/1/CodeTS") in judged(whole_code, number=bond.number)


def test_a_bill_is_declared_once_as_a_whole_or_in_packages(at_sea, bond):
    """A summary without a number of packages is for the whole bill."""
    assert lodged(number=bond.number).pieces == 10
    assert ("DEC_STEP_DUPLICATE", "BillNo") in judged(number=bond.number)


def test_what_has_no_code_that_can_be_worked_out_is_not_estimated(at_sea, bond, monkeypatch):
    """By the piece, and the summary says no pieces of the law's unit."""
    made.use_tariff(monkeypatch, made.tariff(mfn={"amount": "2.00", "per": "030"}))
    goods = summary().items * 2
    assert ("DEC_STEP_NO_ESTIMATE", "item/1/CodeTS") in judged(summary(items=goods), number=bond.number)
    found = refused(estimated, summary(items=goods), Days(DAY.date(), DAY.date()))
    assert found == [("DEC_STEP_ESTIMATE", "item/1/CodeTS")]
