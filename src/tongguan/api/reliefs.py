"""Reliefs of import taxes (减免税): letters and what is left of them, applying, and orders from an importer's own system."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.revenue.models import ReliefLetter
from tongguan.revenue.reliefs import actions, queries
from tongguan.revenue.reliefs.applications import Application, Equipment, GoodsAsked, Order, OrderLine
from tongguan.revenue.reliefs.states import GOODS, LETTER, STAGES

from . import views
from .estimates import read, shape
from .problems import Problem
from .repeats import once
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
_BEFORE = Query(None, ge=1, le=2**63 - 1)
_NUMBER = Path(description="our number of the letter / 本系统编号", ge=1, le=2**63 - 1)
_FAILS = (400, 403, 409, 413, 415, 422, 503)
Short = Annotated[str, Meta(max_length=40)]
Unit = Annotated[str, Meta(max_length=3)]


class ReliefGoods(Shape):
    """A line of a letter; ``left`` is what is left of the quantity, null before the letter is confirmed."""

    line: int
    gcode: str
    name: str
    goods: str
    purpose: str
    years: str
    quantity: Decimal
    unit: str
    left: Decimal | None
    value: Decimal | None
    currency: str


class ReliefShown(Shape):
    """A letter of relief, or the application for one; ``quick`` says that rules confirmed it, ``risks`` why they did not."""

    id: int
    number: str | None
    scheme: str
    batch: str
    holder: str
    agent: str
    project: str
    office: str
    order_no: str
    state: Annotated[str, Meta(description=", ".join(LETTER.states))]
    quick: bool
    risks: list[str]
    applied_at: datetime
    decide_by: date
    decided_at: datetime | None
    words: str
    papers: str
    valid_from: date | None
    valid_to: date | None
    goods: list[ReliefGoods]


class Reliefs(Shape):
    """A page of letters, the newest first; ``next`` is the parameter *before* of the page that follows."""

    reliefs: list[ReliefShown]
    next: int | None


class SupervisedGoods(Shape):
    """Goods that came under a letter, values in yuan; ``base`` and ``tax`` are those of an early disposal."""

    declaration: str
    item: int
    line: int
    quantity: Decimal
    state: Annotated[str, Meta(description=", ".join(GOODS.states))]
    value: Decimal | None
    released_on: date | None
    supervised_to: date | None
    ended_on: date | None
    base: Decimal | None
    tax: Decimal | None


class ReliefWhole(Shape):
    """A letter with the goods that came under it, the latest first."""

    relief: ReliefShown
    supervised: list[SupervisedGoods]


class ReliefGoodsAsked(Shape):
    """Goods of an application: ten digits of their code, their class by the scheme, and the sort by which they are supervised."""

    gcode: Annotated[str, Meta(max_length=10)]
    name: Annotated[str, Meta(max_length=250)]
    quantity: Decimal
    unit: Unit
    goods: Short = "instrument"
    purpose: Short = "research"
    years: Short = "other"
    value: Decimal | None = None
    currency: Unit = ""
    since_parent: date | None = None


class ReliefApplication(Shape):
    """An application for relief; ``holder`` is empty where the program's own firm is the entity."""

    scheme: Short
    project: Annotated[str, Meta(max_length=200)]
    office: Annotated[str, Meta(max_length=4)]
    lines: Annotated[list[ReliefGoodsAsked], Meta(max_length=60)]
    holder: Annotated[str, Meta(max_length=18)] = ""


class ReliefAnswer(Shape):
    """What a firm answers when customs have asked for papers."""

    papers: Annotated[str, Meta(max_length=500)]


class ReliefOrderLine(Shape):
    """A line of an order: the item by the system's own number, how many, and the price of one."""

    item: Short
    quantity: Decimal
    unit: Unit
    price: Decimal | None = None
    currency: Unit = ""


class ReliefEquipment(Shape):
    """What the importer's system knows of an item."""

    item: Short
    gcode: Annotated[str, Meta(max_length=10)]
    name: Annotated[str, Meta(max_length=250)]
    goods: Short = "equipment"
    purpose: Short = "production"
    years: Short = "other"
    since_parent: date | None = None


class ReliefOrder(Shape):
    """An order and the data of its equipment, from which an application is made; without a risk it is confirmed at once."""

    number: str
    scheme: Short
    project: Annotated[str, Meta(max_length=200)]
    office: Annotated[str, Meta(max_length=4)]
    lines: Annotated[list[ReliefOrderLine], Meta(max_length=60)]
    equipment: Annotated[list[ReliefEquipment], Meta(max_length=200)]
    holder: Annotated[str, Meta(max_length=18)] = ""


