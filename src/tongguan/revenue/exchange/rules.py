"""What must hold before published rates are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tongguan.kernel.law import STANDINGS
from tongguan.kernel.rules import Break, Rule

from .reading import MOST_LINES, ReadRate

Key = tuple[str, str, str]


@dataclass(slots=True)
class Publication:
    """Rates to be kept: their lines, their source and its standing, and what is kept of the same days already."""

    rows: Sequence[ReadRate]
    title: str
    standing: str
    kept: Mapping[Key, Decimal] = field(default_factory=dict)


def key(row: ReadRate) -> Key:
    """Return what a rate is of: its kind, day and currency."""
    return row.kind, row.day.isoformat() if row.day else "", row.currency


class RatesUnreadable(Rule):
    """In line {line} the column {column} cannot be read: {found}."""

    code = "RATES_UNREADABLE"

    def broken_by(self, doc: Publication, ctx):
        for row in doc.rows:
            for column, found in row.wrong.items():
                yield Break(f"rates/{row.line}/{column}", line=row.line, column=column, found=found[:20])


class RatesNone(Rule):
    """There are {count} rates; a publication has one at least and {most} at most."""

    code = "RATES_NONE"

    def broken_by(self, doc: Publication, ctx):
        if not 1 <= len(doc.rows) <= MOST_LINES:
            yield Break("rates", count=len(doc.rows), most=MOST_LINES)


class RatesTwice(Rule):
    """Line {line} has a rate of a day and a currency that an earlier line has too."""

    code = "RATES_TWICE"

    def broken_by(self, doc: Publication, ctx):
        seen = set()
        for row in doc.rows:
            if not row.wrong and key(row) in seen:
                yield Break(f"rates/{row.line}/currency", line=row.line)
            seen.add(key(row))


class RatesWithoutSource(Rule):
    """Say what the rates were published in, and its standing: official, read, unverified or design."""

    code = "RATES_WITHOUT_SOURCE"

    def broken_by(self, doc: Publication, ctx):
        if not doc.title.strip() or doc.standing not in STANDINGS:
            yield Break("source")


class RatesDiffer(Rule):
    """Line {line}: another rate, {kept} yuan for one, is kept of this day and currency; it has to be withdrawn first."""

    code = "RATES_DIFFER"

    def broken_by(self, doc: Publication, ctx):
        for row in doc.rows:
            kept = doc.kept.get(key(row))
            if kept is not None and not row.wrong and kept != row.yuan / row.per:
                yield Break(f"rates/{row.line}/yuan", line=row.line, kept=kept)


PUBLISHING = [RatesNone(), RatesUnreadable(), RatesTwice(), RatesWithoutSource(), RatesDiffer()]
