"""What is to be done by when (时间安排): from the manifest to the last day of payment, each day with its law.

A day that has passed already when the plan is filed is told as such by who shows it; what the plan does not say (the day
of entry) leaves out what counts from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from tongguan.declarations.two_steps.queries import due_on as completion_due
from tongguan.kernel.calendar import Uncountable, calendar, within
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.texts import text
from tongguan.licences import types
from tongguan.revenue.late import sale_day
from tongguan.revenue.payments.terms import due_on, month_due, month_of

from .citing import Cited, cited
from .needs import missing
from .plan import IMPORT, SEA
from .posing import Ground, is_carried
from .ways import APPLIES, CONSOLIDATED, DEPENDS, Way

CN = "cn"


class Due(NamedTuple):
    """Something to be done: its key, the last day for it (None where only an hour before another thing is set), its law.

    ``values`` are what its text names (``advice.date.KEY``).
    """

    key: str
    day: date | None
    cites: tuple[Cited, ...] = ()
    values: dict[str, Any] = {}

    def text(self, lang: str) -> str:
        """Return what is to be done."""
        return text(f"advice.date.{self.key}", lang, **self.values)


def dates(of: Ground, ways: list[Way], *, taxed: bool) -> list[Due]:
    """Return what is to be done by when, in its order; what has no day of its own stands first."""
    found = [
        *_quiet(_before(of)), *_quiet(_licences(of)), *_quiet(_guarantee(of)), *_quiet(_filing(of, ways)),
        *(_quiet(_paying(of, ways)) if taxed else ()),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.day is not None, one.day or date.min))


def _quiet(some: Iterator[Due]) -> Iterator[Due]:
    """Yield what can be said, up to where the law or the calendar of a day has nothing."""
    try:
        yield from some
    except (NotConfigured, Uncountable):
        return


def _before(of: Ground) -> Iterator[Due]:
    plan = of.plan
    if is_carried(plan):
        names = (
            ("container_lead_hours", "other_ship_lead_hours") if plan.transport == SEA else ("long_flight_lead_hours",)
        )
        way = "sea" if plan.transport == SEA else "air"
        if plan.direction == IMPORT:
            cites = cited(of.day, *(f"cargo.{name}" for name in names))
            hours = {name: cite.value for name, cite in zip(("hours", "other"), cites, strict=False)}
            yield Due(f"manifest_{way}", None, cites, {"hours": "", "other": "", **hours})
        else:
            yield Due("manifest_export", None)
    if plan.entered is not None and plan.direction == IMPORT:
        yield Due("entry", plan.entered)


def _licences(of: Ground) -> Iterator[Due]:
    kinds = of.law("licences.review_days")
    for letter in sorted(missing(of)):
        kind = types.type_of(letter, of.day)
        days = kinds.get(kind.kind) if kind is not None else None
        named = {"name": {"zh": types.name(letter, "zh"), "en": types.name(letter, "en")}, "letter": letter}
        cites = cited(of.day, "licences.review_days")
        if days is None:
            yield Due("licence", of.day, cites, named)
        else:
            day = calendar(CN).add_working(of.day, -days)
            yield Due("licence_apply", day, cites, named | {"days": days})


def _guarantee(of: Ground) -> Iterator[Due]:
    if of.plan.guarantee:
        days = of.law("revenue.guarantee_review_days")
        day = calendar(CN).add_working(of.day, -days)
        yield Due("guarantee", day, cited(of.day, "revenue.guarantee_review_days"), {"days": days})


def _filing(of: Ground, ways: list[Way]) -> Iterator[Due]:
    plan = of.plan
    yield Due("filing", of.day)
    if plan.direction != IMPORT or plan.entered is None:
        return
    came = plan.arrived or plan.entered
    if is_carried(plan):
        yield Due("advance", came, cited(of.day, "declarations.advance_exchange_day"))
    days = of.law("revenue.late_declaration_days")
    limit = within(days, of=plan.entered, calendar=CN)
    yield Due(
        "limit", limit, cited(of.day, "revenue.late_declaration_days", "revenue.late_declaration_share"), {"days": days}
    )
    sale = ("revenue.late_declaration_sale_months",)
    yield Due("sale", sale_day(plan.entered), cited(plan.entered, *sale))
    if _possible(ways, "two_step"):
        cites = cited(plan.entered, "declarations.full_declaration_days")
        yield Due("completion", completion_due(plan.entered), cites)


def _paying(of: Ground, ways: list[Way]) -> Iterator[Due]:
    yield Due("payment", due_on(of.day), cited(of.day, "revenue.payment_days"))
    if of.plan.guarantee == "policy":
        yield Due("payment_policy", due_on(of.day, secured_by="policy"), cited(of.day, "revenue.bond_insurance_days"))
    if _possible(ways, CONSOLIDATED) and of.plan.guarantee:
        month = month_of(max(of.day, of.plan.arrived or of.day))
        cites = cited(month, "revenue.month_due_working_day", "revenue.no_cross_year")
        yield Due("month", month_due(month), cites, {"month": f"{month:%Y-%m}"})


def _possible(ways: list[Way], kind: str) -> bool:
    return any(one.kind == kind and one.verdict in (APPLIES, DEPENDS) for one in ways)


__all__ = ["Due", "dates"]
