"""The tax of a parcel bought in cross-border e-commerce retail import (跨境电子商务综合税).

Within the limits no duty is levied, and VAT and consumption tax at a share ``s`` of the normal amount; a single
indivisible item over the limit of one transaction is taxed in full. With customs value P, duty D, consumption tax
rate c on a price that holds it, q units at an amount of a each, and VAT rate v:

    within the limits   N = P + q a       CT = s (N c / (1 - c) + q a)    VAT = s N v / (1 - c)
    one item in full    N = P + D + q a   CT = N c / (1 - c) + q a        VAT = (P + D + CT) v

Each tax is rounded half up to the fen for each line of goods, then summed; in full, D and CT enter the next base as
rounded, for they are amounts really levied. Source: 财关税〔2016〕18号, 〔2018〕49号; GACC Order 272 arts 13 and 19.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from tongguan.kernel.law import DayLaw, NotConfigured, Provision
from tongguan.kernel.money import apportion, fen
from tongguan.kernel.texts import text
from tongguan.tariff.book import Book, LineOn, Rate
from tongguan.tariff.formulas import Formula
from tongguan.tariff.measures import Quantities

from .sheet import CONSUMPTION, DUTY, OVER_SINGLE, VAT, WITHIN, Sheet, SheetLine, levied

__all__ = ["OVER_SINGLE", "WITHIN", "Goods", "UnknownCommodity", "assess_parcel", "customs_values", "is_one_item"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_KEPT = 4  # assessors a book keeps


class Goods(Protocol):
    """A line of goods of an inventory (清单商品项), named as the message names its elements."""

    gcode: str
    totalPrice: Decimal
    qty: Decimal
    unit: str
    qty1: Decimal
    unit1: str


class UnknownCommodity(LookupError):
    """The tariff of the day has no such commodity code."""

    code = "UNKNOWN_COMMODITY"

    def __init__(self, gcode: str):
        self.values = {"gcode": gcode}
        super().__init__(f"the tariff has no {gcode}")

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        return text("revenue.unknown_commodity", lang, **self.values)


def is_one_item(items: Sequence[Goods]) -> bool:
    """Return whether a parcel holds one indivisible item: one line of goods, and one piece of it."""
    return len(items) == 1 and items[0].qty == 1


def customs_values(
    items: Sequence[Goods], freight: Decimal = _ZERO, insurance: Decimal = _ZERO, seller_discount: Decimal = _ZERO
) -> list[Decimal]:
    """Return the customs value of each line of goods in yuan (完税价格); their sum is that of the parcel.

    Freight and insurance, less a discount the seller bears, are shared by price, exactly to the fen; goods that are
    all free of charge share alike. Raises ValueError when there are no goods, or the discount exceeds the value.
    """
    around = fen(freight + insurance) - fen(seller_discount)
    if len(items) == 1:
        values = [fen(items[0].totalPrice) + around]
    elif not items:
        raise ValueError("a parcel without goods has no value")
    else:
        prices = [fen(item.totalPrice) for item in items]
        values = prices
        if around:
            shares = apportion(around, prices if any(prices) else [1] * len(prices))
            values = [price + share for price, share in zip(prices, shares, strict=True)]
    if min(values) < 0:
        raise ValueError("the discount is more than the goods cost")
    return values


class _Taxed(NamedTuple):
    """What the tariff says of one commodity code, looked up once for a batch."""

    line: LineOn
    vat: Rate | None
    consumption: Rate | None


class _Piece(NamedTuple):
    """A line of goods at its place in the sheet, with its customs value."""

    number: int
    gcode: str
    value: Decimal


def _quantities(item: Any) -> Quantities:
    pairs = [(item.unit, item.qty), (item.unit1, item.qty1)]
    pairs.append((getattr(item, "unit2", None), getattr(item, "qty2", None)))
    return [(unit, quantity) for unit, quantity in pairs if unit and quantity]


def _line(
    kind: str,
    piece: _Piece,
    source: Rate | Provision,
    formula: Formula,
    *,
    net: Decimal,
    plan: str,
    inclusive: Decimal = _ZERO,
    quantity: Decimal = _ZERO,
    share: Decimal = _ONE,
) -> SheetLine:
    owed = levied(share, net, formula, inclusive, quantity)
    number, gcode, value = piece
    since, reference = source.since, source.reference
    return SheetLine(number, gcode, kind, value, net, formula, inclusive, quantity, share, owed, plan, since, reference)


class Assessor:
    """Works out parcels by one tariff and one day of the law; ``assess_parcel`` keeps one for each."""

    def __init__(self, book: Book, day_law: DayLaw, exchange: Mapping[str, Decimal] | None = None):
        if book.day != day_law.day:
            raise ValueError(f"the tariff of {book.day} and the law of {day_law.day} are of different days")
        self.book, self._law, self._given = book, day_law, exchange
        self._known: dict[str, _Taxed] = {}
        share, duty = day_law.provision("ecommerce.tax_share"), day_law.provision("ecommerce.duty_within_limits")
        self._share: Decimal = share.value
        self._duty, self._duty_rate = duty, Formula(rate=duty.value)
        self._terms = tuple(
            {"name": p.name, "value": p.value, "since": p.since, "reference": p.reference} for p in (share, duty)
        )

    def assess(self, items: Sequence[Goods], values: Sequence[Decimal], plan: str) -> Sheet:
        """Return the sheet of a parcel whose goods have these customs values."""
        taxes = self._within if plan == WITHIN else self._in_full
        lines: list[SheetLine] = []
        for place, item in enumerate(items):
            known = self._known.get(item.gcode) or self._taxed(item.gcode)
            piece = _Piece(getattr(item, "gnum", place + 1), item.gcode, values[place])
            lines += taxes(piece, item, known)
        value = sum(values, _ZERO) if len(values) > 1 else values[0]
        return Sheet(self.book.day, plan, value, tuple(lines), self._terms if plan == WITHIN else ())

    def _taxed(self, gcode: str) -> _Taxed:
        line = self.book.line(gcode)
        if line is None:
            raise UnknownCommodity(gcode)
        known = self._known[gcode] = _Taxed(line, line.rate("vat"), line.rate("consumption"))
        return known

    def _exchange(self, currency: str) -> Decimal:
        rates = self._law("revenue.exchange_rates") if self._given is None else self._given
        if currency not in rates:
            raise NotConfigured(f"revenue.exchange_rates.{currency}", self.book.day)
        return rates[currency]

    def _settled(self, rate: Rate, value: Decimal, item: Goods) -> tuple[Formula, Decimal]:
        """Return the formula that applies to these goods, and the quantity it counts."""
        formula = rate.formula
        if formula.__class__ is not Formula:
            formula = formula.settled(value, _quantities(item), self._exchange)
        return formula, formula.quantity(_quantities(item)) if formula.per else _ZERO

    def _within(self, piece: _Piece, item: Goods, known: _Taxed) -> list[SheetLine]:
        net, inclusive, share = piece.value, _ZERO, self._share
        lines = [_line(DUTY, piece, self._duty, self._duty_rate, net=net, plan=WITHIN)]
        if known.consumption is not None:
            formula, quantity = self._settled(known.consumption, net, item)
            if formula.rate or quantity:
                net, inclusive = net + quantity * formula.amount, formula.rate
                levy = {"inclusive": inclusive, "quantity": quantity, "share": share}
                lines.append(_line(CONSUMPTION, piece, known.consumption, formula, net=net, plan=WITHIN, **levy))
        if known.vat is not None:
            formula, _ = self._settled(known.vat, net, item)
            lines.append(_line(VAT, piece, known.vat, formula, net=net, plan=WITHIN, inclusive=inclusive, share=share))
        return lines

    def _in_full(self, piece: _Piece, item: Goods, known: _Taxed) -> list[SheetLine]:
        rate = known.line.import_duty()
        formula, quantity = self._settled(rate, piece.value, item)
        lines = [_line(DUTY, piece, rate, formula, net=piece.value, plan=OVER_SINGLE, quantity=quantity)]
        base = piece.value + lines[0].amount
        if known.consumption is not None:
            formula, quantity = self._settled(known.consumption, piece.value, item)
            if formula.rate or quantity:
                levy = {"inclusive": formula.rate, "quantity": quantity}
                net = base + quantity * formula.amount
                lines.append(_line(CONSUMPTION, piece, known.consumption, formula, net=net, plan=OVER_SINGLE, **levy))
                base += lines[-1].amount
        if known.vat is not None:
            formula, _ = self._settled(known.vat, piece.value, item)
            lines.append(_line(VAT, piece, known.vat, formula, net=base, plan=OVER_SINGLE))
        return lines


def _assessor(book: Book, day_law: DayLaw) -> Assessor:
    """Return what the book keeps for this law; every batch brings a law of its own, so only a few are kept."""
    kept: dict[DayLaw, Assessor] = book.memo.setdefault("assessors", {})
    found = kept.get(day_law)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[day_law] = Assessor(book, day_law)
    return found


def assess_parcel(
    items: Sequence[Goods],
    *,
    freight: Decimal,
    insurance: Decimal,
    book: Book,
    day_law: DayLaw,
    plan: str,
    seller_discount: Decimal = _ZERO,
    exchange: Mapping[str, Decimal] | None = None,
) -> Sheet:
    """Return the tax sheet of a parcel; amounts are in yuan.

    ``plan`` is WITHIN (inside both limits) or OVER_SINGLE (one indivisible item over the limit of one transaction);
    the limits themselves are judged by who asks. ``exchange`` gives yuan for one unit of a currency, by its code, in
    the place of the law's. Raises UnknownCommodity, NotConfigured when the day has no rate, QuantityMissing, and
    ValueError for a plan that the goods do not fit.
    """
    if plan == OVER_SINGLE:
        if not is_one_item(items):
            raise ValueError("only one indivisible item may be over the limit of a single transaction")
    elif plan != WITHIN:
        raise ValueError(f"a plan is {WITHIN} or {OVER_SINGLE}, not {plan!r}")
    assessor = _assessor(book, day_law) if exchange is None else Assessor(book, day_law, exchange)
    return assessor.assess(items, customs_values(items, freight, insurance, seller_discount), plan)
