"""What an assurer owes (应缴税款) is a ledger: it grows with the bills he is told of, shrinks with returns and payments.

An account for each assurer's code; its balance is the tax of the bills told and not paid yet, in yuan, and never below
nothing. The bills that are told together make one entry; each stands beside it with its amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch

from ..models import TaxBill


def account(assure_code: str) -> str:
    """Return the name of an assurer's account."""
    return f"cbec.tax/{assure_code}"


def owe(bills: Iterable[TaxBill], *, by: Actor, at: datetime) -> None:
    """Add bills that are locked, and told for the first time, to what their assurers owe."""
    due: dict[str, list[TaxBill]] = {}
    for bill in bills:
        due.setdefault(account(bill.assure_code), []).append(bill)
    postings = Batch(lock(due)) if due else None
    for name, theirs in due.items():
        total = sum((bill.total for bill in theirs), Decimal(0))
        postings.credit(name, total, reference=str(theirs[0]), note=f"{len(theirs)}")
    if postings:
        postings.write(by, at)
