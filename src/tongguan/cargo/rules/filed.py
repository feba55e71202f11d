"""What a manifest, and a change of one, is judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tongguan.parties.models import Enterprise

from ..manifest import BillFiled, ManifestFiled


@dataclass(slots=True)
class Filing:
    """A manifest with what it is judged by: who carries and unloads, which bills are in use, what the law asks."""

    manifest: ManifestFiled
    carrier: Enterprise | None
    site: Enterprise | None
    is_filed: bool
    used: set[str]
    due: datetime
    at: datetime


@dataclass(slots=True)
class Amending:
    """A change of a manifest: bills that are added or said anew, numbers of bills that are taken off, and why."""

    manifest: ManifestFiled
    removed: list[str]
    reason: str
    known: set[str]
    declared: set[str]
    used: set[str]
    held: set[str] = field(default_factory=set)
    others: list[BillFiled] = field(default_factory=list)
