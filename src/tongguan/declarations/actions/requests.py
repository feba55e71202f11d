"""Amending and withdrawing what was accepted (修改和撤销): asked for with grounds and evidence, granted or refused by customs.

While a request is open the goods wait for it: the hold *documents* stops their release. An amendment keeps the number and the
days that decided; money and ledgers follow what it says now. A withdrawal gives everything back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongguan.cargo import actions as cargo
from tongguan.holds import actions as holds
from tongguan.holds.queries import stopped
from tongguan.journal.actions import record, record_many
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused, insist
from tongguan.kernel.states import Actor, NotNow
from tongguan.licences import actions as licences
from tongguan.licences.queries import accounts as licence_accounts
from tongguan.parties.actions.work import decide_held
from tongguan.revenue.legal.queries import granted

from .. import relieving
from ..assessing import assessed
from ..days import day_of
from ..filling import filled_as
from ..judging import context, findings, key_of, uses
from ..models import Declaration, DeclarationRequest
from ..rules import ASKING, CHANGING
from ..rules.requests import Asking
from ..sealing import opened, sealed
from ..states import KINDS, OPEN_REQUESTS, REQUEST
from . import money
from .assessment import assessed_entry, draw, first_fee, write_assessment
from .keeping import asked as manner
from .keeping import document, locked, move, show, told, version_of, write_version
from .releasing import stand, try_release

DOCUMENTS = "documents"
_STOPS = ("release", "load", "gate")


@transaction.atomic
def ask(
    number: int,
    kind: str,
    *,
    grounds: str,
    evidence: Sequence[str],
    reason: str,
    of: Any = None,
    by: Actor,
    at: datetime,
) -> DeclarationRequest:
    """Ask customs to *amend* a declaration, so that it says what ``of`` says, or to *withdraw* it.

    A piece of evidence is its kind and what names it, as "invoice: 26-0042". Raises NotNow, NotYours,
    Declaration.DoesNotExist, and Refused, also for everything that is wrong with the amended document.
    """
    if kind not in KINDS:
        raise ValueError(f"a request is one of {', '.join(KINDS)}")
    row = locked(number, by=by)
    move(row, "ask", by=by)
    if kind == "withdraw" and row.state in ("released", "lifted"):
        raise NotNow(machine="declaration", state=row.state, verb="withdraw", open=[])
    before = document(row)
    of = filled_as(of, before) if of is not None else None
    is_open = row.requests.filter(state__in=OPEN_REQUESTS).exists()
    held = stopped(str(row), kind)
    evidence = [one.strip()[:100] for one in evidence if one.strip()]
    insist(ASKING, Asking(grounds, evidence, reason, before, of, is_open, held))
    if of is not None:
        judge_change(row, of, at=at)
    made = DeclarationRequest.objects.create(
        declaration=row, kind=kind, grounds=grounds, evidence=evidence, reason=reason.strip()[:500],
        sealed=sealed(of, on=day_of(at)) if of is not None else None, asked_at=at, asked_by=by.name,
    )  # fmt: skip
    promised = at + timedelta(hours=law("declarations.request_promise_hours", on=day_of(at)).value)
    holds.place(str(row), DOCUMENTS, owner="officer", stops=_STOPS, promised=promised, by=by, at=at)
    record("declaration.request_asked", row, by=by, at=at, kind=kind, grounds=grounds, evidence=evidence)
    return made


def judge_change(row: Declaration, of: Any, *, at: datetime) -> list:
    """Return what is told of an amended document; raises Refused for what it may not say."""
    found = findings(of, context(of, manner(row), at=at, own=row.pk, is_amendment=True))
    if any(one.level == "refuse" for one in found):
        raise Refused(found)
    return found


@transaction.atomic
def grant(number: int, *, required: bool = False, answer: str = "", by: Actor, at: datetime) -> DeclarationRequest:
    """Grant a request: the declaration is amended, or withdrawn. ``required`` says that customs required a withdrawal.

    Raises NotNow, NotYours, DeclarationRequest.DoesNotExist, and Refused: nothing has changed then.
    """
    asked, row = _asked(number, by=by)
    asked.state = REQUEST.after(asked.state, "grant", by=by)
    decide_held(asked, by=by, at=at)
    insist(CHANGING, Asking(asked.grounds, asked.evidence, asked.reason, held=stopped(str(row), asked.kind)))
    carry_out(row, asked, required=required, by=by, at=at)
    answered(asked, answer, by=by, at=at)
    holds.lift_of(str(row), DOCUMENTS, "granted", by=by, at=at)
    if row.state != "withdrawn":
        try_release(row, at=at)
    return asked


def carry_out(row: Declaration, asked: DeclarationRequest, *, required: bool, by: Actor, at: datetime) -> None:
    """Amend or withdraw a declaration as a request says; for actions that hold its lock. Raises Refused."""
    if asked.kind == "amend":
        _amend(row, asked, by=by, at=at)
    else:
        _withdraw(row, required=required, by=by, at=at)
    asked.required = required


def _asked(number: int, *, by: Actor) -> tuple[DeclarationRequest, Declaration]:
    """Return a request and its declaration, both locked, the declaration first."""
    declaration = DeclarationRequest.objects.values_list("declaration", flat=True).get(pk=number)
    row = locked(declaration, by=by)
    return DeclarationRequest.objects.select_for_update().get(pk=number), row


def answered(asked: DeclarationRequest, answer: str, *, by: Actor, at: datetime) -> None:
    """Keep who answered a request, when, and in which words."""
    asked.decided_at, asked.decided_by, asked.answer = at, by.name, answer.strip()[:500]
    asked.save()


def _amend(row: Declaration, asked: DeclarationRequest, *, by: Actor, at: datetime) -> None:
    move(row, "amend", by=by)
    of, before = opened(asked.sealed), document(row)
    found = judge_change(row, of, at=at)
    assert row.accepted_at is not None
    completed = row.completed_on
    assert row.days is not None
    owed = assessed(of, row.days, granted(str(row)))
    was_released = row.released_at is not None
    draw_again(row, before, of, is_released=was_released, by=by, at=at)
    show(row, of)
    row.version, row.changed_at, row.findings = row.version + 1, at, told(found)
    write_version(row, of, by=by, at=at, grounds=asked.grounds, reason=asked.reason)
    write_assessment(row, version_of(row), owed, day=completed, first_fee=first_fee(row))
    money.settle(row, of, owed.kinds(), on=completed, by=by, at=at)
    if was_released:
        relieving.confirm(row, of, version_of(row).sheet, at=at)
        money.collect_again(row, of, by=by, at=at)
    else:
        stand(row)
    row.save()
    record(
        "declaration.amended", row, by=by, at=at, version=row.version, grounds=asked.grounds,
        changed=differences(before, of),
    )  # fmt: skip
    record_many([assessed_entry(row, owed, at=at)])


def draw_again(row: Declaration, before: Any, of: Any, *, is_released: bool, by: Actor, at: datetime) -> None:
    """Let licences and bill follow an amendment; what is drawn alike stays drawn."""
    money.lock_accounts(row, *licence_accounts(uses(of)), *relieving.accounts(before, of))
    relieving.follow(row, before, of, by=by, at=at)
    if key_of(before) == key_of(of) and uses(before) == uses(of):
        return
    if key_of(before) != key_of(of):
        cargo.unmatch(str(row), by=by, at=at)
    if uses(before) != uses(of):
        licences.give_back(str(row), by=by, at=at)
    draw(row, of, by=by, at=at)
    if is_released:
        licences.confirm(str(row), by=by, at=at)


def differences(before: Any, after: Any) -> list[str]:
    """Return the address of every field that two documents have otherwise, in the order of the table."""
    from tongguan.formats.dec.checking import parts, under

    old = {(block.name, prefix): row for block, row, prefix in parts(before)}
    new = {(block.name, prefix): row for block, row, prefix in parts(after)}
    found = []
    for block, _, prefix in [*parts(after), *(one for one in parts(before) if (one[0].name, one[2]) not in new)]:
        one, other = old.get((block.name, prefix)), new.get((block.name, prefix))
        if one is None or other is None:
            found.append(prefix)
        else:
            found += [under(prefix, name) for name in block.fields if getattr(one, name) != getattr(other, name)]
    return found


def _withdraw(row: Declaration, *, required: bool, by: Actor, at: datetime) -> None:
    move(row, "withdraw", by=by)
    of = document(row)
    money.lock_accounts(row, *relieving.accounts(of))
    cargo.unmatch(str(row), by=by, at=at)
    licences.give_back(str(row), by=by, at=at)
    relieving.give_back(row, of, by=by, at=at)
    money.give_back(row, by=by, at=at)
    row.changed_at = at
    row.clock_from = day_of(at) if required else None
    row.save()
    holds.lift_many([str(row)], "selection", "withdrawn", by=by, at=at)
    record("declaration.withdrawn", row, by=by, at=at, number=row.number, required=required)


@transaction.atomic
def refuse(number: int, *, answer: str, by: Actor, at: datetime) -> DeclarationRequest:
    """Refuse a request, with what is answered; the declaration stands. Raises NotNow, NotYours, Refused (DEC_REASON)."""
    asked, row = _asked(number, by=by)
    asked.state = REQUEST.after(asked.state, "refuse", by=by)
    decide_held(asked, by=by, at=at)
    insist([one for one in ASKING if one.code == "DEC_REASON"], Asking(asked.grounds, asked.evidence, answer))
    _ended(asked, row, "refused", answer, by=by, at=at)
    return asked


@transaction.atomic
def cancel(number: int, *, by: Actor, at: datetime) -> DeclarationRequest:
    """Take one's own request back. Raises NotNow, NotYours, Declaration.DoesNotExist."""
    asked, row = _asked(number, by=by)
    asked.state = REQUEST.after(asked.state, "cancel", by=by)
    _ended(asked, row, "cancelled", "", by=by, at=at)
    return asked


def _ended(asked: DeclarationRequest, row: Declaration, how: str, answer: str, *, by: Actor, at: datetime) -> None:
    from tongguan.parties.roles import SYSTEM

    answered(asked, answer, by=by, at=at)
    holds.lift_of(str(row), DOCUMENTS, how, by=by if by.role == "officer" else SYSTEM, at=at)
    record("declaration.request_ended", row, by=by, at=at, kind=asked.kind, how=how)
    try_release(row, at=at)
