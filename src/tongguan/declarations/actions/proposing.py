"""Customs propose to amend or withdraw a declaration (海关发起的修改、撤销): the party confirms it in time, or it escalates.

Until it is confirmed the goods wait: the hold *confirmation* stops their release, and keeps those of a summary in the port. A
proposal that is declined, or not answered in time, goes back to an officer, who takes it back or proposes something else;
nothing is changed without the party.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tongguan.holds import actions as holds
from tongguan.holds.queries import stopped
from tongguan.journal.actions import record
from tongguan.kernel.calendar import within
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotNow
from tongguan.parties.actions.work import decide_held
from tongguan.parties.roles import SYSTEM

from ..days import day_of
from ..filling import filled_as
from ..models import Declaration, DeclarationRequest
from ..rules import CHANGING, PROPOSING
from ..rules.requests import BY_CUSTOMS, Asking
from ..sealing import sealed
from ..states import ESCALATED, KINDS, OFFICER, OPEN_REQUESTS, REQUEST
from .keeping import document, locked, move
from .releasing import try_release
from .requests import answered, carry_out, judge_change

CONFIRMATION = "confirmation"
_STOPS = ("release", "load", "gate")
_AT_ONCE = 200


@transaction.atomic
def propose(
    number: int, kind: str, *, reason: str, of: Any = None, by: Actor, at: datetime
) -> DeclarationRequest:  # fmt: skip
    """Propose that a declaration is amended, so that it says what ``of`` says, or withdrawn; the party has some days to confirm.

    A proposal that escalated is replaced. Raises NotNow, NotYours, Declaration.DoesNotExist, and Refused, also for everything
    that is wrong with the amended document.
    """
    if kind not in KINDS:
        raise ValueError(f"a proposal is one of {', '.join(KINDS)}")
    row = locked(number, by=by)
    move(row, "propose", by=by)
    if kind == "withdraw" and row.state in ("released", "lifted"):
        raise NotNow(machine="declaration", state=row.state, verb="withdraw", open=[])
    decide_held(row, by=by, at=at)
    for old in row.requests.select_for_update().filter(state__in=ESCALATED):
        _recalled(old, row, "", by=by, at=at)
    before = document(row)
    of = filled_as(of, before) if of is not None else None
    is_open = row.requests.filter(state__in=OPEN_REQUESTS).exists()
    insist(PROPOSING, Asking(BY_CUSTOMS, [], reason, before, of, is_open, stopped(str(row), kind)))
    if of is not None:
        judge_change(row, of, at=at)
    day = day_of(at)
    last = within(law("declarations.confirm_days", on=day).value, of=day, calendar="cn")
    made = DeclarationRequest.objects.create(
        declaration=row, kind=kind, state="proposed", grounds=BY_CUSTOMS, evidence=[], reason=reason.strip()[:500],
        required=kind == "withdraw", sealed=sealed(of, on=day) if of is not None else None, asked_at=at,
        asked_by=by.name, confirm_by=last,
    )  # fmt: skip
    stops = (*_STOPS, *(("lift_off",) if row.state == "summary" else ()))
    holds.place(str(row), CONFIRMATION, owner=OFFICER, stops=stops, by=by, at=at)
    record("declaration.proposed", row, by=by, at=at, kind=kind, confirm_by=last)
    return made


def _open(number: int, *, by: Actor) -> tuple[DeclarationRequest, Declaration]:
    declaration = DeclarationRequest.objects.values_list("declaration", flat=True).get(pk=number)
    row = locked(declaration, by=by)
    return DeclarationRequest.objects.select_for_update().get(pk=number), row


@transaction.atomic
def confirm(number: int, *, by: Actor, at: datetime) -> DeclarationRequest:
    """Confirm what customs propose: the declaration is amended, or withdrawn, as the officer wrote it.

    Also after its last day, while no officer took it back. Raises NotNow, NotYours, the models' DoesNotExist, and Refused:
    nothing has changed then.
    """
    asked, row = _open(number, by=by)
    asked.state = REQUEST.after(asked.state, "confirm", by=by)
    insist(CHANGING, Asking(asked.grounds, asked.evidence, asked.reason, held=stopped(str(row), asked.kind)))
    officer = Actor(asked.asked_by, OFFICER)
    record("declaration.confirmed", row, by=by, at=at, kind=asked.kind)
    carry_out(row, asked, required=asked.kind == "withdraw", by=officer, at=at)
    answered(asked, "", by=by, at=at)
    holds.lift_of(str(row), CONFIRMATION, "confirmed", by=SYSTEM, at=at)
    if row.state != "withdrawn":
        try_release(row, at=at)
    return asked


@transaction.atomic
def decline(number: int, *, answer: str, by: Actor, at: datetime) -> DeclarationRequest:
    """Decline what customs propose, with a reason: an officer decides what becomes of it, and the goods wait.

    Raises NotNow, NotYours, the models' DoesNotExist, Refused (DEC_REASON).
    """
    asked, row = _open(number, by=by)
    asked.state = REQUEST.after(asked.state, "decline", by=by)
    insist([one for one in PROPOSING if one.code == "DEC_REASON"], Asking(asked.grounds, [], answer))
    answered(asked, answer, by=by, at=at)
    record("declaration.declined", row, by=by, at=at, kind=asked.kind)
    return asked


@transaction.atomic
def recall(number: int, *, answer: str = "", by: Actor, at: datetime) -> DeclarationRequest:
    """Take a proposal of customs back; the declaration stands. Raises NotNow, NotYours, the models' DoesNotExist."""
    asked, row = _open(number, by=by)
    REQUEST.after(asked.state, "recall", by=by)
    decide_held(row, by=by, at=at)
    _recalled(asked, row, answer, by=by, at=at)
    try_release(row, at=at)
    return asked


def _recalled(asked: DeclarationRequest, row: Declaration, answer: str, *, by: Actor, at: datetime) -> None:
    asked.state = REQUEST.after(asked.state, "recall", by=by)
    answered(asked, answer or asked.answer, by=by, at=at)
    holds.lift_of(str(row), CONFIRMATION, "recalled", by=by, at=at)
    record("declaration.request_ended", row, by=by, at=at, kind=asked.kind, how="cancelled")


def lapse(*, at: datetime) -> int:
    """Let what was not confirmed in time escalate to an officer; return how many proposals did."""
    late = DeclarationRequest.objects.filter(state="proposed", confirm_by__lt=day_of(at)).order_by("confirm_by")
    return sum(_lapsed(number, at=at) for number in list(late.values_list("pk", flat=True)[:_AT_ONCE]))


@transaction.atomic
def _lapsed(number: int, *, at: datetime) -> int:
    asked, row = _open(number, by=SYSTEM)
    if asked.state != "proposed":  # answered meanwhile
        return 0
    asked.state = REQUEST.after(asked.state, "lapse", by=SYSTEM)
    asked.save(update_fields=["state"])
    record("declaration.unconfirmed", row, by=SYSTEM, at=at, kind=asked.kind, confirm_by=asked.confirm_by)
    return 1
