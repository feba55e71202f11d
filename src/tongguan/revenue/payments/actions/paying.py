"""Bills and months are sent to the bank and settled by what it says; without an answer it is asked again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, Machine
from tongguan.ledgers.actions import lock
from tongguan.parties.functions import insist_able
from tongguan.parties.roles import SYSTEM

from ...guarantees.actions import restore_many
from ...guarantees.queries import accounts_of
from ...models import DutyBill, MonthBill, MonthEntry
from ...models.payments import Payable
from ...numbering import SHANGHAI
from ...ports import PAID, REASONS, REFUSED, Bank, Instruction, NoBank, Verdict, bank, heard
from .. import rules
from ..queries import surcharge_left, visible
from ..states import DUTY_BILL, MONTH


def kind_of(number: str) -> type[Payable]:
    """Return which of the two a number is of: a month's begins with M."""
    return MonthBill if number.startswith("M") else DutyBill


def machine_of(row: Payable) -> Machine:
    """Return the machine by which a bill, or a month, lives."""
    return MONTH if isinstance(row, MonthBill) else DUTY_BILL


def references_of(row: Payable) -> list[str]:
    """Return the declarations that a bill, or a month, is of."""
    if isinstance(row, MonthBill):
        return list(MonthEntry.objects.filter(bill=row, dropped_at=None).values_list("reference", flat=True))
    assert isinstance(row, DutyBill)
    return [row.reference]


def pay(number: str, *, believed: Decimal | None = None, by: Actor, at: datetime) -> Payable:
    """Tell the bank to pay a bill or a month, and return it as it then stands: paid, paying, or due again.

    What late payment costs on this day is paid with it. It is noted as sent, and that is committed, before the bank
    hears of it; only the bank's own word makes it paid. ``believed`` is what the payer thinks it comes to, if he says.

    Raises NoBank, NotNow (while an answer is awaited), NotYours, Refused (BILL_PAID, BILL_VOID, BILL_DIFFERS),
    and the model's DoesNotExist for one that is not the actor's to pay.
    """
    insist_able(by, "pay", machine="duty_bill", verb="send")
    connected, model = bank(), kind_of(number)
    with transaction.atomic(durable=True):
        row = visible(by, model).select_for_update(of=("self",)).get(number=number)
        insist(rules.PAYABLE, row)
        extra = surcharge_left(row, at.astimezone(SHANGHAI).date())
        row.state = machine_of(row).after(row.state, "send", by=by)
        insist(rules.PAYING, rules.Order(number, row.open + extra, believed))
        row.surcharge, row.attempts, row.sent_at, row.asked_at, row.reason = extra, row.attempts + 1, at, at, ""
        row.save(update_fields=["state", "attempts", "sent_at", "asked_at", "reason", "surcharge"])
        record(
            f"{machine_of(row).name}.sent", row, by=by, at=at, number=number, total=row.total, surcharge=extra,
            attempt=row.attempts,
        )  # fmt: skip
    return _settle(model, number, heard(number, lambda: connected.pay(_instruction(row), at=at)), at)


def ask_again(*, at: datetime, limit: int = 50) -> int:
    """Ask the bank about what it has not answered, longest unasked first; returns how many are settled now.

    What the bank has never heard of is sent again, under the same number. Without a bank nobody is asked.
    """
    try:
        connected = bank()
    except NoBank:
        return 0
    settled = 0
    for model in (DutyBill, MonthBill):
        for row in list(model.objects.filter(state="paying").order_by("asked_at")[:limit]):
            model.objects.filter(pk=row.pk, state="paying").update(asked_at=at)
            verdict = heard(row.number, lambda row=row: _asked(connected, row, at))
            settled += _settle(model, row.number, verdict, at).state != "paying"
    return settled


def _asked(connected: Bank, row: Payable, at: datetime) -> Verdict:
    known = connected.ask(row.number, at=at)
    return connected.pay(_instruction(row), at=at) if known is None else known


def _instruction(row: Payable) -> Instruction:
    assert row.due_on is not None
    return Instruction(row.number, row.payer, row.told, row.due_on, row.attempts)


@transaction.atomic
def _settle(model: type[Payable], number: str, verdict: Verdict | None, at: datetime) -> Payable:
    """Write down what the bank says; what is settled already stays as it is. The ledger's accounts are locked first."""
    row = model.objects.get(number=number)
    pays = verdict is not None and verdict.state == PAID
    references = references_of(row) if pays else []
    lock(accounts_of(references))
    row = model.objects.select_for_update().get(pk=row.pk)
    if row.state != "paying" or verdict is None or verdict.state not in (PAID, REFUSED):
        return row
    name = machine_of(row).name
    if pays and verdict.amount != row.told:
        row.reason = "wrong_amount"
        row.save(update_fields=["reason"])
        record(f"{name}.differs", row, by=SYSTEM, at=at, number=number, told=verdict.amount)
    elif pays:
        paid(row, references, verb="settle", source=verdict.reference, by=SYSTEM, at=at, repeated=verdict.repeated)
    else:
        row.state = machine_of(row).after(row.state, "decline", by=SYSTEM)
        row.reason = verdict.reason if verdict.reason in REASONS else "other"
        row.surcharge = Decimal(0)
        row.save(update_fields=["state", "reason", "surcharge"])
        record(f"{name}.refused", row, by=SYSTEM, at=at, number=number, reason=row.reason)
    return row


def paid(
    row: Payable, references: list[str], *, verb: str, source: str, by: Actor, at: datetime, repeated: bool = False
) -> None:
    """Note that a locked bill, or month, is paid, and give back what guarantees secured of it (恢复担保额度)."""
    machine = machine_of(row)
    row.state = machine.after(row.state, verb, by=by)
    row.paid_at, row.bank_reference, row.reason = at, source[:60], ""
    if isinstance(row, MonthBill):
        row.late = row.late or (row.due_on is not None and at.astimezone(SHANGHAI).date() > row.due_on)
    row.save()
    restore_many(references, by=SYSTEM, at=at)
    of = row.reference if isinstance(row, DutyBill) else ""
    record(
        f"{machine.name}.paid", row, by=by, at=at, number=row.number, reference=of, entries=len(references),
        total=row.total, surcharge=row.surcharge, bank=row.bank_reference, repeated=repeated,
    )  # fmt: skip
