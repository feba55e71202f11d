"""What officers ask of the blacklist of buyers: who is on it, and the parcels of one. Only the authority sees it."""

from __future__ import annotations

from datetime import date

from tongguan.kernel.states import Actor

from ..models import Inventory, ListedBuyer
from ..queries import PAGE, SEES_ALL


def listed(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[ListedBuyer]:
    """Return the entries, the newest first; none to anybody but the authority. One query."""
    if to.role not in SEES_ALL:
        return []
    rows = ListedBuyer.objects.order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def one(entry: int, *, to: Actor) -> ListedBuyer | None:
    """Return an entry, or None when there is none that one may see."""
    return ListedBuyer.objects.filter(pk=entry).first() if to.role in SEES_ALL else None


def in_force(digest: bytes, day: date) -> ListedBuyer | None:
    """Return the entry by which a person is on the list on a day, or None."""
    rows = ListedBuyer.objects.filter(digest=digest, state="standing", first_day__lte=day, last_day__gte=day)
    return rows.order_by("-id").first()


def parcels_of(row: ListedBuyer, *, before: int | None = None, limit: int = PAGE) -> list[Inventory]:
    """Return the inventories of a listed buyer, newest first, from below the number ``before``. One query."""
    rows = Inventory.objects.filter(buyer_match=row.digest).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])
