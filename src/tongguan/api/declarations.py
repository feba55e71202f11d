"""Declarations (报关单): drafts, submitting, what became of one, what it owes, amending and withdrawing."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration
from tongguan.declarations.rules.context import Asked
from tongguan.declarations.states import DECLARATION, MODES
from tongguan.declarations.two_steps.elements import Answers
from tongguan.formats import dec
from tongguan.formats.ceb.faults import Unreadable
from tongguan.kernel.states import GROUPS, Actor
from tongguan.parties.vault import Forgotten

from . import bodies, shapes, views
from .change_requests import ChangeRequest, request_of
from .jsons import decoded
from .problems import Problem, both
from .repeats import once
from .shapes import Shape, Text
from .v1 import JSON, REF, described, plain, who, wrong

router = Router()
_MOST = 2**63 - 1
NUMBER = Path(
    description="the declaration number, or the pre-entry number / 海关编号或统一编号", example="020220261000000001"
)
_BEFORE = Query(None, ge=1, le=_MOST)
_CHANGING = (400, 403, 404, 409, 413, 415, 422, 503)


class DeclarationLine(Shape):
    """A declaration in a list; amounts in yuan. ``number`` is null before acceptance, ``preNo`` is there from the first."""

    id: int
    pre_no: Annotated[str, Meta(description="pre-entry number")]
    number: str | None
    direction: Annotated[str, Meta(description="I import, E export")]
    mode: Annotated[str, Meta(description=", ".join(MODES))]
    state: Annotated[str, Meta(description=", ".join(DECLARATION.states))]
    group: Annotated[str, Meta(description=", ".join(GROUPS))]
    version: int
    customs: str
    trader_name: str
    agent_name: str
    bill_no: str
    goods: str
    lines: int
    value: Decimal | None
    tax: Decimal | None
    late_fee: Decimal
    changed_at: datetime
    accepted_at: datetime | None
    released_at: datetime | None


class Declarations(Shape):
    """A page of declarations, the latest first; ``next`` is the parameter *before* of the page that follows."""

    declarations: list[DeclarationLine]
    next: int | None


class DeclarationHold(Shape):
    """What stands in the way of a declaration: why, who decides, by when he has promised to, and what it stops."""

    reason: str
    text: Text
    owner: str
    promised: datetime | None
    stops: list[str]


class DeclarationWhole(DeclarationLine):
    """A declaration with what it says, what is wrong with it, what holds it, and the requests to change it.

    ``document`` has the official element names; null when the key of its month was destroyed. ``rateDay`` and
    ``exchangeDay`` are the days whose rates decided.
    """

    settlement: str
    guarantee: str
    entered_on: date | None
    rate_day: date | None
    exchange_day: date | None
    document: dec.Declaration | None
    findings: list[shapes.Finding]
    holds: list[DeclarationHold]
    change_requests: list[ChangeRequest]


class StepAnswers(Shape, forbid_unknown_fields=True):
    """Is a licence needed, is there an inspection, is there tax; and the tax the firm expects itself, in yuan."""

    licensed: bool = False
    inspected: bool = False
    taxed: bool = True
    stated: Decimal | None = None


class DeclarationToFile(Shape, forbid_unknown_fields=True):
    """A declaration as it is saved: its document, and how it is filed.

    ``mode`` is ordinary, advance or two_step, ``settlement`` payment or guarantee with the number of the ``guarantee``.
    ``follows`` is the id of the withdrawn declaration it takes the place of. A summary (two_step) has ``answers`` to its
    three questions; without, they are read off the document.
    """

    document: dec.Declaration
    mode: str = "ordinary"
    settlement: str = "payment"
    guarantee: Annotated[str, Meta(max_length=40)] = ""
    follows: int | None = None
    answers: StepAnswers | None = None


class ChangeToAsk(Shape, forbid_unknown_fields=True):
    """A request to *amend*, with the ``document`` as it shall be, or to *withdraw*.

    ``grounds`` is a code of the list amend_grounds; each piece of ``evidence`` a code of amend_evidence, a colon, and what
    names it.
    """

    kind: str
    grounds: str
    evidence: Annotated[list[str], Meta(max_length=20)]
    reason: Annotated[str, Meta(max_length=500)]
    document: dec.Declaration | None = None


class DeclarationFindings(Shape):
    """Everything that would keep a declaration from being accepted now; an empty list when nothing would."""

    findings: list[shapes.Finding]


class DutySheet(Shape):
    """What a declaration owes, in yuan; ``recomputed`` is the total worked out again from its document and its days.

    ``steps`` are how the value was built up, ``fee`` the fee for declaring late, null where no time limit ran.
    """

    version: int
    rate_day: date
    exchange_day: date
    value: Decimal
    tax: Decimal
    totals: dict[str, Decimal]
    recomputed: Decimal
    steps: list[dict[str, str]]
    fee: Any
    sheet: Any


def body_of(name: str) -> dict[str, Any]:
    """Return how the description of an operation names the shape of its body."""
    return {JSON: {"schema": {"$ref": REF.format(name=name)}}}


_FILED = {
    **body_of("DeclarationToFile"),
    "application/xml": {"schema": {"type": "string", "description": "DecMessage"}},
}
_to_file, _to_ask = msgspec.json.Decoder(DeclarationToFile), msgspec.json.Decoder(ChangeToAsk)


@router.get("/declarations", **described("list_declarations", "declarations", Declarations, fails=(400, 422)))
def list_declarations(
    request: HttpRequest,
    group: str = Query("", description=f"one of {', '.join(GROUPS)} / 办理情况"),
    number: str = Query("", description="of the declaration or its bill / 报关单或提运单号"),
    customs: str = Query("", description="office of declaration / 申报地海关", max_length=4),
    before: int | None = _BEFORE,
) -> Declarations:
    if group and group not in GROUPS:
        raise wrong("group", "kind", kinds=list(GROUPS))
    number = plain("number", number, most=64) if number else ""
    found = queries.declarations(
        to=who(request).known, group=group, number=number, customs=customs.replace("\0", ""), before=before,
        limit=queries.PAGE + 1,
    )  # fmt: skip
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Declarations(declarations=[DeclarationLine(**_line(row)) for row in page], next=more)


@router.post(
    "/declarations",
    **described("save_declaration", "declarations", DeclarationWhole, fails=_CHANGING, body=_FILED, keyed=True),
)
@once
def save_declaration(request: HttpRequest) -> DeclarationWhole:
    return _saved(request, None)


@router.post(
    "/declarations/check",
    **described(
        "check_declaration", "declarations", DeclarationFindings, fails=_CHANGING, body=body_of("DeclarationToFile")
    ),
)
def check_declaration(request: HttpRequest) -> DeclarationFindings:
    actor, of = who(request).known, read(request, _to_file)
    asked = Asked(of.mode, of.settlement, of.guarantee, answers=_answers(of))
    found = queries.judged(of.document, asked, by=actor, at=timezone.now())
    return DeclarationFindings(findings=[views.finding(one) for one in found])


@router.put(
    "/declarations/{number}",
    **described("replace_declaration", "declarations", DeclarationWhole, fails=_CHANGING, body=_FILED),
)
def replace_declaration(request: HttpRequest, number: str = NUMBER) -> DeclarationWhole:
    return _saved(request, seen(number, who(request).known))


@router.get(
    "/declarations/{number}", **described("one_declaration", "declarations", DeclarationWhole, fails=(400, 404))
)
def one_declaration(request: HttpRequest, number: str = NUMBER) -> DeclarationWhole:
    return whole(seen(number, who(request).known))


@router.api_operation(
    ["DELETE"],
    "/declarations/{number}",
    **described("delete_declaration", "declarations", DeclarationLine, fails=(403, 404, 409)),
)
def delete_declaration(request: HttpRequest, number: str = NUMBER) -> DeclarationLine:
    actor = who(request).known
    row = seen(number, actor)
    return DeclarationLine(**_line(done(actions.delete, row.pk, by=actor)))


@router.post(
    "/declarations/{number}/submit",
    **described("submit_declaration", "declarations", DeclarationWhole, fails=(403, 404, 409, 503)),
)
def submit_declaration(request: HttpRequest, number: str = NUMBER) -> DeclarationWhole:
    actor = who(request).known
    row = seen(number, actor)
    done(actions.submit, row.pk, by=actor)
    return whole(seen(number, actor))


@router.get(
    "/declarations/{number}/duties", **described("one_duty_sheet", "declarations", DutySheet, fails=(404, 409, 503))
)
def one_duty_sheet(
    request: HttpRequest,
    number: str = NUMBER,
    version: int | None = Query(None, ge=1, le=2**31 - 1, description="an earlier version / 历史版本"),
) -> DutySheet:
    row = seen(number, who(request).known)
    kept = next((one for one in queries.versions(row) if one.version == (version or row.version)), None)
    sheet = queries.sheet_of(row, version)
    if kept is None or sheet is None or row.days is None:
        raise Problem("NOT_FOUND")
    again = queries.recomputed(row, version)
    return DutySheet(
        version=kept.version, rate_day=row.days.rate, exchange_day=row.days.exchange, value=sheet.value,
        tax=sheet.total(), totals=sheet.totals(), recomputed=again.tax, steps=kept.steps, fee=kept.fee,
        sheet=sheet.as_dict(),
    )  # fmt: skip


@router.post(
    "/declarations/{number}/requests",
    **described("ask_change", "declarations", DeclarationWhole, fails=_CHANGING, body=body_of("ChangeToAsk")),
)
def ask_change(request: HttpRequest, number: str = NUMBER) -> DeclarationWhole:
    actor = who(request).known
    row, of = seen(number, actor), read(request, _to_ask)
    if of.kind not in ("amend", "withdraw") or (of.kind == "amend") != (of.document is not None):
        raise Problem("WRONG_SHAPE", pointer="kind", wanted=both("api.shape.described"))
    done(
        actions.ask, row.pk, of.kind, grounds=of.grounds, evidence=of.evidence, reason=of.reason, of=of.document, by=actor
    )  # fmt: skip
    return whole(seen(number, actor))


def _saved(request: HttpRequest, row: Declaration | None) -> DeclarationWhole:
    actor = who(request).known
    number = row.pk if row is not None else None
    body = _bytes(request)
    if bodies.is_xml(request, body[:100]):
        made = done(_imported, body, number=number, by=actor)
        return whole(seen(made.pre_no, actor))
    of = _decoded(body, _to_file)
    made = done(
        actions.save, of.document, number=number, mode=of.mode, settlement=of.settlement, guarantee=of.guarantee,
        follows=of.follows, answers=_answers(of), by=actor,
    )  # fmt: skip
    return whole(seen(made.pre_no, actor))


def _answers(of: DeclarationToFile) -> Answers | None:
    given = of.answers
    return Answers(given.licensed, given.inspected, given.taxed, given.stated) if given is not None else None


def _imported(body: bytes, **how: Any) -> Declaration:
    try:
        return actions.import_draft(body, **how)
    except Unreadable as error:
        reason = {"zh": error.info_zh, "en": error.info_en}
        raise Problem("UNREADABLE_MESSAGE", reason=reason) from error


def done(action: Any, *args: Any, **named: Any) -> Any:
    """Do something now; what is not there any more, or was never his, is not found."""
    try:
        return action(*args, at=timezone.now(), **named)
    except Declaration.DoesNotExist:
        raise Problem("NOT_FOUND") from None


_PLACE = re.compile(r"\$(?:\.declarations\[\d+\])?\.document\.(\w+?)s?(?:\[(\d+)\](?:\.(\w+))?)?`")


def _bytes(request: HttpRequest) -> bytes:
    try:
        return bodies.body(request)
    except bodies.TooLarge:
        raise bodies.too_large() from None


def read(request: HttpRequest, decoder: msgspec.json.Decoder) -> Any:
    """Return the body of a request, decoded; raises Problem."""
    return _decoded(_bytes(request), decoder)


def _decoded(body: bytes, decoder: msgspec.json.Decoder) -> Any:
    try:
        found = decoded(body, decoder)
    except msgspec.ValidationError as error:
        raise Problem("WRONG_SHAPE", pointer=_pointer(str(error)), wanted=both("api.shape.described")) from None
    if b"\\u0000" in body:
        raise Problem("WRONG_SHAPE", pointer="document", wanted=both("api.shape.described"))
    return found


def _pointer(said: str) -> str:
    """Return the address of the field that msgspec could not read, as findings write it."""
    found = _PLACE.search(said)
    if found is None:
        return "JSON"
    name, place, field = found.groups()
    return "/".join(part for part in (name, str(int(place) + 1) if place else "", field or "") if part)


def seen(number: str, actor: Actor) -> Declaration:
    """Return a declaration by one of its numbers; raises Problem where there is none that one may see."""
    row = queries.declaration(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _line(row: Declaration) -> dict[str, Any]:
    names = ("number", "direction", "mode", "state", "group", "version", "customs", "trader_name", "agent_name", "bill_no",
             "goods", "lines", "value", "tax", "late_fee")  # fmt: skip
    moments = ("changed_at", "accepted_at", "released_at")
    return {"id": row.pk, "pre_no": row.pre_no} | {name: getattr(row, name) for name in names} | {
        name: views.moment(getattr(row, name)) for name in moments
    }  # fmt: skip


def whole(row: Declaration) -> DeclarationWhole:
    """Return a declaration as it is answered."""
    try:
        document = queries.document(row)
    except Forgotten:
        document = None
    return DeclarationWhole(
        **_line(row), settlement=row.settlement, guarantee=row.guarantee, entered_on=row.entered_on,
        rate_day=row.rate_day, exchange_day=row.exchange_day, document=document,
        findings=[views.finding(one) for one in row.findings],
        holds=[
            DeclarationHold(
                reason=one.reason, text=shapes.Text(**both(f"hold.reason.{one.reason}")), owner=one.owner,
                promised=views.moment(one.promised), stops=list(one.stops),
            )
            for one in queries.holds_on(row)
        ],
        change_requests=[request_of(one) for one in queries.requests(row)],
    )  # fmt: skip
