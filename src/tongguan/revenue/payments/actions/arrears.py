"""What is not paid in time: it becomes overdue, is claimed of the guarantee, and suspends collection by the month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.roles import SYSTEM, only

from ...alone import beyond
from ...guarantees import actions as guarantees
from ...guarantees.actions.filing import day_of
from ...guarantees.queries import accounts_of
from ...models import DutyBill, MonthBill, Secured
from ...models.payments import Payable
from .. import rules
from ..order import settled
from ..queries import owed, surcharge_left, visible
from .paying import kind_of, machine_of, paid, references_of

_NOTHING = Decimal("0.00")
_COVERED = "revenue.guarantee_covers_surcharge"


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
def claim(number: str, words: str = "", *, by: Actor, at: datetime) -> Payable:
    """Claim what is overdue of the guarantees that secure it: deposits are turned into tax, guarantors are asked.

    The surcharge until this day is claimed with it, as far as the guarantees reach. What deposits give settles what is owed
    in its order; what they cannot cover stays in arrears. ``words`` are the officer's reason where a second one has to agree.
    Raises NotNow, NotYours, NeedsSecond where more tax is secured than one officer may claim, and the model's DoesNotExist.
    """
    row, references = _locked(number, by)
    row.state = machine_of(row).after(row.state, "claim", by=by)
    row.save(update_fields=["state"])
    held = list(Secured.objects.filter(reference__in=references, state="open").order_by("reference"))
    on, secured = day_of(at), sum((one.amount for one in held), _NOTHING)
    if beyond("revenue.guarantee_claim_alone", secured, on):
        given = {"number": number, "amount": format(secured, "f"), "words": words.strip()}
        insist_second("guarantee.claim", row, given, by=by, at=at)
    asked = sum(owed(row, on).values(), _NOTHING)
    more = asked - secured if law(_COVERED, on=on).value else _NOTHING
    made = []
    for one in held:
        made.append(guarantees.claim(one.reference, more=max(more, _NOTHING), by=by, at=at))
        more -= made[-1].amount - one.amount
    record(f"{machine_of(row).name}.claimed", row, by=by, at=at, number=number, claims=len(made), total=asked)
    if converted := sum((one.amount for one in made if one.state == "claimed"), _NOTHING):
        _receive(row, references, min(converted, asked), source="deposit", by=by, at=at)
    return row


@transaction.atomic
def guarantor_paid(number: str, *, document: str, amount: Decimal | None = None, by: Actor, at: datetime) -> Payable:
    """Note that the guarantor has paid what he was asked for, in yuan; without an amount, everything that is owed.

    Once he has paid what he was asked for, what he secured is given back; what he was not asked for stays in arrears.
    Raises NotNow, NotYours, Refused (BILL_PART_AMOUNT, _SHOWN), and the model's DoesNotExist.
    """
    row, references = _locked(number, by)
    machine_of(row).after(row.state, "collect", by=by)
    asked = sum(owed(row, day_of(at)).values(), _NOTHING)
    paid_now = asked if amount is None else amount
    insist(rules.RECEIVING, rules.Part(row, paid_now, asked, day_of(at), document))
    held = Secured.objects.filter(reference__in=references, state="demanded").values_list("reference", "amount")
    demanded = dict(held)
    _receive(row, references, paid_now, source=document, by=by, at=at)
    if row.state != "paid" and paid_now >= sum(demanded.values(), _NOTHING):
        guarantees.restore_many(sorted(demanded), by=by, at=at)
    return row


@transaction.atomic
def receive(number: str, amount: Decimal, *, document: str, by: Actor, at: datetime) -> Payable:
    """Note that a part of arrears was received, in yuan: from that day on a surcharge runs on the rest of the tax alone.

    Raises NotNow, NotYours, Refused (BILL_ONE_SUM, BILL_PART_AMOUNT, _SHOWN), and the model's DoesNotExist.
    """
    row, references = _locked(number, by)
    machine_of(row).after(row.state, "receive", by=by)
    asked = sum(owed(row, day_of(at)).values(), _NOTHING)
    insist(rules.RECEIVING, rules.Part(row, amount, asked, day_of(at), document))
    _receive(row, references, amount, source=document, by=by, at=at)
    return row


def _receive(row: Payable, references: list[str], amount: Decimal, *, source: str, by: Actor, at: datetime) -> None:
    """Let an amount settle what is owed of a locked bill, in its order; it is paid when nothing is owed any more."""
    on = day_of(at)
    asked, left = owed(row, on), surcharge_left(row, on)
    kinds = {kind: str(part) for kind, part in settled(asked, amount, on).items() if part}
    if amount < sum(asked.values(), _NOTHING):
        row.state = machine_of(row).after(row.state, "receive", by=by)
        row.parts = [*row.parts, {"day": on.isoformat(), "kinds": kinds, "source": source.strip()[:60]}]
        row.save(update_fields=["state", "parts"])
        record(
            f"{machine_of(row).name}.part_paid", row, by=by, at=at, number=row.number, kinds=kinds, amount=amount,
            document=source.strip()[:60],
        )  # fmt: skip
        return
    row.surcharge = left
    paid(row, references, verb="collect", source=source.strip(), by=by, at=at)


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
