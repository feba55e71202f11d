"""What undoing a clearance gives back: the documents, the holds, and what limits have counted (核增个人额度)."""

from __future__ import annotations

from datetime import datetime

from tongguan.holds.actions import lift_many
from tongguan.holds.queries import standing
from tongguan.journal.actions import Entry as Event
from tongguan.journal.actions import record_many
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch as Postings

from ..models import Inventory, InventoryItem
from ..states import INVENTORY
from .candidates import SYSTEM
from .limiting.all import LIMITS


def withdraw(rows: list[Inventory], *, by: Actor, at: datetime) -> None:
    """Withdraw inventories that are locked and not yet released.

    What they took from the buyers' allowances is given back, their key and documents are free, their holds lifted: those of
    the actor, and the program's own. Raises NotNow, NotYours, also while somebody else holds one of them.
    """
    if not rows:
        return
    for row in rows:
        row.state = INVENTORY.after(row.state, "withdraw", by=by)
    give_back(rows, "withdrawn", by=by, at=at)
    _lift([row.version_subject for row in rows], by, at)
    InventoryItem.objects.filter(inventory__in=rows).delete()
    Inventory.objects.filter(pk__in=[row.pk for row in rows]).update(state=rows[0].state, stands=None)
    record_many(
        Event("inventory.withdrawn", str(row), by, at, {"number": row.invt_no or row.pre_no, "version": row.version})
        for row in rows
    )


def give_back(rows: list[Inventory], why: str, *, by: Actor, at: datetime) -> None:
    """Give back all that these versions of inventories took, from whatever limits them."""
    limits = [limit() for limit in LIMITS]
    postings = Postings(lock(set().union(*(limit.credit_accounts(rows) for limit in limits))))
    for limit in limits:
        limit.give_back(postings, rows, why)
    postings.write(by, at)


def _lift(subjects: list[str], by: Actor, at: datetime) -> None:
    owners = {(hold.reason, hold.owner) for hold in standing(subjects)}
    for reason, owner in sorted(owners):
        lift_many(subjects, reason, "withdrawn", by=SYSTEM if owner == SYSTEM.role else by, at=at)
