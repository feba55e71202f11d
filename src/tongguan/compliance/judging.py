"""Whether a disclosed breach goes unpunished (主动披露的处理): judged by the law of the day of disclosure.

    not_disclosure   customs had the lead, had served notice, or the report is untrue; or it repeats an earlier one
    exempt           nothing is punished
    mitigated        in time, but over the limits: punished less
    not_exempt       too late, or of a kind the announcement does not name: the bands hold

Nothing here asks a database; a case that was filed and one that is only asked about are judged by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import Law, NotConfigured, Provision
from tongguan.kernel.law import law as in_force
from tongguan.kernel.rules import Finding, Refused, check

from . import regimes
from .cases import STATISTICS, TAX, Case
from .regimes import Regime
from .rules import disclosing as rules

EXEMPT, MITIGATED, NOT_EXEMPT, NONE = OUTCOMES = ("exempt", "mitigated", "not_exempt", "not_disclosure")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a disclosure: the outcome, what stands against it, and the values of the law that decided.

    ``month`` is the running month after the breach in which it was disclosed, ``free_until`` and ``until`` the last days of
    both tiers (None where the law names none); ``tier`` is 1, 2, or 0 where neither holds. ``share`` is what was underpaid.
    """

    outcome: str
    findings: tuple[Finding, ...]
    month: int
    tier: int
    share: Decimal
    free_until: date | None
    until: date | None
    version: dict[str, str]
    terms: tuple[Provision, ...]
    may_waive_surcharge: bool

    @property
    def is_exempt(self) -> bool:
        """Whether nothing is punished."""
        return self.outcome == EXEMPT

    @property
    def is_disclosure(self) -> bool:
        """Whether it is treated as a disclosure at all."""
        return self.outcome != NONE


def judged(case: Case, *, law: Law = in_force) -> Judgement:
    """Return what becomes of a disclosure by the law of its day.

    Raises Refused for what cannot be so (its codes begin with DISC_), among it a day for which no announcement is in force
    (DISC_NO_LAW).
    """
    if wrong := check(rules.STATED, case):
        raise Refused(wrong)
    try:
        of_day = regimes.regime(case.disclosed, law)
        found = check(rules.JUDGING, case, of_day)
        free, until = last_days(case, of_day)
        return Judgement(
            _outcome(found), tuple(found), month_of(case), _tier(found, case, free, until), case.share, free, until,
            dict(of_day.version), _terms(case, of_day), of_day.provision(regimes.WAIVER).value and case.kind == TAX,
        )  # fmt: skip
    except NotConfigured as error:
        raise Refused([Finding(rules.NoLaw.code, "disclosed", values={"on": case.disclosed})]) from error


def _outcome(found: list[Finding]) -> str:
    codes = {one.code for one in found}
    if codes & rules.EXCLUDES:
        return NONE
    if codes & rules.TOO_LATE:
        return NOT_EXEMPT
    return MITIGATED if codes else EXEMPT


def last_days(case: Case, of_day: Regime) -> tuple[date | None, date | None]:
    """Return the last days of the first and of the second tier; None where a kind, or the law, has none."""
    if case.kind not in of_day.kinds.value or not (case.has_amounts or case.kind == STATISTICS):
        return None, None
    if case.kind == STATISTICS:
        return rules.statistics_days(case, of_day)
    months = of_day.later_months()
    free = add_months(case.breach, of_day.free_months(case.grade))
    return free, add_months(case.breach, months) if months is not None else None


def _tier(found: list[Finding], case: Case, free: date | None, until: date | None) -> int:
    if rules.TOO_LATE & {one.code for one in found}:
        return 0
    if free is None or case.disclosed <= free:
        return 1
    return 2


def month_of(case: Case) -> int:
    """Return the running month after a breach in which it was disclosed.

    >>> month_of(Case("tax", date(2025, 1, 10), date(2025, 8, 20)))
    8
    """
    whole = (case.disclosed.year - case.breach.year) * _YEAR + case.disclosed.month - case.breach.month
    return whole + (add_months(case.breach, whole) < case.disclosed) if whole >= 0 else 0


_YEAR = 12  # months


def _terms(case: Case, of_day: Regime) -> tuple[Provision, ...]:
    """Return the values of the law that a case of this kind is judged by."""
    found = [of_day.kinds, of_day.exclusions]
    if case.has_amounts:
        found += [of_day.free, of_day.later, of_day.limits]
    if case.kind == STATISTICS and case.kind in of_day.kinds.value:
        found.append(of_day.provision(regimes.STATISTICS))
    if case.kind in of_day.conditions.value:
        found.append(of_day.conditions)
    if rules.REPEATS in of_day.exclusions.value:
        found.append(of_day.provision(regimes.REPEAT))
    return tuple(found)
