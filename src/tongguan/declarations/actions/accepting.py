"""Declarations are judged and accepted, or rejected with everything that is wrong with them (受理): one, or many together.

Acceptance assesses, reserves licences, debits the guarantee or bills, rests on the bill of the manifest, gives the number
and places the hold *selection*. One that is rejected has none of this, and no number. Many together take the statements
that one takes; each is judged as if it came after those before it, and what is wrong with one holds up no other.

Rows are locked by who calls, in the order of their ids; here follow all accounts of all of them, then all their bills.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from tongguan.cargo import actions as cargo
from tongguan.cargo.queries import Key
from tongguan.holds import actions as holds
from tongguan.journal.actions import Entry, gathering, record_many
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow
from tongguan.ledgers.actions import lock
from tongguan.licences.queries import accounts as licence_accounts
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.exchange import queries as exchange

from .. import relieving
from ..assessing import Assessed, assessed
from ..days import TWO_STEP, day_of, reference_days
from ..judging import Posed, contexts, findings, key_of, uses
from ..models import IMPORT, Declaration, DeclarationVersion
from ..rules.context import Context
from ..states import DECLARATION
from . import money
from .assessment import assess, assessed_entry, reserve
from .keeping import asked, move, show, told
from .numbering import next_numbers

SELECTION = "selection"
STOPS = ("release", "lift_off", "use", "load", "gate")
AT_ONCE = 100
"""How many are judged together: as many bills as an index is still asked for."""


@dataclass(slots=True, eq=False)
class Case:
    """A declaration that is submitted: its row, its present version, what it says, what was found, what it owes."""

    row: Declaration
    version: DeclarationVersion
    of: Any
    found: list[Finding] = field(default_factory=list)
    owed: Assessed | None = None

    @property
    def refused(self) -> bool:
        """Whether it cannot be accepted."""
        return any(one.level == "refuse" for one in self.found)

    @property
    def sum(self) -> Assessed:
        """What it owes, once it was worked out."""
        assert self.owed is not None
        return self.owed


def decide(cases: Sequence[Case], keep: Callable[[list[Case]], None], *, by: Actor, at: datetime) -> None:
    """Accept each of some declarations that are being submitted, or reject it, with all that follows.

    ``keep`` writes the rows of declarations and of their versions; who is judged later sees what it wrote.
    Raises NotYours, NotNow, NotConfigured; nothing has changed then.
    """
    for case in cases:
        if case.row.mode == TWO_STEP:  # a summary is lodged by itself
            raise NotNow(machine=DECLARATION.name, state=case.row.state, verb="submit", open=["summarise"])
        move(case.row, "submit", by=by)
    bills = _lock(cases)
    for wave in _waves(cases):
        accepted = _judged(wave, by=by, at=at)
        with gathering():
            _accept(accepted, bills, by=by, at=at)
            reject([case for case in wave if case.refused], by=by, at=at)
        keep(wave)


def _lock(cases: Sequence[Case]) -> Mapping[Key, int]:
    """Lock every account that declarations touch, then every bill they rest on; returns the ids of these."""
    drawn = [use for case in cases for use in uses(case.of)]
    secured = [name for case in cases for name in money.accounts(case.row)]
    if names := [*licence_accounts(drawn), *secured, *relieving.accounts(*(case.of for case in cases))]:
        lock(names)
    return cargo.lock_many(key for case in cases if (key := key_of(case.of)) is not None)


def _waves(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield them in their order, so that no two of a wave rest on one bill: a later one is judged after the earlier."""
    wave: list[Case] = []
    keys: set[Key] = set()
    for case in cases:
        key = key_of(case.of)
        tidy = key.tidy() if key is not None else None
        if len(wave) == AT_ONCE or tidy in keys:
            yield wave
            wave, keys = [], set()
        wave.append(case)
        if tidy is not None:
            keys.add(tidy)
    if wave:
        yield wave


