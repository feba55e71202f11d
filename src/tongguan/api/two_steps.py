"""Declaring in two steps and access in two stages (两步申报、两段准入): complete a summary, and may goods leave and be used."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from msgspec import Meta
from ninja import Router

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.declarations.two_steps import queries as steps
from tongguan.formats import dec
from tongguan.inspections.access import actions as access
from tongguan.inspections.access import queries as accesses

from . import shapes, views
from .declarations import NUMBER, DeclarationWhole, done, read, seen, whole
from .problems import Problem, both
from .shapes import Shape, Text
from .v1 import JSON, REF, described, who

router = Router()
_CHANGING = (400, 403, 404, 409, 413, 415, 422, 503)
_OURS = (accesses.UNRELEASED, accesses.NOT_ENTERED, accesses.NOT_LIFTED)


class AccessReason(Shape):
    """Why goods may not leave the port area, or may not be used."""

    code: str
    text: Text


class DeclarationSteps(Shape):
    """How a declaration stands in its two steps, and whether its goods may leave the port area and be used.

    ``estimate`` is what its guarantee secures after the summary, in yuan; ``dueOn`` the last day of the complete declaration,
    ``lateSince`` the first day it was late. Of a declaration in one step only the access is told.
    """

    number: str | None
    state: str
    licensed: bool | None
    inspected: bool | None
    taxed: bool | None
    estimate: Decimal | None
    due_on: date | None
    late_since: date | None
    lifted_at: datetime | None
    completed_at: datetime | None
    findings: list[shapes.Finding]
    lift_off_allowed: bool
    lift_off_reasons: list[AccessReason]
    use_allowed: bool
    use_reasons: list[AccessReason]
    port_check: str | None
    destination_check: str | None
    offices: list[str]
    conclusion: str | None


class CompleteDeclaration(Shape, forbid_unknown_fields=True):
    """The complete declaration of a summary: everything it says."""

    document: dec.Declaration


class AccessToAsk(Shape, forbid_unknown_fields=True):
    """What is asked for before goods are checked: both checks at the port, lift-off under conditions, a check elsewhere."""

    combined: bool = False
    conditional: bool = False
    place: Annotated[str, Meta(max_length=11)] = ""
    storage: Annotated[str, Meta(max_length=200)] = ""


_complete, _ask = msgspec.json.Decoder(CompleteDeclaration), msgspec.json.Decoder(AccessToAsk)


def _body(name: str) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": REF.format(name=name)}}}


@router.get(
    "/declarations/{number}/steps", **described("declaration_steps", "declarations", DeclarationSteps, fails=(404,))
)
def declaration_steps(request: HttpRequest, number: str = NUMBER) -> DeclarationSteps:
    return _steps(seen(number, who(request).known))


@router.put(
    "/declarations/{number}/completion",
    **described(
        "save_completion", "declarations", DeclarationSteps, fails=_CHANGING, body=_body("CompleteDeclaration")
    ),
)
def save_completion(request: HttpRequest, number: str = NUMBER) -> DeclarationSteps:
    actor = who(request).known
    row, of = seen(number, actor), read(request, _complete)
    done(actions.save_complete, row.pk, of.document, by=actor)
    return _steps(seen(number, actor))


@router.post(
    "/declarations/{number}/complete",
    **described("complete_declaration", "declarations", DeclarationWhole, fails=(403, 404, 409, 503)),
)
def complete_declaration(request: HttpRequest, number: str = NUMBER) -> DeclarationWhole:
    actor = who(request).known
    row = seen(number, actor)
    if steps.of(row) is None:
        raise Problem("NOT_FOUND")
    verb = actions.make_whole if row.state == "summary" else actions.complete
    done(verb, row.pk, by=actor)
    return whole(seen(number, actor))


@router.post(
    "/declarations/{number}/access",
    **described("ask_access", "declarations", DeclarationSteps, fails=_CHANGING, body=_body("AccessToAsk")),
)
def ask_access(request: HttpRequest, number: str = NUMBER) -> DeclarationSteps:
    actor = who(request).known
    row, of = seen(number, actor), read(request, _ask)
    done(
        access.ask, row.pk, combined=of.combined, conditional=of.conditional, place=of.place, storage=of.storage, by=actor
    )  # fmt: skip
    return _steps(seen(number, actor))


def _steps(row: Declaration) -> DeclarationSteps:
    step, found, order = steps.of(row), accesses.stands(row), accesses.of(row)
    ordered = order if order is not None and order.issued_at is not None else None
    return DeclarationSteps(
        number=row.number, state=row.state, licensed=step and step.licensed, inspected=step and step.inspected,
        taxed=step and step.taxed, estimate=step and step.estimate, due_on=step and step.due_on,
        late_since=step and step.defaulted_on, lifted_at=views.moment(row.lifted_at),
        completed_at=views.moment(row.completed_at),
        findings=[views.finding(one) for one in (step.findings if step is not None else [])],
        lift_off_allowed=found.lift_off, lift_off_reasons=_reasons(found.lift_off_reasons), use_allowed=found.use,
        use_reasons=_reasons(found.use_reasons), port_check=ordered and ordered.port,
        destination_check=ordered and ordered.destination,
        offices=sorted({ordered.port_customs, ordered.destination_customs}) if ordered is not None else [],
        conclusion=(ordered.conclusion or None) if ordered is not None else None,
    )  # fmt: skip


def _reasons(codes: tuple[str, ...]) -> list[AccessReason]:
    return [
        AccessReason(code=one, text=Text(**both(f"{'access' if one in _OURS else 'hold'}.reason.{one}")))
        for one in codes
    ]
