"""Asking of deposits: which there are, what one has left, what it secures, and what changed it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Entry

from ..models import Deposit, Inventory
from ..queries import PAGE, SEES_ALL

KINDS = ("received", "withdrawn", "taken", "undone", "paid", "returned")
"""What changed a deposit: money came or went, a parcel took its tax, was undone, paid for, or came back."""


class Change(NamedTuple):
    """A change of a deposit: its entry, what it was (``KINDS``), the number it is known by, and the parcel it was for."""

    entry: Entry
    kind: str
    number: str
    parcel: Inventory | None


def visible(to: Actor) -> QuerySet[Deposit]:
    """Return the deposits that somebody may see: all for the authority, else his firm's."""
    if to.role in SEES_ALL:
        return Deposit.objects.all()
    return Deposit.objects.filter(enterprise=to.enterprise) if to.enterprise else Deposit.objects.none()


def deposits(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[Deposit]:
    """Return the deposits one may see, the newest first. One query."""
    rows = visible(to).select_related("enterprise", "account").order_by("-pk")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def deposit(number: int, *, to: Actor) -> Deposit | None:
    """Return a deposit by its number, or None when there is none that one may see."""
    return visible(to).select_related("enterprise", "account").filter(pk=number).first()


def changes(of: Deposit, *, before: int | None = None, limit: int = PAGE) -> list[Change]:
    """Return what changed a deposit, the latest first, from below the entry ``before``. Two queries."""
    rows = Entry.objects.filter(account=of.account_id).order_by("-id")
    entries = list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])
    parts = [entry.reference.split("/") for entry in entries]
    wanted = [int(part[1]) for part in parts if part[0] == "inventory"]
    parcels = Inventory.objects.defer("findings").in_bulk(wanted) if wanted else {}
    return [_change(entry, part, parcels) for entry, part in zip(entries, parts, strict=True)]


def _change(entry: Entry, part: list[str], parcels: dict[int, Inventory]) -> Change:
    if part[0] == "inventory":
        row = parcels.get(int(part[1]))
        number = (row.invt_no or row.pre_no or "") if row else ""
        return Change(entry, "taken" if entry.kind == "debit" else "undone", number, row)
    if part[0] in ("received", "withdrawn"):
        return Change(entry, part[0], part[1], None)
    if part[0] == "return":
        return Change(entry, "returned", entry.note, None)
    return Change(entry, "paid", entry.reference, None)
