"""What returned goods give back of what their buyer may buy of them in a year (个人年度限量).

Item by item and by quantity, as the tax is shared: what has come back in all is rounded to the ledger's five decimals,
and what came back before is taken off, so that an item that comes back in pieces gives back exactly what it took.
"""

from __future__ import annotations

from decimal import Decimal

from tongguan.ledgers.batch import Batch as Postings

from ..intake.limiting.caps import PersonCaps
from ..models import Return, ReturnItem
from .intake.returns import declared

_UNIT = Decimal("10") ** -5


def give_back(caps: PersonCaps, postings: Postings, request: Return) -> None:
    """Give back what the goods of a return took; its inventory is locked and ``caps.credit_accounts`` was asked for it.

    Nothing is asked of the database for goods without a cap, else two queries and the document.
    """
    if not (took := caps.taken(request.inventory)):
        return
    bought = {gnum: line.qty for gnum, line in declared([request.inventory])[request.inventory_id].items()}
    back = _came_back(ReturnItem.objects.filter(request=request))
    accepted = Return.objects.filter(inventory=request.inventory, state="accepted").exclude(pk=request.pk)
    before = _came_back(ReturnItem.objects.filter(request__in=accepted))
    for taken in took:
        amount = sum(
            (_part(took_it, bought[gnum], before.get(gnum, Decimal(0)), back.get(gnum, Decimal(0)))
             for gnum, took_it in taken.items.items()), Decimal(0),
        )  # fmt: skip
        if amount:
            postings.credit(taken.account, amount, reference=str(request))


def _came_back(items) -> dict[int, Decimal]:
    came: dict[int, Decimal] = {}
    for item in items:
        came[item.gnum] = came.get(item.gnum, Decimal(0)) + (item.tallied or Decimal(0))
    return came


def _part(took: Decimal, bought: Decimal, before: Decimal, back: Decimal) -> Decimal:
    """Return what an item gives back: its share up to now, without what it gave back before.

    >>> third = [_part(Decimal(1), Decimal(3), Decimal(n), Decimal(1)) for n in range(3)]
    >>> [str(one) for one in third], str(sum(third))
    (['0.33333', '0.33334', '0.33333'], '1.00000')
    """
    return (took * (before + back) / bought).quantize(_UNIT) - (took * before / bought).quantize(_UNIT)
