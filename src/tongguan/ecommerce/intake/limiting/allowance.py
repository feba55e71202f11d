"""The single and the yearly limit (单次限值, 年度限值), and the tax that depends on them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tongguan.kernel.rules import Finding, check
from tongguan.ledgers.batch import Batch as Postings
from tongguan.revenue.parcel import assess_parcel, is_one_item
from tongguan.revenue.sheet import Sheet

from ...rules.limits import LIMITS, Purchase
from ..batch import Batch
from ..candidates import Candidate


class Allowance:
    """What a person may still buy this year (个人年度额度)."""

    def load(self, batch: Batch, candidates: list[Candidate]) -> None:
        """Keep the law of the batch; nothing is looked up."""
        self.ctx = batch.ctx
        self.with_freight = batch.ctx.law("ecommerce.limit_counts") == "customs_value"
        self.values: dict[int, Decimal] = {}

    def accounts(self, c: Candidate) -> set[str]:
        """Return the buyer's account of the year."""
        return {self._account(c)}

    def check(self, postings: Postings, c: Candidate) -> list[Finding]:
        """Ask both limits, and work out the tax."""
        ctx, value = self.ctx, self._value(c)
        used = -postings.balances[self._account(c)]
        purchase = Purchase(c.row.pre_no, value, used, is_one_item(c.doc.items), self._assessing(c))
        broken = check(LIMITS, purchase, ctx)
        if not broken:
            c.row.plan, c.sheet = purchase.plan(ctx), purchase.sheet
            self.values[c.row.pk] = value
        return broken

    def debit(self, postings: Postings, c: Candidate) -> None:
        """Take the value from what the buyer has left."""
        floor, reference = -self.ctx.annual_limit, c.row.version_subject
        postings.debit(self._account(c), self.values[c.row.pk], reference=reference, floor=floor)

    def _account(self, c: Candidate) -> str:
        return allowance_account(c.row.buyer_match, self.ctx.day.year)

    def _value(self, c: Candidate) -> Decimal:
        """Return the value that counts (ecommerce.limit_counts): with freight and insurance, or the goods alone."""
        goods = sum((item.totalPrice for item in c.doc.items), Decimal(0))
        return goods + c.doc.freight + c.doc.insuredFee if self.with_freight else goods

    def _assessing(self, c: Candidate) -> Callable[[str], Sheet]:
        """Return what works out the tax of an inventory by a plan."""
        doc, ctx = c.doc, self.ctx
        return lambda plan: assess_parcel(
            doc.items, freight=doc.freight, insurance=doc.insuredFee, book=ctx.book, day_law=ctx.law, plan=plan
        )


def allowance_account(buyer_match: bytes, year: int) -> str:
    """Return the name of a person's allowance account: balance 0 is nothing used, -1000 is 1,000 yuan used."""
    return f"cbec.allowance/{year}/{bytes(buyer_match).hex()}"
