"""What a purchase would be taxed (税款试算), before anything is filed: judged and worked out as an inventory is.

The same rules, limits and assessor as in the intake are asked; nothing is written, and nobody is known. What the buyer
has used of his year is what he says it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tongguan.kernel.numbers import hs
from tongguan.kernel.rules import Finding, check
from tongguan.revenue.parcel import is_one_item
from tongguan.revenue.sheet import Sheet

from .context import Context
from .intake.limiting.allowance import Allowance
from .intake.limiting.caps import PersonCaps
from .rules.estimates import AMOUNTS, WRITTEN
from .rules.inventories import TariffCode, TradeMode
from .rules.listing import LISTED

ZERO = Decimal(0)
KNOWN = [TradeMode(), TariffCode()]
"""The rules without which the others cannot be asked."""

PIECE = "011"
"""The unit that goods are counted in where nothing else is said (件)."""

_NAMED = {"zh": "（试算）", "en": "(estimate)"}  # in the place of an inventory's number


@dataclass(frozen=True, slots=True)
class WrittenGoods:
    """A line of goods as somebody writes it, its fields named as in an inventory; ``totalPrice`` is that of the line.

    ``qty1`` and ``unit1`` state the same goods in another unit, as the weight of bottles; both may be empty.
    """

    gcode: str = ""
    qty: str = "1"
    unit: str = PIECE
    totalPrice: str = ""
    qty1: str = ""
    unit1: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A purchase as somebody writes it; amounts in yuan. ``used`` is what he has used of his yearly limit."""

    items: tuple[WrittenGoods, ...]
    tradeMode: str = ""
    freight: str = "0"
    insuredFee: str = "0"
    used: str = "0"


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of goods as an inventory has it; the price in yuan."""

    gnum: int
    gcode: str
    qty: Decimal
    unit: str
    totalPrice: Decimal
    qty1: Decimal | None
    unit1: str
    qty2: Decimal | None = None
    unit2: str | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase as an inventory has it; amounts in yuan."""

    items: tuple[Goods, ...]
    tradeMode: str
    freight: Decimal
    insuredFee: Decimal
    used: Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """What came of it: the findings, and the sheet unless one of them refuses.

    ``value`` is what counts against the limits, ``one_item`` whether the parcel is one article that cannot be divided,
    ``readable`` whether it was written so that it could be judged at all.
    """

    value: Decimal
    single_limit: Decimal
    annual_limit: Decimal
    used: Decimal
    one_item: bool
    readable: bool = True
    findings: list[Finding] = field(default_factory=list)
    sheet: Sheet | None = None

    @property
    def refused(self) -> bool:
        """Whether a finding refuses the purchase."""
        return any(one.level == "refuse" for one in self.findings)

    @property
    def over_single(self) -> bool:
        """Whether the purchase is over the limit of one transaction."""
        return self.value > self.single_limit

    @property
    def left(self) -> Decimal:
        """What is left of the year after this purchase, never below nothing."""
        return max(self.annual_limit - self.used - (ZERO if self.refused else self.value), ZERO)


def estimate(written: Written, ctx: Context) -> Estimate:
    """Return what a purchase would be taxed by the law and the tariff of the context's day.

    What is written wrongly is found at its field, and then nothing else is asked. Raises NotConfigured when the law of
    the day lacks what the limits need.
    """
    if wrong := check(WRITTEN, written, ctx):
        return Estimate(ZERO, ctx.single_limit, ctx.annual_limit, ZERO, False, False, wrong)
    return judged(read(written), ctx)


def read(written: Written) -> Purchase:
    """Return a purchase that is written as it should be."""
    items = tuple(
        Goods(place, hs.compact(one.gcode), Decimal(one.qty), one.unit, Decimal(one.totalPrice),
              Decimal(one.qty1) if one.qty1 else None, one.unit1 if one.qty1 else "")
        for place, one in enumerate(written.items, 1)
    )  # fmt: skip
    freight, insurance, used = (Decimal(getattr(written, field)) for field in AMOUNTS)
    return Purchase(items, written.tradeMode, freight, insurance, used)


def judged(purchase: Purchase, ctx: Context) -> Estimate:
    """Return what the rules, the limits and the assessor of the intake make of a purchase."""
    allowance, caps = Allowance(), PersonCaps()
    c, batch = _candidate(purchase), SimpleNamespace(ctx=ctx)
    findings = check(KNOWN, purchase, ctx)
    allowance.load(batch, [c])  # type: ignore[arg-type,list-item]
    if not findings:
        findings = check(LISTED, purchase, ctx)
        caps.load(batch, [c])  # type: ignore[arg-type,list-item]
        # Whatever refuses it, the limits are asked too: who estimates wants to know everything at once.
        for limit, used in ((allowance, -purchase.used), (caps, ZERO)):
            findings += limit.check(_posted(used), c)  # type: ignore[arg-type]
    return Estimate(
        value=allowance.value_of(c),
        single_limit=ctx.single_limit,
        annual_limit=ctx.annual_limit,
        used=purchase.used,
        one_item=is_one_item(purchase.items),  # type: ignore[arg-type]
        findings=[_placed(one) for one in findings],
        sheet=c.sheet if not any(one.level == "refuse" for one in findings) else None,
    )


def _candidate(purchase: Purchase) -> Any:
    """Return what stands for an inventory of nobody, as the limits look at it."""
    row = SimpleNamespace(id=0, pre_no=_NAMED, buyer_match=b"", plan="")
    return SimpleNamespace(row=row, subject="estimate", doc=purchase, findings=[], sheet=None)


def _posted(used: Decimal) -> Any:
    """Return what stands for the ledger: every account has this balance."""
    return SimpleNamespace(balances=defaultdict(lambda: used))


def _placed(found: Finding) -> Finding:
    """Return a finding whose pointer is a field of the purchase: of nobody's number there is none."""
    pointer = "used" if found.pointer == "buyerIdNumber" else found.pointer
    return Finding(found.code, pointer, found.level, found.values, found.alias)
