"""What is built of the register (落实情况): each unit with its means, its tests and what follows from them.

A unit is *built* when something of the program does it and at least one test shows it; *partly* when we know what is
missing; *failing* when one of its tests failed at its last run; else it is *missing*, whatever was meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from . import trials
from .building import NOTHING, Means, means
from .register import Clause, Document, Unit, register
from .trials import Trial, trial

STATES = ("built", "partly", "failing", "missing")


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit, what does it, the tests that show it, and the state that follows."""

    unit: Unit
    means: Means
    trials: tuple[Trial, ...]
    state: str


@dataclass(frozen=True, slots=True)
class ClauseStanding:
    """A clause with its document and its units as they stand, and the state that follows from theirs."""

    document: Document
    clause: Clause
    units: tuple[Standing, ...]
    state: str


def state_of(found: Means, shown: Iterable[Trial]) -> str:
    """Return the state of a unit from what does it and what came of its tests."""
    outcomes = [one.outcome for one in shown]
    if not found.act or not outcomes:
        return "missing"
    if "failed" in outcomes:
        return "failing"
    return "partly" if found.lacking else "built"


def state_of_all(states: Iterable[str]) -> str:
    """Return the state of a clause from those of its units.

    >>> state_of_all(["built", "built"]), state_of_all(["built", "missing"]), state_of_all(["built", "failing"])
    ('built', 'partly', 'failing')
    """
    among = set(states)
    if "failing" in among:
        return "failing"
    return among.pop() if len(among) == 1 else "partly"


def standings() -> list[ClauseStanding]:
    """Return every clause as it stands now, in the order of the documents."""
    return list(standings_by(trials.noted()))


@lru_cache(maxsize=4)
def standings_by(noted: bytes) -> tuple[ClauseStanding, ...]:
    """Return every clause as it stands by what the runs of tests have noted (``trials.noted``)."""
    known, found = trials.read_runs(noted), []
    for document in register().documents:
        for clause in document.clauses:
            units = tuple(_standing(unit, known) for unit in clause.units)
            found.append(ClauseStanding(document, clause, units, state_of_all(one.state for one in units)))
    return tuple(found)


def _standing(unit: Unit, known) -> Standing:
    its = means().get(unit.id, NOTHING)
    shown = tuple(trial(test, known) for test in trials.tests().get(unit.id, ()))
    return Standing(unit, its, shown, state_of(its, shown))


def filtered(
    found: Iterable[ClauseStanding],
    *,
    document: str = "",
    domain: str = "",
    department: str = "",
    state: str = "",
) -> list[ClauseStanding]:
    """Return the clauses of a document, a domain and a department, and of these the units in a state.

    A clause that names no department is that of who issued its document; customs finds every district of it.
    """
    kept = []
    for one in found:
        wanted = (
            (not document or one.document.id == document)
            and (not domain or one.clause.domain == domain)
            and (not department or department in _charged(one))
        )
        units = tuple(unit for unit in one.units if not state or unit.state == state)
        if wanted and units:
            kept.append(ClauseStanding(one.document, one.clause, units, one.state))
    return kept


def _charged(one: ClauseStanding) -> set[str]:
    """Return the bodies a clause charges, or who issued the document where it names none, and what they belong to."""
    charged = set(one.clause.departments or one.document.bodies)
    branches = register().branches
    return charged | {branches[body] for body in charged if body in branches}


def counts(found: Iterable[ClauseStanding]) -> dict[str, int]:
    """Return how many units are in each state."""
    counted = Counter(unit.state for one in found for unit in one.units)
    return {state: counted[state] for state in STATES}
