"""What became of the rows of a table that was read (导入结果)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tongguan.kernel.texts import text


class Unread(NamedTuple):
    """A row that could not be read: its number in the file, what stands there, and why."""

    row: int
    written: str
    problem: str

    def text(self, lang: str) -> str:
        """Return the reason in the given language."""
        return text(f"tariff.import.unread.{self.problem}", lang)


class Doubt(NamedTuple):
    """A value that was not taken, because it cannot be what the law says: the line has no such rate from here."""

    code: str
    kind: str
    written: str
    reason: str

    def text(self, lang: str) -> str:
        """Return the reason in the given language."""
        return text(f"tariff.import.doubt.{self.reason}", lang)


class Overruled(NamedTuple):
    """A rate of ours that the table contradicts: what we say, what the table says, and which of them is in force.

    ``outcome`` is table, ours, or unknown where neither can be trusted.
    """

    code: str
    kind: str
    ours: str
    table: str
    outcome: str


@dataclass(slots=True)
class Report:
    """Every row of a table is one of taken, repeated and unreadable; the rest tells about those that were taken.

    ``repaired`` are codes that had lost a leading zero, ``doubts`` values that were not taken, ``overruled`` rates of
    ours that it contradicts and ``missing`` codes of ours that it does not have, ``left_out`` columns that nothing here
    uses; ``without_units`` counts codes of which it names no legal unit.
    """

    rows: int = 0
    taken: int = 0
    repeated: list[str] = field(default_factory=list)
    unreadable: list[Unread] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    overruled: list[Overruled] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    without_units: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many rows and values are of each class."""
        return {
            "rows": self.rows,
            "taken": self.taken,
            "repeated": len(self.repeated),
            "unreadable": len(self.unreadable),
            "repaired": len(self.repaired),
            "doubted": len(self.doubts),
            "overruled": len(self.overruled),
            "missing": len(self.missing),
            "without_units": self.without_units,
        }

    def doubts_by_reason(self) -> dict[str, int]:
        """Return how many values were doubted for each reason."""
        return dict(sorted(Counter(doubt.reason for doubt in self.doubts).items()))

    def as_dict(self) -> dict[str, Any]:
        """Return the whole report, as an edition keeps it."""
        return {
            **self.counts(),
            "repeated_codes": self.repeated,
            "unreadable_rows": [one._asdict() for one in self.unreadable],
            "repaired_codes": self.repaired,
            "doubts": [one._asdict() for one in self.doubts],
            "overruled_rates": [one._asdict() for one in self.overruled],
            "missing_codes": self.missing,
            "left_out": self.left_out,
        }
