"""What limits a person or a stock, each asked in the same way: may this inventory be counted, and then count it.

Every limit is a ledger. The accounts of all limits are locked together, in the order of their names; nothing is
debited for an inventory before every limit has agreed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tongguan.kernel.rules import Finding
from tongguan.ledgers.batch import Batch as Postings

from ...models import Inventory
from ..batch import Batch
from ..candidates import Candidate


class Limit(Protocol):
    """A limit during one judgement; made anew for each."""

    def load(self, batch: Batch, candidates: list[Candidate]) -> None:
        """Look up what is needed for all of them at once; may add findings that refuse one."""

    def accounts(self, c: Candidate) -> set[str]:
        """Return the names of the accounts an inventory counts to."""

    def check(self, postings: Postings, c: Candidate) -> list[Finding]:
        """Return what forbids the inventory, by the balances as they stand; nothing is changed."""

    def debit(self, postings: Postings, c: Candidate) -> None:
        """Count the inventory, under the name of its version."""

    def credit_accounts(self, rows: Iterable[Inventory]) -> set[str]:
        """Return the names of the accounts that these versions of inventories were counted in."""

    def give_back(self, postings: Postings, rows: Iterable[Inventory], why: str) -> None:
        """Give back all that they took; ``why`` ends the name of the entry, as *withdrawn* or *refused*."""
