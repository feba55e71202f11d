"""Asking to pay later, and deciding it: what is granted is secured until the new last day, and no surcharge runs until then."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import lock
from tongguan.parties.actions.work import decide_held
from tongguan.parties.functions import insist_able

from ..guarantees import actions as guarantees
from ..guarantees.actions.filing import day_of
from ..guarantees.queries import account, accounts_of
from ..models import Deferral, DutyBill, Guarantee, MonthBill, Secured
from ..models.payments import Payable
from ..numbering import numbered
from ..payments.actions.paying import kind_of, machine_of, references_of
from ..payments.queries import visible as bills_of
from ..payments.states import PAYERS
from . import rules
from .queries import visible
from .states import DEFERRAL

SCOPE = "time_limit"


@transaction.atomic
def ask(
    bill: str, until: date, ground: str, *, words: str, document: str, guarantee: str = "", by: Actor, at: datetime
) -> Deferral:
    """Ask to pay a bill or a month later, until a day. ``guarantee`` may be empty where its taxes are secured already.

    Raises NotYours, the model's DoesNotExist for what is not the actor's to pay, Refused (DEFERRAL_GROUND ... _OUTLASTS).
    """
    insist_able(by, "pay", machine=DEFERRAL.name, verb="ask")
    if by.role not in PAYERS:
        raise NotYours(machine=DEFERRAL.name, verb="ask", role=by.role, roles=sorted(PAYERS))
    of = bills_of(by, kind_of(bill)).select_for_update(of=("self",)).get(number=bill)
    other = Deferral.objects.filter(bill=bill, state="asked").first()
    insist(rules.ASKING, _asking(of, until, ground, words, document, guarantee, at, other))
    row = Deferral.objects.create(
        **numbered(Deferral, "Y", at), bill=bill, reference=of.reference if isinstance(of, DutyBill) else "",
        enterprise=of.enterprise, payer=of.payer, ground=ground, words=words.strip(), document=document.strip(),
        guarantee=guarantee.strip(), due_before=_first_due(of), until=until, asked_at=at, asked_by=by.name[:100],
    )  # fmt: skip
    record("deferral.asked", row, by=by, at=at, bill=bill, reference=row.reference, ground=ground, until=until)
    return row


@transaction.atomic
def grant(number: str, *, answer: str = "", by: Actor, at: datetime) -> Deferral:
    """Grant an application: the guarantee is debited, and the bill is due on the new last day, also if it became overdue.

    Raises NotNow, NotYours, Deferral.DoesNotExist, Refused (DEFERRAL_UNTIL, _FEE, _UNSECURED, _OUTLASTS, those of ``debit``).
    """
    seen = Deferral.objects.get(number=number)
    DEFERRAL.after(seen.state, "grant", by=by)
    found = kind_of(seen.bill).objects.get(number=seen.bill)
    references = references_of(found)
    lock([*accounts_of(references), *([account(seen.guarantee)] if seen.guarantee else [])])
    of = kind_of(seen.bill).objects.select_for_update().get(pk=found.pk)
    row = _locked(number, "grant", by, at)
    insist(rules.GRANTING, _asking(of, row.until, row.ground, row.words, row.document, row.guarantee, at, None))
    if isinstance(of, DutyBill) and not _secured(of):
        guarantees.debit(
            row.guarantee, of.open, reference=of.reference, holder=of.payer, scope=SCOPE, on=day_of(at), by=by, at=at
        )
    of.state, of.due_on = machine_of(of).after(of.state, "defer", by=by), row.until
    if isinstance(of, MonthBill):
        of.late = False
    of.save()
    _decided(row, answer, by, at)
    record("deferral.granted", row, by=by, at=at, bill=row.bill, reference=row.reference, until=row.until)
    return row


@transaction.atomic
def refuse(number: str, *, answer: str, by: Actor, at: datetime) -> Deferral:
    """Refuse an application, and say why. Raises NotNow, NotYours, Deferral.DoesNotExist, Refused (DEFERRAL_ANSWER)."""
    row = _locked(number, "refuse", by, at)
    insist(rules.REFUSING, rules.Answer(answer))
    _decided(row, answer, by, at)
    record("deferral.refused", row, by=by, at=at, bill=row.bill, answer=row.answer)
    return row


@transaction.atomic
def cancel(number: str, *, by: Actor, at: datetime) -> Deferral:
    """Take an application back before it is decided. Raises NotNow, NotYours, Deferral.DoesNotExist."""
    insist_able(by, "pay", machine=DEFERRAL.name, verb="cancel")
    row = visible(by).select_for_update(of=("self",)).get(number=number)
    row.state = DEFERRAL.after(row.state, "cancel", by=by)
    row.save(update_fields=["state"])
    record("deferral.cancelled", row, by=by, at=at, bill=row.bill)
    return row


def _locked(number: str, verb: str, by: Actor, at: datetime) -> Deferral:
    row = Deferral.objects.select_for_update().get(number=number)
    row.state = DEFERRAL.after(row.state, verb, by=by)
    decide_held(row, by=by, at=at)
    return row


def _decided(row: Deferral, answer: str, by: Actor, at: datetime) -> None:
    row.answer, row.decided_at, row.decided_by = answer.strip()[: rules.MOST_WORDS], at, by.name[:100]
    row.save()


def _first_due(of: Payable) -> date:
    """Return the last day of payment by the law: the present one, or that before it was first deferred."""
    first = Deferral.objects.filter(bill=of.number, state="granted").order_by("pk").first()
    assert of.due_on is not None
    return first.due_before if first is not None else of.due_on


def _secured(of: Payable) -> list[Guarantee]:
    """Return the guarantees that secure a bill or a month now."""
    held = Secured.objects.filter(reference__in=references_of(of), state="open").values_list("guarantee", flat=True)
    return list(Guarantee.objects.filter(pk__in=set(held)).order_by("pk"))


def _asking(
    of: Payable, until: date, ground: str, words: str, document: str, guarantee: str, at: datetime,
    other: Deferral | None,
) -> rules.Asking:  # fmt: skip
    holding = _secured(of)
    if not holding and guarantee.strip():
        holding = list(Guarantee.objects.filter(number=guarantee.strip(), holder=of.enterprise))
    due = _first_due(of) if of.due_on is not None else day_of(at)
    return rules.Asking(of, due, until, ground, words, document, day_of(at), holding, other)
