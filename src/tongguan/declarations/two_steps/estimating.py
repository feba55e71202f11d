"""What a summary may owe (概要申报税款估算), by which its guarantee is debited: worked out as any other, on the careful side.

Where a line has six figures only, it is taken for that code under them that owes most. Terms of the deal and charges count
where they are given; else the total is taken as the price up to the port of entry. It is an estimate of ours: the law says
only that the guarantee has to cover it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.revenue.valuation import CIF, FREIGHT_OUTSIDE
from tongguan.tariff.book import Book

from ..days import Days

WHOLE, SHORT = 10, 6
"""Figures of a commodity code in a complete declaration, and at least in a summary."""

LEVIED = "1"
_CHARGES = dict.fromkeys(
    ("FeeMark", "FeeRate", "FeeCurr", "InsurMark", "InsurRate", "InsurCurr", "OtherMark", "OtherRate", "OtherCurr")
)


class NotEstimated(Rule):
    """What the goods of {gcode} will owe cannot be estimated; give the code with ten figures."""

    code = "DEC_STEP_ESTIMATE"

    def broken_by(self, doc, ctx):
        for place, gcode in doc:
            yield Break(f"item/{place}/CodeTS", gcode=gcode)


class Estimate(NamedTuple):
    """The document as it is assessed, and the least its goods would owe under any code it may mean, in yuan."""

    of: Any
    least: Decimal


def under(tariff: Book, gcode: str) -> list[str]:
    """Return the commodity codes of the tariff that begin with so many figures; itself when it is whole."""
    if len(gcode) >= WHOLE:
        return [gcode] if gcode in tariff else []
    known = tariff.memo.setdefault("by_six", {})
    if not known:
        for code in sorted(tariff.codes):
            known.setdefault(code[:SHORT], []).append(code)
    return [code for code in known.get(gcode[:SHORT], ()) if code.startswith(gcode)]


def estimated(of: Any, days: Days, *, rates: Any = None) -> Estimate:
    """Return how a summary is assessed; raises Refused (DEC_STEP_ESTIMATE) where no code of a line can be.

    ``rates`` gives the exchange rates of a day, those that are published without it.
    """
    from .. import assessing

    tariff, of = assessing.book(days.rate), _priced(of)
    least, items = Decimal(0), []
    for place, one in enumerate(of.items, 1):
        tried = sorted(_tried(of, one, under(tariff, one.CodeTS or ""), days, rates), key=lambda pair: pair[0])
        if not tried:
            doc = [(place, one.CodeTS or "")]
            raise Refused(
                [Finding(NotEstimated.code, b.pointer, values=b.values) for b in NotEstimated().broken_by(doc, None)]
            )
        least += tried[0][0]
        items.append(msgspec.structs.replace(one, CodeTS=tried[-1][1]))
    return Estimate(msgspec.structs.replace(of, items=items), least)


def _priced(of: Any) -> Any:
    """Return the document with terms that can be worked with, and each line levied."""
    terms = of.TransMode or CIF
    if terms in FREIGHT_OUTSIDE and not of.FeeRate:
        terms = CIF
    items = [one if one.DutyMode else msgspec.structs.replace(one, DutyMode=LEVIED) for one in of.items]
    return msgspec.structs.replace(of, TransMode=terms, items=items, **({} if of.TransMode == terms else _CHARGES))


def _tried(of: Any, one: Any, codes: list[str], days: Days, rates: Any) -> Iterator[tuple[Decimal, str]]:
    from .. import assessing

    rates = rates or assessing.exchange.rates
    if len(codes) == 1 and len(of.items) == 1:
        yield (
            assessing.whole(
                msgspec.structs.replace(of, items=[msgspec.structs.replace(one, CodeTS=codes[0])]), days, rates=rates
            ).tax,
            codes[0],
        )
        return
    alone = msgspec.structs.replace(of, TransMode=CIF, **_CHARGES)
    for code in codes:
        try:
            owed = assessing.whole(
                msgspec.structs.replace(alone, items=[msgspec.structs.replace(one, CodeTS=code)]), days, rates=rates
            )
        except Refused:
            continue
        yield owed.tax, code
