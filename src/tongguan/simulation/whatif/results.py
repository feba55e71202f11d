"""What a replay comes to: who would be treated differently, and how much it is in all. It is a simulation and says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

ACCEPTED = "accepted"
COLUMNS = (
    "simulation", "day", "ebp_code", "order_no", "invt_no", "was", "would", "was_tax", "would_tax", "was_drawn",
    "would_drawn",
)  # fmt: skip


@dataclass(slots=True)
class Difference:
    """A parcel that would be treated differently: *accepted*, or the limit that refuses it; taxes in fen."""

    id: int
    day: str
    was: str
    would: str
    was_tax: int = 0
    would_tax: int = 0
    was_drawn: bool = False
    would_drawn: bool = False
    ebp_code: str = ""
    order_no: str = ""
    invt_no: str = ""

    def row(self) -> list[Any]:
        """Return the difference as a line of a table, in the order of ``COLUMNS``; taxes in yuan."""
        taxes = (f"{self.was_tax / 100:.2f}", f"{self.would_tax / 100:.2f}")
        return [
            "simulation", self.day, self.ebp_code, self.order_no, self.invt_no, self.was, self.would, *taxes,
            int(self.was_drawn), int(self.would_drawn),
        ]  # fmt: skip


@dataclass
class Result:
    """A replay. ``unlike`` counts parcels that the law as it is judges otherwise than it did, as after a corrected tariff."""

    since: str
    until: str
    names: tuple[str, ...]
    judged: int = 0
    unlike: int = 0
    was_tax: int = 0
    would_tax: int = 0
    seconds: float = 0.0
    differences: list[Difference] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many parcels would be refused, let in, taxed more, taxed less, drawn, not drawn."""
        found = self.differences
        in_both = [one for one in found if one.was == one.would == ACCEPTED]
        return {
            "refused": sum(one.was == ACCEPTED != one.would for one in found),
            "let_in": sum(one.was != ACCEPTED == one.would for one in found),
            "other_limit": sum(ACCEPTED not in (one.was, one.would) for one in found),
            "taxed_more": sum(one.would_tax > one.was_tax for one in in_both),
            "taxed_less": sum(one.would_tax < one.was_tax for one in in_both),
            "drawn": sum(one.would_drawn > one.was_drawn for one in found),
            "not_drawn": sum(one.would_drawn < one.was_drawn for one in in_both),
        }

    def as_dict(self, *, rows: bool = True) -> dict[str, Any]:
        """Return the result as JSON holds it; taxes in fen."""
        made = {
            "simulation": True, "since": self.since, "until": self.until, "changed": list(self.names),
            "judged": self.judged, "differing": len(self.differences), "unlike": self.unlike, "was_tax": self.was_tax,
            "would_tax": self.would_tax, "seconds": round(self.seconds, 3), **self.counts,
        }  # fmt: skip
        return made | ({"differences": [asdict(one) for one in self.differences]} if rows else {})
