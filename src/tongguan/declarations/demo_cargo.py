"""What the demo shows of cargo: a ship that was unloaded and counted, bills free to declare, goods that nobody declared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from tongguan.cargo import actions as cargo
from tongguan.cargo.models import Conveyance
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise

FREE = range(11, 19)
"""Bills of the ship that came which nobody has declared: for whoever tries."""

FORGOTTEN = range(21, 23)
COUNTED, SHORT = (1, 2, 3, 4, 5, 7), 6


def unload(ship: int, site: Enterprise, name: Callable[[int], str], *, gross: int, at: datetime) -> None:
    """Unload a ship that came, and count some of its bills; one is short. ``name`` gives the number of a bill."""
    by = Actor("tally", "site", site.pk, "吴强")
    row = Conveyance.objects.get(pk=ship)
    assert row.arrived_at is not None
    began = row.arrived_at + timedelta(hours=1)
    ended = began + timedelta(hours=8)
    cargo.unload(ship, began, by=by, at=began)
    cargo.finish(ship, ended, by=by, at=ended)
    for n in (*COUNTED, SHORT):
        pieces = 9 if n == SHORT else 10
        cargo.tally(
            ship, name(n), pieces=pieces, gross=Decimal(gross * pieces // 10), note="" if pieces == 10 else "短卸一件",
            by=by, at=ended + timedelta(hours=1),
        )  # fmt: skip
