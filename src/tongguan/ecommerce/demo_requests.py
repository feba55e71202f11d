"""What the demo shows of withdrawals, returns and taxes: parcels of the last months, and what was asked and paid for them.

Moments of the past are only arguments: every parcel, request, count, decision and payment goes through the intake and
the actions that serve everybody.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find

from . import samples
from .intake import receive
from .models import Inventory, TaxBill
from .ports import NoBank
from .returns import actions, drafts, possible
from .taxes import actions as taxes
from .trial import sign_unsigned

SEED = 20261122
OPERATOR = Actor("window", "operator")
OFFICER = Actor("officer", "officer")
DEAR, CHEAP = samples.GOODS[6], samples.GOODS[2]


class Story(NamedTuple):
    """Parcels that were released so many days ago: their order numbers begin with ``name``."""

    name: str
    days: int
    parcels: int
    goods: samples.Goods
    qty: int


LATE = Story("DEMO-LATE", 95, 8, DEAR, 5)
PAID = Story("DEMO-PAID", 52, 3, CHEAP, 2)
PAYABLE = Story("DEMO-PAYABLE", 32, 4, CHEAP, 3)
ACCEPTED = Story("DEMO-RETURNED", 26, 1, CHEAP, 4)
ARRIVED = Story("DEMO-ARRIVED", 20, 1, CHEAP, 2)
RETURNING = Story("DEMO-RETURNING", 9, 1, DEAR, 2)
STORIES = (LATE, PAID, PAYABLE, ACCEPTED, ARRIVED, RETURNING)


def file_requests(at: datetime) -> None:
    """File parcels of the past and what followed, as it stands at a moment; doing it twice changes nothing.

    One parcel is withdrawn, goods of another are on their way back, of a third they are back and wait for customs, of
    a fourth the return was accepted; some tax is paid, some can be chosen for payment, and some is overdue.
    """
    if Inventory.objects.filter(order_no__startswith=LATE.name).exists():
        return
    while taxes.tell_new(at=at):
        """What was released before is told now, or it would be told in the past."""
    for story in STORIES:
        _release(story, at - timedelta(days=story.days))
    _pay(at)
    _return(ACCEPTED, at, asked=20, back=12, accepted=11)
    _return(ARRIVED, at, asked=8, back=1)
    _return(RETURNING, at, asked=2)
    _withdraw(at - timedelta(days=1))


def _parcel(name: str, number: int, goods: samples.Goods, qty: int, at: datetime) -> samples.Parcel:
    chance = random.Random(f"{SEED}/{name}/{number}")
    return samples.parcel(f"{name}-{number}", samples.buyer(chance), [(goods, qty)], at=at, chance=chance)


def _file(noun: str, documents: Sequence, at: datetime) -> None:
    receive(sign_unsigned(samples.message(noun, documents), by=OPERATOR, at=at), sender=OPERATOR, at=at)


def _release(story: Story, at: datetime) -> None:
    """File whole parcels at a moment; one that chance draws goes on to be checked as any other."""
    at = at.astimezone(SHANGHAI).replace(hour=10, minute=20)
    ensure_keys(at.date(), by=OPERATOR, at=at)
    parcels = [_parcel(story.name, number, story.goods, story.qty, at) for number in range(1, story.parcels + 1)]
    for noun in samples.KINDS:
        _file(noun, [getattr(parcel, noun) for parcel in parcels], at)
    taxes.tell_new(at=at + timedelta(minutes=1))


def _bills(story: Story) -> list[TaxBill]:
    named = TaxBill.objects.filter(inventory__order_no__startswith=story.name).select_related("inventory")
    return list(named.order_by("pk"))


def _pay(at: datetime) -> None:
    """Let the platform choose and pay one order, and make another that it does not pay."""
    for story, days in ((LATE, 60), (PAID, 18)):
        then = at - timedelta(days=days)
        if bills := [bill.tax_no for bill in _bills(story) if bill.state == "generated"]:
            order = taxes.choose(bills, by=OPERATOR, at=then)
            if story is PAID:
                _told_to_pay(order.number, then + timedelta(hours=2))


def _told_to_pay(number: str, at: datetime) -> None:
    firm = find(samples.PLATFORM.code)
    try:
        taxes.pay(number, by=Actor("platform", "platform", firm and firm.pk), at=at)
    except NoBank:
        """The demo runs without a bank: the order waits, as it would for everybody."""


def _first(story: Story) -> Inventory | None:
    released = Inventory.objects.filter(order_no__startswith=story.name, state="released")
    return released.select_related("filing").order_by("pk").first()


def _return(story: Story, at: datetime, *, asked: int, back: int = 0, accepted: int = 0) -> None:
    """Ask for half of a parcel to come back so many days ago, and let it come and be accepted when that was long ago."""
    row = _first(story)
    if row is None:
        return  # chance drew it: it waits to be checked
    said, then = possible.declared_by(row), at - timedelta(days=asked)
    half = {item.gnum: Decimal(int(item.qty / 2) or 1) for item in said.items}
    document = drafts.refund(said, row.invt_no, half, own=f"R-{story.name[5:]}", reason="七天无理由退货", at=then)
    _ask(document, then)
    request = row.returns.order_by("pk").first()
    if request is not None and back:
        actions.confirm_arrival(request.pre_no, by=OPERATOR, at=at - timedelta(days=back))
    if request is not None and accepted:
        actions.accept_return(request.pre_no, by=OFFICER, at=at - timedelta(days=accepted))


def _withdraw(at: datetime) -> None:
    """File an inventory whose payment never comes, and withdraw it."""
    at = at.astimezone(SHANGHAI).replace(hour=15, minute=5)
    parcel = _parcel("DEMO-WITHDRAWN", 1, CHEAP, 1, at)
    _file("inventory", [parcel.inventory], at)
    row = Inventory.objects.get(order_no=parcel.order.orderNo)
    then = at + timedelta(minutes=40)
    number = possible.number_of(row)
    _ask(drafts.withdrawal(parcel.inventory, number, own="W-WITHDRAWN", reason="买家取消订单", at=then), then)


def _ask(document, at: datetime) -> None:
    firm = samples.BROKER
    message = drafts.message(document, code=firm.code, name=firm.name, dxp_id=f"DXPTG{firm.code[-9:]}")
    receive(sign_unsigned(message, by=OPERATOR, at=at), sender=OPERATOR, at=at)
