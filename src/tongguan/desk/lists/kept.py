"""How somebody keeps a list: read in one query with the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tongguan.desk.models import KeptList


@dataclass(frozen=True, slots=True)
class Kept:
    """The columns somebody chose for a list (none: the usual ones), and the filters he named, each a query."""

    columns: list[str] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)


def kept(person: Any, of: str) -> Kept:
    """Return how a person keeps a list."""
    row = KeptList.objects.filter(person=person.pk, of=of).first() if person.pk else None
    return Kept(row.columns, row.filters) if row is not None else Kept()
