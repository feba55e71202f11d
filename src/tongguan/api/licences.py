"""Licences (许可证件): those of a firm and what is left of them, applying, taking in what was issued, and what goods need."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.kernel.numbers import hs
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.licences import actions, models, queries, types
from tongguan.licences.applications import Application, Issued, LineAsked
from tongguan.licences.needed import CodeNeeds, Want
from tongguan.licences.states import STAGES
from tongguan.tariff.needs import title
from tongguan.tariff.queries import book

from . import bodies, views
from .jsons import decoded
from .problems import Problem, both
from .reference import ON, day_named
from .repeats import once
from .shapes import Shape, Text
from .v1 import JSON, REF, described, who, wrong

router = Router()
_NUMBER = Path(description="our number of the licence / 本系统编号", ge=1, le=2**63 - 1)
_FAILS = (400, 403, 409, 413, 415, 422, 503)
MOST_CODES = 50


class LicenceGoods(Shape):
    """Goods of a licence; ``left`` is what is left of the quantity, below zero after a last batch, null before it is issued."""

    line: int
    gcode: str
    name: str
    country: str
    quantity: Decimal
    unit: str
    left: Decimal | None
    value: Decimal | None
    currency: str
    control_code: str
    bulk: bool


class LicenceShown(Shape):
    """A licence, or the application for one; ``number`` and the days are null until it is issued."""

    id: int
    type: str
    type_name: Text
    number: str | None
    form: str
    holder: str
    agent: str
    state: str
    applied_on: date
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    mode: str
    uses: int
    most_uses: int | None
    ports: list[str]
    paperless: bool
    batch_id: str
    end_users: list[str]
    end_use: str
    words: str
    goods: list[LicenceGoods]


class LicenceDrawn(Shape):
    """What a declaration drew: ``quantity`` in the unit of the line, ``state`` reserved, written_off or given_back."""

    declaration: str
    line: int
    quantity: Decimal
    state: str
    customs_code: str
    end_user: str
    reserved_at: datetime
    settled_at: datetime | None


class LicenceWithUses(Shape):
    """A licence with the latest of what declarations drew on it."""

    licence: LicenceShown
    uses: list[LicenceDrawn]
    next: int | None


class Licences(Shape):
    """Licences and applications, the newest first; ``next`` is what *before* is given for the next page."""

    licences: list[LicenceShown]
    next: int | None


class GoodsAsked(Shape):
    """Goods that a licence is for: 6, 8 or 10 digits of their code, a unit of customs' list."""

    gcode: Annotated[str, Meta(max_length=10)]
    name: Annotated[str, Meta(max_length=250)]
    quantity: Decimal
    unit: Annotated[str, Meta(max_length=3)]
    country: Annotated[str, Meta(max_length=3)] = ""
    value: Decimal | None = None
    currency: Annotated[str, Meta(max_length=3)] = ""
    control_code: Annotated[str, Meta(max_length=30)] = ""
    bulk: bool = False


class LicenceApplication(Shape):
    """An application: ``type`` is a letter of the list of documents, ``holder`` empty where the applicant will hold it."""

    type: Annotated[str, Meta(max_length=15)]
    goods: Annotated[list[GoodsAsked], Meta(max_length=60)]
    mode: Annotated[str, Meta(description="ONE_BATCH or MULTI", max_length=10)] = types.ONE_BATCH
    form: Annotated[str, Meta(description="of dual-use: single, general or pilot", max_length=10)] = ""
    holder: Annotated[str, Meta(max_length=18)] = ""
    ports: Annotated[list[Annotated[str, Meta(max_length=4)]], Meta(max_length=50)] = []
    batch_id: Annotated[str, Meta(max_length=40)] = ""
    end_users: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=50)] = []
    end_use: Annotated[str, Meta(max_length=200)] = ""


