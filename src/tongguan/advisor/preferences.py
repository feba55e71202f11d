"""Agreements and preferences that goods may claim (协定税率、特惠税率): for which lines, with what proof, and what that saves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tongguan.declarations.assessing import assessed
from tongguan.declarations.days import Days
from tongguan.kernel.rules import Finding, Refused

from .citing import cited, of_rate
from .posing import PLANNED, Ground, Rates, covers, document, origins, scopes
from .ways import APPLIES, DEPENDS, DOES_NOT, Way

IMPORT = "I"


def preferences(of: Ground, days: Days, rates: Rates) -> Iterator[Way]:
    """Yield each agreement and preference that the tariff has for the goods, or that the plan claims."""
    if of.plan.direction != IMPORT:
        return
    named = dict.fromkeys(name for one in of.plan.lines for name in scopes(of, one))
    claimed = [of.plan.claim] if of.plan.claim and of.plan.claim not in named else []
    for name in [*named, *claimed]:
        yield _one(of, name, days, rates)


def _one(of: Ground, name: str, days: Days, rates: Rates) -> Way:
    covered = [one for one in of.plan.lines if covers(of, one, name)]
    by_rate = tuple({one.gcode: of_rate(scopes(of, one)[name]) for one in covered}.values())
    cites = (*cited(of.day, "revenue.preference_origins"), *by_rate)
    if not covered:
        why = "outside" if origins(of, name) else "no_preference"
        where = sorted({one.origin for one in of.plan.lines if one.origin})
        said = Finding(f"advice.because.{why}", "origin", values={"name": name, "origins": where})
        return Way("preference", DOES_NOT, (said,), cites, name)
    saves = _saves(of, name, days, rates)
    if of.plan.claim == name and of.plan.proof:
        return Way("preference", APPLIES, (), cites, name, saves)
    said = Finding("advice.because.proof", "proof", "warn", {"name": name, "lines": len(covered)})
    return Way("preference", DEPENDS, (said,), cites, name, saves)


def _saves(of: Ground, name: str, days: Days, rates: Rates) -> Decimal | None:
    """Return what the claim takes off the taxes, in yuan; None where that cannot be worked out."""
    claiming = replace(of, plan=replace(of.plan, claim=name, proof=of.plan.proof or PLANNED))
    try:
        less = assessed(document(claiming), days, rates=rates).tax
        return assessed(document(of, claimed=False), days, rates=rates).tax - less
    except Refused:
        return None
