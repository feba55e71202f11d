"""What tests of declarations in two steps are made of: a summary of example A, lodged, and its goods lifted off."""

from __future__ import annotations

from tests.declarations import made
from tests.declarations.made import OFFICER, D, again, broker, document, moment, refused

from tongguan.cargo import actions as cargo
from tongguan.declarations import actions
from tongguan.declarations.two_steps.elements import Answers
from tongguan.formats import dec
from tongguan.journal.actions import sequence
from tongguan.parties.queries import find

DAY = moment("2026-03-01")
TAXED = Answers(taxed=True)


def summary(**changed):
    """Nine fields and two, on the terms of example A."""
    goods = dec.Item(
        CodeTS=made.GCODE[:6], GName="机器", GQty=D(10), GUnit="007", DeclTotal=D(100000), TradeCurr=made.USD,
        OriginCountry=made.JAPAN,
    )  # fmt: skip
    told = {
        "IEFlag": "I", "CustomMaster": "0202", "IEPort": "0202", "TradeCoScc": made.TRADER, "TradeName": "某进出口有限公司",
        "TrafMode": "2", "TrafName": "TONG GUAN 1", "BillNo": made.BILL, "TradeMode": "0110", "GrossWet": D(1000),
        "TransMode": "3", "FeeMark": "3", "FeeRate": D(5000), "FeeCurr": made.USD, "Type": "CL    ",
        "containers": [dec.documents.ROWS["container"](ContainerId="CSQU3054383")], "items": [goods],
    }  # fmt: skip
    return dec.Declaration(**told | changed)


def lodged(of=None, *, at=DAY, answers=TAXED, number=None, **how):
    how = {"settlement": "guarantee", "guarantee": number or ""} | how
    row = actions.save(of or summary(), mode="two_step", answers=answers, by=broker(), at=at, **how)
    return actions.submit(row.pk, by=broker(), at=at)


def whole(**changed):
    return document(Type="CL0   ", **changed)


def carrier():
    return made.Actor("carrier", "carrier", find(made.CARRIER).pk)


def entered(ship, at):
    cargo.declare_entry(ship, at, by=carrier(), at=at)
    sequence()
    actions.hear(at=at)


def lifted(at_sea, bond, **how):
    """Return a summary of 1 March whose goods may leave since 2 March."""
    row = lodged(number=bond.number, **how)
    actions.select(row.pk, "pass", by=OFFICER, at=moment("2026-03-01", 12))
    entered(at_sea, moment("2026-03-02", 8))
    return again(row)


def judged(of=None, *, answers=TAXED, at=DAY, **how):
    return refused(lodged, of or summary(), at=at, answers=answers, **how)


def of_item(**changed):
    return summary(items=[made.changed(summary().items[0], **changed)])
