"""The life of a hold."""

from __future__ import annotations

from functools import cache

from tongguan.kernel.states import Machine, Move


@cache
def life(owner: str) -> Machine:
    """Return the moves of a hold with this owner: it alone, or the program deciding for it, lifts the hold."""
    return Machine(
        "hold",
        Move("lift", "standing", "lifted", by={owner, "system"}),
        groups={"standing": "waiting", "lifted": "done"},
    )
