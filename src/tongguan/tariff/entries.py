"""What a source says of a commodity code, before it is the tariff of a day (税则数据条目).

A source is a folder of our files or a table somebody else exported. An entry is what it says and nothing more; how
several sources become one tariff is told in ``shelf``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .listings import Listing

KINDS = ("mfn", "general", "provisional", "vat", "consumption")
EXPORT = "export"
QUOTAS = ("quota", "provisional_quota")
"""Rates of what comes within a tariff quota (关税配额税率); few codes have one, and most sources say nothing of them."""
PROVISIONAL_EXPORT = "provisional_export"
"""Goes before the rate of the export duty, where a code has one (出口暂定税率)."""
WITHOUT_SCOPE = (*KINDS, EXPORT, *QUOTAS, PROVISIONAL_EXPORT)

AGREEMENT, SPECIAL = "agreement", "special"
REMEDIES = ("antidumping", "countervailing", "safeguard", "retaliatory")
SCOPED = (AGREEMENT, SPECIAL, *REMEDIES)
"""Kinds of which a code has as many rates as there are agreements, or origins that a measure is against."""

ANY_ORIGIN = "*"


def scoped(kind: str, scope: str) -> str:
    """Return the kind of a rate that is not for everybody: of an agreement, or against an origin or one producer there.

    >>> scoped("agreement", "RCEP"), scoped("antidumping", "116/某公司")
    ('agreement:RCEP', 'antidumping:116/某公司')
    """
    return f"{kind}:{scope}"


def is_kind(kind: str) -> bool:
    """Return whether there are rates of this kind."""
    name, colon, scope = kind.partition(":")
    return bool(scope) and name in SCOPED if colon else kind in WITHOUT_SCOPE


@dataclass(frozen=True, slots=True)
class RateEntry:
    """A rate of one kind from a day on; ``formula`` is None where it is known that nothing is levied."""

    kind: str
    since: date
    until: date | None
    formula: dict[str, Any] | None
    reference: dict[str, str]


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A commodity code as a source gives it, with every rate it ever had.

    An empty unit, name or list of elements means that the source does not say. ``elements`` are what a declaration
    must tell of the goods (申报要素).
    """

    code: str
    zh: str
    en: str
    unit1: str
    unit2: str
    letters: str
    since: date
    until: date | None
    listings: tuple[Listing, ...]
    rates: tuple[RateEntry, ...]
    remark: str = ""
    elements: tuple[str, ...] = ()

    @property
    def listed_since(self) -> date | None:
        """The first day the positive list has the line."""
        return self.listings[0].since if self.listings else None

    @property
    def listed_reference(self) -> dict[str, str] | None:
        """The instrument of the first listing."""
        return self.listings[0].reference if self.listings else None


@dataclass(frozen=True, slots=True)
class Source:
    """All that a source says; the digest tells two states of it apart.

    A table is the whole tariff on its first day (``since``) and holds until ``until``: a code that it does not have
    does not exist then. Files have neither day: each of their rates has its own.
    """

    name: str
    digest: str
    lines: tuple[LineEntry, ...]
    since: date | None = None
    until: date | None = None

    @property
    def is_table(self) -> bool:
        """Whether the source is a table of the whole tariff."""
        return self.since is not None
