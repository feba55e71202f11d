"""How a rate is levied (计征方式): on the value, on the quantity, on both, or by cases.

>>> read({"rate": "0.13"}).words("en")
'13%'
>>> read({"rate": "0.20", "amount": "1", "currency": "142", "per": "035"}).words("zh")
'20%加每千克1元'
>>> mask = read({"cases": [{"when": {"at_least": "15", "currency": "142", "per": ["010"]}, "rate": "0.15"}, {}]})
>>> mask.words("en")
'15% from 15 yuan per sheet, otherwise not levied'
>>> mask.settled(Decimal("100"), [("010", Decimal(5))]).rate
Decimal('0.15')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text

from .measures import Quantities, QuantityMissing, quantity_in

YUAN = "142"
_ZERO = Decimal(0)

Exchange = Callable[[str], Decimal]
"""Gives the yuan for one unit of a currency (three digits); raises NotConfigured when it has none."""


def _share(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}%"


def _price(amount: Decimal, currency: str, units: tuple[str, ...], lang: str) -> str:
    names = [known.text(lang) if (known := codes("units").get(unit)) else unit for unit in units]
    of = codes("currencies").get(currency)
    money = text("tariff.yuan", lang) if currency == YUAN else of.text(lang) if of else currency
    joined = text("tariff.or", lang).join(names)
    return text("tariff.price", lang, amount=amount, currency=money, unit=joined)


def _density(written: Mapping[str, Any]) -> dict[str, Decimal]:
    return {key: Decimal(written[key]) for key in ("litres_per_kg", "kg_per_litre") if key in written}


@dataclass(frozen=True, slots=True)
class Formula:
    """A share of the value, an amount for each unit, or the sum of both; all zero means that nothing is levied."""

    rate: Decimal = _ZERO
    amount: Decimal = _ZERO
    currency: str = YUAN
    per: str = ""
    litres_per_kg: Decimal | None = None
    kg_per_litre: Decimal | None = None

    def settled(self, value: Decimal, stated: Quantities = (), exchange: Exchange | None = None) -> Formula:
        """Return the formula that applies to goods of this value: itself."""
        return self

    def quantity(self, stated: Quantities) -> Decimal:
        """Return how many units the amount is levied on; raises QuantityMissing."""
        if not self.per:
            return _ZERO
        density = {"litres_per_kg": self.litres_per_kg, "kg_per_litre": self.kg_per_litre}
        found = quantity_in(self.per, stated, **density)
        if found is None:
            raise QuantityMissing((self.per,))
        return found

    def words(self, lang: str) -> str:
        """Return the rate as a person writes it."""
        by_unit = _price(self.amount, self.currency, (self.per,), lang) if self.per else ""
        if self.rate and by_unit:
            return text("tariff.both", lang, share=_share(self.rate), price=by_unit)
        return by_unit or _share(self.rate)

    def as_dict(self) -> dict[str, Any]:
        """Return the formula as it is kept in files and in the database."""
        kept: dict[str, Any] = {}
        if self.rate or not self.per:
            kept["rate"] = str(self.rate)
        if self.per:
            kept |= {"amount": str(self.amount), "currency": self.currency, "per": self.per}
        for key in ("litres_per_kg", "kg_per_litre"):
            if (density := getattr(self, key)) is not None:
                kept[key] = str(density)
        return kept


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The condition that a unit of the goods is worth at least so much (完税价格在…及以上, the figure included)."""

    at_least: Decimal
    currency: str
    per: tuple[str, ...]
    litres_per_kg: Decimal | None = None
    kg_per_litre: Decimal | None = None

    def holds(self, value: Decimal, stated: Quantities, exchange: Exchange | None) -> bool:
        """Return whether the goods are worth that much; raises QuantityMissing when their quantity is not stated."""
        for unit in self.per:
            counted = quantity_in(unit, stated, litres_per_kg=self.litres_per_kg, kg_per_litre=self.kg_per_litre)
            if counted is not None:
                break
        else:
            raise QuantityMissing(self.per)
        least = self.at_least
        if self.currency != YUAN:
            if exchange is None:
                raise ValueError("this rate depends on a price in foreign money and needs an exchange rate")
            least = least * exchange(self.currency)
        # value / counted >= least, without a division that would have to be rounded.
        return value >= least * counted


@dataclass(frozen=True, slots=True)
class ByCases:
    """The first case whose condition holds; the last case has no condition."""

    cases: tuple[tuple[UnitPrice | None, Formula], ...]

    def settled(self, value: Decimal, stated: Quantities = (), exchange: Exchange | None = None) -> Formula:
        """Return the formula that applies to goods of this value and these quantities.

        Raises QuantityMissing, and whatever ``exchange`` raises.
        """
        for condition, formula in self.cases:
            if condition is None or condition.holds(value, stated, exchange):
                return formula
        raise ValueError("the last case has a condition")

    def words(self, lang: str) -> str:
        """Return every case as a person writes it."""
        said = []
        for condition, formula in self.cases:
            words = text("tariff.not_levied", lang) if formula == Formula() else formula.words(lang)
            if condition is None:
                said.append(text("tariff.otherwise", lang, rate=words))
            else:
                price = _price(condition.at_least, condition.currency, condition.per, lang)
                said.append(text("tariff.from_price", lang, rate=words, price=price))
        return text("tariff.case_comma", lang).join(said)

    def as_dict(self) -> dict[str, Any]:
        """Return the cases as they are kept in files and in the database."""
        kept = []
        for condition, formula in self.cases:
            row = formula.as_dict()
            if condition is not None:
                when = {
                    "at_least": str(condition.at_least),
                    "currency": condition.currency,
                    "per": list(condition.per),
                }
                for key in ("litres_per_kg", "kg_per_litre"):
                    if (density := getattr(condition, key)) is not None:
                        when[key] = str(density)
                row["when"] = when
            kept.append(row)
        return {"cases": kept}


_KEYS = {"rate", "amount", "currency", "per", "litres_per_kg", "kg_per_litre", "when"}


def _one(written: Mapping[str, Any]) -> Formula:
    if unknown := set(written) - _KEYS:
        raise ValueError(f"a rate has no {', '.join(sorted(unknown))}")
    formula = Formula(
        Decimal(written.get("rate", 0)),
        Decimal(written.get("amount", 0)),
        written.get("currency", YUAN),
        written.get("per", ""),
        **_density(written),
    )
    if bool(formula.per) != ("amount" in written) or formula.rate < 0 or formula.rate >= 100 or formula.amount < 0:
        raise ValueError(f"{dict(written)} is no rate")
    if formula.per and (formula.per not in codes("units") or formula.currency not in codes("currencies")):
        raise ValueError(f"{dict(written)} names an unknown unit or currency")
    return formula


def _condition(written: Mapping[str, Any] | None) -> UnitPrice | None:
    if written is None:
        return None
    price = UnitPrice(Decimal(written["at_least"]), written["currency"], tuple(written["per"]), **_density(written))
    if any(unit not in codes("units") for unit in price.per) or price.currency not in codes("currencies"):
        raise ValueError(f"{dict(written)} names an unknown unit or currency")
    return price


def read(written: Mapping[str, Any]) -> Formula | ByCases:
    """Return the formula that ``as_dict`` kept; raises ValueError or KeyError for one that makes no sense."""
    if "cases" not in written:
        return _one(written)
    cases = tuple((_condition(case.get("when")), _one(case)) for case in written["cases"])
    conditions = [condition for condition, _ in cases]
    if not conditions or conditions[-1] is not None or None in conditions[:-1]:
        raise ValueError("only the last case, and always it, has no condition")
    return ByCases(cases)
