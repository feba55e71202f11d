"""What inventories took from deposits, as the ledger has it: an entry under the name of the version (debit)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tongguan.ledgers.models import Entry

from ..models import Deposit, Inventory, PaymentOrder


def taken(rows: Iterable[Inventory]) -> dict[str, tuple[str, Decimal]]:
    """Return the account and the yuan that each version of judged inventories took from a deposit. One query."""
    subjects = [row.version_subject for row in rows if row.judged_at is not None]
    if not subjects:
        return {}
    kept = Deposit.objects.values("account")
    found = Entry.objects.filter(account__in=kept, reference__in=subjects, kind="debit")
    return {
        reference: (account, -amount)
        for reference, account, amount in found.values_list("reference", "account__name", "amount")
    }


def of_order(order: PaymentOrder) -> dict[str, Decimal]:
    """Return what the payment of an order gives back, by account: the tax of those of its bills that a deposit secured.

    One query where nobody keeps a deposit, else two more.
    """
    if not Deposit.objects.exists():
        return {}
    bills = list(order.bills.select_related("inventory"))
    secured = taken(bill.inventory for bill in bills)
    back: dict[str, Decimal] = {}
    for bill in bills:
        if (found := secured.get(bill.inventory.version_subject)) is not None:
            back[found[0]] = back.get(found[0], Decimal(0)) + bill.total
    return back
