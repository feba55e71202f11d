"""Running a simulated day: the steps of everybody in the order of time, as fast as they go or in step with a clock."""

from __future__ import annotations

import heapq
import operator
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Event

from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.parties.certificates import trials_allowed
from tongguan.tariff.queries import book

from . import participants, queries
from .day import PARTICIPANTS, Day, Step, prefix
from .fates import BONDED
from .firms import register
from .goods import shop
from .scenarios import Scenario
from .stock import stocked, warehouse
from .summary import Summary, summed_up

OPERATOR = Actor("simulation", "operator")
OFFICER = Actor("simulation", "officer")
assert participants  # they add themselves


class RealWindow(Refused):
    """Days are simulated in a demonstration only: nothing invented may come among what is real."""

    code = "SIMULATION_REAL_WINDOW"

    def __init__(self) -> None:
        super().__init__([Finding(self.code)])


class SimulatedBefore(Refused):
    """This day was simulated here with this seed; its numbers are taken."""

    code = "SIMULATED_BEFORE"

    def __init__(self, on: date, seed: int):
        super().__init__([Finding(self.code, values={"day": on, "seed": seed})])


@dataclass(frozen=True)
class Clock:
    """A clock that runs ``speed`` times as fast as ours, from the first parcel on."""

    speed: float

    def wait(self, passed: float, began: float, stop: Event) -> None:
        """Wait until so many seconds of the day have passed; ``began`` is our own clock then (monotonic)."""
        stop.wait(max(0.0, began + passed / self.speed - time.monotonic()))


def prepared(scenario: Scenario, *, on: date, seed: int, parcels: int = 0) -> Day:
    """Return a day that can be run: its firms are registered, its goods chosen, its draw has keys.

    Raises RealWindow, SimulatedBefore, NotConfigured when the law or the tariff has no value for the day, and
    NothingToSell.
    """
    if not trials_allowed():
        raise RealWindow
    if queries.exists(prefix(on, seed)):
        raise SimulatedBefore(on, seed)
    goods = shop(book(on), law.on(on))
    day = Day(on, seed, parcels or scenario.parcels, scenario, goods, {}, OFFICER, OPERATOR)
    ensure_keys(on, by=OPERATOR, at=day.begins)
    day.firms = register(scenario, by=OPERATOR, at=day.begins)
    if scenario.bonded.share or BONDED & set(scenario.rates):
        dearest = law("ecommerce.single_limit", on=on).value // 2
        day.warehouse = warehouse(goods, scenario, on=on, seed=seed, dearest=dearest)
        stocked(day.warehouse, scenario, parcels=day.parcels, by=OPERATOR, at=day.begins)
    return day


def run(
    day: Day,
    *,
    clock: Clock | None = None,
    stop: Event | None = None,
    told: Callable[[Step, Day], None] = lambda step, day: None,
) -> Summary:
    """Run a day to its end, or until ``stop`` is set, and sum it up. A step that began is finished: nothing is half done.

    ``told`` is called after each step.
    """
    stop = stop or Event()
    began, first = time.monotonic(), None
    last: datetime | None = None
    for step in heapq.merge(*(make().steps(day) for make in PARTICIPANTS.values()), key=operator.attrgetter("at")):
        if clock is not None:
            first = first or step.at
            clock.wait((step.at - first).total_seconds(), began, stop)
        if stop.is_set():
            break
        step.act()
        last = step.at
        told(step, day)
    return summed_up(day, seconds=time.monotonic() - began, stopped=last if stop.is_set() else None)
