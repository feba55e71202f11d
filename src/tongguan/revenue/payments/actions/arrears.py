"""What is not paid in time: it becomes overdue, is claimed of the guarantee, and suspends collection by the month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.parties.roles import SYSTEM, only

from ...guarantees import actions as guarantees
from ...guarantees.queries import accounts_of
from ...models import DutyBill, MonthBill, Secured
from ...models.payments import Payable
from ...numbering import SHANGHAI
from ..queries import surcharge, visible
from .paying import kind_of, machine_of, paid, references_of


def lapse_due(on: date, *, at: datetime, limit: int = 200) -> int:
    """Note what was due before a day and is not paid, as the timer does; returns how many it was."""
    count = 0
    for model in (DutyBill, MonthBill):
        for number in list(model.objects.filter(state="due", due_on__lt=on).values_list("number", flat=True)[:limit]):
            count += _lapse(model, number, on, at)
    return count


@transaction.atomic
def _lapse(model: type[Payable], number: str, on: date, at: datetime) -> bool:
    row = model.objects.select_for_update().get(number=number)
    if row.state != "due" or row.due_on is None or row.due_on >= on:
        return False
    row.state = machine_of(row).after(row.state, "lapse", by=SYSTEM)
    if isinstance(row, MonthBill):
        row.late = True
    row.save()
    record(f"{machine_of(row).name}.overdue", row, by=SYSTEM, at=at, number=number, total=row.total, due=row.due_on)
    return True


@transaction.atomic
def claim(number: str, *, by: Actor, at: datetime) -> Payable:
    """Claim what is overdue of the guarantees that secure it: deposits are turned into tax, guarantors are asked.

    Where deposits secured all of it, it is paid by them. Raises NotNow, NotYours, and the model's DoesNotExist.
    """
    row, references = _locked(number, by)
    row.state = machine_of(row).after(row.state, "claim", by=by)
    row.save(update_fields=["state"])
    held = Secured.objects.filter(reference__in=references, state="open").order_by("reference")
    made = [guarantees.claim(one, by=by, at=at) for one in list(held.values_list("reference", flat=True))]
    record(f"{machine_of(row).name}.claimed", row, by=by, at=at, number=number, claims=len(made), total=row.total)
    converted = sum((one.amount for one in made if one.state == "claimed"), Decimal(0))
    if converted >= row.total:
        paid(row, references, verb="collect", source="deposit", by=by, at=at)
    return row


@transaction.atomic
def guarantor_paid(number: str, *, document: str, by: Actor, at: datetime) -> Payable:
    """Note that the guarantor has paid what he was asked for; what was secured is given back.

    Raises NotNow, NotYours, and the model's DoesNotExist.
    """
    row, references = _locked(number, by)
    row.surcharge = surcharge(row, at.astimezone(SHANGHAI).date()).due
    paid(row, references, verb="collect", source=document.strip(), by=by, at=at)
    return row


@transaction.atomic
def agree(number: str, *, by: Actor, at: datetime) -> MonthBill:
    """Agree that a firm may collect by the month again, after a month that was paid late.

    Raises NotYours for anybody but customs, and MonthBill.DoesNotExist for a month that is not paid, or was in time.
    """
    only(by, "officer", verb="agree")
    row = MonthBill.objects.select_for_update().get(number=number, state="paid", late=True, agreed_at=None)
    row.agreed_at = at
    row.save(update_fields=["agreed_at"])
    record("month_bill.agreed", row, by=by, at=at, number=number, payer=row.payer)
    return row


def _locked(number: str, by: Actor) -> tuple[Payable, list[str]]:
    """Return what the actor may see under a number, locked after the accounts that secure it, and its declarations."""
    model = kind_of(number)
    row = visible(by, model).get(number=number)
    references = references_of(row)
    lock(accounts_of(references))
    return model.objects.select_for_update().get(pk=row.pk), references
