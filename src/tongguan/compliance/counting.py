"""Which errors of declarants count (报关差错的认定): by kind, by the dated list of what is left out, and the rate.

    error_counted = not exempt and not disclosed and review_result != corrected
    rate = errors that count / declarations accepted, in the same days

Sources: the tolerance of errors of customs (容错机制); Joint Announcement of Beijing and Tianjin No. 8, measure 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.calendar import calendar
from tongguan.kernel.law import Law
from tongguan.kernel.law import law as in_force

AMENDED, WITHDRAWN, FOUND = "amended", "withdrawn", "found"
KINDS, GROUNDS, EXEMPT, TOLERATED = (f"compliance.error_{one}" for one in ("kinds", "grounds", "exempt", "tolerated"))
PILOT = "pilot"
CORRECTED = "corrected"
_CN = "cn"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a declaration: the kind, its grounds, the addresses of the fields it changed, and its mode.

    ``pilot`` says that its declarant is a firm of the blockchain pilot.
    """

    kind: str
    grounds: str = ""
    fields: Sequence[str] = ()
    mode: str = ""
    pilot: bool = False


def is_error(of: Change, on: date, *, law: Law = in_force) -> bool:
    """Say whether a change is an error of the declarant by the law of a day; raises NotConfigured.

    >>> is_error(Change("amended", "clerical"), date(2026, 3, 2)), is_error(Change("amended", "price"), date(2026, 3, 2))
    (True, False)
    """
    if of.kind not in law(KINDS, on=on).value:
        return False
    return of.kind == FOUND or of.grounds in law(GROUNDS, on=on).value


def exempt_by(of: Change, on: date, *, law: Law = in_force) -> str:
    """Return why an error is not recorded by the list of a day; empty where it is.

    A row of the list applies by its grounds; or where nothing but its fields changed, in its modes if it names any. Firms
    of the pilot are left what they find and mend themselves.

    >>> exempt_by(Change("amended", "clerical", ["IEDate"], "advance"), date(2026, 3, 2))
    'import_date'
    >>> exempt_by(Change("amended", "clerical", ["IEDate"], "ordinary"), date(2026, 3, 2))
    ''
    >>> exempt_by(Change("amended", "clerical", pilot=True), date(2026, 3, 2))
    'pilot'
    """
    changed = {one.rpartition("/")[2] for one in of.fields}
    in_items = any("/" in one and one.startswith("item/") for one in of.fields)
    for why, row in law(EXEMPT, on=on).value.items():
        if of.grounds in row.get("grounds", ()):
            return why
        only = bool(changed) and not in_items and changed <= set(row.get("fields", ()))
        if only and ("modes" not in row or of.mode in row["modes"]):
            return why
    if of.pilot and of.grounds in law(TOLERATED, on=on).value.get(of.kind, ()):
        return PILOT
    return ""


def counts(exempt: str, disclosed: bool, review: str) -> bool:
    """Return whether an error counts.

    >>> counts("", False, "kept"), counts("", False, "corrected"), counts("", True, ""), counts("conveyance", False, "")
    (True, False, False, False)
    """
    return not exempt and not disclosed and review != CORRECTED


def review_until(recorded: date, *, law: Law = in_force) -> date:
    """Return the last day on which a review may be asked for. Raises NotConfigured, Uncountable.

    >>> review_until(date(2026, 3, 2)).isoformat()
    '2026-03-23'
    """
    return calendar(_CN).add_working(recorded, law("compliance.error_review_days", on=recorded).value)


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors that count and declarations that were accepted, in the same days."""

    errors: int
    declarations: int

    @property
    def share(self) -> Decimal | None:
        """Errors by declaration; None where there were no declarations."""
        return Decimal(self.errors) / self.declarations if self.declarations else None