_application = msgspec.json.Decoder(ReliefApplication)
_order = msgspec.json.Decoder(ReliefOrder)
_answer = msgspec.json.Decoder(ReliefAnswer)


@router.get("/reliefs", **described("list_reliefs", "reliefs", Reliefs, fails=(400, 422)))
def list_reliefs(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES)} / 阶段"),
    before: int | None = _BEFORE,
) -> Reliefs:
    if stage and stage not in STAGES:
        raise wrong("stage", "kind", kinds=list(STAGES))
    found = queries.letters(to=who(request).known, stage=stage, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    lines = queries.lefts(page)
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Reliefs(reliefs=[_shown(row, lines.get(row.pk, [])) for row in page], next=more)


@router.post(
    "/reliefs",
    **described("apply_for_relief", "reliefs", ReliefShown, fails=_FAILS, body=shape("ReliefApplication"), keyed=True),
)
@once
def apply_for_relief(request: HttpRequest) -> ReliefShown:
    actor = who(request).known
    told: ReliefApplication = _read(request, _application)
    lines = [GoodsAsked(**msgspec.structs.asdict(one)) for one in told.lines]
    asked = Application(told.scheme, told.project, told.office, lines, told.holder)
    return _one(actions.apply(asked, by=actor, at=timezone.now()))


@router.post(
    "/reliefs/orders",
    **described("apply_by_order", "reliefs", ReliefShown, fails=_FAILS, body=shape("ReliefOrder"), keyed=True),
)
@once
def apply_by_order(request: HttpRequest) -> ReliefShown:
    actor = who(request).known
    told: ReliefOrder = _read(request, _order)
    lines = [OrderLine(**msgspec.structs.asdict(one)) for one in told.lines]
    equipment = [Equipment(**msgspec.structs.asdict(one)) for one in told.equipment]
    order = Order(told.number, told.scheme, told.project, told.office, lines, equipment, told.holder)
    return _one(actions.apply_from_order(order, by=actor, at=timezone.now()))


@router.post(
    "/reliefs/{number}/answer",
    **described("answer_relief", "reliefs", ReliefShown, fails=(*_FAILS, 404), body=shape("ReliefAnswer")),
)
def answer_relief(request: HttpRequest, number: int = _NUMBER) -> ReliefShown:
    actor, told = who(request).known, _read(request, _answer)
    try:
        return _one(actions.answer(number, told.papers, by=actor, at=timezone.now()))
    except ReliefLetter.DoesNotExist:
        raise Problem("NOT_FOUND") from None


@router.get("/reliefs/{number}", **described("one_relief", "reliefs", ReliefWhole, fails=(400, 404, 422)))
def one_relief(request: HttpRequest, number: int = _NUMBER) -> ReliefWhole:
    row = queries.letter(number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    goods = [
        SupervisedGoods(
            declaration=one.reference, line=one.line.place,
            **{name: getattr(one, name) for name in SupervisedGoods.__struct_fields__ if name not in ("declaration", "line")},
        )
        for one in queries.goods_of(row)
    ]  # fmt: skip
    return ReliefWhole(relief=_one(row), supervised=goods)


def _read(request: HttpRequest, decoder: msgspec.json.Decoder) -> Any:
    found = read(request, decoder)
    if rb"\u0000" in msgspec.json.encode(found):
        raise wrong("JSON", "other", why="\\u0000")
    return found


def _one(row: ReliefLetter) -> ReliefShown:
    return _shown(row, queries.lefts([row]).get(row.pk, []))


def _shown(row: ReliefLetter, lines: list[queries.Left]) -> ReliefShown:
    of_line = ("gcode", "name", "goods", "purpose", "years", "quantity", "unit", "value", "currency")
    goods = [
        ReliefGoods(
            line=one.line.place, left=one.left if one.line.account_id else None,
            **{name: getattr(one.line, name) for name in of_line},
        )
        for one in lines
    ]  # fmt: skip
    same = (
        "number", "scheme", "batch", "holder", "agent", "project", "order_no", "state", "quick", "decide_by", "words", "papers",
        "valid_from", "valid_to",
    )  # fmt: skip
    return ReliefShown(
        id=row.pk, office=row.office, risks=list(row.risks), applied_at=views.there(row.applied_at),
        decided_at=row.decided_at and views.there(row.decided_at), goods=goods,
        **{name: getattr(row, name) for name in same},
    )  # fmt: skip
