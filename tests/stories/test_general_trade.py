"""Consignments of general trade from the first data to the last payment, as the handbook tells them (S1, S5)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cargo.carrying import bill, by_sea
from tests.declarations import made
from tests.declarations.conftest import _bank, port, window  # noqa: F401
from tests.declarations.made import OFFICER, SYSTEM, D, again, codes, document, item, moment, submitted, trader

from tongguan.cargo import actions as cargo
from tongguan.declarations import actions, queries
from tongguan.formats import dec
from tongguan.inspections.declarations import draw_declarations
from tongguan.inspections.draws import ensure_keys
from tongguan.journal.actions import sequence
from tongguan.kernel.rules import Refused
from tongguan.ledgers.queries import check_all
from tongguan.licences.actions import receive
from tongguan.licences.applications import Application, Issued, LineAsked
from tongguan.licences.models import Licence
from tongguan.parties.queries import find
from tongguan.revenue.models import MonthBill
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments.months.actions import turn

SOYBEANS, YELLOW, TONNE = "1201909200", "COSU61000", "070"
TONNES = ("6000", "4150", "1")
LICENCE = dec.documents.ROWS["licence"]


def carrier():
    return made.Actor("carrier", "carrier", find(made.CARRIER).pk)


@pytest.mark.measure("M0-12.3")
def test_s1_a_sea_import_under_consolidated_collection(window):  # noqa: F811
    """Manifest 27 February, declared 1 March in advance, ship 2 March 08:00, released, month due 8 April, paid the 7th."""
    of = made.guarantee("5000000")
    at_sea = made.ship(entry=None, arrived=None, expected_at=moment("2026-03-02", 8))
    row = submitted(
        document(Type="CL0   "), at=moment("2026-03-01"), mode="advance", settlement="guarantee", guarantee=of.number
    )
    assert (row.state, again(of).left) == ("accepted", D("5000000") - D("164801.12"))

    day = date(2026, 3, 1)
    ensure_keys(day, by=SYSTEM, at=moment("2026-03-01"))
    draw_declarations(at=moment("2026-03-01", 11))
    if again(row).state == "accepted" and queries.holds_on(row):  # chance has drawn it
        actions.select(row.pk, "clear", by=OFFICER, at=moment("2026-03-01", 12))
    assert again(row).state == "accepted", "the goods have not come"

    entered = moment("2026-03-02", 8)
    cargo.declare_entry(at_sea, entered, by=carrier(), at=entered)
    cargo.arrive(at_sea, moment("2026-03-02", 9), by=carrier(), at=moment("2026-03-02", 9))
    sequence()
    actions.hear(at=moment("2026-03-02", 10))
    row = again(row)
    assert (row.state, row.rate_day, row.exchange_day) == ("released", date(2026, 3, 2), day)
    assert {kind: str(amount) for kind, amount in queries.sheet_of(row).totals().items() if amount} == {
        "duty": "59818.92", "vat": "104982.20",
    }  # fmt: skip
    assert str(row.value) == "747736.50"

    turn(date(2026, 4, 1), at=moment("2026-04-01"))
    month = MonthBill.objects.get()
    assert (month.total, month.due_on) == (D("164801.12"), date(2026, 4, 8))
    payments.pay(month.number, by=trader(), at=moment("2026-04-07"))
    assert (again(month).state, again(month).surcharge, again(of).left) == ("paid", 0, D("5000000"))
    assert list(check_all()) == []


def test_s5_a_licence_of_soybeans_is_written_off_batch_by_batch(window, monkeypatch):  # noqa: F811
    """10,000 t in several batches: 6,000 and 4,150 pass, within the tolerance of the last batch; one tonne more does not."""
    made.use_tariff(monkeypatch, made.tariff(SOYBEANS, letters="7"))
    at_sea = cargo.receive(
        by_sea(
            *(bill(f"{YELLOW}{n}", gross=D(tonnes) * 1000, consignee_code=made.TRADER) for n, tonnes in enumerate(TONNES, 1)),
            departs_at=moment("2026-02-20"), expected_at=moment("2026-03-02", 14),
        ),
        by=carrier(), at=moment("2026-02-01"),
    )  # fmt: skip
    made.enter(at_sea.pk, "2026-03-02", "2026-03-02")
    day = moment("2026-02-05")
    line = LineAsked(SOYBEANS, "黄大豆", D(10000), TONNE, "JPN", bulk=True)
    applied = Application("7", [line], mode="MULTI", holder=made.TRADER)
    receive(applied, Issued("7-26-1", day.date(), day.date(), None), by=made.OPERATOR, at=day)

    def declared(n: int, tonnes: str):
        goods = item(
            CodeTS=SOYBEANS, GName="黄大豆", GQty=D(tonnes), GUnit=TONNE, FirstQty=D(tonnes) * 1000, DeclPrice=D(3000),
            DeclTotal=D(3000) * D(tonnes), TradeCurr="CNY",
        )  # fmt: skip
        weight = D(tonnes) * 1000
        drawn = LICENCE(GoodsNo=1, LicTypeCode="7", LicenceNo="7-26-1", LicWrtofQty=tonnes, LicWrtofQtyUnit=TONNE)
        terms = {
            "TransMode": "1",
            "FeeMark": None,
            "FeeRate": None,
            "FeeCurr": None,
            "GrossWet": weight,
            "NetWt": weight,
        }
        return document(goods, BillNo=f"{YELLOW}{n}", licences=[drawn], **terms)

    for n, tonnes in enumerate(TONNES[:2], 1):
        row = submitted(declared(n, tonnes))
        made.pay(row)
        actions.select(row.pk, "pass", by=OFFICER, at=made.AT)
        assert again(row).state == "released"
    assert Licence.objects.get().state == "used_up"
    with pytest.raises(Refused) as refused:
        submitted(declared(3, TONNES[2]))
    assert [code for code, _ in codes(refused.value)] == ["LICENCE_NOT_IN_FORCE", "LICENCE_QUANTITY_SHORT"]
    assert list(check_all()) == []
