"""How much of some goods a person may buy in a year (个人年度限量), as the notes of the positive list have it.

Each person, heading and year is a ledger account: balance 0 is nothing bought, -5 is five units. What the items of an
inventory took stands in the note of its one entry, so that what comes back needs no tariff to be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Entry
from tongguan.tariff.listings import Listing

from ...models import Inventory
from ...rules.limits import CAPS, CapUse, plain
from ...rules.listing import listing_of, note_of
from ..answers import SHANGHAI
from ..batch import Batch
from ..candidates import Candidate

CAP, UNIT = "ecommerce.person_caps", "ecommerce.person_cap_units"


class Taken(NamedTuple):
    """What a version of an inventory took from an account, in all and by the number of the item."""

    account: str
    amount: Decimal
    items: dict[int, Decimal]


class PersonCaps:
    """The caps of the buyers of some inventories; ``load`` comes first, or ``credit_accounts`` to give back."""

    def __init__(self) -> None:
        self._uses: dict[str, dict[str, CapUse]] = {}
        self._taken: dict[str, list[Taken]] = {}

    def load(self, batch: Batch, candidates: Iterable[Candidate]) -> None:
        """Work out what each inventory takes of which cap; one look into a set an item for goods without a cap."""
        book = batch.ctx.book
        free: set[str] = book.memo.setdefault(__name__, set())
        for c in candidates:
            for place, item in enumerate(c.doc.items, 1):
                if item.gcode in free:
                    continue
                listing = listing_of(book, item.gcode)
                if listing is None or listing.person_cap is None:
                    free.add(item.gcode)
                else:
                    self._count(batch, c, listing, place, item)

    def accounts(self, c: Candidate) -> set[str]:
        """Return the names of the accounts that the inventory is counted in."""
        return set(self._of(c))

    def check(self, postings: Postings, c: Candidate) -> list[Finding]:
        """Return a finding for each cap that the inventory would pass, or that it cannot be counted in."""
        findings: list[Finding] = []
        for account, use in self._of(c).items():
            use.used = -postings.balances[account]
            findings += check(CAPS, use)
        return findings

    def debit(self, postings: Postings, c: Candidate) -> None:
        """Count the inventory; raises Overdrawn where ``check`` was not asked before."""
        for account, use in self._of(c).items():
            most, note = use.most or Decimal(0), _written(use.items)
            postings.debit(account, use.asked, reference=c.subject, floor=-most, note=note)

    def credit_accounts(self, rows: Iterable[Inventory]) -> set[str]:
        """Return the names of the accounts that these versions of inventories were counted in; one query."""
        judged = [row for row in rows if row.judged_at is not None]
        self._taken = {}
        if not judged:
            return set()
        names = {_account(row.buyer_match, _year(row), heading) for row in judged for heading in _headings()}
        found = Entry.objects.filter(
            account__name__in=names, reference__in=[row.version_subject for row in judged], kind="debit"
        ).values_list("account__name", "reference", "amount", "note")
        for account, reference, amount, note in found.order_by("id"):
            self._taken.setdefault(reference, []).append(Taken(account, -amount, _read(note)))
        return {taken.account for several in self._taken.values() for taken in several}

    def taken(self, row: Inventory) -> list[Taken]:
        """Return what this version of an inventory took; ``credit_accounts`` has asked for it."""
        return self._taken.get(row.version_subject, [])

    def give_back(self, postings: Postings, rows: Iterable[Inventory], why: str) -> None:
        """Give back all that these versions of inventories took."""
        for row in rows:
            for taken in self.taken(row):
                postings.credit(taken.account, taken.amount, reference=f"{row.version_subject}/{why}")

    def _of(self, c: Candidate) -> dict[str, CapUse]:
        return self._uses.get(c.subject, {}) if self._uses else {}

    def _count(self, batch: Batch, c: Candidate, listing: Listing, place: int, item: Any) -> None:
        uses = self._uses.setdefault(c.subject, {})
        account = _account(c.row.buyer_match, batch.ctx.day.year, listing.person_cap or "")
        use = uses.get(account)
        if use is None:
            use = uses[account] = _use(batch, c, listing, place, item)
        quantity = _quantity(use, batch, item)
        if quantity is not None:
            use.items[item.gnum] = use.items.get(item.gnum, Decimal(0)) + quantity


def _use(batch: Batch, c: Candidate, listing: Listing, place: int, item: Any) -> CapUse:
    heading, line = listing.person_cap or "", batch.ctx.book.line(item.gcode)
    use = CapUse(
        c.row.pre_no, heading, {lang: line.text(lang) if line else item.gcode for lang in LANGUAGES}, note_of(listing),
        at("item", place, "qty1"), _named(_unit(batch, heading) or item.unit1),
    )  # fmt: skip
    try:
        use.most = batch.ctx.law(CAP)[heading]
    except NotConfigured as why:
        use.why = {lang: why.text(lang) for lang in LANGUAGES}
    except KeyError:
        missing = NotConfigured(f"{CAP}.{heading}", batch.ctx.day)
        use.why = {lang: missing.text(lang) for lang in LANGUAGES}
    return use


def _quantity(use: CapUse, batch: Batch, item: Any) -> Decimal | None:
    """Return how much an item counts: its first legal quantity, or that of the two which is in the unit of the cap."""
    wanted = _unit(batch, use.heading)
    if wanted is None or item.unit1 == wanted:
        return item.qty1
    if item.unit2 == wanted and item.qty2 is not None:
        return item.qty2
    units = ", ".join(unit for unit in (item.unit1, item.unit2) if unit)
    use.why = {lang: text("caps.no_unit", lang, wanted=_named(wanted), found=units) for lang in LANGUAGES}
    return None


def _unit(batch: Batch, heading: str) -> str | None:
    try:
        return batch.ctx.law(UNIT).get(heading)
    except NotConfigured:
        return None


def _named(unit: str) -> dict[str, str]:
    known = codes("units").get(unit)
    return {lang: known.text(lang) if known else unit for lang in LANGUAGES}


def _account(buyer_match: bytes, year: int, heading: str) -> str:
    return f"cbec.cap/{year}/{heading}/{bytes(buyer_match).hex()}"


def _year(row: Inventory) -> int:
    return row.judged_at.astimezone(SHANGHAI).year


def _headings() -> set[str]:
    """Return every heading the law has ever had: what was counted is given back, whatever has changed since."""
    return {heading for one in law.history(CAP) if one.value for heading in one.value}


def _written(items: Mapping[int, Decimal]) -> str:
    return " ".join(f"{gnum}:{plain(quantity):f}" for gnum, quantity in sorted(items.items()))


def _read(note: str) -> dict[int, Decimal]:
    pairs = (pair.partition(":") for pair in note.split())
    return {int(gnum): Decimal(quantity) for gnum, _, quantity in pairs}
