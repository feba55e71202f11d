"""Estimating the tax of a purchase (税款试算), and checking numbers (号码校验), for everybody's programs.

Nothing is kept of what is sent.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Router

from tongguan.ecommerce.context import Context, context
from tongguan.ecommerce.estimates import PIECE, Written, WrittenGoods, estimate
from tongguan.kernel.numbers.checking import KINDS, LONGEST, Verdict, identified, verdict
from tongguan.kernel.texts import LANGUAGES
from tongguan.tariff.queries import book

from . import shapes, views
from .bodies import TooLarge, body, too_large
from .jsons import decoded
from .problems import Problem, both, errors_of
from .reference import day_named
from .shapes import Finding, Shape, Text
from .v1 import JSON, REF, described

router = Router()
Number = str | int | float
_PATH = re.compile(r"\$\.?([\w.\[\]]+)")
_PLACE = re.compile(r"\[(\d+)\]")


class EstimateGoods(Shape, forbid_unknown_fields=True):
    """A line of goods; amounts in yuan, numbers as texts or as JSON numbers. ``qty1`` is the weight or volume."""

    gcode: str
    total_price: Number
    qty: Number = "1"
    unit: str = PIECE
    qty1: Number = ""
    unit1: str = ""


class EstimateAsked(Shape, forbid_unknown_fields=True):
    """A purchase in one parcel; ``used`` is what the buyer has used of his yearly limit."""

    trade_mode: str
    items: list[EstimateGoods]
    on: Annotated[str, Meta(description="the day; today without it")] = ""
    freight: Number = "0"
    insured_fee: Number = "0"
    used: Number = "0"


class EstimateAnswer(Shape):
    """What a purchase would be taxed; ``sheet`` is null when a finding refuses it, else as that of a parcel."""

    on: str
    refused: bool
    findings: list[Finding]
    value: Annotated[Decimal, Meta(description="what counts against the limits, in yuan")]
    single_limit: Decimal
    over_single: bool
    one_item: Annotated[bool, Meta(description="one article that cannot be divided")]
    annual_limit: Decimal
    left: Annotated[Decimal, Meta(description="of the year, after this purchase")]
    tax: Decimal | None
    sheet: Any


class NumberAsked(Shape, forbid_unknown_fields=True):
    """A number, and what kind it should be of; without a kind that is found out."""

    number: str
    kind: str = ""


class NumberVerdict(Shape):
    """What a number is as one kind; ``place`` counts from 1, null where it is not known which character is wrong."""

    kind: str
    name: Text
    valid: bool
    written: Annotated[str, Meta(description="as people read it; empty for a personal number and for a wrong one")]
    message: Text | None
    place: int | None
    wanted: Annotated[str, Meta(description="the check character that would fit, or empty")]


class NumberVerdicts(Shape):
    """The kinds a number can be; if it can be none, those whose length it has; none when no kind is so long."""

    verdicts: list[NumberVerdict]


def shape(name: str) -> dict[str, Any]:
    """Return how a body is described: as JSON of a shape."""
    return {JSON: {"schema": {"$ref": REF.format(name=name)}}}


_asked = msgspec.json.Decoder(EstimateAsked)
_number = msgspec.json.Decoder(NumberAsked)
FAILS = (400, 413, 415, 422, 503)


@router.post(
    "/calculator",
    **described("estimate", "estimates", EstimateAnswer, fails=FAILS, body=shape("EstimateAsked"), public=True),
)
def post_estimate(request: HttpRequest) -> EstimateAnswer:
    asked = read(request, _asked)
    day = day_named(asked.on)
    ctx = context(day) if day == timezone.localdate() else Context(day, tariff=book(day))
    items = tuple(
        WrittenGoods(one.gcode, str(one.qty), one.unit, str(one.total_price), str(one.qty1), one.unit1)
        for one in asked.items
    )
    found = estimate(Written(items, asked.trade_mode, str(asked.freight), str(asked.insured_fee), str(asked.used)), ctx)
    if not found.readable:
        raise Problem("DOCUMENT_INVALID", pointer=found.findings[0].pointer, errors=errors_of(found.findings))
    return EstimateAnswer(
        on=day.isoformat(), refused=found.refused, findings=[views.finding(one) for one in found.findings],
        value=found.value, single_limit=found.single_limit, over_single=found.over_single, one_item=found.one_item,
        annual_limit=found.annual_limit, left=found.left, tax=found.sheet and found.sheet.total(),
        sheet=found.sheet and found.sheet.as_dict(),
    )  # fmt: skip


@router.post(
    "/numbers",
    **described("check_number", "estimates", NumberVerdicts, fails=FAILS, body=shape("NumberAsked"), public=True),
)
def post_number(request: HttpRequest) -> NumberVerdicts:
    asked = read(request, _number)
    if asked.kind and asked.kind not in KINDS:
        raise Problem("WRONG_SHAPE", pointer="kind", wanted=both("api.shape.number_kind", kinds=list(KINDS)))
    number = asked.number[: LONGEST + 1]
    found = (verdict(asked.kind, number),) if asked.kind else identified(number)
    return NumberVerdicts(verdicts=[_verdict(one) for one in found])


def _verdict(of: Verdict) -> NumberVerdict:
    said = of.error and shapes.Text(*(of.error.text(lang) for lang in LANGUAGES))
    name = shapes.Text(**both(f"numbers.kind.{of.kind}"))
    return NumberVerdict(
        kind=of.kind,
        name=name,
        valid=of.valid,
        written=of.written,
        message=said,
        place=of.place or None,
        wanted=of.wanted,
    )


def read(request: HttpRequest, decoder: msgspec.json.Decoder) -> Any:
    """Return what was sent; raises Problem at the member that is wrong, without repeating what it holds."""
    try:
        return decoded(body(request), decoder)
    except TooLarge:
        raise too_large() from None
    except msgspec.ValidationError as error:
        pointer = _pointer(str(error))
        wanted = both("api.shape.described")
        raise Problem("WRONG_SHAPE", pointer=pointer or "JSON", wanted=wanted) from None


def _pointer(said: str) -> str:
    """Return the member a decoder complains of, as findings name it.

    >>> _pointer("Expected `str`, got `int` - at `$.items[0].gcode`")
    'items/1/gcode'
    """
    found = _PATH.search(said.rpartition("at `")[2]) if "at `$" in said else None
    if found is None:
        return ""
    return _PLACE.sub(lambda place: f"/{int(place[1]) + 1}", found[1]).replace(".", "/")
