"""Claiming what was paid too much, answering the claim, and letting the bank give it back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.actions.work import decide_held
from tongguan.parties.functions import insist_able
from tongguan.parties.roles import SYSTEM

from ..models import DutyBill, Refund
from ..numbering import SHANGHAI, numbered
from ..payments.queries import visible as bills_of
from ..payments.states import PAYERS
from ..ports import PAID, REASONS, REFUSED, Bank, Instruction, NoBank, Verdict, bank, heard
from . import rules
from .queries import visible
from .states import OPEN, REFUND
from .terms import answer_by, claim_until, complete_by


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


@transaction.atomic
def claim(bill: str, words: str, *, by: Actor, at: datetime) -> Refund:
    """Claim everything that was paid too much on a bill.

    Raises NotYours, DutyBill.DoesNotExist for a bill that is not the actor's, Refused (REFUND_NOTHING ... _WORDS).
    """
    insist_able(by, "pay", machine=REFUND.name, verb="claim")
    if by.role not in PAYERS:
        raise NotYours(machine=REFUND.name, verb="claim", role=by.role, roles=sorted(PAYERS))
    of, on = bills_of(by, DutyBill).select_for_update(of=("self",)).get(number=bill), _day(at)
    last = claim_until(_day(of.paid_at)) if of.paid_at is not None else None
    insist(rules.CLAIMING, rules.Claim(of, words, on, of.refunds.filter(state__in=OPEN).first(), last))
    row = Refund.objects.create(
        **numbered(Refund, "R", at), bill=of, enterprise=of.enterprise, payer=of.payer, kinds=of.over, amount=of.refundable,
        words=words.strip(), asked_at=at, asked_by=by.name[:100], answer_by=answer_by(on),
    )  # fmt: skip
    record("refund.asked", row, by=by, at=at, bill=of.number, reference=of.reference, amount=row.amount)
    return row


@transaction.atomic
def grant(number: str, *, answer: str = "", by: Actor, at: datetime) -> Refund:
    """Grant a claim: its firm completes the formalities within the law's months.

    Raises NotNow, NotYours, Refund.DoesNotExist, Refused (REFUND_CHANGED), NeedsSecond for more than one officer may grant.
    """
    row, of = _locked(number)
    row.state = REFUND.after(row.state, "grant", by=by)
    decide_held(row, by=by, at=at)
    insist(rules.GRANTING, rules.Claim(of, answer, _day(at), amount=row.amount))
    if row.amount > law("revenue.refund_alone", on=_day(at)).value:
        given = {"number": number, "amount": format(row.amount, "f"), "words": answer.strip()}
        insist_second("refund.grant", row, given, by=by, at=at)
    row.complete_by = complete_by(_day(at))
    _decided(row, answer, by, at)
    record("refund.granted", row, by=by, at=at, amount=row.amount, until=row.complete_by)
    return row


@transaction.atomic
def refuse(number: str, *, answer: str, by: Actor, at: datetime) -> Refund:
    """Refuse a claim, and say why. Raises NotNow, NotYours, Refund.DoesNotExist, Refused (REFUND_WORDS)."""
    row, of = _locked(number)
    row.state = REFUND.after(row.state, "refuse", by=by)
    decide_held(row, by=by, at=at)
    insist(rules.REFUSING, rules.Claim(of, answer, _day(at)))
    _decided(row, answer, by, at)
    record("refund.refused", row, by=by, at=at, answer=row.answer)
    return row


@transaction.atomic
def cancel(number: str, *, by: Actor, at: datetime) -> Refund:
    """Take a claim back before it is paid. Raises NotNow, NotYours, Refund.DoesNotExist."""
    insist_able(by, "pay", machine=REFUND.name, verb="cancel")
    row = visible(by).select_for_update(of=("self",)).get(number=number)
    row.state = REFUND.after(row.state, "cancel", by=by)
    row.save(update_fields=["state"])
    record("refund.cancelled", row, by=by, at=at)
    return row


def complete(number: str, *, by: Actor, at: datetime) -> Refund:
    """Complete the formalities of a claim that was granted: the bank is told to pay it back to the firm's account.

    It is noted as sent, and that is committed, before the bank hears of it. Raises NoBank, NotNow, NotYours,
    Refund.DoesNotExist, Refused (REFUND_FORMALITIES, REFUND_CHANGED).
    """
    insist_able(by, "pay", machine=REFUND.name, verb="complete")
    connected = bank()
    with transaction.atomic(durable=True):
        bill = visible(by).values_list("bill", flat=True).get(number=number)
        of = DutyBill.objects.select_for_update().get(pk=bill)
        row = Refund.objects.select_for_update().get(number=number)
        row.state = REFUND.after(row.state, "complete", by=by)
        insist(rules.COMPLETING, rules.Claim(of, "", _day(at), amount=row.amount, complete_by=row.complete_by))
        _take(of, {})
        row.attempts, row.asked_bank_at, row.reason = row.attempts + 1, at, ""
        row.save(update_fields=["state", "attempts", "asked_bank_at", "reason"])
        record("refund.sent", row, by=by, at=at, amount=row.amount, attempt=row.attempts)
    return _settle(number, heard(number, lambda: connected.refund(_instruction(row), at=at)), at)


def ask_again(*, at: datetime, limit: int = 50) -> int:
    """Ask the bank about refunds it has not answered, longest unasked first; returns how many are settled now."""
    try:
        connected = bank()
    except NoBank:
        return 0
    settled = 0
    for row in list(Refund.objects.filter(state="paying").order_by("asked_bank_at")[:limit]):
        Refund.objects.filter(pk=row.pk, state="paying").update(asked_bank_at=at)
        verdict = heard(row.number, lambda row=row: _asked(connected, row, at))
        settled += _settle(row.number, verdict, at).state != "paying"
    return settled


def lapse_due(on: date, *, at: datetime, limit: int = 200) -> int:
    """Let claims lapse whose formalities were not completed in time, as the timer does; returns how many it was."""
    numbers = list(Refund.objects.filter(state="granted", complete_by__lt=on).values_list("number", flat=True)[:limit])
    for number in numbers:
        with transaction.atomic():
            row = Refund.objects.select_for_update().get(number=number)
            if row.state == "granted":
                row.state = REFUND.after(row.state, "lapse", by=SYSTEM)
                row.save(update_fields=["state"])
                record("refund.lapsed", row, by=SYSTEM, at=at, until=row.complete_by)
    return len(numbers)


def _locked(number: str) -> tuple[Refund, DutyBill]:
    """Return a claim and its bill, both locked, the bill first."""
    of = DutyBill.objects.select_for_update().get(refunds__number=number)
    return Refund.objects.select_for_update().get(number=number), of


def _decided(row: Refund, answer: str, by: Actor, at: datetime) -> None:
    row.answer, row.decided_at, row.decided_by = answer.strip()[: rules.MOST_WORDS], at, by.name[:100]
    row.save()


def _take(of: DutyBill, over: dict[str, Decimal]) -> None:
    """Write what is paid too much on a bill now."""
    of.over = {kind: format(amount, "f") for kind, amount in over.items()}
    of.refundable = sum(over.values(), Decimal(0))
    of.save(update_fields=["over", "refundable"])


def _instruction(row: Refund) -> Instruction:
    assert row.complete_by is not None
    return Instruction(row.number, row.payer, row.amount, row.complete_by, row.attempts)


def _asked(connected: Bank, row: Refund, at: datetime) -> Verdict:
    known = connected.ask(row.number, at=at)
    return connected.refund(_instruction(row), at=at) if known is None else known


@transaction.atomic
def _settle(number: str, verdict: Verdict | None, at: datetime) -> Refund:
    """Write down what the bank says; what is settled already stays as it is."""
    row, of = _locked(number)
    if row.state != "paying" or verdict is None or verdict.state not in (PAID, REFUSED):
        return row
    if verdict.state == PAID and verdict.amount != row.amount:
        row.reason = "wrong_amount"
        record("refund.differs", row, by=SYSTEM, at=at, told=verdict.amount)
    elif verdict.state == PAID:
        row.state, row.paid_at = REFUND.after(row.state, "settle", by=SYSTEM), at
        row.bank_reference, row.reason = verdict.reference[:60], ""
        record("refund.paid", row, by=SYSTEM, at=at, amount=row.amount, bank=row.bank_reference)
    else:
        row.state = REFUND.after(row.state, "decline", by=SYSTEM)
        row.reason = verdict.reason if verdict.reason in REASONS else "other"
        over = {kind: Decimal(amount) for kind, amount in of.over.items()}
        for kind, amount in row.amounts.items():
            over[kind] = over.get(kind, Decimal(0)) + amount
        _take(of, over)
        record("refund.declined", row, by=SYSTEM, at=at, reason=row.reason)
    row.save()
    return row
