"""A firm writes a disclosure down, files it, and takes it back (主动披露的提交)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tongguan.declarations import queries as declarations
from tongguan.declarations.models import Declaration
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused, check
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise
from tongguan.revenue.payments.order import LATE_FEE, SURCHARGE, kinds_in_order
from tongguan.revenue.payments.queries import bills_of

from .. import facts, judging
from ..cases import Case
from ..models import Disclosure
from ..queries import earlier, visible
from ..recomputing import recomputed
from ..rules import filing as rules
from ..statements import Statement
from ..states import DISCLOSURE, FIRM
from ..times import answered_by, day_of


@transaction.atomic
def save(told: Statement, *, number: int | None = None, by: Actor, at: datetime) -> Disclosure:
    """Keep what a firm states as a draft, a new one or in the place of the draft ``number``; customs do not see it.

    Raises NotYours, NotNow, Disclosure.DoesNotExist, and Refused with everything that keeps it from being filed.
    """
    firm = _firm(by)
    of = declarations.declaration(told.declaration, to=by) if told.declaration else None
    row = Disclosure(enterprise=firm, made_at=at, made_by=by.name[:100], kind="", breach_on=told.breach)
    if number is not None:
        row = _locked(number, by)
        row.state = DISCLOSURE.after(row.state, "save", by=by)
    told = completed(told, of, day_of(at))
    row.enterprise, row.agent = (of.trader, firm) if of and of.trader_id not in (None, firm.pk) else (firm, None)
    _write(row, told, of)
    row.save()
    record("disclosure.saved", row, by=by, at=at, kind=row.kind, underpaid=row.underpaid)
    return row


@transaction.atomic
def file(number: int, *, by: Actor, at: datetime) -> Disclosure:
    """File a draft: it is disclosed on this day, and judged by the law of this day, as advice until customs decide.

    Raises NotYours, NotNow, Disclosure.DoesNotExist, Refused (also DISC_NO_LAW), Uncountable.
    """
    row = _locked(number, by)
    row.state = DISCLOSURE.after(row.state, "file", by=by)
    on = day_of(at)
    row.disclosed_on, row.filed_at, row.decide_by = on, at, answered_by("disclosure", on)
    row.grade = facts.grade_of(row.enterprise, on)
    write_judgement(row, judging.judged(case_of(row, on)))
    row.save()
    record(
        "disclosure.filed", row, by=by, at=at, kind=row.kind, underpaid=row.underpaid, due=row.due, outcome=row.outcome,
        version=row.version, until=row.decide_by,
    )  # fmt: skip
    return row


@transaction.atomic
def take_back(number: int, *, by: Actor, at: datetime) -> Disclosure:
    """Take a disclosure back before customs decide. Raises NotYours, NotNow, Disclosure.DoesNotExist."""
    row = _locked(number, by)
    row.state = DISCLOSURE.after(row.state, "take_back", by=by)
    row.save(update_fields=["state"])
    record("disclosure.taken_back", row, by=by, at=at)
    return row


def _firm(by: Actor) -> Enterprise:
    if by.role not in FIRM or by.enterprise is None:
        raise NotYours(machine=DISCLOSURE.name, verb="save", role=by.role, roles=sorted(FIRM))
    insist_able(by, "file", machine=DISCLOSURE.name, verb="save")
    return Enterprise.objects.get(pk=by.enterprise)


def _locked(number: int, by: Actor) -> Disclosure:
    _firm(by)
    return visible(Disclosure, by).select_for_update(of=("self",)).get(pk=number)


def completed(told: Statement, of: Declaration | None, on: date) -> Statement:
    """Return a statement with what its declaration says; raises Refused with everything that is wrong with it."""
    settled_on = _settled_on(of) if of is not None else None
    doc = rules.Filing(
        told, on, law("compliance.disclosure_natures", on=on).value, taxes(on), found=of is not None or not told.declaration,
        settled=of is None or settled_on is not None,
    )  # fmt: skip
    if settled_on is not None and told.paid_on is None:
        told.paid_on = settled_on
    wrong: list[Finding] = []
    if of is not None and settled_on is not None and 0 < len(told.corrections) <= rules.MOST_CORRECTIONS:
        try:
            found = recomputed(of, told.corrections)
            told.kinds, told.due = found.kinds, found.due
        except Refused as refused:
            wrong += refused.findings
    wrong += check(rules.FILING, doc)
    if not any(one.pointer.startswith("corrections") for one in wrong):
        wrong += check(judging.rules.STATED, told.case(on))
    if wrong:
        raise Refused(wrong)
    return told


def taxes(on: date) -> list[str]:
    """Return the kinds of tax that can be underpaid."""
    return [kind for kind in kinds_in_order(on) if kind not in (LATE_FEE, SURCHARGE)]


def _settled_on(of: Declaration) -> date | None:
    """Return when the tax of a declaration was paid, or else its goods were released; None where neither is so."""
    paid = [day_of(one.paid_at) for one in bills_of(str(of)) if one.paid_at is not None]
    if paid:
        return min(paid)
    return day_of(of.released_at) if of.released_at is not None else None


def _write(row: Disclosure, told: Statement, of: Declaration | None) -> None:
    row.kind, row.nature, row.breach_on, row.words = told.kind, told.nature, told.breach, told.words.strip()
    row.declaration, row.paid_on, row.royalty, row.goods = of, told.paid_on, told.royalty, list(told.goods)
    row.conditions, row.asks_waiver = sorted(set(told.conditions)), told.asks_waiver
    row.clause = law("compliance.disclosure_clauses", on=told.breach).value.get(told.kind, told.kind)
    row.corrections = [[one.pointer.strip(), one.value.strip()] for one in told.corrections]
    row.kinds = {kind: format(amount, "f") for kind, amount in told.kinds.items()}
    row.underpaid, row.due, row.affected = told.sum, told.due, told.affected


def case_of(row: Disclosure, on: date, against: Any = ()) -> Case:
    """Return a disclosure as it is judged when it is, or was, filed on a day; one query for those that came before."""
    return Case(
        row.kind, row.breach_on, on, Decimal(row.underpaid), Decimal(row.due), Decimal(row.affected),
        grade=facts.treated_as(row.grade or facts.grade_of(row.enterprise, on)), nature=row.nature, clause=row.clause,
        royalty=row.royalty, goods=frozenset(row.goods), conditions=frozenset(row.conditions),
        against=frozenset(against), earlier=earlier(row.enterprise, but=row.pk),
    )  # fmt: skip


def write_judgement(row: Disclosure, found: judging.Judgement) -> None:
    """Write into a disclosure what became of it by the law."""
    row.outcome, row.version = found.outcome, found.version["title"][:60]
    row.findings = [one.as_dict() for one in found.findings]
