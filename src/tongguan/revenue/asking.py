"""A purchase from abroad, or a sale to it, as somebody writes it down before anything is filed (一般贸易税款试算).

Everything is text, as forms and programs send it. What cannot be read, or cannot be assessed, is told with the field it
is about; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tongguan.kernel.codes import codes
from tongguan.kernel.law import DayLaw, NotConfigured
from tongguan.kernel.numbers import hs
from tongguan.kernel.texts import text
from tongguan.kernel.written import amount, reads
from tongguan.tariff.book import Book
from tongguan.tariff.entries import SPECIAL, scoped
from tongguan.tariff.measures import QuantityMissing

from .duties import Origin
from .exports import assess_export
from .parcel import UnknownCommodity
from .trade import Assessment, Goods, assess
from .valuation import TERMS, TOTAL, YUAN, Charge, Deal, Unvalued

MOST_LINES = 20  # of a form; what is filed may have more
IMPORT, EXPORT = "I", "E"
CHARGES = ("freight", "insurance", "additions", "exclusions")
_SHOWN = 20


class WrittenGoods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of goods; ``price`` is that of the line in the currency of the deal, ``origin`` a code of a country.

    ``claim`` names the agreement or preference that is claimed, ``proof`` its document. ``shown`` is false where no
    document shows the origin of goods that trade measures are against.
    """

    gcode: str
    price: str
    origin: str = ""
    producer: str = ""
    claim: str = ""
    proof: str = ""
    qty: str = ""
    unit: str = ""
    qty1: str = ""
    unit1: str = ""
    shown: bool = True


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deal: terms (1 CIF, 2 CFR, 3 FOB, 4 C&I, 7 EXW), currency and its exchange rate, charges in that currency.

    ``direction`` is I for goods that come, E for goods that leave. Without an exchange rate that of the law is taken.
    """

    items: Sequence[WrittenGoods]
    terms: str = "1"
    currency: str = YUAN
    rate: str = ""
    freight: str = ""
    insurance: str = ""
    additions: str = ""
    exclusions: str = ""
    direction: str = IMPORT


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong with what was written, and at which field."""

    code: str
    pointer: str
    values: dict[str, Any] = {}

    def text(self, lang: str) -> str:
        """Return what is wrong, in the given language."""
        return text(f"revenue.{self.code.lower()}", lang, **self.values)


def asked(
    of: Written, *, book: Book, day_law: DayLaw, exchange: Mapping[str, Decimal]
) -> tuple[Assessment | None, list[Wrong]]:
    """Return what a deal would owe, or what is wrong with how it is written; ``exchange`` is the law's.

    Raises NotConfigured when the day has no rate for goods that are written well.
    """
    wrong = misread(of)
    if wrong:
        return None, wrong
    known = dict(exchange)
    if of.rate:
        known[of.currency] = amount(of.rate)
    charges = {name: Charge(TOTAL, amount(value), of.currency) for name in CHARGES if (value := getattr(of, name))}
    goods = [_goods(one, book) for one in of.items]
    deal = Deal(of.terms, [amount(one.price) for one in of.items], [of.currency] * len(goods), **charges)
    try:
        by = assess_export if of.direction == EXPORT else assess
        return by(deal, goods, book=book, day_law=day_law, exchange=known), []
    except Unvalued as error:
        return None, [Wrong(error.code, "rate" if error.code == "NO_EXCHANGE_RATE" else error.pointer, error.values)]
    except UnknownCommodity as error:
        place = next(place for place, one in enumerate(goods, 1) if one.gcode == error.values["gcode"])
        return None, [Wrong(error.code, f"items/{place}/gcode", error.values)]
    except QuantityMissing as error:
        return None, _short(goods, error)


def misread(of: Written) -> list[Wrong]:
    """Return every field that cannot be read."""
    wrong = []
    if not 1 <= len(of.items) <= MOST_LINES:
        wrong.append(Wrong("TRADE_LINES", "items", {"found": len(of.items), "most": MOST_LINES}))
    if of.direction not in (IMPORT, EXPORT):
        wrong.append(Wrong("DIRECTION_UNKNOWN", "direction", {"found": of.direction[:_SHOWN]}))
    if of.terms not in TERMS:
        wrong.append(Wrong("TERMS_UNKNOWN", "terms", {"found": of.terms[:_SHOWN]}))
    if of.currency not in codes("currencies"):
        wrong.append(Wrong("CURRENCY_UNKNOWN", "currency", {"found": of.currency[:_SHOWN]}))
    amounts = [(name, getattr(of, name)) for name in ("rate", *CHARGES)]
    for place, one in enumerate(of.items[:MOST_LINES], 1):
        at = f"items/{place}/"
        amounts += [(f"{at}{name}", getattr(one, name)) for name in ("qty", "qty1")]
        amounts.append((f"{at}price", one.price or "?"))
        if one.origin and one.origin not in codes("countries"):
            wrong.append(Wrong("COUNTRY_UNKNOWN", f"{at}origin", {"found": one.origin[:_SHOWN]}))
        for name, counted in (("unit", one.qty), ("unit1", one.qty1)):
            if counted and getattr(one, name) not in codes("units"):
                wrong.append(Wrong("UNIT_UNKNOWN", f"{at}{name}", {"found": getattr(one, name)[:_SHOWN]}))
    for pointer, written in amounts:
        if written and not reads(amount, written):
            wrong.append(Wrong("AMOUNT_UNREADABLE", pointer, {"found": written[:_SHOWN]}))
    return wrong


def _goods(one: WrittenGoods, book: Book) -> Goods:
    code = hs.compact(one.gcode)
    line = book.line(code)
    special = line is not None and any(rate.kind == scoped(SPECIAL, one.claim) for rate in line.scopes(SPECIAL))
    claim = {"special" if special else "agreement": one.claim} if one.claim else {}
    origin = Origin(one.origin, producer=one.producer, proof=one.proof, shown=one.shown, **claim)
    stated = [(unit, amount(counted)) for unit, counted in ((one.unit, one.qty), (one.unit1, one.qty1)) if counted]
    return Goods(code, origin, stated)


def _short(goods: Sequence[Goods], error: QuantityMissing) -> list[Wrong]:
    """Return the lines that have no quantity in a unit the rate needs."""
    lacking = [p for p, one in enumerate(goods, 1) if not {unit for unit, _ in one.quantities} & set(error.units)]
    return [
        Wrong("QUANTITY_MISSING", f"items/{place}/qty1", {"units": error.values["units"]})
        for place in lacking or range(1, len(goods) + 1)
    ]


def law_rates(day_law: DayLaw) -> Mapping[str, Decimal]:
    """Return the exchange rates of the law, none where it has none for the day."""
    try:
        return day_law("revenue.exchange_rates")
    except NotConfigured:
        return {}
