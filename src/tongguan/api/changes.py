"""Templates of declarations (报关单模板), and answers to what customs propose to change (海关发起的修改、撤销)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.declarations import actions, models, queries
from tongguan.declarations.actions.templates import LONGEST
from tongguan.formats import dec
from tongguan.parties.vault import Forgotten

from . import declarations, views
from .problems import Problem
from .shapes import Shape
from .v1 import described, who

router = Router()
_MOST = 2**63 - 1
_FAILS = (400, 403, 404, 409, 413, 415, 422, 503)
_ID = Path(description="the id of the template / 模板序号", ge=1, le=_MOST)


class TemplateLine(Shape):
    """A template in a list."""

    id: int
    name: str
    direction: str
    trader_name: str
    goods: str
    lines: int
    mode: str
    settlement: str
    guarantee: str
    kept_at: datetime


class DeclarationTemplates(Shape):
    """A page of templates, the newest first; ``next`` is the parameter *before* of the page that follows."""

    templates: list[TemplateLine]
    next: int | None


class TemplateWhole(TemplateLine):
    """A template with what it says: to be saved as a draft with what is of one consignment; null when its key was destroyed."""

    document: dec.Declaration | None


class TemplateToKeep(Shape, forbid_unknown_fields=True):
    """The declaration to keep (by its number or pre-entry number), and the name; the same name is written anew."""

    declaration: Annotated[str, Meta(max_length=18)]
    name: Annotated[str, Meta(max_length=LONGEST)]


class ProposalAnswered(Shape, forbid_unknown_fields=True):
    """Whether the change that customs propose is confirmed; why not, where it is declined."""

    confirmed: bool
    answer: Annotated[str, Meta(max_length=500)] = ""


_to_keep, _answered = msgspec.json.Decoder(TemplateToKeep), msgspec.json.Decoder(ProposalAnswered)


@router.get(
    "/declaration-templates", **described("list_templates", "declarations", DeclarationTemplates, fails=(400, 422))
)
def list_templates(
    request: HttpRequest, before: int | None = Query(None, ge=1, le=_MOST)
) -> DeclarationTemplates:  # fmt: skip
    rows = queries.templates(to=who(request).known, before=before, limit=queries.PAGE + 1)
    page = rows[: queries.PAGE]
    more = page[-1].pk if len(rows) > queries.PAGE else None
    return DeclarationTemplates(templates=[TemplateLine(**_line(row)) for row in page], next=more)


@router.post(
    "/declaration-templates",
    **described(
        "keep_template", "declarations", TemplateLine, fails=_FAILS, body=declarations.body_of("TemplateToKeep")
    ),
)
def keep_template(request: HttpRequest) -> TemplateLine:
    actor, of = who(request).known, declarations.read(request, _to_keep)
    row = declarations.seen(of.declaration, actor)
    return TemplateLine(**_line(declarations.done(actions.keep_template, row.pk, of.name, by=actor)))


@router.get(
    "/declaration-templates/{number}", **described("one_template", "declarations", TemplateWhole, fails=(400, 404))
)
def one_template(request: HttpRequest, number: int = _ID) -> TemplateWhole:
    row = queries.template(number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    try:
        document = queries.template_document(row)
    except Forgotten:
        document = None
    return TemplateWhole(**_line(row), document=document)


@router.api_operation(
    ["DELETE"],
    "/declaration-templates/{number}",
    **described("drop_template", "declarations", TemplateLine, fails=(400, 403, 404)),
)
def drop_template(request: HttpRequest, number: int = _ID) -> TemplateLine:
    actor = who(request).known
    row = queries.template(number, to=actor)
    if row is None:
        raise Problem("NOT_FOUND")
    try:
        actions.drop_template(number, by=actor, at=timezone.now())
    except models.DeclarationTemplate.DoesNotExist:
        raise Problem("NOT_FOUND") from None
    return TemplateLine(**_line(row))


@router.post(
    "/declarations/{number}/proposal",
    **described(
        "answer_proposal", "declarations", declarations.DeclarationWhole, fails=_FAILS,
        body=declarations.body_of("ProposalAnswered"),
    ),
)  # fmt: skip
def answer_proposal(request: HttpRequest, number: str = declarations.NUMBER) -> declarations.DeclarationWhole:
    actor = who(request).known
    row, of = declarations.seen(number, actor), declarations.read(request, _answered)
    open_ = next((one for one in queries.requests(row) if one.state in ("proposed", "lapsed")), None)
    if open_ is None:
        raise Problem("NOT_FOUND")
    if of.confirmed:
        declarations.done(actions.confirm, open_.pk, by=actor)
    else:
        declarations.done(actions.decline, open_.pk, answer=of.answer, by=actor)
    return declarations.whole(declarations.seen(number, actor))


def _line(row: models.DeclarationTemplate) -> dict:
    names = ("name", "direction", "trader_name", "goods", "lines", "mode", "settlement", "guarantee")
    return {"id": row.pk, "kept_at": views.there(row.kept_at)} | {name: getattr(row, name) for name in names}
