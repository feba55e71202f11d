"""The version of the announcement on disclosures that was in force on a day (主动披露公告的适用版本).

Every value is dated law; which announcement it is of stands in its reference. After the last day of the last version nothing
is judged. Sources: GACC 2019 No. 161, 2022 No. 54, 2023 No. 127, 2024 No. 87, 2025 No. 194.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.law import Law, NotConfigured, Provision
from tongguan.kernel.law import law as in_force

ANY = "any"
FREE, LATER, LIMITS = (f"compliance.disclosure_{one}" for one in ("free_months", "later_months", "later_limits"))
KINDS, CONDITIONS, STATISTICS = (f"compliance.disclosure_{one}" for one in ("kinds", "conditions", "statistics"))
EXCLUSIONS, REPEAT = "compliance.disclosure_exclusions", "compliance.disclosure_repeat_months"
WAIVER, CREDIT_FINE = "compliance.disclosure_waives_surcharge", "compliance.disclosure_credit_fine"


@dataclass(frozen=True, slots=True)
class Regime:
    """What the law of a day says of disclosures; ``free`` is the provision that names the version."""

    on: date
    law: Law
    free: Provision
    later: Provision
    limits: Provision
    kinds: Provision
    conditions: Provision
    exclusions: Provision

    @property
    def version(self) -> Mapping[str, str]:
        """The instrument in force: title, href and standing."""
        return self.free.reference

    def free_months(self, grade: str) -> int:
        """Return within how many months nothing is punished, for a firm of a grade."""
        return self.free.value.get(grade, self.free.value[ANY])

    def later_months(self) -> int | None:
        """Return up to how many months the limits hold; None where the law names no last day."""
        return self.later.value.get(ANY)

    def largest(self, what: str) -> Decimal:
        """Return the largest ``share`` or ``amount`` of the second tier."""
        return self.limits.value[what]

    def provision(self, name: str) -> Provision:
        """Return another value of this day's law; raises NotConfigured."""
        return self.law(name, on=self.on)


def regime(on: date, law: Law = in_force) -> Regime:
    """Return what the law of a day says of disclosures; raises NotConfigured for a day no announcement is in force on.

    >>> regime(date(2026, 1, 5)).free_months("regular"), regime(date(2023, 10, 11)).free_months("regular")
    (12, 6)
    """
    names = (FREE, LATER, LIMITS, KINDS, CONDITIONS, EXCLUSIONS)
    return Regime(on, law, *(law(name, on=on) for name in names))


def versions(law: Law = in_force) -> list[Provision]:
    """Return every version there was, the oldest first; the last one has no value where nothing is known to follow."""
    return law.history(FREE)


def has_version(on: date, law: Law = in_force) -> bool:
    """Say whether an announcement is in force on a day."""
    try:
        law(FREE, on=on)
    except NotConfigured:
        return False
    return True
