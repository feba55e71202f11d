"""What a person is told of his allowance: used and left in a year, and every entry that counted or was given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Account, Entry
from tongguan.parties.models import Enterprise

from ..intake.limiting.allowance import allowance_account
from ..models import DisownedPurchase, Inventory, Return
from ..queries import PAGE, SEES_ALL


@dataclass(frozen=True, slots=True)
class Year:
    """A person's allowance of a year, in yuan."""

    year: int
    limit: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be bought."""
        return max(self.limit - self.used, Decimal(0))


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: ``amount`` was taken from the allowance, or given back to it when below nothing.

    ``why`` is *purchase*, *returned*, or *undone*: withdrawn, changed or refused after it had been counted.
    """

    number: int
    at: datetime
    why: str
    amount: Decimal
    inventory: Inventory | None
    platform: Enterprise | None
    disowned: DisownedPurchase | None


def year_of(digest: bytes, year: int, today: date) -> Year:
    """Return the allowance of a person in a year, by the law of its last day so far. One query; raises NotConfigured."""
    day = min(today, date(year + 1, 1, 1) - timedelta(days=1))
    found = Account.objects.filter(name=allowance_account(digest, year)).values_list("balance", flat=True).first()
    return Year(year, law("ecommerce.annual_limit", on=day).value, -(found or Decimal(0)))


def statement(digest: bytes, year: int, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """Return the entries of a person's year, the latest first, from below the number ``before``. Five queries."""
    entries = Entry.objects.filter(account__name=allowance_account(digest, year)).order_by("-id")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[:limit])
    returns = [_number(one) for one in found if one.reference.startswith("return/")]
    came_back = dict(Return.objects.filter(pk__in=returns).values_list("pk", "inventory_id"))
    numbers = {one.pk: _inventory(one, came_back) for one in found}
    rows = Inventory.objects.in_bulk(list(set(numbers.values())))
    platforms = _platforms({row.ebp_code for row in rows.values()})
    said = {one.inventory_id: one for one in DisownedPurchase.objects.filter(inventory__in=list(rows))}
    lines = []
    for one in found:
        row = rows.get(numbers[one.pk])
        platform = platforms.get(row.ebp_code) if row else None
        lines.append(Line(one.pk, one.at, _why(one), -one.amount, row, platform, said.get(row.pk) if row else None))
    return lines


def _number(entry: Entry) -> int:
    return int(entry.reference.split("/")[1])


def _inventory(entry: Entry, came_back: dict[int, int]) -> int:
    return came_back.get(_number(entry), 0) if entry.reference.startswith("return/") else _number(entry)


def _why(entry: Entry) -> str:
    if entry.reference.startswith("return/"):
        return "returned"
    return "purchase" if entry.kind == "debit" else "undone"


def _platforms(codes: set[str]) -> dict[str, Enterprise]:
    known = Enterprise.objects.filter(uscc__in=codes) | Enterprise.objects.filter(customs_registration__in=codes)
    return {code: one for one in known for code in (one.uscc, one.customs_registration) if code in codes}


def own_purchase(digest: bytes, inventory: int) -> Inventory | None:
    """Return a purchase of a person, None when it is not his. One query."""
    return Inventory.objects.filter(pk=inventory, buyer_match=digest).first()


def disowned(*, to: Actor, state: str = "", before: int | None = None, limit: int = PAGE) -> list[DisownedPurchase]:
    """Return what people say was not theirs, the newest first; none to anybody but the authority. One query."""
    if to.role not in SEES_ALL:
        return []
    rows = DisownedPurchase.objects.select_related("inventory").order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def disowned_one(number: int, *, to: Actor) -> DisownedPurchase | None:
    """Return one of them, or None when there is none that one may see."""
    rows = DisownedPurchase.objects.select_related("inventory")
    return rows.filter(pk=number).first() if to.role in SEES_ALL else None
