"""What a declaration is judged against: the law and the tariff of the day, who files, what is known of firms and bills."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tongguan.cargo.queries import Known as Bill
from tongguan.kernel.law import DayLaw
from tongguan.licences.needed import CodeNeeds
from tongguan.parties.models import Enterprise
from tongguan.tariff.book import Book
from tongguan.zones.queries import Known as AccountBook


@dataclass(slots=True)
class Asked:
    """How a declaration is filed beside what it says: its mode, how it is settled, who files, and for two steps the answers."""

    mode: str = "ordinary"
    settlement: str = "payment"
    guarantee: str = ""
    enterprise: int | None = None
    answers: Any = None


@dataclass(slots=True)
class Context:
    """Everything the rules ask. ``needs`` are what goods need, by code; ``declared`` packages declared on the bill already.

    ``lacking`` are pairs of codes, of an agent and a principal, without a mandate; ``is_amendment`` leaves out what was
    settled at acceptance; ``is_suspended`` says that the firm may not collect by the month; ``reference`` is what the
    ledgers call a declaration that is kept already; ``summary`` is what a summary is judged against beside, or the summary
    that a complete declaration follows; ``secured_by`` is the kind of the guarantee that is named, where goods are levied
    against security; ``halved`` what the declaration it follows levied by half, by code and unit; ``at`` the moment it is judged.
    """

    day: date
    law: DayLaw
    tariff: Book
    asked: Asked
    firms: Mapping[str, Enterprise] = field(default_factory=dict)
    bill: Bill | None = None
    declared: int = 0
    needs: Mapping[str, CodeNeeds] = field(default_factory=dict)
    lacking: Collection[tuple[str, str]] = ()
    books: Mapping[str, AccountBook] = field(default_factory=dict)
    is_amendment: bool = False
    is_suspended: bool = False
    reference: str = ""
    passed: dict[Any, Any] = field(default_factory=dict)
    summary: Any = None
    secured_by: str = ""
    halved: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    at: datetime | None = None
