"""What became of the rates of a commodity code (税率沿革): every rate with its days, and what editions have changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from . import formulas
from .entries import SCOPED, WITHOUT_SCOPE, RateEntry
from .shelf import Shelf

_SHOWN = 50
_CHANGED = """
    SELECT e.id, e.source, e.loaded_at, part, row
    FROM tariff_edition e, unnest(ARRAY['changed', 'removed']) part,
         LATERAL jsonb_array_elements(e.changes -> 'rates' -> part) row
    WHERE NOT e.withdrawn AND row ->> 'code' = %s ORDER BY e.id DESC, row ->> 'kind', row ->> 'since' LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Dated:
    """A rate from its first day to its last; ``words`` says it, None for one that is known not to be levied."""

    kind: str
    since: date
    until: date | None
    formula: formulas.Formula | formulas.ByCases | None
    reference: dict[str, str]

    def words(self, lang: str) -> str | None:
        """Return the rate as a person writes it, None where it is known that nothing is levied."""
        return self.formula.words(lang) if self.formula is not None else None


@dataclass(frozen=True, slots=True)
class Former:
    """What an edition has changed or taken away: the rate of a kind from a day on, as it was before.

    ``before`` is None where the edition left the rate and changed its last day or its instrument.
    """

    edition: int
    source: str
    loaded_at: datetime
    removed: bool
    kind: str
    since: date
    rate_changed: bool
    before: formulas.Formula | formulas.ByCases | None

    def words(self, lang: str) -> str | None:
        """Return the former rate as a person writes it, None where nothing was levied."""
        return self.before.words(lang) if self.before is not None else None


def dated(shelf: Shelf, code: str) -> list[Dated]:
    """Return every rate that the sources together give a code, by kind, the latest first."""
    order = {kind: place for place, kind in enumerate((*WITHOUT_SCOPE, *SCOPED))}
    rows = sorted(
        shelf.rates(code), key=lambda row: (order[row.kind.partition(":")[0]], row.kind, -row.since.toordinal())
    )
    return [_dated(row) for row in rows]


def _dated(row: RateEntry) -> Dated:
    return Dated(row.kind, row.since, row.until, _read(row.formula), row.reference)


def _read(formula: dict[str, Any] | None) -> formulas.Formula | formulas.ByCases | None:
    return None if formula is None else formulas.read(formula)


def changed(code: str) -> list[Former]:
    """Return the latest rates of a code that editions have changed or taken away, the latest edition first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [code, _SHOWN])
        return [_former(*row) for row in cursor.fetchall()]


def _former(edition: int, source: str, loaded_at: datetime, part: str, row: Any) -> Former:
    kept = json.loads(row)  # Django's connection leaves JSON as it is written
    former = kept["former"]
    return Former(
        edition, source, loaded_at, part == "removed", kept["kind"], date.fromisoformat(kept["since"]),
        "formula" in former, _read(former.get("formula")),
    )  # fmt: skip
