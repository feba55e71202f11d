"""What undoing a clearance gives back: the documents, the holds, and the buyer's yearly allowance (核增个人额度)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tongguan.holds.actions import lift_many
from tongguan.holds.queries import standing
from tongguan.journal.actions import Entry as Event
from tongguan.journal.actions import record_many
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Account, Entry

from ..models import Inventory, InventoryItem
from ..states import INVENTORY
from .answers import SHANGHAI
from .candidates import SYSTEM
from .limiting.allowance import allowance_account


def account_of(row: Inventory) -> str:
    """Return the allowance account that a judged inventory was counted in: its buyer's, of the year of its judgement."""
    return allowance_account(row.buyer_match, row.judged_at.astimezone(SHANGHAI).year)


def counted(rows: Iterable[Inventory], accounts: Iterable[Account]) -> dict[str, Decimal]:
    """Return what each version of an inventory took from these accounts, in yuan; one that took nothing is not there."""
    taken = Entry.objects.filter(
        account__in=[account.pk for account in accounts],
        reference__in=[row.version_subject for row in rows],
        kind="debit",
    )
    return {reference: -amount for reference, amount in taken.values_list("reference", "amount")}


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
    """Give back to the buyers' allowances all that these versions of inventories took from them."""
    judged = [row for row in rows if row.judged_at is not None]
    accounts = lock({account_of(row) for row in judged})
    taken = counted(judged, accounts.values())
    postings = Postings(accounts)
    for row in judged:
        if amount := taken.get(row.version_subject):
            postings.credit(account_of(row), amount, reference=f"{row.version_subject}/{why}")
    postings.write(by, at)


def _lift(subjects: list[str], by: Actor, at: datetime) -> None:
    owners = {(hold.reason, hold.owner) for hold in standing(subjects)}
    for reason, owner in sorted(owners):
        lift_many(subjects, reason, "withdrawn", by=SYSTEM if owner == SYSTEM.role else by, at=at)
