"""The duty of goods that leave (出口关税), and the customs value it is levied on.

The value is the price of the goods on board, what came after their loading left out, and without the duty itself. With
F the price on board, r the rate, q units at an amount of a each:

    V = (F - q a) / (1 + r)       rounded half up to the fen
    duty = V r + q a

A provisional rate goes before that of the tariff. A code whose tariff says nothing of an export duty pays none. A duty
that does not exceed the exempt amount over the consignment is not levied.

Source: Tariff Law arts 12, 22, 29 and 32; the numbers of its articles on exports are from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from tongguan.kernel.law import DayLaw, NotConfigured
from tongguan.kernel.money import fen
from tongguan.tariff.book import Book, LineOn, Rate
from tongguan.tariff.entries import EXPORT, PROVISIONAL_EXPORT
from tongguan.tariff.formulas import Formula

from .duties import Chosen
from .parcel import UnknownCommodity
from .sheet import EXPORT_DUTY, EXPORTED, Sheet, SheetLine, levied
from .trade import Assessment, Goods, line_waived_by, without_small
from .valuation import CFR, CIF, CNI, TERMS, Charge, Deal, Step, Unvalued, Valued, charged, in_yuan

_ZERO, _ONE = Decimal(0), Decimal(1)
FREIGHT_INSIDE, INSURANCE_INSIDE = frozenset({CIF, CFR}), frozenset({CIF, CNI})
"""Terms of a deal whose price holds freight, or insurance, after loading."""


def export_rate(line: LineOn | None) -> Rate | None:
    """Return the rate of the export duty of a code; None where there is none, and where no source says that there is."""
    for kind in (PROVISIONAL_EXPORT, EXPORT):
        try:
            found = line.rate(kind) if line is not None else None
        except NotConfigured:
            continue
        if found is not None:
            return found
    return None


def assess_export(
    deal: Deal, goods: Sequence[Goods], *, book: Book, day_law: DayLaw, exchange: Mapping[str, Decimal]
) -> Assessment:
    """Return what goods that leave owe on a day; ``exchange`` gives yuan for one unit of a currency, by its code.

    Amounts are in yuan. Raises Unvalued, UnknownCommodity, NotConfigured, QuantityMissing, and ValueError when the deal and
    the goods are not as many, or the tariff and the law are of different days.
    """
    if len(deal.prices) != len(goods) or book.day != day_law.day:
        raise ValueError("a price for each line of goods, and a tariff and a law of one day, are needed")
    lines = [book.line(one.gcode) for one in goods]
    if (place := next((n for n, one in enumerate(lines) if one is None), None)) is not None:
        raise UnknownCommodity(goods[place].gcode)
    rates = [export_rate(one) for one in lines]

    def abroad(currency: str) -> Decimal:
        if currency not in exchange:
            raise NotConfigured(f"revenue.exchange_rates.{currency}", book.day)
        return exchange[currency]

    boarded, steps = _on_board(deal, exchange, strict=any(rates))
    made, values = [], []
    for place, (one, rate, price) in enumerate(zip(goods, rates, boarded, strict=True), 1):
        if rate is None:
            values.append(fen(price))
            continue
        line = _line(place, one, rate, price, abroad)
        made.append(line_waived_by(line, one.relief))
        values.append(line.value)
    if min(values) < 0 or sum(values) <= 0:
        raise Unvalued("VALUE_NEGATIVE", "items/1/price")
    if out := sum(values, _ZERO) - sum((fen(price) for price in boarded), _ZERO):
        steps.append(Step("export_duty", out))
    levied_lines = tuple(without_small(EXPORT_DUTY, made, day_law.provision("revenue.exempt_amount")))
    duties = tuple(Chosen(rate, (), EXPORTED) if rate is not None else None for rate in rates)
    valued = Valued(tuple(values), tuple(steps))
    return Assessment(valued, duties, Sheet(book.day, EXPORTED, valued.total, levied_lines))


def _on_board(deal: Deal, exchange: Mapping[str, Decimal], *, strict: bool) -> tuple[list[Decimal], list[Step]]:
    """Return the price of each line on board in yuan, not rounded, and the parts of their sum.

    Where nothing is dutiable, freight that is in the price and is not stated stays in it.
    """
    if deal.terms not in TERMS:
        raise Unvalued("TERMS_UNKNOWN", "transMode", found=deal.terms)
    prices = in_yuan(deal, exchange)
    price = sum(prices, _ZERO)
    if price <= 0 or min(prices) < 0:
        raise Unvalued("VALUE_NEGATIVE", "items/1/price")
    steps = [Step("price", price)]
    inside = (("freight", deal.freight, FREIGHT_INSIDE), ("insurance", deal.insurance, INSURANCE_INSIDE))
    for name, charge, terms in inside:
        if deal.terms in terms:
            if charge is None and strict:
                raise Unvalued("EXPORT_CHARGE_MISSING", name, terms=deal.terms)
            steps += _step(f"{name}_out", charge, name, -1, deal, price, exchange)
        elif charge is not None and charge.amount and strict:
            raise Unvalued("EXPORT_CHARGE_OUTSIDE", name, terms=deal.terms)
    steps += _step("additions", deal.additions, "additions", 1, deal, price, exchange)
    steps += _step("exclusions", deal.exclusions, "exclusions", -1, deal, price, exchange)
    around = sum((step.amount for step in steps[1:]), _ZERO)
    return [one + around * one / price for one in prices], steps


def _step(
    name: str, of: Charge | None, field: str, sign: int, deal: Deal, price: Decimal, exchange: Mapping[str, Decimal]
) -> list[Step]:
    amount = charged(of, field, deal, price, exchange) if of is not None else _ZERO
    return [Step(name, sign * amount)] if amount else []


def _line(place: int, one: Goods, rate: Rate, price: Decimal, abroad: Callable[[str], Decimal]) -> SheetLine:
    """Return the duty of a line, on its price on board without the duty."""
    formula: Formula = rate.formula.settled(price, one.quantities, abroad)
    quantity = formula.quantity(one.quantities) if formula.per else _ZERO
    value = fen((price - quantity * formula.amount) / (_ONE + formula.rate))
    owed = levied(_ONE, value, formula, _ZERO, quantity)
    return SheetLine(
        place, one.gcode, EXPORT_DUTY, value, value, formula, _ZERO, quantity, _ONE, owed, EXPORTED, rate.since,
        rate.reference,
    )  # fmt: skip


__all__ = ["assess_export", "export_rate"]
