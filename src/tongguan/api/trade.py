"""What goods bought abroad would be taxed in general trade (一般贸易税款试算), for everybody's programs.

Nothing is kept of what is sent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from msgspec import Meta
from ninja import Router

from tongguan.kernel.law import DayLaw, law
from tongguan.revenue.asking import Written, WrittenGoods, asked, law_rates
from tongguan.revenue.exchange.queries import known
from tongguan.tariff.queries import book

from . import shapes
from .estimates import FAILS, read, shape
from .problems import Problem, both, errors_of
from .reference import day_named
from .shapes import Shape, Text
from .v1 import described

router = Router()


class TradeGoods(WrittenGoods, frozen=True, forbid_unknown_fields=True):
    """A line of goods: code, price of the line, origin (a code of a country), what is claimed and its proof, quantities.

    All are texts. ``shown`` is false where no document shows the origin of goods that trade measures are against.
    """


class TradeAsked(Written, frozen=True, forbid_unknown_fields=True):
    """A deal; ``terms`` are 1 CIF, 2 CFR, 3 FOB, 4 C&I, 5 market price, 6 stowage, 7 EXW; charges are in its currency.

    ``direction`` is I for imports, E for exports. ``rate`` is the exchange rate, that of the law without it.
    ``on`` is the day, today without it.
    """

    items: list[TradeGoods]  # type: ignore[assignment]
    on: str = ""


class TradeStep(Shape):
    """A part of the customs value, in yuan, not rounded."""

    name: str
    title: Text
    amount: Decimal


class TradeDuty(Shape):
    """Which duty a line of goods pays, why, and the duties of trade measures on top; kinds as the tariff names them."""

    item: int
    kind: str
    ground: str
    why: Text
    measures: list[str]


class TradeAnswer(Shape):
    """What a deal would owe, in yuan; the sheet can be worked out again from what it says."""

    on: str
    value: Annotated[
        Decimal, Meta(description="customs value, CIF at the port of entry; of exports, FOB without the export duty")
    ]
    steps: list[TradeStep]
    duties: list[TradeDuty]
    tax: Decimal
    totals: dict[str, Decimal]
    sheet: Any


_asked = msgspec.json.Decoder(TradeAsked)


@router.post(
    "/calculator/trade",
    **described("estimate_trade", "estimates", TradeAnswer, fails=FAILS, body=shape("TradeAsked"), public=True),
)
def post_trade(request: HttpRequest) -> TradeAnswer:
    of: TradeAsked = read(request, _asked)
    day = day_named(of.on)
    day_law = DayLaw(law, day)
    found, wrong = asked(of, book=book(day), day_law=day_law, exchange={**law_rates(day_law), **known(day)})
    if found is None:
        raise Problem("DOCUMENT_INVALID", pointer=wrong[0].pointer, errors=errors_of(wrong))
    return TradeAnswer(
        on=day.isoformat(), value=found.sheet.value, tax=found.sheet.total(), totals=found.sheet.totals(),
        steps=[
            TradeStep(step.name, shapes.Text(**both(f"revenue.step.{step.name}", said=step.said)), step.amount)
            for step in found.valued.steps
        ],
        duties=[
            TradeDuty(
                place, one.duty.kind, one.ground, shapes.Text(**both(f"revenue.ground.{one.ground}")),
                [rate.kind for rate in one.measures],
            )
            for place, one in enumerate(found.duties, 1)
            if one is not None
        ],
        sheet=found.sheet.as_dict(),
    )  # fmt: skip
