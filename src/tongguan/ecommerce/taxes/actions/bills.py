"""Bills are told to their assurers, reduced by what comes back, and gathered into orders when they are to be paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.journal.actions import record
from tongguan.journal.copying import copy_rows
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import debit
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise, MachineClient
from tongguan.parties.queries import find_many

from ...intake import answers
from ...intake.batch import numbers
from ...intake.candidates import SYSTEM
from ...models import NODES_OF_A_MESSAGE, PaymentOrder, Receipt, Return, TaxBill
from ...models.taxes import MARK
from ...states import BILL
from .. import messages, rules
from ..owing import account, owe
from ..queries import bills_of_firm

NOTHING = Decimal("0.00")


@transaction.atomic
def tell_new(*, at: datetime, limit: int = 500) -> int:
    """Tell assurers of the bills they have not been told of (816), oldest first; returns how many."""
    untold = TaxBill.objects.filter(told_at=None).select_for_update(skip_locked=True, of=("self",))
    bills = list(untold.select_related("inventory").order_by("inventory")[:limit])
    tell(((bill, messages.bill(bill, bill.inventory)) for bill in bills), at=at)
    TaxBill.objects.filter(pk__in=[bill.pk for bill in bills]).update(told_at=at)
    owe(bills, by=SYSTEM, at=at)
    return len(bills)


def tell(replies: Iterable[tuple[TaxBill, answers.Reply]], *, at: datetime) -> None:
    """Keep messages about bills for the enterprises that answer for their tax; their inventories are at hand."""
    told = list(replies)
    firms = find_many({bill.assure_code for bill, _ in told})
    exchange = _exchange_numbers(firms.values())
    rows = []
    for bill, reply in told:
        firm, inventory = firms.get(bill.assure_code), bill.inventory
        ours = firm is not None and firm.pk == inventory.enterprise_id
        dxp_id = inventory.dxp_id if ours else exchange.get(firm.pk, "") if firm else ""
        # Of the message as a whole, for it answers none of its nodes.
        filing = inventory.filing_id - inventory.filing_id % NODES_OF_A_MESSAGE
        rows.append(reply.row(str(bill), filing, at, firm.pk if firm else None, dxp_id))
    copy_rows(Receipt, answers.COLUMNS, rows)


def _exchange_numbers(firms: Iterable[Enterprise]) -> dict[int, str]:
    """Return the number in the exchange of each enterprise that has one."""
    clients = MachineClient.objects.filter(enterprise__in=set(firms), revoked=None).exclude(dxp_id="")
    return {client.enterprise_id: client.dxp_id[:30] for client in clients.order_by("-id")}


def take_off(bill: TaxBill, request: Return, *, by: Actor, at: datetime) -> None:
    """Take off a locked bill the tax of an accepted return; a bill of which nothing is left is void.

    One that was not told yet is told as it is now.

    Raises NotNow, NotYours.
    """
    bill.duty -= request.duty
    bill.consumption_tax -= request.consumption_tax
    bill.vat -= request.vat
    bill.state = BILL.after(bill.state, "reduce" if bill.total else "void", by=by)
    tell([(bill, _changed(bill))], at=at)
    is_new, bill.told_at = bill.told_at is None, bill.told_at or at
    bill.save(
        update_fields=["duty", "consumption_tax", "vat", "state", "told_at", "open_returns", "opens_on", "due_on"]
    )
    what = "bill.reduced" if bill.total else "bill.void"
    record(what, str(bill), by=by, at=at, number=bill.tax_no, off=request.tax, left=bill.total, request=str(request))
    if is_new:
        owe([bill], by=by, at=at)
    else:
        debit(account(bill.assure_code), request.tax, reference=str(request), by=by, at=at)


def _changed(bill: TaxBill) -> answers.Reply:
    """Return what tells of a smaller bill; of one that was told and is void only its new state is told."""
    if bill.told_at is None or bill.total:
        return messages.bill(bill, bill.inventory, reduced=True)
    return messages.status(bill, bill.inventory)


def collect(
    *, at: datetime, assure_code: str = "", by: Actor = SYSTEM, opened_by: date | None = None
) -> list[PaymentOrder]:
    """Gather the bills whose days of payment have begun into an order for each assurer, or for one.

    ``opened_by`` is the last day on which they may have begun, today when it is not given. Bills of every district go
    into one order. Nothing is gathered while goods are on their way back. Each order is made in a transaction of its
    own. Raises NotYours.
    """
    opened_by = opened_by or at.astimezone(SHANGHAI).date()
    waiting = TaxBill.objects.filter(state="generated", open_returns=0, opens_on__lte=opened_by)
    if assure_code:
        waiting = waiting.filter(assure_code=assure_code)
    orders = []
    for code in waiting.order_by("assure_code").values_list("assure_code", flat=True).distinct():
        while order := _order(code, opened_by, by, at):
            orders.append(order)
    return orders


def collect_left(*, at: datetime) -> list[PaymentOrder]:
    """Gather the bills that assurers have had their days to choose from and did not choose."""
    today = at.astimezone(SHANGHAI).date()
    days = law("ecommerce.days_to_choose", on=today).value
    return collect(at=at, opened_by=today - timedelta(days=days))


@transaction.atomic
def _order(code: str, opened_by: date, by: Actor, at: datetime, limit: int = 5000) -> PaymentOrder | None:
    """Make one order of an assurer, of so many bills that it is made in a moment; None when nothing is left to gather."""
    open_now = TaxBill.objects.filter(assure_code=code, state="generated", open_returns=0, opens_on__lte=opened_by)
    locked = open_now.select_for_update(skip_locked=True, of=("self",)).select_related("inventory")
    bills = list(locked.order_by("inventory")[:limit])
    return _gathered(bills, "collect", by, at) if bills else None


@transaction.atomic
def choose(numbers: Iterable[str], *, by: Actor, at: datetime) -> PaymentOrder:
    """Make one order of the bills that their assurer has chosen to pay together; ``numbers`` are those of the bills.

    Raises Refused, with a finding for each bill that stands in the way, and NotYours.
    """
    insist_able(by, "pay", machine="bill", verb="choose")
    wanted = list(dict.fromkeys(numbers))
    named = bills_of_firm(by).filter(inventory__invt_no__in=[number.removeprefix(MARK) for number in wanted])
    locked = named.select_for_update(of=("self",)).select_related("inventory").order_by("pk")
    bills = list(locked[: rules.MOST_CHOSEN + 1])
    insist(rules.CHOICE, rules.Choice(wanted, {bill.tax_no: bill for bill in bills}, at.astimezone(SHANGHAI).date()))
    return _gathered(bills, "choose", by, at)


def _gathered(bills: list[TaxBill], verb: str, by: Actor, at: datetime) -> PaymentOrder:
    """Put locked bills of one assurer into an order, and tell of it."""
    states = [BILL.after(bill.state, verb, by=by) for bill in bills]
    order = _written(bills[0].assure_code, bills, at)
    for bill, state in zip(bills, states, strict=True):
        bill.state, bill.order = state, order
    tell(_changes(bills, order), at=at)
    untold = [bill for bill in bills if bill.told_at is None]
    TaxBill.objects.filter(pk__in=[bill.pk for bill in untold]).update(told_at=at)
    TaxBill.objects.filter(pk__in=[bill.pk for bill in bills]).update(state=bills[0].state, order=order)
    owe(untold, by=by, at=at)
    record(
        "payment_order.made", str(order), by=by, at=at, number=order.number, bills=len(bills), total=order.total,
        due=order.due_on,
    )  # fmt: skip
    return order


def _written(code: str, bills: list[TaxBill], at: datetime) -> PaymentOrder:
    [serial] = numbers("ecommerce_payment_no", 1)
    firm = find_many([code]).get(code)
    order = PaymentOrder(
        number=f"J{at.astimezone(SHANGHAI):%Y%m%d}{serial % 10**9:09d}", assure_code=code, enterprise=firm, state="made",
        bills_count=len(bills), districts=sorted({bill.inventory.customs_code for bill in bills}),
        duty=sum((b.duty for b in bills), NOTHING), vat=sum((b.vat for b in bills), NOTHING),
        consumption_tax=sum((b.consumption_tax for b in bills), NOTHING), made_at=at,
        due_on=min(bill.due_on for bill in bills),
    )  # fmt: skip
    order.save(force_insert=True)
    return order


def _changes(bills: list[TaxBill], order: PaymentOrder) -> Iterable[tuple[TaxBill, answers.Reply]]:
    for bill in bills:
        if bill.told_at is None:
            yield bill, messages.bill(bill, bill.inventory)
        yield bill, messages.status(bill, bill.inventory, order.number)
