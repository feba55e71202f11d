"""What the demo shows of reliefs: letters that wait, are confirmed and are drawn on, and what the law itself relieves of.

Nothing here is real: the list of entities is the demo's own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.revenue.models import DutyBill, ReliefLetter
from tongguan.revenue.refunds import actions as refunds
from tongguan.revenue.reliefs import actions as reliefs
from tongguan.revenue.reliefs.applications import Application, GoodsAsked
from tongguan.revenue.reliefs.terms import schemes
from tongguan.revenue.valuation import YUAN

from . import actions
from .days import day_of
from .models import Declaration

OFFICER = Actor("officer", "officer")
SCHEME, PUMP, PIECE = "science", "8414100090", "001"


def show_letters(holder: str, by: Actor, at: datetime) -> ReliefLetter | None:
    """Let a firm have an application that waits, and a letter that is confirmed; None where the day has no such scheme."""
    day = day_of(at)
    if SCHEME not in schemes(day) or ReliefLetter.objects.filter(holder=holder).exists():
        return None
    before = at - timedelta(days=20)
    reliefs.enter(
        SCHEME, holder, batch="DEMO-1", name="演示单位", since=day.replace(month=1, day=1), source="演示用自拟名单，并非公布的名单",
        by=OFFICER, at=before,
    )  # fmt: skip
    reliefs.apply(_application("真空镀膜实验平台", "6"), by=by, at=at - timedelta(days=3))
    row = reliefs.apply(_application("低温物理实验室", "10"), by=by, at=before)
    return reliefs.confirm_letter(row.pk, by=OFFICER, at=before + timedelta(days=2))


def _application(project: str, quantity: str) -> Application:
    pumps = GoodsAsked(PUMP, "真空泵", Decimal(quantity), PIECE, value=Decimal(240000), currency=YUAN)
    return Application(SCHEME, project, "0202", [pumps])


def show_claims(rows: list[Declaration], declarant: Actor, payer: Actor, at: datetime) -> None:
    """Claim reliefs by law for declarations: one waits, one was granted, and what it left paid too much is claimed back."""
    told = {"lines": [1], "evidence": ["survey: DEMO-JY-01"], "words": "到港时部分货物水湿"}
    for row, share in zip(rows, (None, "0.9"), strict=False):
        try:
            made = actions.claim_relief(row.pk, "damaged", **told, by=declarant, at=at - timedelta(hours=3))
            if share is not None:
                actions.grant_relief(made.number, share=Decimal(share), by=OFFICER, at=at - timedelta(hours=2))
        except Refused:
            continue  # the goods are released
        bill = DutyBill.objects.filter(reference=str(row), refundable__gt=0).first()
        if bill is not None:
            refunds.claim(bill.number, "货物损坏，海关准予减税", by=payer, at=at - timedelta(hours=1))
