"""Chance decides who is checked (布控查验), and suspicion of re-sale; the others are released.

A draw needs the day's secret key. Without it nothing passes undrawn: the inventory is held for selection, and
``draw_held`` draws for it as soon as there is a key.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tongguan.holds.actions import lift_many, place_many
from tongguan.holds.queries import stopping
from tongguan.inspections.actions import STOPS, place_checks
from tongguan.inspections.draws import NoKey, chosen, secret

from ..patterns.suspicion import suspicion
from ..states import INVENTORY
from ..taxes import bills
from .batch import Batch
from .candidates import SYSTEM, Candidate, say

SELECTION = "selection"
CERTAIN = Decimal(1)
"""The share of those that are checked because their group is suspected."""


def draw(batch: Batch, accepted: list[Candidate]) -> None:
    """Draw for inventories, each by its own name that we gave; answers 500, or 399 and 800."""
    if not accepted:
        return
    names = [c.subject for c in accepted]
    day, share = batch.ctx.day, batch.ctx.check_share
    try:
        key = secret(day)
        drawn = chosen(names, key, share)
        suspected = suspicion(batch, accepted) - drawn
        if drawn:
            place_checks(drawn, day=day, share=share, by=SYSTEM, at=batch.at, key=key)
        if suspected:
            place_checks(suspected, day=day, share=CERTAIN, by=SYSTEM, at=batch.at, key=key)
        drawn |= suspected
    except NoKey:
        _hold(batch, accepted)
        return
    stayed = {subject for subject, reason in stopping(names, "release") if reason != SELECTION}
    days = bills.window(day, batch.ctx.law)
    for c in accepted:
        if c.subject in drawn:
            c.row.state = INVENTORY.after(c.row.state, "check", by=SYSTEM)
            say(batch, c, "500")
            batch.event("inventory.drawn", str(c.row), SYSTEM, number=c.row.invt_no, version=c.row.version)
        elif c.subject in stayed:
            c.row.state = SELECTION  # something else holds it; draw_held asks again until nothing does
        else:
            _release(batch, c, days)


def draw_held(batch: Batch, held: list[Candidate]) -> None:
    """Draw again for inventories that are held for selection, and lift that hold where there is a key now."""
    draw(batch, held)
    decided = [c.subject for c in held if c.row.state != SELECTION]
    lift_many(decided, SELECTION, "drawn", by=SYSTEM, at=batch.at)


def _release(batch: Batch, c: Candidate, days: tuple[date, date]) -> None:
    say(batch, c, "399")
    c.row.state, c.row.released_at = INVENTORY.after(c.row.state, "release", by=SYSTEM), batch.at
    say(batch, c, "800")
    if c.row.tax:
        batch.bills.append(bills.row(c.row, days))
    batch.event(
        "inventory.released", str(c.row), SYSTEM, number=c.row.invt_no, value=c.row.customs_value, tax=c.row.tax
    )


def _hold(batch: Batch, accepted: list[Candidate]) -> None:
    for c in accepted:
        c.row.state = SELECTION if c.row.state == SELECTION else INVENTORY.after(c.row.state, "hold", by=SYSTEM)
    names = [c.subject for c in accepted]
    place_many(names, SELECTION, owner="system", stops=STOPS, by=SYSTEM, at=batch.at)
