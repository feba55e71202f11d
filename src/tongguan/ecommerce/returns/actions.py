"""What becomes of requests: withdrawals decided by whoever holds the inventory; returns counted in, accepted, ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.inspections.actions import conclude
from tongguan.inspections.models import Check
from tongguan.inspections.rules import CONCLUSION
from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch as Postings
from tongguan.parties.actions.work import decide_held

from ..deposits.taken import taken as secured_by
from ..intake import undoing
from ..intake.candidates import SYSTEM
from ..intake.limiting.allowance import account_of, taken
from ..intake.limiting.bonded import BookStock
from ..intake.limiting.caps import PersonCaps
from ..models import Inventory, Return, ReturnItem, TaxBill, Withdrawal
from ..states import RETURN, WITHDRAWAL
from ..taxes.actions.bills import take_off
from ..taxes.bills import goods_came_no_more
from . import capped, rules
from .intake.answering import tell
from .shares import Share, share_of


@transaction.atomic
def allow_withdrawal(number: str, *, by: Actor, at: datetime) -> Withdrawal:
    """Let an inventory that is held be withdrawn (399): its check is concluded and its holds are lifted.

    ``number`` is the pre-entry number of the request. Raises NotNow, NotYours, Withdrawal.DoesNotExist.
    """
    request = _locked_withdrawal(number)
    request.state = WITHDRAWAL.after(request.state, "accept", by=by)
    decide_held(request, by=by, at=at)
    row = request.inventory
    if (check := Check.objects.filter(subject=row.version_subject).first()) is not None:
        conclude(check, "refuse", by=by, at=at, reason=text("withdrawal.conclusion", "zh", number=number))
    undoing.withdraw([row], by=by, at=at)
    _decided([request], "399", "", by, at)
    return request


@transaction.atomic
def deny_withdrawal(number: str, *, by: Actor, at: datetime, reason: str) -> Withdrawal:
    """Refuse to let an inventory be withdrawn (100); it goes on as before.

    Raises NotNow, NotYours, Refused without a reason, Withdrawal.DoesNotExist.
    """
    request = _locked_withdrawal(number)
    request.state = WITHDRAWAL.after(request.state, "refuse", by=by)
    decide_held(request, by=by, at=at)
    insist(CONCLUSION, {"verb": "refuse", "reason": reason})
    _decided([request], "100", "100.officer", by, at, reason=reason)
    return request


def end_withdrawals(inventories: Iterable[Inventory], why: str, *, at: datetime) -> None:
    """End the requests that wait for inventories which were *released* or *refused* meanwhile (100)."""
    waiting = Withdrawal.objects.filter(inventory__in=[row.pk for row in inventories], state="asked")
    requests = list(waiting.select_for_update(of=("self",)).select_related("inventory").order_by("id"))
    for request in requests:
        request.state = WITHDRAWAL.after(request.state, "refuse", by=SYSTEM)
    _decided(requests, "100", f"100.{why}", SYSTEM, at)


def _locked_withdrawal(number: str) -> Withdrawal:
    """Return a request with its inventory, both locked, the inventory first as everywhere."""
    known = Withdrawal.objects.get(pre_no=number)
    inventory = Inventory.objects.select_for_update().get(pk=known.inventory_id)
    request = Withdrawal.objects.select_for_update(of=("self",)).get(pk=known.pk)
    request.inventory = inventory
    return request


def _decided(requests: list, status: str, what: str, by: Actor, at: datetime, **values: object) -> None:
    """Answer withdrawals or returns and write down who decided."""
    tell(requests, status, what, at=at, **values)
    for request in requests:
        request.decided_at, request.decided_by = at, by.name[:100]
        request.save()
        event = f"{str(request).partition('/')[0]}.{request.state}"
        record(
            event, str(request), by=by, at=at, number=request.pre_no, inventory=f"inventory/{request.inventory_id}",
            **values,
        )  # fmt: skip


@transaction.atomic
def confirm_arrival(
    number: str,
    *,
    by: Actor,
    at: datetime,
    counted: Mapping[int, Decimal] | None = None,
    original_state: bool = True,
    transport: str = "",
) -> Return:
    """Count returned goods in (理货) where they came back: ``counted`` by the number of the item, or all that was asked.

    ``number`` is the pre-entry number of the request. ``transport`` is the seal and the record of the transport, which
    goods that come back in another district need. Raises NotNow, NotYours, Return.DoesNotExist, and Refused (ARRIVED_LATE,
    COUNTED_MORE, NOTHING_CAME, TRANSPORT_RECORD).
    """
    request, _ = _locked_return(number)
    request.state = RETURN.after(request.state, "arrive", by=by)
    items = list(request.items.order_by("gnum"))
    asked = {item.gnum: item.qty for item in items}
    found = asked if counted is None else {gnum: Decimal(qty) for gnum, qty in counted.items()}
    elsewhere = request.customs_code != request.inventory.customs_code
    day = at.astimezone(SHANGHAI).date()
    insist(rules.ARRIVAL, rules.Tally(asked, found, day, request.arrive_by, elsewhere, transport))
    for item in items:
        item.tallied = found.get(item.gnum, Decimal(0))
    ReturnItem.objects.bulk_update(items, ["tallied"])
    request.arrived_at, request.transport, request.original_state = at, transport.strip()[:100], original_state
    request.save(update_fields=["state", "arrived_at", "transport", "original_state"])
    record(
        "return.arrived", str(request), by=by, at=at, number=request.pre_no, inventory=str(request.inventory),
        office=request.customs_code, counted={str(item.gnum): item.tallied for item in items},
    )  # fmt: skip
    return request


@transaction.atomic
def accept_return(number: str, *, by: Actor, at: datetime) -> Return:
    """Accept goods that have come back (399): the buyer's year and the tax bill get back their share of the parcel.

    Raises NotNow, NotYours, Return.DoesNotExist, and Refused (NOT_ORIGINAL).
    """
    request, bill = _locked_return(number)
    request.state = RETURN.after(request.state, "accept", by=by)
    decide_held(request, by=by, at=at)
    insist(rules.ACCEPTANCE, request)
    share = share_of(request)
    _give_back(request, share, by, at)
    for item, amounts in share.items:
        for column, amount in amounts.items():
            setattr(item, column, amount)
    ReturnItem.objects.bulk_update([item for item, _ in share.items], list(share.total))
    for column, amount in share.total.items():
        setattr(request, column, amount)
    if bill is not None:
        goods_came_no_more(bill, at.astimezone(SHANGHAI).date())
    _decided([request], "399", "", by, at, value=request.customs_value, tax=request.tax)
    if bill is not None:
        take_off(bill, request, by=by, at=at)
    return request


def _give_back(request: Return, share: Share, by: Actor, at: datetime) -> None:
    """Give the buyer's allowance what the returned goods took from it, to the fen and no more than was taken.

    Bonded goods are in the stock of their book again; of goods with a cap so many more may be bought. Of the deposit that
    secured the parcel's tax the tax of the goods comes back.
    """
    row, stock, caps = request.inventory, BookStock(), PersonCaps()
    name, secured = account_of(row), secured_by([row]).get(row.version_subject)
    names = {name} | stock.credit_accounts([row]) | caps.credit_accounts([row])
    accounts = lock(names | {secured[0]} if secured else names)
    _, used = taken([row])[row.version_subject]
    request.counted = share.counted(used)
    postings = Postings(accounts)
    postings.credit(name, request.counted, reference=str(request))
    tallied = {item.gnum: item.tallied or Decimal(0) for item, _ in share.items}
    stock.give_back_items(postings, row, tallied, reference=str(request))
    capped.give_back(caps, postings, request)
    if secured:
        tax = sum((share.total[column] for column in ("duty", "consumption_tax", "vat")), Decimal(0))
        postings.credit(secured[0], tax, reference=str(request), note=request.pre_no or "")
    postings.write(by, at)


@transaction.atomic
def refuse_return(number: str, *, by: Actor, at: datetime, reason: str) -> Return:
    """Refuse a return (100): nothing is given back, the tax stands.

    Raises NotNow, NotYours, Refused without a reason, Return.DoesNotExist.
    """
    request, bill = _locked_return(number)
    request.state = RETURN.after(request.state, "refuse", by=by)
    decide_held(request, by=by, at=at)
    insist(CONCLUSION, {"verb": "refuse", "reason": reason})
    _settled(request, bill, at)
    _decided([request], "100", "100.officer", by, at, reason=reason)
    return request


def expire_returns(*, at: datetime, limit: int = 500) -> int:
    """End the returns whose goods did not come back by their last day (100); returns how many."""
    today = at.astimezone(SHANGHAI).date()
    late = Return.objects.filter(state="asked", arrive_by__lt=today).order_by("arrive_by", "id")
    return sum(_expire(number, at) for number in late.values_list("pre_no", flat=True)[:limit])


@transaction.atomic
def _expire(number: str, at: datetime) -> bool:
    request, bill = _locked_return(number)
    if request.state != "asked":
        return False  # it arrived, or was deleted, while we came to it
    request.state = RETURN.after(request.state, "expire", by=SYSTEM)
    _settled(request, bill, at)
    _decided([request], "100", "100.expired", SYSTEM, at, last=request.arrive_by)
    return True


def _settled(request: Return, bill: TaxBill | None, at: datetime) -> None:
    if bill is not None:
        goods_came_no_more(bill, at.astimezone(SHANGHAI).date())
        bill.save(update_fields=["open_returns", "opens_on", "due_on"])


def _locked_return(number: str) -> tuple[Return, TaxBill | None]:
    """Return a request with its inventory and its bill, all locked, in the order in which filing locks them."""
    known = Return.objects.get(pre_no=number)
    inventory = Inventory.objects.select_for_update().get(pk=known.inventory_id)
    bill = TaxBill.objects.select_for_update().filter(pk=inventory.pk).first()
    request = Return.objects.select_for_update(of=("self",)).get(pk=known.pk)
    request.inventory = inventory
    if bill is not None:
        bill.inventory = inventory
    return request, bill
