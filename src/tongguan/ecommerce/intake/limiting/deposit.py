"""The assurer's deposit (税款担保额度): an accepted inventory takes its tax from it, where one is kept.

Whether one is kept is asked together with the documents of the match, so that who keeps none waits for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.journal.statements import joined
from tongguan.kernel.rules import Finding, check
from tongguan.ledgers.batch import Batch as Postings
from tongguan.parties.codes import columns_of

from ...deposits import rules
from ...deposits.taken import taken
from ...models import Inventory
from ..batch import Batch
from ..candidates import Candidate

KEPT = (
    "SELECT e.uscc, e.customs_registration, a.name, d.valid_until FROM ecommerce_deposit d"
    " JOIN parties_enterprise e ON e.id = d.enterprise_id JOIN ledgers_account a ON a.id = d.account_id"
    " WHERE d.state = 'kept' AND (e.uscc = ANY (string_to_array(%s, chr(31)))"
    " OR e.customs_registration = ANY (string_to_array(%s, chr(31))))"
)


class Secured(NamedTuple):
    """The deposit that an inventory counts to: its account, and its last day."""

    account: str
    valid_until: date | None


def asking(candidates: Iterable[Candidate]) -> tuple[str, str, str]:
    """Return the question which deposits are kept for the assurers of inventories."""
    columns = columns_of(sorted({c.doc.assureCode for c in candidates}))
    return KEPT, joined(columns["uscc"]), joined(columns["customs_registration"])


def note(candidates: Iterable[Candidate], kept: list[tuple]) -> None:
    """Write the deposit of its assurer on each inventory that has one; ``kept`` is the answer."""
    if not kept:
        return
    known = {code: Secured(account, until) for *codes, account, until in kept for code in codes if code}
    for c in candidates:
        columns = columns_of([c.doc.assureCode])
        c.secured = next((known[code] for codes in columns.values() for code in codes if code in known), None)


class AssurersDeposit:
    """What the assurers of some inventories have left. It concerns those whose deposit is kept and ignores the others."""

    def load(self, batch: Batch, candidates: Iterable[Candidate]) -> None:
        """Keep the day of the batch; nothing is looked up."""
        self.ctx = batch.ctx

    def accounts(self, c: Candidate) -> set[str]:
        """Return the account of the deposit, if one is kept."""
        return {c.secured.account} if c.secured else set()

    def check(self, postings: Postings, c: Candidate) -> list[Finding]:
        """Return whether the deposit secures the tax; an inventory whose tax is not known is refused anyway."""
        if c.secured is None or not (tax := _tax(c)):
            return []
        left = postings.balances[c.secured.account]
        asked = rules.Securing(c.doc.assureCode, tax, left, c.secured.valid_until, self.ctx.day)
        return check(rules.SECURING, asked, self.ctx)

    def debit(self, postings: Postings, c: Candidate) -> None:
        """Take the tax from the deposit. Raises Overdrawn, whatever ``check`` has said."""
        if c.secured is not None and (tax := _tax(c)):
            postings.debit(c.secured.account, tax, reference=c.subject)

    def credit_accounts(self, rows: Iterable[Inventory]) -> set[str]:
        """Return the accounts these versions of inventories took from, as the ledger has it; one query."""
        self._taken = taken(rows)
        return {account for account, _ in self._taken.values()}

    def give_back(self, postings: Postings, rows: Iterable[Inventory], why: str) -> None:
        """Give back all that these versions took; ``why`` ends the name of the entry, as *withdrawn* or *refused*."""
        for row in rows:
            if (found := self._taken.get(row.version_subject)) is not None:
                postings.credit(*found, reference=f"{row.version_subject}/{why}")


def _tax(c: Candidate) -> Decimal:
    if c.sheet is None:
        return Decimal(0)
    return sum((c.sheet.total(kind) for kind in ("duty", "consumption", "vat")), Decimal(0))
