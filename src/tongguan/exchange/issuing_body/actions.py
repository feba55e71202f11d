"""What the simulated issuing body does: it is told how to behave, takes applications, issues, revokes, enters."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.calendar import add_months
from tongguan.kernel.states import Actor
from tongguan.licences import types
from tongguan.licences.actions.applying import day_of
from tongguan.licences.applications import Application, Issued
from tongguan.licences.ports import (
    APPROVED,
    ISSUED,
    RECEIVED,
    REFUSED,
    SUPPLEMENT,
    Answer,
    BodySilent,
    Drawn,
    Entered,
    Filed,
)
from tongguan.parties.roles import only

from ..models import BODY_MODES, EVERYBODY, BodyCase, BodyDelivery, BodyEntry, BodyMode
from .papers import application_of, issued_of, kept

DECISIONS = {"ask": SUPPLEMENT, "approve": APPROVED, "refuse": REFUSED, "issue": ISSUED}
_MONTHS = 6  # of a licence whose longest time the law does not tell
USUAL_WORDS = "模拟发证机关：请补充材料。 Simulated issuing body: please add to your application."


@transaction.atomic
def let_body(mode: str, holder: str = EVERYBODY, *, words: str = "", by: Actor, at: datetime) -> BodyMode:
    """Tell the simulated body how to behave from now on, towards one holder or towards everybody without a mode.

    ``mode`` is one of ``models.BODY_MODES``. Raises NotYours for anybody but the operator, ValueError for another mode.
    """
    only(by, "operator", verb="let_body")
    if mode not in BODY_MODES:
        raise ValueError(f"the issuing body's mode is one of {', '.join(BODY_MODES)}, not {mode!r}")
    row, _ = BodyMode.objects.update_or_create(holder=holder, defaults={"mode": mode, "words": words, "since": at})
    record("issuing_body.told", f"issuing_body/{holder}", by=by, at=at, mode=mode)
    return row


def mode_for(holder: str) -> tuple[str, str]:
    """Return how the body behaves towards a holder, and its words; it reviews when nobody has told it anything."""
    told = {row.holder: row for row in BodyMode.objects.filter(holder__in=(holder, EVERYBODY))}
    row = told.get(holder) or told.get(EVERYBODY)
    return (row.mode, row.words) if row else ("review", "")


def file(filed: Filed, *, at: datetime) -> Answer:
    """Take an application as the body's mode wills; raises BodySilent. A turn it has taken is taken once."""
    mode, words = mode_for(filed.asked.holder)
    if mode == "lost":
        raise BodySilent
    with transaction.atomic():
        row = BodyCase.objects.select_for_update().filter(number=filed.number).first()
        if row is None or row.turn < filed.turn:
            row = _taken(row or BodyCase(number=filed.number), filed, mode, words, at)
        row.told += 1
        row.save()
    if mode == "late":
        raise BodySilent
    return answer(row)


def _taken(row: BodyCase, filed: Filed, mode: str, words: str, at: datetime) -> BodyCase:
    row.turn, row.holder, row.type = filed.turn, filed.asked.holder, filed.asked.type
    row.asked, row.state, row.words, row.told, row.at = kept(filed.asked), RECEIVED, "", 0, at
    if mode == "refuse" or (mode == "ask" and filed.turn == 1):
        row.state, row.words = (REFUSED if mode == "refuse" else SUPPLEMENT), words or USUAL_WORDS
    elif mode in ("issue", "ask", "late"):
        _issue(row, day_of(at))
    return row


def _issue(row: BodyCase, on: date) -> None:
    asked = application_of(row.asked)
    of = types.type_of(row.type, on)
    assert asked is not None and of is not None
    row.state, row.words = ISSUED, ""
    row.licence = f"{on:%y}-SIM-{row.number[-6:]}"
    last = types.last_day(of, asked.form, on) or add_months(on, _MONTHS)
    row.issued = kept(Issued(row.licence, on, on, last))


def answer(row: BodyCase) -> Answer:
    """Return what the body says of an application it has."""
    return Answer(row.state, row.turn, row.words, issued_of(row.issued) if row.state == ISSUED else None)


@transaction.atomic
def decide(number: str, verb: str, words: str = "", *, by: Actor, at: datetime) -> BodyCase:
    """Let the body decide an application it reviews: ask, approve, refuse or issue; the window hears of it when it asks.

    Raises BodyCase.DoesNotExist, ValueError for one it has issued or refused, NotYours for anybody but the operator.
    """
    only(by, "operator", verb="let_body")
    row = BodyCase.objects.select_for_update().get(number=number)
    if row.state in (ISSUED, REFUSED):
        raise ValueError(f"{number} is {row.state} already")
    if verb == "issue":
        _issue(row, day_of(at))
    else:
        row.state, row.words = DECISIONS[verb], words or (USUAL_WORDS if verb in ("ask", "refuse") else "")
    row.at = at
    row.save()
    record("issuing_body.decided", f"issuing_body/{row.holder}", by=by, at=at, number=number, said=row.state)
    return row


@transaction.atomic
def deliver(asked: Application, issued: Issued, *, by: Actor, at: datetime) -> BodyDelivery:
    """Issue a licence that nobody applied for at the window. Raises NotYours for anybody but the operator."""
    only(by, "operator", verb="let_body")
    row = BodyDelivery.objects.create(
        type=asked.type, number=issued.number, asked=kept(asked), issued=kept(issued), at=at
    )
    record("issuing_body.delivered", f"issuing_body/{asked.holder}", by=by, at=at, number=issued.number)
    return row


@transaction.atomic
def repeat(number: str, *, by: Actor, at: datetime) -> BodyDelivery:
    """Answer an application a second time: the licence it issued comes once more, among its deliveries.

    Raises BodyCase.DoesNotExist, ValueError for one it has not issued, NotYours for anybody but the operator.
    """
    only(by, "operator", verb="let_body")
    row = BodyCase.objects.select_for_update().get(number=number)
    asked, issued = application_of(row.asked), issued_of(row.issued)
    if row.state != ISSUED or asked is None or issued is None:
        raise ValueError(f"{number} is {row.state}, not issued")
    return deliver(asked, issued, by=by, at=at)


@transaction.atomic
def revoke(type: str, number: str, words: str, *, by: Actor, at: datetime) -> BodyDelivery:
    """Revoke a licence the body knows. Raises LookupError for another, NotYours for anybody but the operator."""
    only(by, "operator", verb="let_body")
    if not _known(type, number):
        raise LookupError(number)
    row = BodyDelivery.objects.create(type=type, number=number, revoked=words or USUAL_WORDS, at=at)
    record("issuing_body.revoked", f"issuing_body/{number}", by=by, at=at, number=number)
    return row


def _known(type: str, number: str) -> bool:
    issued = BodyDelivery.objects.filter(type=type, number=number, revoked="")
    return issued.exists() or BodyCase.objects.filter(type=type, licence=number, state=ISSUED).exists()


def enter(drawn: Drawn, *, at: datetime) -> Entered:
    """Enter what was written off of a licence it issued, each key once; another's is refused."""
    if not _known(drawn.type, drawn.number):
        return Entered(False, f"没有该证件 no such licence: {drawn.number}")
    BodyEntry.objects.get_or_create(
        key=drawn.key,
        defaults={
            "type": drawn.type, "number": drawn.number, "line": drawn.line, "quantity": drawn.quantity,
            "unit": drawn.unit, "declaration": drawn.declaration, "at": drawn.at,
        },
    )  # fmt: skip
    return Entered(True)
