"""What a what-if question must satisfy before it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongguan.kernel.rules import Break, Rule


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a question, both included, and the most it may span."""

    since: date
    until: date
    most: int


class PeriodOrder(Rule):
    """The period ends before it begins: {since} to {until}."""

    code = "WHAT_IF_PERIOD"

    def broken_by(self, doc, ctx):
        if doc.until < doc.since:
            yield Break("until", since=doc.since, until=doc.until)


class PeriodLength(Rule):
    """The period spans {days} days; {most} at most are judged again here, more by tongguan replay."""

    code = "WHAT_IF_DAYS"

    def broken_by(self, doc, ctx):
        days = (doc.until - doc.since).days + 1
        if days > doc.most:
            yield Break("until", days=days, most=doc.most)


PERIOD = [PeriodOrder(), PeriodLength()]
