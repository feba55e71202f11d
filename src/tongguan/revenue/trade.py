"""The taxes of goods in general trade (一般贸易进口税款): duty, duties of trade measures, consumption tax, VAT.

With customs value V, duty D, the duties of measures M, consumption tax rate c on a price that holds it, q units at an
amount of a each, and VAT rate v:

    M = V m                                     each measure, on the value
    CT = (V + D + M + q a) c / (1 - c) + q a    compound; without c, or without q a, the one or the other
    VAT = (V + D + M + CT) v

Each tax is rounded half up to the fen for each line of goods, then summed. A tax whose sum over the consignment does
not exceed the exempt amount is not levied, each tested by itself; one that is not levied enters no further base. Of goods
under a relief the taxes it names are not levied either, and stand on the sheet with nothing and the letter.

Source: Tariff Law arts 10-24, 32; GACC Order 272 arts 13 and 19; VAT Law art 14.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tongguan.kernel.law import DayLaw, NotConfigured, Provision
from tongguan.kernel.money import fen
from tongguan.tariff.book import Book, LineOn, Rate
from tongguan.tariff.formulas import Formula
from tongguan.tariff.measures import Quantities

from .duties import Chosen, Origin, chosen
from .parcel import UnknownCommodity
from .sheet import CONSUMPTION, DUTY, EXEMPT, LEGAL, RELIEF, TRADE, VAT, Sheet, SheetLine, levied
from .valuation import Deal, Valued, valued

_ZERO, _ONE = Decimal(0), Decimal(1)


class Relief(msgspec.Struct, frozen=True):
    """A relief of taxes (减免税): its number, the taxes it is for (duty, consumption, vat), and which share of them is left.

    ``ground`` is empty for a letter of relief, else the ground of the law itself, as *damaged*. Of ``waived`` nothing is
    levied at all, for it was before.
    """

    number: str
    taxes: tuple[str, ...]
    share: Decimal = _ZERO
    ground: str = ""
    waived: tuple[str, ...] = ()

    @property
    def measure(self) -> str:
        """What the sheet says of a tax that is not levied in full: relief, its ground and number."""
        return f"{LEGAL}{self.ground}:{self.number}" if self.ground else f"{RELIEF}{self.number}"


class Goods(msgspec.Struct, frozen=True):
    """A line of goods: its code, its origin, its quantities, each with its unit, and the relief it comes under."""

    gcode: str
    origin: Origin
    quantities: Quantities = ()
    relief: Relief | None = None


class Assessment(msgspec.Struct, frozen=True):
    """What a consignment owes: how its value came about, which duty each line pays and why, and the sheet.

    A line that leaves without a duty has none of the duties.
    """

    valued: Valued
    duties: tuple[Chosen | None, ...]
    sheet: Sheet


class _Line(NamedTuple):
    """A line of goods at work: what the tariff says of it, its value, and what has been levied on it so far."""

    number: int
    goods: Goods
    value: Decimal
    line: LineOn
    duties: Chosen


class _Taxes:
    """The taxes of one consignment, worked out kind by kind, for whether one is exempt is decided on the sum of all."""

    def __init__(self, lines: Sequence[_Line], exempt: Provision, settle: Callable[[Rate, _Line], Formula]):
        self.lines, self.exempt, self.settle = lines, exempt, settle
        self.made: list[SheetLine] = []

    def levy(self, kind: str, rate_of: Callable[[_Line], Rate | None]) -> None:
        """Add the lines of one tax."""
        made = [self._line(kind, one, rate) for one in self.lines if (rate := rate_of(one)) is not None]
        self.made += without_small(kind, made, self.exempt)

    def _line(self, kind: str, one: _Line, rate: Rate) -> SheetLine:
        formula = self.settle(rate, one)
        quantity = formula.quantity(one.goods.quantities) if formula.per else _ZERO
        net, inclusive = one.value, _ZERO
        if kind in (CONSUMPTION, VAT):
            net += sum((_entering(line, one.goods.relief) for line in self.made if line.item == one.number), _ZERO)
        if kind == CONSUMPTION:
            inclusive, net = formula.rate, net + quantity * formula.amount
        owed = levied(_ONE, net, formula, inclusive, quantity)
        line = SheetLine(
            one.number, one.goods.gcode, kind, one.value, net, formula, inclusive, quantity, _ONE, owed, TRADE,
            rate.since, rate.reference,
        )  # fmt: skip
        return line_waived_by(line, one.goods.relief)

    def in_order(self) -> tuple[SheetLine, ...]:
        """Return the lines of the sheet, goods by goods, in the order in which the taxes were levied."""
        return tuple(sorted(self.made, key=lambda line: line.item))


def _waived(line: SheetLine, measure: str) -> SheetLine:
    """Return a line of which nothing is levied, by the measure that says so."""
    return msgspec.structs.replace(line, share=_ZERO, amount=fen(_ZERO), measure=measure)


def _entering(line: SheetLine, relief: Relief | None) -> Decimal:
    """Return what a tax adds to the base of those after it: what is levied, and in full what was levied before."""
    if relief is not None and line.kind in relief.waived:
        return msgspec.structs.replace(line, share=_ONE).recomputed()
    return line.amount


def line_waived_by(line: SheetLine, relief: Relief | None) -> SheetLine:
    """Return a tax as a relief leaves it: nothing of it, a share of it, or all where the relief is not for this tax."""
    if relief is None or line.kind not in (*relief.taxes, *relief.waived):
        return line
    if not relief.share or line.kind in relief.waived:
        return _waived(line, relief.measure)
    left = msgspec.structs.replace(line, share=relief.share, measure=relief.measure)
    return msgspec.structs.replace(left, amount=left.recomputed())


def without_small(kind: str, made: list[SheetLine], exempt: Provision) -> list[SheetLine]:
    """Return the lines of one tax, of which nothing is levied when all of them do not exceed its exempt amount."""
    most = exempt.value.get(kind)
    if most is None or sum((line.amount for line in made), _ZERO) > most:
        return made
    return [line if line.measure.startswith((RELIEF, LEGAL)) else _waived(line, EXEMPT) for line in made]


def assess(
    deal: Deal, goods: Sequence[Goods], *, book: Book, day_law: DayLaw, exchange: Mapping[str, Decimal]
) -> Assessment:
    """Return what a consignment owes on a day; ``exchange`` gives yuan for one unit of a currency, by its code.

    Amounts are in yuan. Raises Unvalued, UnknownCommodity, NotConfigured when the day has no rate, QuantityMissing, and
    ValueError when the deal and the goods are not as many, or the tariff and the law are of different days.
    """
    if len(deal.prices) != len(goods) or book.day != day_law.day:
        raise ValueError("a price for each line of goods, and a tariff and a law of one day, are needed")

    def abroad(currency: str) -> Decimal:
        if currency not in exchange:
            raise NotConfigured(f"revenue.exchange_rates.{currency}", book.day)
        return exchange[currency]

    def settle(rate: Rate, one: _Line) -> Formula:
        return rate.formula.settled(one.value, one.goods.quantities, abroad)

    found = valued(deal, exchange=exchange, day_law=day_law)
    lines = [_line(place, one, found.values[place - 1], book, day_law, abroad) for place, one in enumerate(goods, 1)]
    taxes = _Taxes(lines, day_law.provision("revenue.exempt_amount"), settle)
    taxes.levy(DUTY, lambda one: one.duties.duty)
    for kind in dict.fromkeys(rate.kind.partition(":")[0] for one in lines for rate in one.duties.measures):
        taxes.levy(kind, lambda one, kind=kind: next((r for r in one.duties.measures if r.kind.startswith(kind)), None))
    taxes.levy(CONSUMPTION, lambda one: _consumption(one, settle))
    taxes.levy(VAT, lambda one: one.line.rate("vat"))
    sheet = Sheet(book.day, TRADE, found.total, taxes.in_order())
    return Assessment(found, tuple(one.duties for one in lines), sheet)


def _line(
    place: int, goods: Goods, value: Decimal, book: Book, day_law: DayLaw, abroad: Callable[[str], Decimal]
) -> _Line:
    line = book.line(goods.gcode)
    if line is None:
        raise UnknownCommodity(goods.gcode)

    def owed(rate: Rate) -> Decimal:
        formula = rate.formula.settled(value, goods.quantities, abroad)
        return levied(_ONE, value, formula, _ZERO, formula.quantity(goods.quantities) if formula.per else _ZERO)

    duties = chosen(line, goods.origin, day_law=day_law, owed=owed, pointer=f"items/{place}/")
    return _Line(place, goods, value, line, duties)


def _consumption(one: _Line, settle: Callable[[Rate, _Line], Formula]) -> Rate | None:
    """Return the rate of consumption tax of goods, None for goods that bear none, be it by their price."""
    rate = one.line.rate("consumption")
    if rate is None:
        return None
    formula = settle(rate, one)
    return rate if formula.rate or formula.per else None
