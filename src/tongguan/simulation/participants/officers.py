"""The officers of a simulated day: twice an hour they go through the parcels that were drawn, and decide those due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tongguan.ecommerce import actions

from .. import queries
from ..day import Day, Step

_ROUNDS = 48
_SECONDS = 1800
REASON = "模拟：货物与申报不符"


class Officers:
    """Decide checks; whether a parcel passes follows from its number, whoever is drawn."""

    name = "officers"

    def steps(self, day: Day) -> Iterator[Step]:
        """Yield a round every half hour, and one at the end of the day."""
        seen: dict[str, datetime] = {}
        for turn in range(1, _ROUNDS + 1):
            at = day.moment(turn * _SECONDS)
            yield Step(at, self.name, lambda at=at: self._round(day, at, seen))

    def _round(self, day: Day, at: datetime, seen: dict[str, datetime]) -> None:
        checks = day.scenario.checks
        for order_no, invt_no in queries.under_check(day.prefix):
            chance = day.chance("check", order_no)
            first = seen.setdefault(order_no, at)
            if (at - first).total_seconds() < chance.randint(*checks.minutes) * 60:
                continue
            if chance.random() < checks.passed:
                actions.pass_check(invt_no, by=day.officer, at=at)
                day.tally.acts["passed"] += 1
            else:
                actions.refuse(invt_no, by=day.officer, at=at, reason=REASON)
                day.tally.acts["failed"] += 1
