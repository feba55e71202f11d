"""The life of an entry of the blacklist. That it is past its last day is said by the day, not by a state."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER = "officer"

LISTED_BUYER = Machine(
    "listed_buyer",
    Move("remove", {"standing"}, "removed", by=OFFICER),
    groups={"standing": "waiting", "removed": "done"},
)
