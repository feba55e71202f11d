"""The positive list of retail import, code by code and by date (跨境电子商务零售进口商品清单).

A listing says from when until when a commodity code may be imported by retail e-commerce, with the note that the list
puts beside it, and of that note what a program can judge: which supervision modes it is for, and under which heading
its quantity counts for a person in a year.

>>> note = {"zh": "每人每年20千克", "en": "20 kg a person a year"}
>>> listed = {"since": "2019-01-01", "note": note, "conditions": {"person_cap": "1006"}, "reference": {"title": "清单"}}
>>> rice = Listing.read(listed)
>>> rice.text("en"), rice.person_cap, rice.allows("9610")
('20 kg a person a year', '1006', True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongguan.kernel.codes import codes

_KEYS = {"since", "until", "note", "conditions", "reference"}
_CONDITIONS = {"trade_modes", "person_cap", "and_more"}


@dataclass(frozen=True, slots=True)
class Listing:
    """One stay of a commodity code on the positive list, both days included."""

    since: date
    until: date | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)

    def holds_on(self, day: date) -> bool:
        """Return whether the list has the code on the day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def text(self, lang: str) -> str:
        """Return the note of the list in the given language, empty when it has none."""
        return self.note.get("zh" if lang.startswith("zh") else "en", "")

    def allows(self, trade_mode: str) -> bool:
        """Return whether the list has the code for goods under this supervision mode."""
        modes = self.conditions.get("trade_modes")
        return modes is None or trade_mode in modes

    @property
    def is_judged(self) -> bool:
        """Whether the conditions say all that the note asks; else (also with ``and_more``) a person has to read it."""
        return not self.note or (bool(self.conditions) and not self.conditions.get("and_more"))

    @property
    def person_cap(self) -> str | None:
        """The heading in ``ecommerce.person_caps`` that limits what one person may buy in a year, or None."""
        return self.conditions.get("person_cap")

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Listing:
        """Return a listing as files and the database keep it; raises ValueError for one that makes no sense."""
        if unknown := set(written) - _KEYS:
            raise ValueError(f"a listing has no {', '.join(sorted(unknown))}")
        since, until = _day(written.get("since")), _day(written.get("until"))
        if since is None or (until is not None and until < since):
            raise ValueError(f"the days of a listing do not fit: {since} to {until}")
        note, conditions = written.get("note") or {}, written.get("conditions") or {}
        if note and set(note) != {"zh", "en"}:
            raise ValueError("the note of a listing is in zh and en")
        if unknown := set(conditions) - _CONDITIONS:
            raise ValueError(f"a listing has no condition {', '.join(sorted(unknown))}")
        modes = conditions.get("trade_modes")
        if modes is not None and (not modes or any(mode not in codes("trade_modes") for mode in modes)):
            raise ValueError(f"{modes!r} are no supervision modes")
        if conditions.get("and_more", True) is not True:
            raise ValueError("and_more is true or not there: the note asks more than the other conditions say")
        return cls(since, until, note, conditions, written["reference"])

    def as_dict(self) -> dict[str, Any]:
        """Return the listing as the database keeps it."""
        kept: dict[str, Any] = {"since": self.since.isoformat(), "reference": dict(self.reference)}
        if self.until is not None:
            kept["until"] = self.until.isoformat()
        if self.note:
            kept["note"] = dict(self.note)
        if self.conditions:
            kept["conditions"] = dict(self.conditions)
        return kept


def _day(written: object) -> date | None:
    if isinstance(written, str):
        return date.fromisoformat(written)
    if written is None or type(written) is date:
        return written
    raise ValueError(f"a day is written as 2019-01-01, not {written!r}")
