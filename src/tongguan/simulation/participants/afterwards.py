"""Buyers who change their minds: inventories are withdrawn (623), goods are sent back (625), counted in and accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from tongguan.ecommerce.returns import actions, drafts

from .. import queries
from ..day import Day, Step
from ..documents import Trade, guid, inventory
from ..firms import Firm

_HOURS = 24
_SECONDS = 3600
_MOST = 100  # nodes of a message
_WAIT = timedelta(hours=2)
CANCELLED, RETURNED = "买家取消订单", "七天无理由退货"


class Afterwards:
    """Once an hour: withdraw what nobody paid for, return what nobody wants, and move the returns of before on."""

    name = "afterwards"

    def steps(self, day: Day) -> Iterator[Step]:
        """Yield a round every hour."""
        for hour in range(1, _HOURS + 1):
            at = day.moment(hour * _SECONDS)
            yield Step(at, self.name, lambda at=at: self._round(day, at))

    def _round(self, day: Day, at: datetime) -> None:
        self._move_on(day, at)
        self._ask(day, at, "withdrawn", "CEB623Message", self._withdrawal)
        self._ask(day, at, "returned", "CEB625Message", self._refund)

    def _move_on(self, day: Day, at: datetime) -> None:
        """Accept what was counted in before, then count in what was asked for before."""
        for pre_no in queries.returns(day.prefix, "arrived"):
            actions.accept_return(pre_no, by=day.officer, at=at)
            day.tally.acts["returned"] += 1
        for pre_no in queries.returns(day.prefix, "asked"):
            actions.confirm_arrival(pre_no, by=day.operator, at=at)

    def _ask(self, day: Day, at: datetime, fate: str, kind: str, write: Callable[..., Any]) -> None:
        """Ask for what is due and possible; what is under check, or came to nothing, is left."""
        waiting = day.wanted.get(fate, [])
        due = [trade for filed, trade in waiting if filed + _WAIT <= at or at == day.moment(_HOURS * _SECONDS)]
        state = "waiting" if fate == "withdrawn" else "released"
        numbers = queries.numbers([trade.number for trade in due], state)
        ready = [trade for trade in due if trade.number in numbers]
        day.wanted[fate] = [(filed, trade) for filed, trade in waiting if trade.number not in numbers]
        by_firm: dict[Firm, list[Trade]] = {}
        for trade in ready:
            by_firm.setdefault(trade.lane.broker, []).append(trade)
        for firm, trades in by_firm.items():
            for first in range(0, len(trades), _MOST):
                part = trades[first : first + _MOST]
                documents = [write(trade, numbers[trade.number], at) for trade in part]
                day.send(kind, documents, firm, at=at, quotes=True)
                day.tally.acts[fate if fate == "withdrawn" else "asked_back"] += len(part)

    def _withdrawal(self, trade: Trade, number: str, at: datetime) -> Any:
        said, own = inventory(trade, at), f"W{trade.own_no[1:]}"
        made = drafts.withdrawal(said, number, own=own, reason=CANCELLED, at=at)
        return msgspec.structs.replace(made, guid=guid(trade.number, "withdrawal"))

    def _refund(self, trade: Trade, number: str, at: datetime) -> Any:
        said, own = inventory(trade, at), f"R{trade.own_no[1:]}"
        pieces = {n: Decimal(pieces) for n, (_, pieces) in enumerate(trade.bought, 1)}
        made = drafts.refund(said, number, pieces, own=own, reason=RETURNED, at=at)
        return msgspec.structs.replace(made, guid=guid(trade.number, "return"))
