"""What must be so of what is reported of a conveyance, and of what is counted of a bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tongguan.kernel.rules import Break, Rule

from ..models import Bill
from .bills import is_weight


@dataclass(slots=True)
class Report:
    """A report that something happened at ``moment``: it came at ``at``, and what happened before it was at ``after``."""

    moment: datetime
    at: datetime
    after: datetime | None = None


class ReportAhead(Rule):
    """What is reported to be at {moment} has not happened at {at}."""

    code = "REPORT_AHEAD"

    def broken_by(self, doc: Report, ctx):
        if doc.moment > doc.at:
            yield Break("moment", moment=doc.moment, at=doc.at)


class ReportOrder(Rule):
    """{moment} is before {after}, when the step before it happened."""

    code = "REPORT_ORDER"

    def broken_by(self, doc: Report, ctx):
        if doc.after is not None and doc.moment < doc.after:
            yield Break("moment", moment=doc.moment, after=doc.after)


@dataclass(slots=True)
class Counting:
    """What was counted of a bill; ``due`` is the moment by which it had to be, where the clock runs."""

    bill: Bill
    pieces: int
    gross: Decimal
    damaged: int
    at: datetime
    due: datetime | None = None
    note: str = ""


class TallyPieces(Rule):
    """What was counted is a number of packages, not {found}."""

    code = "TALLY_PIECES"

    def broken_by(self, doc: Counting, ctx):
        if not 0 <= doc.pieces < 2**31:
            yield Break("pieces", found=doc.pieces)


class TallyDamaged(Rule):
    """Of {pieces} packages {found} cannot be damaged."""

    code = "TALLY_DAMAGED"

    def broken_by(self, doc: Counting, ctx):
        if not 0 <= doc.damaged <= max(doc.pieces, 0):
            yield Break("damaged", found=doc.damaged, pieces=doc.pieces)


class TallyWeight(Rule):
    """A weight is in kilograms with at most four decimals, not {found}."""

    code = "TALLY_WEIGHT"

    def broken_by(self, doc: Counting, ctx):
        if not is_weight(doc.gross) or (doc.pieces > 0) is not (doc.gross > 0):
            yield Break("gross", found=doc.gross)


class TallyLate(Rule):
    """The tally was due by {due} and came at {at}; it is marked late."""

    code = "TALLY_LATE"
    level = "warn"

    def broken_by(self, doc: Counting, ctx):
        if doc.due is not None and doc.at > doc.due:
            yield Break("moment", due=doc.due, at=doc.at)


class RecountLate(Rule):
    """A bill could be counted again until {due}; ask customs to settle the difference."""

    code = "RECOUNT_LATE"

    def broken_by(self, doc: Counting, ctx):
        if doc.due is not None and doc.at > doc.due:
            yield Break("moment", due=doc.due)


class RecountNote(Rule):
    """Say why the bill was counted again."""

    code = "RECOUNT_NOTE"

    def broken_by(self, doc: Counting, ctx):
        if not doc.note.strip():
            yield Break("note")


REPORTING = [ReportAhead(), ReportOrder()]
TALLYING = [TallyPieces(), TallyDamaged(), TallyWeight(), TallyLate()]
RECOUNTING = [TallyPieces(), TallyDamaged(), TallyWeight(), RecountLate(), RecountNote()]
