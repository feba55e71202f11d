"""The single and the yearly limit (单次限值, 年度限值), and the tax that depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from tongguan.kernel.rules import Finding, check
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Entry
from tongguan.revenue.parcel import assess_parcel, is_one_item
from tongguan.revenue.sheet import Sheet

from ...models import Inventory
from ...rules.limits import LIMITS, Purchase
from ..answers import SHANGHAI
from ..batch import Batch
from ..candidates import Candidate


class Allowance:
    """What a person may still buy this year (个人年度额度)."""

    def load(self, batch: Batch, candidates: list[Candidate]) -> None:
        """Keep the law of the batch and the names of the accounts; nothing is looked up."""
        self.ctx = batch.ctx
        self.with_freight = batch.ctx.law("ecommerce.limit_counts") == "customs_value"
        self.values: dict[int, Decimal] = {}
        self.names = {c.row.id: allowance_account(c.row.buyer_match, batch.ctx.day.year) for c in candidates}

    def accounts(self, c: Candidate) -> set[str]:
        """Return the buyer's account of the year."""
        return {self.names[c.row.id]}

    def check(self, postings: Postings, c: Candidate) -> list[Finding]:
        """Ask both limits, and work out the tax."""
        ctx, value = self.ctx, self.value_of(c)
        used = -postings.balances[self.names[c.row.id]]
        purchase = Purchase(c.row.pre_no, value, used, is_one_item(c.doc.items), self._assessing(c))
        broken = check(LIMITS, purchase, ctx)
        if not broken:
            c.row.plan, c.sheet = purchase.plan(ctx), purchase.sheet
            self.values[c.row.id] = value
        return broken

    def debit(self, postings: Postings, c: Candidate) -> None:
        """Take the value from what the buyer has left."""
        floor, reference = -self.ctx.annual_limit, c.subject
        postings.debit(self.names[c.row.id], self.values[c.row.id], reference=reference, floor=floor)

    def credit_accounts(self, rows: Iterable[Inventory]) -> set[str]:
        """Return the accounts of the buyers, of the years of their judgements; one query."""
        self.taken = taken([row for row in rows if row.judged_at is not None])
        return {account for account, _ in self.taken.values()}

    def give_back(self, postings: Postings, rows: Iterable[Inventory], why: str) -> None:
        """Give back all that these versions took (核增个人额度)."""
        for row in rows:
            if row.version_subject in self.taken:
                account, amount = self.taken[row.version_subject]
                postings.credit(account, amount, reference=f"{row.version_subject}/{why}")

    def value_of(self, c: Candidate) -> Decimal:
        """Return the value that counts (ecommerce.limit_counts): with freight and insurance, or the goods alone."""
        goods = sum((item.totalPrice for item in c.doc.items), Decimal(0))
        return goods + c.doc.freight + c.doc.insuredFee if self.with_freight else goods

    def _assessing(self, c: Candidate) -> Callable[[str], Sheet]:
        """Return what works out the tax of an inventory by a plan."""
        doc, ctx = c.doc, self.ctx
        return lambda plan: assess_parcel(
            doc.items, freight=doc.freight, insurance=doc.insuredFee, book=ctx.book, day_law=ctx.law, plan=plan
        )


def account_of(row: Inventory) -> str:
    """Return the allowance account that a judged inventory was counted in: its buyer's, of the year of its judgement."""
    return allowance_account(row.buyer_match, row.judged_at.astimezone(SHANGHAI).year)


def taken(rows: list[Inventory]) -> dict[str, tuple[str, Decimal]]:
    """Return the account and the yuan that each version of judged inventories took; one that took nothing is not there.

    The caller has locked the inventories.
    """
    accounts = {row.version_subject: account_of(row) for row in rows}
    entries = Entry.objects.filter(account__name__in=set(accounts.values()), reference__in=accounts, kind="debit")
    return {
        reference: (accounts[reference], -amount) for reference, amount in entries.values_list("reference", "amount")
    }


def allowance_account(buyer_match: bytes, year: int) -> str:
    """Return the name of a person's allowance account: balance 0 is nothing used, -1000 is 1,000 yuan used."""
    return f"cbec.allowance/{year}/{bytes(buyer_match).hex()}"
