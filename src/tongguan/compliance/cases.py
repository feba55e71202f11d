"""A breach that is disclosed, or might be, whoever states it (主动披露的违规行为)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)
TAX, REFUND, PROCESSING, STATISTICS = "tax", "export_refund", "processing_trade", "statistics"
KINDS = (TAX, REFUND, PROCESSING, STATISTICS, "order", "formality", "inspection")
"""Tax (涉税), export refund (出口退税), processing trade (加工贸易), statistics (统计), supervision order (监管秩序), formalities
(其他手续), inspection and quarantine (检验检疫)."""

CONDITIONS = ("kept", "corrected", "unaffected")
"""What the firm states beside: surplus kept or re-exported; set right without harm; no ban, refund, tax or licence touched."""

REGULAR, ADVANCED = "regular", "advanced"
LEAD, NOTICE, UNTRUE = "lead", "notice", "untrue"
OFFICERS = (LEAD, NOTICE, UNTRUE)
"""What only customs can say: they had the lead, a notice of audit was served, the report is untrue in what matters."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A disclosure the same firm made before: its day, nature and clause, and the goods where it was of royalties."""

    on: date
    nature: str
    clause: str
    royalty: bool = False
    goods: frozenset[str] = frozenset()


@dataclass(slots=True)
class Case:
    """A breach and its disclosure: amounts in yuan.

    ``underpaid`` is the tax that was not paid, or the refund that may be too much, of ``due``; ``affected`` the value by
    which statistics are wrong. ``grade`` is that of the firm on the day of disclosure; ``against`` is what customs say.
    """

    kind: str
    breach: date
    disclosed: date
    underpaid: Decimal = NOTHING
    due: Decimal = NOTHING
    affected: Decimal = NOTHING
    grade: str = REGULAR
    nature: str = ""
    clause: str = ""
    royalty: bool = False
    goods: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    against: frozenset[str] = frozenset()
    earlier: tuple[Earlier, ...] = field(default=())

    @property
    def share(self) -> Decimal:
        """The share that was underpaid; nothing where nothing was due."""
        return self.underpaid / self.due if self.due else NOTHING

    @property
    def has_amounts(self) -> bool:
        """Whether the limits of share and amount are those of this kind."""
        return self.kind in (TAX, REFUND)
