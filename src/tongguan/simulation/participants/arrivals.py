"""The supervised site of a simulated day: it lists what arrived under each master bill (711), with a little over and short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tongguan.formats import ceb

from ..day import Day, Step
from ..documents import OFFICE, Trade, guid
from ..firms import SITE

_ROUNDS = 24
_SECONDS = 3600


class Site:
    """Once an hour: list the bills whose parcels are all declared for a while."""

    name = "site"

    def steps(self, day: Day) -> Iterator[Step]:
        """Yield a round every hour; at the end of the day every bill is listed."""
        self._grown: dict[str, tuple[int, datetime]] = {}
        for hour in range(1, _ROUNDS + 1):
            at = day.moment(hour * _SECONDS)
            yield Step(at, self.name, lambda at=at, last=hour == _ROUNDS: self._round(day, at, last))

    def _round(self, day: Day, at: datetime, last: bool) -> None:
        quiet = timedelta(minutes=day.scenario.arrivals.after)
        for bill in sorted(day.bills):
            count, since = self._grown.get(bill, (0, at))
            if len(day.bills[bill]) != count:
                count, since = len(day.bills[bill]), at
                self._grown[bill] = count, since
            if last or at - since >= quiet:
                self._list(day, bill, day.bills.pop(bill), at)

    def _list(self, day: Day, bill: str, trades: list[Trade], at: datetime) -> None:
        chance, shares = day.chance("bill", bill, at), day.scenario.arrivals
        numbers = [trade.waybill_no for trade in trades if chance.random() >= shares.short]
        over = sum(chance.random() < shares.surplus for _ in trades)
        numbers += [f"W{day.prefix}over{bill[-4:]}{at:%H}{place}" for place in range(over)]
        if not numbers:
            return
        first = trades[0]
        day.send("CEB711Message", [_delivery(first, bill, numbers, at)], SITE, at=at)
        day.tally.acts["arrived"] += len(numbers) - over


def _delivery(trade: Trade, bill: str, numbers: list[str], at: datetime) -> ceb.Delivery:
    carrier = trade.lane.carrier
    return ceb.Delivery(
        guid=guid(bill, at), appType="1", appTime=f"{at:%Y%m%d%H%M%S}", appStatus="2", customsCode=OFFICE,
        copNo=f"{bill[3:]}{at:%H%M}", operatorCode=SITE.code, operatorName=SITE.name, ieFlag="I", trafMode="5",
        trafNo=trade.voyage, voyageNo=trade.voyage, billNo=bill, logisticsCode=carrier.code,
        logisticsName=carrier.name,
        items=[ceb.DeliveryItem(gnum=place, logisticsNo=number) for place, number in enumerate(numbers, 1)],
    )  # fmt: skip
