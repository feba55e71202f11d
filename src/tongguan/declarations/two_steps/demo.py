"""What the demo shows of two steps: a summary that waits, one whose goods may leave, and one that is complete.

Nothing here is real. The last bill of the ship is declared by nobody: whoever tries the pages takes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tongguan.formats import dec
from tongguan.parties.queries import find
from tongguan.revenue.models import Guarantee

from .. import actions
from ..actions import save
from ..demo import OFFICER, PORT, SEA, Demo
from ..models import Declaration
from .elements import Answers
from .models import TwoStep

CALL = "9321483"
DESTINATION = "0101"  # the goods go on to Beijing: two districts share the order
BILLS = ("TGLU26200001", "TGLU26200002", "TGLU26200003", "TGLU26200004")
"""Those of the summaries in their order, and one for whoever tries the pages."""


def show_two_steps(trader: str, agent: str, carrier: str, at: datetime) -> Declaration | None:
    """Lodge three summaries of a firm by its broker; twice changes nothing. Returns the one that waits for its selection.

    Nothing is shown where the firm has no guarantee that collects by the month.
    """
    importer, broker, line = (find(code) for code in (trader, agent, carrier))
    if TwoStep.objects.exists() or importer is None or broker is None or line is None:
        return None
    letter = Guarantee.objects.filter(holder=importer, state="active", scopes__contains=["consolidated"]).first()
    return StepsDemo(importer, broker, line, letter.number, at).steps() if letter is not None else None


class StepsDemo(Demo):
    """The ship of the demo's two-step declarations, and what became of each bill."""

    def steps(self) -> Declaration:
        """File the manifest, and lodge the summaries."""
        entered = self.at - timedelta(days=2)
        ship = self._manifest(
            SEA, CALL, f"{entered:%m%d}W", PORT, list(BILLS), self.at - timedelta(days=9), entered, "BOHAI DEMO"
        )
        self._came(ship, entered)
        waits, leaves, whole = (self._lodged(number, hours) for number, hours in zip(BILLS, (1, 30, 40), strict=False))
        actions.select(leaves.pk, "pass", by=OFFICER, at=self.at - timedelta(hours=29))
        actions.select(whole.pk, "pass", by=OFFICER, at=self.at - timedelta(hours=39))
        of = self._document(1, BillNo=BILLS[2], TrafName="BOHAI DEMO", Type="  0   ")
        actions.complete(whole.pk, of, by=self.declarant, at=self.at - timedelta(hours=20))
        return waits

    def _lodged(self, number: str, hours: int) -> Declaration:
        at = self.at - timedelta(hours=hours)
        row = save(
            self._summary(number), mode="two_step", settlement="guarantee", guarantee=self.guarantee, answers=Answers(),
            by=self.declarant, at=at,
        )  # fmt: skip
        return actions.submit(row.pk, by=self.declarant, at=at)

    def _summary(self, number: str) -> Any:
        goods = dec.Item(
            CodeTS="841410", GName="真空泵", GQty=Decimal(10), GUnit="001", DeclTotal=Decimal(52000), TradeCurr="USD",
            OriginCountry="DEU",
        )  # fmt: skip
        return dec.Declaration(
            IEFlag="I", CustomMaster=PORT, IEPort=PORT, BillNo=number, TrafMode=SEA, TrafName="BOHAI DEMO", TradeMode="0110",
            TradeCoScc=self.importer.uscc, TradeName=self.importer.name_zh, GrossWet=Decimal(1200), Type="  5   ",
            containers=[dec.documents.ROWS["container"](ContainerId="CSQU3054383")], items=[goods], PurpOrgCode=DESTINATION,
        )  # fmt: skip