class LicenceIssued(Shape):
    """A licence that another authority issued; without ``validTo`` it is valid as long as the law allows."""

    application: LicenceApplication
    number: Annotated[str, Meta(max_length=40)]
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    agent: Annotated[str, Meta(max_length=18)] = ""


class DocumentNeeded(Shape):
    """A document that goods need: ``what`` is licence (written off), document, ban, or unknown (a letter of no list).

    ``asked`` is false where it is not asked for here; ``why`` says why, or what else is to be known. ``parameter`` names the
    law behind that.
    """

    letter: str
    name: Text
    what: str
    asked: bool
    why: Text | None
    instead: str
    parameter: str
    held: bool


class GoodsNeed(Shape):
    """What a commodity code needs; ``documents`` is null where no source tells, which is no exemption."""

    gcode: str
    exists: bool
    documents: list[DocumentNeeded] | None
    source: Text | None


class GoodsNeeds(Shape):
    """What goods need on a day, in a direction and a supervision mode."""

    on: date
    direction: str
    mode: str
    goods: list[GoodsNeed]


_application = msgspec.json.Decoder(LicenceApplication)
_issued = msgspec.json.Decoder(LicenceIssued)


def _body(name: str) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": REF.format(name=name)}}}


@router.get("/licences", **described("list_licences", "licences", Licences, fails=(400,)))
def list_licences(request: HttpRequest, stage: str = "", before: int | None = None) -> Licences:
    if stage and stage not in STAGES:
        raise wrong("stage", "other", why=", ".join(STAGES))
    found = queries.licences(to=who(request).known, stage=stage, before=_place(before), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    lines = queries.lefts(page)
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Licences(licences=[_shown(row, lines.get(row.pk, [])) for row in page], next=more)


@router.get("/licences/needed", **described("goods_need", "licences", GoodsNeeds, fails=(400, 503), public=True))
def goods_need(
    request: HttpRequest,
    codes: str = Query(
        description="commodity codes with commas between / 商品编号，以逗号分隔", example="2709000000", max_length=700
    ),
    direction: str = Query("I", description="I import, E export / I进口 E出口", max_length=1),
    mode: str = Query("", description="supervision mode, empty for any / 监管方式，空为不限", max_length=4),
    on: str = ON,
    end_user: str = Query("", description="end user of dual-use goods / 两用物项最终用户", max_length=100),
    end_use: str = Query("", description="their end use / 最终用途", max_length=200),
) -> GoodsNeeds:
    wanted = [one.strip() for one in codes.split(",") if one.strip()]
    if not 1 <= len(wanted) <= MOST_CODES or not all(hs.is_valid(one) for one in wanted):
        raise wrong("codes", "other", why=f"1..{MOST_CODES} x 10 digits")
    if direction not in ("I", "E"):
        raise wrong("direction", "other", why="I, E")
    day = day_named(on)
    users = {"end_user": end_user.replace("\0", ""), "end_use": end_use}
    found = queries.needed(wanted, direction=direction, mode=mode, book=book(day), on=day, **users)
    return GoodsNeeds(on=day, direction=direction, mode=mode, goods=[_goods_need(one) for one in found.values()])


@router.post(
    "/licences",
    **described(
        "apply_for_licence", "licences", LicenceShown, fails=_FAILS, body=_body("LicenceApplication"), keyed=True
    ),
)
@once
def apply_for_licence(request: HttpRequest) -> LicenceShown:
    actor = who(request).known
    asked = _asked(_read(request, _application))
    return _one(actions.apply(asked, by=actor, at=timezone.now()))


@router.post(
    "/licences/received",
    **described("receive_licence", "licences", LicenceShown, fails=_FAILS, body=_body("LicenceIssued"), keyed=True),
)
@once
def receive_licence(request: HttpRequest) -> LicenceShown:
    told: LicenceIssued = _read(request, _issued)
    how = Issued(told.number, told.issued_on, told.valid_from, told.valid_to)
    asked = _asked(told.application)
    return _one(actions.receive(asked, how, agent=told.agent, by=who(request).known, at=timezone.now()))


@router.get("/licences/{number}", **described("one_licence", "licences", LicenceWithUses, fails=(400, 404)))
def one_licence(request: HttpRequest, number: int = _NUMBER, before: int | None = None) -> LicenceWithUses:
    row = _seen(number, who(request).known)
    found = queries.uses_of(row, before=_place(before), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    drawn = [
        LicenceDrawn(
            declaration=one.reference, line=one.line.place, quantity=one.quantity, state=one.state,
            customs_code=one.customs, end_user=one.end_user, reserved_at=views.there(one.reserved_at),
            settled_at=one.settled_at and views.there(one.settled_at),
        )
        for one in page
    ]  # fmt: skip
    return LicenceWithUses(licence=_one(row), uses=drawn, next=page[-1].pk if len(found) > queries.PAGE else None)


def _read(request: HttpRequest, decoder: msgspec.json.Decoder) -> Any:
    problem = Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.described"))
    try:
        data = bodies.body(request)
        found = decoded(data, decoder)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    except msgspec.ValidationError:
        raise problem from None
    if rb"\u0000" in msgspec.json.encode(found):
        raise problem
    return found


def _asked(told: LicenceApplication) -> Application:
    lines = [
        LineAsked(
            one.gcode,
            one.name,
            one.quantity,
            one.unit,
            one.country,
            one.value,
            one.currency,
            one.control_code,
            one.bulk,
        )
        for one in told.goods
    ]
    return Application(
        told.type, lines, told.mode, told.form, told.holder, list(told.ports), told.batch_id, list(told.end_users),
        told.end_use,
    )  # fmt: skip


def _seen(number: int, actor: Actor) -> models.Licence:
    row = queries.licence(number, to=actor)
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _place(number: int | None) -> int | None:
    return number if number is not None and 0 < number < 2**63 else None


def _one(row: models.Licence) -> LicenceShown:
    return _shown(row, queries.lefts([row]).get(row.pk, []))


def _shown(row: models.Licence, lines: list[queries.Left]) -> LicenceShown:
    goods = [
        LicenceGoods(
            line=one.line.place, gcode=one.line.gcode, name=one.line.name, country=one.line.country,
            quantity=one.line.quantity, unit=one.line.unit, left=one.left if one.line.account_id else None,
            value=one.line.value, currency=one.line.currency, control_code=one.line.control_code, bulk=one.line.bulk,
        )
        for one in lines
    ]  # fmt: skip
    return LicenceShown(
        id=row.pk, type=row.type, type_name=_named(row.type), number=row.number, form=row.form, holder=row.holder,
        agent=row.agent, state=row.state, applied_on=row.applied_on, issued_on=row.issued_on, valid_from=row.valid_from,
        valid_to=row.valid_to, mode=row.mode, uses=row.uses, most_uses=row.most_uses, ports=list(row.ports),
        paperless=row.paperless, batch_id=row.batch_id, end_users=list(row.end_users), end_use=row.end_use,
        words=row.words, goods=goods,
    )  # fmt: skip


def _named(letter: str) -> Text:
    return Text(*(types.name(letter, lang) for lang in LANGUAGES))


def _goods_need(one: CodeNeeds) -> GoodsNeed:
    documents = None if one.wants is None else [_document(want) for want in one.wants]
    return GoodsNeed(
        gcode=one.code,
        exists=one.exists,
        documents=documents,
        source=Text(**title(one.source.origin)) if one.source else None,
    )


def _document(want: Want) -> DocumentNeeded:
    why = want.exempt or want.note
    said = Text(*(text(f"licence.needed.{why}", lang) for lang in LANGUAGES)) if why else None
    return DocumentNeeded(
        letter=want.letter, name=_named(want.letter), what=want.what, asked=want.asked, why=said, instead=want.instead,
        parameter=want.parameter, held=want.held,
    )  # fmt: skip
