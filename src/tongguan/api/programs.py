"""Programs (接入系统): what the caller itself may do and until when; those of its firm, given, renewed and taken away.

A program that manages others has the scope *programs*, which only a person gives; it gives no more than it has itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.kernel.states import Actor
from tongguan.parties import actions
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise, MachineClient
from tongguan.parties.queries import clients_of, program

from . import bodies, views
from .jsons import decoded
from .problems import Problem, both
from .shapes import Shape
from .v1 import JSON, REF, described, who

router = Router()
PAGE = 50
_MOST = 2**63 - 1
_NUMBER = Path(description="the number of the program / 接入系统编号", ge=1, le=_MOST)
_BODY = {JSON: {"schema": {"$ref": REF.format(name="ProgramWanted")}}}
_DAYS = Query(description="for how many days / 有效天数", ge=1, le=10_000)


class Program(Shape):
    """A program that acts for an enterprise; ``state`` is in_force, expired or revoked."""

    number: int
    name: str
    role: str
    scopes: Annotated[list[str], Meta(description="see, file, pay, certificates, programs")]
    dxp_id: str
    state: str
    made: datetime
    until: Annotated[datetime | None, Meta(description="when its token ends")]
    used: Annotated[datetime | None, Meta(description="when it was seen last, to some minutes")]


class Programs(Shape):
    """A page of programs, oldest first; ``next`` is the parameter *after* of the page that follows."""

    programs: list[Program]
    next: int | None


class ProgramWanted(Shape):
    """Access that a program is to be given."""

    name: Annotated[str, Meta(max_length=60)]
    role: Annotated[str, Meta(max_length=20)]
    scopes: list[str]
    days: Annotated[int, Meta(ge=1, le=10_000)]
    dxp_id: Annotated[str, Meta(max_length=60)] = ""


class GivenProgram(Shape):
    """A program with its token, given this once and kept nowhere."""

    program: Program
    token: str


_wanted = msgspec.json.Decoder(ProgramWanted)


@router.get("/programs/own", **described("own_program", "programs", Program, fails=(404,)))
def own_program(request: HttpRequest) -> Program:
    row = MachineClient.objects.filter(name=who(request).known.name).first()
    if row is None:
        raise Problem("NOT_FOUND")
    return _shown(row)


@router.get("/programs", **described("list_programs", "programs", Programs, fails=(400, 403)))
def list_programs(request: HttpRequest, after: int = Query(0, ge=0, le=_MOST)) -> Programs:
    actor = _manager(request, "issue")
    rows = clients_of(actor.enterprise, after, PAGE + 1)
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return Programs(programs=[_shown(row) for row in rows[:PAGE]], next=more)


@router.post(
    "/programs", **described("give_program", "programs", GivenProgram, fails=(400, 403, 409, 413, 415), body=_BODY)
)
def give_program(request: HttpRequest) -> GivenProgram:
    actor = _manager(request, "issue")
    try:
        wanted = decoded(bodies.body(request), _wanted)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    except msgspec.ValidationError:
        raise Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.program")) from None
    if actor.enterprise is None or "\0" in wanted.name + wanted.dxp_id:
        raise Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.program"))
    firm = Enterprise.objects.get(pk=actor.enterprise)
    row, token = actions.give_access(
        firm, wanted.name, wanted.role, wanted.scopes, wanted.days, dxp_id=wanted.dxp_id, by=actor, at=timezone.now()
    )
    return GivenProgram(program=_shown(row), token=token)


@router.post(
    "/programs/{number}/renew", **described("renew_program", "programs", GivenProgram, fails=(400, 403, 404, 409))
)
def renew_program(request: HttpRequest, number: int = _NUMBER, days: int = _DAYS) -> GivenProgram:
    row, token = actions.renew_access(_own(request, number, "renew"), days, by=who(request).known, at=timezone.now())
    return GivenProgram(program=_shown(row), token=token)


@router.post("/programs/{number}/revoke", **described("revoke_program", "programs", Program, fails=(400, 403, 404)))
def revoke_program(request: HttpRequest, number: int = _NUMBER) -> Program:
    return _shown(actions.revoke(_own(request, number, "revoke"), by=who(request).known, at=timezone.now()))


def _manager(request: HttpRequest, verb: str) -> Actor:
    actor = who(request).known
    insist_able(actor, "programs", verb=verb)
    return actor


def _own(request: HttpRequest, number: int, verb: str) -> int:
    row = program(number, _manager(request, verb).enterprise)
    if row is None:
        raise Problem("NOT_FOUND")
    return row.pk


def _shown(row: MachineClient) -> Program:
    return Program(
        number=row.pk, name=row.name, role=row.role, scopes=row.scopes, dxp_id=row.dxp_id,
        state=row.state(timezone.now()), made=views.there(row.created), until=row.until and views.there(row.until),
        used=row.used and views.there(row.used),
    )  # fmt: skip