def _judged(wave: Sequence[Case], *, by: Actor, at: datetime) -> list[Case]:
    """Judge, assess and secure declarations, and return those that can be accepted; the others know why not."""
    known = contexts([Posed(case.of, asked(case.row), case.row.pk) for case in wave], at=at)
    rates = cache(exchange.rates)
    for case, ctx in zip(wave, known, strict=True):
        case.found = findings(case.of, ctx)
        if not case.refused:
            try:
                _assess(case, ctx, rates, at=at)
                _secure(case, by=by, at=at)
            except Refused as refused:
                case.found = list(refused.findings)
    return [case for case in wave if not case.refused]


def _assess(case: Case, ctx: Context, rates: Any, *, at: datetime) -> None:
    row, day = case.row, day_of(at)
    show(row, case.of, ctx.firms)
    row.entered_on = ctx.bill.entry_declared if ctx.bill is not None and row.direction == IMPORT else None
    case.owed = assessed(
        case.of, reference_days(row.mode, day, entered=row.entered_on, first=row.first_days), rates=rates
    )
    row.accepted_at = at
    assess(row, case.version, case.sum, day=day)


def _secure(case: Case, *, by: Actor, at: datetime) -> None:
    """Draw on licences, letters of relief and the guarantee, all of it or nothing; raises Refused."""
    if uses(case.of) or relieving.drawn(case.of) or case.row.settlement == "guarantee":
        with transaction.atomic():
            reserve(case.row, case.of, by=by, at=at)
            money.secure(case.row, case.of, case.sum.tax, on=day_of(at), by=by, at=at)


def _accept(cases: Sequence[Case], bills: Mapping[Key, int], *, by: Actor, at: datetime) -> None:
    if not cases:
        return
    day = day_of(at)
    rests = [cargo.Rests(key, str(case.row)) for case in cases if (key := key_of(case.of)) is not None]
    cargo.match_many(rests, by=by, at=at, locked=bills)
    money.bill_many([(case.row, case.of, case.sum.kinds()) for case in cases], on=day, by=by, at=at)
    hold_many([case.row for case in cases], at=at)
    numbers = next_numbers([(case.row.customs, day.year, case.row.direction) for case in cases])
    for case, number in zip(cases, numbers, strict=True):
        row = case.row
        row.number, row.changed_at, row.findings = number, at, told(case.found)
        if money.before_release(row):
            move(row, "bill", by=SYSTEM)
    record_many([entry for case in cases for entry in _entries(case, by=by, at=at)])


def hold_many(rows: Sequence[Declaration], *, at: datetime) -> None:
    """Hold declarations that were accepted until it is decided whether they are inspected."""
    promised = at + timedelta(hours=law("declarations.selection_promise_hours", on=day_of(at)).value)
    subjects = [str(row) for row in rows]
    holds.place_many(subjects, SELECTION, owner="officer", stops=STOPS, promised=promised, by=SYSTEM, at=at)


def _entries(case: Case, *, by: Actor, at: datetime) -> Iterator[Entry]:
    row = case.row
    said = {
        "number": row.number, "customs": row.customs, "direction": row.direction, "mode": row.mode, "bill": row.bill_no,
        "lines": row.lines, "entered": row.entered_on,
    }  # fmt: skip
    yield Entry("declaration.accepted", str(row), by, at, said)
    yield assessed_entry(row, case.sum, at=at)
    if to_pay := money.before_release(row):
        yield Entry("declaration.billed", str(row), SYSTEM, at, {"to_pay": to_pay, "late_fee": row.late_fee})


def reject(cases: Sequence[Case], *, by: Actor, at: datetime) -> None:
    """Let what is not accepted be as it was before, but that it knows what is wrong with it."""
    entries = []
    for case in cases:
        row, version = case.row, case.version
        version.sheet, version.steps, version.fee = None, [], None
        row.accepted_at = row.rate_day = row.exchange_day = row.entered_on = row.value = row.tax = None
        row.state, row.late_fee = "draft", 0
        move(row, "reject", by=SYSTEM)
        row.findings, row.changed_at = told(case.found), at
        codes = sorted({one.code for one in case.found if one.level == "refuse"})
        entries.append(Entry("declaration.rejected", str(row), by, at, {"codes": codes}))
    record_many(entries)
