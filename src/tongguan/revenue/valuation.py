"""The customs value of goods in general trade (完税价格), built up from the invoice.

What goods cost up to their unloading at the port of entry: the price, freight and insurance as far as the terms of the
deal do not hold them already, what has to be added, less what may be left out. Each line of goods bears the charges of
the consignment by its price, and is rounded half up to the fen in yuan:

    value = (price + freight + insurance + additions - exclusions) x exchange rate

Source: Tariff Law arts 24-26; GACC Order 213 art 36 (insurance that is not known); GACC Order 272 arts 13 and 18.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from tongguan.kernel.law import DayLaw
from tongguan.kernel.money import fen
from tongguan.kernel.texts import text

YUAN = "142"
_ZERO = Decimal(0)

RATE, UNIT, TOTAL = "1", "2", "3"
"""How freight, insurance and other charges are stated: a percentage of the price, by the tonne, in all (费用标志)."""

CIF, CFR, FOB, CNI, MARKET, STOWAGE, EXW = "1", "2", "3", "4", "5", "6", "7"
FREIGHT_OUTSIDE, INSURANCE_OUTSIDE = frozenset({FOB, CNI, EXW}), frozenset({FOB, CFR, EXW})
TERMS = (CIF, CFR, FOB, CNI, MARKET, STOWAGE, EXW)
"""The terms of a deal (成交方式), and those whose price does not hold freight, or insurance."""

_KILOGRAMS = Decimal(1000)  # to the tonne


class Unvalued(ValueError):
    """Goods cannot be given a value; ``pointer`` names the field that is in the way."""

    def __init__(self, code: str, pointer: str, **values: object):
        self.code, self.pointer, self.values = code, pointer, values
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        return text(f"revenue.{self.code.lower()}", lang, **self.values)


class Charge(msgspec.Struct, frozen=True):
    """Freight, insurance or another charge; of a percentage ("0.3" is 0.3 %) the currency means nothing."""

    mark: str
    amount: Decimal
    currency: str = YUAN


class Step(msgspec.Struct, frozen=True):
    """One part of the value of a consignment: what it is, its amount in yuan, not rounded, and the law behind it."""

    name: str
    amount: Decimal
    said: str = ""


class Valued(msgspec.Struct, frozen=True):
    """The value of each line of goods in yuan, and the parts that the value of all of them is made of."""

    values: tuple[Decimal, ...]
    steps: tuple[Step, ...]

    @property
    def total(self) -> Decimal:
        """The customs value of the consignment: the sum of its lines, in yuan."""
        return sum(self.values, Decimal("0.00"))


class Deal(msgspec.Struct, frozen=True):
    """How goods were bought: the terms, the price of each line, and the charges beside it.

    ``additions`` are what is to be added when it is not in the price (art 25: commissions, packing, assists, royalties,
    proceeds), ``exclusions`` what is shown separately and may be left out (art 26). ``weight`` is the gross weight in
    kilograms, by which a charge by the tonne is counted.
    """

    terms: str
    prices: Sequence[Decimal]
    currencies: Sequence[str]
    freight: Charge | None = None
    insurance: Charge | None = None
    additions: Charge | None = None
    exclusions: Charge | None = None
    weight: Decimal = _ZERO


def valued(deal: Deal, *, exchange: Mapping[str, Decimal], day_law: DayLaw) -> Valued:
    """Return the customs value of a deal; ``exchange`` gives yuan for one unit of a currency, by its code.

    Raises Unvalued: for terms that are none, a currency without a rate, a charge that the terms hold already or that
    is missing, a charge by the tonne without a weight, and a value that is not more than nothing.
    """
    if deal.terms not in TERMS:
        raise Unvalued("TERMS_UNKNOWN", "transMode", found=deal.terms)
    prices = in_yuan(deal, exchange)
    price = sum(prices, _ZERO)
    if price <= 0 or min(prices) < 0:
        raise Unvalued("VALUE_NEGATIVE", "items/1/price")
    steps = [Step("price", price)]
    freight = _outside("freight", deal.freight, FREIGHT_OUTSIDE, deal, price, exchange)
    if freight is None and deal.terms in FREIGHT_OUTSIDE:
        raise Unvalued("FREIGHT_MISSING", "freight", terms=deal.terms)
    if freight:
        steps.append(Step("freight", freight))
    steps += _insurance(deal, price, freight or _ZERO, exchange, day_law)
    for name, charge, sign in (("additions", deal.additions, 1), ("exclusions", deal.exclusions, -1)):
        if charge is not None and (amount := charged(charge, name, deal, price, exchange)):
            steps.append(Step(name, sign * amount))
    around = sum((step.amount for step in steps[1:]), _ZERO)
    values = tuple(fen(one + around * one / price) for one in prices)
    if sum(values) <= 0:
        raise Unvalued("VALUE_NEGATIVE", "exclusions" if deal.exclusions is not None else "items/1/price")
    return Valued(values, tuple(steps))


def taxed_quantity(contract: Decimal, arrived: Decimal, *, day_law: DayLaw) -> Decimal:
    """Return the quantity bulk goods are taxed on: the contract's, unless more than the tolerance came on top of it.

    Source: GACC Order 272 art 18.
    """
    most = contract * (1 + day_law("revenue.bulk_tolerance"))
    return arrived if arrived > most else contract


def in_yuan(deal: Deal, exchange: Mapping[str, Decimal]) -> list[Decimal]:
    """Return the price of each line in yuan, not rounded; raises Unvalued for a currency without a rate."""
    return [
        price * _rate(exchange, currency, f"items/{place}/currency")
        for place, (price, currency) in enumerate(zip(deal.prices, deal.currencies, strict=True), 1)
    ]


def _rate(exchange: Mapping[str, Decimal], currency: str, pointer: str) -> Decimal:
    if currency == YUAN:
        return Decimal(1)
    if currency not in exchange:
        raise Unvalued("NO_EXCHANGE_RATE", pointer, currency=currency)
    return exchange[currency]


def charged(of: Charge, name: str, deal: Deal, price: Decimal, exchange: Mapping[str, Decimal]) -> Decimal:
    """Return a charge in yuan, not rounded; raises Unvalued for one that cannot be worked out."""
    if of.amount < 0:
        raise Unvalued("CHARGE_NEGATIVE", name)
    if of.mark == RATE:
        return price * of.amount / 100
    rate = _rate(exchange, of.currency, f"{name}/currency")
    if of.mark == UNIT:
        if deal.weight <= 0:
            raise Unvalued("WEIGHT_MISSING", "grossWet")
        return of.amount * deal.weight / _KILOGRAMS * rate
    if of.mark != TOTAL:
        raise Unvalued("MARK_UNKNOWN", f"{name}/mark", found=of.mark)
    return of.amount * rate


def _outside(
    name: str, of: Charge | None, outside: frozenset[str], deal: Deal, price: Decimal, exchange: Mapping[str, Decimal]
) -> Decimal | None:
    """Return a charge that is not in the price; None where none is stated."""
    if of is None:
        return None
    amount = charged(of, name, deal, price, exchange)
    if amount and deal.terms not in outside:
        raise Unvalued("CHARGE_INSIDE", name, terms=deal.terms)
    return amount


def _insurance(
    deal: Deal, price: Decimal, freight: Decimal, exchange: Mapping[str, Decimal], day_law: DayLaw
) -> list[Step]:
    amount = _outside("insurance", deal.insurance, INSURANCE_OUTSIDE, deal, price, exchange)
    if amount is not None:
        return [Step("insurance", amount)] if amount else []
    if deal.terms not in INSURANCE_OUTSIDE:
        return []
    share = day_law("revenue.insurance_share")
    return [Step("insurance_unknown", (price + freight) * share, said=f"{(share * 100).normalize():f}%")]
