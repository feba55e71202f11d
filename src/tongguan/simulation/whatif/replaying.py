"""A replay (推演) goes through the days of a period and judges every parcel in two worlds; it writes nothing."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from tongguan.kernel.law import law
from tongguan.revenue.sheet import OVER_SINGLE, WITHIN
from tongguan.tariff.queries import book

from . import reading
from .drawing import Draw
from .limits import Limits, Worlds, fill_in
from .overlays import DRAW, LIMITS, TAXES, Overlay
from .reading import DayRead, Parcel
from .results import ACCEPTED, Difference, Result
from .taxing import NOT_ASSESSED, Taxed, Taxes


def replay(
    changed: Overlay, *, since: date, until: date, told: Callable[[int, int], None] = lambda done, days: None
) -> Result:
    """Judge the parcels of some days again, both days included, and return who would be treated differently.

    Each day is seen as it is at one moment. ``told`` is called with how many days are done, of how many. Raises
    NotConfigured, Malformed.
    """
    began = time.perf_counter()
    result = Result(since.isoformat(), until.isoformat(), changed.names)
    days = (until - since).days + 1
    with reading.unchanging():
        again = _Again(changed, since, result)
    for place in range(days):
        with _uncollected():
            again.judge(since + timedelta(days=place))
        told(place + 1, days)
    _name(result)
    result.seconds = time.perf_counter() - began
    return result


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector of cycles rest: a day's parcels make none, and it would go through all of them time and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Again:
    """A replay on its way from day to day."""

    def __init__(self, changed: Overlay, since: date, result: Result):
        self.changed, self.result = changed, result
        self.parts = changed.touched
        self.worlds = Worlds(reading.opening(since) if LIMITS in self.parts or TAXES in self.parts else {})
        self.draw = Draw()

    def judge(self, day: date) -> None:
        """Judge the parcels of a day."""
        with reading.unchanging():
            read = reading.read_day(day, items=TAXES in self.parts)
        if not read.parcels:
            return
        was, would = (book(day), law.on(day)), (self.changed.book(day), self.changed.law.on(day))
        before, after = Limits.of(was[1]), Limits.of(would[1])
        self._open(read, min(before.single, after.single))
        fill_in([one for one in read.parcels if one.refused], was[1], was[0])
        answers = self.worlds.judge(day, read, before, after)
        taxes = Taxes(was, would, changed=TAXES in self.parts)
        taxed = self._taxed(taxes, read.parcels, [answer for answer, _ in answers], after.single)
        shares = was[1]("ecommerce.check_share"), would[1]("ecommerce.check_share")
        for one, (answer, sound), tax in zip(read.parcels, answers, taxed, strict=True):
            self._compare(day, one, answer, sound, tax, shares)
        self.result.judged += len(read.parcels)

    def _open(self, read: DayRead, single: int) -> None:
        """Open what was refused, and what may be over a single limit and is not known to be one article."""
        reading.opened(one for one in read.parcels if one.refused or (one.value > single and one.plan != OVER_SINGLE))

    def _taxed(self, taxes: Taxes, parcels: list[Parcel], answers: list[str], single: int) -> list[Taxed]:
        """Return the taxes of all parcels; the declarations that are needed for it are opened together.

        Where nothing that was changed touches them, they are what was levied.
        """
        plans = [OVER_SINGLE if one.value > single else WITHIN for one in parcels]
        again, found = TAXES in self.parts, []
        for one, answer, plan in zip(parcels, answers, plans, strict=True):
            if answer:
                found.append(Taxed(one.tax, 0, True))
            else:
                found.append(taxes.of(one, plan) if again or one.refused else Taxed(one.tax, one.tax, True))
        reading.opened(one for one, taxed in zip(parcels, found, strict=True) if taxed is None)
        return [
            taxed or taxes.declared(one, plan) or Taxed(0, 0, False)
            for one, taxed, plan in zip(parcels, found, plans, strict=True)
        ]

    def _compare(self, day: date, one: Parcel, answer: str, sound: bool, taxed: Taxed, shares: tuple) -> None:
        result = self.result
        drawn, would_draw, repeated = one.drawn, one.drawn and not answer, True
        if DRAW in self.parts or one.refused:
            drawn, would_draw, repeated = self.draw.of(one, *shares)
        drawn, would_draw = drawn and not one.refused, would_draw and not answer
        if not (sound and taxed.sound and repeated):
            result.unlike += 1
        would = answer or (NOT_ASSESSED if taxed.would is None else ACCEPTED)
        was_tax, would_tax = taxed.was, taxed.would or 0
        result.was_tax += was_tax
        result.would_tax += would_tax
        was = one.refused or ACCEPTED
        if was != would or was_tax != would_tax or drawn != would_draw:
            result.differences.append(
                Difference(one.id, day.isoformat(), was, would, was_tax, would_tax, drawn, would_draw)
            )


def _name(result: Result) -> None:
    """Give the parcels that differ the numbers by which people know them."""
    names = reading.named(one.id for one in result.differences)
    for one in result.differences:
        one.ebp_code, one.order_no, one.invt_no = names.get(one.id, ("", "", ""))
