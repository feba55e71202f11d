"""What a declaration owes (税款计算): its taxes on the days that decide, and the fee for declaring late.

The figures can be worked out again from the document and the days alone, by whoever has the same tariff, law and exchange
rates; nothing else enters them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from tongguan.formats.dec import SUMMARY, step
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import DayLaw, NotConfigured, law
from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.kernel.texts import LANGUAGES
from tongguan.revenue.exchange import queries as exchange
from tongguan.revenue.exports import assess_export
from tongguan.revenue.late import Fee, late_fee
from tongguan.revenue.parcel import UnknownCommodity
from tongguan.revenue.sheet import Sheet
from tongguan.revenue.trade import Goods, Relief, assess
from tongguan.revenue.valuation import YUAN, Step, Unvalued
from tongguan.tariff.book import Book
from tongguan.tariff.measures import QuantityMissing
from tongguan.tariff.queries import book

from .days import Days
from .levying import reliefs
from .models import EXPORT
from .reading import deal, figures, goods, pointer

Rates = Callable[[date], Mapping[str, Decimal]]


class Assessed(msgspec.Struct, frozen=True):
    """What a declaration owes, amounts in yuan: the sheet, and the parts its value is made of."""

    days: Days
    sheet: Sheet
    steps: tuple[Step, ...]

    @property
    def tax(self) -> Decimal:
        """All taxes together."""
        return self.sheet.total()

    def kinds(self) -> dict[str, Decimal]:
        """Return the sum of each tax that is levied."""
        return {kind: amount for kind, amount in self.sheet.totals().items() if amount}

    def told_steps(self) -> list[dict[str, str]]:
        """Return how the value was built up, as JSON holds it."""
        return [{"name": one.name, "amount": str(one.amount), "said": one.said} for one in self.steps]


class NotAssessed(Rule):
    """The taxes cannot be worked out: {reason}"""

    code = "DEC_NOT_ASSESSED"

    def broken_by(self, doc, ctx):
        pointer_, reason = doc
        yield Break(pointer_, reason=reason)


class NoRate(NotAssessed):
    """The tariff gives no rate for these goods on the day that decides: {reason} Ask customs which rate applies."""

    code = "DEC_NO_RATE"


class NoExchangeRate(NotAssessed):
    """No exchange rate serves the day that decides: {reason} Declare in another currency, or file once it is published."""

    code = "DEC_NO_EXCHANGE_RATE"


class NegativeValue(NotAssessed):
    """What is left of the price is less than zero: {reason} Correct the price or what is taken off it."""

    code = "DEC_VALUE_NEGATIVE"


_KNOWN = (Unvalued, UnknownCommodity, NotConfigured, QuantityMissing, Uncountable)


Granted = Mapping[tuple[int, str], Relief]
"""Reliefs by the law itself that customs have granted, by the number of the line and its commodity code."""


def assessed(of: Any, days: Days, granted: Granted | None = None, *, rates: Rates = exchange.rates) -> Assessed:
    """Return what a declaration owes by the days that decide and with what was granted of it, of a summary what it may owe.

    ``rates`` gives the exchange rates of a day, for who asks for many declarations. Raises Refused (DEC_NO_RATE,
    DEC_NO_EXCHANGE_RATE, DEC_VALUE_NEGATIVE, DEC_NOT_ASSESSED, DEC_STEP_ESTIMATE).
    """
    if step(of) == SUMMARY:
        from .two_steps.estimating import estimated

        of = estimated(of, days, rates=rates).of
    return whole(of, days, granted, rates=rates)


def whole(of: Any, days: Days, granted: Granted | None = None, *, rates: Rates = exchange.rates) -> Assessed:
    """Return what a document that says everything owes; raises Refused (DEC_NO_RATE ... DEC_NOT_ASSESSED)."""
    try:
        tariff, day_law = book(days.rate), law.on(days.rate)
        known = exchange_rates(of, days.exchange, rates)
        by = assess_export if of.IEFlag == EXPORT else assess
        found = by(deal(of), _goods(of, tariff, day_law, granted or {}), book=tariff, day_law=day_law, exchange=known)
    except _KNOWN as error:
        raise Refused([_finding(error, of)]) from error
    return Assessed(days, found.sheet, found.valued.steps)


def _goods(of: Any, tariff: Book, day_law: DayLaw, granted: Granted) -> list[Goods]:
    quotas = day_law("revenue.quota_documents") if of.licences else ()
    made = goods(of, tariff, reliefs(of, day_law), quotas)
    if not granted:
        return made
    return [
        msgspec.structs.replace(one, relief=one.relief or granted.get((place, one.gcode)))
        for place, one in enumerate(made, 1)
    ]


def exchange_rates(of: Any, on: date, rates: Rates = exchange.rates) -> Mapping[str, Decimal]:
    """Return the exchange rates of a day; none are asked for where everything is in yuan and no rate needs one."""
    try:
        return rates(on)
    except (NotConfigured, Uncountable):
        named = {one.TradeCurr for one in of.items} | {of.FeeCurr, of.InsurCurr, of.OtherCurr}
        if any(figures("currencies", one) not in ("", YUAN) for one in named):
            raise
        return {}


def _finding(error: Any, of: Any) -> Finding:
    where = pointer(getattr(error, "pointer", ""))
    if isinstance(error, UnknownCommodity):
        code = error.values["gcode"]
        where = next((f"item/{n}/CodeTS" for n, one in enumerate(of.items, 1) if one.CodeTS == code), "item")
    elif isinstance(error, QuantityMissing):
        where = next(
            (
                f"item/{n}/FirstQty"
                for n, one in enumerate(of.items, 1)
                if not {one.GUnit, one.FirstUnit, one.SecondUnit} & set(error.units)
            ),
            "item/1/FirstQty",
        )
    elif isinstance(error, NotConfigured):
        where = _lacking(error.name, of)
    return Finding(_code_of(error), where, values={"reason": {lang: error.text(lang) for lang in LANGUAGES}})


def _code_of(error: Any) -> str:
    """Return which of our rules says why nothing could be worked out."""
    name = error.name if isinstance(error, NotConfigured) else ""
    if name.startswith(exchange.NAME) or error.code == "NO_EXCHANGE_RATE":
        return NoExchangeRate.code
    if name.startswith("tariff."):
        return NoRate.code
    return NegativeValue.code if error.code == "VALUE_NEGATIVE" else NotAssessed.code


def _lacking(name: str, of: Any) -> str:
    """Return the field for which the law gives nothing: a currency that is not yuan, or a commodity code."""
    if name.startswith(exchange.NAME):
        said = [(f"item/{n}/TradeCurr", one.TradeCurr) for n, one in enumerate(of.items, 1)]
        said += [(field, getattr(of, field)) for field in ("FeeCurr", "InsurCurr", "OtherCurr")]
        return next((where for where, one in said if figures("currencies", one) not in ("", YUAN)), "")
    parts = name.split(".")
    return next((f"item/{n}/CodeTS" for n, one in enumerate(of.items, 1) if one.CodeTS in parts), "")


def fee_of(entered: date | None, accepted: date, value: Decimal, *, charged: Decimal = Decimal(0)) -> Fee | None:
    """Return the fee for declaring late; None where no time limit runs. Raises Refused where it cannot be worked out."""
    if entered is None or accepted <= entered:
        return None
    try:
        return late_fee(entered, accepted, value, charged=charged)
    except (NotConfigured, Uncountable) as error:
        reason = {lang: error.text(lang) for lang in LANGUAGES}
        raise Refused([Finding(NotAssessed.code, "", values={"reason": reason})]) from error


def told_fee(of: Fee | None) -> dict[str, Any] | None:
    """Return a fee as JSON holds it."""
    if of is None:
        return None
    return {
        "limit": of.limit.isoformat(), "start": of.start.isoformat(), "days": of.days, "value": str(of.value),
        "accrued": str(of.accrued), "due": str(of.due),
    }  # fmt: skip
