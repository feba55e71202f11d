"""What would happen if a breach were disclosed (披露前咨询): judged as if it were, with the fine it would otherwise meet.

The same code judges what is filed; nothing is kept of what is asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from tongguan.kernel import written
from tongguan.kernel.law import Law, NotConfigured
from tongguan.kernel.law import law as in_force
from tongguan.kernel.rules import Break, Finding, Refused, Rule, check
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.revenue.late import Surcharge
from tongguan.revenue.recovery import RECOVERING, Underpaid, breach_surcharge

from .cases import ADVANCED, CONDITIONS, OFFICERS, REFUND, REGULAR, TAX, Case, Earlier
from .judging import Judgement, judged
from .penalties import FIRM, PERSON, Band, band

_SAME = "same"


class Written(msgspec.Struct, frozen=True, rename="camel"):
    """A breach as somebody writes it, every figure and day a text; ``disclosed`` is today where it is empty.

    ``value`` is the declared price or the value of the goods, ``before`` when the same breach was disclosed earlier, ``who``
    *firm* or *person*, ``grade`` *advanced* or *regular*; ``against`` and ``conditions`` are what is so of the case.
    """

    kind: str = TAX
    breach: str = ""
    disclosed: str = ""
    underpaid: str = ""
    due: str = ""
    affected: str = ""
    value: str = ""
    paid_on: str = ""
    before: str = ""
    grade: str = REGULAR
    who: str = FIRM
    against: list[str] = msgspec.field(default_factory=list)
    conditions: list[str] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Advice:
    """What would become of a breach: the judgement; the fine where it is not exempt; and what is paid beside the tax.

    ``band`` is None where nothing would be fined, or no source names a band. ``surcharge`` is None where the day of payment
    is not known; ``late`` says where the tax can be recovered no more.
    """

    case: Case
    judgement: Judgement
    band: Band | None
    surcharge: Surcharge | None
    late: tuple[Finding, ...]


class Unreadable(Rule):
    """“{found}” is not what belongs here: {wanted}."""

    code = "DISC_UNREADABLE"

    def broken_by(self, doc: tuple[str, str, Any], ctx):
        pointer, found, wanted = doc
        yield Break(pointer, found=found[:40], wanted=wanted)


def advised(
    case: Case, *, paid_on: date | None = None, value: Decimal = Decimal(0), who: str = FIRM, law: Law = in_force
) -> Advice:
    """Return what would become of a breach; raises Refused as ``judged`` does, NotConfigured where late payment has no law.

    ``value`` is the declared price or the value of the goods, in yuan; ``paid_on`` when the tax was paid.
    """
    found = judged(case, law=law)
    fined = None if found.is_exempt else _band(case, value, who, law)
    of = Underpaid(case.underpaid, paid_on, case.disclosed) if paid_on and case.kind == TAX else None
    late = tuple(check(RECOVERING, of)) if of is not None else ()
    extra = breach_surcharge(of, law=law) if of is not None and not late else None
    return Advice(case, found, fined, extra, late)


def _band(case: Case, value: Decimal, who: str, law: Law) -> Band | None:
    base = case.underpaid if case.kind == TAX else value
    share = case.share
    if case.kind == REFUND:
        share = case.underpaid / value if value else Decimal(1)
    try:
        return band(case.kind, breach=case.breach, decided=case.disclosed, base=base, share=share, who=who, law=law)
    except NotConfigured:
        return None


def read(of: Written, today: date) -> tuple[Case, dict[str, Any]]:
    """Return the breach that somebody wrote, and what else ``advised`` is told; raises Refused (DISC_UNREADABLE)."""
    wrong: list[Finding] = []
    days = {name: _day(name, getattr(of, name), wrong) for name in ("breach", "disclosed", "paid_on", "before")}
    amounts = {name: _amount(name, getattr(of, name), wrong) for name in ("underpaid", "due", "affected", "value")}
    if not of.breach.strip():
        wrong += unreadable("breach", of.breach, "day")
    chosen: Mapping[str, tuple[Any, tuple[str, ...]]] = {
        "grade": ([of.grade], (REGULAR, ADVANCED)), "who": ([of.who], (FIRM, PERSON)), "against": (of.against, OFFICERS),
        "conditions": (of.conditions, CONDITIONS),
    }  # fmt: skip
    for name, (given, known) in chosen.items():
        for one in given:
            if one not in known:
                wrong += unreadable(name, one, "one_of", known=list(known))
    if wrong:
        raise Refused(wrong)
    on, before = days["disclosed"] or today, days["before"]
    earlier = (Earlier(before, _SAME, ""),) if before is not None else ()
    assert days["breach"] is not None
    case = Case(
        of.kind, days["breach"], on, amounts["underpaid"], amounts["due"], amounts["affected"], grade=of.grade,
        nature=_SAME, conditions=frozenset(of.conditions), against=frozenset(of.against), earlier=earlier,
    )  # fmt: skip
    return case, {"paid_on": days["paid_on"], "value": amounts["value"], "who": of.who}


_NAMES = {"paid_on": "paidOn"}


def unreadable(name: str, found: str, wanted: str, **values: Any) -> list[Finding]:
    """Return what is said of a field that cannot be read; ``wanted`` is day, amount or one_of."""
    told = {lang: text(f"compliance.wanted.{wanted}", lang, **values) for lang in LANGUAGES}
    doc = (_NAMES.get(name, name), found.strip(), told)
    return [Finding(Unreadable.code, one.pointer, values=one.values) for one in Unreadable().broken_by(doc, None)]


def _day(name: str, given: str, wrong: list[Finding]) -> date | None:
    if given.strip() and not written.reads(written.day, given):
        wrong += unreadable(name, given, "day")
        return None
    return written.day(given) if given.strip() else None


def _amount(name: str, given: str, wrong: list[Finding]) -> Decimal:
    if given.strip() and not written.reads(written.amount, given):
        wrong += unreadable(name, given, "amount")
        return Decimal(0)
    return written.amount(given.strip() or "0")
