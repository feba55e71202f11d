"""What the demo shows here: an error under review, disclosures of every fate, of the firms that declare in the demo.

Nothing here is real; it is done by the same actions as everybody's.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tongguan.declarations.models import Declaration
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find

from . import actions, regimes
from .actions import save
from .models import Disclosure
from .statements import Statement
from .times import day_of

OFFICER = Actor("officer", "officer")


def show_compliance(trader: str, agent: str, at: datetime) -> None:
    """Make errors and disclosures of a firm and its broker, as they stand at a moment; twice changes nothing.

    Nothing is disclosed on a day for which no announcement is known.
    """
    importer, broker = find(trader), find(agent)
    if importer is None or broker is None or Disclosure.objects.exists():
        return
    firm, declarant = Actor("warehouse", "trader", importer.pk, "孙伟"), Actor("broker", "broker", broker.pk, "李建国")
    _errors(declarant, at)
    if not regimes.has_version(day_of(at) - timedelta(days=30)) or not regimes.has_version(day_of(at)):
        return
    accepted = _filed(_told(at, 300, "price", Decimal(80000), Decimal(200000)), firm, at - timedelta(days=30))
    actions.accept(accepted.pk, words="符合主动披露条件。", by=OFFICER, at=at - timedelta(days=28))
    refused = _filed(_told(at, 250, "classification", Decimal(5000), Decimal(12000)), firm, at - timedelta(days=20))
    actions.refuse(refused.pk, "披露前已送达稽查通知书。", against=["notice"], by=OFFICER, at=at - timedelta(days=18))
    _filed(_told(at, 500, "origin", Decimal(30000), Decimal(60000)), firm, at - timedelta(days=2))
    save(_told(at, 40, "transport_cost", Decimal(1200), Decimal(3100)), by=firm, at=at - timedelta(hours=5))


def _errors(declarant: Actor, at: datetime) -> None:
    """An error that customs found in what was declared, whose review is asked for."""
    rows = Declaration.objects.filter(agent=declarant.enterprise, accepted_at__isnull=False).exclude(state="withdrawn")
    for row in rows.order_by("pk")[:2]:
        try:
            made = actions.found(
                row.pk, "查验发现毛重与舱单不符。", ["GrossWet"], by=OFFICER, at=at - timedelta(days=1)
            )
        except Refused:
            return
    if rows.exists():
        actions.ask_review(made.pk, "舱单更正后与申报一致，附更正凭证。", by=declarant, at=at - timedelta(hours=8))


def _told(at: datetime, days: int, nature: str, duty: Decimal, vat: Decimal) -> Statement:
    breach: date = day_of(at) - timedelta(days=days)
    return Statement(
        "tax", breach, words="自查发现申报要素有误，少缴税款。", nature=nature, kinds={"duty": duty, "vat": vat},
        due=(duty + vat) * 4, paid_on=breach + timedelta(days=10), asks_waiver=nature == "origin",
    )  # fmt: skip


def _filed(told: Statement, by: Actor, at: datetime) -> Disclosure:
    return actions.file(save(told, by=by, at=at).pk, by=by, at=at)
