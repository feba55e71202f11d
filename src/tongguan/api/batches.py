"""Declarations filed together (批量申报): up to 500 at once, each accepted or rejected, answered again to who asks again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.declarations import actions, queries
from tongguan.declarations.actions.filing import MOST
from tongguan.declarations.models import DeclarationBatch
from tongguan.declarations.states import DECLARATION

from . import shapes, views
from .declarations import DeclarationToFile, read
from .problems import Problem
from .shapes import Shape
from .v1 import JSON, REF, described, plain, who

router = Router()
_NUMBER = Path(description="the number the firm gave them / 企业自编批次号", example="26-0042")
_BEFORE = Query(None, ge=1, le=2**63 - 1)


class DeclarationBatchToFile(Shape, forbid_unknown_fields=True):
    """Declarations to be filed together under a ``number`` of the firm's own, which files once."""

    number: Annotated[str, Meta(min_length=1, max_length=40)]
    declarations: Annotated[list[DeclarationToFile], Meta(min_length=1, max_length=MOST)]


class DeclarationAnswer(Shape):
    """What became of one, as it was answered: ``refused`` was not even kept, ``id`` is null then."""

    place: Annotated[int, Meta(description="its place in what was filed, from 1")]
    id: int | None
    state: Annotated[str, Meta(description=", ".join((*DECLARATION.states, "refused")))]
    number: str
    findings: list[shapes.Finding]


class DeclarationBatchLine(Shape):
    """What was filed together: how many, and how many of them were accepted, rejected, and not even kept."""

    number: str
    at: datetime
    filed: int
    accepted: int
    rejected: int
    refused: int


class DeclarationBatchWhole(DeclarationBatchLine):
    """What was filed together, with what became of each, in the order they were filed."""

    answers: list[DeclarationAnswer]


class DeclarationBatches(Shape):
    """What a firm filed together, the latest first; ``next`` is the parameter *before* of the page that follows."""

    batches: list[DeclarationBatchLine]
    next: int | None


_to_file = msgspec.json.Decoder(DeclarationBatchToFile)
_BODY = {JSON: {"schema": {"$ref": REF.format(name="DeclarationBatchToFile")}}}


@router.post(
    "/declarations/batches",
    **described(
        "file_declarations", "declarations", DeclarationBatchWhole, fails=(400, 403, 413, 415, 422, 503), body=_BODY
    ),
)
def file_declarations(request: HttpRequest) -> DeclarationBatchWhole:
    of = read(request, _to_file)
    asked = [
        actions.ToFile(one.document, one.mode, one.settlement, one.guarantee, one.follows) for one in of.declarations
    ]
    return _whole(actions.file_many(of.number, asked, by=who(request).known, at=timezone.now()))


@router.get(
    "/declarations/batches",
    **described("list_declaration_batches", "declarations", DeclarationBatches, fails=(400, 422)),
)
def list_declaration_batches(request: HttpRequest, before: int | None = _BEFORE) -> DeclarationBatches:
    found = queries.batches(to=who(request).known, before=before, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    more = shown[-1].pk if len(found) > queries.PAGE else None
    return DeclarationBatches(batches=[DeclarationBatchLine(**_line(row)) for row in shown], next=more)


@router.get(
    "/declarations/batches/{number}",
    **described("one_declaration_batch", "declarations", DeclarationBatchWhole, fails=(400, 404)),
)
def one_declaration_batch(request: HttpRequest, number: str = _NUMBER) -> DeclarationBatchWhole:
    row = queries.batch(plain("number", number, 40), to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    return _whole(row)


def _line(row: DeclarationBatch) -> dict[str, Any]:
    return {"number": row.number, "at": views.there(row.at), "filed": len(row.answers)} | row.counted


def _whole(row: DeclarationBatch) -> DeclarationBatchWhole:
    answers = [
        DeclarationAnswer(
            place=place, id=one["id"], state=one["state"], number=one["number"],
            findings=[views.finding(said) for said in one["findings"]],
        )
        for place, one in enumerate(row.answers, 1)
    ]  # fmt: skip
    return DeclarationBatchWhole(**_line(row), answers=answers)
