"""The stock of account books (账册库存): a bonded inventory takes its goods from it, and what undoes it gives them back.

An entry of an account is under the name of the inventory's version, and its note lists the items it is for (``1 3``), so
that the ledger alone says what is to be given back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.rules import Finding, check
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Entry
from tongguan.zones.queries import known

from ...models import Inventory, InventoryItem
from ...rules import bonded as rules
from ..batch import Batch
from ..candidates import Candidate

ZERO = Decimal(0)


class Drawn(NamedTuple):
    """What a version of an inventory took from one account, and for which of its items (by their gnum)."""

    account: str
    quantity: Decimal
    items: tuple[int, ...]


class BookStock:
    """The limit that the stock of account books sets; it concerns bonded inventories only and ignores the others.

    ``load`` comes before everything else, ``credit_accounts`` before anything is given back. Quantities are in the unit
    of the record, which is that of the item.
    """

    def __init__(self) -> None:
        self._taking: dict[str, list[Drawn]] = {}
        self._items: dict[str, list[tuple]] = {}
        self._drawn: dict[str, list[Drawn]] = {}

    def load(self, batch: Batch, candidates: Iterable[Candidate]) -> None:
        """Read the books and records that the candidates name, in one query; what does not agree is added as findings."""
        concerned = [c for c in candidates if c.doc.tradeMode in rules.BONDED]
        if not concerned:
            return
        records = {item.itemRecordNo for c in concerned for item in c.doc.items if item.itemRecordNo}
        books = known({c.doc.emsNo for c in concerned if c.doc.emsNo}, records)
        for c in concerned:
            drawing = rules.Drawing(c.doc, books.get(c.doc.emsNo))
            found = check(rules.AGAINST_BOOK, drawing, batch.ctx)
            c.findings += found
            if not any(f.level == "refuse" for f in found):
                taken_from = [(item, record.account) for item in c.doc.items if (record := drawing.record_of(item))]
                self._items[c.subject] = taken_from
                self._taking[c.subject] = _added_up(taken_from)

    def accounts(self, c: Candidate) -> set[str]:
        """Return the ledger accounts the inventory takes from."""
        return {drawn.account for drawn in self._taking.get(c.subject, ())}

    def check(self, postings: Postings, c: Candidate) -> list[Finding]:
        """Return what is not there: items that take from the same stock add up. Nothing is changed."""
        items = self._items.get(c.subject, [])
        return check(rules.AGAINST_STOCK, rules.Withdrawing(items, postings.balances))

    def debit(self, postings: Postings, c: Candidate) -> None:
        """Take the goods of an inventory from the stock.

        Raises Overdrawn, whatever ``check`` has said, and KeyError for a bonded inventory that ``load`` did not let pass.
        """
        if c.doc.tradeMode in rules.BONDED:
            for account, quantity, items in self._taking[c.subject]:
                note = " ".join(map(str, items))
                postings.debit(account, quantity, reference=c.subject, note=note)

    def credit_accounts(self, rows: Iterable[Inventory]) -> set[str]:
        """Return the accounts these versions of inventories took from, as the ledger has it; one query.

        Their items must still be there: only the stock of goods of their codes is asked.
        """
        concerned = [row for row in rows if row.trade_mode in rules.BONDED]
        self._drawn |= {row.version_subject: [] for row in concerned}
        if not concerned:
            return set()
        goods = InventoryItem.objects.filter(inventory__in=[row.pk for row in concerned]).values("gcode")
        entries = Entry.objects.filter(
            account__book_item__gcode__in=goods, reference__in=[row.version_subject for row in concerned], kind="debit"
        )
        for reference, account, amount, note in entries.values_list("reference", "account__name", "amount", "note"):
            self._drawn[reference].append(Drawn(account, -amount, tuple(map(int, note.split()))))
        return {drawn.account for row in concerned for drawn in self._drawn[row.version_subject]}

    def give_back(self, postings: Postings, rows: Iterable[Inventory], why: str) -> None:
        """Give back all that these versions took; ``why`` ends the name of the entry, as *withdrawn* or *refused*."""
        for row in rows:
            for account, quantity, items in self._of(row):
                reference, note = f"{row.version_subject}/{why}", " ".join(map(str, items))
                postings.credit(account, quantity, reference=reference, note=note)

    def give_back_items(
        self, postings: Postings, row: Inventory, quantities: Mapping[int, Decimal], *, reference: str
    ) -> None:
        """Give back so much of each item (by its gnum), as goods that came back to the zone."""
        for account, _, items in self._of(row):
            returned = {gnum: quantity for gnum in items if (quantity := quantities.get(gnum))}
            if returned:
                note = " ".join(map(str, returned))
                postings.credit(account, sum(returned.values(), ZERO), reference=reference, note=note)

    def _of(self, row: Inventory) -> Collection[Drawn]:
        return self._drawn[row.version_subject] if row.trade_mode in rules.BONDED else ()


def _added_up(items: Iterable[tuple]) -> list[Drawn]:
    """Return what items take from each account together."""
    found: dict[str, Drawn] = {}
    for item, account in items:
        before = found.get(account, Drawn(account, ZERO, ()))
        found[account] = Drawn(account, before.quantity + item.qty, (*before.items, item.gnum))
    return list(found.values())
