"""The couriers of a simulated day: carriers report what landed and what was handed over (运单状态, 513)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tongguan.formats import ceb

from .. import queries
from ..day import Day, Step
from ..documents import guid
from ..firms import Firm

LANDED, DELIVERED = "R", "S"
_ROUNDS = 24
_SECONDS = 3600
_MOST = 100  # nodes of a message
_MINUTE = timedelta(minutes=1)

Parcel = tuple[str, str, Firm]
"""A parcel as its courier knows it: the numbers of the order and of the waybill, and the carrier."""


class Couriers:
    """Once an hour: report as landed what was flown in, and as delivered what was released so many minutes ago."""

    name = "couriers"

    def steps(self, day: Day) -> Iterator[Step]:
        """Yield a round every hour."""
        self._carried: list[Parcel] = []
        self._due: list[tuple[datetime, Parcel]] = []
        for hour in range(1, _ROUNDS + 1):
            at = day.moment(hour * _SECONDS)
            yield Step(at, self.name, lambda at=at: self._round(day, at))

    def _round(self, day: Day, at: datetime) -> None:
        shares, landed = day.scenario.statuses, []
        for trade in day.carried:
            parcel = (trade.number, trade.waybill_no, trade.lane.carrier)
            chance = day.chance("courier", trade.number)
            if chance.random() < shares.landed and trade.bill_no:
                landed.append(parcel)
            if chance.random() < shares.delivered:
                self._carried.append(parcel)
        day.carried.clear()
        self._report(day, landed, LANDED, at)
        self._deliver(day, at)

    def _deliver(self, day: Day, at: datetime) -> None:
        """Note when what is on its way may be handed over, and report what was. Who was released is the window's own."""
        released = queries.numbers([number for number, _, _ in self._carried], "released")
        for parcel in self._carried:
            if parcel[0] in released:
                minutes = day.chance("handed over", parcel[0]).randint(*day.scenario.statuses.minutes)
                self._due.append((at + minutes * _MINUTE, parcel))
        self._carried = [parcel for parcel in self._carried if parcel[0] not in released]
        handed = [parcel for then, parcel in self._due if then <= at]
        self._due = [(then, parcel) for then, parcel in self._due if then > at]
        self._report(day, handed, DELIVERED, at)

    def _report(self, day: Day, parcels: list[Parcel], status: str, at: datetime) -> None:
        by_firm: dict[Firm, list[Parcel]] = {}
        for parcel in parcels:
            by_firm.setdefault(parcel[2], []).append(parcel)
        for firm, its in by_firm.items():
            for first in range(0, len(its), _MOST):
                part = [_status(parcel, status, at) for parcel in its[first : first + _MOST]]
                day.send("CEB513Message", part, firm, at=at, quotes=status == DELIVERED)
                day.tally.acts["landed" if status == LANDED else "delivered"] += len(part)


def _status(parcel: Parcel, status: str, at: datetime) -> ceb.WaybillStatus:
    number, waybill_no, carrier = parcel
    return ceb.WaybillStatus(
        guid=guid(number, "status", status), appType="1", appTime=f"{at:%Y%m%d%H%M%S}", appStatus="2",
        logisticsCode=carrier.code, logisticsName=carrier.name, logisticsNo=waybill_no, logisticsStatus=status,
        logisticsTime=f"{at:%Y%m%d%H%M%S}",
    )  # fmt: skip
