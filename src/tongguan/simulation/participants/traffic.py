"""The trade of a simulated day (交易): parcels are bought by the hours of the day, and filed when a message is full.

Platforms file orders, payment firms payments, carriers waybills, declarants inventories, minutes after each other. A
parcel whose fate is a late document has it filed an hour and more after its inventory.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tongguan.kernel.law import law

from ..day import Day, Step
from ..documents import MESSAGES, Trade
from ..fates import BONDED, EITHER, PLAIN, UNPAID
from ..firms import Lane
from ..goods import Article, NothingToSell, Shop
from ..stock import SCARCE, Warehouse

MINUTES = {"order": 1, "payment": 2, "waybill": 4, "inventory": 8}
"""How many minutes after its message was full each document is filed."""
LATE = (60, 240)
"""So many minutes later a late document comes, from and to."""
LONGEST_WAIT = 240
"""Nobody waits longer than so many minutes for a message to fill."""
_HOUR = 3600


@dataclass(slots=True)
class _Filling:
    """The message of a lane that is being filled."""

    since: datetime
    trades: list[Trade] = field(default_factory=list)


class Traffic:
    """Everything that is bought on a day, and how it is declared."""

    name = "traffic"

    def steps(self, day: Day) -> Iterator[Step]:
        """Yield the messages of the day."""
        self._day, self._turn = day, 0
        # With fewer parcels than the scenario has, messages wait longer, so that they are about as full.
        fewer = max(1.0, day.scenario.parcels / day.parcels)
        self._patience = min(day.scenario.longest_wait * fewer, LONGEST_WAIT) * 60
        self._later: list[tuple[datetime, int, Callable[[], None]]] = []
        filling: dict[Lane, _Filling] = {}
        customers = Customers(day)
        for at, number in moments(day):
            yield from self._due(at)
            for lane in [lane for lane, one in filling.items() if self._waited(one, at)]:
                self._close(filling.pop(lane).trades, at)
            trade = customers.trade(number)
            open_one = filling.setdefault(trade.lane, _Filling(at))
            open_one.trades.append(trade)
            if len(open_one.trades) == day.scenario.message_size:
                self._close(filling.pop(trade.lane).trades, at)
        for one in filling.values():
            self._close(one.trades, at)
        yield from self._due(None)

    def _waited(self, one: _Filling, at: datetime) -> bool:
        return (at - one.since).total_seconds() > self._patience

    def _due(self, at: datetime | None) -> Iterator[Step]:
        while self._later and (at is None or self._later[0][0] <= at):
            then, _, act = heapq.heappop(self._later)
            yield Step(then, self.name, act)

    def _plan(self, at: datetime, act: Callable[[], None]) -> None:
        self._turn += 1
        heapq.heappush(self._later, (at, self._turn, act))

    def _close(self, trades: list[Trade], at: datetime) -> None:
        """Plan the four messages of some parcels; what their fates hold back comes later, or not at all."""
        day = self._day
        for noun, minutes in MINUTES.items():
            late = [trade for trade in trades if trade.fate == f"late_{noun}"]
            now = [t for t in trades if t.fate != f"late_{noun}" and not (noun == "payment" and t.fate in UNPAID)]
            self._plan_message(noun, now, day.later(at, minutes))
            if late:
                wait = day.chance("late", late[0].number).randint(*LATE)
                self._plan_message(noun, late, day.later(at, minutes + wait))

    def _plan_message(self, noun: str, trades: list[Trade], at: datetime) -> None:
        if trades:
            self._plan(at, lambda: self._file(noun, trades, at))

    def _file(self, noun: str, trades: list[Trade], at: datetime) -> None:
        day, (kind, write) = self._day, MESSAGES[noun]
        lane = trades[0].lane
        firm = {"order": lane.platform, "payment": lane.payer, "waybill": lane.carrier, "inventory": lane.broker}[noun]
        outcome = day.send(kind, [write(trade, at) for trade in trades], firm, at=at)
        if noun == "waybill":
            day.carried += trades
        if noun != "inventory":
            return
        for trade, node in zip(trades, outcome.nodes, strict=True):
            day.tally.parcels += 1
            day.tally.fates[trade.fate] += 1
            if trade.fate != PLAIN:
                day.tally.special[trade.number] = trade.fate
            if node.refused:
                first = next((f for f in node.findings if f.level == "refuse"), None)
                why = f"{first.code} {first.alias}" if first else node.status
                day.tally.refused[trade.number] = f"refused {why}"
            elif trade.bill_no:
                day.bills.setdefault(trade.bill_no, []).append(trade)
            if trade.fate in ("withdrawn", "returned"):
                day.wanted.setdefault(trade.fate, []).append((at, trade))


def moments(day: Day) -> Iterator[tuple[datetime, int]]:
    """Yield when each parcel is bought, and its number from 1: as many in each hour as the scenario weighs it."""
    weights = day.scenario.hours
    whole, done, weight = sum(weights), 0, 0.0
    for hour, one in enumerate(weights):
        weight += one
        upto = round(day.parcels * weight / whole)
        chance = day.chance("hour", hour)
        for second in sorted(chance.randrange(_HOUR) for _ in range(upto - done)):
            done += 1
            yield day.moment(hour * _HOUR + second), done


class Customers:
    """What is bought, parcel by parcel: by whom, of whom, what, and what goes wrong with it."""

    def __init__(self, day: Day):
        self.day = day
        self._chance = day.chance("trade")
        self._guests = day.people.guests(day.on.toordinal())
        value = law.on(day.on)
        self._single: Decimal = value("ecommerce.single_limit")
        self._annual: Decimal = value("ecommerce.annual_limit")
        self._price = self._single - self._single // 16
        self._many = int(self._annual // self._price) + 1
        self._spree: list[Trade] = []
        self._fates, self._shares = self._thrown(day.scenario.rates)

    def _thrown(self, rates: dict[str, float]) -> tuple[list[str], list[float]]:
        """Return the fates with how often each is thrown, so that the rates are those of all parcels.

        Who spends more than his year buys several parcels at one throw.
        """
        throws = max(1 - rates.get("over_year", 0.0) * (self._many - 1), sum(rates.values()))
        shares = [rate / throws for rate in rates.values()]
        return [*rates, PLAIN], [*shares, max(0.0, 1 - sum(shares))]

    def trade(self, number: int) -> Trade:
        """Return the next parcel."""
        day, chance = self.day, self._chance
        order_no = f"{day.prefix}{number:07d}"
        own_no = f"S{day.seed % 1000:03d}{day.on:%y%m%d}{number:07d}"
        bill = f"SIM{day.on:%y%m%d}{day.seed % 1000:03d}"
        if self._spree:
            made = self._spree.pop()
            made.number, made.own_no = order_no, own_no
            made.bill_no = self._bill(bill, made.lane, number)
            return made
        [fate] = chance.choices(self._fates, self._shares)
        lane = chance.choice(day.lanes)
        if fate == "over_year":
            return self._spend(Trade(order_no, own_no, lane, next(self._guests), [], fate, Decimal(0)), number, bill)
        who = next(self._guests) if fate == "over_cap" else day.people.one(chance)
        freight = Decimal(chance.randint(5, 40)) if chance.random() < day.scenario.basket.postage else Decimal(0)
        stock = self.day.warehouse
        if stock is not None and (fate in BONDED or (fate in EITHER and chance.random() < day.scenario.bonded.share)):
            return Trade(order_no, own_no, lane, who, self._stored(fate, chance), fate, freight, book=stock.book)
        made = Trade(order_no, own_no, lane, who, self._bought(fate, chance), fate, freight)
        made.bill_no = self._bill(bill, lane, number)
        return made

    def _stored(self, fate: str, chance: random.Random) -> list[tuple[Article, int]]:
        """Return what is bought from bonded stock: one piece more than there are, or under a record there is not."""
        stock = self.day.warehouse
        assert stock is not None
        if fate == "no_stock":
            return [(stock.scarce, SCARCE + 1)]
        bought = self._basket(chance, stock)
        if fate == "no_record":
            article, pieces = bought[0]
            bought[0] = (article._replace(record="SIM-9999"), pieces)
        return bought

    def _bill(self, begins: str, lane: Lane, number: int) -> str:
        """Return the master bill of a parcel: those of a lane that are bought together fly together."""
        flight = number // (self.day.scenario.arrivals.bill_size * len(self.day.lanes))
        return f"{begins}{self.day.lanes.index(lane) + 1}{flight:03d}"

    def _bought(self, fate: str, chance: random.Random) -> list:
        shop, single = self.day.shop, self._single
        if fate == "over_single":
            return [(shop.dear(chance, single // 2 + 1, single), 2)]
        if fate == "one_article":
            return [(shop.dear(chance, single + 1, single + single // 2), 1)]
        if fate == "over_cap":
            return self._over_cap(chance)
        bought = self._basket(chance, shop)
        if fate == "bad_code":
            article, pieces = bought[0]
            bought[0] = (article._replace(gcode="9999999999"), pieces)
        elif fate == "not_listed":
            if not shop.unlisted:
                raise NothingToSell("unlisted")
            line = chance.choice(shop.unlisted)
            bought[0] = (bought[0][0]._replace(gcode=line.code, legal=line.unit1, second=""), 1)
        return bought

    def _basket(self, chance: random.Random, shop: Shop | Warehouse) -> list[tuple[Article, int]]:
        """Return a basket of a shop or a warehouse, below the single limit."""
        basket = self.day.scenario.basket
        [lines] = chance.choices(range(1, len(basket.lines) + 1), basket.lines)
        bought, worth = [], Decimal(0)
        for _ in range(lines):
            article = shop.one(chance)
            [pieces] = chance.choices(range(1, len(basket.pieces) + 1), basket.pieces)
            while article.price >= self._single // 2:
                article = shop.one(chance)
            if worth + article.price * pieces > self._single - 100:
                pieces = 1
            if worth + article.price > self._single - 100:
                break
            worth += article.price * pieces
            bought.append((article, pieces))
        return bought

    def _over_cap(self, chance: random.Random) -> list:
        """Return one piece more of capped goods than a person may buy in a year."""
        if not self.day.shop.capped:
            raise NothingToSell("capped")
        article = chance.choice(self.day.shop.capped)
        most = law("ecommerce.person_caps", on=self.day.on).value[article.gcode[:4]]
        return [(article, int(most // article.weight) + 1)]

    def _spend(self, first: Trade, number: int, bill: str) -> Trade:
        """Let a buyer spend more than his year in one go: the last of his parcels is the one too many.

        At the end of the day there may be no room for so many parcels; then it is a plain one.
        """
        left = self.day.parcels - number + 1
        trades = []
        for place in range(self._many):
            article = self.day.shop.dear(self._chance, self._price, self._price)
            fate = "over_year" if place == self._many - 1 else PLAIN
            trades.append(Trade(first.number, first.own_no, first.lane, first.who, [(article, 1)], fate, Decimal(0)))
        self._spree = list(reversed(trades[: min(self._many, left)]))
        made = self._spree.pop()
        made.bill_no = self._bill(bill, made.lane, number)
        return made
