"""Orders are sent to the bank and settled by what it says; an order without an answer is asked about again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.functions import insist_able

from ...deposits.taken import of_order
from ...intake.candidates import SYSTEM
from ...models import PaymentOrder
from ...ports import PAID, REASONS, REFUSED, Bank, BankSilent, Instruction, NoBank, Verdict, bank
from ...states import PAYMENT_ORDER
from .. import surcharges
from ..owing import account
from ..queries import orders_of

log = structlog.get_logger("tongguan.ecommerce.taxes")


def pay(number: str, *, by: Actor, at: datetime) -> PaymentOrder:
    """Tell the bank to pay an order and return the order as it then stands: paid, refused, or unknown.

    What late payment costs on this day is paid with it (滞纳金). It does not matter in which district the payer or the
    parcels are (跨关区电子支付). The order is noted as sent, and that is committed, before the bank hears of it; only
    the bank's own word makes it paid.

    Raises NoBank, NotNow (while an answer is awaited, or paid already), NotYours, and PaymentOrder.DoesNotExist for
    an order that is not the actor's to pay.
    """
    insist_able(by, "pay", machine="payment_order", verb="send")
    connected = bank()
    with transaction.atomic(durable=True):
        order = orders_of(by).select_for_update(of=("self",)).get(number=number)
        order.state = PAYMENT_ORDER.after(order.state, "send", by=by)
        order.attempts, order.sent_at, order.asked_at, order.reason = order.attempts + 1, at, at, ""
        order.surcharge = surcharges.of_order(order, at.astimezone(SHANGHAI).date()).due
        order.save(update_fields=["state", "attempts", "sent_at", "asked_at", "reason", "surcharge"])
        record(
            "payment_order.sent", str(order), by=by, at=at, number=number, total=order.total,
            surcharge=order.surcharge, attempt=order.attempts,
        )  # fmt: skip
    return _settle(number, _heard(number, lambda: connected.pay(_instruction(order), at=at)), at)


def ask_again(*, at: datetime, limit: int = 50) -> int:
    """Ask the bank about orders it has not answered, longest unasked first; returns how many are settled now.

    An order the bank has never heard of is sent again, under the same number. Without a bank nobody is asked.
    """
    orders = list(PaymentOrder.objects.filter(state="unknown").order_by("asked_at")[:limit])
    try:
        connected = bank()
    except NoBank:
        return 0
    settled = 0
    for order in orders:
        PaymentOrder.objects.filter(pk=order.pk, state="unknown").update(asked_at=at)
        verdict = _heard(order.number, lambda order=order: _asked(connected, order, at))
        settled += _settle(order.number, verdict, at).state != "unknown"
    return settled


def _asked(connected: Bank, order: PaymentOrder, at: datetime) -> Verdict:
    known = connected.ask(order.number, at=at)
    return connected.pay(_instruction(order), at=at) if known is None else known


def _instruction(order: PaymentOrder) -> Instruction:
    return Instruction(order.number, order.assure_code, order.told, order.due_on, order.attempts)


def _heard(number: str, question: Callable[[], Verdict]) -> Verdict | None:
    """Return what the bank says, or None: after silence or a broken answer nobody knows whether it has paid."""
    try:
        return question()
    except BankSilent:
        log.warning("the bank did not answer", order=number)
    except Exception:
        log.exception("the bank's answer could not be understood", order=number)
    return None


@transaction.atomic
def _settle(number: str, verdict: Verdict | None, at: datetime) -> PaymentOrder:
    """Write down what the bank says of an order; one that is settled already stays as it is."""
    order = PaymentOrder.objects.select_for_update().get(number=number)
    if order.state != "unknown" or verdict is None or verdict.state not in (PAID, REFUSED):
        return order
    if verdict.state == PAID and verdict.amount != order.told:
        order.reason = "wrong_amount"
        order.save(update_fields=["reason"])
        record("payment_order.differs", str(order), by=SYSTEM, at=at, number=number, told=verdict.amount)
        return order
    if verdict.state == PAID:
        _paid(order, verdict, at)
    else:
        order.state = PAYMENT_ORDER.after(order.state, "decline", by=SYSTEM)
        order.reason = verdict.reason if verdict.reason in REASONS else "other"
        order.save(update_fields=["state", "reason"])
        record("payment_order.refused", str(order), by=SYSTEM, at=at, number=number, reason=order.reason)
    return order


def _paid(order: PaymentOrder, verdict: Verdict, at: datetime) -> None:
    order.state = PAYMENT_ORDER.after(order.state, "settle", by=SYSTEM)
    order.paid_at, order.bank_reference, order.reason = at, verdict.reference[:60], ""
    order.save(update_fields=["state", "paid_at", "bank_reference", "reason"])
    _posted(order, at)
    record(
        "payment_order.paid", str(order), by=SYSTEM, at=at, number=order.number, total=order.total,
        surcharge=order.surcharge, bank=order.bank_reference, repeated=verdict.repeated,
    )  # fmt: skip


def _posted(order: PaymentOrder, at: datetime) -> None:
    """Take what was paid off what is owed, and give it back to the deposit that secured it (恢复担保额度)."""
    owed, secured = account(order.assure_code), of_order(order)
    postings = Batch(lock({owed, *secured}), references=[order.number])
    postings.debit(owed, order.total, reference=order.number)
    for name, tax in secured.items():
        postings.credit(name, tax, reference=order.number)
    postings.write(SYSTEM, at)
